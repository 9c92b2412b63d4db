"""What a choice may name: a municipality, county, edition or year that the archive has nothing of is told at once.

A misspelled name would else give an empty table, which reads like an answer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz, process, utils

from kompass_extract.errors import UsageError
from kompass_extract.model.counties import COUNTIES
from kompass_extract.review.answers.answer_values import Choice
from kompass_extract.taxonomy import load_taxonomy

MOST_NEAR = 3  # names that are proposed
LEAST_ALIKE = 70.0  # of 100 (rapidfuzz's WRatio): below, a name is another one
MOST_LISTED = 12  # names that are said where none is near


class UnknownNameError(UsageError):
    """The archive has nothing of that name; ``near`` are those it has that are spelled nearly so."""

    def __init__(self, wanted: str, known: Sequence[str], said: str) -> None:
        self.wanted, self.near = wanted, nearest(wanted, known)
        super().__init__(f"{said} {_hint(self.near, known)}".rstrip())


def nearest(wanted: str, known: Sequence[str]) -> tuple[str, ...]:
    """Return the known names that are spelled most like ``wanted``, the nearest first; none for a number."""
    if wanted.strip().isdecimal():
        return ()
    found = process.extract(
        wanted, known, scorer=fuzz.WRatio, processor=_compared, limit=MOST_NEAR, score_cutoff=LEAST_ALIKE
    )
    return tuple(name for name, _, _ in found)


def check_choice(connection: sqlite3.Connection, choice: Choice) -> None:
    """Raise UnknownNameError for the first name that no report has; an empty archive has nothing to tell."""
    if choice.municipalities or choice.counties or choice.editions or choice.years:
        for wanted, known, said in _asked(connection, choice):
            if known and wanted not in known:
                raise UnknownNameError(wanted, known, said)


def county_name(wanted: str) -> str:
    """Return the county's full name for a name with or without ``län``, or a two-digit code; UnknownNameError."""
    plain = wanted.strip().casefold()
    for code, name in COUNTIES.items():
        short = name.casefold().removesuffix(" län")
        if plain in (code, name.casefold(), short, short.removesuffix("s")):
            return name
    raise UnknownNameError(wanted, tuple(COUNTIES.values()), f"There is no county {wanted}.")


def municipality_name(wanted: str) -> str:
    """Return the municipality's name as the register spells it; the name as given where it is not there."""
    plain = wanted.strip().casefold()
    known = (one.name for one in load_taxonomy().municipalities.entries)
    return next((name for name in known if name.casefold() == plain), wanted.strip())


def _asked(connection: sqlite3.Connection, choice: Choice) -> Iterator[tuple[str, Sequence[str], str]]:
    """Yield each name of a choice with those that reports have, and what to say where it is not among them."""
    codes = _known(connection, "municipality_code")
    for one in choice.municipalities:
        if one not in codes:
            name = municipality_name(one)
            yield name, _known(connection, "municipality"), f"The archive has no report of {name}."
    for one in choice.counties:
        name = county_name(one)
        yield name, _known(connection, "county"), f"The archive has no report of {name}."
    for one in choice.editions:
        yield one, _known(connection, "edition"), f"The archive has no report of edition {one}."
    for year in choice.years:
        yield str(year), _known(connection, "year"), f"The archive has no report of the year {year}."


def _known(connection: sqlite3.Connection, column: str) -> tuple[str, ...]:
    found = connection.execute(f"SELECT DISTINCT {column} FROM reports WHERE {column} IS NOT NULL ORDER BY {column}")
    return tuple(str(row[0]) for row in found)


def _compared(name: str) -> str:
    """Return a name as it is compared: small letters, and a county without ``län``."""
    return utils.default_process(name).removesuffix(" län")


def _hint(near: Sequence[str], known: Sequence[str]) -> str:
    if near:
        return f"Did you mean {' or '.join(near)}?"
    more = len(known) - MOST_LISTED
    return f"There are {', '.join(known[:MOST_LISTED])}{f' and {more} more' if more > 0 else ''}." if known else ""
