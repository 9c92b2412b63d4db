"""Running the pipeline over labelled inputs and writing down what came of it.

Every case is read again.  Reports of an earlier run are scored again only when the caller says so, and the result says
which those are.
"""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kompass_extract import __version__
from kompass_extract.errors import KompassError
from kompass_extract.model.report import Report
from kompass_extract.report import export
from kompass_extract.training.evaluate.calibration import calibration
from kompass_extract.training.evaluate.cases import EvaluationCase, corpus_hash
from kompass_extract.training.evaluate.figures import Figures, by_kind, confusion, figures
from kompass_extract.training.evaluate.judge import Judgement
from kompass_extract.training.evaluate.score import ReportScore, score_report
from kompass_extract.training.gold import load_gold

if TYPE_CHECKING:
    from kompass_extract.training.evaluate.letter_scores import LettersEvaluation
    from kompass_extract.training.evaluate.provenance import Provenance


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of one case; ``score`` and ``report`` are None where it failed, and ``error`` says why.

    ``seconds`` is the wall time of reading, None where an earlier report was scored, which ``reused`` says.
    """

    case: EvaluationCase
    score: ReportScore | None
    report: Report | None
    seconds: float | None
    error: str | None = None
    reused: bool = False


def evaluate(
    cases: Sequence[EvaluationCase],
    *,
    read: Callable[[Path], Report],
    out_dir: Path,
    reuse: bool = False,
    made_by: str | None = None,
    done: Callable[[CaseResult], None] | None = None,
) -> list[CaseResult]:
    """Read and score each case; report JSON goes to ``out_dir/reports/<id>.<quality>.json``.

    ``read`` gives the report of a file, as ``fenced_documents.fenced_reports`` makes it.  With ``reuse`` a report that
    lies there already is scored and not read again.  ``made_by`` is the fingerprint that reports read now are marked
    with, so that a later run knows whose they are.  A case that fails is a result too.
    """
    results = []
    for case in cases:
        result = _evaluate_one(case, read, report_path(out_dir, case), reuse=reuse, made_by=made_by)
        results.append(result)
        if done is not None:
            done(result)
    return results


def report_path(out_dir: Path, case: EvaluationCase) -> Path:
    """Where an evaluation in ``out_dir`` keeps the report of a case."""
    return out_dir / "reports" / f"{case.name}.json"


def _evaluate_one(
    case: EvaluationCase, read: Callable[[Path], Report], path: Path, *, reuse: bool, made_by: str | None
) -> CaseResult:
    try:
        reused = reuse and path.exists()
        report, seconds = (export.load_report(path), None) if reused else _report(case, read, path, made_by)
        return CaseResult(case, score_report(report, load_gold(case.gold_path)), report, seconds, reused=reused)
    except KompassError as error:
        return CaseResult(case, None, None, None, f"{type(error).__name__}: {error}")
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return CaseResult(case, None, None, None, f"unexpected {type(error).__name__}: {error} ({where})")


def _report(
    case: EvaluationCase, read: Callable[[Path], Report], path: Path, made_by: str | None
) -> tuple[Report, float]:
    start = time.monotonic()
    report = read(case.path)
    seconds = time.monotonic() - start
    report = report.model_copy(update={"pipeline": report.pipeline.model_copy(update={"fingerprint": made_by})})
    export.write_text(path, export.dumps(report))
    return report, seconds


def pooled(results: Sequence[CaseResult]) -> Figures:
    """The figures over all cases that gave a report."""
    return figures([result.score for result in results if result.score is not None])


def judgements(results: Sequence[CaseResult]) -> list[Judgement]:
    """Every value that was judged in the cases that gave a report."""
    return [one for result in results if result.score is not None for one in result.score.judgements]


def by_quality(results: Sequence[CaseResult]) -> dict[str, Figures]:
    """The pooled figures of each scan quality."""
    qualities = sorted({result.case.quality for result in results})
    return {quality: pooled([one for one in results if one.case.quality == quality]) for quality in qualities}


def record(
    results: Sequence[CaseResult], letters: LettersEvaluation | None = None, made: Provenance | None = None
) -> dict[str, object]:
    """The evaluation as its JSON has it: what made it, figures, counts by kind, every error, calibration."""
    judged = judgements(results)
    scores = [result.score for result in results if result.score]
    return {
        "version": __version__,
        "run": asdict(made) if made else None,
        "corpus_sha256": corpus_hash(result.case for result in results),
        "figures": pooled(results).record(),
        "by_quality": {quality: one.record() for quality, one in by_quality(results).items()},
        "by_kind": [asdict(one) for one in by_kind(judged)],
        "block_confusion": [
            {"gold": gold, "read": read, "blocks": count} for (gold, read), count in sorted(confusion(scores).items())
        ],
        "calibration": asdict(calibration(judged)),
        "letters": asdict(letters) if letters else None,
        "cases": [_case_record(result) for result in results],
    }


def _case_record(result: CaseResult) -> dict[str, object]:
    score = result.score
    return {
        "case": result.case.name,
        "error": result.error,
        "reused": result.reused,
        "seconds": None if result.seconds is None else round(result.seconds, 1),
        "figures": figures([score]).record() if score else None,
        "errors": [error_record(one) for one in score.errors] if score else [],
    }


def error_record(judgement: Judgement) -> dict[str, object]:
    """One error as the JSON has it."""
    return {
        "kind": judgement.kind,
        "area": judgement.area,
        "status": judgement.status,
        "silent": judgement.silent,
        "pointer": judgement.pointer,
        "gold": judgement.gold,
        "read": judgement.read,
        "confidence": judgement.confidence,
        "evidence": [one.model_dump(mode="json") for one in judgement.evidence],
    }


def write(
    results: Sequence[CaseResult],
    out_dir: Path,
    letters: LettersEvaluation | None = None,
    made: Provenance | None = None,
) -> tuple[Path, Path]:
    """Write ``evaluation.json`` and the self-contained ``evaluation.html``; returns their paths.

    ``letters`` is the comparison of letter repair with other ways, where that was measured too, ``made`` what the
    evaluation was made with.
    """
    from kompass_extract.training.evaluate import html_report

    json_path, html_path = out_dir / "evaluation.json", out_dir / "evaluation.html"
    export.write_text(json_path, json.dumps(record(results, letters, made), ensure_ascii=False, indent=2) + "\n")
    export.write_text(html_path, html_report.page(results, letters, made))
    return json_path, html_path
