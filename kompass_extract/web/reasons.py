"""Why a person is asked, in Swedish: the report JSON's English sentences translated by their patterns.

The patterns are data (``reasons.toml``), the first that fits the whole sentence is taken.  What a pattern calls
``…_reasons`` is translated in its turn.  A sentence that none fits is shown as it is.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kompass_extract.web.web_settings import Language
from kompass_extract.web.words import Words

_NESTED = re.compile(r"^(?P<before>check [a-z-]+: )?(?P<rest>.*)$", re.DOTALL)
_ROW = re.compile(r"^(?P<number>\d?\.?\d{0,2}): (?P<rest>.*)$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence: its pattern, its Swedish with the pattern's groups as places, and an example."""

    pattern: re.Pattern[str]
    swedish: str
    example: str


def reason_text(reason: str, language: Language) -> str:
    """The reason as shown: in Swedish where it is known, in English without the name of the check."""
    match = _NESTED.match(reason)
    plain = match["rest"] if match else reason
    if language == "en":
        return plain[:1].upper() + plain[1:]
    swedish = translated(plain)
    return (swedish[:1].upper() + swedish[1:]) if swedish is not None else plain


def translated(sentence: str) -> str | None:
    """The sentence in Swedish; None where no pattern fits."""
    for phrase in phrases():
        match = phrase.pattern.fullmatch(sentence)
        if match is not None:
            return _filled(phrase.swedish, match.groupdict())
    return _rows(sentence)


def _filled(swedish: str, groups: dict[str, str | None]) -> str:
    values = {name: value or "" for name, value in groups.items()}
    words = Words("sv")
    for name, value in values.items():
        if name.startswith("kind"):
            values[name] = words.named("blockkind", value).lower()
        elif name.startswith("parts"):
            values[name] = ", ".join(words.named("part", part) for part in value.split(", "))
        elif name.startswith("list"):
            values[name] = words.named("list", value.lower()).lower()
        elif name.startswith("decided"):
            values[name] = _decided(value, words)
        elif name.startswith("reason"):
            values[name] = translated(value) or value
        else:
            values[name] = value.replace(" or ", " eller ") if name.startswith("choice") else value
    return swedish.format(**values)


def _decided(value: str, words: Words) -> str:
    """A value as the desk's reasons quote it: `«46»`, `nothing`, `to reject`."""
    if value == "nothing":
        return words("item.nothing")
    if value.startswith("to "):
        return words.named("action", value.removeprefix("to ")).lower()
    return f"”{value.strip('«»')}”"


def _rows(sentence: str) -> str | None:
    """What a check says of several rows: `3.1: …; 3.2: …`."""
    found = []
    for part in sentence.split("; "):
        row = _ROW.match(part)
        said = translated(row["rest"]) if row else None
        if row is None or said is None:
            return None
        found.append(f"{row['number']}: {said}")
    return "; ".join(found)


@lru_cache(maxsize=1)
def phrases() -> tuple[Phrase, ...]:
    """All sentences of ``reasons.toml`` in their order."""
    text = (files(__package__) / "reasons.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)["phrase"]
    return tuple(Phrase(re.compile(e["en"], re.DOTALL), e["sv"], e["example"]) for e in entries)
