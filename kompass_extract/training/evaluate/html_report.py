"""The evaluation as one page that needs nothing else: figures, errors with their pictures, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.training.evaluate import compare, html_trust
from kompass_extract.training.evaluate.evaluation import CaseResult, by_quality, judgements, pooled
from kompass_extract.training.evaluate.figures import COUNTS, Figures, by_kind, confusion, figures
from kompass_extract.training.evaluate.judge import Judgement
from kompass_extract.training.evaluate.page_templates import percent, render
from kompass_extract.training.evaluate.place_pictures import picture
from kompass_extract.training.evaluate.provenance import Provenance

if TYPE_CHECKING:
    from kompass_extract.training.evaluate.letter_scores import LettersEvaluation

_MAX_PICTURES = 60  # per case; a case with more errors has one cause, which shows in these
_PLACES = 2  # pictures of one value: one that goes on over a page break has two places
_MAX_ERRORS = 300  # rows per case
_BEFORE = 60  # characters of a long text shown before its first difference
_LONGEST = 700  # characters shown of a text
_COLUMNS = {
    "items_f1": "items F1",
    "item_cer": "item errors",
    "narrative_cer": "narrative errors",
    "rubrics_f1": "rubrics F1",
    "cells_right": "cells",
    "question_ids_right": "question ids",
    "metadata_right": "metadata",
    "block_kinds_right": "block kinds",
    "silent_errors": "silent",
    "silent_scores": "silent scores",
    "silent_items": "silent items",
    "review_load": "review load",
}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A row of the figures' table; ``error`` where the case gave none."""

    name: str
    cells: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A part of a text; ``element`` is del or ins where it stands in one of two texts alone."""

    text: str
    element: str = ""


@dataclass(frozen=True, slots=True)
class ShownError:
    kind: str
    status: str
    silent: bool
    place: str
    gold: tuple[DiffPiece, ...]
    read: tuple[DiffPiece, ...]
    confidence: float | None
    why: str
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownBlock:
    page: int
    gold: tuple[str, ...]
    read: str
    text: str


@dataclass(frozen=True, slots=True)
class ShownCase:
    """One case; its errors and blocks are those that are shown, the counts are of all."""

    name: str
    error: str = ""
    errors: tuple[ShownError, ...] = ()
    blocks: tuple[ShownBlock, ...] = ()
    error_count: int = 0
    block_count: int = 0
    silent: int = 0


def page(
    results: Sequence[CaseResult], letters: LettersEvaluation | None = None, made: Provenance | None = None
) -> str:
    """The whole page; pictures are made from the cases' inputs."""
    judged = judgements(results)
    counts = confusion([result.score for result in results if result.score])
    return render(
        "evaluation.html",
        run=made or Provenance(),
        judged=len(judged),
        reused=sum(result.reused for result in results),
        tiles=html_trust.aims(results),
        columns=list(_COLUMNS.values()),
        figures=_figures(results),
        trust=html_trust.confidence(results),
        questions=html_trust.questions_asked(results),
        kinds=by_kind(judged),
        block_kinds=sorted({kind for pair in counts for kind in pair}),
        confusion=counts,
        letters=letters.table() if letters else "",
        cases=[_case(result) for result in results],
    )


def _figures(results: Sequence[CaseResult]) -> list[CaseRow]:
    rows = [
        _row(result.case.name, figures([result.score]))
        if result.score
        else CaseRow(result.case.name, error=result.error or "")
        for result in results
    ]
    rows += [_row(f"all {quality}", one) for quality, one in by_quality(results).items()]
    return [*rows, _row("all", pooled(results))]


def _row(name: str, one: Figures) -> CaseRow:
    values = {column: getattr(one, column) for column in _COLUMNS}
    return CaseRow(name, tuple(str(value) if key in COUNTS else percent(value) for key, value in values.items()))


def _case(result: CaseResult) -> ShownCase:
    if result.score is None:
        return ShownCase(result.case.name, error=result.error or "no report")
    errors = sorted(result.score.errors, key=lambda one: not one.silent)
    blocks = [block for block in result.score.blocks if not block.right]
    return ShownCase(
        result.case.name,
        errors=tuple(_error(one, result, index < _MAX_PICTURES) for index, one in enumerate(errors[:_MAX_ERRORS])),
        blocks=tuple(
            ShownBlock(block.page, tuple(block.gold), block.read, _cut(block.text)) for block in blocks[:_MAX_ERRORS]
        ),
        error_count=len(errors),
        block_count=len(blocks),
        silent=sum(one.silent for one in errors),
    )


def _error(one: Judgement, result: CaseResult, with_picture: bool) -> ShownError:
    pages = result.report.pages if result.report else ()
    places = one.evidence[:_PLACES] if with_picture and result.report else ()
    images = [picture(result.case.path, pages, [place]) for place in places]
    gold, read = _difference(one.gold, one.read)
    place = ", ".join(str(part) for part in (one.area, f"p. {one.evidence[0].page}" if one.evidence else None) if part)
    field = dict(report_fields(result.report)).get(one.pointer) if result.report and one.asked else None
    why = "; ".join(reason.text for reason in field.reasons) if field is not None else ""
    shown = tuple(image for image in images if image)
    return ShownError(one.kind, one.status, one.silent, place, gold, read, one.confidence, why, shown)


def _difference(gold: str | None, read: str | None) -> tuple[tuple[DiffPiece, ...], tuple[DiffPiece, ...]]:
    """Both texts with what is only in one of them marked, from a little before the first difference."""
    if gold is None or read is None:
        return (DiffPiece(_cut(gold or "")),), (DiffPiece(_cut(read or "")),)
    gold, read = compare.strict(gold), compare.strict(read)
    codes = Levenshtein.opcodes(gold, read)
    first = min((code.src_start for code in codes if code.tag != "equal"), default=0)
    start = max(0, first - _BEFORE) if max(len(gold), len(read)) > _LONGEST else 0
    left, right = [DiffPiece("… ")] * (start > 0), [DiffPiece("… ")] * (start > 0)
    shown = 0
    for code in codes:
        skipped = max(0, min(start, code.src_end) - code.src_start) if code.tag == "equal" else 0
        before = gold[code.src_start + skipped : code.src_end][: max(0, _LONGEST - shown)]
        after = read[code.dest_start + skipped : code.dest_end][: max(0, _LONGEST - shown)]
        shown += max(len(before), len(after))
        left.append(DiffPiece(before, "del" if code.tag != "equal" and before else ""))
        right.append(DiffPiece(after, "ins" if code.tag != "equal" and after else ""))
    more = [DiffPiece(" …")] * (shown >= _LONGEST)
    return (*left, *more), (*right, *more)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
