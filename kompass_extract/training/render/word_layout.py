"""What a report set in Word can look like: one frozen record of choices, drawn at random from named values."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kompass_extract.training.render.gold_model import RenderedReport
from kompass_extract.training.render.sampling import ListMarkStyle, draw_titles, ground, ink
from kompass_extract.training.render.structure import structure_of

FONTS = (
    "Carlito", "Caladea", "Liberation Sans", "Liberation Serif", "Open Sans", "Lato", "Roboto", "Noto Sans",
    "TeX Gyre Pagella", "DejaVu Sans",
)  # fmt: skip
# The mark of a list and the face that Word takes it from: Symbol and Wingdings are read at their private code points.
BULLETS: Mapping[str, tuple[str, str]] = {
    "symbol": ("\uf0b7", "Symbol"),
    "wing": ("\uf0a7", "Wingdings"),
    "arrow": ("\uf0d8", "Wingdings"),
    "check": ("\uf0fc", "Wingdings"),
    "dash": ("-", "Times New Roman"),
    "o": ("o", "Courier New"),
    "endash": ("–", "Carlito"),
}
# Each table's rules: thickness in eighths of a point and colour by edge.
BORDERS: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "grid": dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), (4, "000000")),
    "none": {},
    "column": {"insideV": (4, "808080")},
    "rows": {"insideH": (4, "BFBFBF")},
    "frame": {"top": (8, "000000"), "bottom": (8, "000000")},
    "rows_and_frame": {"top": (6, "000000"), "bottom": (6, "000000"), "insideH": (4, "A6A6A6")},
}
LISTS = ("cells", "cells", "paired", "sequential", "inner", "gutter", "stacked", "beside", "rows")
SCORES_BEFORE = ("table", "frame", "line", "slash", "side")
SCORES_WITH_ITEMS = ("merged", "column")
LETTER, A4 = (215.9, 279.4), (210.0, 297.0)  # millimetres
TYPED_MARKS = tuple(
    ListMarkStyle(kind, form)
    for kind, form in (("glyph", "-"), ("glyph", "+"), ("number", "{}."), ("number", "{})"), ("letter", "{})"))
)


@dataclass(frozen=True, slots=True)
class ScoreLayout:
    """How score tables look: ``size`` in points, 0 for that of the text; an empty ``bar`` is none."""

    borders: str  # a key of BORDERS
    bar: str  # colour behind white heads
    words: tuple[str, str, str]
    size: float
    head_repeats: bool
    rows_whole: bool
    number_valign: str  # "top" | "center" | "bottom"
    number_align: str  # "left" | "center" | "right"
    percent_sign: str
    total_label: str
    title_in_table: bool
    number_with_question: bool


@dataclass(frozen=True, slots=True)
class WordLayout:
    """Sizes in points, ``margins`` (left, right, top, bottom) in millimetres, ``left_share`` 0..1, colours in hex.

    Words are those printed; an empty colour, header or footer is none.  Keys of BULLETS and BORDERS name theirs.
    """

    font: str
    size: float
    leading: float
    paragraph_gap: float
    item_gap: float
    justify: bool
    soft_hyphens: bool
    letter: bool
    margins: tuple[float, float, float, float]
    bullet: str
    heading_sizes: tuple[float, float, float]
    heading_colours: tuple[str, str, str]
    heading_bold: bool
    area_heading: str
    area_on_new_page: bool
    header: str
    footer: str
    two_sided: bool
    lists: str  # one of LISTS
    score_place: str  # one of SCORES_BEFORE or SCORES_WITH_ITEMS
    item_style: str  # "bullet" | "plain" | "typed"
    typed: ListMarkStyle  # the mark that is typed before an item, which is no list for Word
    list_heads: tuple[str, str]
    merged_score: str
    merged_large: bool
    borders: str
    left_share: float
    repeat_head: bool
    bar: str  # colour behind white heads of the lists
    shade: str  # colour behind black heads of the lists, where there is no bar
    scores: ScoreLayout
    landscape: bool
    chart: bool
    appendix: bool

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of an upright page in millimetres."""
        return LETTER if self.letter else A4


def _furniture(rng: random.Random) -> tuple[str, str, bool]:
    """Header, footer and whether the pages differ left and right; fields stand between ``|``."""
    kind = rng.choice(("header", "footer", "two_sided", "none"))
    if kind == "header":
        forms = ("Kommunkompassen {municipality}|\t\t|PAGE", "{title}|\t\t|PAGE| (|NUMPAGES|)",
                 "Sveriges Kommuner och Regioner")  # fmt: skip
        return rng.choice(forms), "", False
    if kind == "footer":
        forms = ("Sida |PAGE| av |NUMPAGES", "|PAGE|", "{municipality}|\t\t|PAGE|/|NUMPAGES|")
        return "", rng.choice(forms), False
    return ("SKR|\t\t|PAGE", "", True) if kind == "two_sided" else ("", "", False)


def _scores(rng: random.Random) -> ScoreLayout:
    return ScoreLayout(
        borders=rng.choice(("grid", "grid", "none", "rows", "frame")),
        bar=rng.choice(("1F4E79", "385723", "595959")) if rng.random() < 0.4 else "",
        words=rng.choice((("Uppnått", "Max", "Procent"), ("Poäng", "Maxpoäng", "%"),
                                ("Uppnådd\npoäng", "Max-\npoäng", "Andel"),
                                ("Erhållna poäng", "Max poäng", "Procent"))),
        size=rng.choice((0, 8, 9)),
        head_repeats=rng.random() < 0.5,
        rows_whole=rng.random() < 0.5,
        number_valign=rng.choice(("top", "center", "bottom")),
        number_align=rng.choice(("right", "center", "left")),
        percent_sign=rng.choice(("%", " %", "\u00a0%", "")),
        total_label=rng.choice(("", "Summa", "Totalt", "Totalpoäng")),
        title_in_table=rng.random() < 0.6,
        number_with_question=rng.random() < 0.2,
    )  # fmt: skip


def draw_word_layout(rng: random.Random, report: RenderedReport) -> WordLayout:
    """A layout that suits ``report``: its structure decides where scores may stand."""
    header, footer, two_sided = _furniture(rng)
    layout = WordLayout(
        font=rng.choice(FONTS),
        size=rng.choice((9, 9.5, 10, 10.5, 11, 11.5, 12)),
        leading=round(rng.uniform(1.0, 1.5), 2),
        paragraph_gap=round(rng.uniform(4, 10), 1),
        item_gap=round(rng.uniform(0, 6), 1),
        justify=rng.random() < 0.4,
        soft_hyphens=rng.random() < 0.2,
        letter=rng.random() < 0.15,
        margins=(rng.randint(15, 32), rng.randint(15, 30), rng.randint(18, 28), rng.randint(18, 28)),
        bullet=rng.choice(("symbol", *BULLETS)),
        heading_sizes=rng.choice(((18, 14, 12), (16, 13, 11), (20, 16, 13), (14, 12, 11))),
        heading_colours=rng.choice((("1F3864", "2F5496", "1F3864"), ("000000",) * 3,
                                    (ink(rng, plain=0)[1:].upper(), ink(rng, plain=0)[1:].upper(), "404040"))),
        heading_bold=rng.random() < 0.7,
        area_heading=rng.choice(("Område {n} {name}", "Område {n} – {name}", "Område {n}: {name}",
                                 "3.{n} Område {n} {name}", "Område {n}. {name}")),
        area_on_new_page=rng.random() < 0.5,
        header=header,
        footer=footer,
        two_sided=two_sided,
        lists=rng.choice(LISTS),
        score_place=rng.choice(SCORES_BEFORE),
        item_style=rng.choice(("bullet", "bullet", "plain", "typed")),
        typed=rng.choice(TYPED_MARKS),
        list_heads=draw_titles(rng),
        merged_score=rng.choice(("Poäng: {}", "Poäng {}", "{} poäng", "Poäng {} av 100", "Områdets poäng: {}")),
        merged_large=rng.random() < 0.4,
        borders=rng.choice(("grid", "grid", "none", "none", "column", "rows_and_frame")),
        left_share=rng.choice((0.5, 0.5, 0.45, 0.58)),
        repeat_head=rng.random() < 0.5,
        bar=ink(rng, plain=0.1)[1:].upper() if rng.random() < 0.4 else "",
        shade=ground(rng)[1:].upper() if rng.random() < 0.5 else "",
        scores=_scores(rng),
        landscape=rng.random() < 0.2,
        chart=rng.random() < 0.5,
        appendix=rng.random() < 0.4,
    )  # fmt: skip
    return _consistent(layout, rng, report)


def _consistent(layout: WordLayout, rng: random.Random, report: RenderedReport) -> WordLayout:
    """``layout`` without the choices that contradict each other or the report's structure."""
    tabled = layout.lists in ("cells", "paired")
    if tabled and structure_of(report) == "rubric_list":
        layout = replace(layout, score_place=rng.choice(SCORES_WITH_ITEMS))
    if not tabled and layout.lists not in ("gutter", "beside", "rows"):
        layout = replace(layout, item_style="bullet")
    if layout.lists == "paired" and layout.item_style == "plain":
        layout = replace(layout, item_style="bullet")  # rows of plain text would be items without any sign of it
    if layout.lists == "gutter" and not layout.bar:
        layout = replace(layout, bar="1F4E79")
    return layout
