"""The score tables in an OpenDocument text."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from xml.sax.saxutils import escape

from kompass_extract.training.render.gold_model import RenderedArea, RenderedRow, Total
from kompass_extract.training.render.sampling import shown
from kompass_extract.training.render.writer_sheet import A4, WriterSheet


class WriterScores(WriterSheet):
    """The last chapter's tables."""

    def values(self, row: RenderedRow | Total, words: str) -> list[str]:
        """The cells of a row's values."""
        out = [shown(row.achieved, decimals=self.story.decimals), str(row.max)]
        out += [f"{row.percent}{self.style.percent_sign}"] if row.percent is not None else []
        return [
            self.p(value, f'fo:text-align="{self.style.number_align}" fo:margin-bottom="0mm"', words) for value in out
        ]

    def score_rows(self, area: RenderedArea) -> list[list[str]]:
        """The questions and the totals of an area."""
        size, tight = f'fo:font-size="{self.style.table_size}pt"', 'fo:margin-bottom="0mm"'
        rows = [
            [self.p(row.number, tight, size), self.p(escape(row.question), tight, size), *self.values(row, size)]
            for row in area.score_table.rows
        ]
        strong = f'{size} fo:font-weight="bold"'
        return [
            *rows,
            [
                "",
                self.p(self.other("total_label", self.style.total_label), tight, strong),
                *self.values(area.score_table.total, strong),
            ],
        ]

    def score_heads(self, number: str, title: str) -> list[str]:
        """The heads of a score table."""
        style, words = self.style, self.style.words if self.story.percent else self.style.words[:2]
        look = f'fo:font-size="{style.table_size}pt" fo:font-weight="bold"' + (
            ' fo:color="#ffffff"' if style.dark_heads else ""
        )
        turn = ' style:text-rotation-angle="90"' if style.turned_heads else ""
        heads = [self.look("text", text=look + turn)] * len(words)
        align = f'fo:text-align="{style.number_align}" fo:margin-bottom="0mm"'
        cells = [
            self.p(f'<text:span text:style-name="{name}">{self.other("table_head", w)}</text:span>', align)
            for name, w in zip(heads, words, strict=True)
        ]
        return [self.p(number, "", look), self.p(title, "", look), *cells]

    def score_tables(self) -> list[str]:
        """The score tables of all areas."""
        style, areas = self.style, [chapter.area for chapter in self.story.chapters]
        width = (A4[1] if style.landscape else A4[0]) - style.left - style.right
        count = 3 if self.story.percent else 2
        shares = [0.08, 0.92 - 0.13 * count, *[0.13] * count]
        if style.long_table:
            rows, spans = [self.score_heads("", "")], []
            for area in areas:
                spans.append(len(rows))
                rows.append([self.p(self.bold(escape(f"{area.number} {area.score_table.heading}")))])
                rows += self.score_rows(area)
            return [
                self.table(
                    rows,
                    shares,
                    rules=style.table_rules,
                    heads=1,
                    width=width,
                    spans=spans,
                    valign=style.number_valign,
                    dark=style.dark_heads,
                )
            ]
        return [self.table([self.score_heads(f"{a.number}.", escape(a.score_table.heading)), *self.score_rows(a)], shares, rules=style.table_rules, heads=1,
                           width=width, valign=style.number_valign, dark=style.dark_heads) for a in areas]  # fmt: skip
