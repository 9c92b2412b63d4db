"""What a report can look like: one frozen record of typographic choices, drawn at random from named values."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from kompass_extract.training.render.compose import SUMMARY_AFTER
from kompass_extract.training.render.fonts import SANS, SERIF
from kompass_extract.training.render.gold_model import RenderedArea, RenderedReport
from kompass_extract.training.render.sampling import GLYPHS, ink, pick

COLOURS = ("#000", "#000", "#1f4e79", "#7a1f2b", "#2e6b3a", "#444", "#c45911")
BULLETS = ("•", "•", "•", "–", "▪", "▫", "○", "✓", "*", "-", "»", "none")

IMPROVEMENT_WORDS = (
    "Förbättringsmöjligheter", "Förbättringsmöjligheter", "Förbättringsområden", "Utvecklingsområden",
)  # fmt: skip
SCORE_WORDS = (
    ("Uppnått", "Max", "Procent"), ("Uppnått", "Max", "Procent"), ("Poäng", "Maxpoäng", "%"),
    ("Uppnådd poäng", "Maxpoäng", "Procent"), ("Poäng", "Max", "Andel"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes in points, margins in millimetres, shares 0..1; words are those printed."""

    body_font: str
    heading_font: str
    size: float
    leading: float
    justify: bool
    hyphenate: bool
    margin_left: int
    margin_right: int
    furniture: str  # "header" | "footer" | "both" | "none"
    furniture_order: str  # which of org, date, page stand left, centre, right
    page_form: str  # "8 (25)" | "8" | "Sida 8 av 25" | "8/25"
    heading_colour: str
    heading_style: str  # "bold" | "plain" | "underline" | "caps"
    heading_scale: float
    area_heading: str
    sub_heading: str  # "bold" | "italic" | "colour" | "caps"
    area_on_new_page: bool
    lists: str  # "table" | "sequential" | "paired"
    score_place: str  # "rubric_table" | "items_top" | "items_inline" | "items_column" | "line"
    improvement_word: str
    caps_list_heads: bool
    rules: str  # "grid" | "horizontal" | "none" | "box" | "column"
    shaded_head: bool
    gutter: int
    left_share: int
    repeat_head: bool
    break_items: bool
    bullet: str
    item_gap: float
    bullet_indent: float
    score_rules: str  # "grid" | "horizontal" | "none" | "zebra"
    score_words: tuple[str, str, str]
    percent_sign: str
    number_align: str
    number_valign: str
    total_label: str
    score_scale: float
    question_share: int
    break_tables: bool
    title_in_table: bool
    charts: tuple[str, ...]
    leaders: bool
    title_lines: int
    cover: str  # "left" | "centre" | "logo"
    rubric_bullet: str
    narrative_bullets: bool
    paragraph_gap: float


def draw_layout(rng: random.Random, report: RenderedReport) -> Layout:
    """A layout that suits ``report``: its structure decides where rubrics and scores may stand."""
    sans = rng.random() < 0.6
    body = rng.choice(SANS if sans else SERIF)
    narrow_face = body in ("Liberation Sans Narrow", "EB Garamond", "Carlito")
    bullet = rng.choice(BULLETS)
    layout = Layout(
        body_font=body,
        heading_font=body if rng.random() < 0.6 else rng.choice(SANS),
        size=rng.choice((10.5, 11, 12) if narrow_face else (9, 9.5, 10, 10.5, 11, 12)),
        leading=rng.choice((1.15, 1.2, 1.3, 1.4, 1.55)),
        justify=rng.random() < 0.35,
        hyphenate=rng.random() < 0.2,
        margin_left=rng.choice((18, 22, 25, 30)),
        margin_right=rng.choice((18, 22, 25, 30)),
        furniture=rng.choice(("header", "header", "footer", "footer", "both", "none")),
        furniture_order=rng.choice(("odp", "dop", "pod", "op", "po", "-p", "od-p", "p")),
        page_form=rng.choice(("{n} ({N})", "{n} ({N})", "{n}", "Sida {n} av {N}", "{n}/{N}", "Sid {n}")),
        heading_colour=rng.choice(COLOURS),
        heading_style=rng.choice(("bold", "bold", "plain", "underline", "caps")),
        heading_scale=rng.choice((1.2, 1.35, 1.5, 1.8)),
        area_heading=rng.choice(("Område {n} {name}", "Område {n} {name}", "Område {n} – {name}", "Område {n}: {name}",
                                 "Område {n}. {name}", "3.{n} Område {n} {name}")),
        sub_heading=rng.choice(("bold", "bold", "italic", "colour", "caps")),
        area_on_new_page=rng.random() < 0.6,
        lists="table",
        score_place="rubric_table",
        improvement_word=rng.choice(IMPROVEMENT_WORDS),
        caps_list_heads=rng.random() < 0.2,
        rules=rng.choice(("grid", "grid", "horizontal", "none", "box", "column")),
        shaded_head=rng.random() < 0.4,
        gutter=rng.choice((8, 12, 18, 26)),
        left_share=rng.choice((50, 50, 50, 45, 55, 58)),
        repeat_head=rng.random() < 0.4,
        break_items=rng.random() < 0.6,
        bullet=bullet,
        item_gap=rng.choice((0.5, 0.7) if bullet == "none" else (0, 0.15, 0.3, 0.6)),
        bullet_indent=0 if bullet == "none" else rng.choice((1.0, 1.2, 1.6)),
        score_rules=rng.choice(("grid", "grid", "horizontal", "none", "zebra")),
        score_words=rng.choice(SCORE_WORDS),
        percent_sign=rng.choice(("%", "%", " %")),
        number_align=rng.choice(("right", "center", "right")),
        number_valign=rng.choice(("top", "middle", "bottom")),
        total_label=rng.choice(("", "", "Summa", "Totalt", "Total")),
        score_scale=rng.choice((0.85, 0.95, 1.0)),
        question_share=rng.choice((45, 55, 62)),
        break_tables=rng.random() < 0.5,
        title_in_table=rng.random() < 0.7,
        charts=tuple(rng.sample(("bars", "radar", "profile"), rng.randint(0, 2))),
        leaders=rng.random() < 0.6,
        title_lines=rng.choice((1, 1, 2)),
        cover=rng.choice(("left", "centre", "logo")),
        rubric_bullet=rng.choice(("•", "•", "–", "▪", "○")),
        narrative_bullets=rng.random() < 0.4,
        paragraph_gap=rng.choice((0.5, 0.7, 1.0)),
    )  # fmt: skip
    return _structured(layout, rng, report)


def vary_layout(layout: Layout, rng: random.Random) -> Layout:
    """``layout`` with sizes, colours and list marks drawn from ranges; typed numbers stand where lists are whole."""
    marks = {
        "glyph": 5.0,
        "own": 3.0,
        "number": 1.5 * (layout.lists != "paired"),
        "letter": 0.5 * (layout.lists != "paired"),
    }
    kind = pick(rng, marks)
    bullet = layout.bullet if kind == "own" else rng.choice(GLYPHS) if kind == "glyph" else kind
    return replace(
        layout,
        size=round(layout.size + rng.uniform(-0.4, 0.4), 1),
        leading=round(rng.uniform(1.05, 1.6), 2),
        margin_left=rng.randint(16, 34),
        margin_right=rng.randint(16, 32),
        heading_colour=ink(rng),
        heading_scale=round(rng.uniform(1.15, 1.8), 2),
        bullet=bullet,
        bullet_indent=layout.bullet_indent if bullet == layout.bullet else round(rng.uniform(1.1, 2.0), 2),
        item_gap=layout.item_gap if bullet == "none" else round(rng.uniform(0, 0.7), 2),
        left_share=rng.randint(40, 60),
        gutter=rng.randint(8, 28),
    )


def _structured(layout: Layout, rng: random.Random, report: RenderedReport) -> Layout:
    """``layout`` with lists and scores where the headings of the report's narrative want them."""
    headings = [section.heading for section in report.areas[0].narrative]
    if SUMMARY_AFTER in headings:
        return replace(
            layout,
            lists="sequential" if rng.random() < 0.8 else "table",
            score_place=rng.choice(("rubric_table", "rubric_table", "line")),
            improvement_word=rng.choice(("Förbättringsområden", "Förbättringsområden", layout.improvement_word)),
        )
    if any(heading.startswith("Sammanfattande analys") for heading in headings):
        place = rng.choice(("items_top", "items_top", "items_inline", "items_column"))
        return replace(layout, lists=rng.choice(("table",) * 5 + ("paired",)), score_place=place)
    return replace(
        layout,
        lists=rng.choice(("table",) * 6 + ("paired", "sequential", "sequential")),
        score_place=rng.choice(("rubric_table", "rubric_table", "rubric_table", "line")),
    )


def _area_as_printed(area: RenderedArea, layout: Layout) -> RenderedArea:
    changes: dict[str, object] = {}
    if layout.heading_style == "caps":
        changes["name"] = area.name.upper()
    if layout.sub_heading == "caps":
        sections = (s.model_copy(update={"heading": s.heading.upper()}) for s in area.narrative)
        changes["narrative"] = tuple(sections)
        if not layout.title_in_table:
            heading = area.score_table.heading.upper()
            changes["score_table"] = area.score_table.model_copy(update={"heading": heading})
    return area.model_copy(update=changes)


def as_printed(report: RenderedReport, layout: Layout) -> RenderedReport:
    """``report`` with the capitals and the title's line break that ``layout`` prints: a label is what stands there."""
    title = report.title
    if layout.title_lines == 2:
        title = title.replace(" - ", " ", 1).replace(" – ", " ", 1)
    if layout.heading_style == "caps":
        title = title.upper()
    front = (title, *report.front_matter[1:])
    areas = tuple(_area_as_printed(area, layout) for area in report.areas)
    return report.model_copy(update={"title": title, "front_matter": front, "areas": areas})
