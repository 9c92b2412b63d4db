"""A story drawn by ReportLab: paragraphs, tables and signs on frames."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from io import BytesIO

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from kompass_extract.training.render.reportlab_chapters import LabChapters
from kompass_extract.training.render.reportlab_parts import CountingCanvas
from kompass_extract.training.render.reportlab_scores import LabScores
from kompass_extract.training.render.reportlab_sheet import Flow, marked
from kompass_extract.training.render.reportlab_style import LabStyle
from kompass_extract.training.render.story import Ledger, Story
from kompass_extract.training.render.structure import COMPARISONS


class LabReport(LabChapters, LabScores):
    """One document being drawn: a story in a style, with a ledger of what belongs to no value."""

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
