"""What is cut out of a report's score tables: its row stays, with the right values or with a question; decimals too."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from kompass_extract.content.numbers import NumberKind, read_number
from kompass_extract.content.score_tables import ColumnRole, looked_again, read_score_tables
from kompass_extract.model.document import BlockKind, LabelledBlock, Word
from kompass_extract.model.geometry import Box
from kompass_extract.model.report import Report, ScoreRow
from kompass_extract.report.areas import match_table
from kompass_extract.taxonomy import EditionDecision, load_taxonomy
from tests.report.test_assemble import build
from tests.support import builders
from tests.support.builders import Writer

GOLD = {name: builders.gold(name) for name in ("hoganas-2018", "sala-2023")}
TAXONOMY = load_taxonomy()
CELLS = ("achieved", "max", "percent")


def of_tables(blocks: list[LabelledBlock]) -> list[int]:
    return [n for n, one in enumerate(blocks) if one.kind is BlockKind.SCORE_TABLE and one.block.header != "Poäng"]


def wanted_rows(gold: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["number"]: row for area in gold["areas"] for row in area["score_table"]["rows"]}


def is_silent(row: ScoreRow, right: dict[str, Any]) -> bool:
    fields = {cell: getattr(row, cell) for cell in CELLS}
    return any(field.value != right[cell] and not field.needs_review for cell, field in fields.items())


@pytest.mark.parametrize("name", GOLD)
@pytest.mark.parametrize("seed", range(12))
def test_lines_cut_out_of_a_table_leave_their_rows_and_ask(name: str, seed: int) -> None:
    gold, rng = GOLD[name], random.Random(seed)
    blocks = builders.report_blocks(gold)
    cut = set(rng.sample(of_tables(blocks), rng.randint(1, 6)))
    report = build([one for n, one in enumerate(blocks) if n not in cut])
    right = wanted_rows(gold)
    rows = {row.number: row for area in report.areas for row in area.score_table.rows}
    assert rows.keys() >= right.keys()
    assert not [number for number, row in rows.items() if number in right and is_silent(row, right[number])]
    for number in right:
        assert rows[number].question_id == f"{gold['edition']}/{number}"
        assert rows[number].concept
        assert rows[number].found or rows[number].question.needs_review


def test_a_missing_row_stands_between_its_neighbours_with_what_follows_for_it() -> None:
    blocks = builders.report_blocks(GOLD["hoganas-2018"])
    cut = next(n for n in of_tables(blocks) if blocks[n].block.text.startswith("3.2"))
    table = build([one for n, one in enumerate(blocks) if n != cut]).areas[2].score_table
    assert [row.number for row in table.rows] == [f"3.{n}" for n in range(1, 6)]
    row = table.rows[1]
    assert not row.found
    assert all(getattr(row, cell).value is None and getattr(row, cell).needs_review for cell in CELLS)
    assert row.max.alternatives[0].value == 25
    right = wanted_rows(GOLD["hoganas-2018"])["3.2"]
    assert right["achieved"] in [other.value for other in row.achieved.alternatives]


@pytest.mark.parametrize("missing", [{1}, {3, 8}, set(range(1, 9))])
def test_areas_cut_out_stay_as_empty_areas(missing: set[int]) -> None:
    report = build([one for one in builders.report_blocks(GOLD["sala-2023"]) if one.area not in missing])
    assert [area.number for area in report.areas] == list(range(1, 9))
    for area in report.areas:
        assert area.found == (area.number not in missing)
        if area.number in missing:
            assert area.name.needs_review
            assert area.score.needs_review
            assert missing == set(range(1, 9)) or area.score_table.rows
    failed = {check.area for check in report.checks if check.id == "areas" and check.status == "failed"}
    assert failed == missing


def test_a_score_that_was_not_found_offers_its_tables_total() -> None:
    blocks = [one for one in builders.report_blocks(GOLD["hoganas-2018"]) if one.block.header != "Poäng"]
    for area in build(blocks).areas:
        assert area.score.value is None
        assert area.score.alternatives[0].value == area.score_table.total.achieved.value


def with_decimals(gold: dict[str, Any], seed: int) -> dict[str, Any]:
    """The report with a decimal at each row's points, which sum to the printed total exactly."""
    rng = random.Random(seed)
    areas = []
    for area in gold["areas"]:
        rows = [dict(row, achieved=rng.randint(0, 10 * row["max"]) / 10) for row in area["score_table"]["rows"]]
        for row in rows:
            row["percent"] = int(100 * row["achieved"] / row["max"] + 0.5)
        whole = round(sum(row["achieved"] for row in rows), 1)
        total = {"achieved": whole, "max": 100, "percent": int(whole + 0.5)}
        table = {**area["score_table"], "rows": rows, "total": total}
        areas.append({**area, "printed_score": int(whole + 0.5), "score_table": table})
    return {**gold, "areas": areas}


def with_commas(value: Any) -> Any:
    """Decimals as reports print them."""
    if isinstance(value, dict):
        return {key: with_commas(one) for key, one in value.items()}
    if isinstance(value, list):
        return [with_commas(one) for one in value]
    return str(value).replace(".", ",") if isinstance(value, float) else value


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("confidence", [1.0, 0.93])
def test_decimals_stay_as_printed(seed: int, confidence: float) -> None:
    gold = with_decimals(GOLD["hoganas-2018"], seed)
    report = build(builders.report_blocks(with_commas(gold), Writer(confidence=confidence)))
    asked = count = 0
    for area, right in zip(report.areas, gold["areas"], strict=True):
        table, printed = area.score_table, right["score_table"]
        pairs = [*zip(table.rows, printed["rows"], strict=True), (table.total, printed["total"])]
        for read, wanted in pairs:
            for cell in CELLS:
                field = getattr(read, cell)
                assert field.value == wanted[cell] or field.needs_review, (area.number, cell, field)
                asked, count = asked + field.needs_review, count + 1
    assert asked <= 0.05 * count


def test_the_report_with_decimals_survives_its_json() -> None:
    report = build(builders.report_blocks(with_commas(with_decimals(GOLD["hoganas-2018"], 1))))
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert '"value":100,' in report.model_dump_json()


@pytest.mark.parametrize(("raw", "kind"), [("120", NumberKind.POINTS), ("104 %", NumberKind.PERCENT)])
def test_more_than_there_can_be_is_told(raw: str, kind: NumberKind) -> None:
    assert read_number(raw, kind, 1.0).beyond_limit
    assert not read_number("100", NumberKind.POINTS, 1.0).beyond_limit


@pytest.mark.parametrize(("cell", "value"), [("achieved", 45), ("percent", 140), ("max", 120)])
@pytest.mark.parametrize("confidence", [1.0, 0.95])
def test_an_absurd_number_is_never_accepted(cell: str, value: int, confidence: float) -> None:
    areas = [dict(area) for area in GOLD["hoganas-2018"]["areas"]]
    rows = [dict(row) for row in areas[2]["score_table"]["rows"]]
    rows[1][cell] = value
    areas[2]["score_table"] = {**areas[2]["score_table"], "rows": rows}
    gold = {**GOLD["hoganas-2018"], "areas": areas}
    report = build(builders.report_blocks(gold, Writer(confidence=confidence)))
    assert getattr(report.areas[2].score_table.rows[1], cell).needs_review


def place_text(gold: dict[str, Any], number: str) -> dict[str, str]:
    row = wanted_rows(gold)[number]
    return {"achieved": str(row["achieved"]), "max": str(row["max"]), "percent": f"{row['percent']} %"}


@pytest.mark.parametrize("number", ["3.1", "3.2", "3.5"])
def test_a_second_look_at_the_place_of_a_missing_row_finds_it(number: str) -> None:
    gold = GOLD["hoganas-2018"]
    blocks = builders.report_blocks(gold)
    tables = {one.area: one for one in read_score_tables(blocks, TAXONOMY)}
    whole = tables[3]
    kept = tuple(row for row in whole.rows if row.number != number)
    right = next(row for row in whole.rows if row.number == number)
    asked: list[Box] = []

    def look(page: int, boxes: Sequence[Box]) -> list[tuple[Word, ...]]:
        asked.extend(boxes)
        texts = [*place_text(gold, number).values(), f"{number} {right.question.text}"]
        return [
            tuple(Word(text, box, 0.97, (text,)) for text in said.split(" "))
            for said, box in zip(texts, boxes, strict=True)
        ]

    questions = TAXONOMY.questions("2016")
    edition = EditionDecision("2016", None, 1.0, None, ())
    match = partial(match_table, edition=edition, taxonomy=TAXONOMY)
    found = looked_again(replace(whole, rows=kept), questions, match, look)
    assert [row.number for row in found.rows] == [row.number for row in whole.rows]
    row = next(row for row in found.rows if row.number == number)
    wanted = wanted_rows(gold)[number]
    assert row.question.text == right.question.text
    assert [row.numbers.of(role).reading.best for role in ColumnRole] == [wanted[cell] for cell in CELLS]  # type: ignore[union-attr]
    assert {box.y0 for box in asked} == {asked[0].y0}


@pytest.mark.parametrize("said", [(), ("|",), ("G", "i"), ("%",)])
def test_dirt_where_a_row_is_missing_makes_no_row(said: tuple[str, ...]) -> None:
    tables = {one.area: one for one in read_score_tables(builders.report_blocks(GOLD["hoganas-2018"]), TAXONOMY)}
    table = replace(tables[3], rows=tuple(row for row in tables[3].rows if row.number != "3.2"))
    edition = EditionDecision("2016", None, 1.0, None, ())
    match = partial(match_table, edition=edition, taxonomy=TAXONOMY)

    def look(page: int, boxes: Sequence[Box]) -> list[tuple[Word, ...]]:
        return [tuple(Word(text, box, 0.4) for text in said) for box in boxes]

    assert looked_again(table, TAXONOMY.questions("2016"), match, look) == table
