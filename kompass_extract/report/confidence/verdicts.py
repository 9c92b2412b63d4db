"""The last word on every Field: its calibrated probability, and whether a person is asked.

A person is asked where the probability is below the family's threshold, and wherever a stage already asked: a doubt
with a reason and a failed check are never overruled.  Values are never changed here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kompass_extract.model.document import LabelledBlock, Page
from kompass_extract.model.mojibake import same_text
from kompass_extract.model.pointers import AnyField, changed
from kompass_extract.model.readings import LOST
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Check, Report, TextField
from kompass_extract.report.confidence.block_places import PlaceIndex
from kompass_extract.report.confidence.confidence_model import ConfidenceModel
from kompass_extract.report.confidence.drafted import ReviewSettings
from kompass_extract.report.confidence.evidence import REASONS, Family, FieldEvidence
from kompass_extract.report.confidence.file_letters import with_letters_missing
from kompass_extract.report.confidence.gather import EXACT_KINDS, Known, gather
from kompass_extract.report.confidence.slips import with_slips

STRANGE = ("label", "other_column", "apart", "known_wording")
"""Signals that a text belongs to another list."""
OTHER_LIST = {"strengths": "improvements", "improvements": "strengths"}
SCORES = frozenset({"area_score", "total", "total_achieved"})
"""Numbers that stand for a whole area or report."""
READ_WITH_DOUBT = 0.05
"""Doubt of a reading, 0..1, from which on it needs another number beside it."""
_CLEARLY = 0.5  # of a signal, 0..1


LOST_SIGN = reason("sign-lost-in-file")

UNITY = (
    "early_break", "early_break_low", "inner_mark", "full_before", "full_after", "cut", "at_edge", "neighbour",
    "no_mark", "starts_low", "open_end",
)  # fmt: skip
"""Signals that a text is a part of another, or several: where one stands, its list may have more texts or fewer."""


def trusted(
    report: Report, blocks: Sequence[LabelledBlock], pages: Sequence[Page], model: ConfidenceModel, known: Known
) -> Report:
    """``report`` with the model's confidences and what they say about its lists; review counts are the caller's."""
    evidence = gather(report, blocks, pages, known)
    judged = with_lost_signs(with_verdicts(report, evidence, model))
    judged = with_letters_missing(judged, blocks, pages, known.knows)
    if known.words is not None:
        judged = with_slips(judged, evidence, PlaceIndex(blocks, pages), known.words)
    return judged.model_copy(update={"checks": [*judged.checks, *list_checks(judged, evidence)]})


def with_lost_signs(report: Report) -> Report:
    """Flag each Field that was read where a byte of the file is no character."""

    def asked(pointer: str, field: AnyField) -> AnyField:
        lost = LOST in str(field.value) or (
            LOST in (field.raw or "") and not same_text(field.raw or "", str(field.value))
        )
        if not lost or LOST_SIGN in field.reasons:
            return field
        return field.model_copy(update={"needs_review": True, "reasons": [*field.reasons, LOST_SIGN]})

    return changed(report, asked)


def list_checks(report: Report, evidence: Mapping[str, FieldEvidence]) -> list[Check]:
    """A warning for each list of which a text that goes to a person may be a part of another, several, or another's."""
    found = []
    for index, area in enumerate(report.areas):
        at = f"/areas/{index}"
        for name in ("strengths", "improvements", "rubrics"):
            members = [(f"{at}/{name}/{place}", field) for place, field in enumerate(getattr(area, name))]
            found.extend(_list_check(area.number, name, members, f"{at}/{name}", evidence))
        paragraphs = [
            (f"{at}/narrative/{section}/paragraphs/{place}", field)
            for section, one in enumerate(area.narrative)
            for place, field in enumerate(one.paragraphs)
        ]
        found.extend(_list_check(area.number, "paragraphs", paragraphs, f"{at}/narrative", evidence))
    return found


def _list_check(
    area: int, name: str, members: Sequence[tuple[str, TextField]], at: str, evidence: Mapping[str, FieldEvidence]
) -> list[Check]:
    asked = [(place, evidence.get(pointer)) for place, (pointer, field) in enumerate(members, 1) if field.needs_review]
    parts = [place for place, about in asked if _shows(about, UNITY)]
    strange = [place for place, about in asked if _shows(about, STRANGE)] if name in OTHER_LIST else []
    if not parts and not strange:
        return []
    fields = [at] if parts else []
    if strange:
        fields = [at, f"{at.rpartition('/')[0]}/{OTHER_LIST[name]}"]
    numbers = ", ".join(map(str, sorted({*parts, *strange})))
    found = reason("list-bounds-or-other-list", list=name, numbers=numbers)
    return [Check.of("list-items", area, "warning", found, fields)]


def _shows(evidence: FieldEvidence | None, signals: Sequence[str]) -> bool:
    return evidence is not None and any(getattr(evidence, name) >= _CLEARLY for name in signals)


def certain_doubts(about: FieldEvidence) -> list[Reason]:
    """Return the doubts that always go to review, whatever the model says.

    These are names that differ from a known name only in punctuation; titles without a municipality; scores read from a
    picture that no other number of the report confirms, and any other such number that was read with doubt or stands in
    a table that is not whole.
    """
    found = [reason(REASONS["near_miss"])] if about.kind in EXACT_KINDS and about.near_miss else []
    alone = about.family is Family.NUMBER and about.unconfirmed and (about.scanned or about.table_doubt)
    doubted = about.kind in SCORES or max(about.draft, about.misread) > READ_WITH_DOUBT or about.two_readings > 0
    doubted = doubted or about.table_doubt > 0
    if (about.kind == "title" and about.unconfirmed) or (alone and doubted):
        found.append(reason(REASONS["unconfirmed"]))
    return found


def with_verdicts(report: Report, evidence: Mapping[str, FieldEvidence], model: ConfidenceModel) -> Report:
    """``report`` with the verdicts of ``model`` on the Fields that ``evidence`` is about."""

    least = ReviewSettings().review_below

    def judged(pointer: str, field: AnyField) -> AnyField:
        about = evidence.get(pointer)
        family = model.families.get(about.family) if about is not None else None
        if field.value is None or about is None or family is None:
            return field
        verdict = family.verdict(about)
        certain = certain_doubts(about)
        added = [one for one in dict.fromkeys((*certain, *verdict.reasons)) if one not in field.reasons]
        return field.model_copy(
            update={
                "confidence": round(verdict.probability, 4),
                "needs_review": field.needs_review or verdict.ask or bool(certain) or verdict.probability < least,
                "reasons": [*field.reasons, *added],
            }
        )

    return changed(report, judged)
