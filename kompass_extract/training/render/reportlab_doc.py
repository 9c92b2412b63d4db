"""A story drawn by ReportLab: paragraphs, tables and signs on frames."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import zip_longest

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BalancedColumns,
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from kompass_extract.training.render.gold_model import Area, Row, Total
from kompass_extract.training.render.reportlab_parts import (
    SIGNS,
    WHITE,
    CountingCanvas,
    ScoreSign,
    Shape,
    Turned,
    register,
)
from kompass_extract.training.render.reportlab_style import LabStyle
from kompass_extract.training.render.sampling import Mark, shown
from kompass_extract.training.render.story import Chapter, Ledger, Story
from kompass_extract.training.render.structure import COMPARISONS, hyphenated, sections_around_lists

Flow = list[Flowable]
GLYPH = "glyph"
PLAIN_SIGNS = frozenset("•–-+*»›o·")  # marks that every face has


def marked(text: str) -> str:
    """``text`` as ReportLab's paragraphs want it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class LabReport:
    """One document being drawn: a story in a style, with a ledger of what belongs to no value."""

    def __init__(self, story: Story, style: LabStyle, ledger: Ledger) -> None:
        self.story, self.style, self.ledger = story, style, ledger
        self.face, self.bold, self.italic = register(style.family)
        self.width = A4[0] - (style.left + style.right) * mm
        self.notes = 0

    def other(self, kind: str, text: str) -> str:
        """``text`` marked up, and noted as one that belongs to no value."""
        return marked(self.ledger.add(kind, text))

    def look(self, **changes: object) -> ParagraphStyle:
        """The body's style with ``changes``."""
        size = float(changes.get("fontSize", self.style.size))  # type: ignore[arg-type]
        base = {"fontName": self.face, "fontSize": size, "leading": size * self.style.leading, "spaceAfter": self.style.gap,
                "allowWidows": 0, "allowOrphans": 0, "embeddedHyphenation": 1}  # fmt: skip
        return ParagraphStyle("look", **(base | changes))

    def heading(self, text: str, level: int) -> Flow:
        """A heading that stays with what follows."""
        style = self.style
        size = {1: style.heading_size * 1.15, 2: style.heading_size, 3: style.size * 1.06}[level]
        changes: dict[str, object] = {"fontName": self.bold, "fontSize": size, "leading": size * 1.2, "keepWithNext": 1,
                                      "spaceBefore": size * 0.8, "spaceAfter": size * 0.4, "textColor": HexColor(style.colour)}  # fmt: skip
        if level == 2 and style.heading_bar:
            changes |= {"backColor": HexColor(style.colour), "textColor": WHITE, "borderPadding": 4}
        if level == 3:
            changes["textColor"] = HexColor("#000000")
        body = f"<u>{text}</u>" if style.underline and level == 3 else text
        return [CondPageBreak(70), Paragraph(body, self.look(**changes))]

    def text(self, text: str, **changes: object) -> Paragraph:
        """A paragraph of running text, ``text`` being marked up."""
        style = self.style
        return Paragraph(text, self.look(alignment=TA_JUSTIFY if style.justify else TA_LEFT, **changes))

    def broken(self, text: str) -> str:
        """``text`` marked up, with soft hyphens where the style breaks words."""
        return marked(hyphenated(text) if self.style.hyphenate else text)

    def flow(self) -> Flow:
        """The whole report."""
        story, style, front = self.story, self.style, self.story.front
        out: Flow = []
        if story.protocol:
            out += [self.text(self.other("protocol", line)) for line in story.protocol] + [PageBreak()]
        out += [*self.cover(), NextPageTemplate("page"), PageBreak()]
        if style.blank_page:
            out += [Spacer(1, 1), PageBreak()]
        out += [*self.contents(), PageBreak()]
        for kind, text in front.body:
            out += self.overview() if kind == "h3" and text == COMPARISONS else []
            noted = self.other("heading" if kind[0] == "h" else "front_matter", text)
            out += (
                self.heading(noted, int(kind[1]))
                if kind[0] == "h"
                else [self.bulleted(noted) if kind == "li" else self.text(noted)]
            )
        out += [self.chart()] if style.chart else []
        out += self.heading(self.other("heading", front.chapter), 1)
        for chapter in story.chapters:
            out += self.chapter(chapter)
        out += [NextPageTemplate("wide"), PageBreak()] if style.landscape else [PageBreak()]
        out += self.heading(self.other("heading", front.last), 1)
        return [*out, self.text(self.other("front_matter", front.lead)), *self.tables()]

    def bulleted(self, text: str) -> Paragraph:
        """An entry of a list in the front matter or of the rubrics."""
        return Paragraph(text, self.look(leftIndent=14, bulletIndent=2, spaceAfter=2), bulletText="•")

    def cover(self) -> Flow:
        """The first page."""
        story, align = self.story, TA_CENTER if self.style.cover_align == "centre" else TA_LEFT
        out: Flow = []
        if story.stamp:
            lines = "<br/>".join(self.other("stamp", line) for line in story.stamp.split("\n"))
            stamp = Table(
                [[Paragraph(lines, self.look(fontSize=9, spaceAfter=0))]], colWidths=[52 * mm], hAlign="RIGHT"
            )
            stamp.setStyle([("BOX", (0, 0), (-1, -1), 1.2, HexColor("#333366"))])
            out.append(stamp)
        out.append(Spacer(1, 55 * mm))
        for role, line in story.cover:
            size = self.style.size * (2 if role == "title" else 1.1)
            out.append(Paragraph(self.other("cover", line), self.look(
                fontSize=size, fontName=self.bold if role == "title" else self.face, alignment=align, leading=size * 1.25,
                spaceBefore=18 if role in ("date", "evaluators_head") else 0)))  # fmt: skip
        if self.style.cover_align == "box":
            box = Table([[out[1:]]], colWidths=[self.width])
            box.setStyle(
                [("LINEBEFORE", (0, 0), (0, -1), 6, HexColor(self.style.colour)), ("LEFTPADDING", (0, 0), (-1, -1), 14)]
            )
            return [out[0], box] if story.stamp else [box]
        return out

    def contents(self) -> Flow:
        """The list of contents as a table of titles and pages."""
        rows = []
        for title, page in self.story.front.contents:
            indent = 12 if title.startswith("Område") else 0
            rows.append(
                [
                    Paragraph(self.other("contents", title), self.look(spaceAfter=0, leftIndent=indent)),
                    self.other("contents", page),
                ]
            )
        table = Table(rows, colWidths=[self.width - 14 * mm, 14 * mm])
        table.setStyle(
            [
                ("ALIGN", (1, 0), (1, -1), "RIGHT"),
                ("FONTNAME", (0, 0), (-1, -1), self.face),
                ("FONTSIZE", (0, 0), (-1, -1), self.style.size),
            ]
        )
        return [*self.heading(self.other("heading", "Innehåll"), 1), table]

    def overview(self) -> Flow:
        """The table of area scores over several evaluations, where the report has one."""
        rows = self.story.report.area_scores_overview
        if not rows:
            return []
        look = self.look(fontSize=9, leading=11, spaceAfter=0)
        heads = [Paragraph(self.other("table_head", head), look) for head in rows[0].values]
        body: list[list[object]] = [["", *heads]]
        for row in rows:
            label = marked(f"{row.number} {row.label}" if row.number else row.label)
            body.append([Paragraph(label, look), *(str(value) for value in row.values.values())])
        table = Table(body, colWidths=[self.width * 0.5, *[self.width * 0.5 / len(heads)] * len(heads)])
        table.setStyle(
            [("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(self.style.rule)), ("FONTNAME", (0, 0), (-1, -1), self.face)]
        )
        return [table, Spacer(1, 8)]

    def chart(self) -> Flowable:
        """A column for each area's score."""
        from reportlab.graphics.charts.barcharts import VerticalBarChart
        from reportlab.graphics.shapes import Drawing

        drawing, bars = Drawing(self.width, 190), VerticalBarChart()
        bars.x, bars.y, bars.width, bars.height = 30, 20, self.width - 60, 150
        bars.data = [[c.area.printed_score for c in self.story.chapters]]
        bars.valueAxis.valueMin, bars.valueAxis.valueMax = 0, 100
        bars.categoryAxis.categoryNames = [str(c.area.number) for c in self.story.chapters]
        bars.bars[0].fillColor = HexColor(self.style.colour)
        drawing.add(bars)
        return drawing

    def chapter(self, chapter: Chapter) -> Flow:
        """One area."""
        area, style = chapter.area, self.style
        words = marked(style.area_heading.format(n=area.number, name=area.name))
        out: Flow = [PageBreak()] if style.new_page and area.number > 1 else []
        if style.score == "banner":
            number = Paragraph(
                f"<b>{area.printed_score}</b>", self.look(fontSize=22, leading=26, alignment=TA_CENTER, textColor=WHITE)
            )
            title = Paragraph(
                f"<b>{words}</b>", self.look(fontSize=style.heading_size, leading=style.heading_size * 1.2)
            )
            table = Table([[title, number]], colWidths=[self.width - 30 * mm, 30 * mm])
            table.setStyle([("BACKGROUND", (1, 0), (1, 0), HexColor(style.colour)), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                            ("LINEBELOW", (0, 0), (-1, -1), 1, HexColor(style.colour))])  # fmt: skip
            out += [CondPageBreak(120), table, Spacer(1, 6)]
        else:
            out += self.heading(words, 2)
        out += self.score(area, ("circle", "meter", "sentence"))
        out += self.rubrics(area)
        _, _, after = sections_around_lists(area)
        split = len(area.narrative) - len(after)
        out += self.narrative(chapter, 0, split) + self.score(area, ("above_lists",)) + self.lists(chapter)
        return out + self.narrative(chapter, split, len(area.narrative)) + self.score(area, ("end",))

    def score(self, area: Area, places: Sequence[str]) -> Flow:
        """The chapter's score, when the style wants it in one of ``places``."""
        style = self.style
        if style.score not in places:
            return []
        label, number = self.other("score_label", style.score_label), area.printed_score
        if style.score in ("circle", "meter"):
            return [
                ScoreSign(
                    number, style.score_label, self.bold, style.colour, ring=style.score == "circle", width=self.width
                )
            ]
        if style.score == "sentence":
            return [Paragraph(f"<b>{label}: {number}</b>", self.look())]
        table = Table(
            [[Paragraph(f"<b>{label}: {number}</b>", self.look(alignment=TA_CENTER, spaceAfter=0))]],
            colWidths=[70 * mm],
        )
        table.setStyle(
            [("BOX", (0, 0), (-1, -1), 1, HexColor(style.rule)), ("BACKGROUND", (0, 0), (-1, -1), HexColor(style.tint))]
        )
        return [Spacer(1, 6), table, Spacer(1, 8)]

    def rubrics(self, area: Area) -> Flow:
        """The sub-areas, beside the score where the style puts it into a cell."""
        items = [self.bulleted(marked(rubric)) for rubric in area.rubrics]
        if self.style.score != "cell":
            return [*self.heading(self.other("heading", "Utvärderade delområden"), 3), *items, Spacer(1, 4)]
        head = self.look(fontName=self.bold, spaceAfter=0)
        number = Paragraph(str(area.printed_score), self.look(fontSize=26, leading=32, alignment=TA_CENTER))
        rows = [
            [Paragraph(self.other("heading", "Rubriker"), head), Paragraph(self.other("score_label", "Poäng"), head)],
            [items, number],
        ]
        table = Table(rows, colWidths=[self.width - 32 * mm, 32 * mm])
        table.setStyle(
            [
                ("GRID", (0, 0), (-1, -1), self.style.rule_width, HexColor(self.style.rule)),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
        return [table, Spacer(1, 8)]

    def narrative(self, chapter: Chapter, start: int, stop: int) -> Flow:
        """The chapter's sections from ``start`` to before ``stop``; notes stand below the section they belong to."""
        style, out = self.style, []
        for index in range(start, stop):
            section = chapter.area.narrative[index]
            body: Flow = []
            notes: Flow = []
            for number, text in enumerate(section.paragraphs):
                words = self.broken(text)
                if note := chapter.note_after(index, number):
                    self.notes += 1
                    words += f"<super>{self.notes}</super>"
                    notes.append(
                        Paragraph(
                            f"<super>{self.notes}</super> {self.other('footnote', note.text)}",
                            self.look(fontSize=8, spaceAfter=2),
                        )
                    )
                if style.run_in and number == 0:
                    words = f"<b>{marked(section.heading)}{style.run_in}</b> {words}"
                body.append(self.text(words))
            if not style.run_in:
                out += self.heading(marked(section.heading), 3)
            out += [BalancedColumns(body, nCols=2, innerPadding=14)] if style.two_columns else body
            out += notes
            if index == 0 and chapter.box:
                out += self.box(*chapter.box)
        return out

    def box(self, head: str, text: str) -> Flow:
        """A box across the page or a drawn-out quote."""
        words = (f"<b>{self.other('side_box', head)}</b><br/>" if head else "") + self.other("side_box", text)
        table = Table(
            [[Paragraph(words, self.look(fontSize=self.style.size * 0.92, spaceAfter=0))]], colWidths=[self.width * 0.8]
        )
        table.setStyle([("BACKGROUND", (0, 0), (-1, -1), HexColor(self.style.tint)), ("LINEBEFORE", (0, 0), (0, -1), 3, HexColor(self.style.colour)),
                        ("LEFTPADDING", (0, 0), (-1, -1), 10)])  # fmt: skip
        return [Spacer(1, 4), table, Spacer(1, 8)]

    def items(self, chapter: Chapter, which: int, *, inset: float = 0) -> Flow:
        """The items of a list as paragraphs with their marks."""
        mark, out, index = self.style.marks[which], [], 0
        for text, depth in zip(chapter.lists[which], chapter.depths[which], strict=True):
            out.append(self.item(marked(text), "–" if depth else mark.at(index), mark, depth, inset))
            index += not depth
        return out

    def item(self, text: str, sign: str, mark: Mark, depth: int, inset: float) -> Flowable:
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

    def values(self, row: Row | Total) -> list[str]:
        """The printed values of a row in the order of the columns."""
        out = [shown(row.achieved, decimals=self.story.decimals), str(row.max)]
        out = out[::-1] if self.style.max_first else out
        return out + ([f"{row.percent}{self.style.percent_sign}"] if row.percent is not None else [])

    def table_rows(self, area: Area) -> list[list[object]]:
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

    def furnish(self, canvas: CountingCanvas, number: int, count: int) -> None:
        """Head and foot of a page; the cover has none."""
        style, story = self.style, self.story
        if number == 1:
            return
        width, height = canvas._pagesize
        words = {
            "official": story.place.official,
            "title": story.report.title,
            "dnr": story.dnr,
            "year": story.report.published_year,
        }
        page = style.page_form.format(n=number, N=count)
        head, foot = style.head.format(**words), style.foot.format(**words)
        if number == 2:
            for text in (head, foot, style.page_form):
                self.ledger.add("furniture", text)
        canvas.setFont(self.face, 8.5)
        canvas.drawString(style.left * mm, height - 11 * mm, head)
        canvas.drawString(style.left * mm, 10 * mm, foot)
        right = width - style.right * mm
        if style.page_place == "foot_centre":
            canvas.drawCentredString(width / 2, 10 * mm, page)
        elif style.page_place == "outer" and number % 2 == 0:
            canvas.drawCentredString(width / 2, 6 * mm, page)
        else:
            canvas.drawRightString(right, height - 11 * mm if style.page_place == "head_right" else 10 * mm, page)


def lab_pdf(story: Story, style: LabStyle, ledger: Ledger) -> bytes:
    """The report as PDF."""
    report, buffer = LabReport(story, style, ledger), BytesIO()
    left, right, top, bottom = (side * mm for side in (style.left, style.right, style.top, style.bottom))

    def frames(width: float, height: float) -> list[Frame]:
        return [Frame(left, bottom, width - left - right, height - top - bottom, 0, 0, 0, 0, id="text")]

    document = BaseDocTemplate(buffer, pagesize=A4, title=story.report.title, lang="sv", invariant=1)
    wide = landscape(A4)
    document.addPageTemplates(
        [PageTemplate("page", frames(*A4), pagesize=A4), PageTemplate("wide", frames(*wide), pagesize=wide)]
    )

    def furnish(canvas: CountingCanvas, number: int, count: int) -> None:
        report.furnish(canvas, number, count)

    maker = type("Furnished", (CountingCanvas,), {"furnish": furnish})
    document.build(report.flow(), canvasmaker=maker)
    return buffer.getvalue()
