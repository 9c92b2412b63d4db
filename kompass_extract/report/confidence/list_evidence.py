"""Signals of a text among the others of its list: whether it looks like them, and whether two of them are one."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from kompass_extract.content.joining import SENTENCE_END
from kompass_extract.model.geometry import Box
from kompass_extract.report.confidence.block_places import FieldSource
from kompass_extract.report.confidence.evidence import Family, FieldEvidence
from kompass_extract.report.confidence.text_evidence import RightEdge, fills_line

MOST = 0.6  # share of a list from which on the others differ from it
INDENT = 1.5  # letter heights by which a text begins elsewhere
ALIGNED = 0.4  # letter heights between the middles of two marks of one indent
CROWDED = 2.5  # times the usual length of the report's lists
LONGEST = 3.0  # doublings of the usual length counted at most


Separated = Callable[[FieldSource, FieldSource], bool]


@dataclass(frozen=True, slots=True)
class Member:
    """One text of a list with its evidence so far."""

    text: str
    source: FieldSource
    evidence: FieldEvidence


def list_signals(members: Sequence[Member], right: RightEdge, *, usual_length: float) -> list[FieldEvidence]:
    """The evidence of each member with what the list tells of it; ``usual_length`` in letters."""
    alone = [_looks(member, members, usual_length) for member in members]
    joined = [
        replace(
            evidence,
            full_before=float(index > 0 and _may_be_one(members[index - 1], members[index], right)),
            full_after=float(index + 1 < len(members) and _may_be_one(members[index], members[index + 1], right)),
            cut=float(any(_cut(one, other, right) for one, other in pairwise(members[max(0, index - 1) : index + 2]))),
        )
        for index, evidence in enumerate(alone)
    ]
    return [
        replace(evidence, neighbour=_beside(joined[max(0, index - 1) : index], joined[index + 1 : index + 2]))
        for index, evidence in enumerate(joined)
    ]


def apart(members: Sequence[Member], separated: Separated) -> list[float]:
    """1 for each member that text of another kind separates from most of the list."""
    groups: list[int] = []
    for index, member in enumerate(members):
        new = index > 0 and separated(members[index - 1].source, member.source)
        groups.append(groups[-1] + int(new) if groups else 0)
    largest = Counter(groups).most_common(1)[0][0] if groups else 0
    return [float(group != largest) for group in groups]


def crowded(count: int, usual: float) -> float:
    """1 where a list of ``count`` items is unusual in a report whose lists have ``usual`` items."""
    return float(count == 1 or count > CROWDED * max(usual, 1.0))


def _looks(member: Member, members: Sequence[Member], usual_length: float) -> FieldEvidence:
    others = [other for other in members if other is not member]
    blocks = member.source.blocks
    evidence = replace(
        member.evidence,
        long=min(LONGEST, max(0.0, math.log2(max(1, len(member.text)) / max(1.0, usual_length)))),
    )
    if not blocks or not others:
        return replace(evidence, starts_low=float(member.text[:1].islower()))
    marks = _share(others, lambda one: any(b.block.bulleted for b in one.source.blocks[:1]))
    stops = _share(others, lambda one: SENTENCE_END.search(one.text) is not None)
    ends = SENTENCE_END.search(member.text) is not None
    low = _share(others, lambda one: one.text[:1].islower())
    return replace(
        evidence,
        no_mark=float(marks >= MOST and not blocks[0].block.bulleted and not member.evidence.first_mark),
        starts_low=float(member.text[:1].islower() and low < MOST and not _marked_like(member, others)),
        end_unlike=float((stops >= MOST and not ends) or (stops <= 1 - MOST and ends)),
        other_size=_other_size(member, others),
        other_indent=_other_indent(member, others),
        other_column=_other_column(member, others),
    )


def _marked_like(member: Member, others: Sequence[Member]) -> bool:
    """Whether a text has its own list mark right below or above the mark of another: it begins there, in any case."""
    own = _mark(member)
    if own is None:
        return False
    reach = ALIGNED * member.source.blocks[0].block.size
    return any(
        mark is not None and mark[0] == own[0] and abs(mark[1].center_x - own[1].center_x) < reach
        for mark in map(_mark, others)
    )


def _mark(member: Member) -> tuple[int, Box] | None:
    """The page and place of the mark that a text begins with."""
    first = member.source.lines[0] if member.source.lines else None
    return (first.page, first.line.bullet) if first is not None and first.line.bullet is not None else None


def _share(members: Sequence[Member], holds: Callable[[Member], bool]) -> float:
    return sum(holds(one) for one in members) / len(members)


def _other_size(member: Member, others: Sequence[Member]) -> float:
    blocks = [block.block for one in others for block in one.source.blocks]
    if not blocks:
        return 0.0
    size, weight = median(block.size for block in blocks), median(block.weight for block in blocks)
    return max(
        min(1.0, 3 * abs(own.block.size / max(size, 1.0) - 1) + 0.7 * abs(own.block.weight - weight))
        for own in member.source.blocks
    )


def _other_indent(member: Member, others: Sequence[Member]) -> float:
    own = member.source.lines[0]
    beside = [
        one.source.lines[0].line.box.x0
        for one in others
        if one.source.lines and one.source.lines[0].page == own.page and _column(one.source) == _column(member.source)
    ]
    if len(beside) < 2:
        return 0.0
    return float(abs(own.line.box.x0 - median(beside)) > INDENT * own.labelled.block.size)


def _other_column(member: Member, others: Sequence[Member]) -> float:
    columns = Counter(_column(one.source) for one in others if one.source.lines)
    usual, count = columns.most_common(1)[0] if columns else (None, 0)
    return float(count >= MOST * len(others) and _column(member.source) != usual)


def _column(source: FieldSource) -> tuple[int, int] | None:
    column = source.lines[0].labelled.block.column
    return (column.index, column.count) if column is not None else None


def _may_be_one(before: Member, after: Member, right: RightEdge) -> bool:
    """Whether nothing on the page speaks against two neighbours being one text."""
    marked = any(block.block.bulleted for block in after.source.blocks[:1])
    return not marked and not SENTENCE_END.search(before.text) and fills_line(before.source, after.source, right)


def _cut(before: Member, after: Member, right: RightEdge) -> bool:
    """Whether a page or column ends between two neighbours, the first on a full line, the second without a mark."""
    if not before.source.lines or not after.source.lines or after.source.blocks[0].block.bulleted:
        return False
    one, other = before.source.lines[-1], after.source.lines[0]
    broken = one.page != other.page or other.line.box.y0 < one.line.box.y0
    return broken and fills_line(before.source, after.source, right)


def _beside(before: Sequence[FieldEvidence], after: Sequence[FieldEvidence]) -> float:
    """The doubt that a text before it goes on in it, or that it goes on in a text after it."""
    ends = [one.open_end if one.family is not Family.NARRATIVE else 0.0 for one in before]
    begins = [max(one.starts_low, one.no_mark, one.full_before) for one in after]
    return max([*ends, *begins, 0.0])
