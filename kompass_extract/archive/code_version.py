"""A cache key from the source code of the stages, so that nobody has to raise a version number by hand.

A digest of the source takes 15 ms.  It also changes with a comment; that costs the reading of an archive once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

READING = ("model/document.py", "model/geometry.py", "model/text_forms.py", "pages", "words")
"""What a page's reading depends on.  The letters' model is left out, though its words say which lines get a second
look: a new one would otherwise have the whole archive's pages read again."""

AROUND = frozenset({"archive", "cli", "review", "training", "watch", "web", "workers"})
"""Rooms that work with reports and do not make them; all else of the package does, but for what only shows them."""

SHOWN = frozenset({"api.py", "report/debug_pictures.py", "report/summary.py"})


@cache
def reading_version() -> str:
    """64 hex digits that change when pages are read differently."""
    return _digest(path for name in READING for path in _files(PACKAGE / name))


@cache
def report_version() -> str:
    """64 hex digits that change when reports are made differently, of other pages or of the same."""
    parts = [part for part in PACKAGE.iterdir() if part.name not in AROUND]
    made = (path for part in parts for path in _files(part))
    return _digest(path for path in made if path.relative_to(PACKAGE).as_posix() not in SHOWN)


def _files(part: Path) -> Iterable[Path]:
    """A module, or a folder's modules and data files."""
    return [path for path in part.rglob("*") if path.is_file()] if part.is_dir() else [part]


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
