"""Titles, evaluators and the chapters before the areas, worded for the report that is being composed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from kompass_extract.training.render.gold_model import RenderedEvaluator, RenderedReport
from kompass_extract.training.render.places import PLACES, RenderedPlace, retell

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
_FIRST_NAMES = (
    "Anna", "Karin", "Åsa", "Björn", "Örjan", "Göran", "Lars-Erik", "Märta", "Kerstin", "Håkan", "Sören", "Elisabet",
    "Mats", "Ulla-Britt", "Jörgen", "Eva Lena",
)  # fmt: skip
_LAST_NAMES = (
    "Lindqvist", "Öberg", "Åkesson", "Sjöström", "Berg", "Nyström", "Hägglund", "Ekman", "Rådström", "Wallén",
    "Östlund", "Dahl", "Bäck Fält", "af Geijerstam",
)  # fmt: skip
_TITLES = (
    "KommunKompassen ANALYS AV {UPPER} {year}",
    "Kommunkompassen - Utvärdering av {official} {year}",
    "Kommunkompassen – utvärdering av {official} {year}",
    "Kommunkompassen {official} {year}",
    "Kommunkompassen {year} {official}",
    "Utvärdering enligt Kommunkompassen {official} {year}",
    "KOMMUNKOMPASSEN {UPPER} {year}",
    "Kommunkompassen Analys av {official} {year}",
)
_WHEN = (
    "Utvärderingen av {official} genomfördes i {month} år {year} och var kommunens {nth} utvärdering enligt "
    "Kommunkompassens kriterier.",
    "Utvärderingen av {official} genomfördes under {month} {year} och var {genitive} {nth} utvärdering enligt "
    "Kommunkompassens kriterier.",
    "I {month} {year} genomfördes utvärderingen av {official}. Det var kommunens {nth} utvärdering enligt "
    "Kommunkompassens kriterier.",
    "Utvärderingen av {official} genomfördes i {month} {year}.",
)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which municipality was evaluated when, and in which year the report is dated; ``month`` is 1..12."""

    place: RenderedPlace
    year: int
    month: int
    published: int

    @property
    def association(self) -> str:
        """SKL until November 2019, SKR from then on."""
        return "SKR" if (self.year, self.month) >= (2019, 11) else "SKL"

    @property
    def association_name(self) -> str:
        """The association's full name."""
        return "Sveriges Kommuner och " + ("Regioner" if self.association == "SKR" else "Landsting")


def invent_title(occasion: Occasion, rng: random.Random) -> str:
    """A cover title that names the municipality and the year."""
    official = occasion.place.official
    return rng.choice(_TITLES).format(official=official, UPPER=official.upper(), year=occasion.published)


def invent_evaluators(occasion: Occasion, rng: random.Random) -> tuple[tuple[RenderedEvaluator, ...], str]:
    """One to three evaluators and the line that names them on the cover."""
    firsts, lasts = rng.sample(_FIRST_NAMES, 3), rng.sample(_LAST_NAMES, 3)
    names = [f"{first} {last}" for first, last in zip(firsts, lasts, strict=True)]
    home = occasion.association
    guest = rng.choice([place for place in PLACES if place != occasion.place]).official
    label = rng.choice(("Utvärderare: ", "Utvärderare: ", "Utvärderare ", ""))
    forms = (
        ((home, home, guest), "{0} och {1}, {home} samt {2}, {guest}"),
        ((home, home, guest), "{0} och {1}, {home} samt {2} {guest}"),
        ((home, home), "{0} och {1}, {home}"),
        ((home,), "{0}, {home}"),
        ((home, home, home), "{0}, {1} och {2}, {home}"),
        ((home, guest), "{0}, {home} och {1}, {guest}"),
        ((home, guest), "{0} ({home}) och {1} ({guest})"),
        ((home, guest), "{0}, {home} samt {1}, {guest}"),
    )
    affiliations, form = rng.choice(forms)
    line = label + form.format(*names, home=home, guest=guest)
    return tuple(RenderedEvaluator(name=n, affiliation=a) for n, a in zip(names, affiliations, strict=False)), line


def _body(source: RenderedReport, start: str, stop: str) -> list[str]:
    """The source's front matter after its contents, from the line that starts with ``start`` up to ``stop``."""
    lines = list(source.front_matter)
    begin = max(i for i, line in enumerate(lines) if line.startswith(start))
    end = max(i for i, line in enumerate(lines) if line.startswith(stop))
    return lines[begin + 1 : end]


def chapter_one(source: RenderedReport, names: list[str], occasion: Occasion) -> list[str]:
    """What the instrument is, the areas' list being that of ``names``."""
    listed = source.front_matter.index(_list_head(source)) + 1
    own = {area.name for area in source.areas} | set(source.front_matter[listed : listed + 8])
    out: list[str] = []
    for line in _body(source, "1 ", "2"):
        if line.rstrip(".") in {name.rstrip(".") for name in own}:
            continue
        out.append(retell(line, source.municipality, occasion.place))
        if line == _list_head(source):
            out.extend(names)
    return out


def _list_head(source: RenderedReport) -> str:
    return next(line for line in source.front_matter if line.endswith("huvudområdena är:"))


def chapter_two(source: RenderedReport, occasion: Occasion, rng: random.Random) -> list[str]:
    """When the evaluation was made and its summary; the source's own dates are gone."""
    out: list[str] = []
    for line in _body(source, "2", "3"):
        if line.startswith("Utvärderingen av "):
            nth = rng.choice(("första", "andra", "tredje"))
            out.append(
                rng.choice(_WHEN).format(
                    official=occasion.place.official, genitive=occasion.place.genitive,
                    month=MONTHS[occasion.month - 1], year=occasion.year, nth=nth,
                )
            )  # fmt: skip
            _, _, rest = line.partition("Utvärderingsgruppen har studerat")
            if rest:
                out[-1] += " Utvärderingsgruppen har studerat" + rest
        elif " 2019" not in line:
            out.append(retell(line, source.municipality, occasion.place))
    return out
