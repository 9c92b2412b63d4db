"""Requests that must not come in do not, and every answer carries its headers."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from kompass_extract.web.addresses import filter_of, filter_values, inside
from kompass_extract.web.guard import CONTENT_SECURITY_POLICY, LARGEST_BODY_BYTES, SECURITY_HEADERS, Guard, host_name
from kompass_extract.web.web_settings import WebSettings, is_loopback


@pytest.fixture
def client() -> TestClient:
    guarded = Guard(PlainTextResponse("inside"), {"127.0.0.1", "localhost", "::1"})
    return TestClient(guarded, base_url="http://127.0.0.1:8722")


def test_every_answer_has_the_headers(client: TestClient) -> None:
    for answer in (client.get("/"), client.get("/", headers={"Host": "evil.example"})):
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.2", "", "localhost.evil.example:80"]
)
def test_a_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:1", "LOCALHOST:8722", "[::1]:8722"])
def test_this_machine_s_names_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).text == "inside"


def test_forms_of_other_sites_are_refused(client: TestClient) -> None:
    assert client.post("/", data={"a": "b"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/", data={"a": "b"}, headers={"Sec-Fetch-Site": "same-site"}).status_code == 403
    assert client.post("/", data={"a": "b"}, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_head_is_answered_as_get_without_the_body(client: TestClient) -> None:
    answer = client.head("/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == client.get("/").headers["content-length"]
    assert client.head("/", headers={"Host": "evil.example"}).status_code == 421


def test_bodies_are_short_and_their_length_is_said(client: TestClient) -> None:
    assert client.post("/", content=b"x" * (LARGEST_BODY_BYTES + 1)).status_code == 413
    assert client.post("/", content=iter([b"x"])).status_code == 411
    assert client.request("DELETE", "/").status_code == 405
    assert client.put("/", content=b"x").status_code == 405


@given(st.text(max_size=40))
def test_a_host_s_name_never_holds_a_port(header: str) -> None:
    assert ":" not in host_name(header) or header.strip().startswith("[")


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/item?report=a&p=/areas/0", "/item?report=a&p=/areas/0"),
        ("//evil.example/", "/reports"),
        ("/\\evil.example", "/reports"),
        ("https://evil.example/", "/reports"),
        ("javascript:alert(1)", "/reports"),
        ("/a\nSet-Cookie: b", "/reports"),
        ("", "/reports"),
        (None, "/reports"),
    ],
)
def test_nobody_is_sent_to_another_site(target: str | None, goes: str) -> None:
    assert inside(target) == goes


@given(st.dictionaries(st.sampled_from(["in", "area", "kind", "reason", "edition", "municipality"]), st.text()))
def test_a_filter_survives_its_address(query: dict[str, str]) -> None:
    wanted = filter_of(query)
    assert filter_of(filter_values(wanted)) == wanted


def test_which_addresses_are_this_machine_s_own(tmp_path: object) -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert is_loopback("localhost")
    assert not is_loopback("0.0.0.0")
    assert not is_loopback("192.168.1.4")
    assert not is_loopback("kompass.example.se")


def test_the_own_address_is_a_name_unless_it_is_all_of_them(tmp_path) -> None:  # type: ignore[no-untyped-def]
    one = WebSettings(access=tmp_path / "a", picture_cache=tmp_path, address="192.168.1.4")
    assert "192.168.1.4" in one.allowed_hosts
    every = WebSettings(
        access=tmp_path / "a", picture_cache=tmp_path, address="0.0.0.0", host_names=frozenset({"K.se"})
    )
    assert "0.0.0.0" not in every.allowed_hosts
    assert "k.se" in every.allowed_hosts


def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: Message) -> None:
        sent.append(message)

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("the page is not asked before the body is whole")

    scope = {
        "type": "http", "method": "POST", "path": "/decide", "query_string": b"",
        "headers": [(b"host", b"127.0.0.1"), (b"content-length", b"10")],
    }  # fmt: skip
    asyncio.run(Guard(inside, {"127.0.0.1"}, body_seconds=0.05)(scope, never, send))
    assert sent[0]["status"] == 408


def test_below_a_path_requests_come_with_it_or_without_and_answers_lead_to_it() -> None:
    seen: list[str] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["path"])
        await RedirectResponse("/reports", 303)(scope, receive, send)

    below = TestClient(Guard(inside, {"127.0.0.1"}, root="/k/g"), base_url="http://127.0.0.1", follow_redirects=False)
    for path in ("/k/g/queue", "/queue", "/k/g", "/k/good"):
        assert below.get(path).headers["location"] == "/k/g/reports"
    assert seen == ["/queue", "/queue", "/", "/k/good"]
