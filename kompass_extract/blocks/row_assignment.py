"""Which lines of a table's text column, which row number and which numbers are one row.

The three are taken from top to bottom in the way that the evidence speaks least against: rules between them,
a line that wraps (its first word did not fit on the line above), the pitch of lines, letters of other weight or
height, and where the numbers of the table's other rows stand beside their lines (top, middle or bottom).
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kompass_extract.blocks.regions import may_be_number_cell
from kompass_extract.taxonomy.question_numbers import is_question_number
from kompass_extract.words.page_reader import ReadStrip


@dataclass(frozen=True, slots=True)
class RowCosts:
    """What speaks against a division of a table into rows, as costs; all are relative to ``crossed``.

    ``_cap`` is in heights of the body text's capitals, ``_per_cap`` a cost for each of them.  All were set by hand;
    ``kompass evaluate sensitivity`` tells how much each changes on the labelled tables.
    """

    most_lines: int = 7
    """Lines of one row at most."""
    reach_cap: float = 5.0
    """Distance between the parts of one row on different baselines, at most."""
    hopeless: float = 15.0
    """A division that costs so much more than the cheapest of as many parts is not followed any further."""
    crossed: float = 6.0
    """A rule between two parts of one row."""
    room_left: float = 2.0
    """A break in a row where the next word would have fitted on the line above."""
    new_question: float = 3.0
    """A row that goes on with a line that begins with a question's number."""
    other_letters: float = 1.5
    """Lines of other weight or height in one row."""
    capital: float = 0.3
    """A row that goes on with a capital or a digit."""
    lower_case: float = 1.6
    """A row that begins in lower case."""
    open_line: float = 1.0
    """A row above which a line ends with a comma, a hyphen or a word that asks for more."""
    no_rule: float = 0.5
    """A new row without a rule before it, where rules stand between rows."""
    wide_pitch: float = 1.15
    """Pitch from which lines of one row stand wide apart, against that of the closest lines."""
    wide_pitch_cost: float = 5.0
    """Each 1.0 above ``wide_pitch``."""
    most_pitch_cost: float = 3.0
    """What a wide pitch costs at most."""
    lines_alone: float = 1.0
    """Lines that are no row's: a heading, or a question whose numbers were lost."""
    label_alone: float = 2.5
    """A row number without a question."""
    numbers_alone: float = 0.6
    """Numbers without question or row number: totals."""
    question_without_numbers: float = 1.5
    """A question with its row number and no points."""
    numbers_without_label: float = 0.4
    """Numbers whose row has no row number; for each line of the row."""
    label_on_heads: float = 2.0
    """A question's number on a row of column heads."""
    off_line_per_cap: float = 0.5
    """Distance between a row's number or points and the nearest of its lines."""
    outside_per_cap: float = 1.0
    """The same outside of all its lines."""
    off_habit_per_cap: float = 0.6
    """Distance from where the table's other rows have their numbers."""
    habit_share: float = 0.6
    """Share of the rows with several lines from which on where their numbers stand is a habit."""
    other_weight: float = 1.3
    """Thickness of strokes against that of the line above from which on the letters are other ones."""
    other_height: float = 1.2
    """The same of their heights."""
    several_lines: float = 1.8
    """Height of a cell, in its letters' heights, from which on it has more than one line."""


COSTS = RowCosts()
_ASKS_FOR_MORE = (",", "-", "–", "/", " och", " samt", " av", " med", " för", " till", " i", " som", " den", " det")


@dataclass(frozen=True, slots=True)
class ColumnLine:
    """The strips of one baseline in the text column, left to right."""

    strips: tuple[ReadStrip, ...]

    @property
    def baseline(self) -> float:
        return self.strips[0].baseline

    @property
    def center(self) -> float:
        return self.strips[0].line.box.center_y

    @property
    def text(self) -> str:
        return " ".join(strip.line.text for strip in self.strips)

    @property
    def x1(self) -> float:
        return max(strip.line.box.x1 for strip in self.strips)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a table's rows are made of, each from top to bottom; ``anchors`` are numbers or column heads."""

    lines: tuple[ColumnLine, ...]
    labels: tuple[ReadStrip, ...]
    anchors: tuple[tuple[ReadStrip, ...], ...]


@dataclass(frozen=True, slots=True)
class RowSpan:
    """Lines ``first`` to before ``last``, and the numbers of a label and an anchor or None."""

    first: int
    last: int
    label: int | None
    anchor: int | None


_Frame = tuple[float, float]  # first and last baseline of a number cell of several lines
_State = tuple[int, int, int]  # how many lines, labels and anchors are above
_Habit = Callable[[Sequence[ColumnLine]], float]

_HABITS: dict[str, _Habit] = {
    "top": lambda lines: lines[0].baseline,
    "middle": lambda lines: (lines[0].baseline + lines[-1].baseline) / 2,
    "bottom": lambda lines: lines[-1].baseline,
}


def fit_rows(parts: Parts, cuts: Sequence[float], cap: float) -> list[RowSpan]:
    """The rows from top to bottom; every line, label and anchor is in exactly one.  ``cuts`` are rules' heights."""
    fitter = _Fitter(parts, cuts, cap, {})
    rows = fitter.best()
    habits = {part: habit for part in ("label", "anchor") if (habit := fitter.habit(rows, part)) is not None}
    return _Fitter(parts, cuts, cap, habits).best() if habits else rows


class _Fitter:
    """The costs of one table's rows, and the cheapest way to divide it."""

    def __init__(self, parts: Parts, cuts: Sequence[float], cap: float, habits: dict[str, _Habit]) -> None:
        self._parts, self._cuts, self._cap, self._habits = parts, sorted(cuts), cap, habits
        self._known_labels: dict[tuple[int, int, int, int | None], float] = {}
        self._known_anchors: dict[tuple[int, int, int], float] = {}
        self._frames = [_frame(anchor) for anchor in parts.anchors]
        self._numeric = [any(may_be_number_cell(s.line.text) for s in anchor) for anchor in parts.anchors]
        self._question = [is_question_number(label.line.text) for label in parts.labels]
        self._opens = [_opens_question(line) for line in parts.lines]
        self._right = max((line.x1 for line in parts.lines), default=0.0)
        self._pitch = _usual_pitch(parts.lines, cap)
        pairs = range(1, len(parts.lines))
        self._together = [0.0, *(self._one_row(index) for index in pairs)]
        self._apart = [0.0, *(self._two_rows(index) for index in pairs)]

    def best(self) -> list[RowSpan]:
        """The cheapest division, by dynamic programming over what is above."""
        start: _State = (0, 0, 0)
        end: _State = (len(self._parts.lines), len(self._parts.labels), len(self._parts.anchors))
        cheapest: dict[_State, tuple[float, _State | None, RowSpan | None]] = {start: (0.0, None, None)}
        waiting: dict[int, set[_State]] = {0: {start}}
        for count in range(sum(end)):
            states = sorted(waiting.pop(count, ()))
            least = min((cheapest[state][0] for state in states), default=0.0)
            for state in states:
                spent = cheapest[state][0]
                if spent > least + COSTS.hopeless:
                    continue
                for row in self._next_rows(state):
                    after = (row.last, state[1] + (row.label is not None), state[2] + (row.anchor is not None))
                    cost = spent + self._cost(row)
                    if after not in cheapest or cost < cheapest[after][0] - 1e-9:
                        cheapest[after] = (cost, state, row)
                        waiting.setdefault(sum(after), set()).add(after)
        rows: list[RowSpan] = []
        at: _State | None = end
        while at is not None:
            _, at, last = cheapest[at]
            rows.extend([last] if last is not None else [])
        return rows[::-1]

    def habit(self, rows: Sequence[RowSpan], part: str) -> _Habit | None:
        """Where labels or anchors stand beside rows of several lines, when most of them agree."""
        found: Counter[str] = Counter()
        for row in rows:
            lines = self._parts.lines[row.first : row.last]
            at = self._baseline_of(row, part)
            if at is not None and len(lines) > 1:
                found.update([min(_HABITS, key=lambda name: abs(_HABITS[name](lines) - at))])
        if not found:
            return None
        name, count = found.most_common(1)[0]
        return _HABITS[name] if count >= COSTS.habit_share * found.total() else None

    def _baseline_of(self, row: RowSpan, part: str) -> float | None:
        if part == "label":
            return None if row.label is None else self._parts.labels[row.label].baseline
        if row.anchor is None or not self._numeric[row.anchor]:
            return None
        return self._parts.anchors[row.anchor][0].baseline

    def _next_rows(self, state: _State) -> Iterator[RowSpan]:
        """The rows that can come next: with what is topmost in them, and nothing far below it."""
        line, label, anchor = state
        tops = [line_.baseline for line_ in self._parts.lines[line : line + 1]]
        tops.extend(strip.baseline for strip in self._parts.labels[label : label + 1])
        tops.extend(strips[0].baseline for strips in self._parts.anchors[anchor : anchor + 1])
        limit = min(tops) + COSTS.reach_cap * self._cap
        labels = [None, label] if self._within(self._parts.labels[label : label + 1], limit) else [None]
        within = [strips[0] for strips in self._parts.anchors[anchor : anchor + 1]]
        anchors = [None, anchor] if self._within(within, limit) else [None]
        for last in range(line, min(len(self._parts.lines), line + COSTS.most_lines) + 1):
            if last > line + 1 and self._parts.lines[last - 1].baseline > limit + (last - line) * 2 * self._cap:
                break
            if last == line + 1 and self._parts.lines[line].baseline > limit:
                break
            for own_label in labels:
                for own_anchor in anchors:
                    if last > line or own_label is not None or own_anchor is not None:
                        yield RowSpan(line, last, own_label, own_anchor)

    @staticmethod
    def _within(strips: Sequence[ReadStrip], limit: float) -> bool:
        return bool(strips) and strips[0].baseline <= limit

    def _cost(self, row: RowSpan) -> float:
        lines = row.last - row.first
        cost = self._make_up(row, lines)
        if lines:
            cost += sum(self._together[row.first + 1 : row.last]) + self._apart[row.first]
            cost += self._label_off(row) if row.label is not None else 0.0
            cost += self._anchor_off(row) if row.anchor is not None else 0.0
        elif row.label is not None and row.anchor is not None:
            label, anchor = self._parts.labels[row.label], self._parts.anchors[row.anchor][0]
            cost += COSTS.outside_per_cap * abs(label.baseline - anchor.baseline) / self._cap
        return cost

    def _make_up(self, row: RowSpan, lines: int) -> float:
        """What speaks against a row of these parts, wherever they stand."""
        labelled = row.label is not None or (lines > 0 and self._opens[row.first])
        question = labelled and (row.label is None or self._question[row.label])
        if row.anchor is None:
            if not labelled:
                return COSTS.lines_alone
            return (
                (COSTS.question_without_numbers if question else COSTS.numbers_without_label)
                if lines
                else COSTS.label_alone
            )
        if not self._numeric[row.anchor]:
            return COSTS.label_on_heads if question else 0.0 if lines else COSTS.numbers_without_label / 2
        if not lines:
            return COSTS.label_alone if labelled else COSTS.numbers_alone
        return 0.0 if labelled else COSTS.numbers_without_label * lines

    def _label_off(self, row: RowSpan) -> float:
        """``_off`` of a row's label, kept for the many rows that share it and their lines."""
        assert row.label is not None
        key = (row.label, row.first, row.last, row.anchor if self._moves_label(row.anchor) else None)
        if key not in self._known_labels:
            self._known_labels[key] = self._off_frame(self._parts.labels[row.label].baseline, row, "label")
        return self._known_labels[key]

    def _anchor_off(self, row: RowSpan) -> float:
        """The mean of ``_off`` over a row's numbers, kept for the many rows that share them and their lines."""
        assert row.anchor is not None
        key = (row.anchor, row.first, row.last)
        if key not in self._known_anchors:
            strips = self._parts.anchors[row.anchor]
            total = sum(self._off_frame(strip.baseline, row, "anchor") for strip in strips)
            self._known_anchors[key] = total / max(1, len(strips))
        return self._known_anchors[key]

    def _moves_label(self, anchor: int | None) -> bool:
        """Whether a row's numbers say where its label stands: they have a frame, or are column heads."""
        return anchor is not None and (self._frames[anchor] is not None or not self._numeric[anchor])

    def _off_frame(self, at: float, row: RowSpan, part: str) -> float:
        """``_off`` of a place in a row, which its frame can move to its lines; heads have no habit of their own."""
        lines = self._parts.lines[row.first : row.last]
        frame = self._frames[row.anchor] if row.anchor is not None else None
        if frame is not None:
            at = _towards(at, frame, (lines[0].baseline, lines[-1].baseline))
        return self._off(at, lines, "" if self._moves_label(row.anchor) else part)

    def _off(self, at: float, lines: Sequence[ColumnLine], part: str) -> float:
        """How far a label or a number stands from the lines of its row, and whether a rule lies between."""
        nearest = min(lines, key=lambda line: abs(line.baseline - at))
        gap = max(0.0, abs(nearest.baseline - at) / self._cap - 0.3)
        outside = max(0.0, lines[0].baseline - at, at - lines[-1].baseline) / self._cap
        cost = COSTS.off_line_per_cap * gap + COSTS.outside_per_cap * max(0.0, outside - 0.3)
        if part in self._habits and len(lines) > 1:
            cost += COSTS.off_habit_per_cap * abs(self._habits[part](lines) - at) / self._cap
        middle = at - 0.35 * self._cap
        band = bisect(self._cuts, middle)
        return cost + COSTS.crossed * any(bisect(self._cuts, line.center) != band for line in lines)

    def _one_row(self, index: int) -> float:
        """What speaks against a line being of one row with the line above it."""
        above, below = self._parts.lines[index - 1], self._parts.lines[index]
        first = below.strips[0].line.words[0]
        room = self._right - above.x1 > first.box.width + 0.6 * self._cap
        pitch = (below.baseline - above.baseline) / self._pitch
        return (
            COSTS.crossed * any(_between(cut, above.center, below.center) for cut in self._cuts)
            + COSTS.room_left * room
            + COSTS.new_question * self._opens[index]
            + COSTS.other_letters * _other_letters(above.strips[0], below.strips[0])
            + COSTS.capital * (first.text[:1].isupper() or first.text[:1].isdigit())
            + min(COSTS.most_pitch_cost, COSTS.wide_pitch_cost * max(0.0, pitch - COSTS.wide_pitch))
        )

    def _two_rows(self, index: int) -> float:
        """What speaks against a line beginning a row."""
        above, below = self._parts.lines[index - 1], self._parts.lines[index]
        crossed = any(_between(cut, above.center, below.center) for cut in self._cuts)
        return (
            COSTS.lower_case * below.text[:1].islower()
            + COSTS.open_line * above.text.rstrip().endswith(_ASKS_FOR_MORE)
            + COSTS.no_rule * (bool(self._cuts) and not crossed)
        )


def _frame(anchor: Sequence[ReadStrip]) -> _Frame | None:
    """Where a row of numbers begins and ends whose cells have several lines: its text can stand beside any of them."""
    tops = [
        s.line.box.y0 + s.letter_height for s in anchor if s.line.box.height > COSTS.several_lines * s.letter_height
    ]
    if not tops:
        return None
    return min(tops), max(max(s.baseline, s.line.box.y1) for s in anchor)


def _towards(at: float, frame: _Frame, lines: _Frame) -> float:
    """A place within a row's frame moved, as far as the frame goes, to where the lines of text are."""
    if not frame[0] - 1 <= at <= frame[1] + 1:
        return at
    return min(max(at, min(frame[1], lines[0])), max(frame[0], lines[1]))


def _between(cut: float, a: float, b: float) -> bool:
    return min(a, b) < cut < max(a, b)


def _opens_question(line: ColumnLine) -> bool:
    return bool(line.text) and is_question_number(line.text.split(maxsplit=1)[0])


def _other_letters(a: ReadStrip, b: ReadStrip) -> bool:
    weight = max(a.stroke, b.stroke) / max(0.01, min(a.stroke, b.stroke))
    height = max(a.letter_height, b.letter_height) / max(0.1, min(a.letter_height, b.letter_height))
    return weight > COSTS.other_weight or height > COSTS.other_height


def _usual_pitch(lines: Sequence[ColumnLine], cap: float) -> float:
    """The pitch of lines within a row: the closest that several lines have."""
    steps = sorted(b.baseline - a.baseline for a, b in pairwise(lines))
    steps = [step for step in steps if step > cap]
    return max(cap, median(steps[: max(1, len(steps) // 5)])) if steps else 1.5 * cap
