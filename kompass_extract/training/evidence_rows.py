"""Labelled evidence: what was known about a Field, and whether its value was right.  Kept as JSON lines, zipped."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.errors import UnreadableFileError
from kompass_extract.process.files import write_whole
from kompass_extract.report.confidence.evidence import SIGNALS, Family, FieldEvidence

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One Field of a labelled report; ``asked``: a doubt or a failed check asks, whatever the model says."""

    case: str
    municipality: str
    quality: str
    pointer: str
    evidence: FieldEvidence
    right: bool
    asked: bool


def write_rows(path: Path, rows: Iterable[EvidenceRow]) -> None:
    """Write ``rows``, the signals' names first; the same rows give the same bytes."""
    lines = [json.dumps({"signals": SIGNALS})]
    lines += [json.dumps(_record(row), ensure_ascii=False) for row in rows]
    write_whole(path, gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))


def read_rows(path: Path) -> list[EvidenceRow]:
    """The rows in ``path``; UnreadableFileError where there are none, or of other signals."""
    try:
        head, *lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        signals = tuple(json.loads(head)["signals"])
    except (OSError, ValueError, KeyError) as error:
        raise UnreadableFileError(
            f"{path} holds no labelled evidence: {error}. Make it with 'kompass train'."
        ) from error
    unknown = set(signals) - set(SIGNALS)
    if unknown:
        raise UnreadableFileError(f"{path} is of signals that are not known here: {', '.join(sorted(unknown))}.")
    return [_row(json.loads(line), signals) for line in lines]


def rows_hash(path: Path) -> str:
    """The SHA-256 of the rows themselves, however they were zipped."""
    return hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest()


def _record(row: EvidenceRow) -> list[object]:
    evidence = row.evidence
    values = {index: round(value, _DIGITS) for index, name in enumerate(SIGNALS) if (value := getattr(evidence, name))}
    return [
        row.case, row.municipality, row.quality, row.pointer, evidence.family, evidence.kind, int(row.right),
        int(row.asked), values,
    ]  # fmt: skip


def _row(record: list[object], signals: tuple[str, ...]) -> EvidenceRow:
    case, municipality, quality, pointer, family, kind, right, asked, values = record
    assert isinstance(values, dict)
    found = {signals[int(index)]: float(value) for index, value in values.items()}
    evidence = FieldEvidence(Family(str(family)), str(kind), **found)
    return EvidenceRow(str(case), str(municipality), str(quality), str(pointer), evidence, bool(right), bool(asked))
