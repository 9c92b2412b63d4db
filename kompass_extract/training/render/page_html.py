"""A gold report as an HTML page in a given layout; what the gold label says is what the page says."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import zip_longest

from kompass_extract.training.render import charts
from kompass_extract.training.render.compose import SUMMARY_AFTER
from kompass_extract.training.render.css import stylesheet
from kompass_extract.training.render.gold_model import RenderedArea, RenderedReport, RenderedSection
from kompass_extract.training.render.layouts import Layout
from kompass_extract.training.render.sampling import shown
from kompass_extract.training.render.structure import (
    COMPARISONS,
    front_matter,
    has_percent,
    hyphenated,
    is_label,
    sections_around_lists,
)

AVERAGE = (64, 65, 61, 60, 62, 57, 59, 66)


def _text(text: str, layout: Layout) -> str:
    """Escaped, with soft hyphens in long words where the layout hyphenates."""
    return escape(hyphenated(text) if layout.hyphenate else text)


def _paragraphs(texts: Sequence[str], layout: Layout) -> str:
    """Running text; short lines in a row become a list where the layout prints such lists."""
    out, entries = "", []
    for text in (*texts, ""):
        if layout.narrative_bullets and text and is_label(text):
            entries.append(f"<li>{_text(text, layout)}</li>")
            continue
        if entries:
            out += f"<ul>{''.join(entries)}</ul>"
            entries = []
        if text:
            out += f"<p>{_text(text, layout)}</p>"
    return out


def _section(section: RenderedSection, layout: Layout) -> str:
    return f"<h3>{escape(section.heading)}</h3>{_paragraphs(section.paragraphs, layout)}"


def _items(items: Sequence[str], layout: Layout) -> str:
    return f'<ul class="items">{"".join(f"<li>{_text(item, layout)}</li>" for item in items)}</ul>'


def _rubric_list(area: RenderedArea) -> str:
    return f'<ul class="rubrics">{"".join(f"<li>{escape(r)}</li>" for r in area.rubrics)}</ul>'


def _rubrics(area: RenderedArea, layout: Layout) -> str:
    if layout.score_place == "rubric_table":
        return (
            '<table class="rubrics"><tr><th>Rubriker</th><th class="big">Poäng</th></tr>'
            f'<tr><td>{_rubric_list(area)}</td><td class="big">{area.printed_score}</td></tr></table>'
        )
    if layout.score_place == "line":
        return f"<p><b>Poäng: {area.printed_score}</b></p><p><b>Rubriker</b></p>{_rubric_list(area)}"
    return f"<h3>Utvärderade delområden</h3>{_rubric_list(area)}"


def _score_heads(area: RenderedArea, layout: Layout) -> str:
    score = area.printed_score
    return {
        "items_top": '<tr><th colspan="2" class="big">Poäng</th></tr>'
        f'<tr><td colspan="2" class="big">{score}</td></tr>',
        "items_inline": f'<tr><th colspan="2">Poäng {score}</th></tr>',
    }.get(layout.score_place, "")


def _lists(area: RenderedArea, layout: Layout) -> str:
    """Strengths and improvement areas, side by side or one after the other."""
    if layout.lists == "sequential":
        heads = ["Styrkor", layout.improvement_word]
        if layout.caps_list_heads or SUMMARY_AFTER in _heads(area):
            heads = [head.upper() for head in heads]
        pairs_of = zip(heads, (area.strengths, area.improvements), strict=True)
        return "".join(f"<h3>{head}</h3>{_items(items, layout)}" for head, items in pairs_of)
    column = layout.score_place == "items_column"
    head = f'<tr><th class="l">Styrkor</th><th>{layout.improvement_word}</th>'
    head += '<th class="big">Poäng</th></tr>' if column else "</tr>"
    if layout.lists == "paired":
        pairs = list(zip_longest(area.strengths, area.improvements))
        rows = [(_items([a] if a else [], layout), _items([b] if b else [], layout)) for a, b in pairs]
    else:
        rows = [(_items(area.strengths, layout), _items(area.improvements, layout))]
    body = ""
    for index, (left, right) in enumerate(rows):
        last = f'<td class="big" rowspan="{len(rows)}">{area.printed_score}</td>' if column and index == 0 else ""
        body += f'<tr><td class="l">{left}</td><td>{right}</td>{last}</tr>'
    columns = '<colgroup><col class="l"><col>' + ('<col style="width:11%">' if column else "") + "</colgroup>"
    head = _score_heads(area, layout) + head
    return f'<table class="items">{columns}<thead>{head}</thead><tbody>{body}</tbody></table>'


def _heads(area: RenderedArea) -> list[str]:
    return [section.heading for section in area.narrative]


def _area(area: RenderedArea, layout: Layout) -> str:
    heading = layout.area_heading.format(n=area.number, name=area.name)
    new = ' class="new"' if layout.area_on_new_page or area.number == 1 else ""
    first, before, after = sections_around_lists(area)
    rubrics = _rubrics(area, layout)
    late = layout.score_place.startswith("items")
    return (
        f"<h2{new}>{escape(heading)}</h2>"
        + ("" if late else rubrics)
        + _section(first, layout)
        + (rubrics if late else "")
        + "".join(_section(section, layout) for section in before)
        + _lists(area, layout)
        + "".join(_section(section, layout) for section in after)
    )


def _score_table(area: RenderedArea, layout: Layout) -> str:
    table = area.score_table
    with_percent = has_percent(area)
    words = layout.score_words if with_percent else layout.score_words[:2]
    heads = "".join(f'<th class="v">{word}</th>' for word in words)

    def values(achieved: float, most: int, percent: int | None) -> str:
        printed = [shown(achieved), str(most)] + ([f"{percent}{layout.percent_sign}"] if with_percent else [])
        return "".join(f'<td class="v">{value}</td>' for value in printed)

    title = escape(table.heading)
    corner = (f"{area.number}.", title) if layout.title_in_table else ("", "")
    top = f'<th class="n">{corner[0]}</th><th class="q">{corner[1]}</th>'
    before = "" if layout.title_in_table else f"<h3>{area.number}. {title}</h3>"
    rows = "".join(
        f'<tr><td class="n">{row.number}</td><td class="q">{_text(row.question, layout)}</td>'
        f"{values(row.achieved, row.max, row.percent)}</tr>"
        for row in table.rows
    )
    total = values(table.total.achieved, table.total.max, table.total.percent)
    rows += f'<tr class="total"><td></td><td class="q">{layout.total_label}</td>{total}</tr>'
    return f'{before}<table class="score"><thead><tr>{top}{heads}</tr></thead><tbody>{rows}</tbody></table>'


def _overview(report: RenderedReport) -> str:
    if not report.area_scores_overview:
        return ""
    heads = list(report.area_scores_overview[0].values)
    out = "<tr><th></th>" + "".join(f'<th class="v">{escape(head)}</th>' for head in heads) + "</tr>"
    for row in report.area_scores_overview:
        label = f"{row.number} {row.label}" if row.number else row.label
        out += f"<tr><td>{escape(label)}</td>" + "".join(f'<td class="v">{row.values[h]}</td>' for h in heads) + "</tr>"
    return f'<table class="overview">{out}</table>'


def _charts(report: RenderedReport, layout: Layout) -> str:
    scores = [area.score_table.total.achieved for area in report.areas]
    names = [area.name for area in report.areas]
    drawn = {
        "bars": charts.bars(scores),
        "radar": charts.radar(scores, names),
        "profile": charts.profile(scores, AVERAGE[: len(scores)], (report.municipality, "Medel")),
    }
    return "".join(drawn[name] for name in layout.charts)


def _cover(report: RenderedReport, layout: Layout) -> str:
    words = [escape(part) for part in report.title.split(" ", 1)]
    title = ("<br>" if layout.title_lines == 2 else " ").join(words)
    logo = '<div class="logo">Kommunkompassen</div>' if layout.cover == "logo" else ""
    return f'<div class="cover">{logo}<h1>{title}</h1><p>{escape(report.evaluator_line)}</p></div>'


def _contents_line(title: str, page: str, layout: Layout) -> str:
    dots = "." * 200 if layout.leaders else ""
    kind = "sub" if title.startswith("Område") else "top"
    return f'<div class="{kind}"><span>{escape(title)}</span><span class="dots">{dots}</span><span>{page}</span></div>'


def _front(report: RenderedReport, layout: Layout) -> tuple[str, str]:
    """Cover, contents and chapters 1 and 2; and the heading and lead of the last chapter."""
    front = front_matter(report)
    contents = "".join(_contents_line(title, page, layout) for title, page in front.contents)
    out = _cover(report, layout) + f'<div class="toc"><h1>Innehåll</h1>{contents}</div>'
    for kind, line in front.body:
        if kind == "h3" and line == COMPARISONS:
            out += _overview(report) + _charts(report, layout)
        if kind == "li":
            out += f"<ul><li>{escape(line)}</li></ul>"
        else:
            out += f"<{kind}>{_text(line, layout) if kind == 'p' else escape(line)}</{kind}>"
    out = out.replace("</ul><ul>", "") + f"<h1>{escape(front.chapter)}</h1>"
    return out, f'<h1 class="new">{escape(front.last)}</h1><p>{escape(front.lead)}</p>'


def page_html(report: RenderedReport, layout: Layout) -> str:
    """The whole report as one HTML document."""
    front, last = _front(report, layout)
    areas = "".join(_area(area, layout) for area in report.areas)
    tables = "".join(_score_table(area, layout) for area in report.areas)
    return (
        f'<!doctype html><html lang="sv"><head><meta charset="utf-8"><title>{escape(report.title)}</title>'
        f"<style>{stylesheet(layout)}</style></head><body>{front}{areas}{last}{tables}</body></html>"
    )
