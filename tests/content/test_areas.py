"""Area chapters from labelled blocks: the gold reports, texts cut by breaks, scores in odd places."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kompass_extract.content.chapters import AreaReading, collect_areas, find_chapters
from kompass_extract.model.document import BlockKind, Column, Form, LabelledBlock
from kompass_extract.model.readings import TextReading
from kompass_extract.taxonomy import load_taxonomy
from tests.support import builders
from tests.support.builders import Writer

NAMES = ("hoganas-2018", "sala-2023", "amal-2019-areas-1-4")
TAXONOMY = load_taxonomy()


def collect(writer: Writer) -> AreaReading:
    found = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY)
    assert len(found) == 1
    return found[0]


def texts(readings: tuple[TextReading, ...]) -> list[str]:
    return [reading.text for reading in readings]


def as_gold(area: AreaReading) -> dict[str, Any]:
    return {
        "number": area.number,
        "name": area.name.text if area.name else None,
        "printed_score": area.score.reading.best if area.score else None,
        "rubrics": texts(area.rubrics),
        "narrative": [
            {"heading": section.heading.text if section.heading else None, "paragraphs": texts(section.paragraphs)}
            for section in area.sections
        ],
        "strengths": texts(area.strengths),
        "improvements": texts(area.improvements),
    }


@pytest.mark.parametrize("name", NAMES)
def test_chapters_come_out_as_labelled(name: str) -> None:
    report = builders.gold(name)
    found = collect_areas(find_chapters(builders.report_blocks(report), TAXONOMY), TAXONOMY)
    assert len(found) == len(report["areas"])
    for area, gold in zip(found, report["areas"], strict=True):
        assert as_gold(area) == {key: value for key, value in gold.items() if key != "score_table"}
        assert not area.score.doubts if area.score else False


def opened() -> Writer:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 3 Politisk styrning och kontroll", 3)
    writer.text(BlockKind.HEADING, "Allmänt", 3)
    return writer


def test_a_paragraph_cut_by_a_page_is_joined_where_layout_saw_it() -> None:
    writer = opened()
    writer.text(BlockKind.NARRATIVE, "Kommunen har en styrmodell som tydligt", 3)
    writer.text(BlockKind.PAGE_FURNITURE, "8 (25)", 3, Form.FURNITURE)
    writer.new_page()
    writer.text(BlockKind.NARRATIVE, "visar ansvar och roller.", 3, continues=True)
    writer.text(BlockKind.NARRATIVE, "Nästa stycke står för sig.", 3)
    (section,) = collect(writer).sections
    assert texts(section.paragraphs) == [
        "Kommunen har en styrmodell som tydligt visar ansvar och roller.",
        "Nästa stycke står för sig.",
    ]
    joined = section.paragraphs[0]
    assert [place.page for place in joined.places] == [1, 2]
    assert len(joined.block_ids) == 2
    assert joined.reasons


@pytest.mark.parametrize(
    ("head", "tail"),
    [("Meningen är hel.", "och så fortsätter den inte."), ("Utan slut", "Men ny mening med versal.")],
)
def test_paragraphs_are_not_joined_without_evidence(head: str, tail: str) -> None:
    writer = opened()
    writer.text(BlockKind.NARRATIVE, head, 3)
    writer.new_page()
    writer.text(BlockKind.NARRATIVE, tail, 3)
    (section,) = collect(writer).sections
    assert texts(section.paragraphs) == [head, tail]


def test_paragraphs_on_one_page_are_never_joined_unmarked() -> None:
    writer = opened()
    writer.text(BlockKind.NARRATIVE, "Utan slut", 3)
    writer.text(BlockKind.NARRATIVE, "men på samma sida.", 3)
    (section,) = collect(writer).sections
    assert len(section.paragraphs) == 2


def item(writer: Writer, kind: BlockKind, text: str, index: int, **extra: Any) -> None:
    column = Column("lists", index, 2)
    writer.text(kind, text, 3, Form.ITEM, column=column, bulleted=extra.pop("bulleted", True), **extra)


def test_items_of_both_columns_cut_by_a_page_are_joined() -> None:
    writer = opened()
    item(writer, BlockKind.STRENGTH, "Tydlig målstyrning på verksamhets-", 0)
    item(writer, BlockKind.IMPROVEMENT, "Mäta resurser", 1)
    writer.new_page()
    item(writer, BlockKind.STRENGTH, "nivå vad gäller mål", 0, continues=True, bulleted=False)
    item(writer, BlockKind.STRENGTH, "En egen styrka", 0)
    item(
        writer,
        BlockKind.IMPROVEMENT,
        "(tid, etc.) i relation till resultat.",
        1,
        continues=True,
        bulleted=False,
    )
    area = collect(writer)
    assert texts(area.strengths) == ["Tydlig målstyrning på verksamhetsnivå vad gäller mål", "En egen styrka"]
    assert texts(area.improvements) == ["Mäta resurser (tid, etc.) i relation till resultat."]


def test_an_item_that_may_be_a_rest_is_kept_apart_and_doubtful() -> None:
    writer = opened()
    for text in ("En", "Två", "Tre", "Fyra"):
        item(writer, BlockKind.STRENGTH, text, 0)
    writer.new_page()
    item(writer, BlockKind.STRENGTH, "Med versal och utan punkt", 0, bulleted=False, rest=0.4)
    strengths = collect(writer).strengths
    assert len(strengths) == 5
    assert strengths[-1].doubts


def test_a_rest_without_beginning_is_doubtful() -> None:
    writer = opened()
    item(writer, BlockKind.STRENGTH, "resten av något", 0, continues=True)
    (strength,) = collect(writer).strengths
    assert strength.doubts


def test_paragraphs_before_any_heading_have_none() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 3 Politisk styrning och kontroll", 3)
    writer.text(BlockKind.NARRATIVE, "Text utan rubrik.", 3)
    (section,) = collect(writer).sections
    assert section.heading is None
    assert texts(section.paragraphs) == ["Text utan rubrik."]


def test_the_name_may_stand_in_the_block_after_the_number() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 3", 3)
    writer.text(BlockKind.HEADING, "Politisk styrning och kontroll", 3)
    area = collect(writer)
    assert area.name is not None
    assert area.name.text == "Politisk styrning och kontroll"
    assert area.sections == ()


def test_a_section_header_glued_to_the_name_is_taken_off() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 3 Politisk styrning och kontroll Allmänt", 3)
    writer.text(BlockKind.NARRATIVE, "Kommunen har mål.", 3)
    area = collect(writer)
    assert area.name is not None
    assert area.name.text == "Politisk styrning och kontroll"
    assert [s.heading.text for s in area.sections if s.heading] == ["Allmänt"]


def test_a_name_that_no_edition_knows_is_kept_with_doubt() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 3 Helt andra saker", 3)
    writer.text(BlockKind.NARRATIVE, "Kommunen har mål.", 3)
    name = collect(writer).name
    assert name is not None
    assert name.text == "Helt andra saker"
    assert name.doubts


@pytest.mark.parametrize("text", ["Poäng 75", "Poäng: 75"])
def test_the_score_may_stand_beside_its_head(text: str) -> None:
    writer = opened()
    writer.text(BlockKind.HEADING, text, 3)
    area = collect(writer)
    assert area.score is not None
    assert area.score.reading.best == 75
    assert [s.heading.text for s in area.sections if s.heading] == ["Allmänt"]


@pytest.mark.parametrize("text", ["75 poäng", "75 av 100 poäng", "Poäng: 75 av 100"])
def test_a_score_in_a_line_of_its_own_is_no_section_wherever_it_stands(text: str) -> None:
    for kind in (BlockKind.HEADING, BlockKind.PAGE_FURNITURE):
        writer = Writer()
        writer.text(BlockKind.HEADING, "Område 3 Politisk styrning och kontroll", 3)
        writer.text(kind, text, 3)
        writer.text(BlockKind.NARRATIVE, "Kommunen har en plan.", 3)
        area = collect(writer)
        assert area.score is not None
        assert area.score.reading.best == 75
        assert [section.heading for section in area.sections] == [None]


def test_the_score_may_stand_in_a_row_with_the_rubrics() -> None:
    writer = opened()
    writer.row(["Rubriker", "", "Poäng"], 3, BlockKind.HEADING)
    writer.row(["Politiska mål", "", "75"], 3, BlockKind.RUBRIC)
    area = collect(writer)
    assert area.score is not None
    assert area.score.reading.best == 75


def test_a_score_that_sank_into_a_rubric_is_given_back_with_doubt() -> None:
    writer = opened()
    for rubric in ("Politiska mål", "Uppföljning och rapportering 75"):
        writer.text(BlockKind.RUBRIC, rubric, 3, Form.ITEM, bulleted=True)
    area = collect(writer)
    assert texts(area.rubrics) == ["Politiska mål", "Uppföljning och rapportering"]
    assert area.score is not None
    assert area.score.reading.best == 75
    assert area.score.doubts


def test_two_numbers_that_may_be_the_score_are_a_doubt() -> None:
    writer = opened()
    builders.score(writer, {"number": 3, "printed_score": 75})
    builders.score(writer, {"number": 3, "printed_score": 57})
    area = collect(writer)
    assert area.score is not None
    assert area.score.doubts


def test_a_stray_number_of_a_chart_is_no_score() -> None:
    writer = opened()
    writer.text(BlockKind.NARRATIVE, "40", 3)
    writer.text(BlockKind.FIGURE, "75", 3, Form.FIGURE, header="Poäng", size=30.0)
    assert collect(writer).score is None


def test_every_text_block_of_a_chapter_is_used_once() -> None:
    blocks = builders.report_blocks(builders.gold("hoganas-2018"))
    kinds = {BlockKind.STRENGTH, BlockKind.IMPROVEMENT, BlockKind.NARRATIVE, BlockKind.RUBRIC}
    wanted = sorted(one.block.id for one in blocks if one.kind in kinds and one.area)
    used: list[str] = []
    for area in collect_areas(find_chapters(blocks, TAXONOMY), TAXONOMY):
        readings = [*area.rubrics, *area.strengths, *area.improvements]
        readings.extend(paragraph for section in area.sections for paragraph in section.paragraphs)
        used.extend(block for reading in readings for block in reading.block_ids)
    assert sorted(used) == wanted


def test_the_weakest_label_is_the_confidence_of_a_joined_text() -> None:
    writer = opened()
    item(writer, BlockKind.STRENGTH, "Arbetet är förankrat i", 0)
    item(writer, BlockKind.STRENGTH, "hela organisationen", 0, continues=True)
    first, second = writer.made[-2:]
    weak: list[LabelledBlock] = [*writer.made[:-2], first, replace(second, confidence=0.6)]
    (strength,) = collect_areas(find_chapters(weak, TAXONOMY), TAXONOMY)[0].strengths
    assert strength.class_confidence == 0.6


@pytest.mark.parametrize("tables", [1, 4])
def test_what_follows_a_chapter_of_score_tables_is_no_areas(tables: int) -> None:
    writer = opened()
    writer.text(BlockKind.NARRATIVE, "Kommunen styrs med mål.", 3)
    for number in range(9 - tables, 9):
        writer.text(BlockKind.SCORE_TABLE, f"{number}.1 Strategi 10 20", number)
    writer.text(BlockKind.HEADING, "Bilaga 1 Intervjuade", 8)
    writer.text(BlockKind.RUBRIC, "Kommunstyrelsens ordförande", 8)
    last = next(
        (area for area in collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY) if area.number == 8), None
    )
    assert texts(last.rubrics if last else ()) == ([] if tables == 4 else ["Kommunstyrelsens ordförande"])
