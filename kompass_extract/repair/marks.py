"""Restore bullets, quotes and table rules that the English OCR model misread, if they are certain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

BULLET = "•"
_LIST_MARK = re.compile(r"^\s*(?P<mark>[=*»«+®©¢°>]\s+|[eo]\s+(?=[A-ZÅÄÖ&{\[]))(?=[^\W_]|[&{\[\"“”’])")
_QUOTE = re.compile(r"[\"“”„][’‘']|[’‘'][\"“”„]|[\"“„]|’’|‘‘|''")
_LONG_DASH = re.compile(r"(?<=\s)—(?=\s)")
_ROW_RULE = re.compile(r"^\s*\d\.\d?(?P<rule>\s*[|\[({!]+\s*)(?=[^\W\d_])")
_HEAD_RULE = re.compile(r"(?P<rule>(?:(?<!\s)\s++)?+[|\[({!]\s*+)(?=(?:Max|Procent)\b)")
_LONE_I = re.compile(r"(?:^|[.!?:])\s*(?P<rule>\|)(?=\s+[a-zåäöé]{2})")
_SPACED_SLASH = re.compile(r"(?<=[^\W\d_])[ ](?=/[^\W\d_])")
_ROW_REST = re.compile(r"^\s*\d\.\d\s.*[^\s.](?P<rest>\s+\.)\s*$")
_TIGHT_PERCENT = re.compile(r"(?<=\d)(?=%)")
_LOOSE_PERCENT = re.compile(r"\d %")


@dataclass(frozen=True, slots=True)
class MarkHabits:
    """The document's own style for marks that have two common forms."""

    swedish_quotes: bool
    loose_percent: bool


@dataclass(frozen=True, slots=True)
class MarkChange:
    """``line[start:end]`` should be ``restored``."""

    start: int
    end: int
    restored: str


def habits(lines: Sequence[str]) -> MarkHabits:
    """Return the style of most of the document."""
    text = "\n".join(lines)
    loose = len(_LOOSE_PERCENT.findall(text))
    return MarkHabits("”" in text, loose > len(_TIGHT_PERCENT.findall(text)))


def mark_changes(line: str, habits: MarkHabits) -> Iterator[MarkChange]:
    """Yield the changes to a damaged line's marks, in any order, without overlaps."""
    if match := _LIST_MARK.match(line):
        yield MarkChange(*match.span("mark"), BULLET + " ")
    if habits.swedish_quotes:
        yield from _each(_QUOTE, line, "”")
    yield from _each(_LONG_DASH, line, "–")
    yield from _each(_SPACED_SLASH, line, "")
    if habits.loose_percent:
        yield from _each(_TIGHT_PERCENT, line, " ")
    yield from _rule_changes(line)


def _each(pattern: re.Pattern[str], line: str, restored: str) -> Iterator[MarkChange]:
    return (MarkChange(*match.span(), restored) for match in pattern.finditer(line))


def _rule_changes(line: str) -> Iterator[MarkChange]:
    """Yield changes to the rules of a score table's row, and to an "I" in place of one."""
    if match := _ROW_RULE.match(line):
        for rule in (match, *_HEAD_RULE.finditer(line, match.end())):
            if rule["rule"] != " | ":
                yield MarkChange(*rule.span("rule"), " | ")
    elif line.count("|") == 1 and (match := _LONE_I.search(line)):
        yield MarkChange(*match.span("rule"), "I")
    if match := _ROW_REST.match(line):
        yield MarkChange(*match.span("rest"), "")
