"""Which two lines are one text, by the labels of the report: what the line-pair model learns from.

Letters and digits alone are compared.  Two lines are one text where the end of the first and the beginning of the
second stand together in one label's string; they are two where either stands at a string's edge.  Others stay
unlabelled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kompass_extract.blocks.pair_rows import PairRow, RowColumn
from kompass_extract.training.fit_labels.gold_strings import ReportStrings

TOGETHER = 14  # letters on each side that show two lines to be one text
AT_EDGE = 22  # letters of a line that show it to begin or end a string
LEAST = 4
SHIFT_CAPS = 3.0  # by which a column stands elsewhere on the next page
_NOT_LETTERS = re.compile(r"[\W_]+")
_TYPED_MARK = re.compile(r"^\W*(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z])?[.):]?\W+(?=\w)")
_STOP = "\x00"


def squashed(text: str) -> str:
    """The letters and digits of a text, small."""
    return _NOT_LETTERS.sub("", text.casefold())


@dataclass(frozen=True, slots=True)
class PairLabels:
    """A report's strings, squashed and parted; ``unsure`` are those that may be printed in more than one text."""

    strings: str
    unsure: str

    @classmethod
    def of(cls, gold: ReportStrings) -> PairLabels:
        """The strings of a labelled report."""
        texts = (
            text
            for area in gold.areas
            for text in (
                area.name, *area.rubrics, *area.strengths, *area.improvements,
                *(text for section in area.narrative for text in (section.heading or "", *section.paragraphs)),
            )
        )  # fmt: skip
        return cls(_joined(texts), _joined(gold.front_matter))

    def pair(self, above: PairRow, below: PairRow) -> bool | None:
        """Whether two lines are one text; None where the labels do not tell."""
        one, other = squashed(above.text), squashed(below.text)
        bare = squashed(_TYPED_MARK.sub("", below.text))
        if len(one) < 1 or len(other) < 1:
            return None
        both = one[-TOGETHER:] + other[:TOGETHER]
        if len(both) >= 2 * LEAST and both in self.strings:
            return True
        if both in self.unsure:
            return None
        ends = len(one) >= LEAST and f"{one[-AT_EDGE:]}{_STOP}" in self.strings
        begins = any(len(text) >= LEAST and f"{_STOP}{text[:AT_EDGE]}" in self.strings for text in (other, bare))
        return False if ends or begins else None

    def column(self, column: RowColumn) -> list[bool | None]:
        """The label of each two lines of a column that follow each other."""
        return [self.pair(above, below) for above, below in zip(column.rows, column.rows[1:], strict=False)]


def _joined(texts: Iterable[str]) -> str:
    return _STOP + _STOP.join(squashed(text) for text in texts if text) + _STOP


@dataclass(frozen=True, slots=True)
class Break:
    """Two columns of a report, by their places, that a page's or column's end parts, and whether the text goes on."""

    before: int
    after: int
    goes_on: bool


def breaks_of(columns: Sequence[RowColumn], labels: PairLabels) -> list[Break]:
    """The breaks between columns one of which may go on in the other, as far as the labels tell."""
    found = []
    for before, after in _candidates(columns):
        label = labels.pair(columns[before].rows[-1], columns[after].rows[0])
        if label is not None:
            found.append(Break(before, after, label))
    return found


def _candidates(columns: Sequence[RowColumn]) -> Iterable[tuple[int, int]]:
    """Columns beside each other, and the last of a page with the first on the next that stands as far left."""
    pages: dict[int, list[int]] = {}
    for index, column in enumerate(columns):
        pages.setdefault(column.page, []).append(index)
    for index, column in enumerate(columns):
        own = pages[column.page]
        beside = [i for i in own if i > index and _left(columns[i]) >= max(row.x1 for row in column.rows)]
        if beside and _top(columns[beside[0]]) < column.rows[-1].baseline:
            yield index, beside[0]
        lower = [i for i in own if _top(columns[i]) > column.rows[-1].baseline]
        following = [
            i
            for i in pages.get(column.page + 1, ())
            if abs(_left(columns[i]) - _left(column)) < SHIFT_CAPS * column.cap
        ]
        if not lower and following:
            yield index, min(following, key=lambda i: _top(columns[i]))


def _left(column: RowColumn) -> float:
    return min(row.x0 for row in column.rows)


def _top(column: RowColumn) -> float:
    return column.rows[0].baseline
