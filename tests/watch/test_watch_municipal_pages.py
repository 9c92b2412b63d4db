"""Reports found on pages as municipalities have them, and what is remembered of everything else."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from kompass_extract.archive.schema import DocumentRow, VersionRow, WatchedLinkRow
from kompass_extract.cli import main
from kompass_extract.watch.crawl_outcome import CrawlOutcome
from kompass_extract.watch.crawl_summary import headline, lines_of, markdown
from tests.support.cms_site import HTML, PAGES, REPORTS, put_municipal_pages
from tests.support.watching import Watching, watching
from tests.support.webserver import answer, pdf, redirect, serving


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Watching]:
    with serving() as site:
        made = watching(site, tmp_path / "archive")
        yield made
        made.publications.store.close()


@pytest.fixture
def town(web: Watching) -> Watching:
    """A site with the pages of three municipalities."""
    put_municipal_pages(web.site)
    return web


def pages_of(web: Watching) -> list[str]:
    return [web.site.address(path) for path in PAGES]


def found(web: Watching) -> set[str]:
    with web.publications.store.read() as session:
        return {address.removeprefix(web.site.address("")) for address in session.scalars(select(VersionRow.address))}


def test_every_report_is_found_however_it_is_linked(town: Watching) -> None:
    look = town.look(pages=pages_of(town))
    assert found(town) == REPORTS
    assert not look.troubles
    assert {sight.outcome for sight in look.sights} <= {CrawlOutcome.NEW, CrawlOutcome.READ, CrawlOutcome.PASSED}
    assert all(page.outcome is CrawlOutcome.READ for page in look.pages)
    assert "/arkiv/badregler.pdf" not in town.site.paths()  # one of a sitemap that nothing connects with a report
    assert "/x.pdf" not in town.site.paths()  # two steps away


def test_a_file_is_named_as_its_server_says_filename_star_first(town: Watching) -> None:
    town.look(pages=pages_of(town))
    with town.publications.store.read() as session:
        names = set(session.scalars(select(DocumentRow.file_name)))
    assert "Kommunkompassen Åmål.pdf" in names
    assert "kk.pdf" in names  # the one of WordPress


def test_everything_passed_over_is_counted_and_named(town: Watching) -> None:
    look = town.look(pages=pages_of(town))
    passed = {
        why: {one.address.removeprefix(town.site.address("")) for one in links} for why, links in look.passed().items()
    }
    assert passed["another kind of file"] >= {"/contentassets/0f1/kk-2010.docx", "/images/18.1/2/diagram.png"}
    assert passed["in the navigation, without words of a report"] >= {"/barn--utbildning.4.html", "/kontakt.4.html"}
    assert passed["no web address"] == {"tel:0224747000", "mailto:kommun.info@sala.se"}
    assert passed["a web page"] == {"/nyheter/annat/"}
    listed = look.record()["passed"]
    assert isinstance(listed, list)
    assert len(listed) == sum(len(links) for links in look.passed().values())
    assert f"{len(listed)} links passed over" in headline(look)
    assert "/contentassets/0f1/kk-2010.docx" in markdown(look).replace("&#45;", "-")
    assert any("passed over" in line and "another kind of file" in line for line in lines_of(look))


def test_the_next_look_asks_nothing_again_but_pages_and_files(town: Watching) -> None:
    town.look(pages=pages_of(town))
    town.site.asked.clear()
    look = town.look(pages=pages_of(town), recheck_hours=1)
    assert town.site.heads() == []
    assert set(town.site.paths()) == {
        *PAGES, "/feed/", "/sitemap.xml", "/nyheter/kommunkompassen-visar-vagen/", "/2022/kompassen/",
        "/arkiv/kommunkompassen-2006",
    }  # fmt: skip
    assert look.counts() == {CrawlOutcome.NOT_DUE: len(REPORTS)}
    assert not look.alarms


def test_what_was_no_pdf_is_asked_again_after_a_while(web: Watching) -> None:
    web.site.links(at="/", more='<a href="/rapport">Rapport</a>')
    web.site.put("/rapport", b"\x89PNG", content_type="image/png")
    assert web.sight().outcome is CrawlOutcome.PASSED
    assert web.sight().reason.startswith("another kind of file: image/png, asked on")
    web.site.put("/rapport", pdf("at last"), content_type="application/pdf")
    assert web.sight().outcome is CrawlOutcome.PASSED
    early = (datetime.now(UTC) - timedelta(hours=200)).isoformat()
    with web.publications.store.write() as session:
        session.execute(update(WatchedLinkRow).values(checked_at=early))
    assert web.sight().outcome is CrawlOutcome.NEW


@pytest.mark.parametrize("hours", [-30 * 24, 30 * 24], ids=["long ago", "to come"])
def test_a_clock_that_was_set_back_stops_no_look(web: Watching, hours: int) -> None:
    web.site.links("/a.pdf", more='<a href="/rapport">Rapport</a>')
    web.site.put("/a.pdf", pdf("a"))
    web.site.put("/rapport", b"\x89PNG", content_type="image/png")
    web.look(recheck_hours=24)
    with web.publications.store.write() as session:
        other = (datetime.now(UTC) + timedelta(hours=hours)).isoformat()
        session.execute(update(VersionRow).values(checked_at=other))
        session.execute(update(WatchedLinkRow).values(checked_at=other))
    web.site.put("/rapport", pdf("b"), content_type="application/pdf")
    assert [one.outcome for one in web.look(recheck_hours=24).sights] == [CrawlOutcome.UNCHANGED, CrawlOutcome.NEW]


@pytest.mark.parametrize(
    ("content_type", "body", "outcome"),
    [
        ("application/pdf", pdf("1"), CrawlOutcome.NEW),
        ("application/octet-stream", pdf("2"), CrawlOutcome.NEW),
        ("text/html", pdf("3"), CrawlOutcome.NEW),
        ("application/octet-stream", b"PK\x03\x04 no report", CrawlOutcome.PASSED),
        ("application/pdf", b"<html>Sidan finns inte</html>", CrawlOutcome.PASSED),
        ("text/html", b"<html>Sidan finns inte</html>", CrawlOutcome.READ),
        ("application/msword", b"\xd0\xcf", CrawlOutcome.PASSED),
    ],
)
@pytest.mark.parametrize("head", [True, False], ids=["HEAD", "no HEAD"])
def test_a_link_is_judged_by_type_and_first_bytes(
    web: Watching, content_type: str, body: bytes, outcome: CrawlOutcome, head: bool
) -> None:
    web.site.links(at="/", more='<a href="/visa?id=3">Rapport om Kommunkompassen</a>')
    whole = answer(body, content_type=content_type)
    web.site.pages["/visa?id=3"] = lambda handler: (whole if head or handler.command == "GET" else answer(b"", 501))(
        handler
    )
    sight = web.sight()
    assert sight.outcome is outcome
    ranges = [asked.headers["range"] for asked in web.site.asked if "range" in asked.headers]
    assert ranges == ([] if head else ["bytes=0-1023"])


def test_a_server_that_sends_the_part_alone_is_asked_for_the_whole(web: Watching) -> None:
    web.site.links(at="/", more='<a href="/visa?id=3">Rapport</a>')
    whole = pdf("x" * 3000)

    def send(handler: BaseHTTPRequestHandler) -> None:
        is_part = "Range" in handler.headers
        whole_or_part = answer(whole[:1024] if is_part else whole, 206 if is_part else 200)
        (answer(b"", 403) if handler.command == "HEAD" else whole_or_part)(handler)

    web.site.pages["/visa?id=3"] = send
    assert web.sight().outcome is CrawlOutcome.NEW
    assert [path.read_bytes() for path in web.kept()] == [whole]


def test_a_cookie_lives_as_long_as_its_chain_of_redirects(web: Watching) -> None:
    web.site.links("/a.pdf", "/b.pdf")
    web.site.pages["/a.pdf"] = answer(b"", 302, location="/a2.pdf", set_cookie="s=1; Path=/")
    web.site.put("/a2.pdf", pdf("a"))
    web.site.put("/b.pdf", pdf("b"))
    web.look()
    cookies = {asked.path: asked.headers.get("cookie") for asked in web.site.asked}
    assert (cookies["/a.pdf"], cookies["/a2.pdf"], cookies["/b.pdf"]) == (None, "s=1", None)


def test_a_cookie_goes_to_no_other_host(web: Watching) -> None:
    web.site.links("/a.pdf")
    there = web.site.address("/b.pdf", "other.test")
    web.site.pages["/a.pdf"] = answer(b"", 302, location=there, set_cookie="s=1; Path=/; Domain=other.test")
    web.site.put("/b.pdf", pdf("b"))
    hosts = [f"site.test:{web.site.port}", f"other.test:{web.site.port}"]
    assert web.sight(allowed_hosts=hosts, allow_private=hosts).outcome is CrawlOutcome.NEW
    assert all("cookie" not in asked.headers for asked in web.site.asked)


def test_a_circle_with_cookies_that_change_ends(web: Watching) -> None:
    count = iter(range(100))
    web.site.links("/a.pdf")

    def send(handler: BaseHTTPRequestHandler) -> None:
        answer(b"", 302, location="/a.pdf", set_cookie=f"n={next(count)}")(handler)

    web.site.pages["/a.pdf"] = send
    assert "more than 5 times" in web.sight().reason


def test_one_page_down_is_an_alarm_after_some_looks(town: Watching) -> None:
    pages = [town.site.address("/sitevision"), town.site.address("/wordpress")]
    assert not town.look(pages=pages).alarms
    town.site.put("/sitevision", b"", 500)
    alarms = [[state.alarm for state in town.look(pages=pages, alarm_after=3).alarms] for _ in range(4)]
    assert alarms[:2] == [[], []]
    assert alarms[2] == ["not read in 3 looks in a row: status 500 (asked 2 times)"]
    assert alarms[3] == ["not read in 4 looks in a row: status 500 (asked 2 times)"]
    put_municipal_pages(town.site)
    assert not town.look(pages=pages).alarms


def test_a_page_that_was_never_read_is_an_alarm_at_once(town: Watching) -> None:
    look = town.look(pages=[town.site.address("/sitevision"), town.site.address("/tpyo")])
    assert [(state.address, state.alarm) for state in look.alarms] == [
        (town.site.address("/tpyo"), "not read in this look: status 404")
    ]
    assert REPORTS & found(town)


@pytest.mark.parametrize(
    ("left", "alarm"),
    [(0, "led to 20 files and leads to none now"), (9, "led to 20 files and leads to 9 now"), (10, ""), (30, "")],
)
def test_a_page_that_lost_its_files_is_an_alarm(web: Watching, left: int, alarm: str) -> None:
    paths = [f"/{number}.pdf" for number in range(30)]
    for path in paths:
        web.site.put(path, pdf(path))
    web.site.links(*paths[:20])
    assert not web.look(recheck_hours=1).alarms
    web.site.links(*paths[:left])
    assert [state.alarm for state in web.look(recheck_hours=1).states] == [alarm]
    assert [state.alarm for state in web.look(recheck_hours=1).states] == [alarm]


def test_files_that_fail_are_not_files_that_are_gone(web: Watching) -> None:
    web.site.links("/a.pdf", "/b.pdf")
    web.look()
    assert not web.look().alarms


def test_a_packed_sitemap_index_leads_to_its_parts(web: Watching) -> None:
    index = f"<sitemapindex><sitemap><loc>{web.site.address('/part.xml.gz')}</loc></sitemap></sitemapindex>"
    part = "<urlset><url><loc>/kommunkompassen/</loc></url></urlset>"
    web.site.put("/map.xml", index)
    web.site.put("/part.xml.gz", gzip.compress(part.encode()), content_type="application/gzip")
    web.site.put("/kommunkompassen/", '<a href="/a.pdf">x</a>', content_type=HTML)
    web.site.put("/a.pdf", pdf("a"))
    look = web.look(pages=[web.site.address("/map.xml")])
    assert found(web) == {"/a.pdf"}
    assert look.states[0].files == 1


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))


@pytest.mark.parametrize(
    "data",
    [
        f"<!DOCTYPE rss [{ENTITIES}]><rss><item><link>/a.pdf</link><title>&a11;</title></item></rss>",
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><item><link>/a.pdf</link><title>&x;</title></item>'
        "</rss>",
        '<rss><item><title>A & B</title><link>/a.pdf</link></item>',
        '<rss><channel><item><enclosure url="/a.pdf" type="application/pdf"/></item>' + "<x>" * 20_000,
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><link rel="enclosure" href="/a.pdf"/></entry></feed>',
    ],
    ids=["entities in entities", "foreign entity", "not quite XML", "deep", "Atom"],
)  # fmt: skip
def test_a_feed_that_means_harm_gives_its_links_and_nothing_else(web: Watching, data: str) -> None:
    web.site.put("/", data, content_type="text/xml")
    web.site.put("/a.pdf", pdf("a"))
    sight = web.sight()
    assert sight.outcome is CrawlOutcome.NEW
    assert "root:" not in sight.text
    assert len(sight.text) < 100


def test_a_bomb_of_a_sitemap_is_refused(web: Watching) -> None:
    web.site.put("/", gzip.compress(bytes(50_000_000)), content_type="application/gzip")
    (page,) = web.look().pages
    assert page.outcome is CrawlOutcome.FAILED
    assert "that are allowed" in page.reason


def test_a_limit_of_asks_leaves_the_rest_to_the_next_look(web: Watching) -> None:
    links = "".join(f'<a href="/visa?id={number}">Rapport {number}</a>' for number in range(5))
    web.site.links(at="/", more=links)
    for number in range(5):
        web.site.put(f"/visa?id={number}", b"\x89PNG", content_type="image/png")
    first, second = (web.look(limits={"asks": 3}, recheck_other_hours=24) for _ in range(2))
    assert [one.outcome for one in first.sights].count(CrawlOutcome.LEFT) == 2
    assert [one.outcome for one in second.sights].count(CrawlOutcome.LEFT) == 0
    assert len(web.site.heads()) == 5


def configured(web: Watching, folder: Path) -> list[str]:
    host = f"127.0.0.1:{web.site.port}"
    config = folder / "watch.toml"
    config.write_text(
        f'contact = "a@b.se"\npages = ["http://{host}/sitevision"]\nallow_private = ["{host}"]\n'
        "[limits]\npause = 0.0\nattempts = 1\n"
    )
    return ["watch", "--config", str(config), "--archive", str(folder / "archive")]


def test_explain_says_for_each_link_what_would_happen_and_why(town: Watching, tmp_path: Path) -> None:
    page = town.site.address("/sitevision", "127.0.0.1")
    command = [*configured(town, tmp_path), "--explain", page]
    result = CliRunner().invoke(main, [*command, "--json"])
    assert result.exit_code == 0, result.output
    said = {one["address"].removeprefix(town.site.address("", "127.0.0.1")): one for one in json.loads(result.stdout)}
    assert said["/download/18.def/5678/"] == {
        "address": town.site.address("/download/18.def/5678/", "127.0.0.1"),
        "text": "Ta del av rapporten i sin helhet här",
        "action": "fetched",
        "why": "its own words name a report",
        "said": "a PDF: application/pdf",
    }
    assert said["/images/18.1/2/diagram.png"]["action"] == "passed over"
    assert said["/kontakt.4.html"]["why"] == "in the navigation, without words of a report"
    assert town.kept() == []
    table = CliRunner().invoke(main, command).output
    assert all(text in table for text in ("Ta del av rapporten", "another kind of file", "passed over"))


def test_explain_names_files_that_robots_txt_forbids(web: Watching, tmp_path: Path) -> None:
    web.site.put("/robots.txt", "User-agent: *\nDisallow: /hidden/\n")
    web.site.put("/sitevision", '<h1>Kommunkompassen</h1><a href="/hidden/report.pdf">Rapport</a>')
    page = web.site.address("/sitevision", "127.0.0.1")
    result = CliRunner().invoke(main, [*configured(web, tmp_path), "--explain", page, "--json"])
    told = [(one["action"], one["said"]) for one in json.loads(result.stdout)]
    assert told == [("not asked", "robots.txt forbids it")]


def test_explain_says_what_is_wrong_with_a_page(web: Watching, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [*configured(web, tmp_path), "--explain", "https://elsewhere.test/"])
    assert result.exit_code == 41
    assert "elsewhere.test is not allowed" in result.output


def test_an_alarm_ends_when_the_page_is_accepted(town: Watching, tmp_path: Path) -> None:
    command = configured(town, tmp_path)
    page = town.site.address("/sitevision", "127.0.0.1")
    hosts = [f"127.0.0.1:{town.site.port}"]

    def alarms() -> int:
        return len(town.look(pages=[page], allowed_hosts=hosts, allow_private=hosts, sitemaps=False).alarms)

    assert alarms() == 0
    town.site.put("/sitevision", "<html>Flyttat</html>", content_type=HTML)
    assert alarms() == 1
    result = CliRunner().invoke(main, [*command, "--accept", page])
    assert result.exit_code == 0, result.output
    assert alarms() == 0
    assert CliRunner().invoke(main, [*command, "--accept", "https://x.se/"]).exit_code == 40


def test_a_redirect_of_a_page_to_a_pdf_is_fetched(web: Watching) -> None:
    web.site.links(at="/", more='<a href="/rapport/">Rapporten</a>')
    web.site.pages["/rapport/"] = redirect("/store/1")
    web.site.put("/store/1", pdf("1"), content_type="text/html")
    assert web.sight().outcome is CrawlOutcome.NEW
