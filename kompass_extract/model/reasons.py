"""Why a value is doubted, as data: a code, its severity and its parameters; sentences are made from them.

``reasons.toml`` is the catalogue of all codes.  A program decides by ``code``, ``severity`` and ``params`` and never by
the sentence, which is rendered in each language from the same entry.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Constrained

Language = Literal["en", "sv"]
Severity = Literal["note", "doubt", "error"]
Param: TypeAlias = Any
"""What a parameter may be: a JSON scalar, a list of scalars, or the record of another reason (or a list of those)."""

CHECK = "check"
"""Code of the reason that a failed check gives to the fields that it names; ``params["check"]`` is the check's id."""


class Reason(BaseModel):
    """One thing to know about a value, or to look at."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str = Constrained(description="Which reason it is: a key of the catalogue. Codes are never reused.")
    severity: Severity = Constrained(
        description="note: says what was done; doubt: a person should look; error: a check failed or a page was lost."
    )
    params: dict[str, Param] = Constrained(default_factory=dict, description="The values of the sentence, by name.")
    text: str = Constrained(default="", description="The English sentence made from code and params.")

    def __hash__(self) -> int:
        return hash((self.code, self.severity, self.text))

    @property
    def asks(self) -> bool:
        """Whether the reason is enough to flag the value for review."""
        return self.severity != "note"

    @property
    def group(self) -> str:
        """The group of the catalogue that the code belongs to."""
        return entry(self.code).group

    def doubted(self) -> Reason:
        """Return the same reason as a doubt, which flags the value."""
        return self if self.severity != "note" else self.model_copy(update={"severity": "doubt"})

    def noted(self) -> Reason:
        """Return the same reason as a note, which flags nothing."""
        return self if self.severity == "note" else self.model_copy(update={"severity": "note"})

    def said(self, language: Language) -> str:
        """Return the sentence in ``language``."""
        return render(self.code, self.params, language) if language != "en" or not self.text else self.text


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One entry of the catalogue."""

    group: str
    severity: Severity
    en: str
    sv: str


UNKNOWN = CatalogueEntry("other", "doubt", "{text}", "{text}")
"""For a code of a later version, or a sentence of schema 1 that no entry explains: its text is shown as it stands."""


def reason(code: str, **params: Param) -> Reason:
    """Make a reason from the catalogue; KeyError for a code that is not in it.

    A parameter that is a ``Reason``, or a sequence of them, is kept as its record.
    """
    found = _catalogue()[code]
    kept = {name: _recorded(value) for name, value in params.items()}
    return Reason(code=code, severity=found.severity, params=kept, text=render(code, kept, "en"))


def check_reason(check: str, about: Reason) -> Reason:
    """Make the reason that a failed check gives to a field: the check's id and what it says of the field."""
    return reason(CHECK, check=check, reason=about)


def entry(code: str) -> CatalogueEntry:
    """Return the catalogue's entry, or ``UNKNOWN``."""
    return _catalogue().get(code, UNKNOWN)


def codes() -> tuple[str, ...]:
    """Return all codes of the catalogue."""
    return tuple(_catalogue())


def render(code: str, params: Mapping[str, Param], language: Language) -> str:
    """Make the sentence of a code in ``language``; a parameter that is missing is left out."""
    found = entry(code)
    return _Sentence(language).vformat(found.sv if language == "sv" else found.en, (), _Defaulted(params))


def _recorded(value: Param) -> Param:
    if isinstance(value, Reason):
        return value.model_dump(mode="json")
    if isinstance(value, list | tuple):
        return [_recorded(one) for one in value]
    return value


class _Defaulted(dict[str, Param]):
    def __missing__(self, key: str) -> str:
        return ""


class _Sentence(Formatter):
    """Renders a sentence's parameters; the form behind the colon says how."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Param, format_spec: str) -> str:
        if not format_spec:
            return "" if value is None else str(value)
        form = getattr(self, f"_form_{format_spec}", None)
        return str(form(value)) if form is not None else str(super().format_field(value, format_spec))

    def _form_quoted(self, value: Param) -> str:
        if value is None or self._language == "en":
            return repr(value)
        return f"”{value}”"

    def _form_score(self, value: Param) -> str:
        said = f"{value:.2f}" if isinstance(value, float) else str(value)
        return said.replace(".", ",") if self._language == "sv" else said

    def _form_choice(self, values: Param) -> str:
        joint = " eller " if self._language == "sv" else " or "
        return joint.join(map(str, values)) if isinstance(values, list | tuple) else str(values)

    def _form_others(self, values: Param) -> str:
        """Other readings of a word, each in the language's quotes."""
        joint, quotes = (" eller ", "””") if self._language == "sv" else (" or ", "«»")
        return joint.join(f"{quotes[0]}{value}{quotes[1]}" for value in _sequence(values))

    def _form_kind(self, value: Param) -> str:
        return self._word("kind", str(value))

    def _form_list(self, value: Param) -> str:
        return self._word("list", str(value))

    def _form_parts(self, values: Param) -> str:
        return ", ".join(self._word("part", str(value)) for value in _sequence(values))

    def _form_decided(self, value: Param) -> str:
        """What somebody decided: a value, ``None`` for nothing, or ``{"action": ...}``."""
        if value is None:
            return "ingenting" if self._language == "sv" else "nothing"
        if isinstance(value, Mapping):
            action = self._word("action", str(value.get("action")))
            return action if self._language == "sv" else f"to {action}"
        return f"”{value}”" if self._language == "sv" else f"«{value}»"

    def _form_reason(self, value: Param) -> str:
        """Another reason by its record, or several."""
        return "; ".join(self._inner(one) for one in _sequence(value))

    def _form_rows(self, values: Param) -> str:
        """What is said of several rows: pairs of a row's number and a reason's record."""
        return "; ".join(f"{number}: {self._inner(said)}" for number, said in _sequence(values))

    def _inner(self, record: Param) -> str:
        if isinstance(record, Mapping):
            return render(str(record.get("code")), record.get("params") or {}, self._language)
        return str(record)

    def _word(self, vocabulary: str, value: str) -> str:
        return str(_vocabulary().get(vocabulary, {}).get(value, {}).get(self._language, value))


def _sequence(value: Param) -> Sequence[Param]:
    return value if isinstance(value, list | tuple) else [value]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "reasons.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, CatalogueEntry]:
    return {code: CatalogueEntry(**values) for code, values in _data()["reasons"].items()}


def _vocabulary() -> dict[str, dict[str, dict[str, str]]]:
    found: dict[str, dict[str, dict[str, str]]] = _data()["vocabulary"]
    return found
