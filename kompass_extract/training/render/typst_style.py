"""What a report set in Typst can look like: a designer's report on a grid, drawn from ranges."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

import random
from dataclasses import dataclass

from kompass_extract.training.render.fonts import SANS, SERIF
from kompass_extract.training.render.sampling import (
    PAGE_FORMS,
    Mark,
    area_heading,
    draw_marks,
    draw_titles,
    gray,
    ground,
    ink,
    pick,
    score_words,
)

LISTS = {"native": 2.5, "beside": 2, "table": 3, "stripes": 1.5, "tinted": 1.5, "hanging": 1, "heading": 1,
         "turned": 0.7, "twin": 1.5, "head_row": 1.5}  # fmt: skip
ONE_COLUMN = ("native", "tinted", "hanging", "heading", "stripes", "head_row")  # forms that a narrow column can hold
SCORES = {"circle": 2, "rubrics": 2, "heading": 1, "badge": 2, "page_foot": 1, "table_row": 1.5, "turned": 0.5}


@dataclass(frozen=True, slots=True)
class TypstStyle:
    """Sizes in points, margins in millimetres, ``leading`` and gaps in em; see LISTS and SCORES."""

    font: str
    heading_font: str
    size: float
    leading: float
    paragraph_gap: float
    inside: float
    outside: float
    top: float
    bottom: float
    justify: bool
    hyphenate: bool
    page_columns: int
    run_in: str
    colour: str
    colour_low: str
    tint: str
    tint_low: str
    rule: str
    rule_width: float
    heading_scale: float
    heading_weight: str
    heading_line: bool
    small_sub: bool
    capitals: bool
    area_heading: str
    new_page: bool
    lists: str
    titles: tuple[str, str]
    marks: tuple[Mark, Mark]
    indent: float
    body_indent: float
    item_gap: float
    stroke: str  # "all" | "horizontal" | "none" | "outer"
    dark_heads: bool
    repeat_heads: bool
    score: str
    score_label: str
    table_form: str
    table_stroke: str  # "all" | "horizontal" | "zebra" | "none" | "booktabs"
    turned_heads: bool
    joined_number: bool
    words: tuple[str, str, str]
    percent_sign: str
    total_label: str
    table_size: float
    number_align: str
    number_valign: str
    landscape: bool
    head: str
    page_form: str
    page_place: str
    cover: str
    leaders: bool
    box_form: str
    chart: bool
    blank_page: bool
    tagged: bool


def draw_typst_style(rng: random.Random) -> TypstStyle:
    """A style; its choices agree with each other."""
    font, lists = rng.choice(SANS if rng.random() < 0.5 else SERIF), pick(rng, LISTS)
    columns = 2 if lists in ONE_COLUMN and rng.random() < 0.25 else 1
    score = pick(rng, SCORES)
    if (columns == 2 and score in ("circle", "turned", "page_foot")) or (score == "table_row" and lists != "table"):
        score = "badge"
    form = pick(rng, {"each": 5, "long": 2, "pairs": 1})
    return TypstStyle(
        font=font, heading_font=font if rng.random() < 0.6 else rng.choice(SANS), size=round(rng.uniform(9, 12), 1),
        leading=round(rng.uniform(0.45, 1.0), 2), paragraph_gap=round(rng.uniform(0.7, 1.5), 2),
        inside=round(rng.uniform(17, 36), 1), outside=round(rng.uniform(16, 34), 1), top=round(rng.uniform(20, 34), 1),
        bottom=round(rng.uniform(20, 32), 1), justify=columns == 2 or rng.random() < 0.4,
        hyphenate=columns == 2 or rng.random() < 0.25, page_columns=columns,
        run_in=rng.choice((".", ":", " –")) if rng.random() < 0.15 else "", colour=ink(rng), colour_low=ink(rng),
        tint=ground(rng), tint_low=ground(rng), rule=gray(rng), rule_width=round(rng.uniform(0.25, 1.2), 2),
        heading_scale=round(rng.uniform(1.15, 1.8), 2), heading_weight=rng.choice(("bold", "bold", "regular")),
        heading_line=rng.random() < 0.2, small_sub=rng.random() < 0.3, capitals=rng.random() < 0.12,
        area_heading=area_heading(rng), new_page=rng.random() < 0.5, lists=lists, titles=draw_titles(rng),
        marks=draw_marks(rng, none=lists in ("stripes", "twin", "native", "beside")),
        indent=round(rng.uniform(0, 1.6), 2), body_indent=round(rng.uniform(0.35, 1.2), 2),
        item_gap=round(rng.uniform(0.6, 1.5), 2), stroke=pick(rng, {"all": 3, "horizontal": 2, "none": 2, "outer": 1}),
        dark_heads=rng.random() < 0.3, repeat_heads=rng.random() < 0.5, score=score,
        score_label=rng.choice(("Poäng", "Poäng", "Områdets poäng", "Uppnådd poäng", "Poängsumma")), table_form=form,
        table_stroke=pick(rng, {"all": 3, "horizontal": 2, "zebra": 2, "none": 1.5, "booktabs": 1}),
        turned_heads=form != "pairs" and rng.random() < 0.12, joined_number=rng.random() < 0.12, words=score_words(rng),
        percent_sign=rng.choice(("%", " %", "\u202f%", "")), total_label=rng.choice(("", "Summa", "Totalt", "Total", "Summa poäng")),
        table_size=round(rng.uniform(0.78, 1), 2), number_align=rng.choice(("right", "center", "left")),
        number_valign=rng.choice(("top", "horizon", "bottom")), landscape=rng.random() < 0.1,
        head=rng.choice(("", "", "{title}", "{official}", "KommunKompassen", "Diarienummer {dnr}")),
        page_form=rng.choice(PAGE_FORMS), page_place=rng.choice(("foot_centre", "foot_outer", "head_right", "foot_left")),
        cover=rng.choice(("left", "centre", "block", "low")), leaders=rng.random() < 0.5,
        box_form=rng.choice(("beside", "tint", "rules")), chart=rng.random() < 0.35, blank_page=rng.random() < 0.08,
        tagged=rng.random() < 0.4,
    )  # fmt: skip
