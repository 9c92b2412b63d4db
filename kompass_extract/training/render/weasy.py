"""A story as a web page for paged media, printed by WeasyPrint."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

import logging
from collections.abc import Sequence
from html import escape
from itertools import zip_longest

from kompass_extract.training.render import charts
from kompass_extract.training.render.gold_model import RenderedArea, RenderedRow, Total
from kompass_extract.training.render.sampling import ListMarkStyle, shown
from kompass_extract.training.render.story import Chapter, Ledger, Story
from kompass_extract.training.render.structure import COMPARISONS, sections_around_lists
from kompass_extract.training.render.weasy_css import weasy_css
from kompass_extract.training.render.weasy_style import WeasyStyle

SHAPES = {
    "disc": '<circle cx="5" cy="5" r="3.4"/>', "square": '<rect x="1.5" y="1.5" width="7" height="7"/>',
    "ring": '<circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" stroke-width="1.4"/>',
    "triangle": '<path d="M1.5 1 L9 5 L1.5 9 Z"/>', "bar": '<rect x="0.5" y="4" width="9" height="2.2"/>',
    "tick": '<path d="M1 5.5 L4 8.5 L9.5 1.5" fill="none" stroke="currentColor" stroke-width="1.8"/>',
    "cross": '<path d="M5 1 V9 M1 5 H9" fill="none" stroke="currentColor" stroke-width="1.8"/>',
}  # fmt: skip


class WeasyPage:
    """One document being written: a story in a style, with a ledger of what belongs to no value."""

    def __init__(self, story: Story, style: WeasyStyle, ledger: Ledger) -> None:
        self.story, self.style, self.ledger = story, style, ledger

    def other(self, kind: str, text: str) -> str:
        """``text`` escaped, and noted as one that belongs to no value."""
        return escape(self.ledger.add(kind, text))

    def html(self) -> str:
        """The whole report."""
        story, front = self.story, self.story.front
        body = self._protocol() + self._cover() + self._contents() + self._front()
        body += f"<h1>{self.other('heading', front.chapter)}</h1>"
        body += "".join(self._chapter(chapter) for chapter in story.chapters)
        tables = self._tables()
        land = ' class="land"' if self.style.landscape else ' class="last"'
        body += f"<div{land}><h1>{self.other('heading', front.last)}</h1><p>{self.other('front_matter', front.lead)}</p>{tables}</div>"
        return (f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{escape(story.report.title)}</title>'
                f"<style>{weasy_css(story, self.style, self.ledger)}</style></head><body>{body}</body></html>")  # fmt: skip

    def _protocol(self) -> str:
        if not self.story.protocol:
            return ""
        lines = "".join(f"<p>{self.other('protocol', line)}</p>" for line in self.story.protocol)
        return f'<div class="protocol">{lines}</div>'

    def _cover(self) -> str:
        story, out = self.story, ""
        if story.stamp:
            words = self.other("stamp", story.stamp).replace("\n", "<br>")
            out += f'<div class="stamp">{words}</div>'
        if self.style.title_side == "band":
            out += '<div class="band"></div>'
        for role, text in story.cover:
            out += f'<p class="{role}">{self.other("cover", text)}</p>'
        blank = '<div class="blank"></div>' if self.style.blank_page else ""
        return f'<div class="cover">{out}</div>{blank}'

    def _contents(self) -> str:
        lines = ""
        for title, page in self.story.front.contents:
            parts = self.other("contents", title), self.other("contents", page)
            lines += f'<p class="toc"><span class="tt">{parts[0]}</span><span class="tp">{parts[1]}</span></p>'
        return f'<div class="contents"><h1>{self.other("heading", "Innehåll")}</h1>{lines}</div>'

    def _front(self) -> str:
        tags = {"h1": "h1", "h3": "h3", "p": "p", "li": "p class=li"}
        out = ""
        for kind, text in self.story.front.body:
            out += self._overview() if kind == "h3" and text == COMPARISONS else ""
            noted = self.other("heading" if kind[0] == "h" else "front_matter", text)
            out += f"<{tags[kind]}>{noted}</{tags[kind].split()[0]}>"
        if self.style.chart:
            out += charts.bars([round(c.area.score_table.total.achieved) for c in self.story.chapters])
        return out

    def _overview(self) -> str:
        """The table of area scores over several evaluations, where the report has one."""
        rows = self.story.report.area_scores_overview
        if not rows:
            return ""
        heads = "".join(f'<th class="v">{self.other("table_head", head)}</th>' for head in rows[0].values)
        body = ""
        for row in rows:
            label = escape(f"{row.number} {row.label}" if row.number else row.label)
            values = "".join(f'<td class="v">{value}</td>' for value in row.values.values())
            body += f"<tr><td>{label}</td>{values}</tr>"
        return f'<table class="score"><tr class="head"><th></th>{heads}</tr>{body}</table>'

    def _mark(self, mark: ListMarkStyle, index: int) -> str:
        if mark.kind == "shape":
            return f'<svg class="shape" viewBox="0 0 10 10" fill="currentColor">{SHAPES[mark.form]}</svg>'
        return escape(mark.at(index))

    def _items(self, items: Sequence[str], depths: Sequence[int], mark: ListMarkStyle, start: int = 0) -> str:
        out, index = "", start
        for text, depth in zip(items, depths, strict=True):
            sign = "–" if depth and mark.at(0) != "–" else "○" if depth else self._mark(mark, index)
            index += not depth
            sign = f'<span class="m">{sign}</span>' if sign else ""
            out += f'<div class="i d{depth} {mark.kind}">{sign}{escape(text)}</div>'
        return out

    def _lists(self, chapter: Chapter) -> str:
        style, titles = self.style, [self.other("list_title", t) for t in self.style.titles]
        lists = [self._items(*parts) for parts in zip(chapter.lists, chapter.depths, style.marks, strict=True)]
        score = self._score_row(chapter.area) if style.score == "lists" else ""
        if style.lists == "side":
            head = f"<thead>{score}<tr><th>{titles[0]}</th><th>{titles[1]}</th></tr></thead>"
            return f'<table class="lists two">{head}<tr><td>{lists[0]}</td><td>{lists[1]}</td></tr></table>'
        if style.lists == "paired":
            return self._paired(chapter, titles, score)
        parts = list(zip(titles, lists, (0, 1), strict=True))
        if style.improvements_first:
            parts.reverse()
        if style.lists == "left":
            rows = "".join(f'<tr><th class="t{k}">{t}</th><td>{items}</td></tr>' for t, items, k in parts)
            return f'<table class="lists leftheads">{score}{rows}</table>'
        if style.lists == "row":
            rows = "".join(f'<tr><th class="t{k}">{t}</th></tr><tr><td>{items}</td></tr>' for t, items, k in parts)
            return f'<table class="lists one">{rows}</table>'
        if style.lists == "rows":
            return "".join(self._rows(chapter, k, t) for t, _, k in parts)
        if style.lists == "float":
            return f'<div class="pair">{"".join(f"<div><h4>{t}</h4>{items}</div>" for t, items, _ in parts)}</div>'
        kind = {"cards": "cards", "multicol": "columns", "runin": "runin"}.get(style.lists, "plain")
        head = "<p class=run>{}</p>" if kind == "runin" else "<h4>{}</h4>"
        return "".join(f'{head.format(t)}<div class="{kind} k{k}">{items}</div>' for t, items, k in parts)

    def _paired(self, chapter: Chapter, titles: Sequence[str], score: str) -> str:
        cells = [
            [self._items([t], [d], mark, index) for index, (t, d) in enumerate(zip(items, depths, strict=True))]
            for items, depths, mark in zip(chapter.lists, chapter.depths, self.style.marks, strict=True)
        ]
        rows = "".join(f"<tr><td>{a or ''}</td><td>{b or ''}</td></tr>" for a, b in zip_longest(*cells))
        head = f"<thead>{score}<tr><th>{titles[0]}</th><th>{titles[1]}</th></tr></thead>"
        return f'<table class="lists two">{head}{rows}</table>'

    def _rows(self, chapter: Chapter, which: int, title: str) -> str:
        mark, rows, index = self.style.marks[which], "", 0
        for text, depth in zip(chapter.lists[which], chapter.depths[which], strict=True):
            sign = "–" if depth else self._mark(mark, index)
            index += not depth
            rows += f'<tr><td class="rm">{sign}</td><td class="d{depth}">{escape(text)}</td></tr>'
        return f'<table class="lists rows"><thead><tr><th colspan="2" class="t{which}">{title}</th></tr></thead>{rows}</table>'

    def _score_row(self, area: RenderedArea) -> str:
        label = self.other("score_label", self.style.score_label)
        return f'<tr><th colspan="2" class="merged">{label}: {area.printed_score}</th></tr>'

    def _rubrics(self, area: RenderedArea) -> str:
        items = "".join(f'<div class="i d0 glyph"><span class="m">•</span>{escape(r)}</div>' for r in area.rubrics)
        label = self.style.score_label
        if self.style.score == "table":
            heads = f"<tr><th>{self.other('heading', 'Rubriker')}</th><th class=pt>{self.other('score_label', label)}</th></tr>"
            return (
                f'<table class="rub">{heads}<tr><td>{items}</td><td class="big">{area.printed_score}</td></tr></table>'
            )
        head = self.other("heading", "Utvärderade delområden" if self.style.score != "line" else "Rubriker")
        return f'<div class="rubrics"><p class="rh">{head}</p>{items}</div>'

    def _score(self, area: RenderedArea) -> str:
        style = self.style
        label = self.other("score_label", style.score_label) if style.score not in ("table", "lists") else ""
        number = area.printed_score
        return {
            "ring": f'<div class="ringbox"><div class="ring">{number}</div><div class="rl">{label}</div></div>',
            "big": f'<div class="bigbox"><div class="rl">{label}</div><div class="bn">{number}</div></div>',
            "line": f'<p class="sl">{label}: {number}</p>', "heading": f'<p class="sh">{number} <span>{label.lower()}</span></p>',
            "foot": f'<div class="framed">{label}: {number}</div>',
        }.get(style.score, "")  # fmt: skip

    def _section(self, chapter: Chapter, index: int) -> str:
        section, style, out = chapter.area.narrative[index], self.style, ""
        for number, text in enumerate(section.paragraphs):
            note = chapter.note_after(index, number)
            mark = f'<span class="fn">{self.other("footnote", note.text)}</span>' if note else ""
            run = f"<b>{escape(section.heading)}{style.run_in}</b> " if style.run_in and number == 0 else ""
            out += f"<p>{run}{escape(text)}{mark}</p>"
        head = "" if style.run_in else f"<h3>{escape(section.heading)}</h3>"
        return f"{head}{out}"

    def _chapter(self, chapter: Chapter) -> str:
        area, style = chapter.area, self.style
        heading = escape(style.area_heading.format(n=area.number, name=area.name))
        _, _, after = sections_around_lists(area)
        count = len(area.narrative) - len(after)
        before = "".join(self._section(chapter, i) for i in range(count))
        late = "".join(self._section(chapter, i) for i in range(count, len(area.narrative)))
        box = self._box(chapter)
        top = self._score(area) if style.score in ("ring", "big", "line", "heading") else ""
        foot = self._score(area) if style.score == "foot" else ""
        return (f'<div class="area"><h2>{heading}</h2>{top}{self._rubrics(area)}{box}<div class="text">{before}</div>'
                f"{self._lists(chapter)}<div class=text>{late}</div>{foot}</div>")  # fmt: skip

    def _box(self, chapter: Chapter) -> str:
        if not chapter.box:
            return ""
        head, text = (self.other("side_box", part) for part in chapter.box)
        return f'<div class="box">{f"<b>{head}</b><br>" if head else ""}{text}</div>'

    def _value_cells(self, row: RenderedRow | Total) -> str:
        style, decimals = self.style, self.story.decimals
        values = [shown(row.achieved, decimals=decimals), str(row.max)]
        if row.percent is not None:
            values.append(f"{row.percent}{style.percent_sign}")
        return "".join(f'<td class="v">{v}</td>' for v in values)

    def _table_rows(self, area: RenderedArea) -> str:
        style, rows = self.style, ""
        for row in area.score_table.rows:
            if style.joined_number:
                rows += f'<tr><td class="q">{row.number} {escape(row.question)}</td>{self._value_cells(row)}</tr>'
            else:
                rows += f'<tr><td class="n">{row.number}</td><td class="q">{escape(row.question)}</td>{self._value_cells(row)}</tr>'
        first = "" if style.joined_number else "<td></td>"
        total = self.other("total_label", style.total_label)
        return (
            f'{rows}<tr class="total">{first}<td class="q">{total}</td>{self._value_cells(area.score_table.total)}</tr>'
        )

    def _head(self, first: str) -> str:
        style = self.style
        words = style.words if self.story.percent else style.words[:2]
        turn = "<div class=turn><span>{}</span></div>" if style.turned_heads else "{}"
        noted = [turn.format(self.other("table_head", word)) for word in words]
        cells = "".join(f'<th class="v">{word}</th>' for word in noted)
        empty = "" if style.joined_number else '<th class="n"></th>'
        return f'<tr class="head">{empty}<th class="q">{first}</th>{cells}</tr>'

    def _tables(self) -> str:
        style, columns = self.style, (3 if self.story.percent else 2) + (1 if self.style.joined_number else 2)
        areas = [chapter.area for chapter in self.story.chapters]
        if style.table_form == "long":
            rows = "".join(
                f'<tr class="sub"><th colspan="{columns}">{a.number} {escape(a.score_table.heading)}</th></tr>{self._table_rows(a)}'
                for a in areas
            )
            return f'<table class="score long"><thead>{self._head("")}</thead>{rows}</table>'
        made = []
        for area in areas:
            title = f"{area.number}. {escape(area.score_table.heading)}"
            inside = style.table_rules != "none"
            above = "" if inside else f"<h4>{title}</h4>"
            made.append(
                f'<div class="tw">{above}<table class="score"><thead>{self._head(title if inside else "")}</thead>{self._table_rows(area)}</table></div>'
            )
        if style.table_form == "pairs":
            pairs = zip_longest(made[::2], made[1::2], fillvalue="")
            return "".join(f'<table class="tp2"><tr><td>{a}</td><td>{b}</td></tr></table>' for a, b in pairs)
        return "".join(made)


def weasy_pdf(story: Story, style: WeasyStyle, ledger: Ledger) -> bytes:
    """The report as PDF."""
    from weasyprint import HTML

    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    return bytes(HTML(string=WeasyPage(story, style, ledger).html()).write_pdf())
