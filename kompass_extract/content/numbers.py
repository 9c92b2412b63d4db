"""What a number cell can mean.

A cell of a score table holds points (``13``) or a percentage (``87 %``).  Readers lose or misread such
cells more often than words: a Swedish model has no percent sign (``70%`` comes out as ``7090`` or ``45N``),
digits become letters (``S1%``), and a first digit is lost.  So a cell is read as a set of candidates, each
with a prior weight and the reason for it, and only later, beside the other cells of its table, is one of
them chosen.  The raw text is never changed, and a candidate that had to be guessed is never called certain.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kompass_extract.model.digit_shapes import DIGIT_LETTERS
from kompass_extract.model.document import Word


class NumberKind(StrEnum):
    """What a column holds; both are whole numbers."""

    POINTS = "points"
    PERCENT = "percent"


class CandidateOrigin(StrEnum):
    """How a candidate came out of what was read, from certain to guessed; the codes of reasons."""

    PRINTED = "printed"  # the text is a well-formed number of its kind
    SECOND_READER = "second-reader"  # another engine's or mode's text is one
    DECIMALS = "whole-with-decimals"
    ROUNDED = "decimals-rounded"
    SIGN = "percent-sign-misread"
    LETTERS = "letters-for-digits"
    CONFUSION = "digits-confused"
    LOST_DIGIT = "digit-lost"
    EXTRA_DIGIT = "digit-too-many"


@dataclass(frozen=True, slots=True)
class NumberCandidate:
    """A value that the cell may hold; ``weight`` is its prior share, 0..1, before any other cell is looked at."""

    value: int
    weight: float
    origin: CandidateOrigin


@dataclass(frozen=True, slots=True)
class NumberReading:
    """A cell as read: the raw text, its candidates (most likely first), and how far the reader trusts it.

    ``certain`` holds for one well-formed number that two readers agree on or that stood in a text layer: its
    value is never changed by other cells.  ``candidates`` is empty where nothing numeric was read.
    """

    raw: str
    kind: NumberKind
    confidence: float
    candidates: tuple[NumberCandidate, ...]
    certain: bool = False

    @property
    def best(self) -> int | None:
        """The likeliest value by this cell alone, None where nothing numeric was read."""
        return self.candidates[0].value if self.candidates else None

    @property
    def decimal(self) -> float | None:
        """The number of a text with decimals, as printed; None for any other text."""
        return with_decimals(self.raw, self.kind)

    @property
    def beyond_limit(self) -> bool:
        """Whether a well-formed number was read that is more than there can be: `120` points, `120 %`."""
        form = STRICT_PERCENT if self.kind is NumberKind.PERCENT else STRICT_POINTS
        found = form.fullmatch(clean(self.raw))
        return found is not None and int(found.group(found.lastindex or 0)) > LIMIT[self.kind]

    @property
    def printed(self) -> int | None:
        """The value of a well-formed text, None where the text had to be interpreted."""
        return next((c.value for c in self.candidates if c.origin is CandidateOrigin.PRINTED), None)


LIMIT = {NumberKind.POINTS: 100, NumberKind.PERCENT: 100}
"""Highest value of a cell: an area has 100 points, and so at most 100 percent."""

TEXT_LAYER_CONFIDENCE = 0.995
"""From here on, 0..1, a confidence is that of a text layer, which holds what was typed; OCR stays below."""

LIKE_LETTER = 0.85
"""Share, 0..1, in which a letter in a number stands for the digit that it looks like."""

CONFUSIONS = {
    "0": "86", "1": "74", "2": "7", "3": "85", "4": "91", "5": "63", "6": "580", "7": "12", "8": "306", "9": "40",
}  # fmt: skip
"""Digits confused with each other on poor pages."""

SIGN_REMAINS = (
    (re.compile(r"(9[04569]|0[0469]|[o0]/[o0]|[‰°º*]|[NnZzXxMKUH]|9)%?[.,:;'’`]?"), 1.0),
    (re.compile(r"9[0-9][0-9A-Za-z]"), 1.0),
    (re.compile(r"([0-9oO&/]|[0-9][0-9A-Za-z]|[A-Za-z])%?[.,:;'’`]?"), 0.25),
    (re.compile(r"[0-9]{3}"), 0.25),
)
"""What is left of a percent sign in the text of an engine that does not know it, and how usual that is, 0..1.

A sign after a space takes up to three signs: ``79 %`` comes out as ``79924``, ``51 %`` as ``51 246``."""

STRICT_POINTS = re.compile(r"\d{1,3}")
STRICT_PERCENT = re.compile(r"(\d{1,3})\s?%")

DECIMAL = re.compile(r"(\d{1,3})[.,](\d{1,2})%?")
FRACTIONS = {"½": "5", "¼": "25", "¾": "75"}
FRACTION = re.compile(r"(\d{0,3})\s?([½¼¾])")
SPECK = 0.15
"""Share, 0..1, in which a comma between digits is noise and the digits are one number."""

WELL_READ, FAIR, POOR = 0.9, 0.7, 0.45
"""Reader confidences, 0..1, from which on ``trust`` takes a number for right in 99, 96 and 85 % of cells; assumed, not
yet measured."""

INTERPRETED_TRUST = {
    CandidateOrigin.DECIMALS: 0.97,
    CandidateOrigin.ROUNDED: 0.97,
    CandidateOrigin.SIGN: 0.97,
    CandidateOrigin.LETTERS: 0.9,
}
"""Highest prior, 0..1, of a value whose digits were read but not its sign, or whose digits were letters."""

SECOND_READER_SHARE = 0.35
"""Prior share of each differing second reading beside the first, before normalisation."""


def trust(confidence: float) -> float:
    """The prior probability, 0..1, that a well-formed number read with ``confidence`` is what was printed."""
    if confidence >= TEXT_LAYER_CONFIDENCE:
        return 0.9995
    if confidence >= WELL_READ:
        return 0.99
    if confidence >= FAIR:
        return 0.96
    return 0.85 if confidence >= POOR else 0.6


def clean(text: str) -> str:
    """The text without the marks that rules and dots leave around a number: ``|13.`` is ``13``."""
    return _with_comma(text.strip().strip("[](){}_.,;:'’`´”\"—–-=~ ").lstrip("|").rstrip("|").strip())


def _with_comma(text: str) -> str:
    """A number with a fraction as one with decimals: `2½` is `2,5`, `½` is `0,5`."""
    found = FRACTION.fullmatch(text)
    return f"{found[1] or 0},{FRACTIONS[found[2]]}" if found is not None else text


def strict(text: str, kind: NumberKind) -> int | None:
    """The number of a well-formed text: ``13`` as points, ``87 %`` as a percentage; None for anything else."""
    text = clean(text)
    found = STRICT_PERCENT.fullmatch(text) if kind is NumberKind.PERCENT else STRICT_POINTS.fullmatch(text)
    if found is None:
        return None
    digits = found.group(found.lastindex or 0)
    value = int(digits)
    return value if value <= LIMIT[kind] and str(value) == digits else None


def with_decimals(text: str, kind: NumberKind) -> float | None:
    """The number of a text such as ``12,5``; None for one without decimals, or beyond what there can be."""
    found = DECIMAL.fullmatch(clean(text).replace(" ", ""))
    if found is None or found[2].strip("0") == "":
        return None
    value = float(f"{found[1]}.{found[2]}")
    return value if value <= LIMIT[kind] else None


def rounded(value: float) -> int:
    """The whole number nearest to a value, halves up."""
    return int(value + 0.5)


def looks_numeric(text: str) -> bool:
    """Whether a word can be the content of a number cell: short, and digits or what engines make of them."""
    text = clean(text)
    if not text:
        return False
    if text in {"%", "?", "??"} or STRICT_PERCENT.fullmatch(text) or STRICT_POINTS.fullmatch(text):
        return True
    return len(text) <= 6 and any(ch.isdigit() for ch in text) and bool(interpret(text, NumberKind.PERCENT))


def holds_number(word: Word) -> bool:
    """Whether a word can be the content of a number cell by its own text, or is a percentage to another reader."""
    return looks_numeric(word.text) or any(strict(other, NumberKind.PERCENT) is not None for other in word.alternatives)


def read_words(words: Sequence[Word], kind: NumberKind) -> NumberReading:
    """The number that ``words`` (one cell, left to right) hold together; ``raw`` is what the first reader saw."""
    text = " ".join(word.text for word in words)
    raw = " ".join(word.text if word.raw is None else word.raw for word in words)
    confidence = min((word.confidence for word in words if any(ch.isalnum() for ch in word.text)), default=0.0)
    others: list[str] = []
    for index, word in enumerate(words):
        before, after = [w.text for w in words[:index]], [w.text for w in words[index + 1 :]]
        others.extend(" ".join([*before, other, *after]) for other in word.alternatives)
    return replace(read_number(text, kind, confidence, others), raw=raw)


def read_number(raw: str, kind: NumberKind, confidence: float, alternatives: Iterable[str] = ()) -> NumberReading:
    """All values that a cell's text and its second readings can mean, with prior weights that sum to 1.

    A text layer (confidence about 1) and agreement of two readers make the reading ``certain``.
    """
    others = [other for other in alternatives if clean(other)]
    own, exact = strict(raw, kind), with_decimals(raw, kind)
    if exact is not None:
        own = rounded(exact)
    agreeing = [other for other in others if _says(other, own, exact, kind)]
    certain = own is not None and (
        confidence >= TEXT_LAYER_CONFIDENCE or (len(agreeing) > 0 and len(agreeing) == len(others))
    )
    weights: dict[tuple[int, CandidateOrigin], float] = {}
    _gather(weights, raw, kind, 1.0, trust(confidence), second=False)
    for other in others:
        _gather(weights, other, kind, SECOND_READER_SHARE if own is not None else 0.8, 0.9, second=True)
    if certain and own is not None:
        weights = {(own, CandidateOrigin.PRINTED): 1.0}
    return NumberReading(raw, kind, confidence, _ranked(weights), certain)


@dataclass(frozen=True, slots=True)
class Interpretation:
    """A value that a malformed text can mean and how plausible that is against its other meanings, above 0."""

    value: int
    origin: CandidateOrigin
    plausibility: float


def interpret(text: str, kind: NumberKind) -> tuple[Interpretation, ...]:
    """The values of a text that is no well-formed number: letters for digits, a misread percent sign.

    A letter mostly stands for the digit that it looks like, and with a little of the weight for any other; a
    question mark stands for any.
    """
    text = clean(text).replace(" ", "")
    if not text.strip("?"):
        return ()
    if (decimal := DECIMAL.fullmatch(text)) is not None:
        return _with_decimals(decimal[1], decimal[2], kind)
    found: dict[int, Interpretation] = {}
    for digits, share in _spellings(text):
        for one in _meanings(text, digits, kind):
            known = found.get(one.value)
            weight = one.plausibility * share + (known.plausibility if known else 0.0)
            found[one.value] = Interpretation(one.value, known.origin if known else one.origin, weight)
    total = sum(one.plausibility for one in found.values())
    ranked = sorted(found.values(), key=lambda one: -one.plausibility)
    return tuple(Interpretation(one.value, one.origin, one.plausibility / total) for one in ranked)


def _with_decimals(whole: str, decimals: str, kind: NumberKind) -> tuple[Interpretation, ...]:
    """The whole number nearest to a decimal one, and the number without its comma, which may be noise."""
    value = _value(whole, kind)
    if value is None:
        return ()
    origin = CandidateOrigin.ROUNDED if decimals.strip("0") else CandidateOrigin.DECIMALS
    rounded = min(LIMIT[kind], value + (decimals[0] >= "5"))
    other = _value(whole + decimals, kind)
    if other is None or other == rounded:
        return (Interpretation(rounded, origin, 1.0),)
    return (Interpretation(rounded, origin, 1 - SPECK), Interpretation(other, CandidateOrigin.CONFUSION, SPECK))


def _spellings(text: str) -> list[tuple[str, float]]:
    """What the text can be in digits, with shares: one doubtful character at a time stands for any digit."""
    plain = "".join(DIGIT_LETTERS.get(ch, ch) for ch in text)
    doubtful = [i for i, ch in enumerate(text[:3]) if ch == "?" or (ch in DIGIT_LETTERS and i < 2)]
    found = [(plain, LIKE_LETTER if doubtful else 1.0)] if "?" not in text else []
    for index in doubtful:
        for digit in "0123456789":
            share = (1 - LIKE_LETTER if found else 1.0) / 10 / len(doubtful)
            found.append((plain[:index] + digit + plain[index + 1 :], share))
    return found


def _meanings(text: str, digits: str, kind: NumberKind) -> list[Interpretation]:
    """The values of one spelling, by itself and before what may be a misread percent sign."""
    found: list[Interpretation] = []
    if (value := _value(digits.removesuffix("%"), kind)) is not None:
        found.append(Interpretation(value, CandidateOrigin.SIGN if text.isdigit() else CandidateOrigin.LETTERS, 1.0))
    if kind is NumberKind.PERCENT:
        found.extend(_before_sign(text, digits))
    total = sum(one.plausibility for one in found)
    return [Interpretation(one.value, one.origin, one.plausibility / total) for one in found]


def _before_sign(text: str, digits: str) -> list[Interpretation]:
    """The percentages that remain when the end of ``text`` is taken for a misread percent sign."""
    found = []
    for length in (3, 2, 1):
        value = _value(digits[:length], NumberKind.PERCENT)
        usual = next((share for remains, share in SIGN_REMAINS if remains.fullmatch(text[length:])), 0.0)
        if value is None or not usual:
            continue
        origin = CandidateOrigin.SIGN if text[:length].isdigit() else CandidateOrigin.LETTERS
        found.append(Interpretation(value, origin, usual * (0.3 if length == 1 else 1.0)))
    return found


def neighbours(value: int, kind: NumberKind) -> dict[int, CandidateOrigin]:
    """The values that are commonly read as ``value``: one digit confused, lost, or one too many."""
    text, found = str(value), dict[int, CandidateOrigin]()
    for index, digit in enumerate(text):
        for other in CONFUSIONS[digit]:
            _offer(found, text[:index] + other + text[index + 1 :], kind, CandidateOrigin.CONFUSION)
        _offer(found, text[:index] + text[index + 1 :], kind, CandidateOrigin.EXTRA_DIGIT)
    if len(text) < 3:
        for digit in "123456789":
            _offer(found, digit + text, kind, CandidateOrigin.LOST_DIGIT)
            _offer(found, text + digit, kind, CandidateOrigin.LOST_DIGIT)
        _offer(found, text + "0", kind, CandidateOrigin.LOST_DIGIT)
    found.pop(value, None)
    return found


def _gather(
    weights: dict[tuple[int, CandidateOrigin], float],
    text: str,
    kind: NumberKind,
    share: float,
    right: float,
    *,
    second: bool,
) -> None:
    """Add what one text can mean to ``weights``: ``right`` of ``share`` to its value, the rest to its neighbours."""
    value = strict(text, kind)
    if value is not None:
        readings: tuple[Interpretation, ...] = (
            Interpretation(value, CandidateOrigin.SECOND_READER if second else CandidateOrigin.PRINTED, 1.0),
        )
    else:
        readings = interpret(text, kind)
    for one in readings:
        if one.origin in INTERPRETED_TRUST:
            right = min(right, INTERPRETED_TRUST[one.origin])
        _add(weights, one.value, one.origin, share * right * one.plausibility)
        around = neighbours(one.value, kind)
        for other, origin in around.items():
            _add(weights, other, origin, share * (1 - right) * one.plausibility / len(around))


def _add(weights: dict[tuple[int, CandidateOrigin], float], value: int, origin: CandidateOrigin, weight: float) -> None:
    weights[value, origin] = weights.get((value, origin), 0.0) + weight


def _ranked(weights: dict[tuple[int, CandidateOrigin], float]) -> tuple[NumberCandidate, ...]:
    """One candidate per value with the strongest origin, weights summing to 1, the heaviest first."""
    total = sum(weights.values())
    merged: dict[int, tuple[float, CandidateOrigin]] = {}
    order = list(CandidateOrigin)
    for (value, origin), weight in weights.items():
        seen, kept = merged.get(value, (0.0, origin))
        merged[value] = (seen + weight / total, min(kept, origin, key=order.index))
    found = [NumberCandidate(value, weight, origin) for value, (weight, origin) in merged.items()]
    return tuple(sorted(found, key=lambda c: (-c.weight, c.value)))


def _says(text: str, own: int | None, exact: float | None, kind: NumberKind) -> bool:
    """Whether another reader's text is the same number, with the same decimals."""
    if exact is not None:
        return with_decimals(text, kind) == exact
    return strict(text, kind) == own or _bare(text, kind) == own


def _bare(text: str, kind: NumberKind) -> int | None:
    """A percentage whose sign another reader left out; None for points."""
    return _value(clean(text), kind) if kind is NumberKind.PERCENT else None


def _value(digits: str, kind: NumberKind) -> int | None:
    if not digits.isdecimal() or len(digits) > 3 or str(int(digits)) != digits:
        return None
    return int(digits) if int(digits) <= LIMIT[kind] else None


def _offer(found: dict[int, CandidateOrigin], digits: str, kind: NumberKind, origin: CandidateOrigin) -> None:
    if (value := _value(digits, kind)) is not None:
        found.setdefault(value, origin)
