"""The examples of the line-pair model: the columns of rendered reports with labels for their pairs, in one file.

JSON lines, compressed: one report a line.  What is kept are the lines and where they stand, not features, so that
features may change without a report being rendered or read again.
"""

from __future__ import annotations

import json
import lzma
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kompass_extract.blocks.layout import text_columns
from kompass_extract.blocks.pair_rows import PairRow, RowColumn
from kompass_extract.process.files import write_whole
from kompass_extract.training.fit_labels.gold_strings import ReportStrings
from kompass_extract.training.pair_labels import Break, PairLabels, breaks_of
from kompass_extract.words.page_reader import PageReading

PAIRS_PATH = Path("structure") / "columns.jsonl.xz"


@dataclass(frozen=True, slots=True)
class ColumnExample:
    """A column, and for each two of its lines whether they are one text (None: not known)."""

    column: RowColumn
    going_on: tuple[bool | None, ...]


@dataclass(frozen=True, slots=True)
class ReportExample:
    """A rendered and read report; ``typesetter`` is what folds leave out."""

    name: str
    typesetter: str
    columns: tuple[ColumnExample, ...]
    breaks: tuple[Break, ...] = ()


def example_of(name: str, typesetter: str, readings: Sequence[PageReading], gold: ReportStrings) -> ReportExample:
    """The example that a report's page readings and labels make."""
    labels = PairLabels.of(gold)
    columns = [column for column in text_columns(readings) if column.rows]
    made = tuple(ColumnExample(column, tuple(labels.column(column))) for column in columns)
    return ReportExample(name, typesetter, made, tuple(breaks_of(columns, labels)))


def write_examples(path: Path, examples: Iterable[ReportExample]) -> None:
    """Write the examples; what stood there is replaced whole."""
    lines = (json.dumps(_record(example), ensure_ascii=False, separators=(",", ":")) for example in examples)
    write_whole(path, lzma.compress("".join(f"{line}\n" for line in lines).encode(), preset=9))


def read_examples(path: Path) -> list[ReportExample]:
    """The examples in a file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        return [_example(json.loads(line)) for line in file]


def _record(example: ReportExample) -> dict[str, Any]:
    columns = [
        [
            one.column.page, round(one.column.right, 1), round(one.column.cap, 2),
            [_row(row) for row in one.column.rows], [_flag(flag) for flag in one.going_on],
        ]
        for one in example.columns
    ]  # fmt: skip
    breaks = [[one.before, one.after, int(one.goes_on)] for one in example.breaks]
    return {"name": example.name, "typesetter": example.typesetter, "columns": columns, "breaks": breaks}


def _flag(flag: bool | None) -> int | None:
    return None if flag is None else int(flag)


def _row(row: PairRow) -> list[Any]:
    return [
        row.text, round(row.x0, 1), round(row.x1, 1), round(row.baseline, 1), round(row.size, 2), round(row.weight, 2),
        round(row.first_width, 1), None if math.isnan(row.mark) else round(row.mark, 1), int(row.ruled), int(row.tall),
    ]  # fmt: skip


def _example(record: dict[str, Any]) -> ReportExample:
    columns = []
    for page, right, cap, rows, flags in record["columns"]:
        made = tuple(
            PairRow(text, x0, x1, y, size, weight, first, math.nan if mark is None else mark, bool(ruled), bool(tall))
            for text, x0, x1, y, size, weight, first, mark, ruled, tall in rows
        )
        going = tuple(None if flag is None else bool(flag) for flag in flags)
        columns.append(ColumnExample(RowColumn(made, right, cap, page), going))
    breaks = tuple(Break(before, after, bool(flag)) for before, after, flag in record["breaks"])
    return ReportExample(record["name"], record["typesetter"], tuple(columns), breaks)
