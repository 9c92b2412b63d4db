"""``kompass evaluate structure``: what the line-pair model is worth on typesetters that it has not learned from.

Each typesetter is left out of training in turn.  The model is compared with the labels of that typesetter's kept
reports, and the whole pipeline reads other reports of it with that model.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kompass_extract import pipeline, resources
from kompass_extract.blocks import PAIRS_MODEL
from kompass_extract.blocks.line_pairs import LinePairs
from kompass_extract.errors import UsageError
from kompass_extract.report import export
from kompass_extract.training.evaluate.cases import EvaluationCase, rendered_cases
from kompass_extract.training.evaluate.evaluation import evaluate
from kompass_extract.training.evaluate.figures import Figures, figures
from kompass_extract.training.evaluate.score import ReportScore
from kompass_extract.training.fenced_documents import fenced_reports
from kompass_extract.training.fit_structure import prepare_all, save
from kompass_extract.training.structure_training import PairScores, gold_odds, kept_examples, models_without, score

RESULT_NAME = "structure.json"
MANIFEST = "manifest.jsonl"  # of the renderer: which typesetter a file is of
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A typesetter that was left out: the model's verdicts, and the figures of each report that was read with it."""

    typesetter: str
    pairs: PairScores
    reports: tuple[Figures, ...] = ()
    pooled: Figures | None = None

    def record(self) -> dict[str, object]:
        """As the result's JSON has it."""
        found = [one.items_f1 for one in self.reports]
        return {
            "typesetter": self.typesetter,
            "pairs": {"accuracy": round(self.pairs.accuracy, 5), **asdict(self.pairs)},
            "items_f1": {"mean": round(sum(found) / len(found), 4), "worst": round(min(found), 4)} if found else None,
            "figures": self.pooled.record() if self.pooled else None,
        }


def leave_out(
    gold_dir: Path, reports: Path | None, out_dir: Path, *, readings: Path | None = None,
    tell: Progress = lambda _: None,
) -> list[LeftOut]:  # fmt: skip
    """Leave each typesetter of the kept reports out in turn; ``reports`` are rendered ones to read as a whole."""
    examples, odds = kept_examples(gold_dir), gold_odds(gold_dir)
    cases = cases_by_typesetter(reports) if reports is not None else {}
    made = []
    for name, model in models_without(prepare_all(examples, odds, variations=0), odds, tell=tell):
        pairs = score([one for one in examples if one.typesetter == name], model)
        read = list(_read(cases.get(name, ()), model, out_dir, readings, tell))
        made.append(LeftOut(name, pairs, tuple(figures([one]) for one in read), figures(read) if read else None))
    record = {"left_out": [one.record() for one in made]}
    export.write_text(out_dir / RESULT_NAME, json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    return made


def typesetters(reports: Path) -> dict[str, str]:
    """The typesetter of each file in a folder of rendered reports, as the renderer's manifest has it."""
    manifest = reports / MANIFEST
    lines = manifest.read_text("utf-8").splitlines() if manifest.exists() else []
    return {line["file"]: line["typesetter"] for line in map(json.loads, lines)}


def cases_by_typesetter(reports: Path) -> dict[str, list[EvaluationCase]]:
    """The rendered reports of a folder by their typesetter; UsageError where the manifest is missing."""
    names = typesetters(reports)
    if not names:
        raise UsageError(
            f"{reports / MANIFEST} is missing: draw reports with 'python -m kompass_extract.training.render'."
        )
    found: dict[str, list[EvaluationCase]] = defaultdict(list)
    for case in rendered_cases(reports):
        found[names.get(case.path.name, "")].append(case)
    return dict(found)


def table(found: Sequence[LeftOut]) -> str:
    """The figures as a Markdown table, a row for each typesetter that was left out."""
    head = (
        "left out", "line pairs", "accuracy", "wrong breaks", "reports", "items F1", "worst", "silent errors",
        "of fields", "silent scores", "to review",
    )  # fmt: skip
    lines = [head, ("---",) * len(head), *(_row(one) for one in found)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(one: LeftOut) -> tuple[str, ...]:
    pairs = one.pairs
    row = (
        one.typesetter, str(pairs.pairs), f"{pairs.accuracy:.4f}", f"{pairs.wrong_breaks} of {pairs.breaks}",
        str(len(one.reports)),
    )  # fmt: skip
    if one.pooled is None:
        return (*row, *["-"] * 6)
    items = [report.items_f1 for report in one.reports]
    return (
        *row, f"{sum(items) / len(items):.3f}", f"{min(items):.3f}", str(one.pooled.silent_errors),
        str(one.pooled.judged), str(one.pooled.silent_scores), f"{100 * one.pooled.review_load:.1f} %",
    )  # fmt: skip


def _read(
    cases: Sequence[EvaluationCase], model: LinePairs, out_dir: Path, readings: Path | None, tell: Progress
) -> Iterator[ReportScore]:
    if not cases:
        return
    with _models_with(model) as models, fenced_reports(readings=readings, models=models) as read:
        for result in evaluate(cases, read=read, out_dir=out_dir):
            if result.score is None:
                raise UsageError(f"{result.case.name} could not be read: {result.error}")
            one = figures([result.score])
            tell(
                f"{result.case.name:56} items {one.items_f1:.3f}  silent {one.silent_errors}  "
                f"review {one.review_load:.3f}"
            )
            yield result.score


@contextmanager
def _models_with(model: LinePairs) -> Iterator[Path]:
    """Make a folder of the models of this program with another line-pair model, for a reading process."""
    with tempfile.TemporaryDirectory(prefix="kompass-models-") as folder:
        for name in pipeline.MODELS:
            (Path(folder) / name).symlink_to(resources.path(name).resolve())
        (Path(folder) / PAIRS_MODEL).unlink()
        save(model, Path(folder) / PAIRS_MODEL)
        yield Path(folder)
