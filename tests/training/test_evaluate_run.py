"""Running, gate, calibration and the page, against a pipeline that reads the labels themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from kompass_extract.cli import main
from kompass_extract.errors import NotAReportError, UnreadableFileError, UsageError
from kompass_extract.model.report import Evidence, Report
from kompass_extract.report import export
from kompass_extract.training.evaluate import cases, evaluation, gate, html_report
from kompass_extract.training.evaluate.calibration import calibration
from kompass_extract.training.evaluate.judge import Judgement
from kompass_extract.training.evaluate.place_pictures import picture
from kompass_extract.training.evaluate.score import score_report
from kompass_extract.training.gold import GoldReport, load_gold
from kompass_extract.training.structure_corpus import PAIRS_PATH
from kompass_extract.training.structure_training import carded_accuracy
from tests.conftest import ROOT, FakePipeline, number, report_of

LEFT_OUT = {"typst": 0.99, "word": 0.995}  # share of line pairs right, by typesetter that was left out


@pytest.fixture
def corpus(tmp_path: Path, hoganas: GoldReport) -> Path:
    """A directory of typeset reports: one label file, two inputs of it."""
    directory = tmp_path / "corpus"
    directory.mkdir()
    (directory / "hoganas-2018.gold.json").write_text(hoganas.model_dump_json())
    page = Image.new("L", (827, 1169), 255)
    ImageDraw.Draw(page).text((110, 110), "Styrkor", fill=0)
    for quality in ("clean", "fax"):
        page.save(directory / f"hoganas-2018.{quality}.pdf", resolution=100)
    return directory


@pytest.fixture
def damaged(hoganas: GoldReport) -> Report:
    """A reading with one silent error in a score."""
    report = report_of(hoganas)
    area = report.areas[0].model_copy(update={"score": number(27)})
    return report.model_copy(update={"areas": [area, *report.areas[1:]]})


def results(corpus: Path, *reports: Report | None) -> list[evaluation.CaseResult]:
    made = []
    for case, report in zip(cases.rendered_cases(corpus), reports, strict=True):
        score = score_report(report, load_gold(case.gold_path)) if report else None
        made.append(
            evaluation.CaseResult(case, score, report, 1.0, None if report else "NotAReportError: nothing there")
        )
    return made


def test_names_tell_labels_and_quality(corpus: Path) -> None:
    assert [case.name for case in cases.rendered_cases(corpus)] == ["hoganas-2018.clean", "hoganas-2018.fax"]
    assert [case.name for case in cases.chosen(cases.rendered_cases(corpus), ["*.fax"])] == ["hoganas-2018.fax"]
    (corpus / "hoganas-2018.clean.pdf").rename(corpus / "hoganas-2018.table-grid.clean.pdf")
    laid_out = cases.rendered_cases(corpus)[1]
    assert (laid_out.name, laid_out.layout, laid_out.quality) == (
        "hoganas-2018.table-grid.clean",
        "table-grid",
        "clean",
    )
    with pytest.raises(UsageError, match="there are hoganas"):
        cases.chosen(cases.rendered_cases(corpus), ["sala*"])
    with pytest.raises(UsageError, match="no input with labels"):
        cases.rendered_cases(corpus.parent / "none")


def test_the_repository_has_labelled_scans_and_texts() -> None:
    names = {case.name for case in cases.gold_cases(Path(__file__).parents[2] / "gold")}
    assert {"sala-2023.office200", "hoganas-2018.fax200", "amal-2019-areas-1-4.text"} <= names


def test_the_corpus_hash_follows_contents(corpus: Path) -> None:
    before = cases.corpus_hash(cases.rendered_cases(corpus))
    assert before == cases.corpus_hash(cases.rendered_cases(corpus))
    with (corpus / "hoganas-2018.fax.pdf").open("ab") as file:
        file.write(b" ")
    assert before != cases.corpus_hash(cases.rendered_cases(corpus))


def test_the_command_evaluates_and_writes_both_files(
    corpus: Path, tmp_path: Path, pipeline: FakePipeline, damaged: Report, hoganas: GoldReport
) -> None:
    pipeline.outcomes = {"hoganas-2018.clean.pdf": report_of(hoganas), "hoganas-2018.fax.pdf": damaged}
    arguments = ["evaluate", "--reports", str(corpus), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    record = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert record["by_quality"]["clean"]["silent_errors"] == 0
    assert record["by_quality"]["fax"]["silent_scores"] == 1
    assert [one["gold"] for one in record["cases"][1]["errors"]] == [str(hoganas.areas[0].printed_score)]
    assert (tmp_path / "out" / "reports" / "hoganas-2018.fax.json").exists()
    assert len(pipeline.seen) == 2
    CliRunner().invoke(main, [*arguments, "--reuse"])
    assert len(pipeline.seen) == 2
    CliRunner().invoke(main, arguments)
    assert len(pipeline.seen) == 4


def test_a_case_that_fails_is_a_result(
    corpus: Path, tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    pipeline.outcomes = {
        "hoganas-2018.clean.pdf": report_of(hoganas),
        "hoganas-2018.fax.pdf": NotAReportError("no areas found"),
    }
    result = CliRunner().invoke(main, ["evaluate", "--reports", str(corpus), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    record = json.loads((tmp_path / "out" / "evaluation.json").read_text())
    assert record["cases"][1]["error"] == "NotAReportError: no areas found"
    assert "no areas found" in (tmp_path / "out" / "evaluation.html").read_text()


def test_the_page_needs_nothing_else_and_shows_the_place(corpus: Path, damaged: Report, hoganas: GoldReport) -> None:
    page = html_report.page(results(corpus, report_of(hoganas), damaged))
    assert "data:image/png;base64," in page
    assert "http" not in page.replace("http-equiv", "")
    assert "<script" not in page
    assert "<del>" in page
    assert "<ins>" in page
    assert "1 silent" in page


def test_a_place_that_cannot_be_shown_is_left_out(corpus: Path, damaged: Report) -> None:
    path = corpus / "hoganas-2018.fax.pdf"
    assert picture(path, damaged.pages, [Evidence(page=1, bbox=(72, 72, 200, 90))]) is not None
    assert picture(path, damaged.pages, []) is None
    assert picture(path, damaged.pages, [Evidence(page=9, bbox=(72, 72, 200, 90))]) is None
    assert picture(path, damaged.pages, [Evidence(page=1, bbox=(5000, 5000, 5001, 5001))]) is None
    assert picture(corpus / "gone.pdf", damaged.pages, [Evidence(page=1, bbox=(72, 72, 200, 90))]) is None


def test_the_gate_refuses_what_is_worse_and_names_it(corpus: Path, damaged: Report, hoganas: GoldReport) -> None:
    floors = gate.raised(results(corpus, report_of(hoganas), report_of(hoganas)), None, LEFT_OUT)
    gate.require(results(corpus, report_of(hoganas), report_of(hoganas)), floors, LEFT_OUT)
    with pytest.raises(gate.GateError, match=r"hoganas-2018\.fax: silent_scores is 1, floor 0"):
        gate.require(results(corpus, report_of(hoganas), damaged), floors, LEFT_OUT)
    with pytest.raises(gate.GateError, match=r"hoganas-2018\.fax: items_f1"):
        gate.require(results(corpus, report_of(hoganas), None), floors, LEFT_OUT)


def test_floors_are_lowered_only_with_the_second_flag(corpus: Path, damaged: Report, hoganas: GoldReport) -> None:
    good = results(corpus, report_of(hoganas), report_of(hoganas))
    worse = results(corpus, report_of(hoganas), damaged)
    floors = gate.raised(worse, None, LEFT_OUT)
    raised = gate.raised(good, floors, LEFT_OUT)
    assert raised.floors["hoganas-2018.fax"]["silent_scores"] == 0
    with pytest.raises(gate.GateError, match="would be lowered"):
        gate.raised(worse, raised, LEFT_OUT)
    assert gate.raised(worse, raised, LEFT_OUT, allow_lower=True).floors == floors.floors


def test_the_gate_refuses_a_model_that_reads_left_out_typesetters_worse(corpus: Path, hoganas: GoldReport) -> None:
    good = results(corpus, report_of(hoganas), report_of(hoganas))
    floors = gate.raised(good, None, LEFT_OUT)
    with pytest.raises(gate.GateError, match=r"word: left-out pair accuracy is 0\.99, floor 0\.995"):
        gate.require(good, floors, {"typst": 0.99, "word": 0.99})
    with pytest.raises(gate.GateError, match="typst: left-out pair accuracy is nan"):
        gate.require(good, floors, {"word": 0.995})


def test_the_shipped_model_has_the_card_that_the_gate_reads() -> None:
    accuracy = carded_accuracy(ROOT / "gold", ROOT / "models")
    assert gate.left_out_breaches(accuracy, gate.load(ROOT / "gold" / "floors.json")) == []


def test_a_card_of_another_corpus_is_refused(tmp_path: Path) -> None:
    (tmp_path / PAIRS_PATH).parent.mkdir()
    (tmp_path / PAIRS_PATH).write_bytes(b"")
    with pytest.raises(gate.GateError, match="corpus_hash"):
        carded_accuracy(tmp_path, ROOT / "models")


def test_floors_hold_for_their_corpus_alone(corpus: Path, tmp_path: Path, hoganas: GoldReport) -> None:
    floors = gate.raised(results(corpus, report_of(hoganas), report_of(hoganas)), None, LEFT_OUT)
    gate.save(floors, tmp_path / "floors.json")
    assert gate.load(tmp_path / "floors.json") == floors
    assert len(gate.subset(cases.rendered_cases(corpus), floors)) == 2
    with (corpus / "hoganas-2018.fax.pdf").open("ab") as file:
        file.write(b" ")
    with pytest.raises(gate.GateError, match="not those of the floors"):
        gate.subset(cases.rendered_cases(corpus), floors)
    (corpus / "hoganas-2018.fax.pdf").unlink()
    with pytest.raises(gate.GateError, match=r"hoganas-2018\.fax are not there"):
        gate.subset(cases.rendered_cases(corpus), floors)
    with pytest.raises(UnreadableFileError, match="--raise-floors"):
        gate.load(tmp_path / "none.json")


def judged(confidence: float, right: bool) -> Judgement:
    return Judgement("achieved", 1, "right" if right else "wrong", "1", "1", "/x", False, confidence)


def test_calibration_measures_the_distance_from_the_truth() -> None:
    values = [judged(0.95, True)] * 95 + [judged(0.95, False)] * 5
    assert calibration(values).error == pytest.approx(0)
    sure = [replace(one, confidence=0.9995) for one in values]
    assert calibration(sure).error == pytest.approx(0.0495)
    assert calibration([]).values == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_every_value_is_in_one_bin_and_the_curve_ends_at_all(values: list[tuple[float, bool]]) -> None:
    result = calibration([judged(confidence, right) for confidence, right in values])
    assert sum(one.count for one in result.bins) == len(values)
    assert result.curve[-1].coverage == 1.0
    assert result.curve[-1].risk == pytest.approx(sum(not right for _, right in values) / len(values))
    coverages = [point.coverage for point in result.curve]
    assert coverages == sorted(set(coverages))


def test_a_label_file_with_a_mistake_is_named(tmp_path: Path, hoganas: GoldReport) -> None:
    path = tmp_path / "x.json"
    path.write_text(hoganas.model_dump_json().replace('"edition":"2016"', '"edition":2016'))
    with pytest.raises(UnreadableFileError, match="at /edition"):
        load_gold(path)
    assert export.schema()["title"] == "Report"
