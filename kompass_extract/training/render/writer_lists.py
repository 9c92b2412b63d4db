"""Strengths and improvement areas in an OpenDocument text, in each of the places that a style knows."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from xml.sax.saxutils import escape

from kompass_extract.training.render.story import Chapter
from kompass_extract.training.render.writer_sheet import WriterSheet


class WriterLists(WriterSheet):
    """The lists of a chapter."""

    def list_of(self, chapter: Chapter, which: int) -> str:
        """A list of the chapter."""
        return self.items(
            [(escape(t), d) for t, d in zip(chapter.lists[which], chapter.depths[which], strict=True)],
            self.style.marks[which],
        )

    def title(self, which: int, *, head: bool = False) -> str:
        """A list's title."""
        white = 'fo:color="#ffffff"' if head and self.style.dark_heads and self.style.lists in ("table", "rows") else ""
        return self.p(
            self.other("list_title", self.style.titles[which]),
            'fo:keep-with-next="always" fo:margin-top="2mm"',
            f'fo:font-weight="bold" {white}',
        )

    def lists(self, chapter: Chapter) -> str:
        """Strengths and improvement areas where the style wants them."""
        style = self.style
        if style.lists == "table":
            rows = [
                [self.title(0, head=True), self.title(1, head=True)],
                [self.list_of(chapter, 0), self.list_of(chapter, 1)],
            ]
            merged = style.score == "merged"
            if merged:
                look = 'fo:color="#ffffff" fo:font-weight="bold"' if style.dark_heads else 'fo:font-weight="bold"'
                rows.insert(
                    0,
                    [
                        self.p(
                            f"{self.other('score_label', style.score_label)}: {chapter.area.printed_score}",
                            'fo:text-align="center"',
                            look,
                        )
                    ],
                )
            return self.table(
                rows,
                (0.5, 0.5),
                rules=style.rules,
                heads=1 + merged,
                spans=(0,) if merged else (),
                dark=style.dark_heads,
            )
        if style.lists == "left":
            return self.table(
                [[self.title(which), self.list_of(chapter, which)] for which in (0, 1)], (0.3, 0.7), rules=style.rules
            )
        return "".join({"rows": self.rows, "newspaper": self.newspaper, "framed": self.framed, "tabbed": self.tabbed}.get(
            style.lists, lambda c, w: self.title(w) + self.list_of(c, w))(chapter, which) for which in (0, 1))  # fmt: skip

    def rows(self, chapter: Chapter, which: int) -> str:
        """A table with an item a row and its mark in a column of its own."""
        rows, index, mark = [[self.title(which, head=True)]], 0, self.style.marks[which]
        for text, depth in zip(chapter.lists[which], chapter.depths[which], strict=True):
            rows.append(
                [
                    self.p("–" if depth else escape(mark.at(index))),
                    self.p(escape(text), f'fo:margin-left="{depth * 5}mm"'),
                ]
            )
            index += not depth
        return self.table(rows, (0.08, 0.92), rules=self.style.rules, heads=1, spans=(0,), dark=self.style.dark_heads)

    def newspaper(self, chapter: Chapter, which: int) -> str:
        """A list that flows through two columns."""
        return self.title(which) + self.section(self.list_of(chapter, which))

    def framed(self, chapter: Chapter, which: int) -> str:
        """A list on a ground in a frame."""
        return self.table([[self.title(which) + self.list_of(chapter, which)]], (1,), rules="all", heads=1)

    def tabbed(self, chapter: Chapter, which: int) -> str:
        """Items at a tab stop, the first on the line of the title, their marks typed."""
        out, index, mark = "", 0, self.style.marks[which]
        for number, (text, depth) in enumerate(zip(chapter.lists[which], chapter.depths[which], strict=True)):
            sign = "–" if depth else escape(mark.at(index))
            index += not depth
            title = self.bold(self.other("list_title", self.style.titles[which])) if number == 0 else ""
            out += self.p(
                f"{title}<text:tab/>{sign}<text:tab/>{escape(text)}",
                f'fo:margin-bottom="{self.style.item_gap}mm"',
                parent="Tabbed",
            )
        return out
