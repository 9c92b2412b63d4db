"""Numbers of the instrument's questions, such as `3.2`: the area's number, 1 to 8, and the question's in it, 1 to 9.

Here are the well-formed ones; `content.score_tables` and `blocks.plain_text` read what is left of damaged ones.
"""

from __future__ import annotations

import re

_EXACT = re.compile(r"([1-8])\.([1-9])")
_LEADING = re.compile(r"\W*+([1-8])\s?[.,]\s?([1-9])\b")
_ALONE = re.compile(r"\W*+[1-8]\s?[.,:]\s?[1-9]\W*")

Number = tuple[int, int]  # of the area, of the question in it


def question_number(text: str) -> Number | None:
    """The number that ``text`` is as the editions write it, None for any other text."""
    found = _EXACT.fullmatch(text)
    return None if found is None else (int(found[1]), int(found[2]))


def leading_question(text: str) -> Number | None:
    """The question's number that a text begins with, None for any other text."""
    found = _LEADING.match(text)
    return None if found is None else (int(found[1]), int(found[2]))


def is_question_number(text: str) -> bool:
    """True if a text is a question's number and nothing else, signs around it aside."""
    return _ALONE.fullmatch(text) is not None
