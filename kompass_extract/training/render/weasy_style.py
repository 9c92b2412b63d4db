"""What a report set by WeasyPrint can look like: a bureau's report, drawn from ranges."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

import random
from dataclasses import dataclass

from kompass_extract.training.render.fonts import SANS, SERIF
from kompass_extract.training.render.sampling import PAGE_FORMS, ListMarkStyle, StyleSampler

LISTS = {"stacked": 3, "left": 2, "row": 1.5, "cards": 1, "rows": 2, "side": 3.5, "float": 1.5, "multicol": 1,
         "runin": 1, "paired": 1}  # fmt: skip
SCORES = {"ring": 2, "table": 2, "big": 1.5, "line": 1.5, "heading": 1, "foot": 1, "lists": 1.5}


@dataclass(frozen=True, slots=True)
class WeasyStyle:
    """Sizes in points, widths in millimetres, leading and shares as factors; see LISTS and SCORES for the places."""

    font: str
    heading_font: str
    size: float
    leading: float
    margins: tuple[float, float, float, float]  # top, right, bottom, left
    justify: bool
    hyphenate: bool
    narrative_columns: int
    run_in: str  # what follows a head that runs in, empty for heads of their own
    colour: str
    tint: str
    rule: str
    heading_scale: float
    heading_weight: str
    sub_style: str
    capitals: bool
    area_heading: str
    new_page: bool
    title_side: str
    lists: str
    titles: tuple[str, str]
    marks: tuple[ListMarkStyle, ListMarkStyle]
    item_gap: float
    indent: float
    hanging: bool
    list_rules: str  # "all" | "horizontal" | "none" | "frame" | "middle"
    dark_heads: bool
    repeat_heads: bool
    break_items: bool
    improvements_first: bool
    score: str
    score_label: str
    table_form: str  # "each" | "long" | "pairs"
    table_rules: str  # "all" | "horizontal" | "zebra" | "none"
    turned_heads: bool
    joined_number: bool
    words: tuple[str, str, str]
    percent_sign: str
    total_label: str
    table_size: float
    number_align: str
    number_valign: str
    landscape: bool
    head_left: str
    head_right: str
    foot_centre: str
    page_form: str
    blank_page: bool
    box_side: str
    chart: bool


def draw_weasy_style(rng: random.Random) -> WeasyStyle:
    """A style; the rules between its choices keep it one that a person would choose."""
    draw = StyleSampler(rng)
    font = rng.choice(SANS if draw.chance(0.65) else SERIF)
    lists = draw.pick(LISTS)
    marks = draw.marks(none=lists not in ("paired",))
    score = draw.pick(SCORES)
    if score == "lists" and lists not in ("side", "paired", "left"):
        score = "ring"
    form = draw.pick({"each": 6, "long": 1.5, "pairs": 1})
    two = draw.chance(0.22)
    furniture = draw.one("{title}", "{official}", "Kommunkompassen", "Dnr {dnr}", "{association}", "", "")
    page_left = draw.chance(0.2)
    return WeasyStyle(
        font=font, heading_font=font if draw.chance(0.6) else draw.one(*SANS), size=draw.between(9, 12),
        leading=draw.between(1.1, 1.6, 2),
        margins=tuple(draw.between(low, high) for low, high in ((20, 32), (16, 34), (20, 30), (16, 34))),  # type: ignore[arg-type]
        justify=two or draw.chance(0.3), hyphenate=two or draw.chance(0.25), narrative_columns=2 if two else 1,
        run_in=draw.sometimes(0.18, ".", ":", " –"),
        colour=draw.ink(), tint=draw.ground(), rule=draw.gray(), heading_scale=draw.between(1.15, 1.9, 2),
        heading_weight=draw.one("bold", "bold", "normal"),
        sub_style=draw.one("font-weight:bold", "font-style:italic", "font-weight:bold;color:{c}", "color:{c};font-size:1.15em",
                              "text-decoration:underline", "font-variant:normal;letter-spacing:.04em;font-weight:bold"),
        capitals=draw.chance(0.12), area_heading=draw.area_heading(), new_page=draw.chance(0.55),
        title_side=draw.one("left", "centre", "band"), lists=lists, titles=draw.titles(), marks=marks,
        item_gap=round(rng.uniform(0.45, 0.9) if marks[0].kind == "none" else rng.uniform(0, 0.7), 2),
        indent=draw.between(0.9, 2.2, 2), hanging=draw.chance(0.85),
        list_rules=draw.pick({"all": 3, "horizontal": 2, "none": 2, "frame": 1, "middle": 1}),
        dark_heads=draw.chance(0.3), repeat_heads=draw.chance(0.5), break_items=draw.chance(0.65),
        improvements_first=draw.chance(0.05), score=score,
        score_label=draw.one("Poäng", "Poäng", "Områdets poäng", "Poäng av 100", "POÄNG"),
        table_form=form, table_rules=draw.pick({"all": 3, "horizontal": 2, "zebra": 1.5, "none": 1.5}),
        turned_heads=form != "pairs" and draw.chance(0.1), joined_number=draw.chance(0.15), words=draw.score_words(),
        percent_sign=draw.one("%", " %", "\u00a0%", ""), total_label=draw.one("", "Summa", "Totalt", "Totalpoäng", "SUMMA"),
        table_size=draw.between(0.78, 1, 2), number_align=draw.one("right", "center", "left"),
        number_valign=draw.one("top", "middle", "bottom"), landscape=draw.chance(0.1),
        head_left=furniture if not page_left else "", head_right="" if draw.chance(0.6) else "page",
        foot_centre=draw.one("page", "page", "", "{official} – Kommunkompassen"), page_form=draw.one(*PAGE_FORMS),
        blank_page=draw.chance(0.08), box_side=draw.one("right", "left", "wide"), chart=draw.chance(0.4),
    )  # fmt: skip
