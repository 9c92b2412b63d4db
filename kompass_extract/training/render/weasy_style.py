"""What a report set by WeasyPrint can look like: a bureau's report, drawn from ranges."""

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
    marks: tuple[Mark, Mark]
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
    font = rng.choice(SANS if rng.random() < 0.65 else SERIF)
    lists = pick(rng, LISTS)
    marks = draw_marks(rng, none=lists not in ("paired",))
    score = pick(rng, SCORES)
    if score == "lists" and lists not in ("side", "paired", "left"):
        score = "ring"
    form = pick(rng, {"each": 6, "long": 1.5, "pairs": 1})
    two = rng.random() < 0.22
    furniture = rng.choice(("{title}", "{official}", "Kommunkompassen", "Dnr {dnr}", "{association}", "", ""))
    page_left = rng.random() < 0.2
    return WeasyStyle(
        font=font, heading_font=font if rng.random() < 0.6 else rng.choice(SANS), size=round(rng.uniform(9, 12), 1),
        leading=round(rng.uniform(1.1, 1.6), 2),
        margins=tuple(round(rng.uniform(low, high), 1) for low, high in ((20, 32), (16, 34), (20, 30), (16, 34))),  # type: ignore[arg-type]
        justify=two or rng.random() < 0.3, hyphenate=two or rng.random() < 0.25, narrative_columns=2 if two else 1,
        run_in=rng.choice((".", ":", " –")) if rng.random() < 0.18 else "",
        colour=ink(rng), tint=ground(rng), rule=gray(rng), heading_scale=round(rng.uniform(1.15, 1.9), 2),
        heading_weight=rng.choice(("bold", "bold", "normal")),
        sub_style=rng.choice(("font-weight:bold", "font-style:italic", "font-weight:bold;color:{c}", "color:{c};font-size:1.15em",
                              "text-decoration:underline", "font-variant:normal;letter-spacing:.04em;font-weight:bold")),
        capitals=rng.random() < 0.12, area_heading=area_heading(rng), new_page=rng.random() < 0.55,
        title_side=rng.choice(("left", "centre", "band")), lists=lists, titles=draw_titles(rng), marks=marks,
        item_gap=round(rng.uniform(0.45, 0.9) if marks[0].kind == "none" else rng.uniform(0, 0.7), 2),
        indent=round(rng.uniform(0.9, 2.2), 2), hanging=rng.random() < 0.85,
        list_rules=pick(rng, {"all": 3, "horizontal": 2, "none": 2, "frame": 1, "middle": 1}),
        dark_heads=rng.random() < 0.3, repeat_heads=rng.random() < 0.5, break_items=rng.random() < 0.65,
        improvements_first=rng.random() < 0.05, score=score,
        score_label=rng.choice(("Poäng", "Poäng", "Områdets poäng", "Poäng av 100", "POÄNG")),
        table_form=form, table_rules=pick(rng, {"all": 3, "horizontal": 2, "zebra": 1.5, "none": 1.5}),
        turned_heads=form != "pairs" and rng.random() < 0.1, joined_number=rng.random() < 0.15, words=score_words(rng),
        percent_sign=rng.choice(("%", " %", "\u00a0%", "")), total_label=rng.choice(("", "Summa", "Totalt", "Totalpoäng", "SUMMA")),
        table_size=round(rng.uniform(0.78, 1), 2), number_align=rng.choice(("right", "center", "left")),
        number_valign=rng.choice(("top", "middle", "bottom")), landscape=rng.random() < 0.1,
        head_left=furniture if not page_left else "", head_right="" if rng.random() < 0.6 else "page",
        foot_centre=rng.choice(("page", "page", "", "{official} – Kommunkompassen")), page_form=rng.choice(PAGE_FORMS),
        blank_page=rng.random() < 0.08, box_side=rng.choice(("right", "left", "wide")), chart=rng.random() < 0.4,
    )  # fmt: skip
