"""What an evaluator is told: whose reports were scored, which values became worse and where, and by what cause."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kompass_extract.cli import main
from kompass_extract.errors import GateError, UnreadableFileError, UsageError
from kompass_extract.model.report import Evidence, Report
from kompass_extract.process.files import sha256_of
from kompass_extract.training.evaluate import cases, evaluation, gate, html_report, run_diff
from kompass_extract.training.evaluate.provenance import Provenance, provenance
from kompass_extract.training.evaluate.score import score_report
from kompass_extract.training.evaluate.value_changes import ChangeKind, by_cause, cause_of, changes, place_of
from kompass_extract.training.gold import GoldReport, load_gold
from tests.conftest import FakePipeline, report_of
from tests.training.test_evaluate_run import corpus, damaged, results

__all__ = ["corpus", "damaged"]  # fixtures


def error(**changed: Any) -> dict[str, Any]:
    one = {
        "kind": "strength", "area": 2, "status": "wrong", "silent": False, "pointer": "/areas/1/strengths/0",
        "gold": "En tydlig vision", "read": "En tydlig visjon", "confidence": 0.9,
        "evidence": [{"page": 7, "bbox": [72.2, 100.0, 300.0, 112.0]}],
    }  # fmt: skip
    return {**one, **changed}


@pytest.mark.parametrize(
    ("gold", "read", "cause"),
    [
        ("En vision", None, "not found"),
        (None, "En vision", "read where nothing is"),
        ("12,5", "72,5", "another number"),
        ("sam- verkan", "samverkan", "blanks or hyphens"),
        ("En Vision", "en vision", "capitals"),
        ("“Vision”, tydlig", "Vision tydlig", "signs"),
        ("för många mål", "for manga mal", "Swedish letters"),
        ("En tydlig vision finns", "En tydlig vision", "cut off"),
        ("En tydlig vision", "En tydlig vision Punkt", "run together"),
        ("En tydlig vision", "En tydlig visjon", "other letters"),
        ("En tydlig vision", "Ett helt annat stycke text", "another text"),
    ],
)
def test_a_cause_is_told_by_how_the_reading_differs(gold: str | None, read: str | None, cause: str) -> None:
    assert cause_of(error(gold=gold, read=read)) == cause


def test_values_are_won_lost_silenced_and_heard() -> None:
    before = [error(gold="A text"), error(gold="B text", silent=True), error(gold="C text")]
    after = [error(gold="B text"), error(gold="C text", silent=True), error(gold="D text", read=None, evidence=[])]
    found = {one.kind: one for one in changes("sala", before, after)}
    assert {kind: one.error["gold"] for kind, one in found.items()} == {
        ChangeKind.WON: "A text", ChangeKind.HEARD: "B text", ChangeKind.SILENCED: "C text", ChangeKind.LOST: "D text",
    }  # fmt: skip
    assert [one.is_worse for one in found.values()] == [
        kind in (ChangeKind.LOST, ChangeKind.SILENCED) for kind in found
    ]
    assert "/areas/1/strengths/0" in str(found[ChangeKind.LOST])
    assert place_of(after[0]) == "page 7 at 72, 100, 300, 112"


def test_an_item_that_moves_in_its_list_is_the_same_one() -> None:
    moved = error(pointer="/areas/1/strengths/4")
    assert changes("sala", [error()], [moved]) == []
    cells = [error(kind="achieved", gold="5", read="6", pointer=f"/areas/{area}/x") for area in (0, 1)]
    assert [one.kind for one in changes("sala", cells[:1], cells[1:])] == [ChangeKind.WON, ChangeKind.LOST]


def test_equal_values_are_counted() -> None:
    found = changes("sala", [error()] * 3, [error()])
    assert [(cause, dict(counts)) for cause, counts in by_cause(found)] == [("other letters", {ChangeKind.WON: 2})]


def test_the_gate_names_the_values_that_became_worse_with_their_places(
    corpus: Path, damaged: Report, hoganas: GoldReport, tmp_path: Path
) -> None:
    score = damaged.areas[0].score.model_copy(update={"evidence": [Evidence(page=9, bbox=(70, 80, 90, 95))]})
    area = damaged.areas[0].model_copy(update={"score": score})
    placed = damaged.model_copy(update={"areas": [area, *damaged.areas[1:]]})
    good = results(corpus, report_of(hoganas), report_of(hoganas))
    worse = results(corpus, report_of(hoganas), placed)
    gate.save_errors(good, tmp_path / "errors.json")
    known = gate.load_errors(tmp_path / "errors.json")
    with pytest.raises(GateError) as raised:
        gate.require(worse, gate.raised(good, None, {}), {}, known=known)
    assert "Values that became worse:" in str(raised.value)
    gold = hoganas.areas[0].printed_score
    said = next(line.strip() for line in str(raised.value).splitlines() if "page 9" in line)
    assert said.startswith("hoganas-2018.fax: page 9 at 70, 80, 90, 95: area_score, wrong now and silent")
    assert said.endswith(f"(another number): labelled “{gold}”, read “27”")
    gate.save_errors(worse, tmp_path / "errors.json")
    assert gate.became_worse(worse, gate.load_errors(tmp_path / "errors.json") or {}) == []
    assert gate.load_errors(tmp_path / "none.json") is None
    (tmp_path / "errors.json").write_text("[")
    with pytest.raises(UnreadableFileError, match="--raise-floors"):
        gate.load_errors(tmp_path / "errors.json")


def test_the_gate_refuses_reports_that_another_program_made(
    corpus: Path, tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    found = cases.rendered_cases(corpus)
    out = tmp_path / "out"
    gate.refuse_foreign(found, out, "a" * 64)
    for case in found:
        report = report_of(hoganas)
        made = report.pipeline.model_copy(update={"fingerprint": "a" * 64})
        source = report.source.model_copy(update={"sha256": sha256_of(case.path)})
        path = evaluation.report_path(out, case)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report.model_copy(update={"pipeline": made, "source": source}).to_json(), encoding="utf-8")
    gate.refuse_foreign(found, out, "a" * 64)
    with pytest.raises(GateError, match=r"hoganas-2018\.clean, hoganas-2018\.fax .* another version"):
        gate.refuse_foreign(found, out, "b" * 64)
    with pytest.raises(GateError, match="without --reuse"):
        gate.refuse_foreign(found, out, None)
    evaluation.report_path(out, found[0]).write_text("{}")
    with pytest.raises(GateError, match=r"hoganas-2018\.clean in"):
        gate.refuse_foreign(found, out, "a" * 64)


def test_the_command_refuses_them_too(
    corpus: Path, tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    """Reports that a version without a mark left, as a broken program's: the gate must not pass on them."""
    pipeline.outcomes = {f"hoganas-2018.{one}.pdf": report_of(hoganas) for one in ("clean", "fax")}
    gate.save(gate.raised(results(corpus, report_of(hoganas), report_of(hoganas)), None, {}), corpus / gate.FLOORS_NAME)
    out = tmp_path / "out"
    given = ["evaluate", "--gold", str(corpus), "--reports", str(corpus), "--out", str(out), "--gate"]
    for case in cases.rendered_cases(corpus):
        path = evaluation.report_path(out, case)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report_of(hoganas).to_json(), encoding="utf-8")
    refused = CliRunner().invoke(main, [*given, "--reuse"])
    assert refused.exit_code == GateError.exit_code
    assert "another version of the program" in refused.output
    assert pipeline.seen == []
    passed = CliRunner().invoke(main, given)
    assert passed.exit_code == 0, passed.output
    assert "Gate passed" in passed.output


def test_an_evaluation_says_what_it_was_made_with(
    corpus: Path, tmp_path: Path, pipeline: FakePipeline, hoganas: GoldReport
) -> None:
    pipeline.outcomes = {f"hoganas-2018.{one}.pdf": report_of(hoganas) for one in ("clean", "fax")}
    given = ["evaluate", "--reports", str(corpus), "--out", str(tmp_path / "out")]
    assert CliRunner().invoke(main, given).exit_code == 0
    run = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))["run"]
    assert run.keys() == {"version", "commit", "changed", "date", "machine", "models", "fingerprint"}
    assert run["models"]
    assert "cores" in run["machine"]
    assert run["date"][:2] == "20"
    page = (tmp_path / "out" / "evaluation.html").read_text(encoding="utf-8")
    assert run["date"] in page
    assert run["machine"] in page
    assert all(digest in page for digest in run["models"].values())
    made = json.loads(next((tmp_path / "out" / "reports").glob("*.json")).read_text(encoding="utf-8"))
    assert made["pipeline"]["fingerprint"] == run["fingerprint"]


def test_the_commit_is_that_of_the_checkout() -> None:
    import subprocess

    root = Path(__file__).parents[2]
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout")
    assert provenance().commit == done.stdout.strip()


def written(folder: Path, made: list[evaluation.CaseResult]) -> Path:
    evaluation.write(made, folder, made=Provenance(commit="c" * 40, date="2026-11-28", machine="a machine"))
    return folder


def test_two_runs_are_shown_side_by_side(corpus: Path, damaged: Report, hoganas: GoldReport, tmp_path: Path) -> None:
    good, bad = report_of(hoganas), damaged
    before = written(tmp_path / "before", results(corpus, bad, good))
    after = written(tmp_path / "after", results(corpus, good, bad))
    diff = run_diff.compared(run_diff.load(before), run_diff.load(after / "evaluation.json"))
    assert [(one.kind, one.case) for one in diff.changes] == [
        (ChangeKind.WON, "hoganas-2018.clean"), (ChangeKind.LOST, "hoganas-2018.fax"),
    ]  # fmt: skip
    given = ["evaluate", "diff", str(before), str(after), "--out", str(tmp_path / "diff")]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == 0, result.output
    assert "another number" in result.output
    assert "hoganas-2018.fax: " in result.output
    page = (tmp_path / "diff" / "diff.html").read_text(encoding="utf-8")
    assert "Lost: right in A, wrong in B: 1" in page
    assert "Won: wrong in A, right in B: 1" in page
    assert "27 (silent)" in page
    assert "cccccccccccc" in page
    assert "http" not in page
    assert "<script" not in page


def test_a_diff_says_when_the_two_cannot_be_compared(
    corpus: Path, damaged: Report, hoganas: GoldReport, tmp_path: Path
) -> None:
    before = written(tmp_path / "before", results(corpus, report_of(hoganas), damaged))
    after = written(tmp_path / "after", results(corpus, report_of(hoganas), damaged)[:1])
    diff = run_diff.compared(run_diff.load(before), run_diff.load(after))
    assert diff.changes == ()
    assert any("other inputs or labels" in line for line in diff.warnings)
    assert "In A alone: hoganas-2018.fax." in diff.warnings
    old = json.loads((before / "evaluation.json").read_text(encoding="utf-8"))
    del old["run"]  # as an earlier version wrote it
    (before / "evaluation.json").write_text(json.dumps(old), encoding="utf-8")
    assert run_diff.page(run_diff.compared(run_diff.load(before), run_diff.load(after)))
    with pytest.raises(UnreadableFileError, match="Name an evaluation"):
        run_diff.load(tmp_path / "none")
    (after / "evaluation.json").write_text("{}")
    with pytest.raises(UnreadableFileError, match="is no evaluation"):
        run_diff.load(after)


@pytest.mark.parametrize("given", [["diff", "a"], ["a"], ["letters", "a"]])
def test_a_diff_takes_two_and_nothing_else_takes_any(given: list[str]) -> None:
    assert CliRunner().invoke(main, ["evaluate", *given]).exit_code == UsageError.exit_code


def test_texts_are_escaped_on_the_page(corpus: Path, hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    field = report.areas[0].strengths[0].model_copy(update={"value": "<script>alert(1)</script> & more"})
    area = report.areas[0].model_copy(update={"strengths": [field, *report.areas[0].strengths[1:]]})
    hostile = report.model_copy(update={"areas": [area, *report.areas[1:]]})
    case = cases.rendered_cases(corpus)[0]
    made = evaluation.CaseResult(case, score_report(hostile, load_gold(case.gold_path)), hostile, 1.0)
    page = html_report.page([made])
    assert "<script" not in page
    assert "&lt;script&gt;" in page.replace("<ins>", "").replace("</ins>", "").replace("<del>", "")


def test_letters_say_what_they_need(monkeypatch: pytest.MonkeyPatch) -> None:
    from kompass_extract.cli import measure_commands

    monkeypatch.setattr(measure_commands, "find_spec", lambda name: None)
    result = CliRunner().invoke(main, ["evaluate", "letters"])
    assert result.exit_code == UsageError.exit_code
    assert "make letters" in result.output


def test_the_flow_holds_the_same_gate(corpus: Path, damaged: Report, hoganas: GoldReport) -> None:
    from flows.evaluate import require

    good = results(corpus, report_of(hoganas), report_of(hoganas))
    floors = gate.raised(good, None, {})
    gate.save_errors(good, corpus / gate.ERRORS_NAME)
    require(good, floors, corpus)
    with pytest.raises(GateError, match="Values that became worse:"):
        require(results(corpus, report_of(hoganas), damaged), floors, corpus)
