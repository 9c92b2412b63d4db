"""A story as an OpenDocument text in one XML file, which LibreOffice Writer prints."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from kompass_extract.training.render.gold_model import Area, Row, Total
from kompass_extract.training.render.sampling import Mark, shown
from kompass_extract.training.render.story import Chapter, Ledger, Story
from kompass_extract.training.render.structure import COMPARISONS, hyphenated, sections_around_lists
from kompass_extract.training.render.writer_style import WriterStyle

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"'
    for name, kind in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible",
    }.items()
)  # fmt: skip
A4 = (210, 297)  # millimetres


class WriterReport:
    """One document being written; automatic styles are made when they are first wanted."""

    def __init__(self, story: Story, style: WriterStyle, ledger: Ledger) -> None:
        self.story, self.style, self.ledger = story, style, ledger
        self.styles: dict[str, str] = {}
        self.width = A4[0] - style.left - style.right
        self.tables = self.notes = self.frames = 0

    def other(self, kind: str, text: str) -> str:
        """``text`` escaped, and noted as one that belongs to no value."""
        return escape(self.ledger.add(kind, text))

    def look(self, family: str, parent: str = "", **parts: str) -> str:
        """The name of the automatic style with these parts: a part's name is that of its element, without ``-properties``."""
        body = "".join(
            f"<style:{name.replace('_', '-')}-properties {attributes}/>" for name, attributes in parts.items()
        )
        inherit = f' style:parent-style-name="{parent}"' if parent else ""
        key = f'style:family="{family}"{inherit}>{body}'
        return self.styles.setdefault(key, f"A{len(self.styles)}")

    def p(self, text: str, paragraph: str = "", words: str = "", parent: str = "Standard") -> str:
        """A paragraph of escaped ``text`` with attributes of paragraph and letters."""
        name = self.look("paragraph", parent, paragraph=paragraph, text=words) if paragraph or words else parent
        return f'<text:p text:style-name="{name}">{text}</text:p>'

    def bold(self, text: str, extra: str = "") -> str:
        """A run of bold letters."""
        name = self.look("text", text=f'fo:font-weight="bold" {extra}')
        return f'<text:span text:style-name="{name}">{text}</text:span>'

    def heading(self, text: str, level: int) -> str:
        """A heading of the outline."""
        return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{text}</text:h>'

    def body_text(self, text: str) -> str:
        """Running text, with soft hyphens where the style breaks words."""
        return escape(hyphenated(text) if self.style.hyphenate else text)

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
                else self.items([(noted, 0)], Mark("glyph", "•"))
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

    def table(self, rows: Sequence[Sequence[str]], shares: Sequence[float], *, rules: str, heads: int = 0, width: float = 0,
              spans: Sequence[int] = (), valign: str = "top", dark: bool = False) -> str:  # fmt: skip
        """A table of cells that hold paragraphs; the first cell of the rows in ``spans`` reaches over all columns."""
        self.tables += 1
        style, width = self.style, width or self.width
        line = f"0.5pt solid {style.rule}"
        border = {
            "all": f'fo:border="{line}"',
            "horizontal": f'fo:border-top="{line}" fo:border-bottom="{line}"',
            "none": 'fo:border="none"',
        }[rules]
        name = self.look(
            "table", table=f'style:width="{width:.1f}mm" table:align="left" fo:margin-bottom="4mm" fo:margin-top="2mm"'
        )
        looks = [
            self.look("table-column", table_column=f'style:column-width="{width * share:.2f}mm"') for share in shares
        ]
        columns = "".join(f'<table:table-column table:style-name="{look}"/>' for look in looks)
        row_look = self.look("table-row", table_row=f'fo:keep-together="{"auto" if style.rows_break else "always"}"')
        made = []
        for number, row in enumerate(rows):
            fill = (
                f' fo:background-color="{style.colour if dark else style.tint}"'
                if number < heads and (dark or style.dark_heads)
                else ""
            )
            cell = self.look(
                "table-cell",
                table_cell=f'fo:padding="1.2mm" style:vertical-align="{valign if number >= heads else "bottom"}" {border}{fill}',
            )
            if number in spans:
                rest = "<table:covered-table-cell/>" * (len(shares) - 1)
                cells = f'<table:table-cell table:style-name="{cell}" table:number-columns-spanned="{len(shares)}">{row[0]}</table:table-cell>{rest}'
            else:
                cells = "".join(
                    f'<table:table-cell table:style-name="{cell}">{text or "<text:p/>"}</table:table-cell>'
                    for text in row
                )
            made.append(f'<table:table-row table:style-name="{row_look}">{cells}</table:table-row>')
        top = "".join(made[:heads])
        top = f"<table:table-header-rows>{top}</table:table-header-rows>" if heads and style.repeat_heads else top
        return f'<table:table table:name="T{self.tables}" table:style-name="{name}">{columns}{top}{"".join(made[heads:])}</table:table>'

    def list_look(self, mark: Mark) -> str:
        """The name of a list style with ``mark`` and a second level of dashes."""
        indent = self.style.indent
        place = ('<style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment '
                 'text:label-followed-by="listtab" text:list-tab-stop-position="{0}mm" fo:text-indent="-{1}mm" fo:margin-left="{0}mm"/>'
                 "</style:list-level-properties>")  # fmt: skip
        first = place.format(indent, indent)
        if mark.typed:
            before, _, after = mark.form.partition("{}")
            kind = "1" if mark.kind == "number" else "a"
            level = f'<text:list-level-style-number text:level="1" style:num-format="{kind}" style:num-prefix="{before}" style:num-suffix="{after}">{first}</text:list-level-style-number>'
        elif mark.kind == "none":
            level = f'<text:list-level-style-number text:level="1" style:num-format="">{first}</text:list-level-style-number>'
        else:
            level = f'<text:list-level-style-bullet text:level="1" text:bullet-char="{mark.form}">{first}</text:list-level-style-bullet>'
        second = f'<text:list-level-style-bullet text:level="2" text:bullet-char="–">{place.format(indent * 2, indent)}</text:list-level-style-bullet>'
        return self.styles.setdefault(f"LIST>{level}{second}", f"L{len(self.styles)}")

    def items(self, items: Sequence[tuple[str, int]], mark: Mark) -> str:
        """A native list of (escaped text, depth)."""
        gap = max(self.style.item_gap, 2.0) if mark.kind == "none" else self.style.item_gap
        look = f'fo:margin-bottom="{gap}mm" fo:margin-top="0mm"'
        out, inner = "", False
        for text, depth in items:
            if depth and not inner:
                out = out.removesuffix("</text:list-item>") + "<text:list>"
            elif inner and not depth:
                out += "</text:list></text:list-item>"
            inner = bool(depth)
            out += f"<text:list-item>{self.p(text, look)}</text:list-item>"
        out += "</text:list></text:list-item>" if inner else ""
        return f'<text:list text:style-name="{self.list_look(mark)}">{out}</text:list>'

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

    def section(self, body: str) -> str:
        """``body`` in two balanced columns."""
        key = 'style:family="section"><style:section-properties text:dont-balance-text-columns="false"><style:columns fo:column-count="2" fo:column-gap="7mm"/></style:section-properties>'
        self.frames += 1
        name = self.styles.setdefault(key, f"A{len(self.styles)}")
        return f'<text:section text:style-name="{name}" text:name="S{self.frames}">{body}</text:section>'

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

    def rubrics(self, area: Area) -> str:
        """The sub-areas; a table with the score where the style puts it there."""
        items = self.items([(escape(r), 0) for r in area.rubrics], Mark("glyph", "•"))
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

    def values(self, row: Row | Total, words: str) -> list[str]:
        """The cells of a row's values."""
        out = [shown(row.achieved, decimals=self.story.decimals), str(row.max)]
        out += [f"{row.percent}{self.style.percent_sign}"] if row.percent is not None else []
        return [
            self.p(value, f'fo:text-align="{self.style.number_align}" fo:margin-bottom="0mm"', words) for value in out
        ]

    def score_rows(self, area: Area) -> list[list[str]]:
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

    def furniture(self) -> tuple[str, str]:
        """Header and footer of all pages but the first."""
        style, story = self.style, self.story
        page = (
            escape(style.page_form)
            .replace("{n}", '<text:page-number text:select-page="current"/>')
            .replace("{N}", "<text:page-count/>")
        )
        self.ledger.add("furniture", style.page_form)
        head = self.other(
            "furniture", style.head.format(title=story.report.title, official=story.place.official, dnr=story.dnr)
        )
        number = f'<text:p text:style-name="Page">{page}</text:p>'
        first = f'<text:p text:style-name="Head">{head}</text:p>'
        return first + (number if style.page_in_head else ""), "" if style.page_in_head else number

    def document(self, body: str) -> str:
        """``body`` with the styles that it uses."""
        style = self.style
        head, foot = self.furniture()
        families = {style.font, style.heading_font}
        faces = "".join(
            f'<style:font-face style:name="{f}" svg:font-family="&apos;{f}&apos;"/>' for f in sorted(families)
        )
        automatic = "".join(
            f'<text:list-style style:name="{name}">{key.removeprefix("LIST>")}</text:list-style>' if key.startswith("LIST>")
            else f'<style:style style:name="{name}" {key}</style:style>' for key, name in self.styles.items()
        )  # fmt: skip
        margins = f'fo:margin-left="{style.left}mm" fo:margin-right="{style.right}mm" fo:margin-top="{style.top}mm" fo:margin-bottom="{style.bottom}mm"'
        space = '<style:header-style><style:header-footer-properties fo:min-height="8mm" fo:margin-bottom="4mm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="8mm" fo:margin-top="4mm"/></style:footer-style>'
        pages = "".join(
            f'<style:page-layout style:name="{name}"><style:page-layout-properties fo:page-width="{w}mm" fo:page-height="{h}mm" style:print-orientation="{o}" {margins}/>{space}</style:page-layout>'
            for name, w, h, o in (("up", *A4, "portrait"), ("wide", A4[1], A4[0], "landscape"))
        )
        furniture = f"<style:header>{head}</style:header><style:footer>{foot}</style:footer>"
        masters = (f'<style:master-page style:name="Standard" style:page-layout-name="up">{furniture}<style:header-first><text:p/></style:header-first><style:footer-first><text:p/></style:footer-first></style:master-page>'
                   f'<style:master-page style:name="Wide" style:page-layout-name="wide">{furniture}</style:master-page>')  # fmt: skip
        return (f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
                f"<office:font-face-decls>{faces}</office:font-face-decls><office:styles>{self.named()}</office:styles>"
                f"<office:automatic-styles>{automatic}{pages}</office:automatic-styles><office:master-styles>{masters}</office:master-styles>"
                f"<office:body><office:text>{body}</office:text></office:body></office:document>")  # fmt: skip

    def named(self) -> str:
        """The styles that have names of their own."""
        style = self.style

        def paragraph(name: str, parent: str, look: str, words: str = "", tabs: str = "") -> str:
            inherit = f' style:parent-style-name="{parent}"' if parent else ""
            return (f'<style:style style:name="{name}" style:family="paragraph"{inherit}><style:paragraph-properties {look}>{tabs}</style:paragraph-properties>'
                    f"<style:text-properties {words}/></style:style>")  # fmt: skip

        def stops(*places: tuple[float, str, str]) -> str:
            made = "".join(
                f'<style:tab-stop style:position="{p:.1f}mm" style:type="{kind}" style:leader-style="{leader}" style:leader-text="."/>'
                for p, kind, leader in places
            )
            return f"<style:tab-stops>{made}</style:tab-stops>"

        weight = "bold" if style.heading_bold else "normal"
        sizes = {1: style.heading_size * 1.15, 2: style.heading_size, 3: style.size * 1.08}
        right = stops((self.width, "right", "none"))
        inset = 46 if len(max(style.titles, key=len)) < 20 else 58
        headings = "".join(
            paragraph(f"Heading_20_{level}", "Standard", 'fo:keep-with-next="always" fo:margin-top="5mm" fo:margin-bottom="2mm" fo:text-align="start"',
                      f'style:font-name="{style.heading_font}" fo:font-size="{size:.1f}pt" fo:font-weight="{weight if level < 3 else "bold"}" fo:color="{style.colour if level < 3 else "#000000"}"', right)
            for level, size in sizes.items()
        )  # fmt: skip
        return (
            paragraph("Standard", "", f'fo:margin-bottom="{style.gap}mm" fo:line-height="{style.leading}%" fo:orphans="2" fo:widows="2"',
                      f'style:font-name="{style.font}" fo:font-size="{style.size}pt" fo:language="sv" fo:country="SE"')
            + headings
            + paragraph("Running", "Standard", f'fo:text-align="{"justify" if style.justify else "start"}"')
            + paragraph("Contents", "Standard", 'fo:margin-bottom="1mm"', "", stops((self.width, "right", "dotted")))
            + paragraph("Tabbed", "Standard", f'fo:margin-left="{inset + style.indent}mm" fo:text-indent="-{inset + style.indent}mm"', "",
                        stops((-style.indent, "left", "none"), (0, "left", "none")))
            + paragraph("Footnote", "Standard", 'fo:margin-bottom="0mm" fo:line-height="100%"', 'fo:font-size="8pt"')
            + paragraph("Head", "Standard", "", 'fo:font-size="8.5pt"')
            + paragraph("Page", "Standard", f'fo:text-align="{style.page_align}"', 'fo:font-size="8.5pt"')
        )  # fmt: skip


def writer_document(story: Story, style: WriterStyle, ledger: Ledger) -> str:
    """The report as a flat OpenDocument text."""
    return WriterReport(story, style, ledger).source()
