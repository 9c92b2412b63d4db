"""The tables as one Excel workbook: an explaining first sheet, then a sheet a table with filters and frozen heads.

Texts are written as texts: one that begins with ``=`` is no formula, and an address is no link.  Rows that wait for
review are coloured.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kompass_extract.model.tidy_columns import Table, TidyColumn, tables
from kompass_extract.model.tidy_rows import TABLES_VERSION, Cell
from kompass_extract.review.answers.exporting.chosen_tables import (
    LICENCE_TITLE,
    ChosenTables,
    OpenTable,
    RowFormat,
    Rows,
)
from kompass_extract.review.answers.table_rows import TRUE

FILE = "kompass.xlsx"
MOST_ROWS = 1_048_575  # of a sheet, its head not counted (Excel's limit)
MOST_LETTERS = 32_767  # of a cell (Excel's limit)
CUT = " […]"
_WIDTHS = {"text": 60, "question": 50, "machine_value": 20, "title": 40, "message": 50, "heading": 25, "name": 25}
_USUAL_WIDTH = 14
_DOUBT_COLOUR = "#FCE4D6"
_OPTIONS = {
    "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
}  # fmt: skip
_ABOUT = (
    "Kommunkompassen: values read from published reports by kompass-extract.",
    "A reviewer's value stands in place of the machine's where a person has decided; machine_value has what was read.",
    "A coloured row waits for review: its value may be wrong. Leave it out of sums and means (filter needs_review).",
    "confidence is the probability that the value is right. page and the box say where it stands in the source.",
    "Areas of different editions are different things under one number. Compare questions by concept, in per cent of "
    "max.",
    "",
    "Kommunkompassen: värden som kompass-extract har läst ur publicerade rapporter.",
    "Granskarens värde står i stället för maskinens där någon har beslutat; machine_value är det som lästes.",
    "En färgad rad väntar på granskning: värdet kan vara fel. Räkna inte med den (filtrera på needs_review).",
    "Områden i olika utgåvor är olika saker under samma nummer. Jämför frågor på concept, i procent av max.",
)


class _Packed(io.BytesIO):
    """The workbook's bytes; its zip file is closed a second time when the interpreter takes both away."""

    def close(self) -> None:
        pass


@contextmanager
def _book(chosen: ChosenTables, folder: Path) -> Iterator[OpenTable]:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    packed = _Packed()  # a zip file on a full disk would be closed, and would fail, twice
    try:
        with xlsxwriter.Workbook(packed, {**_OPTIONS, "tmpdir": str(folder)}) as book:
            book.set_properties({"title": "Kommunkompassen", "created": chosen.made.replace(tzinfo=None)})
            yield _sheets_of(book, chosen)
    except FileCreateError as error:
        raise OSError(*getattr(error.args[0], "args", error.args)) from error
    (folder / FILE).write_bytes(packed.getbuffer())


def _sheets_of(book: Any, chosen: ChosenTables) -> OpenTable:
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        "wrapped": book.add_format({"text_wrap": True, "valign": "top"}),
        "plain": book.add_format({"valign": "top"}),
        "text": book.add_format({"valign": "top", "num_format": "@"}),
        "share": book.add_format({"valign": "top", "num_format": "0.00"}),
        "doubt": book.add_format({"bg_color": _DOUBT_COLOUR}),
    }
    _explain(book, chosen, formats)

    @contextmanager
    def sheets_of(table: Table) -> Iterator[Callable[[Rows], object]]:
        sheets = _Sheets(book, table, formats)
        yield sheets.write
        sheets.finish()

    return sheets_of


def _explain(book: Any, chosen: ChosenTables, formats: dict[str, Any]) -> None:
    sheet = book.add_worksheet("read me")
    sheet.set_column(0, 1, 24)
    sheet.set_column(2, 2, 12)
    sheet.set_column(3, 3, 90, formats["wrapped"])
    about = [
        *_ABOUT, "",
        f"Chosen: {chosen.said()}. Made {chosen.made.isoformat()}. Tables version {TABLES_VERSION}.",
        f"Licence: {LICENCE_TITLE}, as far as the publisher holds rights. The reports are public documents.", "",
    ]  # fmt: skip
    for row, line in enumerate(about):
        sheet.write_string(row, 0, line)
    for number, head in enumerate(("table", "column", "type", "what it is")):
        sheet.write_string(len(about), number, head, formats["head"])
    row = len(about) + 1
    for table in tables().values():
        lines: list[tuple[str, str, str]] = [("", "", table.description)]
        lines += [(one.name, one.type, one.description) for one in table.columns]
        for cells in lines:
            for number, cell in enumerate((table.name, *cells)):
                sheet.write_string(row, number, cell)
            row += 1


class _Sheets:
    """The sheets of a table; where it has more rows than a sheet can hold it goes on in another."""

    def __init__(self, book: Any, table: Table, formats: dict[str, Any]) -> None:
        self._book, self._table, self._formats = book, table, formats
        self._part, self._at = 1, 0
        self._sheet = _sheet(book, table, 1, formats)

    def write(self, rows: Rows) -> None:
        for row in rows:
            if self._at == MOST_ROWS:
                self.finish()
                self._part, self._at = self._part + 1, 0
                self._sheet = _sheet(self._book, self._table, self._part, self._formats)
            self._at += 1
            _write_row(self._sheet, self._at, self._table.columns, row)

    def finish(self) -> None:
        _finish(self._sheet, self._table, self._at, self._formats)


def _sheet(book: Any, table: Table, part: int, formats: dict[str, Any]) -> Any:
    sheet = book.add_worksheet(table.name if part == 1 else f"{table.name} ({part})")
    for number, column in enumerate(table.columns):
        sheet.set_column(number, number, _WIDTHS.get(column.name, _USUAL_WIDTH), formats[_format(column)])
        sheet.write_string(0, number, column.name, formats["head"])
    sheet.freeze_panes(1, 2)
    return sheet


def _format(column: TidyColumn) -> str:
    if column.name in _WIDTHS:
        return "wrapped"
    if column.name in ("confidence", "match_score"):
        return "share"
    return "text" if column.type == "text" else "plain"


def _write_row(sheet: Any, at: int, columns: Sequence[TidyColumn], row: Sequence[Cell]) -> None:
    for number, (column, value) in enumerate(zip(columns, row, strict=True)):
        if value is None:
            continue
        if column.type == "text":
            sheet.write_string(at, number, _fitting(str(value)))
        elif column.type == "boolean":
            sheet.write_boolean(at, number, value == TRUE)
        else:
            sheet.write_number(at, number, value)


def _fitting(text: str) -> str:
    """Return a text that a cell can hold; one that was cut says so."""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - len(CUT)] + CUT


def _finish(sheet: Any, table: Table, rows: int, formats: dict[str, Any]) -> None:
    """Add the filters and colour the rows that wait for review."""
    last = len(table.columns) - 1
    sheet.autofilter(0, 0, max(rows, 1), last)
    doubts = [number for number, column in enumerate(table.columns) if column.name.endswith("needs_review")]
    if doubts and rows:
        from xlsxwriter.utility import xl_col_to_name

        waits = ",".join(f"${xl_col_to_name(number)}2" for number in doubts)
        rule = {"type": "formula", "criteria": f"=OR({waits})", "format": formats["doubt"]}
        sheet.conditional_format(1, 0, rows, last, rule)


WORKBOOK = RowFormat(_book, (FILE,))
"""``kompass.xlsx``."""
