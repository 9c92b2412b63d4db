"""Reports from text beside their own lines, and whole rows of a score table entered at once: in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from kompass_extract.archive.folder import Archive
from kompass_extract.model.report import BlockInfo, Evidence, Field
from tests.browser.conftest import ITEM, REPORT, Served
from tests.browser.test_reviewing import at, reading
from tests.support.review_archive import PAGE, doubted, gold_report, put
from tests.support.reviewed import checked

LINES = (
    "Styrkor",
    "Kommunen ar oppen for medborgarna",
    "och svarar snabbt.",
    "9.8  En fraga som saknas  12  15  80 %",
    "Kommunen foljer upp.",
)
REPAIRED = ("Styrkor", "Kommunen är öppen för medborgarna och svarar snabbt.", "9.8 En fråga som saknas 12 15 80 %")


SPANS = ((1, 1), (2, 3), (4, 4))


def block(index: int, text: str, kind: str, *, boxes: bool) -> BlockInfo:
    top = 30.0 + 40 * index
    first, last = SPANS[index]
    place = {"bbox": (27.5, top, 500.0, top + 24)} if boxes else {"bbox": None, "line": first, "last_line": last}
    return BlockInfo.model_validate(
        {"id": f"b{index}", "kind": kind, "area": 3, "page": 1, "text": text, "confidence": 0.9, **place}
    )


@pytest.fixture(params=["lines", "boxes"])
def text_report(serve: Callable[..., Served], tmp_path: Path, request: pytest.FixtureRequest) -> Served:
    """A report that was read from a text file whose letters were repaired; earlier versions invented boxes."""
    source = tmp_path / "text.txt"
    source.write_text("\n".join(LINES), encoding="utf-8")
    kinds = ("heading", "strength", "score_table")
    blocks = [
        block(index, text, kind, boxes=request.param == "boxes")
        for index, (text, kind) in enumerate(zip(REPAIRED, kinds, strict=True))
    ]
    item = Field[str](value=REPAIRED[1], confidence=0.5, needs_review=True, evidence=[blocks[1].place], blocks=["b1"])
    report = doubted(gold_report(REPORT), {ITEM: item})
    page = PAGE.model_copy(update={"kind": "text"})
    kind = report.source.model_copy(update={"kind": "text", "pages": 1})
    archive = Archive.at(tmp_path / "archive")
    put(archive, report.model_copy(update={"blocks": blocks, "pages": [page], "source": kind}), source)
    return serve(archive)


def test_the_source_of_a_text_is_its_own_line_and_not_the_repaired_one(text_report: Served, page: Page) -> None:
    page.goto(text_report.item(ITEM))
    at(page, ITEM)
    sheet = page.locator(".sheet.text")
    expect(sheet).to_contain_text("Kommunen ar oppen for medborgarna")
    expect(sheet).not_to_contain_text("öppen")
    assert sheet.locator("mark").all_inner_texts() == list(LINES[1:3])
    expect(reading(page)).to_have_value(REPAIRED[1])


def test_a_text_stands_beside_its_document_with_the_lines_of_what_is_looked_at(text_report: Served, page: Page) -> None:
    page.goto(f"{text_report.url}/beside?report={REPORT}&p={ITEM}")
    sheet = page.locator("#text-now")
    expect(sheet.locator(".place")).to_have_text(list(LINES[1:3]))
    expect(sheet.locator(".line")).to_have_text(list(LINES))
    expect(page.locator("#sheet-now")).to_be_hidden()


def test_a_missed_item_of_a_text_is_added_by_choosing_its_lines(text_report: Served, page: Page) -> None:
    page.goto(f"{text_report.url}/page?report={REPORT}&n=1")
    page.get_by_label(LINES[4]).check()
    expect(page.get_by_label("Text som den står")).to_have_value(LINES[4])
    page.get_by_label("Text som den står").fill("Kommunen följer upp.")
    page.get_by_role("combobox", name="Område").select_option("3")
    page.get_by_role("button", name="Lägg till").click()
    expect(reading(page)).to_have_value("Kommunen följer upp.")
    assert "Kommunen följer upp." in [one.value for one in text_report.desk.report(REPORT).areas[2].strengths]


def test_a_chosen_row_is_read_into_its_cells_at_once(text_report: Served, page: Page) -> None:
    page.goto(f"{text_report.url}/page?report={REPORT}&n=1")
    page.get_by_label("En fraga som saknas").check()
    expect(page.get_by_label("Nr")).to_have_value("9.8")
    expect(page.get_by_label("Text som den står")).to_have_value("En fraga som saknas")
    cells = [page.get_by_label(name, exact=True).input_value() for name in ("Uppnått", "Max", "Procent")]
    assert cells == ["12", "15", "80"]
    page.get_by_label("Nr").press("Tab")
    page.keyboard.type("11")
    page.keyboard.press("Tab")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.type("55")
    page.get_by_role("button", name="Lägg till").click()
    expect(reading(page)).to_have_value("En fraga som saknas")
    row = next(one for one in text_report.desk.report(REPORT).areas[2].score_table.rows if one.number == "9.8")
    assert (row.achieved.value, row.max.value, row.percent.value) == (11, 20, 55)


def test_a_row_that_cannot_be_is_kept_in_the_form_until_it_is_confirmed(text_report: Served, page: Page) -> None:
    page.goto(f"{text_report.url}/page?report={REPORT}&n=1")
    page.get_by_label("En fraga som saknas").check()
    expect(page.get_by_label("Nr")).to_have_value("9.8")
    page.get_by_label("Uppnått", exact=True).fill("99")
    page.get_by_role("button", name="Lägg till").click()
    expect(page.get_by_role("alert")).to_contain_text("mer än maxpoängen 15")
    expect(page.get_by_label("Uppnått", exact=True)).to_have_value("99")
    rows = text_report.desk.report(REPORT).areas[2].score_table.rows
    assert "9.8" not in [one.number for one in rows]
    page.get_by_label("Så är det tryckt").check()
    page.get_by_role("button", name="Lägg till").click()
    expect(reading(page)).to_have_value("En fraga som saknas")
    row = next(one for one in text_report.desk.report(REPORT).areas[2].score_table.rows if one.number == "9.8")
    assert row.achieved.value == 99


def test_the_other_place_of_a_contradiction_in_a_text_is_shown_by_its_lines(
    serve: Callable[..., Served], tmp_path: Path, page: Page
) -> None:
    score, total = "/areas/0/score", "/areas/0/score_table/total/achieved"
    source = tmp_path / "text.txt"
    lines = [f"rad {number}" for number in range(1, 91)]
    lines[1], lines[79] = "Kapitlet ger 99 poang", "Summa 79 100"
    source.write_text("\n".join(lines), encoding="utf-8")
    report = gold_report(REPORT)
    at_lines = {score: 2, total: 80}
    places = {
        pointer: Evidence.model_validate({"page": 1, "bbox": None, "line": line, "last_line": line})
        for pointer, line in at_lines.items()
    }
    own = report.areas[0].score_table.total.achieved
    asked = {
        score: Field[int](value=99, confidence=0.5, needs_review=True, evidence=[places[score]]),
        total: own.model_copy(update={"evidence": [places[total]]}),
    }
    blocks = [
        BlockInfo.model_validate(
            {"id": f"b{line}", "kind": "score_table", "area": 1, "page": 1, "text": lines[line - 1], "confidence": 0.9,
             "bbox": None, "line": line, "last_line": line}
        )
        for line in (2, 80)
    ]  # fmt: skip
    kind = report.source.model_copy(update={"kind": "text", "pages": 1})
    text_page = PAGE.model_copy(update={"kind": "text"})
    made = checked(doubted(report, asked).model_copy(update={"blocks": blocks, "pages": [text_page], "source": kind}))
    archive = Archive.at(tmp_path / "archive")
    put(archive, made, source)
    served = serve(archive)
    page.goto(f"{served.url}/beside?report={REPORT}&p={score}")
    expect(page.locator("#text-now .place")).to_have_text("Kapitlet ger 99 poang")
    expect(page.locator("#others figcaption")).to_have_text("Stämmer inte med, sidan 1")
    expect(page.locator("#others .other-lines")).to_contain_text("Summa 79 100")
