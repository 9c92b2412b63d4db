"""Readings of one evaluation are recognised, the best stands for it, and an archive counts it once."""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract import Choice, open_archive
from kompass_extract.archive.folder import Archive
from kompass_extract.model.report import Report
from kompass_extract.review import Action
from kompass_extract.review.evaluations import EvaluationReading, evaluations, reading_of, same_evaluation
from kompass_extract.review.service.desk_values import Order, QueueFilter
from kompass_extract.review.service.rebuild import rebuild
from tests.support.answers_archive import many
from tests.support.desk_archive import desk_of
from tests.support.reviewed import changed, gold_report

SCORES = {f"{area}/{area}.{row}": 3 * area + row for area in range(1, 9) for row in range(1, 5)}


def reading(report_id: str = "a", **more: object) -> EvaluationReading:
    whole = EvaluationReading(
        report_id=report_id, municipality="1981", year=2023, edition="2020", scores=SCORES, areas=8, reviewed=False,
        open_share=0.0, kind="scanned",
    )  # fmt: skip
    return replace(whole, **more)  # type: ignore[arg-type]


def misread(count: int) -> Mapping[str, int]:
    """The numbers with some of them misread."""
    return {key: value + 1 if place < count else value for place, (key, value) in enumerate(SCORES.items())}


def test_a_scan_a_copy_and_a_part_are_of_the_evaluation() -> None:
    whole = reading()
    assert same_evaluation(whole, reading("copy"))
    assert same_evaluation(whole, reading("scan", scores=misread(5)))
    assert same_evaluation(whole, reading("part", scores=dict(list(SCORES.items())[:8]), areas=2))
    assert same_evaluation(whole, reading("unknown year", year=None))
    assert same_evaluation(whole, reading("misread year", year=2028)), "nearly every number is the same"


def test_other_evaluations_are_others() -> None:
    whole = reading()
    assert not same_evaluation(whole, reading("elsewhere", municipality="1980"))
    assert not same_evaluation(whole, reading("unknown", municipality=None))
    assert not same_evaluation(reading(municipality=None), reading("b", municipality=None))
    assert not same_evaluation(whole, reading("other numbers", scores=misread(12)))
    assert not same_evaluation(whole, reading("later", year=2026, scores=misread(4)))
    assert not same_evaluation(whole, reading("few", scores=dict(list(SCORES.items())[:2])))
    assert not same_evaluation(whole, reading("later part", year=2026, scores=dict(list(SCORES.items())[:8])))


def test_the_best_is_whole_then_reviewed_then_good_to_cite_then_sure() -> None:
    part = reading("a part", areas=4, reviewed=True)
    scan = reading("a scan", open_share=0.1)
    text = reading("a text", kind="text")
    digital = reading("digital", kind="born_digital", open_share=0.15)
    copy = reading("copy of scan", kind="scanned")
    reviewed = reading("reviewed", open_share=0.2, reviewed=True)
    ranked = sorted([part, text, scan, digital, copy, reviewed], key=lambda one: one.worth)
    assert [one.report_id for one in ranked] == ["reviewed", "digital", "copy of scan", "a scan", "a text", "a part"]


def test_two_parts_are_of_one_evaluation_where_the_whole_is_there() -> None:
    items = list(SCORES.items())
    first, second = (
        reading("first", scores=dict(items[:16]), areas=4),
        reading("second", scores=dict(items[16:]), areas=4),
    )
    assert evaluations([first, second]) == {"first": "first", "second": "second"}
    assert set(evaluations([first, second, reading("whole")]).values()) == {"whole"}


@given(st.permutations(range(6)))
def test_the_order_of_readings_makes_no_difference(order: list[int]) -> None:
    known = [
        reading("a"), reading("b", scores=misread(3)), reading("c", year=2026, scores=misread(9)),
        reading("d", municipality=None), reading("e", municipality="1980"), reading("f", reviewed=True),
    ]  # fmt: skip
    found = evaluations([known[place] for place in order])
    assert found == {"a": "f", "b": "f", "f": "f", "c": "c", "d": "d", "e": "e"}


def copies(report: Report, count: int, **misread: object) -> list[Report]:
    """Other readings of the same evaluation."""
    made = []
    for number in range(2, count + 2):
        source = report.source.model_copy(update={"sha256": f"{number:02}" + report.source.sha256[2:]})
        copy = changed(report, {"/report/title": f"Läsning {number}"}, asked=True)
        made.append(copy.model_copy(update={"report_id": f"{report.report_id}-{number}", "source": source}))
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Höganäs four times, Sala once."""
    hoganas, sala = gold_report("hoganas-2018"), gold_report("sala-2023")
    many(tmp_path, [hoganas, *copies(hoganas, 3), sala])
    return tmp_path


def test_an_archive_counts_an_evaluation_once(folder: Path) -> None:
    with open_archive(folder) as archive:
        reports = {str(row["report_id"]): row for row in archive.table("reports")}
        assert [name for name, row in reports.items() if row["counts"]] == ["hoganas-2018", "sala-2023"]
        assert {row["evaluation"] for name, row in reports.items() if name.startswith("hoganas")} == {"hoganas-2018"}
        scores = [row["score"] for row in archive.table("areas", Choice(once=True)) if row["area"] == 1]
        everything = [row["score"] for row in archive.table("areas") if row["area"] == 1]
        assert (len(scores), len(everything)) == (2, 5)
        assert statistics.fmean(map(float, scores)) != statistics.fmean(map(float, everything))
        hits = archive.search("medborgare", limit=50)
        assert {hit.report_id for hit in hits} <= {"hoganas-2018", "sala-2023"}
        every = archive.search("medborgare", reports=Choice(), limit=200)
        assert {"hoganas-2018-2", "hoganas-2018-3"} <= {hit.report_id for hit in every}


def test_a_comparison_counts_an_evaluation_once(folder: Path) -> None:
    with open_archive(folder) as archive:
        own = archive.compare("hoganas-2018-3")
        names = {standing.group for area in own.areas for standing in area.standings}
        assert not any(name.startswith("edition") for name in names), "its only peers are readings of itself"
        readings = [archive.compare(f"hoganas-2018{tail}") for tail in ("", "-2", "-3")]
        told = [one.detail for found in readings for one in found.cautions if one.code == "other_reading"]
        assert len(told) == 2, "all readings but the one that counts"
        assert len(set(told)) == 1
        asked = archive.compare("sala-2023", groups={"alone": ["Sala"]})
        assert {s.group: s.n for s in asked.areas[0].standings}["group alone"] == 1
        named = archive.compare("sala-2023", named=["hoganas-2018-2"])
        assert {s.group: s.n for s in named.questions[0].standings if s.group == "named"}.keys() <= {"named"}


def test_a_report_says_which_reading_is_the_best(tmp_path: Path) -> None:
    hoganas = gold_report("hoganas-2018")
    desk = desk_of(tmp_path, hoganas, *copies(hoganas, 2), gold_report("sala-2023"))
    found = desk.other_readings("hoganas-2018-2")
    assert found.best == "hoganas-2018"
    assert [line.report_id for line in found.lines] == ["hoganas-2018", "hoganas-2018-3"]
    assert desk.other_readings("sala-2023").lines == ()
    desk.close()


def counted(folder: Path) -> list[tuple[str, str, int]]:
    """What the store's view says of each report: which one stands for its evaluation, and whether it counts."""
    with closing(sqlite3.connect(folder / "archive.db")) as store:
        return store.execute("SELECT report_id, evaluation, counts FROM reports ORDER BY report_id").fetchall()


FOUR = [
    ("hoganas-2018", "hoganas-2018", 1),
    ("hoganas-2018-2", "hoganas-2018", 0),
    ("hoganas-2018-3", "hoganas-2018", 0),
    ("sala-2023", "sala-2023", 1),
]
"""What it says of three readings of an evaluation and of another one."""


def test_the_store_s_own_view_says_which_reports_count(tmp_path: Path) -> None:
    hoganas = gold_report("hoganas-2018")
    desk = desk_of(tmp_path, hoganas, *copies(hoganas, 2), gold_report("sala-2023"))
    desk.close()
    assert counted(tmp_path) == FOUR


def test_a_store_that_is_made_anew_says_the_same(tmp_path: Path) -> None:
    hoganas = gold_report("hoganas-2018")
    desk = desk_of(tmp_path, hoganas, *copies(hoganas, 2), gold_report("sala-2023"))
    desk.close()
    assert rebuild(Archive.at(tmp_path)).reports == len(FOUR)
    assert counted(tmp_path) == FOUR


def test_a_signed_reading_stands_for_its_evaluation_at_once(tmp_path: Path) -> None:
    hoganas = gold_report("hoganas-2018")
    desk = desk_of(tmp_path, hoganas, *copies(hoganas, 1))
    second = "hoganas-2018-2"
    for one in desk.queue(QueueFilter(report_id=second), reviewer="Anna").items:
        version = desk.item(second, one.pointer, reviewer="Anna").version
        desk.decide(second, Order(action=Action.ACCEPT, pointer=one.pointer), by="Anna", seen=version)
    assert [row[2] for row in counted(tmp_path)] == [1, 0]
    desk.sign(second, by="Anna")
    assert [row[2] for row in counted(tmp_path)] == [0, 1]
    assert desk.other_readings("hoganas-2018").best == second
    desk.reopen(second, by="Anna")
    assert [row[2] for row in counted(tmp_path)] == [1, 0]
    desk.close()


def test_labelled_reports_are_read_as_they_are() -> None:
    whole = reading_of(gold_report("sala-2023"))
    assert (whole.municipality, whole.year, whole.areas) == ("1981", 2023, 8)
    assert len(whole.scores) > 30
