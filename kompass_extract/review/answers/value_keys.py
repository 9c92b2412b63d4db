"""Names of single values that people can cite: ``sala-2023/3/score``, ``sala-2023/3/improvement/2``.

A key says where a value stands in the report by what the report itself counts: the area's number, the row of the
score table, the place in a list, from 1.  ``kompass search`` names its hits by the same keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kompass_extract.errors import UsageError
from kompass_extract.model.pointers import AnyField, fields
from kompass_extract.model.report import Area, Report

_LISTS = {"rubrics": "rubric", "strengths": "strength", "improvements": "improvement"}
_CELLS = {"question": "question", "achieved": "score", "max": "max", "percent": "percent"}


@dataclass(frozen=True, slots=True)
class KeyedField:
    """A field with its key below the report and its JSON pointer; ``kind`` is the last word of what it is."""

    key: str
    pointer: str
    area: int | None
    kind: str
    field: AnyField


def keyed_fields(report: Report) -> Iterator[KeyedField]:
    """Yield every field of a report that has a key, in the order of the file."""
    for pointer, field in fields(report.report, "/report"):
        key, kind = _head_key(pointer)
        yield KeyedField(key, pointer, None, kind, field)
    seen: set[int] = set()
    for index, area in enumerate(report.areas):
        if area.number not in seen:
            seen.add(area.number)
            yield from _of_area(area, index)


def keyed_field(report: Report, key: str) -> KeyedField:
    """Return the field of a key; UsageError where the report has none."""
    for one in keyed_fields(report):
        if one.key == key:
            return one
    raise UsageError(f"The report {report.report_id} has no value {key}.")


def _head_key(pointer: str) -> tuple[str, str]:
    parts = pointer.split("/")[2:]
    if parts[0] == "evaluators":
        return f"evaluator/{int(parts[1]) + 1}/{parts[2]}", f"evaluator_{parts[2]}"
    return f"head/{parts[0]}", parts[0]


def _of_area(area: Area, index: int) -> Iterator[KeyedField]:
    root = f"/areas/{index}"
    for pointer, field in fields(area, root):
        key, kind = _area_key(pointer.removeprefix(root).split("/")[1:])
        yield KeyedField(f"{area.number}/{key}", pointer, area.number, kind, field)


def _area_key(parts: list[str]) -> tuple[str, str]:
    """Return the key within an area, and the kind, for the parts of a pointer below it."""
    name, *rest = parts
    if name in _LISTS:
        return f"{_LISTS[name]}/{int(rest[0]) + 1}", _LISTS[name]
    if name == "narrative":
        section = int(rest[0]) + 1
        if rest[1] == "heading":
            return f"heading/{section}", "heading"
        return f"narrative/{section}.{int(rest[2]) + 1}", "narrative"
    if name == "score_table":
        return _table_key(rest)
    return name, "area_name" if name == "name" else name


def _table_key(rest: list[str]) -> tuple[str, str]:
    if rest[0] == "rows":
        cell = _CELLS[rest[2]]
        return f"question/{int(rest[1]) + 1}/{cell}", f"question_{cell}"
    if rest[0] == "total":
        cell = _CELLS[rest[1]]
        return f"table/{cell}", f"table_{cell}"
    return "table/heading", "table_heading"
