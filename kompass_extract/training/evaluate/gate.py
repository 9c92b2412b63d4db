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
from kompass_extract.process.files import sha256_of
from kompass_extract.report import export
from kompass_extract.training.evaluate.cases import EvaluationCase, corpus_hash
from kompass_extract.training.evaluate.evaluation import CaseResult, error_record, report_path
from kompass_extract.training.evaluate.figures import figures
from kompass_extract.training.evaluate.search_scores import SearchScore
from kompass_extract.training.evaluate.value_changes import Change, ErrorRecord, changes

HIGHER_IS_BETTER = (
    "items_f1",
    "rubrics_f1",
    "cells_right",
    "question_ids_right",
    "metadata_right",
    "block_kinds_right",
)
LOWER_IS_BETTER = ("item_cer", "narrative_cer", "silent_scores", "silent_metadata", "silent_items", "review_load")
LEFT_OUT = "left-out pair accuracy"  # of a typesetter; higher is better
FLOORS_NAME, ERRORS_NAME = "floors.json", "floors-errors.json"  # both in gold/
_MOST_VALUES = 40  # named in a message
_KEPT = frozenset({"kind", "area", "status", "silent", "pointer", "gold", "read"})
_TOLERANCE = 1e-6  # of a figure, whose six written digits are rounded


KnownErrors = Mapping[str, Sequence[ErrorRecord]]
"""Errors by case."""


class SearchFloors(BaseModel):
    """The worst relevance that the search may have over the judged queries of that hash."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queries_sha256: str
    ndcg_at_10: float
    gain_over_fts5: float


class Floors(BaseModel):
    """``floors`` has, per case, the worst value allowed for each figure.

    ``left_out`` has for each typesetter the least share of line pairs that a model must get right which has not
    learned from it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    corpus_sha256: str
    floors: dict[str, dict[str, float]]
    left_out: dict[str, float] = {}
    search: SearchFloors | None = None


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
        Breach(name, LEFT_OUT, floor, value)
        for name, floor in floors.left_out.items()
        if not _reaches(LEFT_OUT, value := accuracy.get(name, float("nan")), floor)
    ]


def require(
    results: Sequence[CaseResult],
    floors: Floors,
    left_out: Mapping[str, float],
    *,
    known: KnownErrors | None = None,
) -> None:
    """GateError that lists every breach, where there is one, and the values that became worse, with their places.

    ``left_out`` is the pair accuracy of each typesetter.
    ``known`` are the errors that there were when the floors were written; None lists all errors of the cases.
    """
    found = [*breaches(results, floors), *left_out_breaches(left_out, floors)]
    if not found:
        return
    lines = ["Below the floors:", *(f"  {breach}" for breach in found)]
    low = {breach.case for breach in found}
    worse = [one for one in became_worse(results, known or {}) if one.case in low]
    if worse:
        compared = known is not None
        lines.append("Values that became worse:" if compared else "Wrong values (those of the floors are not known):")
        lines += [f"  {one}" for one in worse[:_MOST_VALUES]]
    if len(worse) > _MOST_VALUES:
        lines.append(f"  and {len(worse) - _MOST_VALUES} more; evaluation.html shows all errors")
    raise GateError("\n".join(lines))


def became_worse(results: Sequence[CaseResult], known: KnownErrors) -> list[Change]:
    """The values that are wrong and were right, or are silent and were not, the silent ones first."""
    found = []
    for result in results:
        if result.score is not None:
            now = [error_record(one) for one in result.score.errors]
            found += changes(result.case.name, known.get(result.case.name, ()), now)
    return sorted((one for one in found if one.is_worse), key=lambda one: not one.error["silent"])


def refuse_foreign(cases: Sequence[EvaluationCase], out_dir: Path, made_by: str | None) -> None:
    """GateError where a report that ``--reuse`` would take was made by another program, models or of another input."""
    foreign = [case.name for case in cases if _is_foreign(report_path(out_dir, case), case, made_by)]
    if foreign:
        raise GateError(
            f"The reports of {', '.join(foreign)} in {out_dir} were made by another version of the program, its models "
            "or of other inputs, and say nothing about this one. Run the gate without --reuse."
        )


def _is_foreign(path: Path, case: EvaluationCase, made_by: str | None) -> bool:
    if not path.exists():
        return False
    try:
        report = export.load_report(path)
    except UnreadableFileError:
        return True
    mine = made_by is not None and report.pipeline.fingerprint == made_by
    return not mine or report.source.sha256 != sha256_of(case.path)


def load_errors(path: Path) -> KnownErrors | None:
    """The errors that there were when the floors were written; None where they were not kept."""
    try:
        found: KnownErrors = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UnreadableFileError(f"{path} does not hold errors ({error}). Write it with --raise-floors.") from error
    return found


def save_errors(results: Sequence[CaseResult], path: Path) -> None:
    """Keep the errors of a run beside its floors; ``became_worse`` compares later ones with them."""
    kept = {
        result.case.name: [
            {name: value for name, value in error_record(one).items() if name in _KEPT}
            for one in (result.score.errors if result.score else ())
        ]
        for result in results
    }
    export.write_text(path, json.dumps(kept, ensure_ascii=False, indent=1) + "\n")


def search_breaches(score: SearchScore, floors: Floors) -> list[Breach]:
    """Each figure of the search that is worse than its floor; GateError where the queries are others."""
    wanted = floors.search
    if wanted is None:
        return []
    if wanted.queries_sha256 != score.queries_sha256:
        raise GateError("The judged queries are not those of the floors. Measure again and write --raise-floors.")
    measured = {"ndcg_at_10": score.ndcg, "gain_over_fts5": score.gain}
    pairs = [(name, float(getattr(wanted, name)), value) for name, value in measured.items()]
    return [Breach("search", *one) for one in pairs if not _reaches(one[0], one[2], one[1])]


def require_search(score: SearchScore, floors: Floors) -> None:
    """GateError that lists every breach of the search's floors, where there is one."""
    found = search_breaches(score, floors)
    if found:
        raise GateError("Below the floors:\n" + "\n".join(f"  {breach}" for breach in found))


def with_search(floors: Floors, score: SearchScore, before: Floors | None, *, allow_lower: bool = False) -> Floors:
    """The floors with those that the search allows; GateError where one would be worse, unless ``allow_lower``."""
    same = before is not None and before.search is not None and before.search.queries_sha256 == score.queries_sha256
    if before is not None and same and not allow_lower:
        require_search(score, before)
    made = SearchFloors(
        queries_sha256=score.queries_sha256, ndcg_at_10=round(score.ndcg, 6), gain_over_fts5=round(score.gain, 6)
    )
    return floors.model_copy(update={"search": made})


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
