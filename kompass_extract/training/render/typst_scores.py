"""The score tables in Typst."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from kompass_extract.training.render.gold_model import RenderedArea, RenderedRow, Total
from kompass_extract.training.render.sampling import shown
from kompass_extract.training.render.typst_sheet import TypstSheet, quoted


class TypstScores(TypstSheet):
    """The last chapter's tables."""

    def values(self, row: RenderedRow | Total) -> str:
        """The cells of a row's values."""
        out = [shown(row.achieved, decimals=self.story.decimals), str(row.max)]
        out += [f"{row.percent}{self.style.percent_sign}"] if row.percent is not None else []
        return ", ".join(quoted(value) for value in out)

    def table_rows(self, area: RenderedArea) -> str:
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
