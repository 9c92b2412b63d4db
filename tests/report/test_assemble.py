"""The report JSON put together from blocks: gold reports field for field, doubts, damage, determinism."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from kompass_extract.content.chapters import collect_areas, find_chapters
from kompass_extract.content.metadata import read_metadata
from kompass_extract.content.score_tables import read_score_tables
from kompass_extract.model.document import BlockKind, LabelledBlock
from kompass_extract.model.pointers import fields
from kompass_extract.model.report import Area, Report
from kompass_extract.report.assemble import assemble, edition_evidence, report_id
from kompass_extract.taxonomy import load_taxonomy
from tests.support import builders
from tests.support.builders import Writer

NAMES = ("hoganas-2018", "sala-2023", "amal-2019-areas-1-4")
TAXONOMY = load_taxonomy()


def build(blocks: Sequence[LabelledBlock], created_at: str = "2026-01-01T00:00:00Z") -> Report:
    document = builders.document(blocks)
    areas = collect_areas(find_chapters(blocks, TAXONOMY), TAXONOMY)
    tables = read_score_tables(blocks, TAXONOMY)
    metadata = read_metadata(document.pages, TAXONOMY)
    edition = TAXONOMY.decide_edition(edition_evidence(areas, tables, metadata.year.value))
    return assemble(
        document, blocks, areas, tables, metadata, edition, models={"blocks.onnx": "00"}, created_at=created_at
    )


def as_gold(area: Area) -> dict[str, Any]:
    table = area.score_table
    return {
        "number": area.number,
        "name": area.name.value,
        "printed_score": area.score.value,
        "rubrics": [field.value for field in area.rubrics],
        "narrative": [
            {"heading": section.heading.value or None, "paragraphs": [field.value for field in section.paragraphs]}
            for section in area.narrative
        ],
        "strengths": [field.value for field in area.strengths],
        "improvements": [field.value for field in area.improvements],
        "score_table": {
            "heading": table.heading.value,
            "rows": [
                {
                    "number": row.number,
                    "question": row.question.value,
                    "achieved": row.achieved.value,
                    "max": row.max.value,
                    "percent": row.percent.value,
                }
                for row in table.rows
            ],
            "total": {
                "achieved": table.total.achieved.value,
                "max": table.total.max.value,
                "percent": table.total.percent.value,
            },
        },
    }


@pytest.mark.parametrize("name", NAMES)
def test_gold_reports_come_out_field_for_field(name: str) -> None:
    gold = builders.gold(name)
    report = build(builders.report_blocks(gold))
    assert [as_gold(area) for area in report.areas if area.found] == gold["areas"]
    assert report.report.edition.value == gold["edition"]
    for area in report.areas:
        assert area.area_id == f"{gold['edition']}/{area.number}"
        assert [row.question_id for row in area.score_table.rows] == [
            f"{gold['edition']}/{row.number}" for row in area.score_table.rows
        ]
        assert all(row.concept for row in area.score_table.rows)


@pytest.mark.parametrize("name", NAMES)
def test_a_clean_report_asks_about_little(name: str) -> None:
    report = build(builders.report_blocks(builders.gold(name)))
    found = [field for _, field in fields(report)]
    assert report.review.total == len(found)
    assert report.review.open == sum(field.needs_review for field in found)
    missing = [field for area in report.areas if not area.found for _, field in fields(area)]
    assert report.review.open - sum(field.needs_review for field in missing) <= 0.03 * report.review.total


@pytest.mark.parametrize("name", NAMES)
def test_every_value_knows_where_it_was_read(name: str) -> None:
    report = build(builders.report_blocks(builders.gold(name)))
    for pointer, field in fields(report):
        if field.value not in (None, ""):
            assert field.evidence, pointer
        assert field.value is not None or field.reasons, pointer


def test_a_missing_value_has_a_reason_and_asks() -> None:
    blocks = [b for b in builders.report_blocks(builders.gold("hoganas-2018")) if b.block.header != "Poäng"]
    report = build(blocks)
    for area in report.areas:
        assert area.score.value is None
        assert area.score.needs_review
        assert area.score.reasons


def test_a_table_without_percent_column_has_none_and_asks_nothing() -> None:
    report = build(builders.report_blocks(builders.gold("sala-2023")))
    percents = [row.percent for area in report.areas for row in area.score_table.rows]
    assert all(field.value is None and not field.needs_review and field.reasons for field in percents)


def test_an_area_without_a_score_table_comes_out_and_says_what_it_lacks() -> None:
    blocks = [
        b
        for b in builders.report_blocks(builders.gold("hoganas-2018"))
        if not (b.kind is BlockKind.SCORE_TABLE and b.area == 4 and b.block.header != "Poäng")
    ]
    report = build(blocks)
    area = report.areas[3]
    assert not area.score_table.found
    assert [row.question_id for row in area.score_table.rows] == [f"2016/4.{number}" for number in range(1, 7)]
    assert area.strengths
    lacking = [check for check in report.checks if check.id == "presence" and check.status == "failed"]
    assert [check.area for check in lacking] == [4]
    assert "/areas/3/score_table" in lacking[0].fields


def test_an_area_known_by_its_table_alone_comes_out() -> None:
    blocks = [
        b
        for b in builders.report_blocks(builders.gold("hoganas-2018"))
        if b.area != 4 or (b.kind is BlockKind.SCORE_TABLE and b.block.header != "Poäng")
    ]
    report = build(blocks)
    assert report.areas[3].number == 4
    assert report.areas[3].name.value is None
    assert len(report.areas[3].score_table.rows) == 6


def test_the_reports_own_discrepancy_stays_as_printed_in_both_places() -> None:
    report = build(builders.report_blocks(builders.gold("hoganas-2018")))
    area = report.areas[1]
    assert (area.score.value, area.score_table.total.achieved.value) == (66, 67)
    (check,) = [check for check in report.checks if check.id == "chapter-table" and check.status != "ok"]
    assert check.status == "warning"
    assert not area.score.needs_review


def test_a_discrepancy_of_digits_often_confused_is_asked_about() -> None:
    area = build(builders.report_blocks(builders.gold("sala-2023"))).areas[0]
    assert (area.score.value, area.score_table.total.achieved.value) == (65, 66)
    assert area.score.needs_review


def test_all_fields_of_a_failed_check_ask() -> None:
    gold = builders.gold("hoganas-2018")
    gold["areas"][2]["score_table"]["rows"][1]["percent"] = 20
    report = build(builders.report_blocks(gold))
    by_pointer = dict(fields(report))
    failed = [check for check in report.checks if check.status == "failed"]
    assert any(check.id == "achieved-percent" and check.area == 3 for check in failed)
    for check in failed:
        for pointer in check.fields:
            if pointer in by_pointer:
                assert by_pointer[pointer].needs_review, pointer


def test_edition_2010_comes_out_whole_with_unmatched_questions() -> None:
    gold = builders.gold("hoganas-2018")
    gold["areas"][6]["name"] = gold["areas"][6]["score_table"]["heading"] = "Verksamhetsutveckling"
    for area in gold["areas"]:
        for row in area["score_table"]["rows"]:
            row["question"] = f"Hur gör kommunen sak {row['number'][2:]} på annat sätt än förr"
    report = build(builders.report_blocks(gold))
    assert report.report.edition.value == "2010"
    rows = [row for area in report.areas for row in area.score_table.rows]
    assert len(rows) == 45
    assert all(row.question_id is None for row in rows)
    assert all(row.question.value and row.achieved.value is not None for row in rows)


@pytest.mark.parametrize("name", NAMES)
def test_no_silent_error_in_numbers_of_a_badly_read_report(name: str) -> None:
    gold = builders.gold(name)
    silent, count = [], 0
    for seed in range(6):
        writer = Writer(confidence=0.8)
        blocks = builders.damaged(
            builders.report_blocks(gold, writer),
            builders.noise(seed, misread=0.6),
            lambda one: one.kind is BlockKind.SCORE_TABLE,
        )
        read = [area for area in build(blocks).areas if area.found]
        for area, right in zip(read, gold["areas"], strict=True):
            wanted = {row["number"]: row for row in right["score_table"]["rows"]}
            for row in area.score_table.rows:
                for cell in ("achieved", "max", "percent"):
                    field = getattr(row, cell)
                    count += 1
                    if field.value != wanted[row.number][cell] and not field.needs_review:
                        silent.append((seed, row.number, cell, field.raw, field.value, wanted[row.number][cell]))
    assert len(silent) <= count / 300, silent


def test_two_runs_differ_in_the_date_alone() -> None:
    blocks = builders.report_blocks(builders.gold("sala-2023"))
    one, other = build(blocks), build(blocks, "2027-01-01T00:00:00Z")
    assert one.pipeline.created_at != other.pipeline.created_at
    same = {"pipeline": one.pipeline}
    assert other.model_copy(update=same).model_dump_json() == one.model_dump_json()


def test_the_report_survives_its_json() -> None:
    report = build(builders.report_blocks(builders.gold("amal-2019-areas-1-4")))
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize(
    ("municipality", "year", "expected"),
    [
        ("Åmål", 2019, "amal-2019"),
        ("Upplands Väsby", 2018, "upplands-vasby-2018"),
        ("Höganäs", 2018, "hoganas-2018"),
        ("Dals-Ed", 2020, "dals-ed-2020"),
        (None, 2018, "unknown-abcdef01"),
        ("Sala", None, "unknown-abcdef01"),
    ],
)
def test_report_ids(municipality: str | None, year: int | None, expected: str) -> None:
    assert report_id(municipality, year, "abcdef0123") == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_field_names_the_blocks_it_came_from(name: str) -> None:
    report = build(builders.report_blocks(builders.gold(name)))
    known = {block.id: block for block in report.blocks}
    read = [(pointer, field) for pointer, field in fields(report) if field.evidence]
    assert len(read) > 100
    for pointer, field in read:
        assert field.blocks, pointer
        assert {known[block].page for block in field.blocks} == {place.page for place in field.evidence}, pointer
    strength = report.areas[0].strengths[0]
    assert [known[block].text for block in strength.blocks] == [strength.value]
