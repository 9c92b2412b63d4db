"""What a report written in LibreOffice Writer can look like: an office's report, drawn from ranges."""

from __future__ import annotations

import random
from dataclasses import dataclass

from kompass_extract.training.render.fonts import SANS, SERIF
from kompass_extract.training.render.sampling import ListMarkStyle, StyleSampler

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
    marks: tuple[ListMarkStyle, ListMarkStyle]
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
    draw = StyleSampler(rng)
    font, lists, score = rng.choice(SANS + SERIF), draw.pick(LISTS), draw.pick(SCORES)
    if score == "merged" and lists != "table":
        score = "table"
    marks = draw.marks(shapes=False, none=lists in ("native", "table", "rows", "left"))
    size, two = draw.one(9, 9.5, 10, 10.5, 11, 11.5, 12), draw.chance(0.18)
    return WriterStyle(
        font=font, heading_font=font if draw.chance(0.6) else draw.one(*SANS), size=size,
        leading=draw.whole(100, 155), gap=draw.between(1.2, 3.6), left=draw.whole(16, 34),
        right=draw.whole(16, 32), top=draw.whole(16, 28), bottom=draw.whole(16, 26), justify=two or draw.chance(0.3),
        hyphenate=two or draw.chance(0.2), two_columns=two, run_in=draw.sometimes(0.15, ".", ":"),
        colour=draw.ink(), tint=draw.ground(), rule=draw.gray(), heading_size=round(size * rng.uniform(1.2, 1.8), 1),
        heading_bold=draw.chance(0.75), capitals=draw.chance(0.12), area_heading=draw.area_heading(),
        new_page=draw.chance(0.5), lists=lists, titles=draw.titles(), marks=marks,
        indent=draw.between(3.5, 8), item_gap=draw.between(0, 2.5),
        rules=draw.pick({"all": 3, "horizontal": 2, "none": 2}), dark_heads=draw.chance(0.3),
        repeat_heads=draw.chance(0.5), rows_break=draw.chance(0.7), score=score,
        score_label=draw.one("Poäng", "Poäng", "Områdets poäng", "Poängsumma"), long_table=draw.chance(0.2),
        table_rules=draw.pick({"all": 3, "horizontal": 2, "none": 1.5}), turned_heads=draw.chance(0.12),
        words=draw.score_words(), percent_sign=draw.one("%", " %", "\u00a0%", ""),
        total_label=draw.one("", "Summa", "Totalt", "Poäng totalt"), table_size=round(size * rng.uniform(0.8, 1), 1),
        number_align=draw.one("end", "center", "start"), number_valign=draw.one("top", "middle", "bottom"),
        landscape=draw.chance(0.15), head=draw.one("", "{title}", "{official}", "Kommunkompassen", "Dnr {dnr}"),
        page_form=draw.one(*PAGE_FORMS), page_in_head=draw.chance(0.3), page_align=draw.one("end", "center", "start"),
        cover_align=draw.one("start", "center", "end"), blank_page=draw.chance(0.08),
    )  # fmt: skip
