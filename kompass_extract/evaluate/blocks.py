"""Kinds of blocks against the labels.

The labels have no blocks, but they have every text of the report with what it is.  A block's gold kinds are those of
the labelled text that it is, or is a part of; where one text stands in two places of a report (a rubric that is also a
section's heading), each of its kinds is right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from kompass_extract.evaluate import compare
from kompass_extract.evaluate.gold import GoldArea, GoldReport
from kompass_extract.report import BlockInfo

_LEAST_SIMILARITY = 0.80  # of a block to a labelled text or a part of one; below, the block is not judged
_SAME = 0.02  # similarity by which another labelled text may fall short and still be one of the block's texts
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


@dataclass(frozen=True, slots=True)
class _Labelled:
    key: str
    kind: str


def judge_blocks(blocks: Sequence[BlockInfo], gold: GoldReport) -> tuple[BlockJudgement, ...]:
    """A judgement on each block whose text the labels know; page furniture and figures are not in the labels."""
    texts = [_Labelled(key, kind) for text, kind in _texts(gold) if (key := _key(text))]
    judged = []
    for block in blocks:
        kinds = _kinds(_key(block.text), texts)
        if kinds:
            judged.append(BlockJudgement(block.id, block.page, block.kind, kinds, len(block.text), block.text))
    return tuple(judged)


def _texts(gold: GoldReport) -> list[tuple[str, str]]:
    texts = list(_FIXED)
    for area in gold.areas:
        texts += _area_texts(area)
    texts += [(text, "front_matter") for text in gold.front_matter]
    for row in gold.area_scores_overview:
        values = " ".join(str(value) for value in row.values.values())
        texts.append((f"{row.number or ''} {row.label} {values}", "front_matter"))
    return texts


def _area_texts(area: GoldArea) -> list[tuple[str, str]]:
    texts = [(f"Område {area.number} {area.name}", "heading"), (area.name, "heading")]
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


def _kinds(key: str, texts: Sequence[_Labelled]) -> tuple[str, ...]:
    """The kinds of the labelled texts that ``key`` is nearest to, none where it is near to none."""
    if not key:
        return ()
    scores = [(_nearness(key, labelled.key), labelled.kind) for labelled in texts]
    best = max((score for score, _ in scores), default=0.0)
    if best < _LEAST_SIMILARITY:
        return ()
    return tuple(dict.fromkeys(kind for score, kind in scores if score >= best - _SAME))


def _nearness(key: str, labelled: str) -> float:
    """Similarity of the whole texts, or of ``key`` to the part of a longer labelled text that it may be."""
    whole = Levenshtein.normalized_similarity(key, labelled, score_cutoff=_LEAST_SIMILARITY)
    if len(key) < _LEAST_PART or len(labelled) <= len(key):
        return float(whole)
    part = fuzz.partial_ratio(key, labelled, score_cutoff=100 * _LEAST_SIMILARITY) / 100
    return float(max(whole, part))
