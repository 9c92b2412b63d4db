"""The walk through a report: which chapter and area each block stands in, and which header was seen last.

Headings decide, but never one alone: the list of contents and the list of the eight areas in chapter 1
name every area too, a heading can be misread, and a list can be cut by a page break.  So the area chapters
are the heaviest rising run of headings, weighed by the text that follows them; a heading that is missing
between two others is made up for by the chapter's recurring opening headers; and a score table's rows
carry their area in their own numbers.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from rapidfuzz import fuzz

from kompass_extract.labels.word_signals import cue_key, load_cues
from kompass_extract.model.document import Block, Form
from kompass_extract.taxonomy import AreaHeading, HeaderRole, Taxonomy
from kompass_extract.taxonomy.headers import heads_overview
from kompass_extract.taxonomy.question_numbers import leading_question
from kompass_extract.taxonomy.section_numbers import without_section_number

AREAS = 8
HEADING_CHARACTERS = 120  # longer text is no heading; the longest area name has 50
WEIGHT_LIMIT = 4000  # characters; a chapter has 3,000 to 10,000, an entry of a list none
LISTS_WEIGHT = 2000  # characters' worth of a strengths header between two area headings
CONTENTS_DISCOUNT = 10  # a heading with a trailing number is a line of the contents, or has its score beside it
ENTRY_DISTANCE = 3  # blocks; headings this close to another are lines of a list of areas
PROSE_CHARACTERS = 120  # a paragraph this long outside of a table is running text, not a rubric
FEWEST_NAMED = 2  # chapters headed by the word Område; with fewer, numbered area names count too
OVERVIEW_LIKENESS = 80.0  # percent, of the score overview's heading to a known one
HEADING_SIZE = 1.25  # of the body's letters, from which on words in a figure head a chapter; a chart's are small
LISTS = (HeaderRole.STRENGTHS, HeaderRole.IMPROVEMENTS)
OPENINGS = (HeaderRole.GENERAL, HeaderRole.RUBRICS)
CHAPTER_NUMBER = re.compile(r"^\W*0?\W*")
DIGITS = re.compile(r"\d+")


class OutlineZone(StrEnum):
    """The part of the report."""

    FRONT = "front"
    AREA = "area"
    SCORES = "scores"


@dataclass(frozen=True, slots=True)
class OutlinePlace:
    """Where a block stands; distances count blocks without furniture and figures."""

    zone: OutlineZone
    area: int | None
    own: HeaderRole | None  # the role of the block's own text, if it is a header
    governing: HeaderRole | None  # the role of the column header that layout found
    latest: HeaderRole | None  # the last role seen in reading order within the area
    before: HeaderRole | None  # the role seen before that
    since_role: int
    since_area: int
    prose: int  # characters of running text since the area began
    names_area: bool
    restarts: bool
    repeats: int  # pages with the same text, digits apart


def walk(blocks: Sequence[Block], taxonomy: Taxonomy) -> tuple[OutlinePlace, ...]:
    """One place per block, in the order given."""
    own = [_own_role(block, taxonomy) for block in blocks]
    body = median([block.size for block in blocks if block.form is Form.PARAGRAPH] or [0.0])
    heads = [block.form is not Form.FIGURE or block.size > HEADING_SIZE * body for block in blocks]
    named = [_area_named(block, taxonomy) if head else None for block, head in zip(blocks, heads, strict=True)]
    starts = _fill_missing(blocks, own, _chapter_starts(blocks, own, named, heads, taxonomy))
    scores_from = _scores_start(blocks, starts, taxonomy)
    areas, zones = _areas(blocks, starts, scores_from, taxonomy)
    repeats = _repeats(blocks)
    places: list[OutlinePlace] = []
    latest, before, since_role, since_area, prose = None, None, 0, 0, 0
    for index, block in enumerate(blocks):
        if index in starts or index == scores_from:
            latest, before, since_role, since_area, prose = None, None, 0, 0, 0
        role = own[index]
        if role is not None and role is not latest:
            before, latest, since_role = latest, role, 0
        places.append(
            OutlinePlace(
                zone=zones[index],
                area=areas[index],
                own=role,
                governing=taxonomy.header_role(block.header) if block.header else None,
                latest=latest,
                before=before,
                since_role=since_role,
                since_area=since_area,
                prose=prose,
                names_area=named[index] is not None,
                restarts=index in starts,
                repeats=repeats[index],
            )
        )
        if block.form not in (Form.FURNITURE, Form.FIGURE):
            since_role, since_area = since_role + 1, since_area + 1
        if block.form is Form.PARAGRAPH and len(block.text) >= PROSE_CHARACTERS and not block.header:
            prose += len(block.text)
    return tuple(places)


def _own_role(block: Block, taxonomy: Taxonomy) -> HeaderRole | None:
    return None if block.form in (Form.FIGURE, Form.FURNITURE) else taxonomy.header_role(block.text)


def _area_named(block: Block, taxonomy: Taxonomy) -> AreaHeading | None:
    if block.form not in (Form.PARAGRAPH, Form.ITEM, Form.FIGURE) or len(block.text) > HEADING_CHARACTERS:
        return None
    return taxonomy.area_heading(without_section_number(block.text))


def _chapter_starts(
    blocks: Sequence[Block],
    own: Sequence[HeaderRole | None],
    named: Sequence[AreaHeading | None],
    heads: Sequence[bool],
    taxonomy: Taxonomy,
) -> dict[int, int]:
    """Block index -> area number: the rising run of headings that has the most text under it."""
    candidates = [(index, heading) for index, heading in enumerate(named) if heading is not None]
    starts, weight = _rise(blocks, own, candidates)
    if len({heading.number for _, heading in candidates if heading.page is None}) >= FEWEST_NAMED and _has_lists(
        blocks, own, starts
    ):
        return starts
    numbered = [
        (index, heading)
        for index, block in enumerate(blocks)
        if heads[index] and (heading := named[index] or _numbered_name(block, taxonomy)) is not None
    ]
    others, heavier = _rise(blocks, own, numbered)
    return others if heavier > weight else starts


def _has_lists(blocks: Sequence[Block], own: Sequence[HeaderRole | None], starts: dict[int, int]) -> bool:
    """Whether a list's title or running text stands after the first chapter's start: score tables have neither."""
    after = range(min(starts, default=len(blocks)), len(blocks))
    return any(own[index] in LISTS for index in after) or any(
        blocks[index].form is Form.PARAGRAPH and len(blocks[index].text) >= PROSE_CHARACTERS for index in after
    )


def _rise(
    blocks: Sequence[Block], own: Sequence[HeaderRole | None], candidates: Sequence[tuple[int, AreaHeading]]
) -> tuple[dict[int, int], int]:
    """The rising run of headings that has the most text under it, and how much that is."""
    weights: list[int] = []
    for place, (index, heading) in enumerate(candidates):
        others = [other for other, named_there in candidates[place + 1 :] if named_there.number != heading.number]
        end = others[0] if others else len(blocks)
        text = sum(len(block.text) for block in blocks[index + 1 : end] if block.form in (Form.PARAGRAPH, Form.ITEM))
        lists = any(role in LISTS for role in own[index + 1 : end])
        near = [abs(candidates[other][0] - index) for other in (place - 1, place + 1) if 0 <= other < len(candidates)]
        entry = heading.page is not None or min(near, default=len(blocks)) <= ENTRY_DISTANCE
        weights.append((1 + min(WEIGHT_LIMIT, text) + LISTS_WEIGHT * lists) // (CONTENTS_DISCOUNT if entry else 1))
    starts = _heaviest_rise([(index, heading.number) for index, heading in candidates], weights)
    heavy = sum(weight for (index, _), weight in zip(candidates, weights, strict=True) if index in starts)
    return starts, heavy


def _numbered_name(block: Block, taxonomy: Taxonomy) -> AreaHeading | None:
    """`3. Politisk styrning och kontroll`, which heads a chapter where the word Område is not printed."""
    if block.form not in (Form.PARAGRAPH, Form.FIGURE) or len(block.text) > HEADING_CHARACTERS:
        return None
    return taxonomy.score_table_heading(block.text)


def _heaviest_rise(candidates: Sequence[tuple[int, int]], weights: Sequence[int]) -> dict[int, int]:
    """Of (index, number) in order, those with rising numbers and the greatest sum of weights."""
    best: list[tuple[int, int | None]] = []
    for place, (_, number) in enumerate(candidates):
        earlier = [(best[other][0], other) for other in range(place) if candidates[other][1] < number]
        weight, link = max(earlier, default=(0, -1))
        best.append((weight + weights[place], link if earlier else None))
    chosen: dict[int, int] = {}
    step: int | None = max(range(len(best)), key=lambda place: best[place][0], default=None)
    while step is not None:
        chosen[candidates[step][0]] = candidates[step][1]
        step = best[step][1]
    return dict(sorted(chosen.items()))


def _fill_missing(blocks: Sequence[Block], own: Sequence[HeaderRole | None], starts: dict[int, int]) -> dict[int, int]:
    """Adds chapter starts where a heading is missing: an opening header after both lists begins the next area."""
    filled = {**_before_first(own, starts), **starts}
    bounds = [*starts, len(blocks)]
    for begin, end in itertools.pairwise(bounds):
        number = starts[begin]
        following = starts.get(end, AREAS + 1)
        lists = False
        for index in range(begin + 1, end):
            lists = lists or own[index] in LISTS
            if lists and own[index] in OPENINGS and number + 1 < following:
                number, lists = number + 1, False
                filled[index] = number
    return dict(sorted(filled.items()))


def _before_first(own: Sequence[HeaderRole | None], starts: dict[int, int]) -> dict[int, int]:
    """Chapters before the first heading that was found: an opening header, then a list, counted backwards."""
    first = min(starts, default=0)
    openings: list[int] = []
    opening: int | None = None
    for index in range(first):
        if own[index] in OPENINGS and opening is None:
            opening = index
        elif own[index] in LISTS and opening is not None:
            openings.append(opening)
            opening = None
    numbers = range(starts.get(first, 1) - 1, 0, -1)
    return dict(zip(reversed(openings), numbers, strict=False))


def _scores_start(blocks: Sequence[Block], starts: dict[int, int], taxonomy: Taxonomy) -> int:
    """Where the score overview begins: after the last area's start, its chapter heading, table or numbered row."""
    for index in range(max(starts, default=-1) + 1, len(blocks)):
        block = blocks[index]
        if block.form in (Form.FIGURE, Form.FURNITURE) or len(block.text) > HEADING_CHARACTERS:
            continue
        if block.form is Form.ROW and leading_question(block.text) is not None:
            return index
        heading = taxonomy.score_table_heading(block.text)
        if _is_overview(block.text) or (heading is not None and heading.column_heads):
            return index
    return len(blocks)


def _is_overview(text: str) -> bool:
    key = CHAPTER_NUMBER.sub("", cue_key(text))
    known = load_cues().overview_headings
    return heads_overview(key) or any(fuzz.ratio(key, one) >= OVERVIEW_LIKENESS for one in known)


def _areas(
    blocks: Sequence[Block], starts: dict[int, int], scores_from: int, taxonomy: Taxonomy
) -> tuple[list[int | None], list[OutlineZone]]:
    areas: list[int | None] = []
    zones: list[OutlineZone] = []
    area: int | None = None
    for index, block in enumerate(blocks):
        area = starts.get(index, area)
        zone = OutlineZone.FRONT if area is None else OutlineZone.AREA
        if index >= scores_from:
            zone = OutlineZone.SCORES
            area = _table_area(block, None if index == scores_from else area, taxonomy)
        areas.append(area)
        zones.append(zone)
    return areas, zones


def _table_area(block: Block, area: int | None, taxonomy: Taxonomy) -> int | None:
    numbered = leading_question(block.text)
    if numbered is not None:
        return numbered[0]
    if block.form in (Form.FIGURE, Form.FURNITURE) or len(block.text) > HEADING_CHARACTERS:
        return area
    heading = taxonomy.score_table_heading(block.text) or _area_named(block, taxonomy)
    return area if heading is None else heading.number


def _repeats(blocks: Sequence[Block]) -> list[int]:
    """On how many pages the block's text stands, digits apart."""
    keys = [DIGITS.sub("0", block.text).strip() for block in blocks]
    pages = Counter(key for key, _ in {(key, block.page) for key, block in zip(keys, blocks, strict=True)})
    return [pages[key] for key in keys]
