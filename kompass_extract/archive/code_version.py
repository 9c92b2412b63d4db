"""The version of the stages, told by their own source: a changed stage cannot be forgotten, and no number be missed.

A digest of the source takes 15 ms.  It also changes with a comment; that costs the reading of an archive once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent

READING = (
    "model/document.py", "model/geometry.py", "pages/specks.py", "pages/mark_columns.py", "pages/text_runs.py", "words/glyph_shapes.py", "pages/components.py", "pages/source.py",
    "pages/image.py", "pages/text_layer.py", "ocr", "words/segments.py", "words/run_columns.py", "words/bullets.py",
    "words/crops.py", "words/fusion.py", "words/page_reader.py", "words/cache.py", "words/engines/registry.py", "words/workers.py",
)  # fmt: skip
"""What a page's reading depends on.  The letters' model is left out, though its words say which lines get a second
look: a new one would otherwise have the whole archive's pages read again."""

AROUND = frozenset(
    {
        "archive",
        "cli",
        "report/debug_pictures.py",
        "evaluate",
        "review",
        "report/summary.py",
        "training/train_models.py",
        "watch",
        "web",
        "workers",
    }
)
"""What works with reports and does not make them; all else of the package does."""


@cache
def reading_version() -> str:
    """64 hex digits that change when pages are read differently."""
    return _digest(path for name in READING for path in _files(PACKAGE / name))


@cache
def report_version() -> str:
    """64 hex digits that change when reports are made differently, of other pages or of the same."""
    parts = [part for part in PACKAGE.iterdir() if part.name not in AROUND]
    return _digest(path for part in parts for path in _files(part))


def _files(part: Path) -> Iterable[Path]:
    """A module, or a folder's modules and data files."""
    return [path for path in part.rglob("*") if path.is_file()] if part.is_dir() else [part]


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in paths if path.suffix != ".pyc"):
        digest.update(f"{path.relative_to(PACKAGE).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
