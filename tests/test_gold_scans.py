"""The gold scans from what the readers saw to the report: everything but the reading itself, on real pages."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kompass_extract import pipeline
from kompass_extract.model.report import Report
from kompass_extract.pages.source import open_source
from kompass_extract.settings import ReadingSettings
from kompass_extract.training.evaluate.cases import EvaluationCase, gold_cases
from kompass_extract.training.evaluate.figures import CELL_KINDS, METADATA_KINDS, Figures, figures
from kompass_extract.training.evaluate.score import ReportScore, score_report
from kompass_extract.training.gold import load_gold
from kompass_extract.words.page_reader import PageReading
from tests.support.recorded_scans import SCANS, Recording, recorded_tools

CASES = {case.name: case for case in gold_cases(SCANS.parent) if case.quality != "text"}
SURE_KINDS = (*METADATA_KINDS, *CELL_KINDS)
HARD = ("fax200", "poor150")


@cache
def extracted(name: str) -> Report:
    return pipeline.extract(CASES[name].path, tools=recorded_tools())


@cache
def scored(name: str) -> tuple[ReportScore, Figures]:
    score = score_report(extracted(name), load_gold(CASES[name].gold_path))
    return score, figures([score])


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_lists_come_out_whole(case: EvaluationCase) -> None:
    found = scored(case.name)[1]
    assert found.items_f1 >= (0.98 if case.quality in HARD else 0.99)
    assert found.item_cer <= (0.01 if case.quality in HARD else 0.003)
    assert found.narrative_cer <= (0.01 if case.quality in HARD else 0.003)


@pytest.mark.parametrize("name", CASES)
def test_scores_and_questions_are_right(name: str) -> None:
    found = scored(name)[1]
    assert (found.cells_right, found.question_ids_right) == (1.0, 1.0)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_metadata_is_right_but_for_names_on_poor_covers(case: EvaluationCase) -> None:
    wrong = {
        one.kind for one in scored(case.name)[0].judgements if one.kind in METADATA_KINDS and one.status != "right"
    }
    assert wrong <= ({"evaluator_name"} if case.quality in HARD else set())


@pytest.mark.parametrize("name", CASES)
def test_no_score_and_no_metadata_is_wrong_in_silence(name: str) -> None:
    silent = [judgement for judgement in scored(name)[0].judgements if judgement.silent]
    assert [one.pointer for one in silent if one.kind in SURE_KINDS] == []


@pytest.mark.parametrize("name", CASES)
def test_every_value_stands_on_a_page_that_there_is(name: str) -> None:
    report = extracted(name)
    size = {page.number: (page.width, page.height) for page in report.pages}
    places = [place for area in report.areas for item in area.strengths + area.improvements for place in item.evidence]
    assert len(places) > 50
    for place in places:
        x0, y0, x1, y1 = place.bbox
        width, height = size[place.page]
        assert 0 <= x0 < x1 <= width + 1
        assert 0 <= y0 < y1 <= height + 1


@pytest.mark.ocr
@pytest.mark.parametrize(("name", "number"), [("sala-2023.office200", 9), ("hoganas-2018.fax200", 12)])
def test_a_page_read_now_is_as_recorded(name: str, number: int) -> None:
    source = open_source(SCANS / f"{name}.pdf")
    tools = pipeline.Tools.default(jobs=1)
    now = pipeline_read(source.path, number, tools)
    then = Recording.of(source).pages[number]
    assert (now.rotation, now.kind) == (then.rotation, then.kind)
    old, new = words(then), words(now)
    assert len(old) > 100
    same = len(set(old) & set(new))
    assert same >= 0.98 * len(set(old) | set(new)), "reading has changed: record the scans anew and look at the figures"


def pipeline_read(path: Path, number: int, tools: pipeline.Tools) -> PageReading:
    from kompass_extract.words.page_reader import read_page

    readers = tools.readers()
    return read_page(open_source(path), number, lambda: readers, ReadingSettings())


def words(reading: PageReading) -> list[str]:
    return [word.text for strip in reading.strips for word in strip.line.words]
