"""Titles of lists in the report's own words (`Det här är kommunen bra på`), of which no vocabulary knows all.

A title that stands over items in several areas is one of the two lists' titles.  What it says is decided once for
the report, by the words of all items that ever stand under it: eight lists tell more than one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Protocol

from kompass_extract.labels.lists import column_of, reading_order, region_of
from kompass_extract.model.document import BlockKind, LabelledBlock
from kompass_extract.taxonomy.fold import fold

LEAST_AREAS = 3  # in which a title must stand over items
TITLE_CHARACTERS = 60  # longer text is an item that several areas have
SURE_ODDS = 3.0  # log odds of the words under the two titles, from which on their kinds are decided
FIRST_ODDS = 1.0  # that the first list of an area is that of strengths
OF_ROLE = {"strengths": BlockKind.STRENGTH, "improvements": BlockKind.IMPROVEMENT}
ITEMS = frozenset({BlockKind.STRENGTH, BlockKind.IMPROVEMENT})


class Roles(Protocol):
    """What is asked of the taxonomy."""

    def header_role(self, text: str) -> str | None: ...


@dataclass(slots=True)
class _OwnTitle:
    areas: set[int] = field(default_factory=set)
    odds: float = 0.0  # of the words under it, strength against improvement
    first: int = 0  # areas in which it is the first of the titles


def own_titles(
    labelled: Sequence[LabelledBlock], odds: Mapping[int, float], roles: Roles
) -> dict[str, BlockKind | None]:
    """Titles of lists that no vocabulary knows, folded, with the list that each heads; None where that is unclear.

    ``odds`` are the log odds of the words of each item, strength against improvement, by its index.
    """
    titles = {text: title for text, title in _titles(labelled, odds, roles).items() if len(title.areas) >= LEAST_AREAS}
    known = _known_titles(labelled, roles)
    if len(titles) == 1 and len(known) == 1:
        return {text: _other(known, title) for text, title in titles.items()}
    pairs = [(a, b) for a, b in permutations(titles, 2) if _odds(titles[a], titles[b]) > 0]
    if len(titles) > 2 or not pairs:
        return dict.fromkeys(titles)
    ((strengths, improvements),) = pairs[:1]
    if _odds(titles[strengths], titles[improvements]) < SURE_ODDS:
        return dict.fromkeys(titles)
    return {strengths: BlockKind.STRENGTH, improvements: BlockKind.IMPROVEMENT}


def heads_apart(labelled: Sequence[LabelledBlock]) -> list[LabelledBlock]:
    """The blocks, short ones without marks that were taken for items in several areas as the headings that they are."""
    areas: dict[str, set[int]] = {}
    for one in labelled:
        if one.area is not None and _may_head(one):
            areas.setdefault(fold(one.block.text), set()).add(one.area)
    titles = {text for text, found in areas.items() if len(found) >= LEAST_AREAS and text}
    return [
        replace(one, kind=BlockKind.HEADING, runner_up=one.kind)
        if _may_head(one) and fold(one.block.text) in titles
        else one
        for one in labelled
    ]


def _may_head(one: LabelledBlock) -> bool:
    text = one.block.text
    short = len(text) <= TITLE_CHARACTERS and not text.endswith(".") and not text[:1].islower()
    return one.kind in ITEMS and not one.block.bulleted and short


def _known_titles(labelled: Sequence[LabelledBlock], roles: Roles) -> set[BlockKind]:
    """The lists that the vocabulary's titles head somewhere in the report."""
    found = {roles.header_role(text) for one in labelled for text in (one.block.text, one.block.header) if text}
    return {kind for role, kind in OF_ROLE.items() if role in found}


def _other(known: set[BlockKind], title: _OwnTitle) -> BlockKind | None:
    """The list that a report's one unknown title heads where all others head the other; None where words differ."""
    kind = BlockKind.IMPROVEMENT if BlockKind.STRENGTH in known else BlockKind.STRENGTH
    sure = title.odds if kind is BlockKind.STRENGTH else -title.odds
    return kind if sure > -SURE_ODDS else None


def _odds(strengths: _OwnTitle, improvements: _OwnTitle) -> float:
    """Log odds that one title heads strengths and the other improvements, against the reverse."""
    order = FIRST_ODDS * (strengths.first > improvements.first) - FIRST_ODDS * (strengths.first < improvements.first)
    return strengths.odds - improvements.odds + order


def _titles(labelled: Sequence[LabelledBlock], odds: Mapping[int, float], roles: Roles) -> dict[str, _OwnTitle]:
    """What stands over items as a heading or a column's header without being a known title."""
    titles: dict[str, _OwnTitle] = {}
    above: dict[int | None, str] = {}  # by column; None for running text
    met: list[str] = []
    area: int | None = None
    for index in reading_order([one.block for one in labelled]):
        one = labelled[index]
        if one.area is None or one.area != area:
            above, met, area = {}, [], one.area
        column = column_of(one.block) if region_of(one.block) else None
        if one.kind not in ITEMS:
            heads = one.kind is BlockKind.HEADING and roles.header_role(one.block.text) is None
            above[column] = fold(one.block.text) if heads else ""
        elif area is not None:
            text = fold(one.block.header) if one.block.header else above.get(column, above.get(None, ""))
            if not text or (one.block.header and roles.header_role(one.block.header) is not None):
                continue
            title = titles.setdefault(text, _OwnTitle())
            if text not in met:
                met.append(text)
                title.first += len(met) == 1
            title.areas.add(area)
            title.odds += odds.get(index, 0.0)
    return titles
