"""The pages behind a proxy: the documented nginx, and what other headers are worth."""

from __future__ import annotations

import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher
from click.testing import CliRunner

from kompass_extract.archive.folder import Archive
from kompass_extract.cli import main
from kompass_extract.errors import UsageError
from kompass_extract.review.service import Desk
from kompass_extract.web import access as access_module
from kompass_extract.web.access import Access
from kompass_extract.web.app import create_app
from kompass_extract.web.proxy import networks
from kompass_extract.web.serving import PatientProtocol, server
from kompass_extract.web.web_settings import Role, WebSettings
from tests.conftest import ROOT
from tests.support.review_archive import PDF, gold_report, put
from tests.support.webserver import free_port

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
OPENSSL = shutil.which("openssl")
PASSWORD = "rätt lång fras"
NAME = "kompass.example.se"
WAITS_S = 20.0


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    made = Archive.at(tmp_path / "archive")
    put(made, gold_report("hoganas-2018"), PDF)
    return made


@pytest.fixture
def serve(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., int]]:
    """Serves the pages, and gives their port."""
    monkeypatch.setattr(access_module, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    running: list[tuple[uvicorn.Server, threading.Thread, Desk]] = []

    def start(users: dict[str, Role] | None = None, **settings: object) -> int:
        access = Access(tmp_path / "access.db")
        for name, role in (users or {}).items():
            access.set_password(name, PASSWORD, role=role)
        web = WebSettings(tmp_path / "access.db", archive.cache / "pictures", port=0, **settings)  # type: ignore[arg-type]
        desk = Desk(archive)
        made = server(create_app(desk, web), web, log_level="critical")
        thread = threading.Thread(target=made.run, daemon=True)
        thread.start()
        running.append((made, thread, desk))
        until = time.monotonic() + WAITS_S
        while not made.started and time.monotonic() < until:
            time.sleep(0.02)
        return cast(int, made.servers[0].sockets[0].getsockname()[1])

    yield start
    for made, thread, desk in running:
        made.should_exit = True
        thread.join(WAITS_S)
        desk.close()


def documented() -> str:
    """The example of docs/review.md."""
    found = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "review.md").read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Callable[[int, str], httpx.Client]]:
    """Runs the documented nginx before a port of this machine, and gives a browser that knows its name."""
    if NGINX is None or OPENSSL is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light openssl")
    certificate, key = tmp_path / "c.pem", tmp_path / "k.pem"
    request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}"]
    names = ["-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([OPENSSL, *request, *names], check=True, capture_output=True, timeout=60)
    started: list[subprocess.Popen[bytes]] = []
    clients: list[httpx.Client] = []

    def start(behind: int, user: str) -> httpx.Client:
        port = free_port()
        site = documented()
        for printed, here in (
            ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
            ("/etc/ssl/kompass.pem", str(certificate)),
            ("/etc/ssl/kompass.key", str(key)),
            ("127.0.0.1:8722", f"127.0.0.1:{behind}"),
            ('X-Remote-User ""', f'X-Remote-User "{user}"'),
        ):
            assert printed in site, printed
            site = site.replace(printed, here)
        temporary = "".join(
            f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        config = tmp_path / "nginx.conf"
        config.write_text(
            f"daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log; events {{}}\n"
            f"http {{ access_log off; {temporary}\n{site}}}\n"
        )
        started.append(subprocess.Popen([NGINX, "-c", str(config), "-p", str(tmp_path)], stderr=subprocess.DEVNULL))
        until = time.monotonic() + WAITS_S
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        trusting = ssl.create_default_context(cafile=str(certificate))
        trusting.check_hostname = False  # the address is 127.0.0.1; the name is in the Host header
        client = httpx.Client(
            base_url=f"https://127.0.0.1:{port}", headers={"Host": NAME}, verify=trusting, trust_env=False,
            timeout=WAITS_S,
        )  # fmt: skip
        clients.append(client)
        return client

    yield start
    for client in clients:
        client.close()
    for process in started:
        process.terminate()
        process.wait(WAITS_S)


BEHIND = {"host_names": frozenset({NAME}), "trusted_proxies": ("127.0.0.1",), "root": "/granskning"}


def token(html: str) -> str:
    found = re.search(r'name="csrf" (?:content|value)="([^"]*)"', html)
    assert found
    return found[1]


def test_the_documented_proxy_serves_the_pages_over_tls_below_a_path(
    serve: Callable[..., int], nginx: Callable[[int, str], httpx.Client]
) -> None:
    browser = nginx(serve({"Anna": "admin"}, **BEHIND), "")
    asked = browser.get("/granskning/reports")
    assert (asked.status_code, asked.headers["location"]) == (303, "/granskning/login?then=%2Freports")
    form = browser.get(asked.headers["location"])
    values = {"csrf": token(form.text), "name": "Anna", "password": PASSWORD, "then": "/reports"}
    entered = browser.post("/granskning/login", data=values)
    assert (entered.status_code, entered.headers["location"]) == (303, "/granskning/reports")
    for cookie in (*form.headers.get_list("set-cookie"), *entered.headers.get_list("set-cookie")):
        assert "Secure" in cookie
        assert "Path=/granskning" in cookie
        assert "HttpOnly" in cookie
    session = {name: value for answer in (form, entered) for name, value in answer.cookies.items()}
    browser.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in session.items())
    for path in ("/reports", "/report?id=hoganas-2018", "/item?report=hoganas-2018&p=/report/title", "/queue"):
        page = browser.get("/granskning" + path)
        assert page.status_code == 200, path
        inside = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
        assert inside
        assert [one for one in inside if not one.startswith("/granskning/")] == [], path
    for address in dict.fromkeys(re.findall(r'(?:href|src)="(/granskning/(?:static|picture)[^"]*)"', page.text)):
        assert browser.get(address.replace("&amp;", "&")).status_code == 200, address
    assert browser.get("/reports").status_code in (403, 404), "the rest of the host is not the pages"


def test_a_browser_s_own_headers_do_not_come_through_the_proxy(
    serve: Callable[..., int], nginx: Callable[[int, str], httpx.Client]
) -> None:
    port = serve({"Anna": "admin"}, **BEHIND)
    browser = nginx(port, "")
    form = browser.get("/granskning/login")
    browser.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in form.cookies.items())
    values = {"csrf": token(form.text), "name": "Anna", "password": "fel fel fel"}
    statuses = [
        browser.post("/granskning/login", data=values, headers={"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(access_module.FAILURES_OF_A_NAME + 1)
    ]
    assert statuses == [403] * access_module.FAILURES_OF_A_NAME + [429], "addresses that are made up do not count"


def test_a_proxy_that_signs_people_in_names_them(
    serve: Callable[..., int], nginx: Callable[[int, str], httpx.Client]
) -> None:
    port = serve({}, **BEHIND, user_header="X-Remote-User")
    browser = nginx(port, "Åsa Öberg")
    page = browser.get("/granskning/reports", headers={"X-Remote-User": "Mallory"})
    assert "Granskare: Åsa Öberg" in page.text
    assert "Mallory" not in page.text
    browser.headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
    hold = {"csrf": token(page.text), "report": "hoganas-2018", "p": "/report/title"}
    assert browser.post("/granskning/hold", data=hold).json()["by"] == "Åsa Öberg"


def test_nobody_but_the_proxy_names_people(serve: Callable[..., int]) -> None:
    port = serve({}, host_names=frozenset({NAME}), trusted_proxies=("10.9.9.9",), user_header="X-Remote-User")
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=WAITS_S) as browser:
        asked = browser.get("/reports", headers={"X-Remote-User": "Mallory"})
        assert asked.headers["location"].startswith("/login")
        form = browser.get("/login")
        assert 'name="name"' not in form.text, "and nobody says their own name"
        values = {"csrf": token(form.text), "name": "Mallory"}
        assert browser.post("/login", data=values).status_code == 403


def test_without_tls_cookies_are_not_secure_whatever_is_sent(serve: Callable[..., int]) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{serve()}", trust_env=False, timeout=WAITS_S) as browser:
        cookie = browser.get("/login", headers={"X-Forwarded-Proto": "https"}).headers["set-cookie"]
        assert "Secure" not in cookie


def test_what_is_no_proxy_and_no_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--trusted-proxy"):
        networks(["kompass.example.se"])
    assert [str(one) for one in networks(["127.0.0.1", "10.0.0.0/24"])] == ["127.0.0.1/32", "10.0.0.0/24"]
    base = ["review", "--archive", str(tmp_path)]
    for given, said in (
        (["--root-path", "/report"], "name of one of the pages"),
        (["--root-path", "kompass"], "is a path"),
        (["--trusted-proxy", "127.0.0.1"], "--add-user"),
        (["--user-header", "X-Remote-User"], "--trusted-proxy"),
    ):
        refused = CliRunner().invoke(main, [*base, *given])
        assert refused.exit_code == 2
        assert said in refused.output, given


def test_who_says_nothing_is_hung_up_on(serve: Callable[..., int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.2)
    port = serve()
    for begun in (b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"):
        with socket.create_connection(("127.0.0.1", port), WAITS_S) as connection:
            connection.sendall(begun)
            connection.settimeout(WAITS_S)
            assert connection.recv(1000) == b"", "the server closes first"


def test_a_second_request_that_stops_half_way_is_hung_up_on(
    serve: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PatientProtocol, "head_seconds", 0.3)
    with socket.create_connection(("127.0.0.1", serve()), WAITS_S) as connection:
        connection.settimeout(WAITS_S)
        connection.sendall(b"GET /help HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nGET /help HT")
        got = b""
        while more := connection.recv(65536):
            got += more
        assert got.startswith(b"HTTP/1.1 200")
        assert got.count(b"HTTP/1.1 200") == 1


def test_more_connections_than_the_limit_are_answered_that_it_is_busy(serve: Callable[..., int]) -> None:
    port = serve(most_connections=3)
    held = [socket.create_connection(("127.0.0.1", port), WAITS_S) for _ in range(4)]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=WAITS_S) as browser:
        assert browser.get("/help").status_code == 503
        for connection in held:
            connection.close()
        until = time.monotonic() + WAITS_S
        while browser.get("/help").status_code != 200 and time.monotonic() < until:
            time.sleep(0.05)
        assert browser.get("/help").status_code == 200
