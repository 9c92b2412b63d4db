"""The Fields of a report, with their pointers: only where there are any, as a report has hundreds of blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from kompass_extract.pointers import AnyField, escaped, fields
from kompass_extract.report import Field, Model, Report

AnyModel = TypeVar("AnyModel", bound=Model)
Change = Callable[[str, AnyField], AnyField]


def report_fields(report: Report) -> Iterator[tuple[str, AnyField]]:
    """Every Field of a report with its JSON pointer, in the order of the file."""
    yield from fields(report.report, "/report")
    for index, area in enumerate(report.areas):
        yield from fields(area, f"/areas/{index}")
    for index, row in enumerate(report.area_scores_overview):
        yield from fields(row, f"/area_scores_overview/{index}")


def with_fields(report: Report, change: Change) -> Report:
    """The report with each Field as ``change`` gives it for its pointer and the field."""
    return report.model_copy(
        update={
            "report": _of_model(report.report, change, "/report"),
            "areas": [_of_model(area, change, f"/areas/{index}") for index, area in enumerate(report.areas)],
            "area_scores_overview": [
                _of_model(row, change, f"/area_scores_overview/{index}")
                for index, row in enumerate(report.area_scores_overview)
            ],
        }
    )


def _of_model(model: AnyModel, change: Change, pointer: str) -> AnyModel:
    changes: dict[str, object] = {}
    for name in type(model).model_fields:
        old = getattr(model, name)
        new = _of_value(old, change, f"{pointer}/{name}")
        if new is not old:
            changes[name] = new
    return model.model_copy(update=changes) if changes else model


def _of_value(value: object, change: Change, pointer: str) -> object:
    if isinstance(value, Field):
        return change(pointer, value)
    if isinstance(value, Model):
        return _of_model(value, change, pointer)
    if isinstance(value, list):
        made: list[object] = [_of_value(one, change, f"{pointer}/{index}") for index, one in enumerate(value)]
        return made if any(new is not old for new, old in zip(made, value, strict=True)) else value
    if isinstance(value, dict):
        return {key: _of_value(one, change, f"{pointer}/{escaped(key)}") for key, one in value.items()}
    return value
