"""Which hand-set constants change a result, and which change nothing.

Each numeric constant of a room is made a fifth smaller and a fifth larger, alone, in every module that uses it, and
the room is run again over pages that were read before.  A constant that changes nothing either way is not needed, or
nothing labelled shows what it is for.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path
from time import monotonic
from types import ModuleType
from typing import Protocol

from kompass_extract import pipeline, repair
from kompass_extract.blocks import lay_out
from kompass_extract.blocks.page_order import arrange
from kompass_extract.errors import UsageError
from kompass_extract.model.document import Document, Page
from kompass_extract.model.pointers import fields
from kompass_extract.words.page_reader import PageReading

PACKAGE = "kompass_extract"
ROOMS = ("blocks", "labels", "content", "report")
FACTORS = (0.8, 1.2)

Outcome = Counter[tuple[str, ...]]
"""What a room gives: its blocks or Fields, each with its input, and how often it is there."""
Number = int | float


class ReadsDocuments(Protocol):
    """What reads files with ``tools``, as ``fenced_documents`` does."""

    @property
    def tools(self) -> pipeline.Tools: ...

    def document(self, path: Path) -> Document: ...

    def readings(self, path: Path) -> list[PageReading]: ...


@dataclass(frozen=True, slots=True)
class NamedConstant:
    """A number at a module's top; ``place`` is its index where the name holds several, its field in a settings set."""

    module: str
    name: str
    value: Number
    place: int | str | None = None

    def __str__(self) -> str:
        index = "" if self.place is None else f".{self.place}" if isinstance(self.place, str) else f"[{self.place}]"
        return f"{self.module.removeprefix(f'{PACKAGE}.')}.{self.name}{index} = {self.value}"

    def varied(self, factor: float) -> Number:
        """The value times ``factor``; whole numbers stay whole and change by one at least."""
        if isinstance(self.value, float):
            return self.value * factor
        return (
            min(self.value - 1, int(self.value * factor))
            if factor < 1
            else max(self.value + 1, int(self.value * factor))
        )


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How many blocks or Fields a constant changes when it is smaller and when it is larger; None: it cannot be so."""

    constant: NamedConstant
    smaller: int | None
    larger: int | None

    @property
    def changes_nothing(self) -> bool:
        return self.smaller == self.larger == 0

    def __str__(self) -> str:
        smaller, larger = ("fails" if one is None else one for one in (self.smaller, self.larger))
        told = "changes nothing" if self.changes_nothing else f"smaller {smaller}, larger {larger}"
        return f"{self.constant}: {told}"


def constants(room: str) -> list[NamedConstant]:
    """The numeric constants of a room's modules, in the order of their names and lines; UsageError for another room."""
    if room not in ROOMS:
        raise UsageError(f"{room!r} is no room that can be varied. Choose one of {', '.join(ROOMS)}.")
    found: list[NamedConstant] = []
    for name in _modules(f"{PACKAGE}.{room}"):
        module = importlib.import_module(name)
        for constant in _assigned(ast.parse(Path(str(module.__file__)).read_text("utf-8"))):
            value = getattr(module, constant)
            if _is_number(value):
                found.append(NamedConstant(name, constant, value))
            elif isinstance(value, tuple) and value and all(map(_is_number, value)):
                found.extend(NamedConstant(name, constant, one, place) for place, one in enumerate(value))
            elif is_dataclass(value) and not isinstance(value, type):
                held = ((one.name, getattr(value, one.name)) for one in dataclasses.fields(value))
                found.extend(NamedConstant(name, constant, one, place) for place, one in held if _is_number(one))
    return found


def vary(
    room: str,
    paths: Sequence[Path],
    documents: ReadsDocuments,
    *,
    seconds: float,
    progress: Callable[[str], None],
    only: Sequence[str] = (),
) -> list[Sensitivity]:
    """Vary the constants of a room one by one over the files of ``paths``, for so many seconds at most.

    With ``only`` those are varied whose module's name ends with one of its names.
    """
    known = [one for one in constants(room) if not only or one.module.endswith(tuple(only))]
    run = _runner(room, paths, documents)
    usual, end = run(), monotonic() + seconds
    found: list[Sensitivity] = []
    for number, constant in enumerate(known):
        if monotonic() > end:
            progress(f"{len(known) - number} constants were not varied: the time is over")
            break
        changes = [_changes(constant, factor, run, usual) for factor in FACTORS]
        found.append(Sensitivity(constant, *changes))
        progress(f"{number + 1}/{len(known)} {found[-1]}")
    return found


def _changes(constant: NamedConstant, factor: float, run: Callable[[], Outcome], usual: Outcome) -> int | None:
    try:
        with _set(constant, constant.varied(factor)):
            now = run()
    except Exception:  # a value that the code cannot work with is told as such
        return None
    return ((now - usual) + (usual - now)).total()


@contextmanager
def _set(constant: NamedConstant, value: Number) -> Iterator[None]:
    """Let a constant have another value wherever its name is bound."""
    old, place = getattr(sys.modules[constant.module], constant.name), constant.place
    if isinstance(place, str):
        new = replace(old, **{place: value})
    else:
        new = value if place is None else (*old[:place], value, *old[place + 1 :])
    bound = [module for module in _users(constant) if getattr(module, constant.name, None) is old]
    for module in bound:
        setattr(module, constant.name, new)
    try:
        yield
    finally:
        for module in bound:
            setattr(module, constant.name, old)


def _users(constant: NamedConstant) -> Iterator[ModuleType]:
    """The module that defines a constant, and those that import it by its name."""
    for name, module in list(sys.modules.items()):
        if name == constant.module:
            yield module
        elif name.startswith(f"{PACKAGE}.") and getattr(module, "__file__", None) and hasattr(module, constant.name):
            tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
            imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
            if any(constant.name in {alias.name for alias in node.names} for node in imports):
                yield module


def _runner(room: str, paths: Sequence[Path], documents: ReadsDocuments) -> Callable[[], Outcome]:
    """What runs the room over all files, with all that comes before it done once."""
    tools = documents.tools
    if room == "blocks":
        pages = {path.name: _pages_before_blocks(path, documents) for path in paths}
        return lambda: _blocks({name: lay_out(read, tools.repairer.knows) for name, read in pages.items()})
    read = {path.name: documents.document(path) for path in paths}
    return lambda: _report_fields(read, tools)


def _pages_before_blocks(path: Path, documents: ReadsDocuments) -> Sequence[PageReading]:
    readings = documents.readings(path)
    if not readings:
        raise UsageError(f"{path.name} is a text. Give PDFs or images, whose pages are laid out.")
    return tuple(repair.repair_pages(arrange(readings).pages, documents.tools.repairer))


def _blocks(pages: dict[str, tuple[Page, ...]]) -> Outcome:
    return Counter(
        (name, str(page.number), str(block.form), str(block.bulleted), str(block.continues), block.text)
        for name, laid_out in pages.items()
        for page in laid_out
        for block in page.blocks
    )


def _report_fields(documents: dict[str, Document], tools: pipeline.Tools) -> Outcome:
    found: Outcome = Counter()
    for name, document in documents.items():
        made = pipeline.report_of(document, pipeline.label(document, tools), tools)
        found.update((name, pointer, repr(one.value), str(one.needs_review)) for pointer, one in fields(made))
    return found


def _modules(package: str) -> list[str]:
    paths = importlib.import_module(package).__path__
    return sorted(one.name for one in pkgutil.walk_packages(paths, f"{package}.") if not one.ispkg)


def _assigned(tree: ast.Module) -> Iterator[str]:
    """The names in capitals that a module assigns at its top."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AnnAssign):
            targets = [node.target]
        else:
            continue
        for target in targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (part.id for part in parts if isinstance(part, ast.Name) and part.id.isupper())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
