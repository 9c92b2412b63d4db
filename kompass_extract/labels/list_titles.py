"""Titles of the two lists in words that no vocabulary has (`Vad fungerar bra?`), found before blocks get their kinds.

The instrument prints both lists in every area.  Where the known titles are missing, two short texts that recur over
short texts, the one right after what stands under the other, are those titles.  Which is which is decided by the words
of all that ever stands under them.  Layout, labels and content then treat them as known titles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, permutations
from typing import Protocol

from kompass_extract.labels.lists import ITEM_CHARACTERS, column_of, reading_order, region_of
from kompass_extract.labels.own_titles import FIRST_ODDS, LEAST_AREAS, SURE_ODDS, TITLE_CHARACTERS
from kompass_extract.labels.which_list import word_odds
from kompass_extract.model.document import Block, Form
from kompass_extract.taxonomy import HeaderRole, Taxonomy
from kompass_extract.taxonomy.fold import fold
from kompass_extract.taxonomy.headers import ITEM_HEADS

ENOUGH_KNOWN = 4  # known titles of a list in a report, from which on it needs no others
MOST_OFTEN = 12  # a text that recurs more often heads no area's list
LONG_SHARE = 0.25  # of the texts under a title of running text that are longer than an item
TOGETHER = 0.5  # share of a title's places that follow right after what stands under the other one
LEAST_LETTERS = 4


class Leanings(Protocol):
    """What is asked of the classifier."""

    def leanings(self, texts: Sequence[str]) -> Iterable[float]: ...


@dataclass(slots=True)
class _Title:
    """A recurring text: how often it stands over others, which these are, and the titles before it."""

    places: int = 0
    members: list[Block] = field(default_factory=list)
    before: Counter[str] = field(default_factory=Counter)

    @property
    def heads_list(self) -> bool:
        long = sum(len(block.text) > ITEM_CHARACTERS for block in self.members)
        return len(self.members) >= self.places >= LEAST_AREAS and long <= LONG_SHARE * len(self.members)


def find_own_titles(
    blocks: Sequence[Block], taxonomy: Taxonomy, classifier: Callable[[], Leanings]
) -> dict[str, HeaderRole]:
    """The report's own titles, folded, with their roles; none where known titles tell or nothing does.

    ``classifier`` is called only where words have to decide.
    """
    texts = Counter(role for block in blocks for role in {taxonomy.header_role(block.text)} if role in ITEM_HEADS)
    known = {role for role, count in texts.items() if count >= ENOUGH_KNOWN}
    if len(known) == len(ITEM_HEADS):
        return {}
    titles = {text: title for text, title in _titles(blocks, taxonomy).items() if title.heads_list}
    pairs = [(a, b) for a, b in permutations(titles, 2) if _follows(titles, a, b)]
    if known or not pairs:
        return {}
    odds = _odds(titles, classifier())
    sure, strengths, improvements = max(
        (odds[one] - odds[other] + order, one, other)
        for a, b in pairs
        for one, other, order in ((a, b, FIRST_ODDS), (b, a, -FIRST_ODDS))
    )
    if sure < SURE_ODDS:
        return {}
    return {strengths: HeaderRole.STRENGTHS, improvements: HeaderRole.IMPROVEMENTS}


def _follows(titles: Mapping[str, _Title], first: str, second: str) -> bool:
    """Whether the title ``second`` mostly stands right after what stands under ``first``."""
    return titles[second].before[first] >= TOGETHER * max(titles[first].places, titles[second].places)


def _odds(titles: Mapping[str, _Title], classifier: Leanings) -> dict[str, float]:
    """Log odds of the words under each title, strength against improvement."""
    found = {}
    for text, title in titles.items():
        leanings = classifier.leanings([block.text for block in title.members])
        found[text] = sum(word_odds(block, lean) for block, lean in zip(title.members, leanings, strict=True))
    return found


def _titles(blocks: Sequence[Block], taxonomy: Taxonomy) -> dict[str, _Title]:
    """The recurring short texts with what stands under each, up to the next one, a known header or a score table."""
    flowing = [blocks[index] for index in reading_order(blocks)]
    counts = Counter(key for block in flowing if (key := _key(block, taxonomy)))
    recurring = {key for key, count in counts.items() if LEAST_AREAS <= count <= MOST_OFTEN}
    flowing = _row_by_row(flowing, lambda block: _key(block, taxonomy) in recurring)
    keys = [_key(block, taxonomy) for block in flowing]
    titles: dict[str, _Title] = {}
    over, last = "", ""
    for block, key in zip(flowing, keys, strict=True):
        if key in recurring:
            title = titles.setdefault(key, _Title())
            title.places += 1
            title.before[last] += 1
            over = last = key
        elif block.form is Form.ROW or _is_known(block, taxonomy):
            over = last = ""
        elif over:
            titles[over].members.append(block)
    return titles


def _row_by_row(blocks: Sequence[Block], is_title: Callable[[Block], bool]) -> list[Block]:
    """The blocks, those of columns the first of which holds nothing but titles from top to bottom."""
    ordered: list[Block] = []
    for region, group in groupby(blocks, key=region_of):
        own = list(group)
        if region and all(is_title(block) for block in own if column_of(block) == 0):
            own.sort(key=lambda block: (block.page, block.box.y0 - (block.size if is_title(block) else 0.0)))
        ordered.extend(own)
    return ordered


def _key(block: Block, taxonomy: Taxonomy) -> str:
    """The folded text of a block that may be a title; "" for any other."""
    text = block.text
    short = len(text) <= TITLE_CHARACTERS and not text.endswith((".", ","))
    if block.form is not Form.PARAGRAPH or block.bulleted or not short or _is_known(block, taxonomy):
        return ""
    return fold(text) if sum(map(str.isalpha, text)) >= LEAST_LETTERS else ""


def _is_known(block: Block, taxonomy: Taxonomy) -> bool:
    text = block.text
    return len(text) <= 2 * TITLE_CHARACTERS and (
        taxonomy.header_role(text) is not None
        or taxonomy.area_heading(text) is not None
        or taxonomy.score_table_heading(text) is not None
    )
