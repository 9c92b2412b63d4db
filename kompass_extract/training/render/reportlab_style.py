"""What a report drawn by ReportLab can look like: a form printed by a program, drawn from ranges."""

from __future__ import annotations

import random
from dataclasses import dataclass

from kompass_extract.training.render.sampling import PAGE_FORMS, ListMarkStyle, StyleSampler

FAMILIES = (
    "Liberation Sans", "Liberation Serif", "DejaVu Sans", "DejaVu Serif", "Carlito", "Caladea", "Noto Sans",
    "Noto Serif", "Lato", "FreeSans", "FreeSerif", "Liberation Sans Narrow", "Helvetica", "Times-Roman",
)  # fmt: skip
LISTS = {"stack": 2, "bars": 2, "cells": 3, "pairs": 1, "beside": 2, "numbered": 1.5, "cards": 1, "balanced": 1,
         "margin": 1.5}  # fmt: skip
SCORES = {"circle": 2, "meter": 1, "cell": 2, "sentence": 2, "banner": 1.5, "end": 1, "above_lists": 1.5}


@dataclass(frozen=True, slots=True)
class LabStyle:
    """Sizes in points, margins in millimetres; see LISTS and SCORES for the places."""

    family: str
    size: float
    leading: float
    left: float
    right: float
    top: float
    bottom: float
    gap: float
    justify: bool
    hyphenate: bool
    two_columns: bool
    run_in: str
    colour: str
    tint: str
    rule: str
    rule_width: float
    heading_size: float
    heading_bar: bool
    underline: bool
    sub_capitals: bool
    area_heading: str
    new_page: bool
    lists: str
    titles: tuple[str, str]
    marks: tuple[ListMarkStyle, ListMarkStyle]
    item_gap: float
    indent: float
    grid: str  # "all" | "horizontal" | "none" | "outer"
    dark_heads: bool
    repeat_heads: bool
    score: str
    score_label: str
    table_form: str  # "each" | "long" | "pairs"
    table_grid: str  # "all" | "horizontal" | "zebra" | "none"
    max_first: bool
    turned_heads: bool
    words: tuple[str, str, str]
    percent_sign: str
    total_label: str
    table_size: float
    number_align: str
    number_valign: str
    landscape: bool
    head: str
    foot: str
    page_form: str
    page_place: str
    cover_align: str
    chart: bool
    blank_page: bool


def draw_lab_style(rng: random.Random) -> LabStyle:
    """A style; its choices agree with each other."""
    draw = StyleSampler(rng)
    lists, size = draw.pick(LISTS), draw.between(9, 12)
    form = draw.pick({"each": 5, "long": 2, "pairs": 1})
    two = draw.chance(0.2)
    return LabStyle(
        family=draw.one(*FAMILIES), size=size, leading=draw.between(1.08, 1.55, 2),
        left=draw.between(16, 34), right=draw.between(16, 32), top=draw.between(18, 30),
        bottom=draw.between(18, 28), gap=draw.between(3, 10), justify=two or draw.chance(0.35),
        hyphenate=two or draw.chance(0.2), two_columns=two, run_in=draw.sometimes(0.15, ".", ":"),
        colour=draw.ink(), tint=draw.ground(), rule=draw.gray(), rule_width=draw.between(0.25, 1.4, 2),
        heading_size=round(size * rng.uniform(1.2, 1.8), 1), heading_bar=draw.chance(0.15),
        underline=draw.chance(0.2), sub_capitals=draw.chance(0.12), area_heading=draw.area_heading(),
        new_page=draw.chance(0.5), lists=lists, titles=draw.titles(), marks=draw.marks(none=lists != "pairs"),
        item_gap=draw.between(2.5, 8), indent=draw.between(9, 20),
        grid=draw.pick({"all": 3, "horizontal": 2, "none": 2, "outer": 1}), dark_heads=draw.chance(0.35),
        repeat_heads=draw.chance(0.5), score=draw.pick(SCORES),
        score_label=draw.one("Poäng", "Poäng", "Områdets poäng", "Poäng (max 100)", "Totalpoäng för området"),
        table_form=form, table_grid=draw.pick({"all": 3, "horizontal": 2, "zebra": 2, "none": 1.5}),
        max_first=draw.chance(0.1), turned_heads=form != "pairs" and draw.chance(0.12), words=draw.score_words(),
        percent_sign=draw.one("%", " %", ""), total_label=draw.one("", "Summa", "Totalt", "Summa poäng"),
        table_size=round(size * rng.uniform(0.8, 1), 1), number_align=draw.one("RIGHT", "CENTER", "LEFT"),
        number_valign=draw.one("TOP", "MIDDLE", "BOTTOM"), landscape=draw.chance(0.12),
        head=draw.one("", "{official}", "{title}", "KOMMUNKOMPASSEN", "{dnr}"),
        foot=draw.one("", "", "{official}", "Kommunkompassen {year}"), page_form=draw.one(*PAGE_FORMS),
        page_place=draw.one("foot_centre", "foot_right", "head_right", "outer"),
        cover_align=draw.one("left", "centre", "box"), chart=draw.chance(0.4), blank_page=draw.chance(0.08),
    )  # fmt: skip
