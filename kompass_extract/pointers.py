"""Fields of a report by JSON pointer (RFC 6901), as checks, review and evaluation name them."""

from __future__ import annotations

from collections.abc import Iterator

from kompass_extract.report import Field, Model

AnyField = Field[str] | Field[int]


def fields(model: Model, pointer: str = "") -> Iterator[tuple[str, AnyField]]:
    """Every Field below ``model`` with its JSON pointer, in the order of the file."""
    for name in type(model).model_fields:
        yield from _below(getattr(model, name), f"{pointer}/{escaped(name)}")


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


def escaped(name: str) -> str:
    """A key as it stands in a pointer."""
    return name.replace("~", "~0").replace("/", "~1")
