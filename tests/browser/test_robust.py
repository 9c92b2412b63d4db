"""Killed servers, hostile reports, screen readers: in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from kompass_extract.archive.folder import Archive
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order, QueueFilter
from tests.browser.conftest import ASKED, ITEM, QUESTION, REPORT, SCORE, TITLE, Served
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put

START_S = 60.0
SCRIPT = "<script>window.hacked=1</script>"
EVIL = f"{SCRIPT}\"'><img src=x onerror=window.hacked=1>{{{{7*7}}}}"


class Server:
    """``kompass review`` as a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-c", "from kompass_extract.cli import main; main()", "review"]
        options = ["--archive", str(self._folder), "--port", str(self.port)]
        self._process = subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL)
        end = time.monotonic() + START_S
        while time.monotonic() < end:
            try:
                urlopen(f"{self.url}/help", timeout=2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("kompass review did not start")

    def kill(self) -> None:
        if self._process is not None:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None


@pytest.fixture
def server(filled: Path, tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "archive"
    shutil.copytree(filled, folder)
    made = Server(folder)
    yield made
    made.kill()


@pytest.mark.slow
def test_killed_between_any_two_requests_nothing_is_lost(server: Server, page: Page, tmp_path: Path) -> None:
    server.start()
    page.goto(server.url + "/next")
    page.get_by_label("Ditt namn").fill("Anna")
    page.get_by_role("button", name="Börja").click()
    for left in range(len(ASKED), 0, -1):
        expect(page.locator("html[data-ready]")).to_have_count(1)
        expect(page.locator(".crumbs")).to_contain_text(f"av {left}")
        missing = page.locator("#absent").count()  # nothing was read: that it is not there is a choice of its own
        page.keyboard.press("n" if missing else "a")
        if missing:
            page.get_by_role("button", name="Ja, det står inte").press("Enter")
        expect(page.locator(".crumbs, .good").first).not_to_contain_text(f"av {left}")
        server.kill()
        desk = Desk(Archive.at(tmp_path / "archive"))
        assert desk.queue(QueueFilter(), reviewer="Anna").total == left - 1
        assert sum(entry.by == "Anna" for entry in desk.history(REPORT)) == len(ASKED) - left + 1
        desk.close()
        server.start()


@pytest.mark.slow
def test_what_was_written_is_kept_while_the_server_is_away(server: Server, page: Page) -> None:
    server.start()
    page.goto(f"{server.url}/item?report={REPORT}&p={TITLE}")
    page.get_by_label("Ditt namn").fill("Anna")
    page.get_by_role("button", name="Börja").click()
    field = page.get_by_role("textbox", name="Läsning")
    field.fill("En lång titel som ingen vill skriva igen")
    server.kill()
    field.press("Enter")
    expect(page.locator("#notice")).to_contain_text("Det du skrivit står kvar")
    expect(field).to_have_value("En lång titel som ingen vill skriva igen")
    server.start()
    field.press("Enter")
    expect(page.locator(f'main[data-pointer="{TITLE}"]')).to_have_count(0)


def test_an_ended_session_costs_nothing_that_was_written(
    serve: Callable[..., Served], filled: Path, tmp_path: Path, page: Page
) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(filled, folder)
    served = serve(Archive.at(folder), None)

    def say_who(tab: Page) -> None:
        tab.get_by_label("Ditt namn").fill("Anna")
        tab.get_by_role("button", name="Börja").click()
        expect(tab.locator(".who")).to_contain_text("Anna")

    page.goto(f"{served.url}/item?report={REPORT}&p={TITLE}")
    say_who(page)
    field = page.get_by_role("textbox", name="Läsning")
    field.fill("Skriven en gång")
    page.context.clear_cookies()
    field.press("Enter")
    expect(page.locator("#notice")).not_to_be_empty()
    expect(field).to_have_value("Skriven en gång")
    other = page.context.new_page()
    other.goto(served.url)
    say_who(other)
    field.press("Enter")
    expect(page.locator(f'main[data-pointer="{TITLE}"]')).to_have_count(0)
    assert served.desk.report(REPORT).report.title.value == "Skriven en gång"


@pytest.fixture
def hostile(serve: Callable[..., Served], tmp_path: Path) -> Served:
    """A report that has script wherever a report can have text, and in its file's name."""
    report = gold_report(REPORT)
    doubts = {
        SCORE: doubt(1, EVIL),
        TITLE: doubt(EVIL, f"read {EVIL!r}; the other numbers ask for 7", EVIL),
        "/report/municipality": doubt(EVIL, "x"),
        ITEM: doubt(EVIL, "the rest of a text whose beginning was not found"),
        QUESTION: doubt(EVIL, "matches no question of the edition"),
        "/areas/0/name": doubt(EVIL, "x"),
        "/areas/0/score_table/heading": doubt(EVIL, "x"),
        "/areas/0/narrative/0/heading": doubt(EVIL, "x"),
    }
    report = doubted(report, doubts)
    blocks = [one.model_copy(update={"text": EVIL}) for one in report.blocks]
    pages = [report.pages[0].model_copy(update={"failure": EVIL, "decision": EVIL}), *report.pages[1:]]
    source = report.source.model_copy(update={"file_name": f"{SCRIPT}.pdf"})
    report = report.model_copy(update={"blocks": blocks, "pages": pages, "source": source})
    archive = Archive.at(tmp_path / "archive")
    put(archive, report, PDF)
    return serve(archive, EVIL[:60])


def test_nothing_in_a_report_becomes_script(hostile: Served, page: Page) -> None:
    found = hostile.desk.queue(QueueFilter(), reviewer="x").items
    items = [f"/item?report={REPORT}&p={quote(one.pointer)}" for one in found]
    texts = [f"/page?report={REPORT}&n=1", f"/item?report={REPORT}&p=/blocks/0", f"/history?report={REPORT}"]
    for path in ["/reports", "/queue", f"/report?id={REPORT}", *items, *texts, f"/reports?text={quote(EVIL)}"]:
        page.goto(hostile.url + path)
        assert page.locator("script").count() == 1, path
        assert page.locator("img").count() == 0, path
        assert page.evaluate("window.hacked") is None, path
        assert "49" not in page.locator("header").inner_text()
    page.goto(f"{hostile.url}/item?report={REPORT}&p={TITLE}")
    expect(page.get_by_role("textbox", name="Läsning")).to_have_value(EVIL)
    expect(page.locator("html[data-ready]")).to_have_count(1)
    page.keyboard.press("a")
    expect(page.locator(f'main[data-pointer="{TITLE}"]')).to_have_count(0)
    page.goto(f"{hostile.url}/history?report={REPORT}")
    expect(page.get_by_role("cell", name=re.compile("window.hacked")).first).to_be_visible()
    assert page.evaluate("window.hacked") is None


PAGES = (
    "/reports",
    f"/report?id={REPORT}",
    "/queue",
    f"/item?report={REPORT}&p={SCORE}",
    f"/item?report={REPORT}&p={ITEM}",
    f"/item?report={REPORT}&p={QUESTION}",
    f"/item?report={REPORT}&p={TITLE}",
    f"/item?report={REPORT}&p=/blocks/3",
    f"/page?report={REPORT}&n=2",
    f"/history?report={REPORT}",
    "/help",
    "/report?id=none",
    "/history",
    "/account",
    "/people",
    "/measures",
    f"/beside?report={REPORT}",
)


@pytest.mark.parametrize("path", PAGES)
def test_no_violation_of_accessibility_nor_of_best_practice(served: Served, page: Page, path: str) -> None:
    page.goto(served.url + path)
    violations = Axe().run(page).response["violations"]
    told = [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in violations]
    assert told == []


@pytest.mark.parametrize("width", [320, 640])
def test_no_page_is_scrolled_sideways_on_a_phone_or_at_twice_the_size(served: Served, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 640})
    wide = []
    for path in PAGES:
        page.goto(served.url + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(path)
    assert wide == []


def test_what_is_pressed_is_large_enough(served: Served, page: Page) -> None:
    small = []
    for path in PAGES:
        page.goto(served.url + path)
        found = page.evaluate(
            """[...document.querySelectorAll('button, .button, select, input:not([type=hidden]):not([type=checkbox])')]
            .filter((one) => one.getClientRects().length)
            .filter((one) => Math.min(one.offsetWidth, one.offsetHeight) < 24)
            .map((one) => one.outerHTML.slice(0, 120))"""
        )
        small += [(path, one) for one in found]
    assert small == []


def test_printed_pages_have_no_tools(served: Served, page: Page) -> None:
    page.emulate_media(media="print")
    for path in (f"/report?id={REPORT}", f"/beside?report={REPORT}", f"/history?report={REPORT}"):
        page.goto(served.url + path)
        expect(page.locator(".top")).to_be_hidden()
        expect(page.locator("main")).to_be_visible()


def test_who_wants_no_motion_sees_none(served: Served, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{served.url}/beside?report={REPORT}")
    moving = page.evaluate(
        """[...document.querySelectorAll('*')].filter((one) => {
          const style = getComputedStyle(one);
          return style.transitionDuration !== '0s' || style.animationName !== 'none';
        }).length"""
    )
    assert moving == 0


def test_the_way_in_and_the_conflict_are_accessible(
    serve: Callable[..., Served], filled: Path, tmp_path: Path, page: Page
) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(filled, folder)
    served = serve(Archive.at(folder), None)
    page.goto(served.url)
    expect(page.get_by_label("Ditt namn")).to_be_focused()
    assert not [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]
    page.get_by_label("Ditt namn").fill("Anna")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rapporter")
    page.goto(f"{served.url}/item?report={REPORT}&p={SCORE}")
    item = served.desk.item(REPORT, SCORE, reviewer="Berit")
    served.desk.decide(REPORT, Order(action=Action.CORRECT, pointer=SCORE, value=9), by="Berit", seen=item.version)
    expect(page.locator("html[data-ready]")).to_have_count(1)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_have_text("Någon annan har ändrat")
    assert not [v for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")]


def test_a_link_from_another_site_logs_nobody_out(
    serve: Callable[..., Served], filled: Path, tmp_path: Path, page: Page
) -> None:
    folder = tmp_path / "archive"
    shutil.copytree(filled, folder)
    served = serve(Archive.at(folder), None)
    page.goto(served.url)
    page.get_by_label("Ditt namn").fill("Anna")
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("Anna")
    page.route(
        "http://elsewhere.example/",
        lambda route: route.fulfill(content_type="text/html", body=f'<a href="{served.url}/queue">to the queue</a>'),
    )
    page.goto("http://elsewhere.example/")
    page.get_by_text("to the queue").click()
    expect(page.locator(".who")).to_contain_text("Anna")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kö")


def test_focus_goes_through_the_page_in_reading_order_and_is_seen(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/item?report={REPORT}&p={SCORE}")
    order = []
    for _ in range(40):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.innerText.trim()"))
    assert order[0] == "Till innehållet"
    wanted = ["Rapporter", "value"]
    assert [order.index(name) for name in wanted] == sorted(order.index(name) for name in wanted)
    after = [text.split()[0] for text in order[order.index("value") + 1 :] if text]
    assert after[:2] == ["Spara", "Godkänn"]
    page.get_by_role("textbox", name="Läsning").focus()
    outline = page.evaluate("getComputedStyle(document.getElementById('value')).outlineStyle")
    assert outline == "solid"


def test_all_fits_on_a_small_screen(served: Served, page: Page) -> None:
    for path in PAGES:
        page.goto(served.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    page.goto(f"{served.url}/item?report={REPORT}&p={SCORE}")
    for name in ("Spara och nästa", "Godkänn", "Underkänn", "Hoppa över"):
        box = page.locator(".decide").get_by_text(name, exact=False).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800, "what is pressed most is seen without scrolling"
