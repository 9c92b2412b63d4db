"""The version of the stages covers all that makes a reading or a report, and changes with it."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kompass_extract.archive import code_version
from kompass_extract.archive.page_cache import ReadingFolder
from kompass_extract.pages.source import SourceFile, SourceKind
from kompass_extract.settings import ReadingSettings
from tests.test_structure import imported

PACKAGE = Path(code_version.__file__).parent.parent
KEYED_OTHERWISE = {
    "__init__.py", "errors.py", "settings.py", "model/__init__.py",
    "process/__init__.py", "process/quiet.py", "process/limits.py", "process/files.py", "model/reasons.py",
}  # fmt: skip
"""Imported where pages are read: settings stand in the key by their values, the others do not read."""


def needed(path: Path, seen: set[Path]) -> Iterator[Path]:
    """A module and all of the package that it imports, whenever it does."""
    if path in seen:
        return
    seen.add(path)
    yield path
    if path == PACKAGE / "__init__.py":
        return  # it names what is public and loads it when asked
    for name in imported(ast.parse(path.read_text(encoding="utf-8"))):
        if name.startswith("kompass_extract"):
            for module in modules(name):
                yield from needed(module, seen)


def modules(name: str) -> Iterator[Path]:
    """The files of a dotted name: the packages on its way, and the module that it is or is of."""
    place = PACKAGE
    for part in [*name.split(".")[1:], ""]:
        yield from (found for found in (place / "__init__.py", place.with_suffix(".py")) if found.is_file())
        place /= part


def test_nothing_that_makes_a_report_is_left_out() -> None:
    names = {path.relative_to(PACKAGE).as_posix() for path in needed(PACKAGE / "pipeline.py", set())}
    assert not {name.split("/")[0] for name in names} & code_version.AROUND
    assert names & code_version.SHOWN == {"report/debug_pictures.py"}, "it draws what was made"


def test_nothing_that_reads_pages_is_left_out() -> None:
    covered = {path for name in code_version.READING for path in code_version._files(PACKAGE / name)}
    seen: set[Path] = set()
    found = {path for start in sorted(covered) if start.suffix == ".py" for path in needed(start, seen)}
    assert {path.relative_to(PACKAGE).as_posix() for path in found - covered} <= KEYED_OTHERWISE


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package's source, to be changed."""
    package = tmp_path / "package"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(code_version, "PACKAGE", package)
    for version in (code_version.reading_version, code_version.report_version):
        version.cache_clear()
    yield package
    for version in (code_version.reading_version, code_version.report_version):
        version.cache_clear()


@pytest.mark.parametrize(
    ("name", "reads_again", "made_again"),
    [
        ("words/page_reader.py", True, True), ("words/engines/ppocr.py", True, True),
        ("content/score_tables/rows.py", False, True), ("taxonomy/data/edition-2016.toml", False, True),
        ("a_new_room.py", False, True), ("report/summary.py", False, False),
        ("web/site.py", False, False), ("cli/ingest_commands.py", False, False),
    ],
)  # fmt: skip
def test_a_changed_stage_is_another_version(copied: Path, name: str, reads_again: bool, made_again: bool) -> None:
    source = SourceFile(Path("x.pdf"), SourceKind.PDF, "a" * 64, 1)
    kept = ReadingFolder(Path("cache"), ReadingSettings(), "readers")
    before = code_version.reading_version(), code_version.report_version(), kept(source)
    for version in (code_version.reading_version, code_version.report_version):
        version.cache_clear()
    with (copied / name).open("a", encoding="utf-8") as file:
        file.write("\n# otherwise\n")
    assert (code_version.reading_version() != before[0], code_version.report_version() != before[1]) == (
        reads_again,
        made_again,
    )
    assert (kept(source) != before[2]) is reads_again
