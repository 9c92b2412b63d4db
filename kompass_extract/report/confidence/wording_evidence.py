"""What the instrument prints in every report, and how far a text read is from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from kompass_extract.report.confidence.block_places import letters
from kompass_extract.taxonomy import Question, Taxonomy

NEAR = 3  # letters by which a misread wording differs at most
MISREAD_NAME = 0.6  # share of a name's letters, 0..1, that differ from a known one at most where it was misread
_SIGNS = re.compile(r"[\s\-–—,]+")
_SAME = 0.12  # of its letters by which a text differs from a wording at most
_HEAD = 8  # letters by which wordings are looked up
_LEAST = 8  # letters of a line that counts as a heading
_HEADER = 24  # letters of the longest header of a list


class Wordings:
    """The names and questions of all editions, and ``own``, the report's own sub-areas and questions."""

    def __init__(self, taxonomy: Taxonomy, own: Sequence[str] = ()) -> None:
        self._taxonomy = taxonomy
        self._own = own

    def names(self, area: int) -> list[str]:
        """What an area is called in any edition."""
        return list(self._taxonomy.area_names(area))

    def of_area(self, area: int) -> list[str]:
        """The questions and sub-areas of an area in any edition."""
        return [wording for one in self._questions if one.area == area for wording in one.wordings]

    def of_question(self, question_id: str | None) -> list[str]:
        """How a question is worded; nothing for None."""
        return [wording for one in self._questions if one.id == question_id for wording in one.wordings]

    def known(self, text: str) -> float:
        """1 for a text that is a header, question or sub-area, a few letters apart at most."""
        return float(self._taxonomy.header_role(text) is not None or self._near(letters(text)))

    def is_line(self, text: str) -> bool:
        """Whether a line by itself is such a text."""
        own = letters(text)
        if len(own) < _LEAST or not text[:1].isupper():
            return False
        return self._near(own) or (len(own) < _HEADER and self._taxonomy.header_role(text) is not None)

    def _near(self, own: str) -> bool:
        likely = self._by_head.get(own[:_HEAD], ())
        return any(Levenshtein.distance(own, one) <= _SAME * len(one) for one in likely)

    @cached_property
    def _by_head(self) -> dict[str, list[str]]:
        """The letters of all wordings by their first ones."""
        found: dict[str, list[str]] = {}
        known = [wording for question in self._questions for wording in question.wordings]
        for wording in map(letters, (*known, *self._own)):
            found.setdefault(wording[:_HEAD], []).append(wording)
        return found

    @cached_property
    def _questions(self) -> list[Question]:
        return [question for edition in self._taxonomy.editions for question in edition.questions]


def wording_doubts(text: str, wordings: Sequence[str]) -> tuple[float, float]:
    """How unlike the nearest of ``wordings`` a text is, 0..1, and 1 where only a few letters tell them apart."""
    if not wordings:
        return 0.0, 0.0
    own = letters(text)
    nearest = min(Levenshtein.distance(own, letters(wording)) for wording in wordings)
    longest = max(len(own), 1)
    return min(1.0, nearest / longest), float(0 < nearest <= min(NEAR, longest // 3))


def name_doubt(text: str, wordings: Sequence[str]) -> float:
    """1 for a name that is nearly a known one: other letters, fewer, or another sign between its words."""
    if not wordings or any(_same_name(text, wording) for wording in wordings):
        return 0.0
    own = letters(text)
    nearest = min(Levenshtein.distance(own, letters(wording)) for wording in wordings)
    return float(nearest <= MISREAD_NAME * max(len(own), 1))


def signs_differ(one: str, other: str) -> float:
    """1 for two names of the same letters that differ in the signs between them."""
    return float(letters(one) == letters(other) and not _same_name(one, other))


def _same_name(text: str, wording: str) -> bool:
    """Whether two names are the same but for capitals and the form of their dashes and commas."""
    return _SIGNS.sub(_plain_sign, text.casefold()).strip() == _SIGNS.sub(_plain_sign, wording.casefold()).strip()


def _plain_sign(found: re.Match[str]) -> str:
    return "-" if any(sign in found[0] for sign in "-–—,") else " "
