"""Number cells that stand closer to their neighbours than words of a sentence would tell.

A narrow table has no more white between its columns than between words, so that a line of it is read as one strip;
and prose below a table may run through the white above it.  What shows the columns still is that numbers stand over
numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kompass_extract.blocks.parts import beside, may_be_number_cell
from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box, union
from kompass_extract.taxonomy.headers import HeaderRole, header_role
from kompass_extract.words.page_reader import ReadStrip

LONGEST_HEAD = 3  # words
LEAST_ROWS = 3  # numbers over each other that show a line to be cells
LEAST_COLUMN = 2  # the same where they stand apart already
LEAST_TEXT = 12  # characters of a line that is text
SIGNS = frozenset({"%", "av", "/", "p", "p."})  # words that belong to the number before or after them
ALIGNED_EM = 0.4  # between the edges or middles of numbers of one column

_HEADS = (HeaderRole.ACHIEVED, HeaderRole.SCORE, HeaderRole.MAX, HeaderRole.PERCENT)


def cut_cells(strips: Sequence[ReadStrip], em: float) -> list[ReadStrip]:
    """The strips, those of them cut into text and numbers that end with numbers of the page's columns.

    One number is enough where other cells follow on the line.
    """
    tails = [(strip, _cells_at_end(strip, strips)) for strip in strips]
    numbers = [box for _, tail in tails for box in map(_box, tail)]
    numbers += [strip.line.box for strip, tail in tails if not tail and may_be_number_cell(strip.line.text)]
    cut: list[ReadStrip] = []
    for strip, tail in tails:
        if len(heads := _heads(strip)) > 1:
            cut.extend(part_of(strip, words) for words in heads)
            continue
        aligned = [group for group in tail if _aligned(_box(group), numbers, em) >= LEAST_ROWS]
        if not tail or len(aligned) < len(tail):
            cut.append(strip)
            continue
        rest = strip.line.words[: len(strip.line.words) - sum(map(len, tail))]
        cut.extend(part_of(strip, words) for words in (rest, *tail) if words)
    return cut


def _cells_at_end(strip: ReadStrip, strips: Sequence[ReadStrip]) -> list[tuple[Word, ...]]:
    """The numbers at a line's end that may be cells."""
    tail = _tail(strip)
    if len(tail) != 1:
        return tail
    right = (other for other in strips if other.line.box.x0 > strip.line.box.x1 and beside(strip, other))
    return tail if any(may_be_number_cell(other.line.text) for other in right) else []


def _tail(strip: ReadStrip) -> list[tuple[Word, ...]]:
    """The numbers that a line of text ends with, each with its sign; none where it is all numbers or all text."""
    groups: list[list[Word]] = []
    words = list(strip.line.words)
    while words and (may_be_number_cell(words[-1].text) or words[-1].text in SIGNS):
        word = words.pop()
        if groups and (groups[0][0].text in SIGNS and not may_be_number_cell(groups[0][0].text)):
            groups[0].insert(0, word)
        else:
            groups.insert(0, [word])
    if not any(any(map(str.isalpha, word.text)) for word in words):
        return []
    return [tuple(group) for group in groups if any(may_be_number_cell(word.text) for word in group)]


def _heads(strip: ReadStrip) -> list[tuple[Word, ...]]:
    """The heads of number columns that a line consists of (`Uppnådd poäng Max`), each once; none for any other."""
    heads: list[tuple[Word, ...]] = []
    roles: list[HeaderRole] = []
    words = strip.line.words
    while words:
        for count in range(min(LONGEST_HEAD, len(words)), 0, -1):
            role = header_role(" ".join(word.text for word in words[:count]))
            if role in _HEADS:
                break
        else:
            return []
        heads.append(words[:count])
        roles.append(role)
        words = words[count:]
    return heads if len(set(roles)) == len(roles) else []


def part_of(strip: ReadStrip, words: Sequence[Word]) -> ReadStrip:
    """Some neighbouring words of a strip as a strip of its own."""
    frame, whole = union(word.box for word in words), strip.line.box
    return replace(strip, line=strip.line.part(words, Box(frame.x0, whole.y0, frame.x1, whole.y1)))


def _box(group: Sequence[Word]) -> Box:
    return union(word.box for word in group)


def _aligned(box: Box, others: Sequence[Box], em: float) -> int:
    """Count boxes aligned with ``box`` at their left edge, right edge or centre, whichever gives most."""
    most = ALIGNED_EM * em
    ends = (
        sum(abs(other.x1 - box.x1) <= most for other in others),
        sum(abs(other.x0 - box.x0) <= most for other in others),
        sum(abs(other.center_x - box.center_x) <= most for other in others),
    )
    return max(ends)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """Numbers over each other."""

    x0: float
    x1: float
    count: int


def number_edges(strips: Sequence[ReadStrip], edges: Sequence[float], em: float) -> tuple[float, ...]:
    """``edges`` of a table's columns with those added that part columns of numbers from each other and from the text.

    Lines that stand beside no number, titles and the prose below a table, part nothing and join nothing.
    """
    texts = [s.line.box.x0 for s in strips if not may_be_number_cell(s.line.text) and len(s.line.text) >= LEAST_TEXT]
    right = [s for s in strips if s.line.box.x0 > min(texts, default=0.0) + em]
    clusters = [one for one in _clusters(right) if one.count >= LEAST_COLUMN]
    if not clusters:
        return tuple(edges)
    found = list(edges)
    for left, after in pairwise(clusters):
        if not any(left.x1 <= edge <= after.x0 for edge in edges):
            found.append((left.x1 + after.x0) / 2)
    first = clusters[0]
    beside = [s.line.box.x1 for s in strips if s.line.box.x0 < first.x0 - em and _has_number(s, first, strips)]
    if beside and max(beside) <= first.x0 and not any(max(beside) <= edge <= first.x0 for edge in edges):
        found.append((max(beside) + first.x0) / 2)
    return tuple(sorted(found))


def _clusters(strips: Sequence[ReadStrip]) -> list[_Cluster]:
    """Columns of numbers from left to right: numbers whose boxes share a height of the page's width."""
    boxes = sorted(
        (_box(group) for strip in strips if may_be_number_cell(strip.line.text) for group in _numbers(strip)),
        key=lambda box: box.x0,
    )
    clusters: list[_Cluster] = []
    for box in boxes:
        last = clusters[-1] if clusters else None
        if last is not None and box.x0 < last.x1:
            clusters[-1] = _Cluster(last.x0, max(last.x1, box.x1), last.count + 1)
        else:
            clusters.append(_Cluster(box.x0, box.x1, 1))
    return clusters


def _numbers(strip: ReadStrip) -> list[tuple[Word, ...]]:
    groups: list[list[Word]] = []
    for word in strip.line.words:
        if groups and word.text in SIGNS:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [tuple(group) for group in groups]


def _has_number(strip: ReadStrip, cluster: _Cluster, strips: Sequence[ReadStrip]) -> bool:
    """Whether a number of the column stands on the strip's line."""
    box = strip.line.box
    return any(
        other.line.box.x0 >= cluster.x0 - 0.5
        and other.line.box.x1 <= cluster.x1 + 0.5
        and box.y0 < other.line.box.center_y < box.y1
        for other in strips
        if other is not strip
    )


def cut_at(strip: ReadStrip, edges: Sequence[float]) -> list[ReadStrip]:
    """A strip of numbers that stands over several columns, cut between them."""
    groups: dict[int, list[Word]] = {}
    for group in _numbers(strip):
        groups.setdefault(sum(edge < _box(group).center_x for edge in edges), []).extend(group)
    return [part_of(strip, words) for _, words in sorted(groups.items())] if len(groups) > 1 else [strip]
