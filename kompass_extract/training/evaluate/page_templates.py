"""The templates of the evaluation's pages: everything that is put into them is escaped."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_FOLDER = Path(__file__).resolve().parent / "templates"


def render(name: str, **values: object) -> str:
    """A page that needs nothing else."""
    return _environment().get_template(name).render(**values) + "\n"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    made.filters["percent"] = percent
    made.filters["words"] = lambda name: str(name).replace("_", " ")
    return made


def percent(share: float) -> str:
    """A share, 0..1, as the pages write it."""
    return f"{100 * share:.2f}\N{NO-BREAK SPACE}%"
