"""What one key does: pick what is offered, read a word otherwise, move to another area, go on to the next report."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from kompass_extract.archive.folder import Archive
from kompass_extract.model.pointers import changed as with_fields
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Report
from kompass_extract.review.service.desk_values import Order, Saved
from tests.browser.conftest import ITEM, REPORT, SCORE, Served
from tests.browser.test_beside import now
from tests.browser.test_reviewing import value
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put

STOPS, FIRST, SECOND, MISSING = (
    "/areas/1/narrative/1/paragraphs/1", "/areas/2/narrative/1/paragraphs/0", "/areas/2/narrative/1/paragraphs/1",
    "/report/title",
)  # fmt: skip
OTHER = "other-2018"


def doubted_texts(report_id: str = REPORT) -> tuple[Report, dict[str, str]]:
    """A report with a lost stop, a word in doubt, a paragraph cut in two, and a check that fails; what is printed."""
    report = gold_report(REPORT).model_copy(update={"report_id": report_id})
    stops = str(report.areas[1].narrative[1].paragraphs[1].value)
    head, _, tail = stops.partition(". ")
    words = str(report.areas[2].narrative[1].paragraphs[0].value).split(" ")
    rest = " ".join(words[9:])
    texts = {STOPS: f"{head} {tail}", FIRST: " ".join(words[:9]), SECOND: rest}
    place, word = head.rsplit(" ", 1)[1], tail.split(" ", 1)[0]
    told: dict[str, list[Reason]] = {
        STOPS: [reason("stop-may-be-lost", text=f"{place} {word}")],
        FIRST: [reason("ends-mid-sentence"), reason("word-may-be", word=words[2], others=["xyz"])],
        SECOND: [reason("may-be-rest")],
    }
    changed = with_fields(
        report,
        lambda pointer, one: (
            one.model_copy(
                update={"value": texts[pointer], "needs_review": True, "reasons": told[pointer], "confidence": 0.9}
            )
            if pointer in texts
            else one
        ),
    )
    return changed, {STOPS: stops, FIRST: " ".join(words)}


@pytest.fixture
def texts(serve: Callable[..., Served], tmp_path: Path) -> tuple[Served, dict[str, str]]:
    archive = Archive.at(tmp_path / "archive")
    report, printed = doubted_texts()
    put(archive, report, PDF)
    return serve(archive), printed


def open_at(served: Served, page: Page, pointer: str) -> None:
    page.goto(f"{served.url}/beside?report={REPORT}&p={pointer}")
    expect(page.locator("html[data-beside]")).to_have_count(1)
    now(page, pointer)


@pytest.mark.parametrize("place", ["beside", "item"])
def test_a_digit_puts_a_stop_right_and_goes_on(texts: tuple[Served, dict[str, str]], page: Page, place: str) -> None:
    served, printed = texts
    if place == "beside":
        open_at(served, page, STOPS)
        expect(page.locator("#bar-said .choice").first).to_contain_text(". ")
    else:
        page.goto(served.item(STOPS))
        expect(page.locator("html[data-ready]")).to_have_count(1)
    page.keyboard.press("1")
    expect(page.locator("#notice")).to_have_text("Sparat")
    assert value(served, STOPS).value == printed[STOPS]


def test_a_word_is_read_otherwise_by_one_key_and_saved_by_the_next(
    texts: tuple[Served, dict[str, str]], page: Page
) -> None:
    served, _ = texts
    open_at(served, page, FIRST)
    page.keyboard.press("r")
    expect(page.locator(".v.now")).to_contain_text("xyz")
    assert value(served, FIRST).review is None
    page.keyboard.press("r")
    expect(page.locator(".v.now")).not_to_contain_text("xyz")
    expect(page.locator(".v.draft")).to_have_count(0)
    page.keyboard.press("r")
    page.keyboard.press("a")
    expect(page.locator("#notice")).to_have_text("Sparat")
    assert "xyz" in str(value(served, FIRST).value)


def test_what_was_typed_is_not_lost_to_another_key(texts: tuple[Served, dict[str, str]], page: Page) -> None:
    served, _ = texts
    open_at(served, page, FIRST)
    page.keyboard.press("e")
    page.keyboard.type("Min egen text")
    page.keyboard.press("Escape")
    for key in ("1", "f", "t", "x", ">"):
        page.keyboard.press(key)
        expect(page.get_by_role("alert")).to_contain_text("Spara eller återställ den först")
    page.goto(served.item(FIRST))
    expect(page.locator("html[data-ready]")).to_have_count(1)
    page.keyboard.press("1")
    expect(page.locator("#notice")).to_contain_text("Spara eller återställ den först")
    assert value(served, FIRST).review is None
    page.keyboard.press("a")
    expect(page.locator("#notice")).to_have_text("Sparat")
    assert value(served, FIRST).value == "Min egen text"


def test_a_paragraph_cut_in_two_is_joined_by_a_digit(texts: tuple[Served, dict[str, str]], page: Page) -> None:
    served, printed = texts
    open_at(served, page, SECOND)
    join = page.locator("#bar-said .choice", has_text="Foga ihop").last
    page.keyboard.press(str(join.get_attribute("data-key")))
    expect(page.locator("#notice")).to_have_text("Sparat")
    assert value(served, FIRST).value == printed[FIRST]


def test_a_join_over_a_change_of_somebody_else_is_told_and_not_saved(
    texts: tuple[Served, dict[str, str]], page: Page
) -> None:
    served, _ = texts
    open_at(served, page, SECOND)
    theirs = Order.model_validate({"action": "correct", "pointer": FIRST, "value": "Bosses text"})
    seen = served.desk.item(REPORT, FIRST, reviewer="Bo").version
    assert isinstance(served.desk.decide(REPORT, theirs, by="Bo", seen=seen), Saved)
    page.keyboard.press(str(page.locator("#bar-said .choice", has_text="Foga ihop").first.get_attribute("data-key")))
    expect(page.get_by_role("alert")).to_contain_text("Inget sparades")
    assert value(served, FIRST).value == "Bosses text"


def test_an_item_goes_to_the_area_before_or_after(served: Served, page: Page) -> None:
    open_at(served, page, ITEM)
    text = str(value(served, ITEM).value)
    page.keyboard.press(">")
    expect(page.locator("#area-4", has_text=text)).to_have_count(1)
    page.keyboard.press("u")
    expect(page.locator("#area-3", has_text=text)).to_have_count(1)
    now(page, ITEM)
    page.keyboard.press("<")
    expect(page.locator("#area-2", has_text=text)).to_have_count(1)


def test_the_queue_goes_through_report_after_report(serve: Callable[..., Served], tmp_path: Path, page: Page) -> None:
    archive = Archive.at(tmp_path / "archive")
    for report_id in (REPORT, OTHER):
        report = gold_report(REPORT).model_copy(update={"report_id": report_id})
        text = report.areas[2].strengths[0].value
        title = report.report.title.value
        asked = {ITEM: doubt(text, "the page is hard to read"), MISSING: doubt(title, "the page is hard to read")}
        put(archive, doubted(report, asked), PDF)
    served = serve(archive)
    page.goto(f"{served.url}/queue?kind=strength")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("html[data-beside]")).to_have_count(1)
    first = str(page.locator("main").get_attribute("data-report"))
    now(page, ITEM)
    page.keyboard.press("a")
    second = OTHER if first == REPORT else REPORT
    expect(page.locator(f'main[data-report="{second}"]')).to_have_count(1)
    now(page, ITEM)
    page.keyboard.press("a")
    expect(page.get_by_text("Kön är genomgången")).to_be_visible()
    assert served.desk.open_items(REPORT) == served.desk.open_items(OTHER) == 1


def test_what_is_left_in_is_accepted_at_once_after_all_was_in_sight(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/together")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    cards = page.locator("[data-card]")
    expect(cards).to_have_count(4)
    assert page.get_by_text(re.compile("Visas inte här: 1")).is_visible()
    texts = cards.locator(".reading").all_inner_texts()
    out = cards.first
    page.keyboard.press("x")
    expect(out.locator("input")).not_to_be_checked()
    for _ in range(6):
        if "Godkänn 3" in page.locator("#together .foot").inner_text():
            break
        page.keyboard.press("Enter")
    expect(page.locator("#together .foot")).to_contain_text("Godkänn 3")
    assert served.desk.open_items(REPORT) == 5, "nothing is saved before all was in sight"
    page.keyboard.press("Enter")
    expect(page.locator(".good.row")).to_contain_text("Godkända uppgifter: 3 (rapporter: 1)")
    assert served.desk.open_items(REPORT) == 2
    assert page.locator("[data-card] .reading").all_inner_texts() == texts[:1]
    page.keyboard.press("u")
    expect(page.get_by_text("Ångrade godkännanden: 3.")).to_be_visible()
    assert served.desk.open_items(REPORT) == 5
    assert value(served, SCORE).review is None


def test_without_script_values_are_taken_out_by_their_boxes(served: Served, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.url}/queue")
    page.get_by_role("link", name=re.compile("Godkänn flera")).click()
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name=re.compile("^Godkänn")).click()
    assert "Godkända uppgifter: 3" in page.locator("main").inner_text()
    page.get_by_role("button", name=re.compile("Ångra alla")).click()
    assert served.desk.open_items(REPORT) == 5
    context.close()


@pytest.mark.parametrize("width", [1280, 320])
def test_the_page_of_many_values_is_accessible(served: Served, page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{served.url}/together")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
