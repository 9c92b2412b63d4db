"""An area's chapter in an OpenDocument text."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from xml.sax.saxutils import escape

from kompass_extract.training.render.gold_model import RenderedArea
from kompass_extract.training.render.sampling import ListMarkStyle
from kompass_extract.training.render.story import Chapter
from kompass_extract.training.render.structure import sections_around_lists
from kompass_extract.training.render.writer_lists import WriterLists


class WriterChapters(WriterLists):
    """The chapters of a report."""

    def chapter(self, chapter: Chapter) -> str:
        """One area."""
        area, style = chapter.area, self.style
        words, number = escape(style.area_heading.format(n=area.number, name=area.name)), area.printed_score
        if style.score == "tab":
            words += f"<text:tab/>{number} {self.other('score_label', 'poäng')}"
        name = (
            self.look("paragraph", "Heading_20_2", paragraph='fo:break-before="page"')
            if style.new_page and area.number > 1
            else "Heading_20_2"
        )
        out = [f'<text:h text:style-name="{name}" text:outline-level="2">{words}</text:h>']
        if style.score == "ellipse":
            out.append(self.ellipse(number))
        if style.score == "line":
            out.append(
                self.p(f"{self.other('score_label', style.score_label)}: {number}", words='fo:font-weight="bold"')
            )
        out.append(self.rubrics(area))
        _, _, after = sections_around_lists(area)
        split = len(area.narrative) - len(after)
        texts = [self.narrative(chapter, index) for index in range(len(area.narrative))]
        last = [self.p(f"{self.other('score_label', style.score_label)}: {number}", 'fo:border="1pt solid #000000" fo:padding="2mm" fo:text-align="center" fo:margin-top="5mm" '
                       f'fo:margin-left="{self.width / 3:.0f}mm" fo:margin-right="{self.width / 3:.0f}mm"', 'fo:font-weight="bold"')] if style.score == "last" else []  # fmt: skip
        return "".join([*out, *texts[:split], self.lists(chapter), *texts[split:], *last])

    def ellipse(self, number: int) -> str:
        """The score in an ellipse at the right margin, anchored to an empty line with a label."""
        self.frames += 1
        look = self.look("graphic", graphic=f'draw:stroke="solid" svg:stroke-width="0.8mm" svg:stroke-color="{self.style.colour}" draw:fill="none" '
                         'style:wrap="parallel" style:horizontal-pos="from-left" style:horizontal-rel="paragraph" style:vertical-pos="from-top" style:vertical-rel="paragraph" '
                         'draw:textarea-horizontal-align="center" draw:textarea-vertical-align="middle"')  # fmt: skip
        text = self.p(
            str(number), 'fo:text-align="center" fo:margin-bottom="0mm"', 'fo:font-size="16pt" fo:font-weight="bold"'
        )
        shape = (f'<draw:ellipse text:anchor-type="paragraph" draw:style-name="{look}" svg:width="18mm" svg:height="18mm" svg:x="{self.width - 20:.0f}mm" svg:y="0mm">{text}</draw:ellipse>')  # fmt: skip
        return self.p(
            f"{shape}{self.other('score_label', self.style.score_label)}", 'fo:text-align="start"', 'fo:font-size="8pt"'
        )

    def rubrics(self, area: RenderedArea) -> str:
        """The sub-areas; a table with the score where the style puts it there."""
        items = self.items([(escape(r), 0) for r in area.rubrics], ListMarkStyle("glyph", "•"))
        if self.style.score != "table":
            return (
                self.p(
                    self.other("heading", "Utvärderade delområden"),
                    'fo:keep-with-next="always"',
                    'fo:font-weight="bold"',
                )
                + items
            )
        number = self.p(str(area.printed_score), 'fo:text-align="center"', 'fo:font-size="24pt"')
        heads = [
            self.p(self.bold(self.other("heading", "Rubriker"))),
            self.p(self.bold(self.other("score_label", "Poäng"))),
        ]
        return self.table([heads, [items, number]], (0.8, 0.2), rules="all", valign="middle")

    def narrative(self, chapter: Chapter, index: int) -> str:
        """A section of the chapter's text."""
        section, style, out = chapter.area.narrative[index], self.style, ""
        for number, text in enumerate(section.paragraphs):
            words = self.body_text(text)
            if style.run_in and number == 0:
                words = f"{self.bold(escape(section.heading) + style.run_in)} {words}"
            if note := chapter.note_after(index, number):
                self.notes += 1
                body = self.p(self.other("footnote", note.text), parent="Footnote")
                words += (f'<text:note text:id="n{self.notes}" text:note-class="footnote"><text:note-citation>{self.notes}</text:note-citation>'
                          f"<text:note-body>{body}</text:note-body></text:note>")  # fmt: skip
            if index == 0 and number == 0 and chapter.box and not style.two_columns:
                words = self.box(*chapter.box) + words
            out += self.p(words, parent="Running")
        out = self.section(out) if style.two_columns else out
        return out if style.run_in else self.heading(escape(section.heading), 3) + out

    def box(self, head: str, text: str) -> str:
        """A text frame at the right margin that the text flows around."""
        self.frames += 1
        look = self.look("graphic", graphic=f'style:wrap="left" style:horizontal-pos="right" style:horizontal-rel="paragraph" style:vertical-pos="top" style:vertical-rel="paragraph" '
                         f'fo:background-color="{self.style.tint}" fo:padding="2mm" fo:border="none" fo:margin-left="4mm"')  # fmt: skip
        title = self.p(self.bold(self.other("side_box", head))) if head else ""
        body = title + self.p(self.other("side_box", text), words=f'fo:font-size="{self.style.size * 0.88:.1f}pt"')
        return (f'<draw:frame draw:style-name="{look}" draw:name="F{self.frames}" text:anchor-type="paragraph" svg:width="52mm" draw:z-index="1">'
                f'<draw:text-box fo:min-height="10mm">{body}</draw:text-box></draw:frame>')  # fmt: skip
