"""Which list is it? Strengths or improvements, by title, words, marks and the report's habit together.

A label alone rests on the title that was seen last.  Here a list is weighed as a whole: its title, what its items'
words say, the sign of its marks and its place among the area's lists as the report's other areas have them.  Items
that stand under a title of the other list take the title's label; where the evidence disagrees, a person is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from statistics import median

from kompass_extract.labels.introductions import without_introductions
from kompass_extract.labels.lists import column_of, reading_order, region_of
from kompass_extract.labels.own_titles import OF_ROLE, Roles, heads_apart, own_titles
from kompass_extract.model.document import Block, BlockKind, LabelledBlock
from kompass_extract.model.reasons import reason
from kompass_extract.taxonomy.fold import fold

S = BlockKind.STRENGTH
OTHER = {S: BlockKind.IMPROVEMENT, BlockKind.IMPROVEMENT: S}
ENDS_LIST = frozenset({BlockKind.HEADING, BlockKind.NARRATIVE, BlockKind.RUBRIC, BlockKind.SCORE_TABLE})

MISTAKEN = frozenset({BlockKind.NARRATIVE, BlockKind.RUBRIC})
"""Kinds that an item of a list is taken for."""
TEXTS = frozenset({BlockKind.NARRATIVE, *OTHER})
HEADING_WEIGHT, HEADING_SIZE = 1.15, 1.05  # of a text's strokes and letters, from which on a heading stands out
LEAST_ITEM_WORDS = 3  # of a heading that may be an item
CLEARLY_OTHER = 0.9  # the classifier's probability of such a kind from which on a person is asked

# Log odds.
TITLE = 4.0
MOST_OF_WORDS = 6.0
WORDS_SHARE = 0.5  # items of a list are not independent
SURE = 1.5  # from here on nobody is asked
UNTITLED = 1.5  # what the classifier's label is worth by itself

# Mean and deviation of the words' log odds over the items of labelled reports.
OF_STRENGTHS, OF_IMPROVEMENTS = (0.31, 0.21), (-0.08, 0.38)

TITLE_INDENT = 4.0  # cap heights by which the items of a list begin behind its title
TELLING_WORDS = 8  # a shorter item says less: `styrmodellen`
FLAT = 0.45  # height of a dash by its width

ASKED = reason("list-uncertain")
MOVED = reason("list-by-title")


@dataclass(slots=True)
class _List:
    """Items of one area under one title; ``odds`` are those of their words, strength against improvement."""

    area: int
    title: BlockKind | None
    place: int = 0
    members: list[int] = field(default_factory=list)
    kinds: Counter[BlockKind] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    odds: float = 0.0
    unclear: bool = False  # under a title that does not tell

    @property
    def kind(self) -> BlockKind:
        return self.title or self.kinds.most_common(1)[0][0]

    @property
    def sign(self) -> str:
        return self.signs.most_common(1)[0][0] if self.signs else ""


def decide_lists(
    labelled: Sequence[LabelledBlock], leanings: Sequence[float], roles: Roles
) -> tuple[LabelledBlock, ...]:
    """The blocks, items of the two lists with the label of their title, and with doubts where evidence disagrees.

    ``leanings`` are the log odds of each block's words, strength against improvement.
    """
    labelled = _between_titles(heads_apart(labelled), roles)
    odds = {index: word_odds(one.block, leanings[index]) for index, one in enumerate(labelled)}
    own = own_titles(labelled, odds, roles)
    lists = _lists(labelled, odds, _Titles(roles, own))
    found = list(labelled)
    for one in lists:
        sure = _odds(one, lists) * (1 if one.kind is S else -1)
        for index in one.members:
            block = found[index]
            moved = block.kind is not one.kind
            doubts = (ASKED,) if sure < SURE or one.unclear else (MOVED,) if moved and sure < TITLE else ()
            if moved:
                block = replace(block, kind=one.kind, runner_up=block.kind)
            found[index] = replace(block, doubts=(*block.doubts, *doubts))
    return tuple(without_introductions(found))


def _between_titles(labelled: Sequence[LabelledBlock], roles: Roles) -> list[LabelledBlock]:
    """The blocks, texts between the titles of an area's two lists as items of the first list.

    Nothing else stands there; a text that was clearly taken for another kind is asked about, and so is what was taken
    for a heading though its letters are those of texts.  A heading that is all that stands under a title is its one
    item.
    """
    found = list(labelled)
    under = _UnderTitle()
    order = reading_order([one.block for one in labelled])
    usual = median([one.block.size for one in labelled if one.kind in TEXTS] or [0.0])
    for index in order:
        one = labelled[index]
        own = OF_ROLE.get(str(roles.header_role(one.block.text)))
        plain = one.block.weight < HEADING_WEIGHT and one.block.size < HEADING_SIZE * usual
        ended = own is not None or one.area != under.area
        if ended:
            other = under.title is not None and own is OTHER[under.title] and one.area == under.area
            _make_items(found, under.title, [*(under.texts if other else ()), *under.alone])
            under = _UnderTitle(own, one.area)
        elif one.kind is BlockKind.HEADING and not (plain and under.title and not roles.header_role(one.block.text)):
            first = under.title is not None and not under.listed and not under.texts and not under.alone
            under = replace(under, alone=[index]) if first and _may_be_item(one) else _UnderTitle(None, one.area)
        elif one.kind in MISTAKEN or one.kind is BlockKind.HEADING:
            under = replace(under, texts=[*under.texts, index], alone=[])
        elif one.kind in OTHER:
            under = replace(under, listed=True, alone=[])
    return found


@dataclass(frozen=True, slots=True)
class _UnderTitle:
    """What stands under the title of a list: items, texts, and a heading with nothing below it."""

    title: BlockKind | None = None
    area: int | None = None
    listed: bool = False
    texts: Sequence[int] = ()
    alone: Sequence[int] = ()


def _may_be_item(one: LabelledBlock) -> bool:
    return one.confidence < CLEARLY_OTHER and len(one.block.text.split()) >= LEAST_ITEM_WORDS


def _make_items(found: list[LabelledBlock], title: BlockKind | None, indices: Sequence[int]) -> None:
    for index in indices:
        if title is not None:
            one = found[index]
            doubts = (ASKED,) if one.confidence >= CLEARLY_OTHER or one.kind is BlockKind.HEADING else ()
            found[index] = replace(one, kind=title, runner_up=one.kind, doubts=(*one.doubts, *doubts))


@dataclass(frozen=True, slots=True)
class _Titles:
    """What titles say: those of the vocabulary, and the report's own ones."""

    roles: Roles
    own: Mapping[str, BlockKind | None]

    def kind(self, text: str) -> BlockKind | None:
        """The list that ``text`` heads."""
        return OF_ROLE.get(str(self.roles.header_role(text))) or self.own.get(fold(text))

    def is_unclear(self, text: str) -> bool:
        """Whether ``text`` heads a list and does not tell which."""
        return self.own.get(fold(text), S) is None


def _lists(labelled: Sequence[LabelledBlock], odds: Mapping[int, float], heads: _Titles) -> list[_List]:
    """The lists of all areas in reading order."""
    lists: dict[Hashable, _List] = {}
    titles: dict[int | None, BlockKind] = {}  # by column; None for a title across, whose list may run over columns
    beside: dict[float, BlockKind] = {}  # the titles of columns, by their left edge
    area, unclear = 0, ""
    titled = _last_titles(labelled, heads)
    for index in reading_order([one.block for one in labelled]):
        one = labelled[index]
        column = column_of(one.block) if region_of(one.block) else None
        if one.area is None or one.area != area:
            titles, beside, area, unclear = {}, {}, one.area or 0, ""
        own = heads.kind(one.block.text)
        if own is not None:
            titles, unclear = ({None: own} if column is None else {**titles, column: own}), ""
            beside = {**beside, one.block.box.x0: own} if column is not None else {}
        elif one.kind in ENDS_LIST:
            titles, beside, unclear = {}, {}, fold(one.block.text) if heads.is_unclear(one.block.text) else ""
        if own is not None or one.kind not in OTHER or one.area is None:
            continue
        governing = heads.kind(one.block.header) if one.block.header else None
        role = (
            governing
            or titles.get(column, titles.get(None))
            or (_column_title(one.block, beside) if column is None else None)
            or (_title_before(column, titles, titled.get(area, {}), index) if column else None)
        )
        key = (area, role) if role is not None else (area, one.kind, column, unclear)
        if key not in lists:
            place = sum(other.area == area for other in lists.values())
            lists[key] = _List(area, role, place, unclear=role is None and bool(unclear))
        _add(lists[key], index, one, odds[index])
    return list(lists.values())


def _last_titles(labelled: Sequence[LabelledBlock], heads: _Titles) -> dict[int, dict[BlockKind, int]]:
    """For each area where the last title of each list stands."""
    found: dict[int, dict[BlockKind, int]] = {}
    for index, one in enumerate(labelled):
        kind = heads.kind(one.block.text)
        if one.area is not None and kind is not None:
            found.setdefault(one.area, {})[kind] = index
    return found


def _title_before(
    column: int, titles: Mapping[int | None, BlockKind], last: Mapping[BlockKind, int], index: int
) -> BlockKind | None:
    """The title over the column before that of an item, where that of the other list comes later: its list runs on."""
    before = titles.get(column - 1)
    return before if before is not None and last.get(OTHER[before], -1) > index else None


def _column_title(block: Block, beside: Mapping[float, BlockKind]) -> BlockKind | None:
    """The title over the column in which a block goes on alone, where the other column has come to its end."""
    left = [x for x in beside if x - block.size <= block.box.x0 <= x + TITLE_INDENT * block.size]
    if len(beside) < len(OTHER) or len(left) != 1:
        return None
    right = min((x for x in beside if x > left[0]), default=block.box.x1)
    return beside[left[0]] if block.box.x1 <= right else None


def _add(to: _List, index: int, one: LabelledBlock, odds: float) -> None:
    to.members.append(index)
    to.kinds[one.kind] += 1
    if sign := mark_of(one.block):
        to.signs[sign] += 1
    to.odds += odds


def word_odds(block: Block, leaning: float) -> float:
    """Log odds of an item's words, strength against improvement; 0 for the rest of one."""
    if block.continues:
        return 0.0
    telling = min(1.0, len(block.text.split()) / TELLING_WORDS)
    return telling * (_density(leaning, *OF_STRENGTHS) - _density(leaning, *OF_IMPROVEMENTS))


def mark_of(block: Block) -> str:
    """A block's list mark as a sign: what was read, or a dash by its shape; "" for none and for numbers."""
    line = block.lines[0] if block.lines else None
    if line is None or line.bullet is None:
        return ""
    if line.sign:
        return "" if any(map(str.isalnum, line.sign)) else line.sign
    return "–" if line.bullet.height < FLAT * line.bullet.width else "•"


def _density(value: float, mean: float, deviation: float) -> float:
    return -0.5 * ((value - mean) / deviation) ** 2 - log(deviation)


def _odds(one: _List, lists: Sequence[_List]) -> float:
    """Log odds that a list is of strengths."""
    words = max(-MOST_OF_WORDS, min(MOST_OF_WORDS, WORDS_SHARE * one.odds))
    title = TITLE if one.title is not None else UNTITLED
    others = [other for other in lists if other.area != one.area]
    place = _habit([other for other in others if other.place == one.place])
    sign = _habit([other for other in others if other.sign == one.sign]) if one.sign else 0.0
    return (title if one.kind is S else -title) + words + place + sign


def _habit(others: Sequence[_List]) -> float:
    """What the lists of other areas say by how many of them are of strengths."""
    strengths = sum(other.kind is S for other in others)
    return log((strengths + 1) / (len(others) - strengths + 1))
