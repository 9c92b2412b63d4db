"""The places of a text that may be read otherwise, each with its other readings: what one key can put right.

They are made from what the reasons name (a word, a stop, the end) and from shapes that no print tells apart.
Nothing is applied: a person picks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations

from kompass_extract.model.document import Knows
from kompass_extract.model.reasons import Reason

MOST_SPOTS = 8
MOST_READINGS = 4
"""Other readings of one place."""
MOST_OF_A_WORD = 2
"""Times that a word may stand in a text for its doubt to name a place of it."""
FEW_SPOTS = 2
"""Places up to which every choice of them is offered; of more, all together and each alone."""
SEEN_BEFORE = 18
"""Characters shown before what a choice changes."""
_ARTICLES = frozenset(["en", "ett", "den", "det", "de"])
"""Words after which no sentence begins: what follows them has a capital misread."""
_GOES_ON = frozenset(["men", "och", "samt", "som", "vilket", "eller", "så", "utan", "där", "när", "medan"])
"""Words before which a comma stands rather than nothing."""
_CAPITAL_I = re.compile(r"(?<=[a-zåäö,] )([A-ZÅÄÖ]{1,2}l|l[A-ZÅÄÖ]{1,2})(?![\wåäöÅÄÖ.])")
"""A capital I beside capitals, read as the small l that looks the same ("Al" for "AI")."""
_SPACE_BEFORE = re.compile(r" +(?=[.,;:?!](?:\s|$))")
_SIGN = re.compile(r"(?<=\w)[.,;:'!?*|¦•=](?=\w)")
_EDGES = ".,;:!?()\"'”’“»«"
_END = re.compile(r"[,;:]?$")


@dataclass(frozen=True, slots=True)
class Edit:
    """What may stand from ``start`` to ``end`` of a text instead."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a text and its other readings, the likeliest first; the first ``likely`` are worth a key."""

    start: int
    end: int
    readings: tuple[str, ...]
    likely: int

    def edit(self, reading: int = 0) -> Edit:
        """The change to one of the readings."""
        return Edit(self.start, self.end, self.readings[reading])


def spots_of(
    text: str, reasons: Sequence[Reason], raw: str | None = None, *, knows: Knows = lambda word: True
) -> tuple[Spot, ...]:
    """The places of a text that may be read otherwise, in order; ``knows`` tells whether a word is Swedish."""
    named = [edit for one in reasons for edit in _EDITS.get(one.code, _nothing)(text, one)]
    likely = [one for one in [*named, *_apart(text, named)] if not _worse(text, one, knows)]
    likely += [Edit(found.start(), found.end(), found[0].replace("l", "I")) for found in _CAPITAL_I.finditer(text)]
    likely += [Edit(found.start(), found.end(), "") for found in _SPACE_BEFORE.finditer(text)]
    as_read = list(_as_read(text, raw)) if raw else []
    spots = [_spot(text, group, likely) for group in _grouped([*likely, *as_read])]
    return tuple(one for one in spots if one is not None)[:MOST_SPOTS]


def changed(text: str, edits: Sequence[Edit]) -> str:
    """The text with the edits, none of which overlap."""
    for one in sorted(edits, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text


def choices_of(spots: Sequence[Spot]) -> Iterator[tuple[Edit, ...]]:
    """The sets of edits that are worth a key: all likely ones together first, then fewer, then other readings."""
    likely = [one for one in spots if one.likely]
    sizes = range(len(likely), 0, -1) if len(likely) <= FEW_SPOTS else sorted({len(likely), 1}, reverse=True)
    for size in sizes:
        yield from (tuple(spot.edit() for spot in chosen) for chosen in combinations(likely, size))
    for spot in likely:
        yield from ((spot.edit(index),) for index in range(1, spot.likely))


def pieces_of(text: str, edits: Sequence[Edit]) -> tuple[tuple[str, bool], ...]:
    """What the edits change, each with the word it stands in and the one before; True marks what is new."""
    found: list[tuple[str, bool]] = []
    for one in sorted(edits, key=lambda one: one.start):
        before = " ".join(text[: one.start].split(" ")[-2:])[-SEEN_BEFORE:]
        after = text[one.end :].split(" ", 1)[0][:SEEN_BEFORE]
        found += [(" … " + before, False), (one.text or "·", True), (after, False)]
    return (*(piece for piece in found if piece[0]), (" …", False)) if found else ()


def _worse(text: str, edit: Edit, knows: Knows) -> bool:
    """Whether an edit replaces a Swedish word by one that is none."""
    own, other = text[edit.start : edit.end].strip(_EDGES), edit.text.strip(_EDGES)
    return own.isalpha() and other.isalpha() and knows(own) and not knows(other)


def _apart(text: str, edits: Sequence[Edit]) -> Iterator[Edit]:
    """Other readings of words with a sign inside, as two words."""
    for one in edits:
        if _SIGN.search(one.text) and _SIGN.search(text[one.start : one.end]):
            yield Edit(one.start, one.end, _SIGN.sub(" ", one.text))


def _nothing(text: str, told: Reason) -> Iterator[Edit]:
    yield from ()


def _word(text: str, told: Reason) -> Iterator[Edit]:
    word, others = str(told.params.get("word", "")), told.params.get("others", [])
    if not word or not isinstance(others, list):
        return
    places = list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text))
    if len(places) > MOST_OF_A_WORD:
        return
    for place in places:
        for other in map(str, others):
            like = other[:1].upper() + other[1:] if word[:1].isupper() and other.islower() else other
            yield Edit(place.start(), place.end(), like)


def _stop_in(text: str, told: Reason) -> Iterator[Edit]:
    """A stop that may be a speck, or a comma."""
    for place, named in _named(text, told):
        dot = place + named.index(".")
        comma, none = Edit(dot, dot + 1, ","), Edit(dot, dot + 1, "")
        following = text[dot + 1 :].split(" ", 2)[1:2]
        yield from (comma, none) if following and following[0] in _GOES_ON else (none, comma)


def _lost_stop(text: str, told: Reason) -> Iterator[Edit]:
    """A stop that is missing, or read as a comma; or a small letter that was read as a capital."""
    for place, named in _named(text, told):
        before, _, word = named.rpartition(" ")
        gap = place + len(before)
        start = gap - 1 if before.endswith(",") else gap
        stop = Edit(start, gap + 2, f". {word[:1]}")
        small = Edit(start, gap + 2, text[start:gap] + " " + word[:1].lower())
        yield from (small, stop) if before.lower() in _ARTICLES else (stop, small)


def _sign(text: str, told: Reason) -> Iterator[Edit]:
    """A sign within a word: two words, or a speck."""
    for place, named in _named(text, told):
        for found in _SIGN.finditer(named):
            at = place + found.start()
            yield from (Edit(at, at + 1, " "), Edit(at, at + 1, ""))


def _end(text: str, told: Reason) -> Iterator[Edit]:
    found = _END.search(text)
    if found is not None and text and not text.endswith((".", "!", "?")):
        yield Edit(found.start(), found.end(), ".")


def _named(text: str, told: Reason) -> Iterator[tuple[int, str]]:
    named = str(told.params.get("text", ""))
    place = text.find(named) if named else -1
    if place >= 0:
        yield place, named


_EDITS = {
    "word-may-be": _word,
    "stop-in-sentence": _stop_in,
    "stop-may-be-lost": _lost_stop,
    "sign-inside-word": _sign,
    "ends-mid-sentence": _end,
}


def _as_read(text: str, raw: str) -> Iterator[Edit]:
    """The words as they were read, before the repair: one for one."""
    words = list(re.finditer(r"\S+", text))
    read = raw.split()
    for kind, start, end, first, last in SequenceMatcher(None, [w[0] for w in words], read, False).get_opcodes():
        if kind == "replace" and end - start == last - first:
            for own, other in zip(words[start:end], read[first:last], strict=True):
                yield Edit(own.start(), own.end(), other)


def _grouped(edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """The edits by place: those that overlap are readings of one."""
    group: list[Edit] = []
    end = -1
    for one in sorted(edits, key=lambda one: (one.start, one.end)):
        if group and one.start >= end:
            yield group
            group = []
        group.append(one)
        end = max(end if len(group) > 1 else -1, one.end, one.start + 1)
    if group:
        yield group


def _spot(text: str, group: Sequence[Edit], likely: Sequence[Edit]) -> Spot | None:
    start, end = min(one.start for one in group), max(one.end for one in group)
    own = text[start:end]

    def reading(*edits: Edit) -> str:
        return changed(own, [Edit(one.start - start, one.end - start, one.text) for one in edits])

    ranked = [one for one in likely if one in group]
    apart = [pair for pair in combinations(ranked, 2) if pair[0].end <= pair[1].start or pair[1].end <= pair[0].start]
    found = [*(reading(*pair) for pair in apart), *(reading(one) for one in ranked)]
    best = [one for one in dict.fromkeys(found) if one != own][:MOST_READINGS]
    readings = dict.fromkeys([*best, *(reading(one) for one in group)])
    others = tuple(one for one in readings if one != own)[:MOST_READINGS]
    return Spot(start, end, others, len(best)) if others else None
