"""What a report set in Typst can look like: a designer's report on a grid, drawn from ranges."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

import random
from dataclasses import dataclass

from kompass_extract.training.render.fonts import SANS, SERIF
from kompass_extract.training.render.sampling import PAGE_FORMS, ListMarkStyle, StyleSampler

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
    marks: tuple[ListMarkStyle, ListMarkStyle]
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
    draw = StyleSampler(rng)
    font, lists = rng.choice(SANS if draw.chance(0.5) else SERIF), draw.pick(LISTS)
    columns = 2 if lists in ONE_COLUMN and draw.chance(0.25) else 1
    score = draw.pick(SCORES)
    if (columns == 2 and score in ("circle", "turned", "page_foot")) or (score == "table_row" and lists != "table"):
        score = "badge"
    form = draw.pick({"each": 5, "long": 2, "pairs": 1})
    return TypstStyle(
        font=font, heading_font=font if draw.chance(0.6) else draw.one(*SANS), size=draw.between(9, 12),
        leading=draw.between(0.45, 1.0, 2), paragraph_gap=draw.between(0.7, 1.5, 2),
        inside=draw.between(17, 36), outside=draw.between(16, 34), top=draw.between(20, 34),
        bottom=draw.between(20, 32), justify=columns == 2 or draw.chance(0.4),
        hyphenate=columns == 2 or draw.chance(0.25), page_columns=columns,
        run_in=draw.sometimes(0.15, ".", ":", " –"), colour=draw.ink(), colour_low=draw.ink(),
        tint=draw.ground(), tint_low=draw.ground(), rule=draw.gray(), rule_width=draw.between(0.25, 1.2, 2),
        heading_scale=draw.between(1.15, 1.8, 2), heading_weight=draw.one("bold", "bold", "regular"),
        heading_line=draw.chance(0.2), small_sub=draw.chance(0.3), capitals=draw.chance(0.12),
        area_heading=draw.area_heading(), new_page=draw.chance(0.5), lists=lists, titles=draw.titles(),
        marks=draw.marks(none=lists in ("stripes", "twin", "native", "beside")),
        indent=draw.between(0, 1.6, 2), body_indent=draw.between(0.35, 1.2, 2),
        item_gap=draw.between(0.6, 1.5, 2), stroke=draw.pick({"all": 3, "horizontal": 2, "none": 2, "outer": 1}),
        dark_heads=draw.chance(0.3), repeat_heads=draw.chance(0.5), score=score,
        score_label=draw.one("Poäng", "Poäng", "Områdets poäng", "Uppnådd poäng", "Poängsumma"), table_form=form,
        table_stroke=draw.pick({"all": 3, "horizontal": 2, "zebra": 2, "none": 1.5, "booktabs": 1}),
        turned_heads=form != "pairs" and draw.chance(0.12), joined_number=draw.chance(0.12), words=draw.score_words(),
        percent_sign=draw.one("%", " %", "\u202f%", ""), total_label=draw.one("", "Summa", "Totalt", "Total", "Summa poäng"),
        table_size=draw.between(0.78, 1, 2), number_align=draw.one("right", "center", "left"),
        number_valign=draw.one("top", "horizon", "bottom"), landscape=draw.chance(0.1),
        head=draw.one("", "", "{title}", "{official}", "KommunKompassen", "Diarienummer {dnr}"),
        page_form=draw.one(*PAGE_FORMS), page_place=draw.one("foot_centre", "foot_outer", "head_right", "foot_left"),
        cover=draw.one("left", "centre", "block", "low"), leaders=draw.chance(0.5),
        box_form=draw.one("beside", "tint", "rules"), chart=draw.chance(0.35), blank_page=draw.chance(0.08),
        tagged=draw.chance(0.4),
    )  # fmt: skip
