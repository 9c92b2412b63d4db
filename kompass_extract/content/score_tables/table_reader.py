"""From fragments to score tables: where one begins, which lines are one row, which row is the total.

A table opens with its heading or, where that is missing, with the first question of an area; it closes with
its row of totals.  A line without a number goes on with the question before it; numbers beside any line of a
question are that question's; a heading repeated after a page break changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kompass_extract.content.numbers import NumberKind, strict
from kompass_extract.content.score_tables.finish import CollectedRow, CollectedTable, best_per_area, finished, is_table
from kompass_extract.content.score_tables.rows import CellValue, ColumnRole, Fragment, fragments
from kompass_extract.content.score_tables.table_values import ScoreTableReading
from kompass_extract.content.score_tables.wide_tables import own_columns
from kompass_extract.content.score_words import without_score
from kompass_extract.model.document import BlockKind, Form, LabelledBlock
from kompass_extract.taxonomy import AreaHeading, Taxonomy
from kompass_extract.taxonomy.fold import similarity

COLUMN_ROLES = {
    "achieved": ColumnRole.ACHIEVED,
    "score": ColumnRole.ACHIEVED,
    "max": ColumnRole.MAX,
    "percent": ColumnRole.PERCENT,
}
TOTAL_ROLE = "total"
TOTAL_ROLES = frozenset({TOTAL_ROLE, "score", "achieved"})
"""What a line of totals between a title and its rows is called."""
_OWN_TITLE = re.compile(r"^(?:(?:[Oo]mråde\s+)?([1-8])[.:]?\s*[–-]?\s*)?(\S.*)$", re.DOTALL)
OWN_NAME = 0.9
"""Likeness, 0..1, from which on a title has the report's own name of the area."""
AREA_POINTS = 100
LEAST_NUMBERS = 2
"""Numbers of a row without a question number that opens a table: points and max."""
MOST_REST_LINES = 3
"""Lines of a question that a page break can leave to the next page."""


@dataclass(frozen=True, slots=True)
class _TableTitle:
    """What heads a table: the line, the area and name that it says (None and "" where it says none), and its total."""

    line: Fragment
    area: int | None
    name: str
    total: Fragment | None = None


NOTHING_PRINTED: Mapping[int, frozenset[int]] = {}
NO_NAMES: Mapping[int, str] = {}


def read_score_tables(
    blocks: Sequence[LabelledBlock],
    taxonomy: Taxonomy,
    printed: Mapping[int, frozenset[int]] = NOTHING_PRINTED,
    names: Mapping[int, str] = NO_NAMES,
) -> tuple[ScoreTableReading, ...]:
    """The score tables of the overview, one per area in order of area, every cell with its candidates.

    ``printed`` are the numbers that each area's chapter prints outside of sentences: its score is one of them;
    ``names`` are what the report itself calls its areas.
    """
    collector = _Collector(taxonomy, names)
    for labelled in blocks:
        if _may_hold_rows(labelled, collector):
            for fragment in fragments(labelled, collector.role_of):
                collector.take(fragment)
        else:
            collector.pass_by(labelled)
    tables = [table for table in collector.tables if is_table(table)]
    found = [finished(table) for table in own_columns(tables, collector.heads, printed, taxonomy)]
    return tuple(sorted(best_per_area(found), key=lambda table: table.area))


def _may_hold_rows(labelled: LabelledBlock, collector: _Collector) -> bool:
    """Blocks called score tables, and grid rows and headings that only tables have, whatever they are called."""
    if labelled.block.form in (Form.FURNITURE, Form.FIGURE):
        return False
    if labelled.kind is BlockKind.SCORE_TABLE or labelled.block.form is Form.ROW:
        return True
    return labelled.kind is BlockKind.HEADING and collector.opens_table(labelled)


class _Collector:
    """Takes fragments in reading order and keeps the tables they make."""

    def __init__(self, taxonomy: Taxonomy, names: Mapping[int, str]) -> None:
        self._taxonomy = taxonomy
        self._names = names
        self.tables: list[CollectedTable] = []
        self.heads: dict[str, list[Fragment]] = {}
        self._open: CollectedTable | None = None
        self._title: _TableTitle | None = None
        self._orphan: Fragment | None = None
        self._page = 0

    def role_of(self, text: str) -> ColumnRole | None:
        """The number column that a header word names."""
        role = self._taxonomy.header_role(text)
        return COLUMN_ROLES.get(str(role)) if role is not None else None

    def opens_table(self, labelled: LabelledBlock) -> bool:
        """Whether a heading names an area as score tables do and heads number columns."""
        parts = list(fragments(labelled, self.role_of))
        return any(len(part.roles) >= 2 for part in parts)

    def pass_by(self, labelled: LabelledBlock) -> None:
        """Look at a block that is no part of a table: it may be the title of the next one."""
        if labelled.block.form in (Form.FURNITURE, Form.FIGURE):
            return
        lines = list(fragments(labelled, self.role_of))
        if self._is_rest(labelled, lines):
            assert self._open is not None
            self._open.rows[-1].parts.extend(lines)
            return
        self._orphan = None
        if lines and self._takes_total(lines[-1]):
            return
        text = without_score(labelled.block.text)
        whole = self._titled(text) if lines else None
        last = self._titled(_numbered_text(lines[-1])) if lines and whole is None else None
        found = whole or last
        line = lines[0 if whole else -1] if lines else None
        total = _said_total(line, text) if line is not None and text != labelled.block.text else None
        self._title = None
        if found is not None and line is not None:
            self._take_titled_row(_TableTitle(line, found.number, found.name, total))

    def _takes_total(self, fragment: Fragment) -> bool:
        """Keep a line such as `Områdets poäng: 61 av 100` between a title and its rows as the totals."""
        title, table = self._title, self._open
        if title is None or len(fragment.source.block.cells) > 1 or len(fragment.values) != LEAST_NUMBERS:
            return False
        if table is not None and not table.closed and title.area == table.area:
            return False
        if str(self._taxonomy.header_role(fragment.text)) not in TOTAL_ROLES:
            return False
        self._title = replace(title, total=fragment)
        return True

    def _titled(self, text: str) -> AreaHeading | None:
        """The area that a text names, by a name of the editions or by the report's own."""
        found = self._taxonomy.table_title(text)
        if found is not None:
            return found
        said = _OWN_TITLE.match(text)
        name = said[2].strip() if said else ""
        for number, own in self._names.items():
            if said and said[1] in (None, str(number)) and similarity(name, own) >= OWN_NAME:
                return AreaHeading(number, name, OWN_NAME)
        return None

    def _is_rest(self, labelled: LabelledBlock, lines: Sequence[Fragment]) -> bool:
        """Whether a few words at the top of a page are the end of the question that the page break cut."""
        first, self._page = labelled.block.page != self._page, labelled.block.page
        if not first or self._open is None or self._open.closed or not self._open.rows or not lines:
            return False
        before = self._open.rows[-1].parts[-1]
        if not before.lines or before.source.block.page != labelled.block.page - 1 or len(lines) > MOST_REST_LINES:
            return False
        aligned = abs(before.lines[-1].box.x0 - labelled.block.box.x0) < labelled.block.size
        return aligned and lines[0].text[:1].islower() and not any(line.values or line.roles for line in lines)

    def take(self, fragment: Fragment) -> None:
        """Put one line where it belongs."""
        self._page = fragment.source.block.page
        if fragment.number is None and (self._takes_total(fragment) or self._is_area_beside(fragment)):
            return
        row = fragment.number is not None or (fragment.values and len(fragment.roles) < 2)
        heading = None if row else self._heading(fragment)
        if fragment.roles and not row:
            self.heads.setdefault(fragment.grid, []).append(fragment)
        if heading is not None:
            self._take_heading(fragment, heading)
        elif (headed := self._headed_total(fragment)) is not None:
            self._take_heading(fragment, headed)
            self._take_total(fragment)
        elif fragment.number is not None:
            self._take_row(fragment, fragment.number)
        elif (title := self._titled_row(fragment)) is not None:
            self._take_titled_row(title)
        elif fragment.heads_columns:
            self._orphan = None
        else:
            self._take_unnumbered(fragment)

    def _take_unnumbered(self, fragment: Fragment) -> None:
        """Put a line without a question number where it belongs: totals, a title, a row, or the rest of one."""
        if self._opens_unnumbered(fragment):
            self._open_unnumbered(fragment)
        elif not fragment.values and (title := self._title_between(fragment)) is not None:
            self._take_titled_row(title)
        elif self._open is None or self._open.closed:
            self._orphan = fragment if fragment.lines and fragment.values else None
        elif fragment.values and self._is_total(fragment):
            self._take_total(fragment)
        elif fragment.lines or fragment.values:
            self._take_rest(fragment)

    def _heading(self, fragment: Fragment) -> _TableTitle | None:
        """What a line heads a table with; column heads without a name take the title before them, if any."""
        found = self._taxonomy.score_table_heading(_numbered_text(fragment)) if fragment.lines else None
        if found is not None and (len(fragment.roles) >= 1 or fragment.chapter is not None):
            return _TableTitle(fragment, found.number, found.name)
        named = self._titled(_numbered_text(fragment)) if fragment.lines and fragment.roles else None
        if named is not None:
            return _TableTitle(fragment, named.number, named.name)
        if len(fragment.roles) < 2:
            return None
        if fragment.chapter is not None:
            return _TableTitle(fragment, fragment.chapter, fragment.text)
        title, self._title = self._title, None
        return title or _TableTitle(fragment, None, "")

    def _headed_total(self, fragment: Fragment) -> _TableTitle | None:
        """The title of an area's table that has the area's numbers in the same row: its totals."""
        if fragment.number is not None or fragment.chapter is None or len(fragment.values) < 2 or not fragment.lines:
            return None
        found = self._taxonomy.score_table_heading(_numbered_text(fragment))
        table = self._open
        if found is None or (table is not None and table.area == found.number and table.total is None and table.rows):
            return None  # no title, or the totals below the rows of their area
        return _TableTitle(fragment, found.number, found.name)

    def _titled_row(self, fragment: Fragment) -> _TableTitle | None:
        """The title over an area's rows that is a row of the grid itself, its words in several cells."""
        cells = fragment.source.block.cells
        if len(cells) < 2 or len(fragment.values) > 1 or fragment.roles:
            return None
        found = self._titled(" ".join(cell.text for cell in cells))
        return _TableTitle(fragment, found.number, found.name) if found is not None else None

    def _take_titled_row(self, title: _TableTitle) -> None:
        """Keep the title for the rows below it, or give it to the table whose heads stand above it."""
        table = self._open
        if table is not None and table.area is None and not table.rows:
            table.area, table.heading, table.name = title.area, title.line, title.name
        self._title = title

    def _is_area_beside(self, fragment: Fragment) -> bool:
        """Whether a lone number is the area's, in a column of its own beside the row just taken."""
        table = self._open
        if table is None or not table.rows or fragment.lines or len(fragment.values) != 1:
            return False
        before = table.rows[-1].parts[-1]
        beside = fragment.box.y0 < before.box.y1 and fragment.box.x1 < before.box.x0
        return beside and strict(fragment.values[0].text, NumberKind.POINTS) == table.area

    def _opens_unnumbered(self, fragment: Fragment) -> bool:
        """Whether a row without a number is the first below a title that names another area than the open table's."""
        if self._title is None or not fragment.in_grid or not fragment.lines or len(fragment.values) < LEAST_NUMBERS:
            return False
        return self._open is None or self._open.closed or self._title.area not in (None, self._open.area)

    def _open_unnumbered(self, fragment: Fragment) -> None:
        assert self._title is not None
        title, self._orphan = self._title, None
        self._open, self._title = _opened(title, title.area), None
        self.tables.append(self._open)
        self._open.rows.append(CollectedRow(None, fragment.number_text, [fragment]))

    def _title_between(self, fragment: Fragment) -> _TableTitle | None:
        """An area's name on a line of its own where no question can go on."""
        last = self._open.rows[-1] if self._open and self._open.rows and not self._open.closed else None
        if not fragment.lines or (last is not None and last.values is None):
            return None
        found = self._taxonomy.table_title(_numbered_text(fragment))
        return _TableTitle(fragment, found.number, found.name) if found is not None else None

    def _take_heading(self, fragment: Fragment, title: _TableTitle) -> None:
        table = self._open
        if table is not None and not table.closed and title.area in (None, table.area):
            table.headers.append(fragment)
            return
        self._open, self._title = _opened(title, title.area, [fragment]), None
        self.tables.append(self._open)

    def _take_row(self, fragment: Fragment, number: str) -> None:
        area = int(number[0])
        table = self._open
        if table is None or table.closed or (table.area not in (None, area)):
            table = self._opened_by_row(area)
            if self._orphan is not None and _is_row_before(self._orphan, number):
                table.rows.append(CollectedRow(None, self._orphan.number_text, [self._orphan]))
        table.area, self._orphan, self._title = area, None, None
        table.rows.append(CollectedRow(number, fragment.number_text, [fragment]))

    def _opened_by_row(self, area: int) -> CollectedTable:
        """The table that a row of another area belongs to: a new one, or an open one whose number was misread."""
        current = self._open
        if current is not None and not current.closed and current.rows == [] and current.heading is None:
            return current
        title = self._title if self._title is not None and self._title.area == area else None
        self._open = _opened(title, area)
        self.tables.append(self._open)
        return self._open

    def _is_total(self, fragment: Fragment) -> bool:
        """A row of totals: numbers without a question, or with a label such as Summa."""
        first = fragment.text.split(maxsplit=1)[:1]
        labels = [fragment.text, *first] if fragment.number_text == "" else [fragment.text]
        if any(str(self._taxonomy.header_role(label)) == TOTAL_ROLE for label in labels if label):
            return True
        unnumbered = fragment.number_text == "" or self._repeats_heading(fragment)
        if unnumbered and any(_is_area_max(value) for value in fragment.values[1:]):
            return True
        if _word_letters(fragment) > 3:
            return False
        last = self._open.rows[-1] if self._open and self._open.rows else None
        waiting = last is not None and last.values is None
        return not waiting or any(_is_area_max(value) for value in fragment.values)

    def _repeats_heading(self, fragment: Fragment) -> bool:
        """Whether a row begins with the area's number, as where a page break leaves the totals alone under a head."""
        area = self._open.area if self._open is not None else None
        return fragment.chapter is not None and fragment.chapter == area and fragment.number_text.endswith(".")

    def _take_total(self, fragment: Fragment) -> None:
        table = self._open
        if table is not None and table.total is None:
            table.total, table.total_first = fragment, not table.rows

    def _take_rest(self, fragment: Fragment) -> None:
        """A line that goes on with the question before it, or a row whose question number was lost."""
        table = self._open
        if table is None or table.closed:
            return
        last = table.rows[-1] if table.rows else None
        if last is not None and (not fragment.values or last.values is None) and not _misread_number(fragment):
            last.parts.append(fragment)
        elif fragment.values:
            table.rows.append(CollectedRow(None, fragment.number_text, [fragment]))


def _said_total(line: Fragment, name: str) -> Fragment | None:
    """The totals that a title says behind the area's name: `Effektivitet (75 av 100 poäng)`."""
    words = [word for part in line.source.block.lines for word in part.words][len(name.split()) :]
    values = [CellValue((word,), None) for word in words if strict(word.text, NumberKind.POINTS) is not None]
    return replace(line, values=tuple(values), lines=()) if len(values) == LEAST_NUMBERS else None


def _opened(title: _TableTitle | None, area: int | None, headers: Sequence[Fragment] = ()) -> CollectedTable:
    """A new table under its title, with the totals that the title says."""
    if title is None:
        return CollectedTable(area, headers=list(headers))
    table = CollectedTable(area, title.line if title.name else None, title.name, headers=list(headers))
    table.total, table.total_first = title.total, title.total is not None
    return table


def _numbered_text(fragment: Fragment) -> str:
    return f"{fragment.number_text} {fragment.text}" if fragment.number_text else fragment.text


def _is_row_before(fragment: Fragment, number: str) -> bool:
    """Whether a row whose number lost its dot is the one before ``number``: `11` before `1.2`."""
    digits = "".join(ch for ch in fragment.number_text if ch.isdigit())
    return digits == f"{number[0]}{int(number[2:]) - 1}"


def _misread_number(fragment: Fragment) -> bool:
    """Whether something numeric stood where question numbers stand."""
    return any(ch.isdigit() for ch in fragment.number_text)


def _is_area_max(value: CellValue) -> bool:
    """Whether a cell prints the max points of a whole area, which no question has."""
    return strict(value.text, NumberKind.POINTS) == AREA_POINTS


def _word_letters(fragment: Fragment) -> int:
    return sum(ch.isalpha() for ch in fragment.text)
