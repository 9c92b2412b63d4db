"""What a report written in LibreOffice Writer can look like: an office's report, drawn from ranges."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

import random
from dataclasses import dataclass

from kompass_extract.training.render.fonts import SANS, SERIF
from kompass_extract.training.render.sampling import (
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

LISTS = {"native": 3, "newspaper": 1.5, "table": 3, "left": 2, "rows": 1.5, "framed": 1, "tabbed": 1.5}
SCORES = {"ellipse": 1.5, "table": 2.5, "line": 2, "merged": 1.5, "tab": 1.5, "last": 1}
PAGE_FORMS = ("{n}", "{n} ({N})", "Sida {n} av {N}", "{n}/{N}", "Sid. {n}")


@dataclass(frozen=True, slots=True)
class WriterStyle:
    """Sizes in points, lengths in millimetres, ``leading`` in percent; see LISTS and SCORES for the places."""

    font: str
    heading_font: str
    size: float
    leading: int
    gap: float
    left: float
    right: float
    top: float
    bottom: float
    justify: bool
    hyphenate: bool
    two_columns: bool
    run_in: str
    colour: str
    tint: str
    rule: str
    heading_size: float
    heading_bold: bool
    capitals: bool
    area_heading: str
    new_page: bool
    lists: str
    titles: tuple[str, str]
    marks: tuple[Mark, Mark]
    indent: float
    item_gap: float
    rules: str  # "all" | "horizontal" | "none"
    dark_heads: bool
    repeat_heads: bool
    rows_break: bool
    score: str
    score_label: str
    long_table: bool
    table_rules: str
    turned_heads: bool
    words: tuple[str, str, str]
    percent_sign: str
    total_label: str
    table_size: float
    number_align: str  # "end" | "center" | "start"
    number_valign: str  # "top" | "middle" | "bottom"
    landscape: bool
    head: str
    page_form: str
    page_in_head: bool
    page_align: str
    cover_align: str
    blank_page: bool


def draw_writer_style(rng: random.Random) -> WriterStyle:
    """A style; its choices agree with each other."""
    font, lists, score = rng.choice(SANS + SERIF), pick(rng, LISTS), pick(rng, SCORES)
    if score == "merged" and lists != "table":
        score = "table"
    marks = draw_marks(rng, shapes=False, none=lists in ("native", "table", "rows", "left"))
    size, two = rng.choice((9, 9.5, 10, 10.5, 11, 11.5, 12)), rng.random() < 0.18
    return WriterStyle(
        font=font, heading_font=font if rng.random() < 0.6 else rng.choice(SANS), size=size,
        leading=rng.randint(100, 155), gap=round(rng.uniform(1.2, 3.6), 1), left=rng.randint(16, 34),
        right=rng.randint(16, 32), top=rng.randint(16, 28), bottom=rng.randint(16, 26), justify=two or rng.random() < 0.3,
        hyphenate=two or rng.random() < 0.2, two_columns=two, run_in=rng.choice((".", ":")) if rng.random() < 0.15 else "",
        colour=ink(rng), tint=ground(rng), rule=gray(rng), heading_size=round(size * rng.uniform(1.2, 1.8), 1),
        heading_bold=rng.random() < 0.75, capitals=rng.random() < 0.12, area_heading=area_heading(rng),
        new_page=rng.random() < 0.5, lists=lists, titles=draw_titles(rng), marks=marks,
        indent=round(rng.uniform(3.5, 8), 1), item_gap=round(rng.uniform(0, 2.5), 1),
        rules=pick(rng, {"all": 3, "horizontal": 2, "none": 2}), dark_heads=rng.random() < 0.3,
        repeat_heads=rng.random() < 0.5, rows_break=rng.random() < 0.7, score=score,
        score_label=rng.choice(("Poäng", "Poäng", "Områdets poäng", "Poängsumma")), long_table=rng.random() < 0.2,
        table_rules=pick(rng, {"all": 3, "horizontal": 2, "none": 1.5}), turned_heads=rng.random() < 0.12,
        words=score_words(rng), percent_sign=rng.choice(("%", " %", "\u00a0%", "")),
        total_label=rng.choice(("", "Summa", "Totalt", "Poäng totalt")), table_size=round(size * rng.uniform(0.8, 1), 1),
        number_align=rng.choice(("end", "center", "start")), number_valign=rng.choice(("top", "middle", "bottom")),
        landscape=rng.random() < 0.15, head=rng.choice(("", "{title}", "{official}", "Kommunkompassen", "Dnr {dnr}")),
        page_form=rng.choice(PAGE_FORMS), page_in_head=rng.random() < 0.3, page_align=rng.choice(("end", "center", "start")),
        cover_align=rng.choice(("start", "center", "end")), blank_page=rng.random() < 0.08,
    )  # fmt: skip
