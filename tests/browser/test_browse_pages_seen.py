"""The archive's pages in a real browser: accessible, narrow, printed; the site's search, from a plain web server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import cast

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

import kompass_extract
from kompass_extract.archive.folder import Archive
from kompass_extract.review.answers.answer_values import Choice, PassageChoice
from kompass_extract.web.browse.browse_app import create_browse_app
from kompass_extract.web.browse.document_views import MOST_HITS
from kompass_extract.web.browse.site_writer import publish_site
from kompass_extract.web.web_settings import WebSettings
from tests.support.browse_archive import CODE, HOGANAS, SALA, filled

PAGES = (
    "/",
    "/municipalities",
    f"/municipality/{CODE}",
    f"/report/{HOGANAS}",
    f"/report/{HOGANAS}/page/4",
    f"/value/{HOGANAS}/3/score",
    f"/value/{HOGANAS}/3/strength/1",
    "/concepts",
    "/concept/citizen-dialogue",
    "/compare",
    f"/compare/{HOGANAS}?with={SALA}",
    "/search?q=medborgardialog",
    "/data",
    "/nowhere",
)
QUERIES = (
    "medborgardialog", "dialog", "politiska mål", '"politiska mål"', "uppföljning", "sjukfrånvaro", "lag",
    "brukarundersökningar", "hållbar utveckling", "internkontroll", "och", "kommunens dialog",
)  # fmt: skip
NARROW = {"width": 390, "height": 844}
STARTS = 400  # looks, a twentieth of a second apart


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return filled(tmp_path_factory.mktemp("browsed") / "archive")


@pytest.fixture(scope="module")
def address(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The pages, served."""
    folder = tmp_path_factory.mktemp("browsing")
    app = create_browse_app(archive, WebSettings(access=folder / "access.db", picture_cache=folder / "pictures"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", access_log=False))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(STARTS):
        if server.started:
            break
        time.sleep(0.05)
    yield f"http://127.0.0.1:{cast(int, server.servers[0].sockets[0].getsockname()[1])}/browse"
    server.should_exit = True
    thread.join(10)


class _Quiet(SimpleHTTPRequestHandler):
    """A plain web server that writes no log."""

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def site(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The static site, on a plain web server."""
    folder = tmp_path_factory.mktemp("site") / "site"
    publish_site(archive, folder, dpi=50)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join(10)


def violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe finds, with the elements that it finds it in."""
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_no_violation_of_accessibility(browser: Browser, address: str, path: str, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + path)
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("path", PAGES)
def test_a_narrow_screen_needs_no_sideways_scroll(browser: Browser, address: str, path: str) -> None:
    context = browser.new_context(viewport=NARROW)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    assert violations(page) == []
    context.close()


def test_pages_work_without_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/")
    page.get_by_role("searchbox").fill("medborgardialog")
    page.keyboard.press("Enter")
    expect(page.locator("li.hit").first).to_contain_text("edborgardialog")
    page.locator("li.hit .links a").first.click()
    expect(page.locator("svg.sheet .place.here").first).to_be_attached()
    context.close()


def test_print_leaves_out_what_nobody_can_press(page: Page, address: str) -> None:
    page.goto(f"{address}/municipality/{CODE}")
    page.emulate_media(media="print")
    expect(page.locator(".masthead nav")).to_be_hidden()
    expect(page.locator("svg.radar")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def keys(page: Page) -> list[str]:
    """The keys of the hits that the site's search shows, all of them."""
    more = page.locator("ol.hits + button")
    if more.count():
        more.click()
        expect(more).to_have_count(0)
    return cast(list[str], page.locator("li.hit").evaluate_all("hits => hits.map((hit) => hit.dataset.key)"))


@pytest.mark.parametrize("query", QUERIES)
def test_the_sites_search_answers_as_the_archive_does(page: Page, site: str, archive: Archive, query: str) -> None:
    page.goto(f"{site}/search/")
    page.get_by_role("searchbox").fill(query)
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-answered", query)
    with kompass_extract.open_archive(archive.folder) as opened:
        expected = [hit.key for hit in opened.search(query, limit=MOST_HITS)]
    shown = keys(page)
    assert shown[:10] == expected[:10]
    if len(expected) < MOST_HITS:  # of a word that is everywhere, the archive orders some and the site all
        assert set(shown) == set(expected)


def test_the_sites_search_takes_filters_from_the_address(page: Page, site: str, archive: Archive) -> None:
    page.goto(f"{site}/en/search/?q=dialog&kind=improvement&edition=2020&min=40")
    expect(page.locator("html[data-answered='dialog']")).to_have_count(1)
    with kompass_extract.open_archive(archive.folder) as opened:
        choice = PassageChoice(kinds=("improvement",), min_score=40)
        expected = opened.search("dialog", reports=Choice(editions=("2020",)), passages=choice, limit=MOST_HITS)
    assert keys(page)[:10] == [hit.key for hit in expected][:10]
    assert violations(page) == []
    page.locator("li.hit .where a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sala")


def test_the_sites_search_keeps_the_areas_of_a_concept(page: Page, site: str, archive: Archive) -> None:
    page.goto(f"{site}/search/?q=kommunen&concept=citizen-dialogue")
    expect(page.locator("html[data-answered='kommunen']")).to_have_count(1)
    with kompass_extract.open_archive(archive.folder) as opened:
        expected = opened.search("kommunen", passages=PassageChoice(concept="citizen-dialogue"), limit=MOST_HITS)
    assert {hit.area for hit in expected} == {1}
    assert set(keys(page)) == {hit.key for hit in expected}
    expect(page.get_by_label("Begrepp")).to_have_value("citizen-dialogue")


def test_the_site_asks_for_nothing_from_elsewhere(page: Page, site: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", f"/municipality/{CODE}/", f"/report/{HOGANAS}/page/4/#3/score", "/search/?q=dialog", "/data/"):
        page.goto(site + path)
    expect(page.locator("body")).to_be_visible()
    assert len(asked) > 10
    assert all(one.startswith(site) for one in asked)


def test_a_cited_value_of_the_site_is_shown_on_its_page(page: Page, site: str) -> None:
    page.goto(f"{site}/report/{HOGANAS}/")
    page.locator('[id="3/score"] a').click()
    expect(page.locator("rect:target")).to_have_attribute("id", "3/score")
    assert violations(page) == []
