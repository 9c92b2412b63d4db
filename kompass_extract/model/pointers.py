"""Fields of a report by JSON pointer (RFC 6901), as checks, review and evaluation name them; walked and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeVar, get_args

from kompass_extract.model.report import Field, Model, Number

AnyField = Field[str] | Field[int] | Field[Number]
AnyModel = TypeVar("AnyModel", bound=Model)
Change = Callable[[str, AnyField], AnyField]


def fields(model: Model, pointer: str = "") -> Iterator[tuple[str, AnyField]]:
    """Every Field below ``model`` with its JSON pointer, in the order of the file."""
    for name, part in _ways(type(model)):
        yield from _below(getattr(model, name), pointer + part)


def _below(value: object, pointer: str) -> Iterator[tuple[str, AnyField]]:
    if isinstance(value, Field):
        yield pointer, value
    elif isinstance(value, Model):
        yield from fields(value, pointer)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _below(item, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _below(item, f"{pointer}/{escaped(str(key))}")


def changed(model: AnyModel, change: Change, pointer: str = "") -> AnyModel:
    """The model with each Field below it as ``change`` gives it for its pointer and the field.

    What no change touches stays the same object.
    """
    changes: dict[str, object] = {}
    for name, part in _ways(type(model)):
        old = getattr(model, name)
        new = _changed(old, change, pointer + part)
        if new is not old:
            changes[name] = new
    return model.model_copy(update=changes) if changes else model


def _changed(value: object, change: Change, pointer: str) -> object:
    if isinstance(value, Field):
        return change(pointer, value)
    if isinstance(value, Model):
        return changed(value, change, pointer)
    if isinstance(value, list):
        items: list[object] = [_changed(item, change, f"{pointer}/{index}") for index, item in enumerate(value)]
        return items if any(new is not old for new, old in zip(items, value, strict=True)) else value
    if isinstance(value, dict):
        return {key: _changed(item, change, f"{pointer}/{escaped(str(key))}") for key, item in value.items()}
    return value


@cache
def _ways(kind: type[Model]) -> tuple[tuple[str, str], ...]:
    """The members of a model that may hold Fields, each with its part of a pointer: a report has hundreds of blocks."""
    members = kind.model_fields.items()
    return tuple((name, f"/{escaped(name)}") for name, member in members if _may_hold(member.annotation))


def _may_hold(annotation: object) -> bool:
    """Whether a value of this type is a Field or may have one below it."""
    if isinstance(annotation, type) and issubclass(annotation, Field):
        return True
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return bool(_ways(annotation))
    return any(_may_hold(one) for one in get_args(annotation))


def escaped(name: str) -> str:
    """A key as it stands in a pointer."""
    return name.replace("~", "~0").replace("/", "~1")
