"""Every regular expression over input ends in time that its length bounds: no pattern is quadratic or worse.

Each is run over long repetitions of what it is made of, as it is used (``match`` or ``search``), on a budget of
processor time that a linear one needs a hundredth of.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import permutations
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from types import FrameType

import pytest

import kompass_extract

LENGTH = 20_000
BUDGET = 0.6  # seconds of processor time
OWN_FILES = {
    "evaluate",
    "train",
    "training",
    "sources",
    "rendered",
    "wordlist",
    "hunspell",
    "cli",
    "web",
    "review",
    "archive",
}
"""What reads our own labels, models, report files and word lists, and no input."""
SAMPLES = {"CATEGORY_SPACE": " ", "CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a"}
LINE_BOUNDED = {"_NUMBERS_AT_END"}  # of metadata.overview: asked only of short texts
MATCHED = frozenset({"match", "fullmatch"})


class TooSlowError(Exception):
    """The budget is used up."""


def patterns() -> Iterator[tuple[str, re.Pattern[str], bool]]:
    """Name, pattern and whether it is searched for, of each module that sees input."""
    package = Path(kompass_extract.__path__[0])
    sources = {path: path.read_text("utf-8") for path in package.rglob("*.py")}
    for module in pkgutil.walk_packages(kompass_extract.__path__, "kompass_extract."):
        if OWN_FILES & set(module.name.split(".")[1:]):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str) and name not in LINE_BOUNDED:
                used = {use for text in sources.values() for use in re.findall(rf"\b{name}\.(\w+)", text)}
                yield f"{module.name}.{name}", value, not used <= MATCHED


def signs_of(tree: object, found: set[str], words: list[str]) -> None:
    """The characters that a parsed pattern speaks of, and its literal words."""
    word = ""
    for operation, value in tree:  # type: ignore[attr-defined]
        if operation is _constants.LITERAL:
            word += chr(value)
            found.add(chr(value))
            continue
        if len(word) > 1:
            words.append(word)
        word = ""
        if operation is _constants.IN:
            for inner, one in value:
                if inner is _constants.LITERAL:
                    found.add(chr(one))
                elif inner is _constants.CATEGORY:
                    found.add(SAMPLES.get(str(one), "."))
        for part in _parts(operation, value):
            signs_of(part, found, words)
    if len(word) > 1:
        words.append(word)


def _parts(operation: object, value: object) -> list[object]:
    """The parsed patterns within an operation."""
    if isinstance(value, _parser.SubPattern):
        return [value]
    if isinstance(value, tuple | list) and operation is not _constants.IN:
        inner = [one for one in value if isinstance(one, _parser.SubPattern)]
        nested = [
            one for many in value if isinstance(many, list) for one in many if isinstance(one, _parser.SubPattern)
        ]
        return [*inner, *nested]
    return []


def attacks(pattern: re.Pattern[str]) -> Iterator[str]:
    found: set[str] = set()
    words: list[str] = []
    signs_of(_parser.parse(pattern.pattern, pattern.flags), found, words)
    signs = list(dict.fromkeys([" ", "a", "1", ".", *sorted(found)[:8]]))
    units = [*signs, *("".join(pair) for pair in permutations(signs[:7], 2)), *(f"{word} " for word in words[:4])]
    for unit in units:
        body = unit * (LENGTH // len(unit))
        yield f"{body}\n"
        yield f"1{body}a"
        for word in words[:3] if len(unit) == 1 else []:
            yield f"{word}{body}~"


@contextmanager
def budget(seconds: float) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.slow
def test_each_expression_over_input_takes_linear_time() -> None:
    slow, count = [], 0
    for name, pattern, searched in patterns():
        count += 1
        for text in attacks(pattern):
            try:
                with budget(BUDGET):
                    (pattern.search if searched else pattern.match)(text)
            except TooSlowError:
                slow.append((name, text[:20], text[-3:]))
                break
    assert count > 100
    assert slow == []
