"""Fetching from a server that misbehaves: every bad day ends soon, with a reason, and costs one address."""

from __future__ import annotations

import gzip
import resource
import time
import zlib
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import pytest
from sqlalchemy import select

from kompass_extract.archive.schema import VersionRow
from kompass_extract.errors import OutputError
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from tests.support.watching import Watching, watching
from tests.support.webserver import HANGS, answer, endless, pdf, raw, redirect, serving


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Watching]:
    with serving() as site:
        site.links("/a.pdf")
        made = watching(site, tmp_path / "archive")
        yield made
        made.publications.store.close()


def test_a_pdf_is_kept_under_its_hash_and_nothing_else_lies_about(web: Watching) -> None:
    web.site.put("/a.pdf", pdf("one"))
    sight = web.sight()
    assert sight.outcome is CrawlOutcome.NEW
    assert [path.read_bytes() for path in web.kept()] == [pdf("one")]
    assert web.kept()[0].stem == sight.sha256
    assert list(web.publications.incoming.iterdir()) == []


def test_every_request_says_who_asks(web: Watching) -> None:
    web.site.put("/a.pdf")
    web.look()
    agents = {asked.headers["user-agent"] for asked in web.site.asked}
    assert len(agents) == 1
    agent = agents.pop()
    assert agent.startswith("kompass-extract/")
    assert agent.endswith("(+archive@example.se)")
    assert {asked.headers["host"] for asked in web.site.asked} == {f"site.test:{web.site.port}"}


def test_a_slow_answer_is_waited_for(web: Watching) -> None:
    data = pdf()
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data)
    web.site.pages["/a.pdf"] = raw(head, data[:10], data[10:], pause=0.1)
    assert web.sight().outcome is CrawlOutcome.NEW


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param(raw(hold=HANGS), "no answer in time", id="hangs before the answer"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n%PDF-", hold=HANGS),
            "no answer in time",
            id="hangs in it",
        ),
        pytest.param(endless(b"HTTP/1.1 200 OK\r\n\r\n%PDF-", b"x", 0.1), "total timeout", id="drips"),
        pytest.param(endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 0.1), "total timeout", id="drips headers"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n%PDF-1.4"), "broke off", id="truncated"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n%PDF-1.4\r\n"), "broke off", id="chunks"
        ),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4 and so"), "breaks off before its end", id="no length"),
        pytest.param(answer(gzip.compress(pdf())[:-9], content_encoding="gzip"), "broke off", id="truncated gzip"),
        pytest.param(answer(b"no gzip", content_encoding="gzip"), "packed wrongly", id="no gzip"),
        pytest.param(raw(b"HTTP/1.1 200 OK\r\nX-Big: " + b"x" * 400_000), "broke off or is none", id="huge header"),
        pytest.param(raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "broke off or is none", id="not HTTP"),
        pytest.param(raw(), "broke off or is none", id="nothing at all"),
        pytest.param(answer(b"", 503), "status 503", id="out of service"),
    ],
)
def test_what_may_pass_is_asked_again_and_then_reported(web: Watching, page: object, reason: str) -> None:
    web.site.pages["/a.pdf"] = page  # type: ignore[assignment]
    sight = web.sight()
    assert sight.outcome is CrawlOutcome.FAILED
    assert reason in sight.reason
    assert "asked 2 times" in sight.reason
    assert web.site.paths() == ["/", "/a.pdf", "/a.pdf"]
    assert web.kept() == []
    assert list(web.publications.incoming.iterdir()) == []


@pytest.mark.parametrize(
    ("page", "outcome", "reason"),
    [
        pytest.param(endless(b"HTTP/1.1 200 OK\r\n\r\n%PDF-", b"x" * 50_000), "refused", "longer than", id="endless"),
        pytest.param(
            raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n%PDF-", hold=HANGS),
            "refused",
            "are declared",
            id="declares too much",
        ),
        pytest.param(
            answer(gzip.compress(b"%PDF-" + bytes(30_000_000)), content_encoding="gzip"),
            "refused",
            "longer than",
            id="gzip bomb",
        ),
        pytest.param(answer(b"x", content_encoding="br"), "refused", "packed as", id="packed otherwise"),
        pytest.param(answer("<!DOCTYPE html><p>Logga in"), "refused", "a web page", id="a login page"),
        pytest.param(answer(b"PK\x03\x04" * 900, content_type="application/pdf"), "refused", "not a PDF", id="a zip"),
        pytest.param(answer(b""), "refused", "not a PDF", id="empty"),
        pytest.param(answer(b"", 404), "failed", "status 404", id="not there"),
        pytest.param(answer(b"", 302), "failed", "status 302", id="redirect to nowhere"),
        pytest.param(answer(b"", 304), "refused", "not modified", id="not modified since never"),
        pytest.param(redirect("/a.pdf"), "refused", "in a circle", id="redirect to itself"),
        pytest.param(redirect("http://elsewhere.test/b.pdf"), "refused", "elsewhere.test is not allowed", id="foreign"),
        pytest.param(redirect("file:///etc/passwd"), "refused", "no web address", id="scheme"),
        pytest.param(redirect("http://user:word@site.test/"), "refused", "user name", id="user"),
        pytest.param(redirect("http://site.test:1/b.pdf"), "refused", "site.test:1 is not allowed", id="port"),
    ],
)
def test_what_will_not_pass_is_asked_once(web: Watching, page: object, outcome: str, reason: str) -> None:
    web.site.pages["/a.pdf"] = page  # type: ignore[assignment]
    sight = web.sight()
    assert (sight.outcome, reason in sight.reason) == (outcome, True), sight.reason
    assert web.site.paths() == ["/", "/a.pdf"]
    assert web.kept() == []


def test_the_bytes_count_and_not_the_content_type(web: Watching) -> None:
    web.site.put("/a.pdf", b"\xef\xbb\xbf" + pdf(), content_type="text/html")
    assert web.sight().outcome is CrawlOutcome.NEW


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress], ids=["gzip", "deflate"])
def test_what_comes_packed_unasked_is_unpacked(web: Watching, pack: object) -> None:
    encoding = "gzip" if pack is gzip.compress else "deflate"
    web.site.put("/a.pdf", pack(pdf("packed")), content_encoding=encoding)  # type: ignore[operator]
    web.look()
    assert [path.read_bytes() for path in web.kept()] == [pdf("packed")]


def test_an_error_that_passes_costs_one_pause(web: Watching) -> None:
    web.site.in_turn("/a.pdf", answer(b"", 500), answer(pdf()))
    assert web.sight(limits={"first_backoff": 3.0}).outcome is CrawlOutcome.NEW
    assert web.time.slept == [3.0]


def test_pauses_grow_and_end(web: Watching) -> None:
    web.site.put("/a.pdf", b"", 502)
    web.sight(limits={"first_backoff": 1.0, "attempts": 5, "longest_pause": 5.0})
    assert web.time.slept == [1.0, 2.0, 4.0, 5.0]


def test_a_host_that_asks_for_time_gets_it(web: Watching) -> None:
    web.site.in_turn("/a.pdf", answer(b"", 429, retry_after="7"), answer(pdf()))
    assert web.sight().outcome is CrawlOutcome.NEW
    assert sum(web.time.slept) == pytest.approx(7, abs=0.2)


def test_it_may_name_a_date(web: Watching) -> None:
    later = formatdate(time.time() + 30, usegmt=True)
    web.site.in_turn("/a.pdf", answer(b"", 503, retry_after=later), answer(pdf()))
    assert web.sight().outcome is CrawlOutcome.NEW
    assert sum(web.time.slept) == pytest.approx(30, abs=1.5)


def test_a_host_that_asks_for_too_much_time_is_left_alone(web: Watching) -> None:
    web.site.links("/a.pdf", "/b.pdf")
    web.site.put("/a.pdf", b"", 429, retry_after="3600")
    web.site.put("/b.pdf")
    look = web.look()
    assert [sight.outcome for sight in look.sights] == [CrawlOutcome.FAILED, CrawlOutcome.FAILED]
    assert all("left alone" in sight.reason for sight in look.sights)
    assert web.site.paths() == ["/", "/a.pdf"]


def test_a_host_that_is_down_is_not_asked_for_every_file(web: Watching) -> None:
    web.site.links(*(f"/{number}.pdf" for number in range(10)))
    for number in range(10):
        web.site.put(f"/{number}.pdf", b"", 500)
    look = web.look(limits={"failures": 3})
    assert [sight.outcome for sight in look.sights] == [CrawlOutcome.FAILED] * 10
    assert len(web.site.paths()) == 1 + 3 * 2
    assert "3 times in a row" in look.sights[9].reason


def test_between_two_requests_to_a_host_there_is_a_pause(web: Watching) -> None:
    web.site.links("/a.pdf", "/b.pdf")
    web.site.put("/a.pdf", pdf("a"))
    web.site.put("/b.pdf", pdf("b"))
    web.look(limits={"pause": 9.0})
    assert web.time.slept == [pytest.approx(9, abs=0.5)] * 3  # robots.txt, the page and two files


def test_redirects_are_followed_and_the_first_address_is_remembered(web: Watching) -> None:
    web.site.pages["/a.pdf"] = redirect("../b/åäö.pdf", 301)
    web.site.pages["/b/%C3%A5%C3%A4%C3%B6.pdf"] = answer(pdf())
    sight = web.sight()
    assert sight.outcome is CrawlOutcome.NEW
    assert web.publications.latest(web.site.address("/a.pdf")) is not None
    with web.publications.store.read() as session:
        assert session.scalar(select(VersionRow.final_address)) == web.site.address("/b/%C3%A5%C3%A4%C3%B6.pdf")


def test_redirects_without_end(web: Watching) -> None:
    for number in range(20):
        web.site.pages[f"/{number}.pdf"] = redirect(f"/{number + 1}.pdf")
    web.site.links("/0.pdf")
    sight = web.sight()
    assert sight.outcome is CrawlOutcome.REFUSED
    assert "more than 5 times" in sight.reason
    assert len(web.site.paths()) == 7


def test_redirects_in_a_circle(web: Watching) -> None:
    web.site.pages["/a.pdf"] = redirect("/b.pdf")
    web.site.pages["/b.pdf"] = redirect("/a.pdf")
    assert "in a circle" in web.sight().reason


def test_a_redirect_into_a_private_network_is_refused_though_the_host_is_allowed(web: Watching) -> None:
    port = web.site.port
    web.site.pages["/a.pdf"] = redirect(f"http://inside.test:{port}/secret.pdf")
    web.site.put("/secret.pdf")
    allowed = [f"site.test:{port}", f"inside.test:{port}"]
    sight = web.sight(allowed_hosts=allowed, allow_private=[f"site.test:{port}"])
    assert sight.outcome is CrawlOutcome.REFUSED
    assert "inside.test lies in a private network (127.0.0.1)" in sight.reason
    assert "/secret.pdf" not in web.site.paths()
    assert web.sight(allowed_hosts=allowed, allow_private=allowed).outcome is CrawlOutcome.NEW


def test_a_full_disk_ends_the_look(web: Watching) -> None:
    """The system refuses to let any file grow, as a full disk does."""
    web.site.put("/a.pdf", b"%PDF-" + bytes(150_000) + b"%%EOF")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(OutputError, match="Make room"):
            web.look()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert web.kept() == []
    assert list(web.publications.incoming.iterdir()) == []
    assert web.sight().outcome is CrawlOutcome.NEW
