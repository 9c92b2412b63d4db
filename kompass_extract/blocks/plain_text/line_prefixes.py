"""What a program put before each line of a text: the quote marks of an e-mail, line numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

LEAST_LINES = 20  # lines with text that show what stands before all of them
QUOTED_SHARE = 0.6  # of them, those with quote marks; the lines of the letter around them have none
NUMBERED_SHARE = 0.95  # of them, those with a number, and of these, those with the number of the line before plus one
_QUOTED = re.compile(r"^(?:\s?[>|])+(?:\s|$)")
_NUMBERED = re.compile(r"^\s{0,6}(\d{1,5})(?:[:.|)]\s?|\s{1,2}|$)")


def without_prefixes(lines: Sequence[str]) -> list[str]:
    """The lines without what stands before nearly all of them."""
    filled = [line for line in lines if line.strip()]
    if len(filled) < LEAST_LINES:
        return list(lines)
    if _all_are_quoted(filled):
        return _without_quotes(lines)
    if _all_are_numbered(filled):
        return [_NUMBERED.sub("", line) for line in lines]
    return list(lines)


def _all_are_quoted(filled: Sequence[str]) -> bool:
    """Whether most lines have quote marks; the rows of a table between pipes end with one, too."""
    quoted = [line for line in filled if _QUOTED.match(line) and not line.rstrip().endswith("|")]
    return len(quoted) >= QUOTED_SHARE * len(filled)


def _without_quotes(lines: Sequence[str]) -> list[str]:
    """What is quoted; the letter above and below is blank, and lines between that a mailer broke stay."""
    quoted = [place for place, line in enumerate(lines) if _QUOTED.match(line)]
    first, last = quoted[0], quoted[-1]
    return [_QUOTED.sub("", line) if first <= place <= last else "" for place, line in enumerate(lines)]


def _all_are_numbered(filled: Sequence[str]) -> bool:
    found = [int(match[1]) for line in filled if (match := _NUMBERED.match(line)) is not None]
    steps = [after - before for before, after in pairwise(found)]
    rising = sum(step > 0 for step in steps)
    ones = sum(step == 1 for step in steps)
    whole = len(found) >= NUMBERED_SHARE * len(filled)
    return whole and rising >= NUMBERED_SHARE * len(steps) and 2 * ones >= len(steps)
