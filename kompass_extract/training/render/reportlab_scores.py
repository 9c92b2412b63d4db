"""The score tables as ReportLab draws them."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Paragraph,
    Spacer,
    Table,
)

from kompass_extract.training.render.gold_model import RenderedArea, RenderedRow, Total
from kompass_extract.training.render.reportlab_parts import WHITE, Turned
from kompass_extract.training.render.reportlab_sheet import Flow, LabSheet, marked
from kompass_extract.training.render.sampling import shown


class LabScores(LabSheet):
    """The last chapter's tables."""

    def values(self, row: RenderedRow | Total) -> list[str]:
        """The printed values of a row in the order of the columns."""
        out = [shown(row.achieved, decimals=self.story.decimals), str(row.max)]
        out = out[::-1] if self.style.max_first else out
        return out + ([f"{row.percent}{self.style.percent_sign}"] if row.percent is not None else [])

    def table_rows(self, area: RenderedArea) -> list[list[object]]:
        """The questions and the totals of an area."""
        look = self.look(fontSize=self.style.table_size, leading=self.style.table_size * 1.2, spaceAfter=0)
        rows: list[list[object]] = [
            [row.number, Paragraph(marked(row.question), look), *self.values(row)] for row in area.score_table.rows
        ]
        return [*rows, ["", self.other("total_label", self.style.total_label), *self.values(area.score_table.total)]]

    def head_row(self, number: str, title: str) -> list[object]:
        """The heads of a score table."""
        style, look = (
            self.style,
            self.look(
                fontSize=self.style.table_size, leading=self.style.table_size * 1.2, spaceAfter=0, fontName=self.bold
            ),
        )
        words = list(style.words if self.story.percent else style.words[:2])
        if style.max_first:
            words[:2] = words[1::-1]
        colour = "#ffffff" if style.dark_heads else "#000000"
        look.textColor = HexColor(colour)
        value = ParagraphStyle("value", parent=look, alignment={"RIGHT": 2, "CENTER": 1, "LEFT": 0}[style.number_align])
        if style.table_form == "pairs":
            value.fontSize, value.leading = 6.5, 7.5
        heads = [
            Turned(self.ledger.add("table_head", word), self.bold, style.table_size, colour)
            if style.turned_heads
            else Paragraph(self.other("table_head", word), value)
            for word in words
        ]
        return [number, Paragraph(title, look), *heads]

    def tables(self) -> Flow:
        """The score tables of all areas."""
        style, areas = self.style, [chapter.area for chapter in self.story.chapters]
        width = (A4[1] if style.landscape else A4[0]) - (style.left + style.right) * mm
        if style.table_form == "long":
            rows, subs = [self.head_row("", "")], []
            for area in areas:
                subs.append(len(rows))
                look = self.look(fontSize=style.table_size, spaceAfter=0, fontName=self.bold)
                rows.append(
                    [str(area.number), Paragraph(marked(area.score_table.heading), look), *[""] * (len(rows[0]) - 2)]
                )
                rows += self.table_rows(area)
            return [self.score_table(rows, width, subs)]
        made = [self.score_table([self.head_row(f"{a.number}.", marked(a.score_table.heading)), *self.table_rows(a)],
                                 width if style.table_form == "each" else width / 2 - 6, ()) for a in areas]  # fmt: skip
        if style.table_form == "pairs":
            made = [
                Table([[a, b or ""]], colWidths=[width / 2] * 2, style=[("VALIGN", (0, 0), (-1, -1), "TOP")])
                for a, b in zip_longest(made[::2], made[1::2])
            ]
        return [part for table in made for part in (table, Spacer(1, 12))]

    def score_table(self, rows: list[list[object]], width: float, subs: Sequence[int]) -> Table:
        """A score table of ``rows``, ``subs`` being the rows that name an area."""
        style, every = self.style, ((0, 0), (-1, -1))
        value = (11 if style.table_form == "pairs" else 15 if style.turned_heads else 22) * mm
        count = len(rows[0]) - 2
        table = Table(
            rows,
            colWidths=[9 * mm, width - 9 * mm - count * value, *[value] * count],
            repeatRows=int(style.repeat_heads),
        )
        rule = (style.rule_width, HexColor(style.rule))
        look: list[tuple[object, ...]] = [
            ("FONTNAME", *every, self.face), ("FONTSIZE", *every, style.table_size), ("ALIGN", (2, 0), (-1, -1), style.number_align),
            ("VALIGN", (2, 0), (-1, -1), style.number_valign), ("VALIGN", (0, 0), (1, -1), "TOP"), ("FONTNAME", (0, 0), (-1, 0), self.bold),
            *(("LEFTPADDING", *every, 3), ("RIGHTPADDING", *every, 4)), ("TOPPADDING", *every, 2), ("BOTTOMPADDING", *every, 3),
        ]  # fmt: skip
        rules: dict[str, list[tuple[object, ...]]] = {"all": [("GRID", *every, *rule)], "horizontal": [("LINEBELOW", *every, *rule)], "none": [],
                 "zebra": [("ROWBACKGROUNDS", (0, 1), (-1, -1), [WHITE, HexColor(style.tint)])]}  # fmt: skip
        look += rules[style.table_grid]
        if style.dark_heads:
            look += [("BACKGROUND", (0, 0), (-1, 0), HexColor(style.colour)), ("TEXTCOLOR", (0, 0), (-1, 0), WHITE)]
        look += [("BACKGROUND", (0, row), (-1, row), HexColor(style.tint)) for row in subs]
        table.setStyle([*look, ("FONTNAME", (0, -1), (-1, -1), self.bold)])
        return table
