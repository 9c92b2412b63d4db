"""The quality gate: figures of a fixed corpus must not fall below the floors written down for them.

Floors are raised by ``--raise-floors`` after a change that reads better.  Writing one that is worse than before
takes ``--allow-lower`` as well.  A floor is compared with what the same inputs gave, so the corpus hash is checked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from kompass_extract.errors import GateError, UnreadableFileError
from kompass_extract.report import export
from kompass_extract.training.evaluate.cases import EvaluationCase, corpus_hash
from kompass_extract.training.evaluate.evaluation import CaseResult
from kompass_extract.training.evaluate.figures import figures

HIGHER_IS_BETTER = (
    "items_f1",
    "rubrics_f1",
    "cells_right",
    "question_ids_right",
    "metadata_right",
    "block_kinds_right",
)
LOWER_IS_BETTER = ("item_cer", "narrative_cer", "silent_scores", "silent_metadata", "silent_items", "review_load")
_TOLERANCE = 1e-6  # of a figure, whose six written digits are rounded


class Floors(BaseModel):
    """``floors`` has, per case, the worst value allowed for each figure.

    ``left_out`` has for each typesetter the least share of line pairs that a model must get right which has not
    learned from it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    corpus_sha256: str
    floors: dict[str, dict[str, float]]
    left_out: dict[str, float] = {}


@dataclass(frozen=True, slots=True)
class Breach:
    """One figure that is worse than its floor."""

    case: str
    figure: str
    floor: float
    value: float

    def __str__(self) -> str:
        return f"{self.case}: {self.figure} is {self.value:g}, floor {self.floor:g}"


def load(path: Path) -> Floors:
    """Read the floors; UnreadableFileError where there are none."""
    try:
        return Floors.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableFileError(
            f"{path} could not be read: {error.strerror}. Write it with --raise-floors."
        ) from error
    except ValidationError as error:
        raise UnreadableFileError(f"{path} does not hold floors: {error.errors()[0]['msg']}.") from error


def subset(cases: Sequence[EvaluationCase], floors: Floors) -> list[EvaluationCase]:
    """The cases that the gate measures; GateError where one is gone or their files are not those of the floors."""
    chosen = [case for case in cases if case.name in floors.floors]
    gone = sorted(set(floors.floors) - {case.name for case in chosen})
    if gone:
        raise GateError(f"The gate's cases {', '.join(gone)} are not there any more.")
    if corpus_hash(chosen) != floors.corpus_sha256:
        raise GateError("The labelled reports are not those of the floors. Measure again and write --raise-floors.")
    return chosen


def breaches(results: Sequence[CaseResult], floors: Floors) -> list[Breach]:
    """Every figure that is worse than its floor; a case that failed breaches all of its floors."""
    measured = {result.case.name: _measured(result) for result in results}
    found = []
    for case, limits in floors.floors.items():
        for figure, floor in limits.items():
            value = measured.get(case, {}).get(figure, float("nan"))
            if not _reaches(figure, value, floor):
                found.append(Breach(case, figure, floor, value))
    return found


def left_out_breaches(accuracy: Mapping[str, float], floors: Floors) -> list[Breach]:
    """Every typesetter that the line-pair model reads worse than its floor when it has not learned from it."""
    return [
        Breach(name, "left-out pair accuracy", floor, value)
        for name, floor in floors.left_out.items()
        if not (value := accuracy.get(name, float("nan"))) >= floor - _TOLERANCE
    ]


def require(results: Sequence[CaseResult], floors: Floors, left_out: Mapping[str, float]) -> None:
    """GateError that lists every breach, where there is one; ``left_out`` is each typesetter's pair accuracy."""
    found = [*breaches(results, floors), *left_out_breaches(left_out, floors)]
    if found:
        raise GateError("Below the floors:\n" + "\n".join(f"  {breach}" for breach in found))


def raised(
    results: Sequence[CaseResult],
    before: Floors | None,
    left_out: Mapping[str, float],
    *,
    allow_lower: bool = False,
) -> Floors:
    """The floors that ``results`` allow; GateError where one would be worse than before, unless ``allow_lower``."""
    failed = [result for result in results if result.score is None]
    if failed:
        raise GateError(f"{failed[0].case.name} gave no report: {failed[0].error}")
    if before is not None and not allow_lower:
        lower = breaches([one for one in results if one.case.name in before.floors], before)
        lower += left_out_breaches(left_out, before)
        if lower:
            listed = "\n".join(f"  {breach}" for breach in lower)
            raise GateError(f"These floors would be lowered:\n{listed}\nSay --allow-lower as well if that is meant.")
    return Floors(
        corpus_sha256=corpus_hash(result.case for result in results),
        floors={result.case.name: _measured(result) for result in results},
        left_out=dict(left_out),
    )


def save(floors: Floors, path: Path) -> None:
    """Write the floors."""
    export.write_text(path, json.dumps(floors.model_dump(mode="json"), indent=2) + "\n")


def _measured(result: CaseResult) -> dict[str, float]:
    if result.score is None:
        return {}
    values = figures([result.score]).record()
    return {name: values[name] for name in (*HIGHER_IS_BETTER, *LOWER_IS_BETTER)}


def _reaches(figure: str, value: float, floor: float) -> bool:
    """Whether a value is at least as good as its floor; what is not a number is not."""
    return value <= floor + _TOLERANCE if figure in LOWER_IS_BETTER else value >= floor - _TOLERANCE
