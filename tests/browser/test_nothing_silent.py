"""No wrong value is saved unseen, and nothing that was written is lost: in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kompass_extract.archive.folder import Archive
from kompass_extract.errors import UsageError
from kompass_extract.model.reasons import reason
from kompass_extract.model.report import Alternative, Field
from kompass_extract.training.evaluate.adopt import adopt
from tests.browser.conftest import IMPROVEMENT, ITEM, REPORT, SCORE, TITLE, Served
from tests.browser.test_reviewing import at, gone_on, reading, value
from tests.support.review_archive import PDF, doubted, gold_report, put


@pytest.mark.parametrize("way", ["button", "key", "enter"])
def test_a_changed_reading_is_a_correction_whatever_saves_it(served: Served, page: Page, way: str) -> None:
    page.goto(served.item(ITEM))
    at(page, ITEM)
    reading(page).fill("En rättad styrka")
    if way == "button":
        page.get_by_role("button", name="Spara rättelsen").click()
    elif way == "key":
        reading(page).press("Escape")
        page.keyboard.press("a")
    else:
        reading(page).press("Enter")
    gone_on(page, ITEM)
    field = value(served, ITEM)
    assert field.value == "En rättad styrka"
    assert field.review is not None
    assert field.review.action == "corrected"


def test_a_changed_reading_is_not_rejected_by_a_key(served: Served, page: Page) -> None:
    page.goto(served.item(SCORE))
    at(page, SCORE)
    reading(page).fill("14")
    reading(page).press("Escape")
    page.keyboard.press("x")
    expect(page.get_by_role("alert")).to_contain_text("Spara rättelsen")
    expect(reading(page)).to_have_value("14")
    assert value(served, SCORE).review is None


def test_steps_to_other_items_and_pages_lose_nothing_written(served: Served, page: Page) -> None:
    page.goto(served.item(ITEM))
    at(page, ITEM)
    reading(page).fill("Halvskriven")
    expect(page.locator("#draft")).to_be_visible()
    for key, back in (("j", "k"), ("k", "j")):
        reading(page).press("Escape")
        page.keyboard.press(key)
        gone_on(page, ITEM)
        expect(page.locator("#notice")).to_contain_text("finns kvar")
        page.keyboard.press(back)
        at(page, ITEM)
        expect(reading(page)).to_have_value("Halvskriven")
    page.get_by_role("link", name="Sidan efter").click()
    expect(page.locator(".picture-bar")).to_contain_text(re.compile(r"Sida \d+ av"))
    expect(reading(page)).to_have_value("Halvskriven")
    page.reload()
    at(page, ITEM)
    expect(reading(page)).to_have_value("Halvskriven")
    page.get_by_role("button", name="Återställ").click()
    expect(reading(page)).to_have_value(str(value(served, ITEM).value))
    expect(page.locator("#draft")).to_be_hidden()


def test_what_was_saved_is_no_draft_any_more(served: Served, page: Page) -> None:
    page.goto(served.item(ITEM))
    at(page, ITEM)
    reading(page).fill("Sparad")
    reading(page).press("Enter")
    gone_on(page, ITEM)
    page.goto(served.item(ITEM))
    at(page, ITEM)
    expect(reading(page)).to_have_value("Sparad")
    expect(page.locator("#draft")).to_be_hidden()
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("length", [60, 700, 2000])
def test_the_whole_text_is_seen(served: Served, page: Page, length: int) -> None:
    page.goto(served.item(IMPROVEMENT))
    at(page, IMPROVEMENT)
    reading(page).fill(("Kommunen bör följa upp arbetet. " * 80)[:length])
    shown = reading(page).evaluate("field => [field.scrollHeight, field.clientHeight]")
    assert shown[0] <= shown[1] + 1
    box = reading(page).bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 800
    buttons = page.locator(".buttons").bounding_box()
    assert buttons is not None
    assert buttons["y"] + buttons["height"] <= 800, "what is pressed most stays in sight"


def test_letters_that_look_alike_are_told_apart(served: Served, page: Page) -> None:
    page.goto(served.item(ITEM))
    at(page, ITEM)
    loaded = "document.fonts.ready.then(() => document.fonts.check('16px \"Atkinson Hyperlegible\"', 'Il1O0åäö'))"
    assert page.evaluate(loaded)
    assert "Atkinson" in page.evaluate("getComputedStyle(document.getElementById('value')).fontFamily")
    pictures = page.evaluate(
        """async () => {
          await document.fonts.load('40px "Atkinson Hyperlegible"');
          const canvas = document.createElement('canvas');
          const pen = canvas.getContext('2d', { willReadFrequently: true });
          return [...'Il1O0'].map((letter) => {
            pen.clearRect(0, 0, 300, 150);
            pen.font = '40px "Atkinson Hyperlegible"';
            pen.fillText(letter, 10, 60);
            return pen.getImageData(0, 0, 60, 80).data.join();
          });
        }"""
    )
    assert len(set(pictures)) == 5


@pytest.fixture
def unsure(serve: Callable[..., Served], tmp_path: Path) -> Served:
    """An item with a word that may be another, and one that was repaired."""
    field = Field[str](
        value="Kommunen har tydliga mål för vården.",
        raw="Kommunen har tydliga mal för vården.",
        confidence=0.5,
        needs_review=True,
        reasons=[reason("word-may-be", word="vården", others=["värden"])],
        alternatives=[Alternative(value="Kommunen har tydliga mål för värden.", confidence=0.3)],
    )
    archive = Archive.at(tmp_path / "archive")
    put(archive, doubted(gold_report(REPORT), {ITEM: field}), PDF)
    return serve(archive)


def test_words_that_the_machine_was_unsure_of_are_marked_where_they_are_read(unsure: Served, page: Page) -> None:
    page.goto(unsure.item(ITEM))
    at(page, ITEM)
    assert page.locator(".marks mark").all_inner_texts() == ["mål", "vården"]
    mark = page.locator(".marks mark").first.bounding_box()
    field = reading(page).bounding_box()
    assert mark is not None
    assert field is not None
    assert field["x"] < mark["x"] < field["x"] + field["width"]
    reading(page).fill("Kommunen har mål för världen.")
    assert page.locator(".marks mark").all_inner_texts() == ["mål"]


def test_that_something_is_not_printed_is_a_choice_of_its_own(served: Served, page: Page) -> None:
    page.goto(served.item(TITLE))
    at(page, TITLE)
    for key in ("a", "x", "Enter"):
        page.keyboard.press(key)
        expect(page.locator("html[data-ready]")).to_have_count(1)
        assert value(served, TITLE).review is None, key
    page.goto(served.item(TITLE))
    at(page, TITLE)
    page.keyboard.press("n")
    expect(page.get_by_role("button", name="Ja, det står inte")).to_be_focused()
    page.keyboard.press("Enter")
    gone_on(page, TITLE)
    field = value(served, TITLE)
    assert field.value is None
    assert field.review is not None


def test_of_something_missing_the_other_reading_comes_first(
    serve: Callable[..., Served], tmp_path: Path, page: Page
) -> None:
    report = gold_report(REPORT)
    missing = Field[int](
        value=None, confidence=0.0, needs_review=True, reasons=[reason("no-number-read")],
        alternatives=[Alternative(value=7, confidence=0.4)],
    )  # fmt: skip
    archive = Archive.at(tmp_path / "archive")
    put(archive, doubted(report, {SCORE: missing}), PDF)
    served = serve(archive)
    page.goto(served.item(SCORE))
    at(page, SCORE)
    expect(page.locator(".primary").first).to_contain_text("7")
    width = float((page.locator("#picture").get_attribute("viewBox") or "").split()[2])
    assert width < 400, "the place is enlarged"
    page.keyboard.press("a")
    gone_on(page, SCORE)
    assert value(served, SCORE).value == 7


def test_splitting_after_editing_splits_what_is_seen(served: Served, page: Page) -> None:
    page.goto(served.item(ITEM))
    at(page, ITEM)
    reading(page).fill("Rättad början och rättat slut")
    page.evaluate("document.getElementById('value').setSelectionRange(13, 13)")
    reading(page).press("Escape")
    page.keyboard.press("s")
    expect(page.get_by_label("Första delen")).to_have_value("Rättad början")
    expect(page.get_by_label("Andra delen")).to_have_value("och rättat slut")
    page.get_by_role("button", name="Spara som två").click()
    expect(page.get_by_text(re.compile("av Anna")).first).to_be_visible()
    texts = [one.value for one in served.desk.report(REPORT).areas[2].strengths]
    assert texts[:2] == ["Rättad början", "och rättat slut"]


def test_a_value_that_cannot_be_is_taken_when_confirmed_and_stays_a_failed_check(
    served: Served, page: Page, tmp_path: Path
) -> None:
    page.goto(served.item(SCORE))
    at(page, SCORE)
    most = served.desk.report(REPORT).areas[0].score_table.rows[0].max.value
    reading(page).fill("99")
    reading(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text(f"99 poäng är mer än maxpoängen {most}")
    assert value(served, SCORE).review is None
    with page.expect_response("**/decide"):
        reading(page).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("maxpoängen")
    assert value(served, SCORE).review is None, "the same key once more is no confirmation"
    page.get_by_role("button", name="Så är det tryckt").click()
    gone_on(page, SCORE)
    field = value(served, SCORE)
    assert field.value == 99
    assert not field.needs_review
    failed = [one for one in served.desk.report(REPORT).checks if one.status == "failed" and SCORE in one.fields]
    assert "achieved-max" in {one.id for one in failed}


def test_a_report_with_a_value_that_cannot_be_is_no_gold_report(served: Served, page: Page, tmp_path: Path) -> None:
    page.goto(served.item(SCORE))
    at(page, SCORE)
    reading(page).fill("99")
    reading(page).press("Enter")
    page.get_by_role("button", name="Så är det tryckt").click()
    gone_on(page, SCORE)
    page.goto(served.url + f"/next?in={REPORT}")
    for _ in range(served.desk.open_items(REPORT)):
        expect(page.locator("html[data-ready]")).to_have_count(1)
        pointer = page.locator("main.item").get_attribute("data-pointer") or ""
        missing = page.locator("#absent").count()
        page.keyboard.press("n" if missing else "a")
        if missing:
            page.keyboard.press("Enter")
        confirm = page.get_by_role("button", name="Så är det tryckt")
        expect(page.locator(f'main[data-pointer="{pointer}"]:not(:has(.confirm))')).to_have_count(0)
        if confirm.count():
            confirm.click()
        gone_on(page, pointer)
    served.desk.sign(REPORT, by="Anna")
    with pytest.raises(UsageError, match="99 points are more than the maximum"):
        adopt(served.archive, REPORT, tmp_path / "gold")
    shutil.rmtree(tmp_path / "gold", ignore_errors=True)
