"""Strengths and improvement areas as ReportLab draws them, in each of the places that a style knows."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from itertools import zip_longest

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BalancedColumns,
    CondPageBreak,
    Flowable,
    Paragraph,
    Spacer,
    Table,
)

from kompass_extract.training.render.reportlab_parts import SIGNS, WHITE, Shape
from kompass_extract.training.render.reportlab_sheet import GLYPH, PLAIN_SIGNS, Flow, LabSheet, marked
from kompass_extract.training.render.sampling import ListMarkStyle
from kompass_extract.training.render.story import Chapter


class LabLists(LabSheet):
    """The lists of a chapter."""

    def items(self, chapter: Chapter, which: int, *, inset: float = 0) -> Flow:
        """The items of a list as paragraphs with their marks."""
        mark, out, index = self.style.marks[which], [], 0
        for text, depth in zip(chapter.lists[which], chapter.depths[which], strict=True):
            out.append(self.item(marked(text), "–" if depth else mark.at(index), mark, depth, inset))
            index += not depth
        return out

    def item(self, text: str, sign: str, mark: ListMarkStyle, depth: int, inset: float) -> Flowable:
        """One item; a drawn mark stands in a cell beside it."""
        style = self.style
        left = inset + depth * style.indent
        if mark.kind == "shape" and not depth:
            cells = ["", Shape(mark.form, style.size, style.colour), Paragraph(text, self.look(spaceAfter=0))]
            table = Table([cells[not inset :]], colWidths=[inset, style.indent, None][not inset :], hAlign="LEFT")
            table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
                            ("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), style.item_gap)])  # fmt: skip
            return table
        gap = style.item_gap if sign else max(style.item_gap, style.size * 0.55)
        face = SIGNS if mark.kind == GLYPH and sign not in PLAIN_SIGNS else self.face
        look = self.look(
            leftIndent=left + (style.indent if sign else 0),
            bulletIndent=left,
            spaceAfter=gap,
            bulletFontName=face,
            bulletFontSize=style.size,
        )
        return Paragraph(text, look, bulletText=sign or None)

    def grid(self, heads: int) -> list[tuple[object, ...]]:
        """The rules and grounds of a table of items."""
        style, every = self.style, ((0, 0), (-1, -1))
        rule = HexColor(style.rule)
        out: list[tuple[object, ...]] = [("VALIGN", *every, "TOP")]
        out += {
            "all": [("GRID", *every, style.rule_width, rule)], "none": [], "outer": [("BOX", *every, style.rule_width, rule)],
            "horizontal": [("LINEABOVE", *every, style.rule_width, rule), ("LINEBELOW", (0, -1), (-1, -1), style.rule_width, rule)],
        }[style.grid]  # fmt: skip
        if heads and style.dark_heads:
            out.append(("BACKGROUND", (0, 0), (-1, heads - 1), HexColor(style.colour)))
        return out

    def title(self, which: int, *, head: bool = False) -> Paragraph:
        """A list's title in a cell or over its list."""
        colour = WHITE if head and self.style.dark_heads else HexColor("#000000")
        return Paragraph(
            f"<b>{self.other('list_title', self.style.titles[which])}</b>",
            self.look(spaceAfter=0 if head else 3, textColor=colour, keepWithNext=1),
        )

    def lists(self, chapter: Chapter) -> Flow:
        """Strengths and improvement areas where the style wants them."""
        made = {"cells": self.cells, "pairs": self.pairs}.get(self.style.lists)
        if made:
            return [Spacer(1, 4), made(chapter), Spacer(1, 8)]
        out: Flow = []
        for which in (0, 1):
            one = {
                "bars": self.bar,
                "beside": self.beside,
                "numbered": self.numbered,
                "cards": self.cards,
                "margin": self.margin,
            }.get(self.style.lists)
            if one:
                out += [CondPageBreak(80), *one(chapter, which), Spacer(1, 8)]
                continue
            items = self.items(chapter, which)
            columns = self.style.lists == "balanced" and len(items) > 3
            out += [
                CondPageBreak(70),
                Spacer(1, 4),
                self.title(which),
                *([BalancedColumns(items, nCols=2)] if columns else items),
            ]
        return out

    def cells(self, chapter: Chapter) -> Flowable:
        """Both lists side by side in one row that breaks over pages."""
        rows = [[self.title(0, head=True), self.title(1, head=True)], [self.items(chapter, 0), self.items(chapter, 1)]]
        table = Table(rows, colWidths=[self.width / 2] * 2, repeatRows=int(self.style.repeat_heads), splitInRow=1)
        table.setStyle(self.grid(1))
        return table

    def pairs(self, chapter: Chapter) -> Flowable:
        """An item of each list a row."""
        rows: list[list[object]] = [[self.title(0, head=True), self.title(1, head=True)]]
        rows += [[a or "", b or ""] for a, b in zip_longest(self.items(chapter, 0), self.items(chapter, 1))]
        table = Table(rows, colWidths=[self.width / 2] * 2, repeatRows=int(self.style.repeat_heads))
        table.setStyle(self.grid(1))
        return table

    def bar(self, chapter: Chapter, which: int) -> Flow:
        """The title on a bar across the page, the list below."""
        style = self.style
        look = self.look(backColor=HexColor(style.colour if style.dark_heads else style.tint), borderPadding=4, spaceAfter=9, spaceBefore=8,
                         textColor=WHITE if style.dark_heads else HexColor("#000000"), fontName=self.bold, keepWithNext=1)  # fmt: skip
        return [Paragraph(self.other("list_title", style.titles[which]), look), *self.items(chapter, which)]

    def side_width(self) -> float:
        """The width of a column that the lists' titles stand in."""
        widest = max(stringWidth(title, self.bold, self.style.size) for title in self.style.titles)
        return float(widest) + 16

    def beside(self, chapter: Chapter, which: int) -> Flow:
        """The title in the first row of a column of its own, an item a row beside it."""
        items = self.items(chapter, which)
        rows = [[self.title(which) if index == 0 else "", item] for index, item in enumerate(items)]
        side = self.side_width()
        table = Table(rows, colWidths=[side, self.width - side])
        rule = (self.style.rule_width, HexColor(self.style.rule))
        lines = {"none": [], "horizontal": [("LINEABOVE", (1, 0), (-1, -1), *rule)], "outer": [("BOX", (0, 0), (-1, -1), *rule)],
                 "all": [("BOX", (0, 0), (-1, -1), *rule), ("LINEAFTER", (0, 0), (0, -1), *rule)]}[self.style.grid]  # fmt: skip
        table.setStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), *lines])
        return [table]

    def numbered(self, chapter: Chapter, which: int) -> Flow:
        """A table with a row for each item and a column for its mark."""
        mark, index = self.style.marks[which], 0
        rows: list[list[object]] = [["", self.title(which, head=True)]]
        for text, depth in zip(chapter.lists[which], chapter.depths[which], strict=True):
            sign = "–" if depth else mark.at(index)
            index += not depth
            face = SIGNS if mark.kind == GLYPH and sign not in PLAIN_SIGNS else self.face
            cell: object = (
                Paragraph(sign, self.look(spaceAfter=0, fontName=face))
                if sign or mark.kind == "none"
                else Shape(mark.form, self.style.size, self.style.colour)
            )
            rows.append([cell, Paragraph(marked(text), self.look(spaceAfter=0, leftIndent=depth * 12))])
        table = Table(rows, colWidths=[11 * mm, self.width - 11 * mm], repeatRows=int(self.style.repeat_heads))
        table.setStyle(self.grid(1))
        return [table]

    def cards(self, chapter: Chapter, which: int) -> Flow:
        """Each item on a ground of its own."""
        out: Flow = [self.title(which)]
        for item in self.items(chapter, which):
            card = Table([[item]], colWidths=[self.width], cornerRadii=[4] * 4)
            card.setStyle([("BACKGROUND", (0, 0), (-1, -1), HexColor(self.style.tint))])
            out += [card, Spacer(1, 4)]
        return out

    def margin(self, chapter: Chapter, which: int) -> Flow:
        """The title in the margin at the height of the first item."""
        inset = self.side_width()
        items = self.items(chapter, which, inset=inset)
        first = Table([[self.title(which), self.items(chapter, which)[0]]], colWidths=[inset, self.width - inset])
        first.setStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                *((p, (0, 0), (-1, -1), 0) for p in ("LEFTPADDING", "RIGHTPADDING", "TOPPADDING")),
            ]
        )
        return [first, *items[1:]]
