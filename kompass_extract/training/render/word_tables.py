"""The tables of a report set in Word: lists of strengths and improvement areas, the overview, the score tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from kompass_extract.training.render.gold_model import RenderedArea, RenderedOverviewRow, RenderedRow, Total
from kompass_extract.training.render.sampling import shown
from kompass_extract.training.render.structure import has_percent, hyphenated
from kompass_extract.training.render.word_layout import BORDERS, WordLayout
from kompass_extract.training.render.word_xml import (
    LIST_STYLE,
    WHITE,
    add_row,
    emphasise,
    keep_row,
    repeat_row,
    set_borders,
    set_widths,
    shade,
)

ALIGNMENTS = {"left": ALIGN.LEFT, "center": ALIGN.CENTER, "right": ALIGN.RIGHT}
VALIGNMENTS = {"top": VERTICAL.TOP, "center": VERTICAL.CENTER, "bottom": VERTICAL.BOTTOM}
INDENT = 5  # millimetres from a list's mark to its text
STACKED_SHADE = "D9D9D9"
SHARES = (0.09, 0.55, 0.12, 0.12, 0.12)  # of a score table's width: number, question, points, max, percent
SHARES_JOINED = (0.61, 0.13, 0.13, 0.13)  # the same with number and question in one column


@dataclass(frozen=True, slots=True)
class WordSheet:
    """A document being written, how it looks, and the width of its text in millimetres."""

    document: Document
    layout: WordLayout
    width: float

    def text(self, words: str) -> str:
        """``words`` with soft hyphens where the layout wants them."""
        return hyphenated(words) if self.layout.soft_hyphens else words


def _hang(paragraph: Paragraph, millimetres: float) -> None:
    form = paragraph.paragraph_format
    form.left_indent, form.first_line_indent = Mm(millimetres), Mm(-millimetres)
    form.tab_stops.add_tab_stop(Mm(millimetres))


def _add_items(sheet: WordSheet, cell: _Cell, items: Sequence[str], first: int = 0) -> None:
    """The ``items`` in ``cell``, whose first paragraph is taken when it is empty; typed marks count from ``first``."""
    style = sheet.layout.item_style
    for index, item in enumerate(items, first):
        empty = len(cell.paragraphs) == 1 and not cell.paragraphs[0].text
        paragraph = cell.paragraphs[0] if empty else cell.add_paragraph()
        if style == "plain":
            paragraph.paragraph_format.space_after = Pt(8)
        elif style == "typed":
            paragraph.add_run(f"{sheet.layout.typed.at(index)}\t")
            paragraph.paragraph_format.space_after = Pt(2)
        else:
            paragraph.style = LIST_STYLE
        paragraph.add_run(sheet.text(item))
        if style != "plain":
            _hang(paragraph, INDENT)


def _head(sheet: WordSheet, cell: _Cell, words: str) -> None:
    cell.text = words
    emphasise(cell, colour=WHITE if sheet.layout.bar else None)
    if colour := sheet.layout.bar or sheet.layout.shade:
        shade(cell, colour)


def _centre(cell: _Cell, words: str, size: float) -> None:
    cell.text = words
    cell.paragraphs[0].alignment = ALIGN.CENTER
    emphasise(cell, size=size)


def _rows_of_items(area: RenderedArea, paired: bool) -> list[tuple[Sequence[str], Sequence[str]]]:
    """All items in one row, or one of each list a row as far as they go."""
    if not paired:
        return [(area.strengths, area.improvements)]
    pairs = zip_longest(area.strengths, area.improvements)
    return [((left,) if left else (), (right,) if right else ()) for left, right in pairs]


def _cells(sheet: WordSheet, area: RenderedArea) -> Table:
    """Both lists side by side, in one row or in pairs, with the score above or beside where the layout wants it."""
    layout = sheet.layout
    column = layout.score_place == "column"
    table: Table = sheet.document.add_table(rows=0, cols=3 if column else 2)
    if layout.score_place == "merged":
        left, right = add_row(table).cells
        _head(sheet, left.merge(right), layout.merged_score.format(area.printed_score))
        if layout.merged_large:
            left.paragraphs[0].alignment = ALIGN.CENTER
            left.paragraphs[0].runs[0].font.size = Pt(16)
    for cell, words in zip(add_row(table).cells, (*layout.list_heads, "Poäng"), strict=False):
        _head(sheet, cell, words)
    heads = len(table.rows)
    if layout.repeat_head:
        for row in table.rows:
            repeat_row(row)
    for index, lists in enumerate(_rows_of_items(area, layout.lists == "paired")):
        for cell, items in zip(add_row(table).cells, lists, strict=False):
            _add_items(sheet, cell, items, index)
    share = layout.left_share
    shares = (0.44, 0.44, 0.12) if column else (share, 1 - share)
    set_widths(table, [sheet.width * part for part in shares])
    if column:
        _centre(table.cell(heads, 2).merge(table.rows[-1].cells[2]), str(area.printed_score), 20)
    return table


def _inner(sheet: WordSheet, area: RenderedArea) -> Table:
    """One row, each list under a head within its own cell."""
    table: Table = sheet.document.add_table(rows=1, cols=2)
    for cell, words, items in zip(
        table.rows[0].cells, sheet.layout.list_heads, (area.strengths, area.improvements), strict=True
    ):
        cell.text = f"{words}:"
        emphasise(cell)
        _add_items(sheet, cell, items)
    set_widths(table, [sheet.width / 2] * 2)
    return table


def _gutter(sheet: WordSheet, area: RenderedArea) -> Table:
    """Two columns under coloured heads with an empty column between them."""
    table: Table = sheet.document.add_table(rows=2, cols=3)
    for column, words, items in zip(
        (0, 2), sheet.layout.list_heads, (area.strengths, area.improvements), strict=True
    ):  # fmt: skip
        _head(sheet, table.cell(0, column), words)
        _add_items(sheet, table.cell(1, column), items)
    set_widths(table, [sheet.width * share for share in (0.48, 0.04, 0.48)])
    return table


def _beside(sheet: WordSheet, area: RenderedArea) -> Table:
    """A row for each list, its title in a cell at the left."""
    table: Table = sheet.document.add_table(rows=2, cols=2)
    for row, words, items in zip(
        table.rows, sheet.layout.list_heads, (area.strengths, area.improvements), strict=True
    ):  # fmt: skip
        _head(sheet, row.cells[0], words)
        _add_items(sheet, row.cells[1], items)
    set_widths(table, [sheet.width * share for share in (0.32, 0.68)])
    return table


def _rows(sheet: WordSheet, area: RenderedArea) -> Table:
    """An item a row, each list under a head across the table, with its mark in a column of its own when it is typed."""
    typed = sheet.layout.item_style == "typed"
    table: Table = sheet.document.add_table(rows=0, cols=2 if typed else 1)
    for words, items in zip(sheet.layout.list_heads, (area.strengths, area.improvements), strict=True):
        cells = add_row(table).cells
        _head(sheet, cells[0].merge(cells[-1]) if typed else cells[0], words)
        for index, item in enumerate(items):
            cells = add_row(table).cells
            cells[-1].text = sheet.text(item)
            if typed:
                cells[0].text = sheet.layout.typed.at(index)
    set_widths(table, [sheet.width * 0.07, sheet.width * 0.93] if typed else [sheet.width])
    return table


def add_list_tables(sheet: WordSheet, area: RenderedArea) -> None:
    """The area's strengths and improvement areas as the tables that the layout's ``lists`` names."""
    layout = sheet.layout
    if layout.lists == "stacked":
        for words, items in zip(layout.list_heads, (area.strengths, area.improvements), strict=True):
            table: Table = sheet.document.add_table(rows=2, cols=1)
            set_borders(table, BORDERS["grid"])
            table.cell(0, 0).text = words
            emphasise(table.cell(0, 0))
            shade(table.cell(0, 0), layout.shade or STACKED_SHADE)
            _add_items(sheet, table.cell(1, 0), items)
            sheet.document.add_paragraph().paragraph_format.space_after = Pt(0)
        return
    table = {"inner": _inner, "gutter": _gutter, "beside": _beside, "rows": _rows}.get(layout.lists, _cells)(
        sheet, area
    )
    set_borders(table, {} if layout.lists == "gutter" else BORDERS[layout.borders])
    sheet.document.add_paragraph()


def add_overview(sheet: WordSheet, rows: Sequence[RenderedOverviewRow]) -> None:
    """The table of area scores over evaluations; nothing for a report without one."""
    if not rows:
        return
    heads = list(rows[0].values)
    table: Table = sheet.document.add_table(rows=1, cols=1 + len(heads))
    for cell, head in zip(table.rows[0].cells[1:], heads, strict=True):
        cell.text = head
    for row in rows:
        cells = add_row(table).cells
        cells[0].text = f"{row.number} {row.label}" if row.number else row.label
        for cell, head in zip(cells[1:], heads, strict=True):
            cell.text = str(row.values[head])
            cell.paragraphs[0].alignment = ALIGN.RIGHT
    set_borders(table, BORDERS["grid"])
    _tighten(table, 2, 0)
    set_widths(table, [sheet.width * 0.5] + [sheet.width * 0.5 / len(heads)] * len(heads))
    sheet.document.add_paragraph()


def _tighten(table: Table, gap: float, size: float) -> None:
    """``gap`` points after each paragraph of ``table``, and letters of ``size`` points unless it is 0."""
    for paragraph in (p for row in table.rows for cell in row.cells for p in cell.paragraphs):
        paragraph.paragraph_format.space_after = Pt(gap)
        for run in paragraph.runs if size else ():
            run.font.size = Pt(size)


def _score_head(sheet: WordSheet, table: Table, area: RenderedArea, words: Sequence[str]) -> None:
    """The head row of a score table, or two where number and question share a column."""
    look = sheet.layout.scores
    joined = look.number_with_question
    if joined:
        cells = add_row(table).cells
        title = cells[0].merge(cells[-1])
        title.text = f"Område {area.number} {area.score_table.heading}"
    first = ("Delfråga",) if joined else (f"{area.number}.", area.score_table.heading)
    if not look.title_in_table and not joined:
        first = ("", "")
    for index, (cell, text) in enumerate(zip(add_row(table).cells, (*first, *words), strict=True)):
        cell.text = text
        if index >= len(first):
            cell.paragraphs[0].alignment = ALIGNMENTS[look.number_align]
    for row in table.rows:
        for cell in row.cells:
            emphasise(cell, colour=WHITE if look.bar else None)
        for cell in {id(cell._tc): cell for cell in row.cells}.values():
            if look.bar:
                shade(cell, look.bar)
        if look.head_repeats:
            repeat_row(row)


def _score_row(sheet: WordSheet, table: Table, row: RenderedRow | Total, percent: bool) -> None:
    """One question or, for a Total, the sums in bold."""
    look, line = sheet.layout.scores, add_row(table)
    values = [shown(row.achieved), str(row.max), f"{row.percent}{look.percent_sign}"][: 3 if percent else 2]
    number, text = (row.number, sheet.text(row.question)) if isinstance(row, RenderedRow) else ("", look.total_label)
    first = [f"{number} {text}".strip()] if look.number_with_question else [number, text]
    for index, (cell, words) in enumerate(zip(line.cells, first + values, strict=True)):
        cell.text = words
        if index >= len(first):
            cell.paragraphs[0].alignment = ALIGNMENTS[look.number_align]
            cell.vertical_alignment = VALIGNMENTS[look.number_valign]
        if isinstance(row, Total):
            emphasise(cell)
    if look.rows_whole:
        keep_row(line)


def add_score_table(sheet: WordSheet, area: RenderedArea, width: float) -> None:
    """The area's score table, ``width`` millimetres wide, its title above it where the layout puts it there."""
    look, percent = sheet.layout.scores, has_percent(area)
    words = look.words if percent else look.words[:2]
    if not look.title_in_table and not look.number_with_question:
        sheet.document.add_heading(f"{area.number}. {area.score_table.heading}", 3)
    shares: tuple[float, ...] = SHARES_JOINED if look.number_with_question else SHARES
    if not percent:
        wide = len(shares) - 4  # the question's column takes the place of the percents
        shares = tuple(s + shares[-1] * (i == wide) for i, s in enumerate(shares[:-1]))
    table: Table = sheet.document.add_table(rows=0, cols=len(shares))
    _score_head(sheet, table, area, words)
    for row in area.score_table.rows:
        _score_row(sheet, table, row, percent)
    _score_row(sheet, table, area.score_table.total, percent)
    set_borders(table, BORDERS[look.borders])
    _tighten(table, 2, look.size)
    set_widths(table, [width * share for share in shares])
    sheet.document.add_paragraph()
