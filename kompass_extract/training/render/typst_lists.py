"""Strengths and improvement areas in Typst, in each of the places that a style knows."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from kompass_extract.training.render.sampling import ListMarkStyle
from kompass_extract.training.render.story import Chapter
from kompass_extract.training.render.typst_sheet import TypstSheet, call, quoted

SHAPES = {
    "disc": "circle(radius: .22em, fill: ink)", "ring": "circle(radius: .22em, stroke: .7pt + ink)",
    "square": "rect(width: .42em, height: .42em, fill: ink)", "bar": "rect(width: .55em, height: .12em, fill: ink)",
    "triangle": "polygon(fill: ink, (0em, 0em), (.5em, .25em), (0em, .5em))",
    "tick": "curve(stroke: 1pt + ink, curve.move((0em, .25em)), curve.line((.18em, .45em)), curve.line((.5em, 0em)))",
    "cross": "curve(stroke: 1pt + ink, curve.move((.25em, 0em)), curve.line((.25em, .5em)), curve.move((0em, .25em)), curve.line((.5em, .25em)))",
}  # fmt: skip


class TypstLists(TypstSheet):
    """The lists of a chapter."""

    def sign(self, mark: ListMarkStyle, index: int) -> str:
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
