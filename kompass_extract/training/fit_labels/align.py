"""Labels for blocks that were really read: each takes the kind of the gold string that it is, or is part of.

Likeness decides; where one string stands in several places (an area's name in the list of contents, in
chapter 1 and over its chapter; a sub-area as rubric and as section heading), the place in the report does.
A block that is like no gold string stays without a label, and training leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rapidfuzz import fuzz

from kompass_extract.labels.outline import HEADING_CHARACTERS, LISTS, OutlinePlace, OutlineZone, walk
from kompass_extract.labels.word_signals import cue_key
from kompass_extract.model.document import Block, BlockKind, Form
from kompass_extract.taxonomy import HeaderRole, Taxonomy
from kompass_extract.training.fit_labels.gold_strings import ReportStrings, labelled_strings

LIKE = 78.0  # percent; below it even a badly read block is something else
PART_LETTERS = 14  # a shorter block is matched as a whole only
MARGIN = 0.09  # share of the page height where a running header or footer stands
REPEATS = 3  # pages; a text in the margin of so many pages is furniture
CHART_SIZE = 0.75  # of the body's letters; area names as small as that are words of a chart
BODY_LETTERS = 120  # from this length on a block is set in body type
COLUMN_HEADS = (HeaderRole.ACHIEVED, HeaderRole.MAX, HeaderRole.PERCENT, HeaderRole.TOTAL)
LIST_HEADS = (*LISTS, HeaderRole.RUBRICS, HeaderRole.SCORE, HeaderRole.GENERAL)
NUMBER = re.compile(r"^[\d\s/%().,|-]+$")
PAGE_NUMBER = re.compile(r"^\W*(sida|sid)?\W*\d{1,3}\W*((av|of|/|\()\W*\d{1,3}\W*)?$", re.IGNORECASE)
SCORE_WITH_HEAD = re.compile(r"^p\w{3,4}\W+0{1,3}\W*$")  # "Poäng 65", folded
NOT_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Truth:
    key: str
    kind: BlockKind
    area: int | None


def label_blocks(blocks: Sequence[Block], gold: ReportStrings, taxonomy: Taxonomy) -> tuple[BlockKind | None, ...]:
    """One kind per block, None where no gold string is like it."""
    places = walk(blocks, taxonomy)
    truths = [_Truth(_key(text), kind, area) for text, kind, area in labelled_strings(gold)]
    truths = [truth for truth in truths if truth.key]
    bottom = max((block.box.y1 for block in blocks), default=1.0)
    scores = {str(area.printed_score): area.number for area in gold.areas}
    names = {_key(area.name) for area in gold.areas}
    body = median([block.size for block in blocks if len(block.text) > BODY_LETTERS] or [0.0])
    rubrics_seen: set[tuple[int | None, str]] = set()
    labels: list[BlockKind | None] = []
    for block, place in zip(blocks, places, strict=True):
        kind = _by_shape(block, place, bottom, scores, taxonomy)
        if kind is None:
            kind = _by_text(block, place, truths, rubrics_seen)
        if kind is BlockKind.FRONT_MATTER and block.size < CHART_SIZE * body and _key(block.text) in names:
            kind = BlockKind.FIGURE
        labels.append(kind)
    return tuple(labels)


def _by_shape(
    block: Block, place: OutlinePlace, bottom: float, scores: dict[str, int], taxonomy: Taxonomy
) -> BlockKind | None:
    """What needs no gold string: furniture, numbers, charts, headers, rows of the score overview."""
    kind: BlockKind | None = None
    if block.form is Form.FURNITURE or _is_running(block, place, bottom):
        kind = BlockKind.PAGE_FURNITURE
    elif NUMBER.match(block.text) and block.form is not Form.ROW:
        scored = place.zone is OutlineZone.AREA and block.text.strip(" .|") in scores
        kind = BlockKind.SCORE_TABLE if scored or place.zone is OutlineZone.SCORES else BlockKind.FIGURE
    elif block.form is Form.FIGURE:
        kind = BlockKind.FIGURE
    elif place.zone is OutlineZone.SCORES and block.form is Form.PARAGRAPH and taxonomy.score_table_heading(block.text):
        kind = BlockKind.HEADING
    elif NUMBER.match(block.text) or _is_scored(block, place):
        kind = BlockKind.SCORE_TABLE
    elif place.zone is OutlineZone.AREA and place.own in LIST_HEADS:
        kind = BlockKind.HEADING
    return kind


def _is_scored(block: Block, place: OutlinePlace) -> bool:
    """A row or column head of the score overview, or an area's score with its word in one block."""
    if place.zone is OutlineZone.SCORES:
        return block.form is Form.ROW or place.own in COLUMN_HEADS
    return place.zone is OutlineZone.AREA and SCORE_WITH_HEAD.match(cue_key(block.text)) is not None


def _is_running(block: Block, place: OutlinePlace, bottom: float) -> bool:
    """In a page's margin and on several pages, or a page number there that no score header governs."""
    if not (block.box.y1 < MARGIN * bottom or block.box.y0 > (1 - MARGIN) * bottom) or place.own is not None:
        return False
    repeated = place.repeats >= REPEATS and len(block.text) <= HEADING_CHARACTERS
    number = PAGE_NUMBER.match(block.text) is not None
    return (number and place.latest is not HeaderRole.SCORE) or (repeated and not NUMBER.match(block.text))


def _by_text(
    block: Block, place: OutlinePlace, truths: Sequence[_Truth], rubrics_seen: set[tuple[int | None, str]]
) -> BlockKind | None:
    key = _key(block.text)
    ranked = sorted(
        ((_likeness(key, truth.key) + _fits(place, truth), truth) for truth in truths),
        key=lambda pair: -pair[0],
    )
    best, truth = ranked[0]
    if best < LIKE:
        return None
    if place.zone is OutlineZone.SCORES and block.form is Form.PARAGRAPH and place.names_area:
        return BlockKind.HEADING
    if truth.kind in (BlockKind.RUBRIC, BlockKind.HEADING) and place.zone is OutlineZone.AREA:
        kinds = {other.kind for score, other in ranked if score >= best - 3 and other.area == truth.area}
        if {BlockKind.RUBRIC, BlockKind.HEADING} <= kinds:
            return _rubric_or_heading(block, place, truth, rubrics_seen)
    return truth.kind


def _rubric_or_heading(
    block: Block, place: OutlinePlace, truth: _Truth, rubrics_seen: set[tuple[int | None, str]]
) -> BlockKind:
    """Rubrics come before the sections that bear their names."""
    first = (place.area, truth.key) not in rubrics_seen
    rubrics_seen.add((place.area, truth.key))
    return BlockKind.RUBRIC if first or block.form is Form.ITEM else BlockKind.HEADING


def _fits(place: OutlinePlace, truth: _Truth) -> float:
    """Percent added for a string that belongs where the block stands, or taken for one that does not."""
    if place.zone is OutlineZone.FRONT:
        return 2.0 if truth.area is None else -12.0
    if truth.area is None:
        return -12.0 if place.zone is OutlineZone.AREA else 0.0
    table = truth.kind is BlockKind.SCORE_TABLE
    fit = 1.0 if truth.area == place.area else -3.0
    return fit if table == (place.zone is OutlineZone.SCORES) else fit - 10.0


def _likeness(key: str, truth: str) -> float:
    """Percent; a block may be a part of its string, cut by a page or a column."""
    whole = fuzz.ratio(key, truth)
    if whole >= LIKE or len(key) < PART_LETTERS or len(key) >= len(truth):
        return whole
    return max(whole, fuzz.partial_ratio(key, truth, score_cutoff=LIKE) - 1.0)


def _key(text: str) -> str:
    return NOT_LETTERS.sub(" ", cue_key(text)).strip()
