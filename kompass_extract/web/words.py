"""The pages' words in Swedish and English, as data: ``words.toml`` holds both forms of every one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from kompass_extract.web.web_settings import Language

_FILES = ("words.toml", "browse/browse_words.toml")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language."""

    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The words of ``key`` with ``values`` in their places; KeyError for a key that there is not."""
        return self.template(key).format(**values)

    def template(self, key: str) -> str:
        """The words of ``key`` with their places unfilled."""
        swedish, english = table()[key]
        return swedish if self.language == "sv" else english

    def value(self, value: object) -> str:
        """A value as the language writes it: decimals after a comma in Swedish."""
        return str(value).replace(".", ",") if isinstance(value, float) and self.language == "sv" else str(value)

    def described(self, description: str) -> str:
        """What a table or a column of the data holds, by its English description."""
        return _dictionary()[description] if self.language == "sv" else description

    def named(self, group: str, name: object) -> str:
        """What ``name`` (a kind, an action, a status) is called; the name itself where it has no words yet."""
        key = f"{group}.{name}"
        return self(key) if key in table() else str(name)


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, str]:
    """The Swedish of each description in ``model/tables.toml``."""
    text = files(__package__).joinpath("browse/dictionary.toml").read_text(encoding="utf-8")
    return {english: str(swedish) for english, swedish in tomllib.loads(text).items()}


@lru_cache(maxsize=1)
def table() -> dict[str, tuple[str, str]]:
    """Every key with its Swedish and its English words."""
    found: dict[str, tuple[str, str]] = {}
    for path in _FILES:
        text = files(__package__).joinpath(path).read_text(encoding="utf-8")
        for group, entries in tomllib.loads(text).items():
            for name, (swedish, english) in entries.items():
                found[f"{group}.{name}"] = (swedish, english)
    return found
