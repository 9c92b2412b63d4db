"""Which number is the chapter's score: by words, size, the table's total and the report's habit."""

from __future__ import annotations

import pytest

from kompass_extract.content.chapters import collect_areas, find_chapters
from kompass_extract.model.document import BlockKind, Form
from kompass_extract.taxonomy import load_taxonomy
from tests.support.builders import Writer, line

TAXONOMY = load_taxonomy()


def chapters(*texts: str, totals: dict[int, float] | None = None) -> dict[int, tuple[int | None, bool]]:
    """By area the score that was chosen and whether it is doubted; each text is a chapter's score line."""
    writer = Writer()
    for area, text in enumerate(texts, start=1):
        writer.text(BlockKind.HEADING, f"Område {area}", area)
        for part in text.split("|"):
            writer.text(BlockKind.HEADING, part, area)
        writer.text(BlockKind.NARRATIVE, "Kommunen har en plan som följs upp varje år av styrelsen.", area)
    found = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY, totals or {})
    return {
        area.number: (area.score.reading.best, bool(area.score.doubts)) if area.score else (None, True)
        for area in found
    }


@pytest.mark.parametrize(
    "text", ["Poäng 66", "Poäng: 66", "66 poäng", "66 av 100 poäng", "Poäng av 100 66", "Områdets poäng: 66"]
)
def test_the_score_beside_its_word(text: str) -> None:
    assert chapters(text)[1] == (66, False)


def test_the_most_that_there_is_is_no_score() -> None:
    assert chapters("Poäng av 100|Max 100")[1][0] is None


def test_the_table_decides_between_two() -> None:
    assert chapters("Poäng 57|Poäng 75", totals={1: 75.0})[1][0] == 75
    assert chapters("Poäng 57|Poäng 75", totals={1: 57.4})[1][0] == 57


def test_two_numbers_without_a_witness_are_a_doubt() -> None:
    assert chapters("Poäng 57|Poäng 75")[1][1]


def test_a_score_far_from_its_table_is_a_doubt() -> None:
    assert chapters("Poäng 66", totals={1: 31.0})[1] == (66, True)


def test_a_point_or_two_from_the_table_is_none() -> None:
    assert chapters("Poäng 66", totals={1: 67.0})[1] == (66, False)


def test_the_total_of_the_table_is_not_the_printed_score() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "63 Områdets poäng", 1)
    writer.text(BlockKind.NARRATIVE, "Kommunen har en plan som följs upp varje år av styrelsen.", 1)
    writer.row(["Summa poäng", "62", "100", "62%"], 1)
    (area,) = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY, {1: 62.0})
    assert area.score is not None
    assert area.score.reading.best == 63


def test_a_score_below_the_rubrics_is_no_rubric() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 1", 1)
    for text in ("Information till medborgarna", "99 poäng"):
        writer.text(BlockKind.RUBRIC, text, 1)
    writer.text(BlockKind.NARRATIVE, "Kommunen har en plan som följs upp varje år av styrelsen.", 1)
    (area,) = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY, {})
    assert [rubric.text for rubric in area.rubrics] == ["Information till medborgarna"]
    assert area.score is not None
    assert area.score.reading.best == 99


@pytest.mark.parametrize("text", ["73/100", "73 av 100", "Resultat: 73 av 100 poäng", "(73/100)"])
def test_the_score_as_printed_wins_over_the_tables_total(text: str) -> None:
    assert chapters(text, totals={1: 70})[1] == (73, True)


def test_a_score_at_the_end_of_the_areas_heading_is_no_part_of_its_name() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 4 Effektivitet, 58 poäng", 4)
    writer.text(BlockKind.NARRATIVE, "Kommunen har en plan som följs upp varje år av styrelsen.", 4)
    (area,) = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY)
    assert area.name is not None
    assert (area.name.text, area.score and area.score.reading.best) == ("Effektivitet", 58)


def test_a_line_that_prints_the_score_is_no_item_of_the_list_before_it() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 4 Effektivitet", 4)
    writer.text(BlockKind.STRENGTH, "Kommunen jämför sig med andra", 4, Form.ITEM)
    writer.text(BlockKind.STRENGTH, "Kommunen får 58 av 100 poäng på området (2010: 59).", 4, Form.ITEM)
    (area,) = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY, {4: 58})
    assert [item.text for item in area.strengths] == ["Kommunen jämför sig med andra"]
    assert area.score is not None
    assert area.score.reading.best == 58


def test_a_number_in_the_margin_above_a_heading_is_that_chapters() -> None:
    writer = Writer()
    for area, (name, score) in enumerate((("Offentlighet och demokrati", "43/100"), ("Effektivitet", "44/100")), 1):
        margin = line(score, x=10, y=writer.y)
        writer.add(BlockKind.HEADING, Form.PARAGRAPH, (margin,), score, area - 1 or None)
        writer.text(BlockKind.HEADING, f"Område {area} {name}", area)
        writer.text(BlockKind.NARRATIVE, "Kommunen har en plan som följs upp varje år av styrelsen.", area)
    found = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY)
    assert [area.score and area.score.reading.best for area in found] == [43, 44]


def test_the_score_of_an_earlier_year_is_not_the_reports() -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, "Område 4 Effektivitet", 4)
    writer.text(BlockKind.HEADING, "55", 4, header="Poäng 2019")
    writer.text(BlockKind.HEADING, "86", 4, header="Poäng 2024")
    writer.text(BlockKind.NARRATIVE, "Kommunen har en plan som följs upp varje år av styrelsen.", 4)
    (area,) = collect_areas(find_chapters(writer.made, TAXONOMY), TAXONOMY)
    assert area.score is not None
    assert area.score.reading.best == 86
