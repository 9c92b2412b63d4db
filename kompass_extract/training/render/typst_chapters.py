"""An area's chapter in Typst."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from kompass_extract.training.render.gold_model import RenderedArea
from kompass_extract.training.render.story import Chapter
from kompass_extract.training.render.structure import sections_around_lists
from kompass_extract.training.render.typst_lists import TypstLists
from kompass_extract.training.render.typst_sheet import quoted


class TypstChapters(TypstLists):
    """The chapters of a report."""

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

    def rubrics(self, area: RenderedArea) -> str:
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
