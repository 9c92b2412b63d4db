"""Reads what schema 1 of the report JSON wrote: reasons and messages that were sentences and nothing else.

A sentence is matched against the catalogue's English sentences.  One that fits none keeps its words under the code
``schema-1``.  This is the only place where a sentence is taken apart, and only for files of old versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from string import Formatter
from typing import Any

from kompass_extract.model.reasons import CHECK, Param, Reason, codes, entry, reason

UNKNOWN_CODE = "schema-1"
_CHECK = re.compile(r"check (?P<check>[a-z-]+): (?P<rest>.*)", re.DOTALL)
_ROW = re.compile(r"(?P<number>\d?\.?\d{0,2}): (?P<rest>.*)", re.DOTALL)
_LONGEST = 4000  # characters of a sentence that is taken apart
_FORMS = {
    "quoted": r"'[^']*'|\"[^\"]*\"|None",
    "others": r"«.*»",
    "score": r"[\d.]+",
    "choice": r"[\d or]+",
    "kind": r"[a-z_]+",
    "list": r"[A-Z][a-z]+",
    "parts": r"[a-z_ ,]+",
    "decided": r"«.*?»|nothing|to [a-z_]+",
}


def reasons_of_schema1(value: object) -> object:
    """Return a list of reasons with its sentences made into reasons; anything else as it is."""
    if not isinstance(value, list):
        return value
    return [reason_of_sentence(one) if isinstance(one, str) else one for one in value]


def check_of_schema1(data: Any) -> Any:
    """Return a check's record with code and params found for its message; one of schema 2 as it is."""
    if not isinstance(data, dict) or data.get("code") or "message" not in data:
        return data
    found = reason_of_sentence(str(data["message"]))
    return {**data, "code": found.code, "params": found.params}


@lru_cache(maxsize=4096)
def reason_of_sentence(sentence: str) -> Reason:
    """Return the reason that an English sentence of schema 1 stands for."""
    check = _CHECK.fullmatch(sentence)
    if check is not None:
        return reason(CHECK, check=check["check"], reason=reason_of_sentence(check["rest"]))
    rows = _rows(sentence)
    if rows is not None:
        return rows
    for code, pattern in _patterns() if len(sentence) <= _LONGEST else ():
        match = pattern.fullmatch(sentence)
        if match is not None:
            return reason(code, **dict(_params(code, match.groupdict())))
    return reason(UNKNOWN_CODE, text=sentence)


def _rows(sentence: str) -> Reason | None:
    """What a check of schema 1 says of several rows: ``3.1: ...; 3.2: ...``."""
    found = []
    for part in sentence.split("; "):
        row = _ROW.fullmatch(part)
        said = reason_of_sentence(row["rest"]) if row is not None else None
        if row is None or said is None or said.code == UNKNOWN_CODE:
            return None
        found.append([row["number"], said])
    return reason("rows", rows=found)


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The catalogue's English sentences as patterns, those with most letters of their own first."""
    found = []
    for code in codes():
        parts = list(Formatter().parse(entry(code).en))
        if code in (CHECK, UNKNOWN_CODE, "rows"):
            continue
        own = sum(len(literal) for literal, *_ in parts)
        pattern = "".join(
            re.escape(literal) + (f"(?P<{name}>{_FORMS.get(form or '', '.+?')})" if name else "")
            for literal, name, form, _ in parts
        )
        found.append((-own, code, re.compile(pattern, re.DOTALL)))
    return tuple((code, pattern) for _, code, pattern in sorted(found, key=lambda one: one[:2]))


def _params(code: str, groups: dict[str, str]) -> Iterator[tuple[str, Param]]:
    forms = {name: form for _, name, form, _ in Formatter().parse(entry(code).en) if name}
    for name, value in groups.items():
        yield name, _param(forms.get(name) or "", value)


def _param(form: str, value: str) -> Param:
    if form == "quoted":
        return None if value == "None" else value[1:-1]
    if form == "score":
        return float(value) if value.count(".") <= 1 and value.strip(".") else value
    if form == "choice":
        return [int(one) for one in re.findall(r"\d+", value)]
    if form == "others":
        return value[1:-1].split("» or «")
    if form == "parts":
        return value.split(", ")
    if form == "list":
        return value.lower()
    if form == "decided":
        return None if value == "nothing" else value.strip("«»") if value.startswith("«") else {"action": value[3:]}
    if form == "reason":
        return reason_of_sentence(value)
    if form == "rows":
        rows = _rows(value)
        return rows.params["rows"] if rows is not None else [["", reason_of_sentence(value)]]
    return int(value) if value.isdecimal() and len(value) < 10 else value
