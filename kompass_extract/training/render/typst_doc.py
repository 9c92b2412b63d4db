"""A story as a Typst document, compiled by the compiler that the package ``typst`` carries."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kompass_extract.training.render.story import Ledger, Story
from kompass_extract.training.render.structure import COMPARISONS
from kompass_extract.training.render.typst_chapters import TypstChapters
from kompass_extract.training.render.typst_scores import TypstScores
from kompass_extract.training.render.typst_sheet import quoted
from kompass_extract.training.render.typst_style import TypstStyle


class TypstReport(TypstChapters, TypstScores):
    """One document being written: a story in a style, with a ledger of what belongs to no value."""

    def source(self) -> str:
        """The document's source."""
        story, style, front = self.story, self.style, self.story.front
        parts = [self.preamble()]
        if story.protocol:
            parts += [f"#par({self.other('protocol', line)})" for line in story.protocol] + ["#pagebreak()"]
        parts += [self.cover(), "#pagebreak()"]
        parts += ["#page(header: none, footer: none)[]"] if style.blank_page else []
        parts += [self.furniture(), self.contents(), "#pagebreak()"]
        for kind, text in front.body:
            parts += [self.overview()] if kind == "h3" and text == COMPARISONS else []
            noted = self.other("heading" if kind[0] == "h" else "front_matter", text)
            parts.append({"h1": f"#heading(level: 1, {noted})", "h3": f"#heading(level: 3, {noted})",
                          "li": f"#list(marker: [•], {noted})"}.get(kind, f"#par({noted})"))  # fmt: skip
        parts += [self.chart()] if style.chart else []
        if style.page_columns == 2:
            parts.append("#set page(columns: 2)")
        parts.append(f"#heading(level: 1, {self.other('heading', front.chapter)})")
        parts += [self.chapter(chapter) for chapter in story.chapters]
        parts.append(f"#set page(columns: 1, flipped: {str(style.landscape).lower()})\n#pagebreak(weak: true)")
        parts.append(
            f"#heading(level: 1, {self.other('heading', front.last)})\n#par({self.other('front_matter', front.lead)})"
        )
        return "\n".join([*parts, self.tables()]) + "\n"

    def preamble(self) -> str:
        """Page, faces and headings."""
        style = self.style
        line = "\n#show heading.where(level: 2): it => block(width: 100%, stroke: (bottom: .8pt + ink), inset: (bottom: 3pt), it)"
        sub = f'size: {style.size}pt, style: "italic"' if style.small_sub else f"size: {style.size * 1.08:.1f}pt"
        return f"""#let ink = rgb("{style.colour}")
#let low = rgb("{style.colour_low}")
#let tint = rgb("{style.tint}")
#let tint-low = rgb("{style.tint_low}")
#let hair = {style.rule_width}pt + rgb("{style.rule}")
#set document(title: {quoted(self.story.report.title)}, date: none)
#set page(paper: "a4", margin: (left: {style.inside}mm, right: {style.outside}mm, top: {style.top}mm, bottom: {style.bottom}mm))
#set text(font: ({quoted(style.font)}, "DejaVu Sans"), size: {style.size}pt, lang: "sv", hyphenate: {str(style.hyphenate).lower()})
#set par(justify: {str(style.justify).lower()}, leading: {style.leading}em, spacing: {style.paragraph_gap}em)
#show heading: set text(font: ({quoted(style.heading_font)}, "DejaVu Sans"), weight: "{style.heading_weight}", fill: ink, hyphenate: false)
#show heading: set par(justify: false)
#show heading: set block(above: 1.4em, below: .7em, sticky: true)
#show heading.where(level: 1): set text(size: {style.size * style.heading_scale * 1.2:.1f}pt)
#show heading.where(level: 2): set text(size: {style.size * style.heading_scale:.1f}pt)
#show heading.where(level: 3): set text({sub}, fill: black, weight: "bold")
#show heading.where(level: 4): set text(size: {style.size}pt, fill: black)
#show table: set par(justify: false)
#set footnote.entry(separator: line(length: 30%, stroke: .5pt)){line if style.heading_line else ""}"""

    def furniture(self) -> str:
        """Running heads and feet from here on."""
        style, story = self.style, self.story
        self.ledger.add("furniture", style.page_form)
        pieces = style.page_form.replace("{n}", "|n|").replace("{N}", "|N|").split("|")
        page = " + ".join(
            {"n": "str(here().page())", "N": "str(counter(page).final().first())"}.get(p, quoted(p))
            for p in pieces
            if p
        )
        head = self.other(
            "furniture", style.head.format(title=story.report.title, official=story.place.official, dnr=story.dnr)
        )
        number = f"context text(size: 8.5pt, {page})"
        place = style.page_place
        right = f"#h(1fr) #{number}" if place == "head_right" else ""
        outer = f"context align(if calc.odd(here().page()) {{ right }} else {{ left }}, {number})"
        foot = {"foot_centre": f"align(center, {number})", "foot_outer": outer, "foot_left": number}.get(place, "none")
        return f"#set page(header: [#text(size: 8.5pt, {head}) {right}], footer: {foot})"

    def cover(self) -> str:
        """The first page."""
        story, style = self.story, self.style
        out: list[str] = []
        if story.stamp:
            words = " #linebreak() ".join(f"#{self.other('stamp', line)}" for line in story.stamp.split("\n"))
            out.append(
                f"#place(top + right, rotate(2deg, rect(stroke: 1.2pt + navy, inset: 6pt, text(size: 9pt, fill: navy)[{words}])))"
            )
        lines: list[str] = []
        for role, text in story.cover:
            size = style.size * (2.1 if role == "title" else 1.1)
            weight = "bold" if role == "title" else "regular"
            lines.append(
                f'#text(size: {size:.1f}pt, weight: "{weight}", hyphenate: false, {self.other("cover", text)})'
            )
            lines.append("#v(6mm)" if role in ("date",) else "")
        body = "\n\n".join(lines)
        space = "150mm" if style.cover == "low" else "60mm"
        if style.cover == "block":
            body = f"#block(fill: tint, width: 100%, inset: 14mm)[{body}]"
        elif style.cover == "centre":
            body = f"#align(center)[{body}]"
        return "\n".join([*out, f"#v({space})", "#set par(justify: false)" if style.cover != "block" else "", body])

    def contents(self) -> str:
        """The list of contents."""
        fill = " #box(width: 1fr, repeat(gap: 2pt)[.]) " if self.style.leaders else " #h(1fr) "
        out = [f"#heading(level: 1, outlined: false, {self.other('heading', 'Innehåll')})"]
        for title, page in self.story.front.contents:
            indent = "#h(1.2em)" if title.startswith("Område") else ""
            out.append(f"{indent}#{self.other('contents', title)}{fill}#{self.other('contents', page)} \\")
        return "\n".join(out)

    def overview(self) -> str:
        """The table of area scores over several evaluations, where the report has one."""
        rows = self.story.report.area_scores_overview
        if not rows:
            return ""
        cells = ["[]", *(self.other("table_head", head) for head in rows[0].values)]
        for row in rows:
            cells.append(quoted(f"{row.number} {row.label}" if row.number else row.label))
            cells += [quoted(str(value)) for value in row.values.values()]
        columns = "1fr," + " auto," * len(rows[0].values)
        return f"#table(columns: ({columns}), stroke: hair, align: (x, _) => if x == 0 {{ left }} else {{ right }}, {', '.join(cells)})"

    def chart(self) -> str:
        """A bar for each area's score."""
        bars = ", ".join(
            f"rect(width: 9mm, height: {c.area.printed_score * 0.5}mm, fill: ink)" for c in self.story.chapters
        )
        names = ", ".join(f"[{c.area.number}]" for c in self.story.chapters)
        count = len(self.story.chapters)
        return f"#align(center, grid(columns: ({count}) * (14mm,), rows: (52mm, auto), align: center + bottom, {bars}, {names}))".replace(
            f"({count}) * (14mm,)", f"(14mm,) * {count}"
        )


@lru_cache
def _fonts() -> Any:
    """The system's faces, looked up once."""
    import typst

    return typst.Fonts(include_system_fonts=True)


def typst_pdf(story: Story, style: TypstStyle, ledger: Ledger) -> bytes:
    """The report as PDF."""
    import typst

    source = TypstReport(story, style, ledger).source()
    return bytes(typst.compile(source.encode(), format="pdf", font_paths=_fonts(), pdf_tags=style.tagged))
