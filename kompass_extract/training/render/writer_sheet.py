"""What all parts of an OpenDocument text are made of: paragraphs, tables, lists, sections, each with its automatic style."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from kompass_extract.training.render.sampling import ListMarkStyle
from kompass_extract.training.render.story import Ledger, Story
from kompass_extract.training.render.structure import hyphenated
from kompass_extract.training.render.writer_style import WriterStyle

A4 = (210, 297)  # millimetres


class WriterSheet:
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

    def bold(self, text: str) -> str:
        """A run of bold letters."""
        name = self.look("text", text='fo:font-weight="bold"')
        return f'<text:span text:style-name="{name}">{text}</text:span>'

    def heading(self, text: str, level: int) -> str:
        """A heading of the outline."""
        return f'<text:h text:style-name="Heading_20_{level}" text:outline-level="{level}">{text}</text:h>'

    def body_text(self, text: str) -> str:
        """Running text, with soft hyphens where the style breaks words."""
        return escape(hyphenated(text) if self.style.hyphenate else text)

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

    def list_look(self, mark: ListMarkStyle) -> str:
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

    def items(self, items: Sequence[tuple[str, int]], mark: ListMarkStyle) -> str:
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

    def section(self, body: str) -> str:
        """``body`` in two balanced columns."""
        key = 'style:family="section"><style:section-properties text:dont-balance-text-columns="false"><style:columns fo:column-count="2" fo:column-gap="7mm"/></style:section-properties>'
        self.frames += 1
        name = self.styles.setdefault(key, f"A{len(self.styles)}")
        return f'<text:section text:style-name="{name}" text:name="S{self.frames}">{body}</text:section>'
