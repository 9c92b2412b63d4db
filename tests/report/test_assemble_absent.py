"""What a report does not print and what stands beside its words: judged by evidence, asked about where divided."""

from __future__ import annotations

from typing import Any

import pytest

from kompass_extract.content.metadata import MetadataReading, OverviewReading
from kompass_extract.model.readings import TextReading
from kompass_extract.model.report import Report
from kompass_extract.report.areas import without_dirt
from kompass_extract.report.fields import absent_number
from kompass_extract.report.head import make_overview
from tests.report.test_assemble import build
from tests.support import builders
from tests.support.builders import Writer

SALA = builders.gold("sala-2023")
HOGANAS = builders.gold("hoganas-2018")


def percents(report: Report) -> list[Any]:
    return [
        field
        for area in report.areas
        for field in (*(row.percent for row in area.score_table.rows), area.score_table.total.percent)
    ]


def without_percents(report: dict[str, Any], areas: set[int]) -> dict[str, Any]:
    """The report with the percents of some areas' tables left out."""

    def plain(area: dict[str, Any]) -> dict[str, Any]:
        if area["number"] not in areas:
            return area
        table = area["score_table"]
        rows = [{**row, "percent": None} for row in table["rows"]]
        return {**area, "score_table": {**table, "rows": rows, "total": {**table["total"], "percent": None}}}

    return {**report, "areas": [plain(area) for area in report["areas"]]}


@pytest.mark.parametrize(
    ("seen", "against", "confidence"), [(0, 0, 0.5), (40, 0, 40.5 / 41), (40, 1, 40.5 / 42), (0, 2, 0.5 / 3)]
)
def test_an_absent_number_is_as_sure_as_the_places_that_say_so(seen: int, against: int, confidence: float) -> None:
    field = absent_number("none", seen, ["a sign"] * against)
    assert field.confidence == pytest.approx(confidence, abs=1e-4)
    assert field.needs_review == (against > 0)


def test_percents_that_no_table_prints_are_absent_without_a_question() -> None:
    found = percents(build(builders.report_blocks(without_percents(SALA, set(range(1, 9))), Writer())))
    assert not any(field.needs_review for field in found)
    assert {field.value for field in found} == {None}
    assert all(0.98 < field.confidence < 0.999 for field in found)


def test_percents_that_other_tables_print_are_asked_about() -> None:
    report = build(builders.report_blocks(without_percents(HOGANAS, {2, 5}), Writer()))
    asked = {area.number for area in report.areas if area.score_table.total.percent.needs_review}
    assert asked == {2, 5}
    assert all(
        row.percent.needs_review for area in report.areas if area.number in (2, 5) for row in area.score_table.rows
    )


def test_signs_around_a_known_question_are_taken_off_and_numbers_at_its_end_asked_about() -> None:
    areas = [dict(area) for area in SALA["areas"]]
    rows = [dict(row) for row in areas[0]["score_table"]["rows"]]
    whole = rows[0]["question"]
    rows[0]["question"] = f"'{whole}."
    rows[1]["question"] = f"{rows[1]['question']} 6 20 32"
    areas[0]["score_table"] = {**areas[0]["score_table"], "rows": rows}
    report = build(builders.report_blocks({**SALA, "areas": areas}, Writer()))
    first, second, *rest = report.areas[0].score_table.rows
    assert first.question.value == whole
    assert first.question.raw == f"'{whole}."
    assert second.question.needs_review
    assert not any(row.question.needs_review for row in rest)


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("'Koncernstyrning", "Koncernstyrning"),
        ('Koncernstyrning" .', "Koncernstyrning"),
        ("Koncernstyrning", "Koncernstyrning"),
        ("| Koncernstyrning -", "Koncernstyrning"),
        ("Koncernstyming", "Koncernstyming"),
    ],
)
def test_dirt_around_a_known_wording(read: str, kept: str) -> None:
    reading = TextReading(read, (), (), 0.9)
    assert without_dirt(reading, "Koncernstyrning").text == kept


def test_a_wordings_own_signs_stay_as_printed() -> None:
    wording = 'Tillvaratas nya medarbetare? Kommunen som "attraktiv arbetsgivare".'
    for read in (wording, wording[:-1], wording.replace('".', '" .')):
        assert without_dirt(TextReading(read, (), (), 0.9), wording).text == read


def test_a_row_of_chapter_two_that_lacks_a_column_asks_for_it() -> None:
    def reading(number: int, **values: int) -> OverviewReading:
        cells = tuple((head, MetadataReading(value, 0.97)) for head, value in values.items())
        return OverviewReading(number, MetadataReading("Effektivitet", 0.97), cells)

    rows = make_overview([reading(1, y2017=50), reading(2, y2014=40, y2017=60), reading(3, y2014=41, y2017=61)])
    assert [list(row.values) for row in rows] == [["y2014", "y2017"]] * 3
    assert rows[0].values["y2014"].value is None
    assert rows[0].values["y2014"].needs_review
    assert rows[0].values["y2017"].value == 50
