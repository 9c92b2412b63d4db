"""Kinds of blocks against the labels.

The labels have no blocks, but they have every text of the report with what it is.  A block's gold kinds are those of
the labelled text that it is, or is a part of; where one text stands in two places of a report (a rubric that is also a
section's heading), each of its kinds is right.  So it is where the labels do not tell two kinds apart: headings within
the front matter, area names in a chart, the overview of scores.  Running headers are not in the labels: a text that
is called page furniture on several pages is not judged.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from kompass_extract.model.report import BlockInfo
from kompass_extract.training.evaluate import compare
from kompass_extract.training.gold import GoldArea, GoldReport

_LEAST_SIMILARITY = 0.80  # of a block to a labelled text or a part of one; below, the block is not judged
_WHOLE = 0.97  # similarity from which a block is a labelled text as a whole
_SAME = 0.02  # similarity by which another labelled text may fall short and still be one of the block's texts
_LONGEST_HEADING = 90  # characters of a text without a full stop that may be a heading of the front matter
_RUNNING_PAGES = 3  # pages from which a text called page furniture is taken for a running header
_DIGITS = re.compile(r"\d+")
_LEAST_PART = 12  # letters a block needs to be looked for inside longer labelled texts
_FIXED = (
    ("Rubriker", "heading"),
    ("Utvärderade delområden", "heading"),
    ("Poäng", "heading"),
    ("Styrkor", "heading"),
    ("Förbättringsmöjligheter", "heading"),
    ("Förbättringsområden", "heading"),
    ("Nr Fråga Uppnått Max Procent", "score_table"),
    ("Uppnått Max Procent", "score_table"),
)


@dataclass(frozen=True, slots=True)
class BlockJudgement:
    """A block with the kind it was given and the kinds that would be right."""

    id: str
    page: int
    read: str
    gold: tuple[str, ...]
    characters: int
    text: str

    @property
    def right(self) -> bool:
        return self.read in self.gold


def judge_blocks(blocks: Sequence[BlockInfo], gold: GoldReport) -> tuple[BlockJudgement, ...]:
    """A judgement on each block whose text the labels know; page furniture and figures are not in the labels."""
    texts = [(key, kind) for text, kind in _texts(gold) if (key := _key(text))]
    running = _running(blocks)
    keyed = [(key, block) for block in blocks if (key := _key(block.text)) and block.id not in running]
    if not texts or not keyed:
        return ()
    nearness = _nearness([key for key, _ in keyed], [key for key, _ in texts])
    judged = []
    for row, (_, block) in zip(nearness, keyed, strict=True):
        best = float(row.max())
        if best >= _LEAST_SIMILARITY:
            near = np.flatnonzero(row >= best - _SAME)
            kinds = tuple(dict.fromkeys(texts[index][1] for index in near))
            judged.append(BlockJudgement(block.id, block.page, block.kind, kinds, len(block.text), block.text))
    return tuple(judged)


def _running(blocks: Sequence[BlockInfo]) -> set[str]:
    """The ids of page furniture whose text, but for its numbers, stands on several pages."""
    pages: defaultdict[str, set[int]] = defaultdict(set)
    furniture = [(_DIGITS.sub("", _key(block.text)), block) for block in blocks if block.kind == "page_furniture"]
    for key, block in furniture:
        pages[key].add(block.page)
    return {block.id for key, block in furniture if len(pages[key]) >= _RUNNING_PAGES}


def _texts(gold: GoldReport) -> list[tuple[str, str]]:
    texts = list(_FIXED)
    for area in gold.areas:
        texts += _area_texts(area)
    for text in gold.front_matter:
        texts.append((text, "front_matter"))
        if len(text) <= _LONGEST_HEADING and not text.endswith("."):
            texts.append((text, "heading"))
    for row in gold.area_scores_overview:
        values = " ".join(str(value) for value in row.values.values())
        line = f"{row.number or ''} {row.label} {values}"
        texts += [(line, "front_matter"), (line, "score_table"), (row.label, "figure")]
    return texts


def _area_texts(area: GoldArea) -> list[tuple[str, str]]:
    texts = [(f"Område {area.number} {area.name}", "heading"), (area.name, "heading"), (area.name, "figure")]
    texts += [(text, "rubric") for text in area.rubrics]
    texts += [(text, "strength") for text in area.strengths]
    texts += [(text, "improvement") for text in area.improvements]
    for section in area.narrative:
        texts += [(section.heading or "", "heading")]
        texts += [(text, "narrative") for text in section.paragraphs]
    table = area.score_table
    texts += [(table.heading or "", "heading"), (f"{area.number} {table.heading}", "heading")]
    for row in table.rows:
        percent = "" if row.percent is None else f"{row.percent}%"
        texts.append((f"{row.number} {row.question} {row.achieved} {row.max} {percent}", "score_table"))
        texts.append((f"{row.number} {row.question}", "score_table"))
    total = table.total
    texts.append(
        (f"{total.achieved} {total.max} {'' if total.percent is None else f'{total.percent}%'}", "score_table")
    )
    return texts


def _key(text: str) -> str:
    return compare.loose(text).casefold()


def _nearness(keys: Sequence[str], labelled: Sequence[str]) -> NDArray[np.float32]:
    """Similarity 0..1 (keys, labelled) of whole texts, or of a key to the part of a longer text that it may be.

    Parts are looked for only where no whole text fits, exact ones first: the search for inexact ones is slow.
    """
    scorer = Levenshtein.normalized_similarity
    nearness = process.cdist(keys, labelled, scorer=scorer, score_cutoff=_LEAST_SIMILARITY, dtype=np.float32)
    for row, key in enumerate(keys):
        if len(key) < _LEAST_PART or nearness[row].max() >= _WHOLE:
            continue
        longer = [(index, text) for index, text in enumerate(labelled) if len(text) > len(key)]
        holding = [index for index, text in longer if key in text]
        if holding:
            nearness[row, holding] = 1.0
            continue
        for index, text in longer:
            part = fuzz.partial_ratio(key, text, score_cutoff=100 * _LEAST_SIMILARITY) / 100
            nearness[row, index] = max(nearness[row, index], part)
    return np.asarray(nearness, dtype=np.float32)
