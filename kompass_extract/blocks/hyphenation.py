"""Lines to running text: what becomes of the hyphen, dash or slash at a line's end.

A hyphen at a line's end is one of three things: the typesetter's, which goes (`verksamhets-` + `nivå`); the
author's within a word, which stays (`40-` + `tal`, `trainee-` + `utbildningar`); or that of a shared second
half, which stays before a space (`för-` + `och nackdelar`).  The neighbouring words tell most cases.  The
rest is decided by whether the document hyphenates at all (`hyphenates`) and by a lexicon, when given.
Nothing but the line break and that one hyphen is ever changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from kompass_extract.model.document import Knows

_SOFT = "\u00ad\u00ac"
_HYPHENS = "-\u2010\u2011"
# Words that can only stand after a suspended hyphen ("för- och nackdelar").
_COORDINATES = frozenset({"och", "eller", "respektive", "resp", "resp.", "och/eller", "samt/eller", "&", "kontra"})
# Words that stand there too, and are also the last syllables of others ("gemen-samt", "lik-som").
_COORDINATES_OR_ENDS = frozenset({"samt", "som", "till", "men", "än"})
_WORDS_WITH_SUCH_ENDS = frozenset(
    {
        "gemensamt",
        "tillsamt",
        "långsamt",
        "sparsamt",
        "varsamt",
        "verksamt",
        "mödosamt",
        "ensamt",
        "lönsamt",
        "liksom",
        "intill",
        "därtill",
        "härtill",
        "såsom",
        "eftersom",
    }
)
# The last word of a line, read from its end: searching for it from the front takes quadratic time.
_LAST_WORD_REVERSED = re.compile(r"[^\W_]++(?:[-/&:.][^\W_]++)*+")
_LONGEST_WORD = 200  # characters
_FIRST_WORD = re.compile(r"[^\W_]+")
_FIRST_TOKEN = re.compile(r"\S+")
_SPACES = re.compile(r"\s+")

# Share of the lines with a hyphen at their end from which on a typesetter is at work.  Unhyphenated Swedish
# reports have 0.3 % (hyphens of the authors that happen to stand there), hyphenated ones 5 % and more.
HYPHENATED_SHARE = 0.02
# Fewer hyphens than this do not show a typesetter at work; a document of fewer lines does not show his absence.
MIN_LINE_ENDS = 4
MIN_LINES = 200


def hyphenates(lines: Sequence[str], knows: Knows | None = None) -> bool | None:
    """Whether the typesetter of these lines of running text broke words; None when they are too few to say.

    Give it the lines of a whole document or of one column width.  With ``knows``, a single line end such as
    `kommu-` + `nen` (whole word known, first half not) tells more than any share.
    """
    ends = [(a, b) for a, b in pairwise(lines) if _open_end(a, b) is not None]
    if any(a.rstrip()[-1:] in _SOFT for a, _ in ends):
        return True
    if knows is not None:
        broken = sum(_is_broken_word(a, b, knows) for a, b in ends)
        if broken >= 2:
            return True
    if len(ends) >= MIN_LINE_ENDS and len(ends) / len(lines) >= HYPHENATED_SHARE:
        return True
    return False if len(lines) >= MIN_LINES else None


_APART = re.compile(rf"[^\W\d_] [{_HYPHENS}]$")  # `skillna -` before `der`: the hyphen hangs over the column's edge
_SLASHED = re.compile(r"[^\W\d_]/$")  # `medborgaren/` at a line's end: no space stands after a slash


def join_lines(lines: Sequence[str], knows: Knows | None = None, *, hyphenated: bool | None = None) -> str:
    """The lines as one running text with single spaces; empty lines count for nothing.

    ``knows`` says whether a word (lower case, no hyphen at its end) is in the lexicon.  ``hyphenated`` is what
    ``hyphenates`` found about the document; None, the default, takes an undecided hyphen for the typesetter's.
    """
    text = ""
    for raw in lines:
        line = _SPACES.sub(" ", raw).strip()
        if not line:
            continue
        text = _join(text, line, knows, hyphenated) if text else line
    return text


def _join(head: str, tail: str, knows: Knows | None, hyphenated: bool | None) -> str:
    if head[-1] in _SOFT:
        return head[:-1] + tail
    if knows is not None and _APART.search(head) and _is_broken_word(head[:-2] + head[-1], tail, knows):
        head = head[:-2] + head[-1]
    if _SLASHED.search(head) and tail[0].islower():
        return head + tail
    halves = _halves(head, tail)
    if halves is None or _is_coordination(halves[0], tail, knows):
        return head + tail if tail[0] == "/" and head[-1] in _HYPHENS else f"{head} {tail}"
    first, second = halves
    if first[-1].isdigit() and second[0].isupper():
        return f"{head} {tail}"
    keep = _is_authors(first, second) or not _is_typesetters(first, second, knows, hyphenated)
    return (head if keep else head[:-1]) + tail


def _halves(head: str, tail: str) -> tuple[str, str] | None:
    """The word before a hyphen at the line's end and the word that begins the next line."""
    if head[-1:] not in _HYPHENS + _SOFT or not head[:-1]:
        return None
    word = _LAST_WORD_REVERSED.match(head[-2 : -2 - _LONGEST_WORD : -1])
    follower = _FIRST_WORD.match(tail)
    return (word.group()[::-1], follower.group()) if word and follower else None


def _is_coordination(first: str, tail: str, knows: Knows | None) -> bool:
    token = _FIRST_TOKEN.match(tail)
    word = token.group().lower() if token else ""
    if word in _COORDINATES:
        return True
    if word not in _COORDINATES_OR_ENDS:
        return False
    whole = (first + word).lower()
    return whole not in _WORDS_WITH_SUCH_ENDS and not (knows is not None and knows(whole))


def _is_authors(first: str, second: str) -> bool:
    """`40-tal`, `2025-27`, `e-tjänst`, `HR-chef`, `Syd-Sverige`: the hyphen belongs to the word."""
    part = re.split(r"[-/]", first)[-1]
    if first[-1].isdigit() or second[0].isdigit() or len(part) == 1:
        return True
    return part.isupper() != second.isupper() if part.isupper() else not second[0].islower()


def _is_typesetters(first: str, second: str, knows: Knows | None, hyphenated: bool | None) -> bool:
    part = re.split(r"[-/]", first)[-1].lower()
    whole = part + second.lower()
    if hyphenated is not False:
        if knows is None or knows(whole):
            return True
        return not knows(f"{part}-{second.lower()}")
    return knows is not None and knows(whole) and not (knows(part) or knows(part.removesuffix("s")))


def _open_end(head: str, tail: str) -> tuple[str, str] | None:
    """The two halves around a hyphen whose kind the words alone do not tell."""
    head, tail = head.rstrip(), tail.lstrip()
    halves = _halves(head, tail)
    if halves is None or _is_coordination(halves[0], tail, None) or _is_authors(*halves):
        return None
    return halves


def _is_broken_word(head: str, tail: str, knows: Knows) -> bool:
    halves = _open_end(head, tail)
    if halves is None:
        return False
    first, second = halves[0].lower(), halves[1].lower()
    return knows(first + second) and not knows(first)
