"""A story as an OpenDocument text in one XML file, which LibreOffice Writer prints."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from xml.sax.saxutils import escape

from kompass_extract.training.render.sampling import ListMarkStyle
from kompass_extract.training.render.story import Ledger, Story
from kompass_extract.training.render.structure import COMPARISONS
from kompass_extract.training.render.writer_chapters import WriterChapters
from kompass_extract.training.render.writer_scores import WriterScores
from kompass_extract.training.render.writer_style import WriterStyle
from kompass_extract.training.render.writer_styles import WriterStyles


class WriterReport(WriterChapters, WriterScores, WriterStyles):
    """One document being written; automatic styles are made when they are first wanted."""

    def source(self) -> str:
        """The whole document."""
        story, front = self.story, self.story.front
        parts = [self.p(self.other("protocol", line)) for line in story.protocol]
        cover = self.cover(bool(parts))
        out = [*parts, *cover, *self.contents()]
        for kind, text in front.body:
            if kind == "h3" and text == COMPARISONS:
                out += self.overview()
            noted = self.other("heading" if kind[0] == "h" else "front_matter", text)
            out.append(
                self.heading(noted, int(kind[1]))
                if kind[0] == "h"
                else self.items([(noted, 0)], ListMarkStyle("glyph", "•"))
                if kind == "li"
                else self.p(noted)
            )
        out.append(self.heading(self.other("heading", front.chapter), 1))
        out += [self.chapter(chapter) for chapter in story.chapters]
        last = (
            self.look("paragraph", "Heading_20_1", paragraph='fo:break-before="page"')
            if not self.style.landscape
            else self._turned()
        )
        out.append(
            f'<text:h text:style-name="{last}" text:outline-level="1">{self.other("heading", front.last)}</text:h>'
        )
        out += [self.p(self.other("front_matter", front.lead)), *self.score_tables()]
        return self.document("".join(out))

    def _turned(self) -> str:
        """A style of a heading that opens a landscape page."""
        key = 'style:family="paragraph" style:parent-style-name="Heading_20_1" style:master-page-name="Wide">'
        return self.styles.setdefault(key, f"A{len(self.styles)}")

    def cover(self, after_sheet: bool) -> list[str]:
        """The first page."""
        story, style, out = self.story, self.style, []
        first = 'fo:break-before="page" ' if after_sheet else ""
        if story.stamp:
            lines = [self.other("stamp", line) for line in story.stamp.split("\n")]
            edge = f'fo:border="0.8pt solid #334466" fo:padding="2mm" fo:margin-left="{self.width - 58:.0f}mm" fo:margin-bottom="0mm" '
            out += [
                self.p(line, edge + (first if not n else ""), 'fo:font-size="9pt" fo:color="#334466"')
                for n, line in enumerate(lines)
            ]
            first = ""
        for number, (role, line) in enumerate(story.cover):
            size = style.size * (2 if role == "title" else 1.15)
            space = 70 if number == 0 else 8 if role in ("date", "evaluators_head") else 1
            look = f'{first if number == 0 else ""}fo:text-align="{style.cover_align}" fo:margin-top="{space}mm"'
            weight = 'fo:font-weight="bold"' if role == "title" else ""
            out.append(self.p(self.other("cover", line), look, f'fo:font-size="{size:.1f}pt" {weight}'))
        if style.blank_page:
            out.append(self.p("", 'fo:break-before="page"'))
        return out

    def contents(self) -> list[str]:
        """The list of contents on a page of its own."""
        out = [
            self.p(
                self.other("heading", "Innehåll"),
                'fo:break-before="page" fo:margin-bottom="4mm"',
                f'fo:font-weight="bold" fo:font-size="{self.style.heading_size}pt"',
            )
        ]
        for title, page in self.story.front.contents:
            out.append(
                self.p(f"{self.other('contents', title)}<text:tab/>{self.other('contents', page)}", parent="Contents")
            )
        return [*out, self.p("", 'fo:break-after="page"')]

    def overview(self) -> list[str]:
        """The table of area scores over several evaluations, where the report has one."""
        rows = self.story.report.area_scores_overview
        if not rows:
            return []
        cells = [["", *(self.other("table_head", head) for head in rows[0].values)]]
        cells += [
            [escape(f"{r.number} {r.label}" if r.number else r.label), *(str(v) for v in r.values.values())]
            for r in rows
        ]
        count = len(rows[0].values)
        return [
            self.table(
                [[self.p(text) for text in row] for row in cells], [1 - 0.16 * count, *[0.16] * count], rules="all"
            )
        ]


def writer_document(story: Story, style: WriterStyle, ledger: Ledger) -> str:
    """The report as a flat OpenDocument text."""
    return WriterReport(story, style, ledger).source()
