"""Covers as reports have them, sampled: forms of titles, dates and evaluators, names from the public lists.

.venv/bin/python -m tests.support.covers 200    measures how many evaluators are read, asked for, or silently lost
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass

from kompass_extract.blocks.plain_text import parse_text
from kompass_extract.content.metadata import Metadata, read_metadata
from kompass_extract.content.metadata.dates import MONTHS
from kompass_extract.taxonomy import load_taxonomy
from kompass_extract.taxonomy.editions import read_data

TAXONOMY = load_taxonomy()
GIVEN, FAMILY = (str(read_data("names.toml")[kind]).split() for kind in ("given", "family"))
RARE = ("Sjöqvister", "Kvanta", "Elmlid", "Brusewitz", "Tolvmark", "Hytter", "Ragnhage", "Pohjanen", "Zakrisdal")
RARE_GIVEN = ("Torgny", "Disa", "Embla", "Ruben", "Sölve", "Ebbe", "Malte", "Gullan", "Zeinab", "Hjördis")
LABELS = (
    "Utvärderare: ", "Utvärderare:\n", "Utvärderare\n", "Utvärderarna: ", "Utvärderingsteam: ", "Utvärderade av: ",
    "Utvärderingen genomförd av ", "Utvärderingen har genomförts av ", "Rapporten är skriven av ", "Rapport av ",
    "Analysen är gjord av ", "Författare: ", "Utredare: ", "Av ", "UTVÄRDERARE\n",
)  # fmt: skip
CHAPTER = "1 Vad är Kommunkompassen?\n\nKommunkompassen är ett verktyg för utveckling och jämförelser. Så är det."


@dataclass(frozen=True)
class Cover:
    """A front as text, and what it says."""

    text: str
    names: tuple[str, ...]
    affiliations: tuple[str, ...]
    municipality: str
    year: int


def cover(seed: int) -> Cover:
    """The front of a report of that seed, up to its first chapter."""
    rng = random.Random(seed)
    place = rng.choice([one.name for one in TAXONOMY.municipalities.entries])
    year = rng.randint(2003, 2024)
    people = [_person(rng, year) for _ in range(rng.choice((1, 2, 2, 2, 3, 3)))]
    named = _named(rng, people)
    parts = _title(rng, place, year)
    contents = "Innehåll\n\n1 Vad är Kommunkompassen? ........ 3\n2 Utvärderingen ........ 5"
    if rng.random() < 0.15:
        parts = [*parts, contents, named]
    else:
        parts.insert(rng.choice((len(parts), len(parts), len(parts) - 1)), named)
        parts.append(contents)
    names = tuple(name for name, _ in people)
    return Cover("\n\n".join([*parts, CHAPTER]), names, tuple(one for _, one in people), place, year)


def _title(rng: random.Random, place: str, year: int) -> list[str]:
    name = rng.choice(("KommunKompassen", "Kommunkompassen", "KOMMUNKOMPASSEN", "Kommun Kompassen"))
    genitive = rng.choice((place, place if place[-1] in "sxz" else f"{place}s"))
    month = rng.choice(MONTHS)
    date = rng.choice(
        (f"{month.capitalize()} {year}", f"{month.upper()} {year}", f"{year}-03-17", f"den 5 {month} {year}")
    )
    forms = (
        [name, f"ANALYS AV {place.upper()} KOMMUN {year}"],
        [f"{place.upper()} KOMMUN", date.upper(), "ANALYS AV", name],
        [name, f"Utvärdering av {genitive} kommun {year}"],
        [f"{name} – {place} kommun {year}"],
        [name, f"Rapport från utvärdering av {place} kommun", date],
        [f"{name} i {place} kommun", date],
        [f"{name}.", f"Analys av {place} kommun", date],
    )
    parts = list(rng.choice(forms))
    if str(year) not in " ".join(parts):
        parts.append(date)
    return parts


def _person(rng: random.Random, year: int) -> tuple[str, str]:
    given = rng.choice(RARE_GIVEN) if rng.random() < 0.08 else rng.choice(GIVEN)
    if rng.random() < 0.1:
        given = f"{given} {rng.choice('ABEGHJKLMNPS')}."
    elif rng.random() < 0.08:
        given = f"{rng.choice('AEKLP')}-{rng.choice('AEKLO')}"
    elif rng.random() < 0.1:
        given = f"{rng.choice('ABEGHJKLMNPS')} {given}"
    family = rng.choice(RARE) if rng.random() < 0.15 else rng.choice(FAMILY)
    if rng.random() < 0.1:
        family = f"{family} {rng.choice(FAMILY)}"
    own = "Svenska Kommunförbundet" if year < 2005 else rng.choice(
        ("SKL", "Sveriges Kommuner och Landsting", "SKL") if year < 2020 else ("SKR", "Sveriges Kommuner och Regioner")
    )  # fmt: skip
    town = rng.choice([one.name for one in TAXONOMY.municipalities.entries])
    return f"{given} {family}", rng.choice((own, own, f"{town} kommun", f"{town} stad", "konsult"))


def _named(rng: random.Random, people: list[tuple[str, str]]) -> str:
    """The evaluators as a report prints them: by line or in a sentence, with or without a label or affiliations."""
    style = rng.choice(("comma", "bracket", "role", "bare"))
    label = rng.choice(LABELS) if style == "bare" or rng.random() < 0.7 else ""
    each = [_one(style, name, affiliation) for name, affiliation in people]
    if label.endswith(("av ", "Av ")):
        return f"{label}{_listed(rng, each)}{rng.choice(('', '.'))}"
    by_line = rng.choice(("\n", "\n\n", ""))
    return label + (by_line.join(each) if by_line else _listed(rng, each))


def _one(style: str, name: str, affiliation: str) -> str:
    if style == "bare":
        return name
    if style == "comma" or affiliation == "konsult":
        return f"{name}, {affiliation}"
    return f"{name} ({affiliation})" if style == "bracket" else f"{name}, senior konsult ({affiliation})"


def _listed(rng: random.Random, each: list[str]) -> str:
    *first, last = each
    return f"{', '.join(first)} {rng.choice(('och', 'samt'))} {last}" if first else last


def read(one: Cover) -> Metadata:
    return read_metadata(parse_text(one.text.split("\n"), file_name="t.txt").pages, TAXONOMY)


def asked(found: Metadata) -> bool:
    """Whether a person is asked about any evaluator."""
    return any(reading.value is None or reading.reasons for one in found.evaluators for reading in (one.name,))


def main() -> None:
    counts = {"names": 0, "found": 0, "asked": 0, "silent": 0, "extra": 0, "year": 0, "town": 0}
    lost = []
    for seed in range(int(sys.argv[1])):
        one = cover(seed)
        found = read(one)
        names = [person.name.value for person in found.evaluators]
        missing = [name for name in one.names if name not in names]
        counts["names"] += len(one.names)
        counts["found"] += len(one.names) - len(missing)
        counts["asked" if asked(found) else "silent"] += len(missing)
        counts["extra"] += (extra := sum(name is not None and name not in one.names for name in names))
        counts["year"] += found.year.value != one.year and not (found.year.value is None or found.year.reasons)
        town = found.municipality
        counts["town"] += town.value != one.municipality and not (town.value is None or town.reasons)
        if (missing or extra) and not asked(found):
            lost.append((seed, missing, names, one.text.partition("1 Vad är")[0]))
    print(counts)
    for each in lost[: int(sys.argv[2]) if len(sys.argv) > 2 else 0]:
        print(*each[:3], "\n" + each[3], "\n-----")


if __name__ == "__main__":
    main()
