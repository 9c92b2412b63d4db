"""Fields of the report JSON from readings: value, confidence, evidence, and whether a person is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from kompass_extract.content.score_tables import SettledNumber
from kompass_extract.model.pointers import AnyField, AnyModel, changed
from kompass_extract.model.readings import Place, TextReading, block_ids
from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import Alternative, Evidence, NumberField, TextField
from kompass_extract.report.confidence import DraftEvidence, draft_confidence

LEAST_OFFERED = 0.1
"""Share of the evidence, 0..1, from which on a value is worth showing for a number that was not read."""


class AskAbout(StrEnum):
    """Which words read in two ways are enough to ask about a text."""

    ALL = "all"  # of short texts, which one word makes another text
    NUMBERS = "numbers"  # of long texts: a wrong digit is a wrong statement
    NONE = "none"  # of texts that are letter for letter as they are known to be


def evidence_of(places: Iterable[Place]) -> list[Evidence]:
    """Places as the report JSON writes them."""
    found = []
    for place in places:
        x0, y0, x1, y1 = place.box.rounded()
        found.append(Evidence(page=place.page, bbox=(x0, y0, x1, y1)))
    return found


def text_field(
    reading: TextReading,
    *,
    doubts: Sequence[Reason] = (),
    words: AskAbout = AskAbout.ALL,
) -> TextField:
    """A text as a Field; ``words`` tells which words read in two ways are enough to ask, the others are only said."""
    confidence = draft_confidence(DraftEvidence(ocr=reading.confidence, classified=reading.class_confidence))
    enough = [word.reason for word in reading.word_doubts if words is AskAbout.ALL or word.numeric]
    asked = [*reading.doubts, *doubts, *(enough if words is not AskAbout.NONE else ())]
    said = [found.noted() for word in reading.word_doubts if (found := word.reason) not in asked]
    return TextField(
        value=reading.text,
        confidence=confidence,
        needs_review=bool(asked),
        reasons=[*asked, *said, *reading.reasons],
        raw=reading.raw,
        evidence=evidence_of(reading.places),
        blocks=list(block_ids(reading.places)),
    )


def missing_text(*reasons: Reason, places: Iterable[Place] = ()) -> TextField:
    """A text that should be there, at ``places`` where that is known, and is not."""
    return TextField(value=None, confidence=0.0, needs_review=True, reasons=list(reasons), evidence=evidence_of(places))


def number_field(number: SettledNumber) -> NumberField:
    """A settled number as a Field."""
    evidence = DraftEvidence(ocr=number.ocr_confidence, share=1.0 if number.certain else number.share)
    confidence = draft_confidence(evidence)
    asked = list(number.doubts)
    return NumberField(
        value=number.value,
        confidence=confidence,
        needs_review=bool(asked) or number.value is None,
        reasons=[*asked, *number.reasons],
        raw=number.raw,
        evidence=evidence_of([number.place] if number.place else []),
        blocks=list(number.place.blocks) if number.place else [],
        alternatives=[Alternative(value=value, confidence=round(share, 4)) for value, share in number.alternatives],
    )


def absent_number(reason: Reason, seen: int, against: Sequence[Reason] = ()) -> NumberField:
    """A number that the report does not print and need not.

    ``seen`` is how many places say so, ``against`` what speaks for its being there, which a person is asked about.  The
    confidence is the posterior mean of the share of such places that have none, by Jeffreys' prior.
    """
    confidence = (seen + 0.5) / (seen + len(against) + 1)
    return NumberField(
        value=None, confidence=round(confidence, 4), needs_review=bool(against), reasons=[*against, reason]
    )


def missing_number(*reasons: Reason, offered: Sequence[Alternative] = ()) -> NumberField:
    """A number that should be there and is not; ``offered`` are values that follow from others."""
    return NumberField(value=None, confidence=0.0, needs_review=True, reasons=list(reasons), alternatives=list(offered))


def offers(number: SettledNumber) -> list[Alternative]:
    """The likely values of a settled number as alternatives, the likeliest first."""
    own = [] if number.value is None else [(number.value, number.share)]
    likely = [(value, share) for value, share in (*own, *number.alternatives) if share >= LEAST_OFFERED]
    return [Alternative(value=value, confidence=round(share, 4)) for value, share in likely]


def asked_about(model: AnyModel, reasons: Mapping[str, Sequence[Reason]]) -> AnyModel:
    """The model with the Fields at the pointers in ``reasons`` marked for review, for those reasons."""

    def marked(pointer: str, field: AnyField) -> AnyField:
        if pointer not in reasons:
            return field
        added = [reason for reason in reasons[pointer] if reason not in field.reasons]
        return field.model_copy(update={"needs_review": True, "reasons": [*field.reasons, *added]})

    return changed(model, marked)
