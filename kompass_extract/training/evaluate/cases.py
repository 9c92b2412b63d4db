"""What there is to measure with: an input file, its scan quality, and its labels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from kompass_extract.errors import UsageError

_TEXT_SUFFIX = ".ocr.txt"
_GOLD_SUFFIX = ".gold.json"
_INPUTS = frozenset({".pdf", ".png", ".jpg", ".jpeg", ".tif", ".tiff"})


@dataclass(frozen=True, slots=True)
class EvaluationCase:
    """One input with its labels, of the file ``<gold id>.<layout>.<quality>.pdf``; the layout may lack.

    ``quality`` is how the pages were scanned, or ``text`` for ``<gold id>.ocr.txt``.
    """

    gold_id: str
    layout: str
    quality: str
    path: Path
    gold_path: Path

    @property
    def name(self) -> str:
        return ".".join(part for part in (self.gold_id, self.layout, self.quality) if part)


def gold_cases(gold_dir: Path) -> list[EvaluationCase]:
    """The inputs of a gold directory: ``scans/<id>.<quality>.pdf`` and ``text/<id>.ocr.txt`` with ``<id>.json``."""
    labels = {path.stem: path for path in gold_dir.glob("*.json")}
    inputs = sorted([*(gold_dir / "scans").glob("*"), *(gold_dir / "text").glob(f"*{_TEXT_SUFFIX}")])
    return _cases(inputs, labels, gold_dir)


def rendered_cases(directory: Path) -> list[EvaluationCase]:
    """The inputs of a directory of typeset reports: ``<id>.<layout>.<quality>.pdf`` with ``<id>.gold.json``."""
    labels = {path.name.removesuffix(_GOLD_SUFFIX): path for path in directory.rglob(f"*{_GOLD_SUFFIX}")}
    return _cases(sorted(directory.rglob("*")), labels, directory)


def chosen(cases: Sequence[EvaluationCase], patterns: Sequence[str]) -> list[EvaluationCase]:
    """The cases whose name fits one of ``patterns`` (shell wildcards), all where there is none; UsageError for none."""
    fitting = [case for case in cases if not patterns or any(fnmatchcase(case.name, one) for one in patterns)]
    if not fitting:
        raise UsageError(f"No case fits {', '.join(patterns)}; there are {', '.join(case.name for case in cases)}.")
    return fitting


def _cases(inputs: Iterable[Path], labels: dict[str, Path], directory: Path) -> list[EvaluationCase]:
    cases = []
    for path in inputs:
        kind = _kind(path)
        if kind is None:
            continue
        gold_id, layout, quality = kind
        if gold_id in labels:
            cases.append(EvaluationCase(gold_id, layout, quality, path, labels[gold_id]))
    if not cases:
        raise UsageError(f"{directory} holds no input with labels; see gold/GUIDELINES.md for how the files are named.")
    return cases


def _kind(path: Path) -> tuple[str, str, str] | None:
    """The label id, layout and quality that a file's name tells, None for a file that is no input."""
    if path.name.endswith(_TEXT_SUFFIX):
        return path.name.removesuffix(_TEXT_SUFFIX), "", "text"
    if path.suffix.lower() not in _INPUTS:
        return None
    gold_id, *rest = path.name.removesuffix(path.suffix).split(".")
    return gold_id, ".".join(rest[:-1]), rest[-1] if rest else "scan"


def corpus_hash(cases: Iterable[EvaluationCase]) -> str:
    """A sha256 over names and contents of all inputs and labels: figures of another corpus cannot be compared."""
    digest = hashlib.sha256()
    for path in sorted({path for case in cases for path in (case.path, case.gold_path)}, key=lambda path: path.name):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
