"""The report beside its pages, in a real browser: what is seen together, decided in place, and by how few keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from kompass_extract.archive.folder import Archive
from kompass_extract.review import Action
from kompass_extract.review.service.desk_values import Order
from tests.browser.conftest import ASKED, IMPROVEMENT, ITEM, QUESTION, REPORT, SCORE, TITLE, Served
from tests.browser.test_reviewing import value
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put

YEAR = "/report/year"
KEYS_FOR_NINE = 16 / 9
"""Keys that nine values may take from the report's page to its signature, for each."""


def open_beside(served: Served, page: Page, pointer: str = "") -> None:
    page.goto(f"{served.url}/beside?report={REPORT}" + (f"&p={pointer}" if pointer else ""))
    expect(page.locator("html[data-beside]")).to_have_count(1)


def now(page: Page, pointer: str) -> Locator:
    """The value that is looked at is that one."""
    one = page.locator(".v.now")
    expect(one).to_have_attribute("data-p", pointer)
    return one


def left(page: Page, count: int) -> None:
    expect(page.locator("#left")).to_have_text(f"{count} kvar" if count else "Allt är granskat")


def test_the_whole_report_is_one_document_with_its_page(served: Served, page: Page) -> None:
    open_beside(served, page)
    report = served.desk.report(REPORT)
    for area in report.areas:
        expect(page.locator(f"#area-{area.number}")).to_contain_text(str(area.strengths[0].value))
    assert page.locator(".v.open").count() == len(ASKED)
    one = page.locator(f'.v[data-p="{SCORE}"]')
    one.click()
    now(page, SCORE)
    place = served.desk.item(REPORT, SCORE, reviewer="Anna").evidence[0]
    expect(page.locator("#page-name")).to_contain_text(f"Sida {place.page} av")
    box = page.locator("#sheet-now rect.place")
    assert abs(float(box.get_attribute("x") or 0) - place.bbox[0]) < 5
    shown = page.evaluate("document.getElementById('sheet-now').viewBox.baseVal.height")
    top = page.evaluate("document.getElementById('sheet-now').viewBox.baseVal.y")
    assert top <= place.bbox[1] <= top + shown, "the place is in sight"


def test_keys_from_the_report_s_page_to_its_signature(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/report?id={REPORT}")
    expect(page.locator("html[data-ready]")).to_have_count(1)
    keys = 0

    def press(*given: str) -> None:
        nonlocal keys
        for key in given:
            page.keyboard.press(key)
            keys += 1

    press("Enter")
    expect(page.locator("html[data-beside]")).to_have_count(1)
    for count in range(len(ASKED), 0, -1):
        left(page, count)
        press(*(["n", "n"] if page.locator(".v.now[data-missing]").count() else ["a"]))
    left(page, 0)
    press("g")
    expect(page.get_by_text(re.compile("Signerad av Anna"))).to_be_visible()
    assert served.desk.report_line(REPORT).status == "reviewed"
    assert keys <= KEYS_FOR_NINE * len(ASKED), keys


def test_a_value_is_corrected_where_it_stands_and_undone(served: Served, page: Page) -> None:
    open_beside(served, page, YEAR)
    now(page, YEAR)
    page.keyboard.press("e")
    page.keyboard.type("2017")
    page.keyboard.press("Enter")
    expect(page.locator(f'.v[data-p="{YEAR}"]')).to_have_text("2017")
    now(page, YEAR)
    assert value(served, YEAR).value == 2017
    page.keyboard.press("u")
    expect(page.locator(f'.v[data-p="{YEAR}"]')).to_have_text("2018")
    assert value(served, YEAR).value == 2018


def test_what_was_written_is_kept_and_saved_by_accepting(served: Served, page: Page) -> None:
    open_beside(served, page, ITEM)
    now(page, ITEM)
    page.keyboard.press("e")
    page.keyboard.type("Halvskriven styrka")
    page.keyboard.press("Escape")
    expect(page.locator("#bar-said")).to_contain_text("Halvskriven styrka")
    assert value(served, ITEM).review is None
    page.reload()
    now(page, ITEM)
    expect(page.locator("#bar-said")).to_contain_text("inte sparat")
    page.keyboard.press("a")
    left(page, len(ASKED) - 1)
    assert value(served, ITEM).value == "Halvskriven styrka"
    assert page.evaluate("sessionStorage.length") == 0


def test_a_missing_value_is_not_accepted_as_missing_by_one_key(served: Served, page: Page) -> None:
    open_beside(served, page, TITLE)
    now(page, TITLE)
    page.keyboard.press("n")
    expect(page.get_by_role("alert")).to_contain_text("en gång till")
    assert value(served, TITLE).review is None
    page.keyboard.press("n")
    left(page, len(ASKED) - 1)
    assert value(served, TITLE).review is not None


def test_another_reading_is_picked_by_its_digit_and_the_impossible_is_confirmed(served: Served, page: Page) -> None:
    open_beside(served, page, SCORE)
    now(page, SCORE)
    picked = int(page.locator("[data-pick]").first.get_attribute("data-pick") or "")
    page.keyboard.press("1")
    expect(page.locator(f'.v[data-p="{SCORE}"]')).to_contain_text(str(picked))
    assert value(served, SCORE).value == picked
    open_beside(served, page, SCORE)
    now(page, SCORE)
    page.keyboard.press("e")
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Tryck Enter en gång till")
    assert value(served, SCORE).value == picked
    page.keyboard.press("Enter")
    expect(page.locator(f'.v[data-p="{SCORE}"]')).to_contain_text("99")


def test_items_are_joined_moved_and_put_right_by_keys(served: Served, page: Page) -> None:
    before = [one.value for one in served.desk.report(REPORT).areas[2].strengths]
    improvements = len(served.desk.report(REPORT).areas[2].improvements)
    open_beside(served, page, "/areas/2/strengths/1")
    now(page, "/areas/2/strengths/1")
    page.keyboard.press("b")
    now(page, "/areas/2/strengths/0")
    strengths = [one.value for one in served.desk.report(REPORT).areas[2].strengths]
    assert strengths == [f"{before[0]} {before[1]}", *before[2:]]
    page.keyboard.press("u")
    expect(page.locator('.v[data-p="/areas/2/strengths/1"]')).to_have_count(1)
    page.locator('.v[data-p="/areas/2/strengths/1"]').click()
    page.keyboard.press("f")
    expect(page.locator('.v[data-p="/areas/2/strengths/2"]')).to_have_count(0)
    page.keyboard.press("t")
    expect(page.locator("#area-3 .two > div").nth(1).locator(".v")).to_have_count(improvements + 1)


def test_a_question_takes_the_edition_s_wording(served: Served, page: Page) -> None:
    open_beside(served, page, QUESTION)
    now(page, QUESTION)
    wording = next(
        one.wording for one in served.desk.item(REPORT, QUESTION, reviewer="Anna").surroundings.questions if one.chosen
    )
    page.keyboard.press("q")
    left(page, len(ASKED) - 1)
    assert value(served, QUESTION).value == wording


def test_both_places_of_a_contradiction_are_seen_at_once(
    serve: Callable[..., Served], tmp_path: Path, page: Page
) -> None:
    report = gold_report(REPORT)
    index = next(
        place
        for place, area in enumerate(report.areas)
        if area.score.evidence[0].page != area.score_table.total.achieved.evidence[0].page
    )
    score = f"/areas/{index}/score"
    archive = Archive.at(tmp_path / "archive")
    put(archive, doubted(report, {score: doubt(1, "the evidence leaves several readings")}), PDF)
    served = serve(archive)
    version = served.desk.item(REPORT, score, reviewer="Berit").version
    served.desk.decide(REPORT, Order(action=Action.CORRECT, pointer=score, value=2), by="Berit", seen=version)
    open_beside(served, page, score)
    now(page, score)
    other = page.locator("#others figure").first
    expect(other).to_contain_text("Stämmer inte med")
    expect(other.locator("image")).to_have_count(1)
    expect(page.locator("#sheet-now rect.place")).to_have_count(1)


def test_page_and_document_follow_each_other(served: Served, page: Page) -> None:
    open_beside(served, page)
    pages = served.desk.item(REPORT, "/areas/7/score", reviewer="Anna").evidence[0].page
    page.locator(f'.thumb[data-page="{pages}"]').click()
    expect(page.locator("#page-name")).to_contain_text(f"Sida {pages} av")
    first = page.locator(".v.now")
    expect(first).to_have_attribute("data-page", str(pages))
    expect(first).to_be_in_viewport()
    page.keyboard.press("]")
    expect(page.locator("#page-name")).to_contain_text(f"Sida {pages + 1} av")
    page.get_by_role("link", name="Område 2").click()
    expect(page.locator(".v.now")).to_be_in_viewport()
    assert page.locator("#area-2 .v.now").count() == 1


def test_keys_count_after_an_area_was_chosen_and_after_the_way_back(served: Served, page: Page) -> None:
    open_beside(served, page)
    page.get_by_role("link", name="Område 2").click()
    expect(page.locator("#area-2 .v.now")).to_be_in_viewport()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#area-2 .v.now")).to_have_count(1)
    chosen = page.locator(".v.now").get_attribute("data-p")
    page.keyboard.press("j")
    expect(page.locator(".v.now")).not_to_have_attribute("data-p", chosen or "")
    page.go_back()
    page.wait_for_load_state("networkidle")
    expect(page.locator(".v.now")).to_have_count(1)


def test_somebody_else_s_decision_is_not_written_over(served: Served, page: Page) -> None:
    open_beside(served, page, SCORE)
    now(page, SCORE)
    version = served.desk.item(REPORT, SCORE, reviewer="Berit").version
    order = Order(action=Action.CORRECT, pointer=SCORE, value=9)
    served.desk.decide(REPORT, order, by="Berit", seen=version)
    page.keyboard.press("a")
    expect(page.get_by_role("alert")).to_contain_text("Berit har ändrat")
    expect(page.locator(f'.v[data-p="{SCORE}"]')).to_contain_text("9")
    assert value(served, SCORE).value == 9


def test_single_keys_can_be_switched_off(served: Served, page: Page) -> None:
    page.goto(f"{served.url}/help")
    page.get_by_role("checkbox", name="Tangenter med en bokstav").first.uncheck()
    open_beside(served, page, IMPROVEMENT)
    now(page, IMPROVEMENT)
    for key in ("a", "x", "1", "?"):
        page.keyboard.press(key)
    expect(page.locator("#keys")).to_be_hidden()
    assert value(served, IMPROVEMENT).review is None
    page.get_by_role("button", name="Godkänn").click()
    left(page, len(ASKED) - 1)
    page.goto(f"{served.url}/help")
    page.get_by_role("checkbox", name="Tangenter med en bokstav").first.check()
    open_beside(served, page)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()


def test_without_script_the_document_is_read_and_each_value_leads_to_its_page(
    served: Served, browser: object, page: Page
) -> None:
    answer = page.request.get(f"{served.url}/beside?report={REPORT}")
    assert answer.ok
    assert f'href="/item?report={REPORT}&amp;p=%2Freport%2Fyear"' in answer.text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_best_practice_included(served: Served, page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    open_beside(served, page)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:160] for node in one["nodes"]][:3]) for one in found] == []


def test_it_fits_a_narrow_screen(served: Served, page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    open_beside(served, page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
