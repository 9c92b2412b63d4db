"""The words that head lists, tables and columns, recognised when letters are damaged and never in prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from kompass_extract.taxonomy.editions import read_data, strings
from kompass_extract.taxonomy.fold import fold

# Likeness from which on a header is taken for a term, by the term's folded length in letters.  Short words
# are a letter away from others ("Styrkor", "styrkort"), long ones are not; FORBATTRINGSOMRADEN as an English
# model read it has at least 0.8.
LONG_TERM = 10
LONG_TERM_LIKENESS = 0.80
SHORT_TERM_LIKENESS = 0.84
PREFIX_LIKENESS = 0.85

_DECORATION = re.compile(r"^[\W_]*(?=[\w%&])|(?<![\s:.;,|_*–—-])[\s:.;,|_*–—-]++$")
_CONTINUED = re.compile(r"(?:(?<!\s)\s++)?+(?:[(\[]\s*+)?(forts(\.|att(ning)?)?)\s*+[)\]]?$", re.IGNORECASE)
_CUT_WORD = re.compile(r"[^\W\d_][-\u00ad]\s*$")  # of a title over two lines: "FÖRBÄTTRINGS-"
MAX_HEADER_CHARACTERS = 90
OWN_TITLE_LIKENESS = 90.0  # percent, from which on a text is one of the report's own titles


class HeaderRole(StrEnum):
    """What a header says about what stands under or beside it."""

    STRENGTHS = "strengths"
    IMPROVEMENTS = "improvements"
    RUBRICS = "rubrics"
    SCORE = "score"
    GENERAL = "general"
    SUMMARY = "summary"
    ACHIEVED = "achieved"
    MAX = "max"
    PERCENT = "percent"
    TOTAL = "total"


ITEM_HEADS = frozenset({HeaderRole.STRENGTHS, HeaderRole.IMPROVEMENTS})
"""Headers of the two lists of items."""
SECTION_HEADS = frozenset({HeaderRole.GENERAL, HeaderRole.SUMMARY})
"""Headers of sections of the narrative."""

NUMBER_HEADS = frozenset({HeaderRole.ACHIEVED, HeaderRole.MAX, HeaderRole.PERCENT})
"""Heads of a score table's number columns."""

COLUMN_HEADS = NUMBER_HEADS | {HeaderRole.SCORE}
"""The same with `Poäng`, which some tables have over the points achieved and chapters over their score."""

# These stand in cells, where lower case is usual; the others head lists and begin with a capital.
_CELL_ROLES = NUMBER_HEADS | {HeaderRole.TOTAL}


@dataclass(frozen=True, slots=True)
class _RoleWords:
    role: HeaderRole
    terms: tuple[str, ...]
    exact: frozenset[str]
    prefixes: tuple[str, ...]


@lru_cache(maxsize=1)
def _vocabularies() -> tuple[_RoleWords, ...]:
    data = read_data("headers.toml")
    found = []
    for role in HeaderRole:
        table = data[role.value]
        assert isinstance(table, dict)
        found.append(
            _RoleWords(
                role,
                tuple(fold(term) for term in strings(table.get("terms"))),
                frozenset(_exact_key(term) for term in strings(table.get("exact"))),
                tuple(fold(term) for term in strings(table.get("prefixes"))),
            )
        )
    return tuple(found)


_own_titles: ContextVar[Mapping[str, HeaderRole]] = ContextVar("own_titles", default={})  # noqa: B039 - never changed


@contextmanager
def own_titles(titles: Mapping[str, str]) -> Iterator[None]:
    """While this lasts ``header_role`` knows the titles that one report made up for its lists, folded, too.

    For the room ``blocks`` alone, whose rules are asked line by line; the rooms after it have a taxonomy with them.
    """
    token = _own_titles.set({title: HeaderRole(role) for title, role in titles.items()})
    try:
        yield
    finally:
        _own_titles.reset(token)


def header_role(text: str, titles: Mapping[str, HeaderRole] | None = None) -> HeaderRole | None:
    """What the header ``text`` (one cell, line or paragraph, with or without a bullet or colon) announces.

    None for anything else, prose that holds such a word included.  ``titles`` are those that the report made up for its
    lists, folded.
    """
    return _known_role(text) or _own_role(text, titles or _own_titles.get())


def _own_role(text: str, own: Mapping[str, HeaderRole]) -> HeaderRole | None:
    if not own or len(text) > MAX_HEADER_CHARACTERS:
        return None
    key = fold(_CONTINUED.sub("", text.strip()))
    return next((role for title, role in own.items() if fuzz.ratio(key, title) >= OWN_TITLE_LIKENESS), None)


@lru_cache(maxsize=20_000)
def _known_role(text: str) -> HeaderRole | None:
    bare = _DECORATION.sub("", _CONTINUED.sub("", text.strip()))
    bare = _DECORATION.sub("", bare)
    if not bare or len(bare) > MAX_HEADER_CHARACTERS:
        return HeaderRole.PERCENT if text.strip() == "%" else None
    lower = bare[0].islower()
    best: tuple[float, HeaderRole] | None = None
    for vocabulary in _vocabularies():
        if lower and vocabulary.role not in _CELL_ROLES:
            continue
        likeness = _likeness(bare, vocabulary)
        if likeness > 0 and (best is None or likeness > best[0]):
            best = likeness, vocabulary.role
    if best is None or any(fuzz.ratio(fold(bare), other) / 100.0 > best[0] for other in _words("lookalikes")):
        return None
    if fold(bare.split()[-1]) in _words("open_ends") or (best[0] < 1.0 and _CUT_WORD.search(text)):
        return None
    return best[1]


def heads_overview(text: str) -> bool:
    """Whether ``text``, without its chapter's number, heads the score tables in a report of an early edition."""
    key = fold(text)
    return any(fuzz.ratio(key, term) / 100.0 >= LONG_TERM_LIKENESS for term in _words("overviews"))


def heads_comparison(text: str) -> bool:
    """Whether a column's head says that its numbers are others' or of another time: `Medel`, `Bästa kommun`."""
    return any(word.startswith(_words("comparisons")) for word in fold(text).split())


@lru_cache(maxsize=4)
def _words(table_name: str) -> tuple[str, ...]:
    """Return a table's folded terms.

    ``overviews``: headings of the chapter of score tables; ``lookalikes``: headings of sub-areas and words of the
    reports that are a few letters from a term; ``open_ends``: words that more must follow, so that a line of text ends
    with them and no header.
    """
    table = read_data("headers.toml")[table_name]
    assert isinstance(table, dict)
    return tuple(fold(term) for term in strings(table.get("terms")))


def _likeness(bare: str, vocabulary: _RoleWords) -> float:
    """1 for a full match, 0 below what the term's length asks for."""
    if _exact_key(bare) in vocabulary.exact:
        return 1.0
    key = fold(bare)
    best = 0.0
    for term in vocabulary.terms:
        likeness = fuzz.ratio(key, term) / 100.0
        if likeness >= (LONG_TERM_LIKENESS if len(term) >= LONG_TERM else SHORT_TERM_LIKENESS):
            best = max(best, likeness)
    for prefix in vocabulary.prefixes:
        likeness = fuzz.ratio(key[: len(prefix)], prefix) / 100.0
        if likeness >= PREFIX_LIKENESS:
            best = max(best, likeness)
    return best


def _exact_key(text: str) -> str:
    return fold(text) or text.strip()
