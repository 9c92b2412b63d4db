"""Features of two lines, the second of which may go on with the text of the first.

Two lines follow each other in a column (``column_features``), or a column's or page's end stands between them
(``break_features``).  Lengths are in cap heights of the page.  ``Habits`` are the report's own: how often, by the first
verdicts over the whole report, a distance, an indent, the room left, or an ending before a beginning stood between
lines of one text and between two texts.  They let the model see what a layout that it never met means by its spaces.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kompass_extract.blocks.pair_rows import PairRow, RowColumn, RowWords, role_code, words_of

Array = npt.NDArray[np.float64]

NAN = math.nan
WORD_SPACE_CAPS = 0.4
AT_EDGE_CAPS = 0.35  # a line that ends so near the right edge is set to it
NEAR_CAPS = 0.12  # distances that differ less are the same
FAR_LINES = 30.0

BASE = (
    "distance", "distance_to_tight", "distance_to_low", "rank", "distance_of_size", "step_before", "step_after",
    "room", "room_bare", "room_next", "edge_share", "width",
    "indent_above", "indent_below", "indent_step", "indent_next", "indent_before",
    "mark_below", "mark_above", "mark_share", "since_mark", "to_mark_text", "to_mark", "mark_to_mark",
    "typed_below", "typed_follows", "typed_above", "typed_share", "size_ratio", "size_below", "size_above",
    "weight_ratio", "weight_below", "weight_above", "letters_least", "ruled", "ruled_share",
    "begin", "quoted", "end", "closed", "last_open", "first_open", "words_above", "words_below", "role_above",
    "role_below", "role_both", "role_next", "break_kind", "to_foot", "rows",
)  # fmt: skip
SECOND = (
    "first", "first_before", "first_after", "first_after_next", "text_lines", "text_indent", "text_marked", "text_left",
    "text_role", "text_mark_to", "h_distance", "h_indent", "h_room", "h_words", "h_left", "h_mark",
)  # fmt: skip
NO_BREAK, COLUMN_BREAK, PAGE_BREAK = 0.0, 1.0, 2.0


@dataclass(frozen=True, slots=True)
class WordOdds:
    """Log odds by word: that a text goes on after it (``last``), that it begins one (``first``)."""

    last: Mapping[str, float]
    first: Mapping[str, float]


def column_features(column: RowColumn, odds: WordOdds) -> Array:
    """One row of ``BASE`` features for each two lines that follow each other."""
    rows = column.rows
    words = [words_of(row.text) for row in rows]
    place = _ColumnMeasures.of(column, words)
    made = [place.pair(index, odds) for index in range(len(rows) - 1)]
    return np.array(made, dtype=np.float64).reshape(-1, len(BASE))


@dataclass(frozen=True, slots=True)
class _ColumnMeasures:
    """A column with what is measured once for all of its pairs."""

    column: RowColumn
    words: Sequence[RowWords]
    steps: Array
    tight: float
    low: float
    left: float
    edge_share: float
    mark_share: float
    typed_share: float
    ruled_share: float

    @classmethod
    def of(cls, column: RowColumn, words: Sequence[RowWords]) -> _ColumnMeasures:
        rows, cap = column.rows, column.cap
        steps = np.array([b.baseline - a.baseline for a, b in pairwise(rows)]) / cap
        close = np.sort(steps[(steps > 0.9) & (steps < 3.3)]) if len(steps) else steps
        tight = float(np.median(close[close <= close[0] + 0.35])) if len(close) else NAN
        ends = [column.right - row.x1 < AT_EDGE_CAPS * cap for row in rows]
        count = max(1, len(rows))
        return cls(
            column, words, steps, tight, float(close[0]) if len(close) else NAN,
            min((row.x0 for row in rows), default=0.0), sum(ends) / count, sum(row.marked for row in rows) / count,
            sum(one.typed > 0 for one in words) / count, sum(row.ruled for row in rows) / count,
        )  # fmt: skip

    def pair(self, index: int, odds: WordOdds) -> list[float]:
        """The features of the lines ``index`` and ``index + 1``."""
        rows, words = self.column.rows, self.words
        above, below = rows[index], rows[index + 1]
        after = rows[index + 2] if index + 2 < len(rows) else None
        return [
            *self._steps(index, max(above.size, below.size)),
            *self.across(above, below, after),
            *self._indents(index, above, below, after),
            *self._marks(index, below),
            *_typed_marks(words, index, self.typed_share),
            *_letters(above, below, self.column.cap),
            float(below.ruled), self.ruled_share,
            *_wording(words[index], words[index + 1], odds),
            *_roles(above, below, after, words[index], words[index + 1]),
            NO_BREAK, NAN, float(len(rows)),
        ]  # fmt: skip

    def _steps(self, index: int, size: float) -> list[float]:
        step = float(self.steps[index])
        rank = float(np.mean(self.steps < step - NEAR_CAPS))
        before = float(self.steps[index - 1]) - step if index else NAN
        after = float(self.steps[index + 1]) - step if index + 1 < len(self.steps) else NAN
        larger = max(1.0, size / self.column.cap)
        return [step, step - self.tight, step - self.low, rank, step / larger, before, after]

    def across(self, above: PairRow, below: PairRow, after: PairRow | None) -> list[float]:
        """The room that was left on the first line, and how the column's lines end."""
        cap, right = self.column.cap, self.column.right
        bare = (right - above.x1) / cap
        following = NAN if after is None else (right - below.x1 - after.first_width) / cap
        room = bare - below.first_width / cap - WORD_SPACE_CAPS
        return [room, bare, following, self.edge_share, (right - self.left) / cap]

    def _indents(self, index: int, above: PairRow, below: PairRow, after: PairRow | None) -> list[float]:
        cap, rows = self.column.cap, self.column.rows
        return [
            (above.x0 - self.left) / cap,
            (below.x0 - self.left) / cap,
            (below.x0 - above.x0) / cap,
            NAN if after is None else (after.x0 - below.x0) / cap,
            NAN if not index else (above.x0 - rows[index - 1].x0) / cap,
        ]

    def _marks(self, index: int, below: PairRow) -> list[float]:
        rows, cap = self.column.rows, self.column.cap
        last = next((i for i in range(index, -1, -1) if rows[i].marked), None)
        flags = [float(below.marked), float(rows[index].marked), self.mark_share]
        if last is None:
            return [*flags, FAR_LINES, NAN, NAN, NAN]
        item = rows[last]
        return [
            *flags, min(FAR_LINES, float(index - last)), (below.x0 - item.x0) / cap, (below.x0 - item.mark) / cap,
            (below.mark - item.mark) / cap,
        ]  # fmt: skip


def _typed_marks(words: Sequence[RowWords], index: int, share: float) -> list[float]:
    """Whether the line below begins with a typed mark, and with that which follows an earlier one of its kind."""
    below = words[index + 1]
    follows = 0.0
    if below.typed:
        wanted = below.number - (below.typed < 3)
        earlier = [one.number for one in words[: index + 1] if one.typed == below.typed]
        later = [one.number for one in words[index + 2 :] if one.typed == below.typed]
        follows = float(wanted in earlier) + float(below.number + (below.typed < 3) in later)
    return [below.typed, follows, words[index].typed, share]


def _letters(above: PairRow, below: PairRow, cap: float) -> list[float]:
    telling = above.tall and below.tall
    return [
        math.log(below.size / above.size) if telling and above.size > 0 and below.size > 0 else NAN,
        below.size / cap if below.tall else NAN,
        above.size / cap if above.tall else NAN,
        math.log(max(0.05, below.weight) / max(0.05, above.weight)),
        below.weight,
        above.weight,
        float(min(len(above.text), len(below.text))),
    ]


def _wording(above: RowWords, below: RowWords, odds: WordOdds) -> list[float]:
    return [
        below.begin, below.quoted, above.end, above.closed,
        odds.last.get(above.last, NAN), odds.first.get(below.first, NAN), above.words, below.words,
    ]  # fmt: skip


def _roles(above: PairRow, below: PairRow, after: PairRow | None, first: RowWords, second: RowWords) -> list[float]:
    both = role_code(f"{above.text} {below.text}") if first.words + second.words < 10 else NAN
    following = role_code(f"{below.text} {after.text}") if after is not None and second.words < 6 else NAN
    return [first.role, second.role, both, following]


def break_features(before: RowColumn, after: RowColumn, kind: float, odds: WordOdds, *, foot: float = NAN) -> Array:
    """The ``BASE`` features of the last line of a column and the first of the one that goes on after it.

    ``foot``: how much lower than the last line text goes in the report, in points.
    """
    cap = 0.5 * (before.cap + after.cap)
    above, below = before.rows[-1], after.rows[0]
    one = _ColumnMeasures.of(before, [words_of(row.text) for row in before.rows])
    other = _ColumnMeasures.of(after, [words_of(row.text) for row in after.rows])
    following = after.rows[1] if len(after.rows) > 1 else None
    across = one.across(above, below, None)
    across[2] = NAN if following is None else (after.right - below.x1 - following.first_width) / cap
    indents = ((above.x0 - one.left) / cap, (below.x0 - other.left) / cap)
    values = [
        *[NAN] * 7, *across, *indents, indents[1] - indents[0],
        NAN if following is None else (following.x0 - below.x0) / cap,
        NAN if len(before.rows) < 2 else (above.x0 - before.rows[-2].x0) / cap,
        *_marks_over(one, other, cap),
        *_typed_marks([*one.words, *other.words], len(before.rows) - 1, max(one.typed_share, other.typed_share)),
        *_letters(above, below, cap), float(below.ruled), one.ruled_share,
        *_wording(one.words[-1], other.words[0], odds),
        *_roles(above, below, following, one.words[-1], other.words[0]),
        kind, foot / cap, float(len(before.rows)),
    ]  # fmt: skip
    return np.array([values], dtype=np.float64)


def _marks_over(one: _ColumnMeasures, other: _ColumnMeasures, cap: float) -> list[float]:
    """List marks on both sides of a break; where marks stand is taken from the column that goes on, if it has any."""
    before, after = one.column.rows, other.column.rows
    below = after[0]
    marked = sum(row.marked for row in (*before, *after)) / (len(before) + len(after))
    since = next((lines for lines, row in enumerate(reversed(before)) if row.marked), None)
    item = next((row for row in after if row.marked), None)
    shift = 0.0
    if item is None and since is not None:
        item, shift = before[-1 - since], other.left - one.left
    return [
        float(below.marked), float(before[-1].marked), marked, FAR_LINES if since is None else float(since),
        NAN if item is None else (below.x0 - item.x0 - shift) / cap,
        NAN if item is None else (below.x0 - item.mark - shift) / cap,
        NAN,
    ]  # fmt: skip


def texts_features(column: RowColumn, first: Array) -> Array:
    """What the text that each pair's first line belongs to looks like, by the ``first`` verdicts: ``SECOND``[:10]."""
    made = []
    start = 0
    rows, cap = column.rows, column.cap
    logit = np.log((first + 1e-4) / (1 - first + 1e-4))
    for index in range(len(rows) - 1):
        if index and first[index - 1] < 0.5:
            start = index
        text = rows[start : index + 1]
        head = " ".join(row.text for row in text) if len(text) <= 3 else ""
        below = rows[index + 1]
        made.append([
            float(logit[index]),
            float(logit[index - 1]) if index else NAN,
            float(logit[index + 1]) if index + 1 < len(first) else NAN,
            float(logit[index + 2]) if index + 2 < len(first) else NAN,
            float(len(text)),
            (below.x0 - text[0].x0) / cap,
            float(text[0].marked),
            (below.x0 - min(row.x0 for row in text)) / cap,
            role_code(head) if head else NAN,
            (below.x0 - text[0].mark) / cap,
        ])  # fmt: skip
    return np.array(made, dtype=np.float64).reshape(-1, 10)
