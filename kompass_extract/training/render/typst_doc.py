"""A story as a Typst document, compiled by the compiler that the package ``typst`` carries."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from kompass_extract.training.render.gold_model import Area, Row, Total
from kompass_extract.training.render.sampling import Mark, shown
from kompass_extract.training.render.story import Chapter, Ledger, Story
from kompass_extract.training.render.structure import COMPARISONS, sections_around_lists
from kompass_extract.training.render.typst_style import TypstStyle

SHAPES = {
    "disc": "circle(radius: .22em, fill: ink)", "ring": "circle(radius: .22em, stroke: .7pt + ink)",
    "square": "rect(width: .42em, height: .42em, fill: ink)", "bar": "rect(width: .55em, height: .12em, fill: ink)",
    "triangle": "polygon(fill: ink, (0em, 0em), (.5em, .25em), (0em, .5em))",
    "tick": "curve(stroke: 1pt + ink, curve.move((0em, .25em)), curve.line((.18em, .45em)), curve.line((.5em, 0em)))",
    "cross": "curve(stroke: 1pt + ink, curve.move((.25em, 0em)), curve.line((.25em, .5em)), curve.move((0em, .25em)), curve.line((.5em, .25em)))",
}  # fmt: skip


def quoted(text: str) -> str:
    """``text`` as a string literal of Typst."""
    return json.dumps(text, ensure_ascii=False)


def call(name: str, *arguments: str, **named: str) -> str:
    """A call in Typst's code mode."""
    parts = [*(f"{key.replace('_', '-')}: {value}" for key, value in named.items()), *arguments]
    return f"{name}({', '.join(parts)})"


class TypstReport:
    """One document being written: a story in a style, with a ledger of what belongs to no value."""

    def __init__(self, story: Story, style: TypstStyle, ledger: Ledger) -> None:
        self.story, self.style, self.ledger = story, style, ledger

    def other(self, kind: str, text: str) -> str:
        """``text`` as a literal, and noted as one that belongs to no value."""
        return quoted(self.ledger.add(kind, text))

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

    def chapter(self, chapter: Chapter) -> str:
        """One area."""
        area, style = chapter.area, self.style
        words = quoted(style.area_heading.format(n=area.number, name=area.name))
        out = ["#pagebreak(weak: true)"] if style.new_page else []
        label = self.other("score_label", style.score_label) if style.score not in ("rubrics", "table_row") else ""
        number = area.printed_score
        if style.score == "heading":
            words = f"[#{words} #h(1fr) {number} #text(size: .6em, {label})]"
        out.append(f"#heading(level: 2, {words})")
        out += {
            "circle": [f"#place(right, dy: -4mm, circle(radius: 8.5mm, stroke: 2.4pt + ink, align(center + horizon, text(size: 17pt, weight: \"bold\")[{number}])))",
                       f"#text(size: .85em)[#{label}]"],
            "badge": [f"#box(fill: ink, radius: 3pt, inset: (x: 8pt, y: 5pt), text(fill: white, weight: \"bold\")[#{label}: {number}])"],
            "page_foot": [f"#place(bottom + center, float: true, rect(stroke: hair, inset: 7pt)[*#{label}: {number}*])"],
            "turned": [f"#grid(columns: (auto, auto), align: horizon, gutter: 4pt, rotate(-90deg, reflow: true)[#{label}], text(size: 24pt)[{number}])"],
        }.get(style.score, [])  # fmt: skip
        out.append(self.rubrics(area))
        _, _, after = sections_around_lists(area)
        split = len(area.narrative) - len(after)
        texts = [self.section(chapter, index) for index in range(len(area.narrative))]
        if chapter.box:
            texts[0] = self.boxed(texts[0], *chapter.box)
        return "\n\n".join([*out, *texts[:split], self.lists(chapter), *texts[split:]])

    def boxed(self, text: str, head: str, words: str) -> str:
        """``text`` with a side box beside or below it."""
        title = f"*#{self.other('side_box', head)}* \\ " if head else ""
        body = f"[#set text(size: .88em); {title}#{self.other('side_box', words)}]"
        if self.style.box_form == "beside" and self.style.page_columns == 1:
            return f"#grid(columns: (1fr, 44mm), gutter: 6mm, [{text}], block(fill: tint, inset: 8pt, {body}))"
        look = "fill: tint" if self.style.box_form != "rules" else "stroke: (top: hair, bottom: hair)"
        return f"{text}\n\n#block({look}, inset: 8pt, width: 100%, {body})"

    def rubrics(self, area: Area) -> str:
        """The sub-areas; a table with the score where the style puts it there."""
        items = "list(marker: [•], tight: true, " + ", ".join(quoted(r) for r in area.rubrics) + ")"
        if self.style.score == "rubrics":
            heads = f"[*#{self.other('heading', 'Rubriker')}*], [*#{self.other('score_label', 'Poäng')}*]"
            return f"#table(columns: (1fr, auto), stroke: hair, align: (left, center + horizon), {heads}, {items}, text(size: 2em)[{area.printed_score}])"
        return f"#block(breakable: false)[*#{self.other('heading', 'Utvärderade delområden')}*\n\n#{items}]"

    def section(self, chapter: Chapter, index: int) -> str:
        """A section of the chapter's text with its footnotes."""
        section, style, out = chapter.area.narrative[index], self.style, []
        for number, text in enumerate(section.paragraphs):
            note = chapter.note_after(index, number)
            foot = f"#footnote({self.other('footnote', note.text)})" if note else ""
            run = f"*#{quoted(section.heading + style.run_in)}* " if style.run_in and number == 0 else ""
            out.append(f"{run}#{quoted(text)}{foot}")
        head = "" if style.run_in else f"#heading(level: 3, {quoted(section.heading)})\n"
        return head + "\n\n".join(out)

    def sign(self, mark: Mark, index: int) -> str:
        """The mark of an item as content; ``none`` for no mark."""
        if mark.kind == "shape":
            return f"box(baseline: -.1em, {SHAPES[mark.form]})"
        return quoted(mark.at(index)) if mark.kind != "none" else "none"

    def rows(self, chapter: Chapter, which: int) -> list[tuple[str, str, int]]:
        """(mark, text, depth) of a list's items."""
        mark, out, index = self.style.marks[which], [], 0
        for text, depth in zip(chapter.lists[which], chapter.depths[which], strict=True):
            out.append(
                (quoted("–" if mark.at(0) != "–" else "◦") if depth else self.sign(mark, index), quoted(text), depth)
            )
            index += not depth
        return out

    def items(self, chapter: Chapter, which: int) -> str:
        """The items as a native list or as a grid of marks and texts."""
        style, mark, rows = self.style, self.style.marks[which], self.rows(chapter, which)
        look = {
            "indent": f"{style.indent}em",
            "body_indent": f"{style.body_indent}em",
            "spacing": f"{style.item_gap}em",
        }
        flat = not any(depth for _, _, depth in rows)
        if mark.kind == "glyph" and flat:
            return call("list", *(text for _, text, _ in rows), marker=f"[{'#' + quoted(mark.form)}]", **look)
        if mark.kind == "number" and flat and mark.form != "{}":
            return call("enum", *(text for _, text, _ in rows), numbering=quoted(mark.form.format(1)), **look)
        if mark.kind == "none":
            blocks = (f"par(hanging-indent: {style.body_indent}em, {text})" for _, text, _ in rows)
            return f"block[#set par(spacing: {max(style.item_gap, style.leading + 0.35)}em); {' '.join('#' + b for b in blocks)}]"
        cells = ", ".join(
            f"pad(left: {depth * 1.3}em, grid(columns: (1.6em, 1fr), {sign}, {text}))" for sign, text, depth in rows
        )
        return (
            f"stack(spacing: {max(style.item_gap, style.leading)}em, {cells})"
            if flat
            else f"grid(row-gutter: {style.item_gap}em, {cells})"
        )

    def strokes(self) -> str:
        """The rules of a table of items."""
        return {"all": "hair", "none": "none", "horizontal": "(x, y) => (top: hair, bottom: hair)",
                "outer": "(x, y) => (left: if x == 0 { hair }, right: if x > 0 { hair }, top: if y == 0 { hair }, bottom: hair)"}[self.style.stroke]  # fmt: skip

    def head(self, title: str) -> str:
        """A list's title in a table's head."""
        return f"table.cell(fill: ink, text(fill: white)[*#{title}*])" if self.style.dark_heads else f"[*#{title}*]"

    def lists(self, chapter: Chapter) -> str:
        """Strengths and improvement areas where the style wants them."""
        style = self.style
        titles = [self.other("list_title", title) for title in style.titles]
        if style.lists in ("table", "twin"):
            items = [self.items(chapter, which) for which in (0, 1)]
            if style.lists == "twin":
                cells = ", ".join(f"[*#{t}*\n\n#{i}]" for t, i in zip(titles, items, strict=True))
                return f"#grid(columns: (1fr, 1fr), column-gutter: 8mm, {cells})"
            score = ""
            if style.score == "table_row":
                score = f"table.cell(colspan: 2, align: center)[*#{self.other('score_label', style.score_label)}: {chapter.area.printed_score}*], "
            heads = f"table.header(repeat: {str(style.repeat_heads).lower()}, {score}{', '.join(self.head(t) for t in titles)})"
            return f"#table(columns: (1fr, 1fr), stroke: {self.strokes()}, inset: 6pt, {heads}, {', '.join(items)})"
        return "\n\n".join(self.one_list(chapter, which, titles[which]) for which in (0, 1))

    def one_list(self, chapter: Chapter, which: int, title: str) -> str:
        """One of the lists that follow each other."""
        style = self.style
        colour, tint = (("ink", "tint"), ("low", "tint-low"))[which]
        if style.lists in ("stripes", "head_row"):
            heads = f"table.header(repeat: {str(style.repeat_heads).lower()}, table.cell(colspan: 2, {'fill: ink, text(fill: white)' if style.dark_heads else ''}[*#{title}*]))"
            if style.lists == "head_row":
                return f"#table(columns: (1fr,), stroke: {self.strokes()}, inset: 6pt, {heads.replace('colspan: 2, ', '')}, {self.items(chapter, which)})"
            rows = ", ".join(
                f"{'[]' if sign == 'none' else sign}, pad(left: {depth * 1.2}em, {text})"
                for sign, text, depth in self.rows(chapter, which)
            )
            return f"#table(columns: (2.2em, 1fr), stroke: {self.strokes()}, fill: (_, y) => if calc.even(y) {{ tint }}, {heads}, {rows})"
        items = self.items(chapter, which)
        if style.lists == "beside":
            return f"#grid(columns: (auto, 1fr), column-gutter: 6mm, [*#{title}*], grid.vline(stroke: hair), pad(left: 3mm, {items}))\n#v(.6em)"
        if style.lists == "turned":
            return f"#grid(columns: (auto, 1fr), column-gutter: 4mm, align: (center + top, left), rotate(-90deg, reflow: true)[*#{title}*], {items})\n#v(.8em)"
        if style.lists == "tinted":
            return f"#block(fill: {tint}, radius: 4pt, inset: 9pt, width: 100%)[#text(fill: {colour})[*#{title}*]\n\n#{items}]"
        if style.lists == "hanging":
            return f'#text(weight: "bold", {title})\n\n#pad(left: 1.4em, {items})'
        level = 3 if style.lists == "heading" else 4
        return f"#heading(level: {level}, {title})\n#{items}"

    def values(self, row: Row | Total) -> str:
        """The cells of a row's values."""
        out = [shown(row.achieved, decimals=self.story.decimals), str(row.max)]
        out += [f"{row.percent}{self.style.percent_sign}"] if row.percent is not None else []
        return ", ".join(quoted(value) for value in out)

    def table_rows(self, area: Area) -> str:
        """The questions and the totals of an area."""
        joined, out = self.style.joined_number, []
        for row in area.score_table.rows:
            first = (
                quoted(f"{row.number} {row.question}") if joined else f"{quoted(row.number)}, {quoted(row.question)}"
            )
            out.append(f"{first}, {self.values(row)}")
        label = f"[*#{self.other('total_label', self.style.total_label)}*]"
        return ", ".join([*out, f"{label if joined else '[], ' + label}, {self.values(area.score_table.total)}"])

    def tables(self) -> str:
        """The score tables of all areas."""
        style, areas = self.style, [chapter.area for chapter in self.story.chapters]
        if style.table_form == "long":
            width = (2 if style.joined_number else 3) + (2 if self.story.percent else 1)
            parts = [
                f"table.cell(colspan: {width}, fill: tint)[*#{quoted(f'{a.number} {a.score_table.heading}')}*], {self.table_rows(a)}"
                for a in areas
            ]
            return self.score_table("[]", ", ".join(parts))
        made = [
            self.score_table(f"[*#{quoted(f'{a.number}. {a.score_table.heading}')}*]", self.table_rows(a))
            for a in areas
        ]
        if style.table_form == "pairs":
            pairs = zip_longest(made[::2], made[1::2], fillvalue="")
            return "\n".join(f"#grid(columns: (1fr, 1fr), gutter: 6mm, [{a}], [{b}])\n#v(1em)" for a, b in pairs)
        return "\n#v(.8em)\n".join(made)

    def score_table(self, title: str, rows: str) -> str:
        """A score table with its heads."""
        style = self.style
        words: Sequence[str] = style.words if self.story.percent else style.words[:2]
        turn = "rotate(-90deg, reflow: true, {})" if style.turned_heads else "{}"
        heads = [turn.format(f"[*#{self.other('table_head', word)}*]") for word in words]
        first = title if style.joined_number else f"[], {title}"
        value = f"{style.number_align} + {style.number_valign}"
        lead = 1 if style.joined_number else 2
        columns = ("1fr," if style.joined_number else "auto, 1fr,") + " auto," * len(words)
        stroke = {"all": "hair", "horizontal": "(x, y) => (bottom: hair)", "zebra": "none", "none": "none",
                  "booktabs": "(x, y) => (top: if y < 2 { hair }, bottom: hair)"}[style.table_stroke]  # fmt: skip
        fill = "(_, y) => if calc.odd(y) { tint }" if style.table_stroke == "zebra" else "none"
        header = f"table.header(repeat: {str(style.repeat_heads).lower()}, {first}, {', '.join(heads)})"
        body = (f"table(columns: ({columns}), stroke: {stroke}, fill: {fill}, inset: (x: 4pt, y: 3pt), "
                f"align: (x, y) => if x < {lead} {{ left }} else {{ {value} }}, {header}, {rows})")  # fmt: skip
        return f"#[#set text(size: {style.table_size}em); #set par(leading: .5em)\n#{body}]"


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
