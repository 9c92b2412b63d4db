"""Whether a line or an item is complete, and whether the next one goes on with it, by its own words."""

from __future__ import annotations

import re

_ENDS_SENTENCE = re.compile(r"[.!?:;][”\"’')\]]*$|(?<!\.)\.{3,}+\s*+\d*+$|…$")
_FULL_STOP = re.compile(r"[.!?…][”\"’')\]]*$")
_OPENS_LOWER = re.compile(r"^[(\"”’]?[a-zåäöéàáü]|^[/&]")
# Words after which a line cannot end an item, so that a capital behind them is a name's.
_OPEN_WORDS = re.compile(
    r"(?:^|\s)(?:och|eller|i|på|med|av|för|till|som|en|ett|den|det|de|från|inom|kring|enligt|vid|under|mellan|om|samt|att"
    r"|mot|via|hos|[\w./-]+[,:/-])$",
    re.IGNORECASE,
)
# Prepositions among them that a verb may leave at the end (`ta del av`).
_STRANDED = re.compile(r"(?:^|\s)(?:i|på|med|av|för|till|från|inom|kring|om)$", re.IGNORECASE)


def ends_sentence(text: str) -> bool:
    """Whether a text ends in a full stop, a colon, or the dots of a list of contents."""
    return bool(_ENDS_SENTENCE.search(text))


def is_open(text: str) -> bool:
    """Whether a text ends in a word or mark that nothing ends with, so that a capital behind it is a name's."""
    return bool(_OPEN_WORDS.search(text))


def may_end(text: str) -> bool:
    """Whether the open word at the end is a preposition that may end a text all the same."""
    return bool(_STRANDED.search(text))


def runs_on(before: str, text: str) -> bool:
    """A line in lower case after one that ended no sentence."""
    return bool(_OPENS_LOWER.match(text)) and not _FULL_STOP.search(before)
