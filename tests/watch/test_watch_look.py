"""Looks at index pages: what is linked, what is new, changed and unchanged, and what one look leaves to the next."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.dialects import sqlite

from kompass_extract.archive.schema import DocumentRow, VersionRow
from kompass_extract.watch import crawl, crawl_store
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.file_names import file_name
from kompass_extract.watch.html_tokens import Tag, tokens
from kompass_extract.watch.index import IndexPage, decode, read_index
from tests.support.watching import Watching, watching
from tests.support.webserver import HANGS, answer, pdf, raw, redirect, serving

HERE = "https://skr.se/rapporter/lista.html"


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Watching]:
    with serving() as site:
        site.links("/a.pdf")
        site.put("/a.pdf", pdf("first"))
        made = watching(site, tmp_path / "archive")
        yield made
        made.publications.store.close()


def versions(web: Watching) -> list[VersionRow]:
    with web.publications.store.read() as session:
        return list(session.scalars(select(VersionRow).order_by(VersionRow.id)))


def test_a_new_address_is_a_document_and_a_version(web: Watching) -> None:
    web.site.put("/a.pdf", pdf("first"), etag='"1"', last_modified="Mon, 02 Jan 2023 10:00:00 GMT")
    sight = web.sight()
    (version,) = versions(web)
    assert (version.address, version.sha256) == (web.site.address("/a.pdf"), sight.sha256)
    assert (version.etag, version.last_modified) == ('"1"', "Mon, 02 Jan 2023 10:00:00 GMT")
    assert version.fetched_at.startswith(str(datetime.now(UTC).year))
    assert (version.page, version.title) == (web.site.address("/"), "/a.pdf")
    assert version.final_address == version.address
    with web.publications.store.read() as session:
        document = session.get_one(DocumentRow, sight.sha256)
    assert (document.file_name, document.size) == ("a.pdf", len(pdf("first")))
    assert (web.publications.archive.folder / document.stored).read_bytes() == pdf("first")


def test_what_was_not_modified_is_not_sent_again(web: Watching) -> None:
    honest = answer(pdf("first"), etag='"1"', last_modified="Mon, 02 Jan 2023 10:00:00 GMT")
    web.site.in_turn("/a.pdf", honest, answer(b"", 304, etag='W/"2"'), answer(b"", 304))
    assert [web.sight().outcome for _ in range(3)] == [CrawlOutcome.NEW, CrawlOutcome.UNCHANGED, CrawlOutcome.UNCHANGED]
    first, second, third = (asked.headers for asked in web.site.asked if asked.path == "/a.pdf")
    assert "if-none-match" not in first
    assert (second["if-none-match"], second["if-modified-since"]) == ('"1"', "Mon, 02 Jan 2023 10:00:00 GMT")
    assert third["if-none-match"] == 'W/"2"'
    (version,) = versions(web)
    assert version.checked_at > version.fetched_at


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param({"etag": '"1"'}, {"etag": '"2"'}, id="a new etag"),
        pytest.param({"etag": '"1"'}, {"etag": '"1"'}, id="the old etag"),
        pytest.param({}, {}, id="no etag"),
    ],
)
def test_changed_content_is_a_version_beside_the_old_one(
    web: Watching, first: dict[str, str], then: dict[str, str]
) -> None:
    web.site.in_turn("/a.pdf", answer(pdf("first"), 200, **first), answer(pdf("second"), 200, **then))
    old, new = web.sight(), web.sight()
    assert (old.outcome, new.outcome) == (CrawlOutcome.NEW, CrawlOutcome.CHANGED)
    assert [version.sha256 for version in versions(web)] == [old.sha256, new.sha256]
    assert {path.read_bytes() for path in web.kept()} == {pdf("first"), pdf("second")}


@pytest.mark.parametrize("etags", [("1", "1"), ("1", "2"), (None, None)])
def test_the_same_content_sent_again_is_unchanged(web: Watching, etags: tuple[str | None, str | None]) -> None:
    answers = [answer(pdf("first"), 200, **({"etag": f'"{etag}"'} if etag else {})) for etag in etags]
    web.site.in_turn("/a.pdf", *answers)
    assert [web.sight().outcome, web.sight().outcome] == [CrawlOutcome.NEW, CrawlOutcome.UNCHANGED]
    (version,) = versions(web)
    assert version.etag == (f'"{etags[1]}"' if etags[1] else None)


def test_a_file_that_goes_back_is_a_third_version(web: Watching) -> None:
    web.site.in_turn("/a.pdf", answer(pdf("A")), answer(pdf("B")), answer(pdf("A")))
    sights = [web.sight() for _ in range(3)]
    assert [sight.outcome for sight in sights] == [CrawlOutcome.NEW, CrawlOutcome.CHANGED, CrawlOutcome.CHANGED]
    assert [version.sha256 for version in versions(web)] == [sight.sha256 for sight in sights]
    assert len(web.kept()) == 2


def test_one_content_under_two_addresses_is_one_document(web: Watching) -> None:
    web.site.links("/a.pdf", "/b.pdf")
    web.site.put("/b.pdf", pdf("first"))
    assert [sight.outcome for sight in web.look().sights] == [CrawlOutcome.NEW, CrawlOutcome.KNOWN]
    assert len(web.kept()) == 1
    assert len(versions(web)) == 2


def test_what_was_lost_from_the_disk_is_fetched_again(web: Watching) -> None:
    web.site.in_turn("/a.pdf", answer(pdf("first"), etag='"1"'))
    web.look()
    web.kept()[0].unlink()
    web.look()
    assert "if-none-match" not in web.site.asked[-1].headers
    assert len(web.kept()) == 1


def test_one_failing_page_and_one_failing_file_stop_nothing(web: Watching) -> None:
    web.site.links("/missing.pdf", "/a.pdf", at="/second")
    pages = [web.site.address("/gone"), web.site.address("/second"), "http://foreign.test/"]
    look = web.look(pages=pages)
    assert [page.outcome for page in look.pages] == [CrawlOutcome.FAILED, CrawlOutcome.READ, CrawlOutcome.REFUSED]
    assert [sight.outcome for sight in look.sights] == [CrawlOutcome.FAILED, CrawlOutcome.NEW]
    assert [one.reason for one in look.troubles] == [
        "status 404",
        "host foreign.test is not allowed",
        "status 404",
    ]
    assert look.record()["counts"] == {"new": 1, "failed": 1}


def test_links_out_of_the_allowed_hosts_are_reported_and_not_asked(web: Watching) -> None:
    web.site.links("http://elsewhere.test/x.pdf")
    sight = web.sight()
    assert (sight.outcome, sight.reason) == (CrawlOutcome.REFUSED, "host elsewhere.test is not allowed")


def test_a_linked_address_is_visited_once(web: Watching) -> None:
    web.site.links("/a.pdf", "/a.pdf#sida=2", "a.pdf")
    assert len(web.look().sights) == 1


def test_further_pages_are_followed_up_to_the_limit_and_in_no_circle(web: Watching) -> None:
    for number in range(5):
        web.site.put(f"/{number}.pdf", pdf(str(number)))
        web.site.links(f"/{number}.pdf", at=f"/page{number}", more=f'<a href="/page{number + 1}">Nästa sida</a>')
    web.site.links("/4.pdf", at="/page5", more='<a rel="next" href="/page0">1</a>')
    start = [web.site.address("/page0")]
    assert len(web.look(pages=start).pages) == 1
    look = web.look(pages=start, next_pages=2)
    assert [page.address[-1] for page in look.pages] == ["0", "1", "2"]
    assert [sight.outcome for sight in look.sights] == [CrawlOutcome.UNCHANGED, CrawlOutcome.NEW, CrawlOutcome.NEW]
    assert len(web.look(pages=start, next_pages=50).pages) == 6


def test_known_addresses_are_left_alone_until_they_are_due(web: Watching) -> None:
    web.look()
    assert web.sight(recheck_hours=24).outcome is CrawlOutcome.NOT_DUE
    early = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
    with web.publications.store.write() as session:
        session.execute(update(VersionRow).values(checked_at=early))
    assert web.sight(recheck_hours=24).outcome is CrawlOutcome.UNCHANGED


def test_what_a_look_may_not_take_any_more_is_left_to_the_next(web: Watching) -> None:
    web.site.links(*(f"/{number}.pdf" for number in range(4)))
    for number in range(4):
        web.site.put(f"/{number}.pdf", pdf(str(number)))
    first = web.look(limits={"downloads": 3}, recheck_hours=1)
    assert [sight.outcome for sight in first.sights] == [CrawlOutcome.NEW] * 3 + [CrawlOutcome.LEFT]
    second = web.look(limits={"downloads": 3}, recheck_hours=1)
    assert [sight.outcome for sight in second.sights] == [CrawlOutcome.NOT_DUE] * 3 + [CrawlOutcome.NEW]


def test_only_what_the_patterns_name(web: Watching) -> None:
    more = '<a href="/b.pdf">Kommunkompassen Åmål</a><a href="/c.pdf">Årsredovisning</a>'
    web.site.links(at="/", more=more)
    web.site.put("/b.pdf")
    assert [sight.text for sight in web.look(include=["*KOMMUNKOMPASS*"]).sights] == ["Kommunkompassen Åmål"]


def test_an_index_page_may_be_moved_and_links_count_from_its_new_place(web: Watching) -> None:
    web.site.pages["/"] = redirect("/new/list")
    web.site.links("b.pdf", at="/new/list")
    web.site.put("/new/b.pdf")
    assert web.sight().address == web.site.address("/new/b.pdf")


def test_a_page_that_breaks_a_library_fails_alone(web: Watching, monkeypatch: pytest.MonkeyPatch) -> None:
    web.site.links("b.pdf", at="/good")
    web.site.put("/b.pdf")
    real = crawl.read_index

    def breaking(data: bytes, address: str, *rest: str, **more: tuple[str, ...]) -> IndexPage:
        if address.endswith("/"):
            raise RecursionError("too deep")
        return real(data, address, *rest, **more)

    monkeypatch.setattr(crawl, "read_index", breaking)
    web.site.put("/", b"<a href=x.pdf>")
    seen = web.look(pages=[web.site.address("/"), web.site.address("/good")])
    assert [page.outcome for page in seen.pages] == [CrawlOutcome.FAILED, CrawlOutcome.READ]
    assert "RecursionError" in seen.pages[0].reason
    assert [sight.outcome for sight in seen.sights] == [CrawlOutcome.NEW]


def test_a_reference_of_thousands_of_digits_is_no_character(web: Watching) -> None:
    web.site.put("/", b"<a href='a.pdf'>&#" + b"9" * 5_000 + b"; Sala</a>")
    web.site.put("/a.pdf")
    assert web.sight().text == "\ufffd Sala"


def test_pages_that_are_none(web: Watching) -> None:
    web.site.put("/", pdf())
    assert web.look().pages[0].reason == "a PDF and not an index page"
    web.site.put("/", b"\x00\xff" * 500)
    assert web.look().pages[0].reason == "links to no PDF"
    web.site.put("/", b"x" * 300_000)
    assert web.look().pages[0].outcome is CrawlOutcome.REFUSED


@pytest.mark.parametrize("content_type", ["text/html; charset=iso-8859-1", "text/html"])
def test_a_page_that_is_not_utf8(web: Watching, content_type: str) -> None:
    body = '<a href="/Åmål.pdf">Åmål 2019</a>'.encode("latin-1")
    web.site.put("/", body, content_type=content_type)
    web.site.put("/%C3%85m%C3%A5l.pdf", pdf("amal"))
    sight = web.sight()
    assert (sight.outcome, sight.text) == (CrawlOutcome.NEW, "Åmål 2019")


@pytest.mark.parametrize(
    ("data", "content_type", "encoding"),
    [
        ("å".encode("utf-8-sig"), "text/html; charset=iso-8859-1", "utf-8"),
        ("\ufeffå".encode("utf-16-le"), "", "utf-16-le"),
        ("å".encode("cp1252"), 'text/html; charset="ISO-8859-1"', "cp1252"),
        (b'<meta charset="windows-1252">' + "å".encode("cp1252"), "text/html", "cp1252"),
        (b'<meta http-equiv=x content="text/html; charset=iso-8859-15">' + b"\xe5", "", "iso8859-15"),
        (b'<meta charset="utf-16">' + "å".encode(), "", "utf-8"),
        ("å".encode(), "text/html; charset=nonsense", "utf-8"),
        ("å".encode(), "text/html; charset=punycode", "utf-8"),
        (b"\xe5", "", "cp1252"),
    ],
)
def test_encodings(data: bytes, content_type: str, encoding: str) -> None:
    text, found = decode(data, content_type)
    assert (text[-1], found) == ("å", encoding)


@pytest.mark.parametrize(
    ("page", "addresses"),
    [
        ('<base href="/filer/"><a href="a.pdf">x</a>', ["https://skr.se/filer/a.pdf"]),
        ('<base href="https://cdn.se/"><base href="/no/"><a href="a.pdf">', ["https://cdn.se/a.pdf"]),
        ("<a href=a.PDF>x</a><A HREF='b.pdf?v=1'>y</A>", ["a.PDF", "b.pdf?v=1"]),
        ('<a href="/download/18.5/162/rapport">Rapport (PDF, 2 MB)</a>', ["https://skr.se/download/18.5/162/rapport"]),
        ('<a href="x" type="application/pdf">x</a>', ["x"]),
        ('<a href="hamta?fil=a.pdf">x</a>', ["hamta?fil=a.pdf"]),
        ('<a href="om-pdf.html">Om PDF</a><a href="x.html">x</a>', ["om-pdf.html"]),  # the server is asked
        ('<a href="a&amp;b.pdf">Tj&ouml;rn</a>', ["a&b.pdf"]),
        ('<a href="a.pdf"><!-- <a href="b.pdf"> --></a><script>"<a href=c.pdf>"</script>', ["a.pdf"]),
        ('<object data="a.pdf"></object><embed src="b.pdf"><link href="c.pdf">', ["a.pdf", "b.pdf", "c.pdf"]),
        ('<a href="mailto:x.pdf">x</a><a name="y.pdf">y</a><a href="">z</a>', []),
        ('<a href="a.pdf" href="b.pdf">x</a>', ["a.pdf"]),
        ('<a href="x"><img src="i.png" alt="Ladda ner pdf"></a>', ["x"]),
        ('<a href="a.pdf" ', []),
    ],
)
def test_links_to_pdfs(page: str, addresses: list[str]) -> None:
    found = [link.address.removeprefix("https://skr.se/rapporter/") for link in read_index(page.encode(), HERE).links]
    assert found == addresses


@given(
    st.lists(st.sampled_from(["<", ">", "a", " ", "href", "=", '"', "'", "/", "x.pdf", "<!--", "-->", "<script>", "&"]))
)
def test_no_page_breaks_the_reader_and_text_without_tags_stays(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = list(tokens(text))
    read_index(text.encode(), HERE)
    if "<" not in text and "&" not in text:
        assert "".join(one for one in found if isinstance(one, str)) == text
    assert all(one.name for one in found if isinstance(one, Tag))


BROKEN = ("<!--", "<a", "<a href='", "</", "<a href=", "<a x ", "<title", "<meta charset ", "<")
READ_BROKEN = """
import resource, sys
from kompass_extract.watch.index import read_index
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
for piece in sys.argv[1:]:
    assert read_index((piece * (500_000 // len(piece))).encode(), "https://skr.se/").links == (), piece
"""


def test_pages_broken_on_purpose_are_read_once_through() -> None:
    """A second of processor time does; to look at what follows each piece again and again would take hours."""
    done = subprocess.run([sys.executable, "-c", READ_BROKEN, *BROKEN], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("address", "disposition", "name"),
    [
        ("https://skr.se/x/Kommunkompassen%20%C3%85m%C3%A5l.pdf?v=1", "", "Kommunkompassen Åmål.pdf"),
        ("https://skr.se/x/", "", "publication.pdf"),
        ("https://skr.se/get?id=1", 'attachment; filename="../../etc/rapport.PDF"', "etc_rapport.pdf"),
        ("https://skr.se/get", "attachment; filename*=UTF-8''%C3%85m%C3%A5l.pdf", "Åmål.pdf"),
        ("https://skr.se/get%0Aname.pdf", "", "get_name.pdf"),
        (f"https://skr.se/{'x' * 500}.pdf", "", f"{'x' * 150}.pdf"),
    ],
)
def test_file_names(address: str, disposition: str, name: str) -> None:
    assert file_name(address, disposition) == name


def _look_and_die(web: Watching, stage: str) -> None:
    """In a process of its own: a look that is killed when it reaches a stage."""

    def die(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    fresh = watching(web.site, web.publications.archive.folder)
    if stage == "fetched":
        setattr(crawl_store, "_move", die)  # noqa: B010
    elif stage == "moved":
        setattr(sqlite, "insert", die)  # noqa: B010
    fresh.look(limits={"total_timeout": 30.0, "read_timeout": 30.0})


@pytest.mark.parametrize("stage", ["half-way", "fetched", "moved"])
def test_a_look_that_was_killed_is_made_good_by_the_next(web: Watching, stage: str) -> None:
    whole = pdf("first")
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(whole)
    first = raw(head, whole[:20], hold=HANGS) if stage == "half-way" else answer(whole)
    web.site.in_turn("/a.pdf", first, answer(whole))
    process = multiprocessing.get_context("fork").Process(target=_look_and_die, args=(web, stage))
    process.start()
    if stage == "half-way":
        _wait_until(lambda: any(web.publications.incoming.glob("*.part")) and len(web.site.asked) == 3)
        process.kill()
    process.join(20)
    assert process.exitcode == -signal.SIGKILL
    assert versions(web) == []
    assert web.sight().outcome is CrawlOutcome.NEW
    assert [path.read_bytes() for path in web.kept()] == [whole]
    assert len(versions(web)) == 1


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_a_killed_look_left_is_tidied_up_and_what_another_writes_is_not(web: Watching) -> None:
    incoming = web.publications.incoming
    incoming.mkdir()
    old, fresh = incoming / "fetch-old.part", incoming / "fetch-new.part"
    for path in (old, fresh):
        path.write_bytes(b"%PDF-")
    os.utime(old, (0, 0))
    web.publications.tidy()
    assert list(incoming.iterdir()) == [fresh]
