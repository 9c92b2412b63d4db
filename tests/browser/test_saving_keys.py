"""Keys that save, say why they don't, confirm or split, and what the pages show meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kompass_extract.archive.folder import Archive
from tests.browser.conftest import ITEM, REPORT, TITLE, Served
from tests.browser.test_beside import now, open_beside
from tests.browser.test_reviewing import at, reading, value
from tests.support.review_archive import PAGE, PDF, doubt, doubted, gold_report, put

TOTAL, NAME = "/report/total", "/report/municipality"


@pytest.fixture
def missing(serve: Callable[..., Served], tmp_path: Path) -> Served:
    """A report that lacks its total and, with another reading at hand, its title."""
    doubts = {TOTAL: doubt(None, "no total was found"), TITLE: doubt(None, "no title", "En annan titel")}
    archive = Archive.at(tmp_path / "archive")
    put(archive, doubted(gold_report(REPORT), doubts), PDF)
    return serve(archive)


def written(page: Page, text: str) -> None:
    """Write in the reading's field and leave it."""
    page.keyboard.press("e")
    page.keyboard.type(text)
    page.keyboard.press("Escape")


def test_a_says_what_a_missing_number_wants(missing: Served, page: Page) -> None:
    page.goto(missing.item(TOTAL))
    at(page, TOTAL)
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("Inget är skrivet")
    written(page, "sjuttio")
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("tt tal behövs")
    expect(reading(page)).to_have_value("sjuttio")


def test_a_saves_what_was_written_though_another_reading_is_offered(missing: Served, page: Page) -> None:
    page.goto(missing.item(TITLE))
    at(page, TITLE)
    written(page, "Min egen titel")
    page.keyboard.press("a")
    expect(page.locator("#notice")).to_have_text("Sparat")
    assert value(missing, TITLE).value == "Min egen titel"


def test_what_is_saved_is_said_beside_what_is_read(served: Served, page: Page) -> None:
    page.goto(served.item(ITEM))
    at(page, ITEM)
    page.keyboard.press("a")
    notice = page.locator("#notice")
    expect(notice).to_have_text("Sparat")
    said, crumbs = notice.bounding_box(), page.locator(".crumbs").bounding_box()
    assert said is not None
    assert crumbs is not None
    assert said["x"] + said["width"] <= crumbs["x"] or said["y"] >= crumbs["y"] + crumbs["height"]


def test_an_unknown_municipality_is_confirmed_by_a_second_key(served: Served, page: Page) -> None:
    open_beside(served, page, NAME)
    now(page, NAME)
    written(page, "Nowhereborg")
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("heter Nowhereborg. Tryck Enter en gång till")
    assert value(served, NAME).value == "Höganäs"
    page.keyboard.press("a")
    expect(page.locator("#notice")).to_have_text("Sparat")
    assert value(served, NAME).value == "Nowhereborg"


def test_a_text_of_lines_is_walked_without_an_error(serve: Callable[..., Served], tmp_path: Path, page: Page) -> None:
    source = tmp_path / "text.txt"
    source.write_text("Styrkor\nKommunen är öppen.\n", encoding="utf-8")
    report = gold_report(REPORT)
    sizeless = PAGE.model_copy(update={"kind": "text", "width": None, "height": None})
    kind = report.source.model_copy(update={"kind": "text", "pages": 1})
    archive = Archive.at(tmp_path / "archive")
    put(archive, report.model_copy(update={"pages": [sizeless], "source": kind}), source)
    served, errors = serve(archive), list[str]()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{served.url}/beside?report={REPORT}&p={NAME}")
    now(page, NAME)
    for key in ("j", "j", "k", "]"):
        page.keyboard.press(key)
    assert "NaN" not in (page.locator("#sheet-now").get_attribute("viewBox") or "")
    assert errors == []


@pytest.mark.parametrize("beside", [False, True])
def test_a_text_is_split_where_the_cursor_stood(served: Served, page: Page, beside: bool) -> None:
    whole = str(value(served, ITEM).value)
    place = whole.index(" ", 8)
    if beside:
        open_beside(served, page, ITEM)
        now(page, ITEM)
    else:
        page.goto(served.item(ITEM))
        at(page, ITEM)
    page.keyboard.press("e")
    page.keyboard.press("Control+Home")
    for _ in range(place):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    expect(page.locator("#split-rest")).to_have_value(whole[place:].strip())
    expect(page.locator("#split-first")).to_have_value(whole[:place])
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_have_text("Sparat")
    parts = [one.value for one in served.desk.report(REPORT).areas[2].strengths[:2]]
    assert parts == [whole[:place], whole[place:].strip()]
