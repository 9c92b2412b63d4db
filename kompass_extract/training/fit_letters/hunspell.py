"""Word forms from a hunspell dictionary: each entry with its suffixes and compound roles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FIRST_PART_FLAGS = frozenset("XU")  # COMPOUNDBEGIN, COMPOUNDMIDDLE of the Swedish affix file
ONLY_IN_COMPOUND = "Z"
FORBIDDEN = frozenset("!%¤")


@dataclass(frozen=True)
class _Suffix:
    strip: str
    add: str
    flags: str
    condition: re.Pattern[str]


@dataclass(frozen=True)
class WordForms:
    """Full words (as written, with case) and forms that stand first in compounds (lower case)."""

    words: frozenset[str]
    first_parts: frozenset[str]


def read_forms(affix_file: Path, *dictionaries: Path) -> WordForms:
    """All forms of the dictionaries' entries under the affix file's rules."""
    suffixes = _suffixes(affix_file)
    words: set[str] = set()
    first_parts: set[str] = set()
    for dictionary in dictionaries:
        for stem, flags in _entries(dictionary):
            for form, roles in _inflected(stem, flags, suffixes):
                if FIRST_PART_FLAGS & set(roles):
                    first_parts.add(form.lower())
                if ONLY_IN_COMPOUND not in roles:
                    words.add(form)
    return WordForms(frozenset(words), frozenset(first_parts))


def _entries(dictionary: Path) -> Iterator[tuple[str, str]]:
    with dictionary.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            stem, _, flags = line.split("\t")[0].strip().partition("/")
            if stem and not FORBIDDEN & set(flags):
                yield stem, flags


def _suffixes(affix_file: Path) -> dict[str, list[_Suffix]]:
    rules: dict[str, list[_Suffix]] = defaultdict(list)
    for line in affix_file.read_text("utf-8").splitlines():
        fields = line.split()
        if len(fields) >= 5 and fields[0] == "SFX":
            _, flag, strip, add, condition = fields[:5]
            add, _, flags = add.partition("/")
            ending = re.compile(("" if condition == "." else condition) + r"\Z")
            rules[flag].append(_Suffix("" if strip == "0" else strip, "" if add == "0" else add, flags, ending))
    return rules


def _inflected(stem: str, flags: str, suffixes: dict[str, list[_Suffix]]) -> Iterator[tuple[str, str]]:
    yield stem, flags
    for flag in flags:
        for rule in suffixes.get(flag, ()):
            if stem.endswith(rule.strip) and rule.condition.search(stem):
                yield stem[: len(stem) - len(rule.strip)] + rule.add, rule.flags
