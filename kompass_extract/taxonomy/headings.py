"""Headings that name an area: of its chapter, of its score table, and its line in a list of contents."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kompass_extract.model.digit_shapes import DIGIT_LETTERS
from kompass_extract.taxonomy.editions import Edition, load_earlier, load_editions
from kompass_extract.taxonomy.fold import fold, similarity
from kompass_extract.taxonomy.headers import COLUMN_HEADS, header_role

# A name this like one of the editions' is that name, damaged or drifted.
NAME_LIKENESS = 0.72
# From here on the name corrects a number that was misread.
SURE_NAME_LIKENESS = 0.88
# A heading whose name no edition knows still is one when it is short; its score says how doubtful that is.
UNKNOWN_NAME_SCORE = 0.4
NUMBER_ONLY_SCORE = 0.6
WITHOUT_NUMBER = 0.8
MAX_UNKNOWN_NAME_WORDS = 9

_AREA = re.compile(
    r"^[\W_]*(?P<word>[\w&@|!]{4,9})(?:\s*(?P<number>[1-8lI|!BS])(?![\d%\w])|(?=\s+[A-ZÅÄÖ]))"
    r"[ \t]*[.:,;–—-]*[ \t]*(?P<name>.*)$",
    re.DOTALL,
)
# `Område` as read: this like it, and under its own likeness only with a name that is known.
WORD_LIKENESS, OWN_WORD_LIKENESS = 0.65, 0.9
_AREA_AGAIN = re.compile(r"\bOmr\wde\s*[1-8]\b", re.IGNORECASE)
_PAGE = re.compile(r"(?<![\s.…·_])[\s.…·_]++(?:(?<=\s)|(?<=[.…·_]{2}))(?P<page>\d{1,3})\s*+$")
_TABLE = re.compile(r"^[\s|\[(]*(?P<number>[1-8lI])\s*[.,:;)]?\s*[|\[(]*\s*(?P<name>[^\d|\[(][^\d]*)$", re.DOTALL)
_SECTION = re.compile(r"^[1-9]\.(?P<number>[1-8])\.?\s+(?P<name>[^\d].*)$", re.DOTALL)
MOST_HEAD_WORDS = 3


@dataclass(frozen=True, slots=True)
class AreaHeading:
    """An area's heading as read.

    ``name`` is printed after the number ("" when it stands in the next block), without a page number;
    ``page`` is that trailing number, which lines of a list of contents have.  ``score`` 0..1 is how surely it
    heads an area: 0.9 and more for a known name, less for a damaged, unknown or missing one.
    ``column_heads`` holds when heads such as Uppnått and Max followed the name.
    """

    number: int
    name: str
    score: float
    page: int | None = None
    column_heads: bool = False


def area_heading(text: str, editions: tuple[Edition, ...], earlier: tuple[Edition, ...] = ()) -> AreaHeading | None:
    """The heading `Område N name` that is the whole of ``text``; None for prose and for several at once.

    A name of the ``earlier`` editions counts beside its number only: alone, some of them are everyday words.
    """
    match = _AREA.match(" ".join(text.split()))
    if match is None or match["word"][0].islower() or _AREA_AGAIN.search(match["name"]):
        return None
    word = similarity(match["word"], "omrade")
    if match["number"] is None:
        return _unnumbered(match["name"], editions) if fold(match["word"]) == "omrade" else None
    name, page = _split_page(match["name"])
    read = match["number"]
    number = int(DIGIT_LETTERS.get(read, read))
    if word < WORD_LIKENESS or not name:
        alone = word >= OWN_WORD_LIKENESS
        return AreaHeading(number, "", NUMBER_ONLY_SCORE, page) if alone else None
    known = _known(name, number, editions, earlier)
    if known is not None:
        return replace(known, page=page)
    if _is_prose(name) or word < OWN_WORD_LIKENESS:
        return None
    likeness = _closest(name, number, (*editions, *earlier))[0]
    return AreaHeading(number, name, max(UNKNOWN_NAME_SCORE, likeness * 0.9), page)


def _unnumbered(text: str, editions: tuple[Edition, ...]) -> AreaHeading | None:
    """A heading whose number was lost in reading: the area that its name surely is."""
    name, page = _split_page(text)
    _, number, likeness = _closest(name, 0, editions)
    if likeness < SURE_NAME_LIKENESS:
        return None
    return AreaHeading(number, name, _score(likeness) * WITHOUT_NUMBER, page)


def names_area(text: str) -> bool:
    """Whether ``text`` heads the chapter or the score table of an area of any edition."""
    known = load_editions(), load_earlier()
    return area_heading(text, *known) is not None or score_table_heading(text, *known) is not None


def score_table_heading(
    text: str, editions: tuple[Edition, ...], earlier: tuple[Edition, ...] = ()
) -> AreaHeading | None:
    """The head `3. name` of a score table, with or without its column heads; None unless the name is known.

    The numbered list of areas in chapter 1 looks the same: ``column_heads`` and the place tell them apart.
    """
    joined, heads = _without_column_heads(" ".join(text.split()))
    match = _TABLE.match(joined)
    if match is None:
        return None
    name = match["name"].strip(" |[(.:")
    number = int(DIGIT_LETTERS.get(match["number"], match["number"]))
    found = _known(name, number, editions, earlier)
    return replace(found, column_heads=heads) if found is not None else None


def sectioned_heading(text: str, editions: tuple[Edition, ...]) -> AreaHeading | None:
    """An area's name as a section of a chapter that treats all areas: `2.3 name`, where 3 is the area."""
    match = _SECTION.match(" ".join(text.split()))
    found = _unnumbered(match["name"], editions) if match is not None else None
    if found is None or match is None or found.number != int(match["number"]) or found.page is not None:
        return None
    return found


def table_title(text: str, editions: tuple[Edition, ...], earlier: tuple[Edition, ...] = ()) -> AreaHeading | None:
    """An area's name as the title over its score table: `3. name`, `Område 3 name`, or the name alone."""
    found = score_table_heading(text, editions, earlier) or area_heading(text, editions, earlier)
    found = found or sectioned_heading(text, editions)
    if found is not None:
        return found if found.name and found.page is None else None
    name = " ".join(text.split())
    return _unnumbered(name, editions) if len(name.split()) <= MAX_UNKNOWN_NAME_WORDS else None


def _known(name: str, number: int, editions: tuple[Edition, ...], earlier: tuple[Edition, ...]) -> AreaHeading | None:
    """The area of that number when its name is like enough, else the one whose name it surely is."""
    own, other, likeness = _closest(name, number, editions)
    own = max(own, *(name_likeness(name, number, edition) for edition in earlier), 0.0)
    if own >= NAME_LIKENESS and (own >= likeness or own >= SURE_NAME_LIKENESS):
        return AreaHeading(number, name, _score(own))
    if likeness >= SURE_NAME_LIKENESS:
        return AreaHeading(other, name, _score(likeness) * 0.9)
    return None


def name_likeness(name: str, number: int, edition: Edition) -> float:
    """How like ``name`` is to the edition's area of that number under any of its names, 0..1."""
    return max(similarity(name, known) for known in edition.area(number).names)


def _closest(name: str, number: int, editions: tuple[Edition, ...]) -> tuple[float, int, float]:
    """Likeness to the area of ``number`` in any edition; the most alike area of another number, and its."""
    own = max(name_likeness(name, number, edition) for edition in editions) if number else 0.0
    other, best = number, 0.0
    for edition in editions:
        for area in edition.areas:
            likeness = name_likeness(name, area.number, edition)
            if area.number != number and likeness > best:
                other, best = area.number, likeness
    return own, other, best


def _score(likeness: float) -> float:
    return round(min(1.0, 0.5 + likeness / 2), 4)


def _split_page(name: str) -> tuple[str, int | None]:
    name = name.strip()
    if name.isdigit():
        return "", int(name)
    match = _PAGE.search(name)
    if match is None:
        return name.rstrip(" .…·_"), None
    return name[: match.start()].rstrip(" .…·_"), int(match["page"])


def _is_prose(name: str) -> bool:
    """Runs on in lower case, ends as a sentence, or is too long to be a name."""
    words = name.split()
    return name[0].islower() or len(words) > MAX_UNKNOWN_NAME_WORDS or name.endswith((".", ",", ";", "?"))


def _without_column_heads(text: str) -> tuple[str, bool]:
    """The text without the column heads at its end, of one word or more each (`Uppnådd poäng`)."""
    words = text.split()
    count = 0
    while len(words) > 2:
        sizes = range(1, min(MOST_HEAD_WORDS, len(words) - 2) + 1)
        last = next((size for size in sizes if _is_column_head(words[-size:])), 0)
        if not last and words[-1].strip("|[](){}"):
            break
        count += last > 0
        del words[-max(1, last) :]
    return " ".join(words), count > 0


def _is_column_head(words: list[str]) -> bool:
    return header_role(" ".join(words).strip("|[](){}")) in COLUMN_HEADS
