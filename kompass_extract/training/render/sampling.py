"""Draws what styles are made of: colours, list marks and titles, each from a range and not from a list of looks."""

from __future__ import annotations

import colorsys
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")
IMPROVEMENT_TITLES = {"Förbättringsmöjligheter": 4, "Förbättringsområden": 3, "Utvecklingsområden": 1}
GLYPHS = "•••–-▪■○●◦▫□◆»›·∙"  # marks that any list may have; doubled ones are commoner
PAIRS = (("+", "–"), ("✓", "→"), ("+", "-"), ("✔", "✗"), ("▲", "▼"), ("✓", "✗"), ("→", "→"), ("✓", "✓"), ("⇒", "⇒"))
NUMBERS = {"{}.": 4, "{})": 3, "({})": 1, "{}": 0.5}
PAGE_FORMS = ("{n}", "{n} ({N})", "{n}({N})", "Sida {n} av {N}", "Sid {n}", "{n}/{N}", "– {n} –", "s. {n}", "Sida {n}")


def pick(rng: random.Random, weights: Mapping[T, float]) -> T:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), list(weights.values()))[0]


def ink(rng: random.Random, *, plain: float = 0.4) -> str:
    """A dark colour for letters and heads as ``#rrggbb``; black in a ``plain`` share."""
    if rng.random() < plain:
        return "#000000"
    return _hex(rng.random(), rng.uniform(0.16, 0.36), rng.uniform(0.2, 0.9))


def ground(rng: random.Random) -> str:
    """A pale colour for grounds as ``#rrggbb``."""
    return _hex(rng.random(), rng.uniform(0.88, 0.97), rng.uniform(0, 0.7))


@dataclass(frozen=True, slots=True)
class StyleSampler:
    """Draws a style's choices from one generator: the same calls in the same order give the same style."""

    rng: random.Random

    def chance(self, share: float) -> bool:
        """True in this share of the draws."""
        return self.rng.random() < share

    def between(self, low: float, high: float, digits: int = 1) -> float:
        """A number of a range, rounded."""
        return round(self.rng.uniform(low, high), digits)

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        return self.rng.randint(low, high)

    def one(self, *choices: T) -> T:
        """One of the choices; one that is given twice is drawn twice as often."""
        return self.rng.choice(choices)

    def pick(self, weights: Mapping[T, float]) -> T:
        """One of the keys, as often as its weight says."""
        return pick(self.rng, weights)

    def sometimes(self, share: float, *choices: str) -> str:
        """One of the choices in this share of the draws, else nothing."""
        return self.one(*choices) if self.chance(share) else ""

    def ink(self) -> str:
        """A dark colour for letters and heads as ``#rrggbb``."""
        return ink(self.rng)

    def ground(self) -> str:
        """A pale colour for grounds as ``#rrggbb``."""
        return ground(self.rng)

    def gray(self) -> str:
        """A gray for rules."""
        return _hex(0, self.rng.uniform(0, 0.75), 0)

    def marks(self, *, shapes: bool = True, none: bool = True) -> tuple[ListMarkStyle, ListMarkStyle]:
        """The marks of strengths and of improvement areas."""
        return draw_marks(self.rng, shapes=shapes, none=none)

    def titles(self) -> tuple[str, str]:
        """The words over the two lists."""
        return draw_titles(self.rng)

    def score_words(self) -> tuple[str, str, str]:
        """The heads of a score table's columns of values."""
        return (
            self.pick({"Uppnått": 5, "Poäng": 3, "Uppnådd poäng": 2, "Erhållen poäng": 1, "Resultat": 1}),
            self.pick({"Max": 5, "Maxpoäng": 4, "Max poäng": 2, "Möjlig poäng": 1}),
            self.pick({"Procent": 5, "%": 3, "Andel": 1.5, "Andel %": 1}),
        )

    def area_heading(self) -> str:
        """The pattern of the headings over the areas' chapters, with ``{n}`` and ``{name}``."""
        word = self.pick({"Område": 8, "OMRÅDE": 1})
        link = self.pick({" ": 4, " – ": 2, ": ": 2, ". ": 1, " - ": 1})
        return self.pick({"": 6, "3.{n} ": 1}) + word + " {n}" + link + "{name}"


def _hex(hue: float, light: float, saturation: float) -> str:
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return f"#{round(red * 255):02x}{round(green * 255):02x}{round(blue * 255):02x}"


@dataclass(frozen=True, slots=True)
class ListMarkStyle:
    """A list's mark: ``kind`` is "glyph", "number", "letter", "shape" or "none"; ``form`` the glyph or the pattern."""

    kind: str
    form: str = ""

    @property
    def typed(self) -> bool:
        """Whether the mark counts: its glyphs differ from item to item."""
        return self.kind in ("number", "letter")

    def at(self, index: int) -> str:
        """The mark of item ``index``, from 0; empty for shapes and none."""
        if self.kind == "number":
            return self.form.format(index + 1)
        if self.kind == "letter":
            return self.form.format("abcdefghijklmnopqrstuvwxyzåäö"[index % 29])
        return self.form if self.kind == "glyph" else ""


def draw_marks(rng: random.Random, *, shapes: bool = True, none: bool = True) -> tuple[ListMarkStyle, ListMarkStyle]:
    """The marks of strengths and of improvement areas."""
    weights = {"glyph": 5.0, "pair": 2.0, "number": 1.6, "letter": 0.5, "shape": 1.2 * shapes, "none": 1.4 * none}
    kind = pick(rng, weights)
    if kind == "pair":
        first, second = rng.choice(PAIRS)
        return ListMarkStyle("glyph", first), ListMarkStyle("glyph", second)
    form = pick(rng, NUMBERS) if kind in ("number", "letter") else rng.choice(GLYPHS) if kind == "glyph" else ""
    if kind == "letter" and form == "{}":
        form = "{})"
    if kind == "shape":
        form = rng.choice(("disc", "square", "ring", "triangle", "tick", "bar", "cross"))
    return ListMarkStyle(kind, form), ListMarkStyle(kind, form)


def draw_titles(rng: random.Random) -> tuple[str, str]:
    """The words over the two lists, as they are printed."""
    titles = ("Styrkor", pick(rng, IMPROVEMENT_TITLES))
    if rng.random() < 0.25:
        titles = (titles[0].upper(), titles[1].upper())
    colon = ":" if rng.random() < 0.12 else ""
    return titles[0] + colon, titles[1] + colon


def shown(value: float, *, decimals: bool = False) -> str:
    """Points as printed: ``7,5``; whole ones without decimals unless all have them."""
    return (f"{value:.1f}" if decimals or value != int(value) else str(int(value))).replace(".", ",")
