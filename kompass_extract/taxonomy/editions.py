"""The editions of the instrument as data: areas, questions, and the concepts that live through the editions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import cast

_FILES = ("edition-2010", "edition-2016", "edition-2020-first", "edition-2020-second")
_EARLIER_FILES = ("edition-2002",)


@dataclass(frozen=True, slots=True)
class Question:
    """A question (2020: a sub-area) of one edition; ``also`` are other wordings that reports print."""

    id: str  # "2016/3.2"
    number: str  # "3.2"
    area: int  # 1..8
    wording: str
    also: tuple[str, ...]
    max_points: int  # the area's sum to 100
    concept: str  # "political-goals"

    @property
    def wordings(self) -> tuple[str, ...]:
        return (self.wording, *self.also)


@dataclass(frozen=True, slots=True)
class EditionArea:
    """One of an edition's eight areas; ``questions`` is empty where they are not known."""

    id: str  # "2016/3"
    number: int
    name: str
    also: tuple[str, ...]
    questions: tuple[Question, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.also)


@dataclass(frozen=True, slots=True)
class Edition:
    """One form of the instrument; ``form`` is "first" or "second" for 2020, None for the others."""

    name: str  # "2010" | "2016" | "2020"; "2002" among the earlier ones
    form: str | None
    areas: tuple[EditionArea, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for area in self.areas for question in area.questions)

    def area(self, number: int) -> EditionArea:
        """The area of that number; KeyError when there is none."""
        for area in self.areas:
            if area.number == number:
                return area
        raise KeyError(number)


@dataclass(frozen=True, slots=True)
class Concept:
    """What questions of several editions have in common; ``related`` touch it without being the same."""

    id: str
    name: str
    related: tuple[str, ...]


@lru_cache(maxsize=1)
def load_editions() -> tuple[Edition, ...]:
    """All editions and forms, oldest first."""
    return tuple(_edition(read_data(f"{name}.toml")) for name in _FILES)


@lru_cache(maxsize=1)
def load_earlier() -> tuple[Edition, ...]:
    """Editions before 2010 whose area names are known; the report JSON has no name for them."""
    return tuple(_edition(read_data(f"{name}.toml")) for name in _EARLIER_FILES)


@lru_cache(maxsize=1)
def load_concepts() -> tuple[Concept, ...]:
    """All concepts in the order of their file."""
    tables = cast(list[dict[str, object]], read_data("concepts.toml")["concepts"])
    return tuple(Concept(str(t["id"]), str(t["name"]), strings(t.get("related"))) for t in tables)


def read_data(name: str) -> dict[str, object]:
    """A TOML file of the package's data."""
    return tomllib.loads((files(__package__) / "data" / name).read_text(encoding="utf-8"))


def strings(value: object) -> tuple[str, ...]:
    """A TOML list of strings, or nothing."""
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


def _edition(table: dict[str, object]) -> Edition:
    name = str(table["edition"])
    areas = cast(list[dict[str, object]], table["areas"])
    return Edition(name, str(table["form"]) or None, tuple(_area(name, area) for area in areas))


def _area(edition: str, table: dict[str, object]) -> EditionArea:
    number = int(cast(int, table["number"]))
    questions = cast(list[dict[str, object]], table.get("questions", []))
    return EditionArea(
        id=f"{edition}/{number}",
        number=number,
        name=str(table["name"]),
        also=strings(table.get("also")),
        questions=tuple(_question(edition, number, question) for question in questions),
    )


def _question(edition: str, area: int, table: dict[str, object]) -> Question:
    number = str(table["number"])
    return Question(
        id=f"{edition}/{number}",
        number=number,
        area=area,
        wording=str(table["wording"]),
        also=strings(table.get("also")),
        max_points=int(cast(int, table["max_points"])),
        concept=str(table["concept"]),
    )
