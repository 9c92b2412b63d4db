"""What a report drawn by ReportLab can look like: a form printed by a program, drawn from ranges."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

import random
from dataclasses import dataclass

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
    marks: tuple[Mark, Mark]
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
    lists, size = pick(rng, LISTS), round(rng.uniform(9, 12), 1)
    form = pick(rng, {"each": 5, "long": 2, "pairs": 1})
    two = rng.random() < 0.2
    return LabStyle(
        family=rng.choice(FAMILIES), size=size, leading=round(rng.uniform(1.08, 1.55), 2),
        left=round(rng.uniform(16, 34), 1), right=round(rng.uniform(16, 32), 1), top=round(rng.uniform(18, 30), 1),
        bottom=round(rng.uniform(18, 28), 1), gap=round(rng.uniform(3, 10), 1), justify=two or rng.random() < 0.35,
        hyphenate=two or rng.random() < 0.2, two_columns=two, run_in=rng.choice((".", ":")) if rng.random() < 0.15 else "",
        colour=ink(rng), tint=ground(rng), rule=gray(rng), rule_width=round(rng.uniform(0.25, 1.4), 2),
        heading_size=round(size * rng.uniform(1.2, 1.8), 1), heading_bar=rng.random() < 0.15,
        underline=rng.random() < 0.2, sub_capitals=rng.random() < 0.12, area_heading=area_heading(rng),
        new_page=rng.random() < 0.5, lists=lists, titles=draw_titles(rng), marks=draw_marks(rng, none=lists != "pairs"),
        item_gap=round(rng.uniform(2.5, 8), 1), indent=round(rng.uniform(9, 20), 1),
        grid=pick(rng, {"all": 3, "horizontal": 2, "none": 2, "outer": 1}), dark_heads=rng.random() < 0.35,
        repeat_heads=rng.random() < 0.5, score=pick(rng, SCORES),
        score_label=rng.choice(("Poäng", "Poäng", "Områdets poäng", "Poäng (max 100)", "Totalpoäng för området")),
        table_form=form, table_grid=pick(rng, {"all": 3, "horizontal": 2, "zebra": 2, "none": 1.5}),
        max_first=rng.random() < 0.1, turned_heads=form != "pairs" and rng.random() < 0.12, words=score_words(rng),
        percent_sign=rng.choice(("%", " %", "")), total_label=rng.choice(("", "Summa", "Totalt", "Summa poäng")),
        table_size=round(size * rng.uniform(0.8, 1), 1), number_align=rng.choice(("RIGHT", "CENTER", "LEFT")),
        number_valign=rng.choice(("TOP", "MIDDLE", "BOTTOM")), landscape=rng.random() < 0.12,
        head=rng.choice(("", "{official}", "{title}", "KOMMUNKOMPASSEN", "{dnr}")),
        foot=rng.choice(("", "", "{official}", "Kommunkompassen {year}")), page_form=rng.choice(PAGE_FORMS),
        page_place=rng.choice(("foot_centre", "foot_right", "head_right", "outer")),
        cover_align=rng.choice(("left", "centre", "box")), chart=rng.random() < 0.4, blank_page=rng.random() < 0.08,
    )  # fmt: skip
