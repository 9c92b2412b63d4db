"""Lines of a column as the line-pair model sees them: where they stand, how they are set and which words they have.

Lengths are in points.  What an input does not tell (a plain text has no letter sizes) is NaN.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kompass_extract.pages.components import Rule
from kompass_extract.taxonomy.headers import ITEM_HEADS, SECTION_HEADS, HeaderRole, header_role
from kompass_extract.words.glyph_shapes import LEAST_TALL_SHARE, tall_letters
from kompass_extract.words.page_reader import ReadStrip

RULE_REACH_CAPS = 0.15  # a rule of a table is longer than the lines on both sides by more than this
OPENERS = "”\"“„»«'’([”"
_TYPED_NUMBER = re.compile(r"^[(\[]?(\d{1,2})(?:\.\d{1,2})*[.):]?$")
_TYPED_LETTER = re.compile(r"^[(\[]?([a-zA-Z])[.)]$")
_SIGN = re.compile(r"^[^\w\s\"'”’“(«»§&/%]{1,2}$")
_ENDS = {
    **dict.fromkeys("-–/\u00ad", 1.0), ",": 2.0, ";": 5.0, ":": 6.0, **dict.fromkeys("?!", 7.0),
    **dict.fromkeys(".…", 8.0),
}  # fmt: skip
_ROLE_CODES = {HeaderRole.RUBRICS: 2.0, HeaderRole.SCORE: 4.0}
MOST_HEAD_WORDS = 12  # of a line that is asked whether it is a header


@dataclass(frozen=True, slots=True)
class PairRow:
    """A line of one column; ``mark`` is the left edge of its list mark, ``ruled`` that a rule stands right above it."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    weight: float
    first_width: float
    mark: float = math.nan
    ruled: bool = False
    tall: bool = True  # whether enough tall letters tell its size
    drawn: bool = False  # whether its mark is a picture, not a sign that may be a word of the text

    @property
    def marked(self) -> bool:
        return not math.isnan(self.mark)


@dataclass(frozen=True, slots=True)
class RowColumn:
    """Lines below each other; ``right`` is where text may go at most, ``cap`` the page's usual letter height."""

    rows: tuple[PairRow, ...]
    right: float
    cap: float
    page: int = 0


@dataclass(frozen=True, slots=True)
class RowWords:
    """What the words of one line tell: numbers for the model."""

    begin: float  # 0 lower case, 1 capital, 2 digit, 3 anything else
    quoted: float
    end: float  # from letters by hyphens and commas to full stops, as in ``_ENDS``
    closed: float  # 1 where a quote or bracket follows that end
    words: float
    role: float  # which header the line is, NaN for none
    typed: float  # 1 number, 2 letter, 3 sign, 0 nothing that may be a typed list mark
    number: float  # the typed number
    first: str
    last: str


def rows_of(
    lines: Sequence[Sequence[ReadStrip]], stroke: float, rules: Iterable[Rule], cap: float
) -> tuple[PairRow, ...]:
    """The lines of a column, each of one or more strips, as rows; ``stroke`` is the page's usual thickness."""
    level = [rule for rule in rules if rule.horizontal]
    made = []
    for index, strips in enumerate(lines):
        ruled = index > 0 and _ruled_off(lines[index - 1], strips, level, cap)
        made.append(_row(strips, stroke, ruled=ruled))
    return tuple(made)


def _row(strips: Sequence[ReadStrip], stroke: float, *, ruled: bool) -> PairRow:
    first, last = strips[0], strips[-1]
    longest = max(strips, key=lambda strip: len(strip.line.text))
    tall, letters = tall_letters(longest.line.words)
    mark = first.line.bullet
    return PairRow(
        text=" ".join(strip.line.text for strip in strips),
        x0=first.line.box.x0,
        x1=last.line.box.x1,
        baseline=first.baseline,
        size=longest.letter_height,
        weight=longest.stroke / max(0.01, stroke),
        first_width=first.line.words[0].box.width if first.line.words else 0.0,
        mark=mark.x0 if mark is not None else math.nan,
        ruled=ruled,
        tall=tall >= 2 and tall >= LEAST_TALL_SHARE * letters,
        drawn=mark is not None and not first.line.sign,
    )


def _ruled_off(above: Sequence[ReadStrip], below: Sequence[ReadStrip], rules: Sequence[Rule], cap: float) -> bool:
    """Whether a rule of a table stands between two lines: unlike one below words it is longer than the lines."""
    lines = [strip.line.box for strip in (*above, *below)]
    x0, x1 = min(box.x0 for box in lines) - RULE_REACH_CAPS * cap, max(box.x1 for box in lines) + RULE_REACH_CAPS * cap
    y0, y1 = above[-1].baseline, below[0].baseline - 0.5 * below[0].letter_height
    return any(y0 < rule.box.center_y < y1 and rule.box.x0 < x0 and rule.box.x1 > x1 for rule in rules)


def words_of(text: str) -> RowWords:
    """What the words of a line tell."""
    bare = text.lstrip(OPENERS + " ")
    stripped = text.rstrip()
    core = stripped.rstrip("”\"’')]» ")
    tokens = text.split()
    head = tokens[0] if tokens else ""
    typed, number = _typed(head) if len(tokens) > 1 else (0.0, math.nan)
    return RowWords(
        begin=0.0 if bare[:1].islower() else 1.0 if bare[:1].isupper() else 2.0 if bare[:1].isdigit() else 3.0,
        quoted=float(bare[:1] != text[:1]),
        end=_ENDS.get(core[-1:], 3.0 if core[-1:].isdigit() else 0.0),
        closed=float(core != stripped),
        words=float(len(tokens)),
        role=role_code(text),
        typed=typed,
        number=number,
        first=bare.split(maxsplit=1)[0].strip(".,:;") if bare.split() else "",
        last=core.split()[-1].casefold() if core.split() else "",
    )


def _typed(word: str) -> tuple[float, float]:
    """Which kind of typed list mark a line's first word may be, and its number."""
    if found := _TYPED_NUMBER.match(word):
        return 1.0, float(found[1])
    if found := _TYPED_LETTER.match(word):
        return 2.0, float(ord(found[1].lower()) - ord("a") + 1)
    return (3.0, float(ord(word[0]))) if _SIGN.match(word) else (0.0, math.nan)


def role_code(text: str) -> float:
    """The kind of header that a text is, as a number for the model; NaN for no header."""
    words = text.split()
    if not words or len(words) > MOST_HEAD_WORDS or text.endswith(("-", "–")):
        return math.nan
    role = header_role(text)
    if role is None:
        bare = [word for word in words if not word.strip(":.,()%").isdigit()]
        role = header_role(" ".join(bare)) if 0 < len(bare) < len(words) else None
        if role is not HeaderRole.SCORE:
            return math.nan
    if role in ITEM_HEADS:
        return 1.0
    return 3.0 if role in SECTION_HEADS else _ROLE_CODES.get(role, 5.0)
