"""Which values two evaluations read differently: won, lost, silent now, no longer silent; and by what cause.

A value is known by what it is and by its label, not by its place in a list: an item that is lost moves those after it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rapidfuzz.distance import Levenshtein

_NUMBER = re.compile(r"[\d\s.,%–-]+")
_BLANKS = re.compile(r"[\s\u00ad-]+")
_SIGNS = re.compile(r"[^\w]+")
_SIMILAR = 0.8  # of the letters: below, a text is another one and not a misread one

ErrorRecord = Mapping[str, Any]
"""One error as ``evaluation.json`` has it."""


class ChangeKind(StrEnum):
    WON = "won"
    LOST = "lost"
    HEARD = "no longer silent"
    SILENCED = "silent now"


@dataclass(frozen=True, slots=True)
class Change:
    """One value that became better or worse; ``before`` and ``after`` are the readings, None where it was right."""

    kind: ChangeKind
    case: str
    before: ErrorRecord | None
    after: ErrorRecord | None

    @property
    def error(self) -> ErrorRecord:
        """The reading that is wrong; the newer one where both are."""
        found = self.after or self.before
        assert found is not None
        return found

    @property
    def cause(self) -> str:
        return cause_of(self.error)

    @property
    def is_worse(self) -> bool:
        return self.kind in {ChangeKind.LOST, ChangeKind.SILENCED}

    def __str__(self) -> str:
        one = self.error
        said = {ChangeKind.LOST: "wrong now", ChangeKind.WON: "right now"}.get(self.kind, self.kind.value)
        silent = " and silent" if self.kind is ChangeKind.LOST and one["silent"] else ""
        return (
            f"{self.case}: {place_of(one)}: {one['kind']}, {said}{silent} ({self.cause}): "
            f"labelled {_shown(one['gold'])}, read {_shown(one['read'])}"
        )


def changes(case: str, before: Iterable[ErrorRecord], after: Iterable[ErrorRecord]) -> list[Change]:
    """What became of a case's values from one evaluation to another; each is given the errors of both."""
    old, new = _by_value(before), _by_value(after)
    found: list[Change] = []
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key, []), new.get(key, [])
        common = min(len(was), len(now))
        found += [Change(ChangeKind.WON, case, one, None) for one in was[common:]]
        found += [Change(ChangeKind.LOST, case, None, one) for one in now[common:]]
        for one, other in zip(was, now, strict=False):
            if bool(one["silent"]) != bool(other["silent"]):
                found.append(Change(ChangeKind.SILENCED if other["silent"] else ChangeKind.HEARD, case, one, other))
    return found


def by_cause(found: Sequence[Change]) -> list[tuple[str, Counter[ChangeKind]]]:
    """Counts of each kind of change, by cause, the most frequent cause first."""
    counts: defaultdict[str, Counter[ChangeKind]] = defaultdict(Counter)
    for one in found:
        counts[one.cause][one.kind] += 1
    return sorted(counts.items(), key=lambda item: (-item[1].total(), item[0]))


def cause_of(error: ErrorRecord) -> str:
    """What is wrong with a value, in words: how the reading differs from the label."""
    gold, read = error["gold"], error["read"]
    if read is None:
        return "not found"
    if gold is None:
        return "read where nothing is"
    if _NUMBER.fullmatch(gold) and _NUMBER.fullmatch(read):
        return "another number"
    if _BLANKS.sub("", gold) == _BLANKS.sub("", read):
        return "blanks or hyphens"
    if gold.casefold() == read.casefold():
        return "capitals"
    if _SIGNS.sub("", gold) == _SIGNS.sub("", read):
        return "signs"
    if _plain(gold) == _plain(read):
        return "Swedish letters"
    if read in gold:
        return "cut off"
    if gold in read:
        return "run together"
    return "other letters" if Levenshtein.normalized_similarity(gold, read) >= _SIMILAR else "another text"


def place_of(error: ErrorRecord) -> str:
    """Where a value stands: page and box where it was read, else the pointer of what lacks it."""
    if not error["evidence"]:
        return str(error["pointer"])
    first = error["evidence"][0]
    box = first.get("bbox")
    if first.get("line"):
        return f"line {first['line']}"
    return f"page {first['page']}" + (f" at {', '.join(str(round(edge)) for edge in box)}" if box else "")


def _by_value(errors: Iterable[ErrorRecord]) -> dict[tuple[object, ...], list[ErrorRecord]]:
    found: dict[tuple[object, ...], list[ErrorRecord]] = {}
    for one in errors:
        text = ("read", one["read"]) if one["gold"] is None else ("labelled", one["gold"])
        place = one["pointer"] if _NUMBER.fullmatch(str(text[1] or "")) else None  # many cells hold one number
        found.setdefault((one["kind"], one["area"], *text, place), []).append(one)
    return found


def _plain(text: str) -> str:
    """A text without the marks over its letters."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _shown(text: str | None) -> str:
    if text is None:
        return "nothing"
    return f"“{text}”" if len(text) <= 80 else f"“{text[:60]} … {text[-15:]}”"
