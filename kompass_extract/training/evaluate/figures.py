"""Figures over the judgements of one report or of many: shares, error rates, review load, silent errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from dataclasses import fields as dataclass_fields

from kompass_extract.training.evaluate.compare import CharacterErrors
from kompass_extract.training.evaluate.judge import Judgement
from kompass_extract.training.evaluate.score import ReportScore

ITEM_KINDS = ("strength", "improvement")
CELL_KINDS = ("achieved", "max", "percent", "total_achieved", "total_max", "total_percent", "area_score")
METADATA_KINDS = (
    "municipality",
    "municipality_code",
    "year",
    "edition",
    "evaluation_date",
    "evaluator_name",
    "evaluator_affiliation",
)

FAMILIES: dict[str, tuple[str, ...]] = {
    "items": ITEM_KINDS,
    "scores": (*CELL_KINDS, "overview"),
    "metadata": (*METADATA_KINDS, "title"),
    "names": ("area_name", "table_heading", "question"),
    "rubrics": ("rubric",),
    "narrative": ("paragraph",),
}
"""Kinds of values that err alike, as the confidence model knows them."""


@dataclass(frozen=True, slots=True)
class KindFigures:
    """Counts of one kind of value; ``needless`` are right values that were put up for review."""

    kind: str
    right: int
    wrong: int
    missing: int
    extra: int
    silent: int
    needless: int

    @property
    def share_right(self) -> float:
        """Right values over those labelled or read, 0..1; 1 where there was none."""
        total = self.right + self.wrong + self.missing + self.extra
        return self.right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What the project aims at, over one or more reports; shares and rates are 0..1.

    ``item_cer`` is over items that were paired with a label, ``item_cer_all`` counts lost and surplus items as
    deleted and inserted.  ``inexact_items`` are found but not letter by letter as labelled and not up for review.
    """

    reports: int
    items_f1: float
    item_cer: float
    item_cer_all: float
    item_cer_strict: float
    inexact_items: int
    narrative_cer: float
    narrative_cer_strict: float
    rubrics_f1: float
    cells_right: float
    cells: int
    question_ids_right: float
    questions_right: float
    metadata_right: float
    block_kinds_right: float
    silent_errors: int
    silent_scores: int
    silent_metadata: int
    silent_items: int
    judged: int
    review_load: float
    fields: int

    def record(self) -> dict[str, float | int]:
        """By name, as the evaluation's JSON has it; six digits."""
        return {name: round(value, 6) for name, value in asdict(self).items()}


COUNTS = frozenset(field.name for field in dataclass_fields(Figures) if field.type == "int")
"""The names of the figures that are whole numbers; the others are shares and rates."""


def figures(scores: Sequence[ReportScore]) -> Figures:
    """The pooled figures of ``scores``: counts are added before shares are taken."""
    judgements = [judgement for score in scores for judgement in score.judgements]
    items = [one for one in judgements if one.kind in ITEM_KINDS]
    paired = [one for one in items if one.gold is not None and one.read is not None]
    cells = by_kinds(judgements, CELL_KINDS, "cells")
    blocks = [block for score in scores for block in score.blocks]
    fields = sum(score.fields for score in scores)
    return Figures(
        reports=len(scores),
        items_f1=f1(items),
        item_cer=_sum(one.edits for one in paired).rate,
        item_cer_all=_sum(one.edits for one in items).rate,
        item_cer_strict=_sum(one.strict_edits for one in paired).rate,
        inexact_items=sum(one.status == "right" and one.edits.edits > 0 and not one.asked for one in items),
        narrative_cer=_sum(errors for score in scores for errors in score.narrative.values()).rate,
        narrative_cer_strict=_sum(errors for score in scores for errors in score.narrative_strict.values()).rate,
        rubrics_f1=f1([one for one in judgements if one.kind == "rubric"]),
        cells_right=cells.share_right,
        cells=cells.right + cells.wrong + cells.missing + cells.extra,
        question_ids_right=by_kinds(judgements, ("question_id",), "question_id").share_right,
        questions_right=by_kinds(judgements, ("question",), "question").share_right,
        metadata_right=by_kinds(judgements, METADATA_KINDS, "metadata").share_right,
        block_kinds_right=_share(sum(block.right for block in blocks), len(blocks)),
        silent_errors=sum(one.silent for one in judgements),
        silent_scores=cells.silent,
        silent_metadata=by_kinds(judgements, METADATA_KINDS, "metadata").silent,
        silent_items=sum(one.silent for one in items),
        judged=len(judgements),
        review_load=_share(sum(score.to_review for score in scores), fields, empty=0.0),
        fields=fields,
    )


def by_kind(judgements: Iterable[Judgement]) -> list[KindFigures]:
    """The counts of each kind of value, in the order in which the kinds come first."""
    judgements = list(judgements)
    kinds = dict.fromkeys(one.kind for one in judgements)
    return [by_kinds(judgements, (kind,), kind) for kind in kinds]


def by_kinds(judgements: Iterable[Judgement], kinds: Sequence[str], name: str) -> KindFigures:
    """The counts of several kinds together."""
    chosen = [one for one in judgements if one.kind in kinds]
    status = Counter(one.status for one in chosen)
    return KindFigures(
        kind=name,
        right=status["right"],
        wrong=status["wrong"],
        missing=status["missing"],
        extra=status["extra"],
        silent=sum(one.silent for one in chosen),
        needless=sum(one.status == "right" and one.asked for one in chosen),
    )


def f1(judgements: Sequence[Judgement]) -> float:
    """Harmonic mean of precision and recall; a wrong one is both lost and surplus.  1 where there was nothing."""
    right = sum(one.status == "right" for one in judgements)
    labelled = sum(one.gold is not None for one in judgements)
    read = sum(one.read is not None for one in judgements)
    return _share(2 * right, labelled + read)


def confusion(scores: Sequence[ReportScore]) -> dict[tuple[str, str], int]:
    """Blocks by (gold kind, read kind); where several kinds would be right, the read one, or else the first."""
    counts: Counter[tuple[str, str]] = Counter()
    for score in scores:
        for block in score.blocks:
            counts[block.read if block.right else block.gold[0], block.read] += 1
    return dict(counts)


def _sum(errors: Iterable[CharacterErrors]) -> CharacterErrors:
    return sum(errors, CharacterErrors())


def _share(part: int, whole: int, *, empty: float = 1.0) -> float:
    return part / whole if whole else empty
