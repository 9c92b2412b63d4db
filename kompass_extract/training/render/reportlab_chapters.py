"""An area's chapter as ReportLab draws it: heading, score, rubrics, text, lists."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER
from reportlab.lib.units import mm
from reportlab.platypus import (
    BalancedColumns,
    CondPageBreak,
    PageBreak,
    Paragraph,
    Spacer,
    Table,
)

from kompass_extract.training.render.gold_model import RenderedArea
from kompass_extract.training.render.reportlab_lists import LabLists
from kompass_extract.training.render.reportlab_parts import WHITE, ScoreSign
from kompass_extract.training.render.reportlab_sheet import Flow, marked
from kompass_extract.training.render.story import Chapter
from kompass_extract.training.render.structure import sections_around_lists


class LabChapters(LabLists):
    """The chapters of a report."""

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

    def score(self, area: RenderedArea, places: Sequence[str]) -> Flow:
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

    def rubrics(self, area: RenderedArea) -> Flow:
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
