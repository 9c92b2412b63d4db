"""The training corpus: simulated layouts, and blocks that were really read from rendered reports.

Reading takes minutes per report, so the blocks of rendered reports are kept in ``gold/blocks`` as
compressed JSON lines, one report a line.  They can be made again from the gold reports, the renderer and
its seeds; training needs nothing but these files and the gold reports.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from kompass_extract.blocks.plain_text import read_text_report
from kompass_extract.model.document import Block, BlockKind, Cell, Column, Form, Line, Word
from kompass_extract.model.geometry import Box
from kompass_extract.process.files import write_whole
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.training.fit_labels.align import label_blocks
from kompass_extract.training.fit_labels.gold_strings import ReportStrings, report_files
from kompass_extract.training.fit_labels.simulate import Example, simulate

BLOCKS_FOLDER = "blocks"
SUFFIX = ".jsonl.gz"
TEXT_FOLDER = "text"
TEXT_SUFFIX = ".ocr.txt"


class _StoredBlock(BaseModel):
    """A block as kept: line boxes and cell texts, not words, because no feature looks at words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    page: int
    form: Form
    kind: BlockKind
    text: str
    box: tuple[float, float, float, float]
    lines: int
    column: tuple[str, int, int] | None = None
    header: str = ""
    cells: tuple[str, ...] = ()
    bulleted: bool = False
    continues: bool = False
    size: float
    weight: float
    gap: float


class _StoredExample(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    report: str
    municipality: str
    origin: str
    blocks: tuple[_StoredBlock, ...]


def write_examples(path: Path, examples: Iterable[Example]) -> None:
    """Keeps examples in a file that is the same, byte for byte, for the same examples."""
    lines = (_stored(example).model_dump_json(exclude_defaults=True) for example in examples)
    content = "".join(f"{line}\n" for line in lines).encode()
    write_whole(path, gzip.compress(content, 9, mtime=0))


def read_examples(path: Path) -> Iterator[Example]:
    """The examples of one file."""
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        yield _example(_StoredExample.model_validate(json.loads(line)))


def kept_examples(gold_dir: Path) -> list[Example]:
    """All examples of ``gold/blocks``, in order of file name; none when there is no such folder."""
    return [example for path in _files(gold_dir) for example in read_examples(path)]


def simulated_examples(reports: Iterable[ReportStrings], per_report: int, seed: int) -> list[Example]:
    """``per_report`` layouts of each gold report."""
    return [simulate(report, f"{seed}.{number}") for report in reports for number in range(per_report)]


def text_examples(gold_dir: Path, reports: Iterable[ReportStrings], taxonomy: Taxonomy) -> list[Example]:
    """The OCR texts of the gold reports, read as text input and labelled by alignment."""
    examples = []
    for report in reports:
        for path in sorted((gold_dir / TEXT_FOLDER).glob(f"{report.id}*{TEXT_SUFFIX}")):
            blocks = read_text_report(path).blocks
            examples.append(aligned(report, f"text:{path.name}", blocks, taxonomy))
    return examples


def aligned(report: ReportStrings, origin: str, blocks: Sequence[Block], taxonomy: Taxonomy) -> Example:
    """An example of really read blocks; those that are like nothing in the gold report are left out."""
    kinds = label_blocks(blocks, report, taxonomy)
    known = [(block, kind) for block, kind in zip(blocks, kinds, strict=True) if kind is not None]
    return Example(
        report=report.id,
        municipality=report.municipality,
        origin=origin,
        blocks=tuple(block for block, _ in known),
        kinds=tuple(kind for _, kind in known),
    )


def corpus_hash(gold_dir: Path) -> str:
    """Hash over the gold reports and the kept blocks."""
    digest = hashlib.sha256()
    for path in [
        *report_files(gold_dir),
        *sorted((gold_dir / TEXT_FOLDER).glob(f"*{TEXT_SUFFIX}")),
        *_files(gold_dir),
    ]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _files(gold_dir: Path) -> list[Path]:
    return sorted((gold_dir / BLOCKS_FOLDER).glob(f"*{SUFFIX}"))


def _stored(example: Example) -> _StoredExample:
    return _StoredExample(
        report=example.report,
        municipality=example.municipality,
        origin=example.origin,
        blocks=tuple(_stored_block(block, kind) for block, kind in zip(example.blocks, example.kinds, strict=True)),
    )


def _stored_block(block: Block, kind: BlockKind) -> _StoredBlock:
    column, box = block.column, block.box
    return _StoredBlock(
        page=block.page,
        form=block.form,
        kind=kind,
        text=block.text,
        box=(round(box.x0, 1), round(box.y0, 1), round(box.x1, 1), round(box.y1, 1)),
        lines=len(block.lines),
        column=(column.region, column.index, column.count) if column else None,
        header=block.header,
        cells=tuple(cell.text for cell in block.cells),
        bulleted=block.bulleted,
        continues=block.continues,
        size=round(block.size, 2),
        weight=round(block.weight, 2),
        gap=round(block.gap, 2),
    )


def _example(stored: _StoredExample) -> Example:
    return Example(
        report=stored.report,
        municipality=stored.municipality,
        origin=stored.origin,
        blocks=tuple(_block(each, number) for number, each in enumerate(stored.blocks)),
        kinds=tuple(each.kind for each in stored.blocks),
    )


def _block(stored: _StoredBlock, number: int) -> Block:
    box = Box(*stored.box)
    return Block(
        id=f"b{number}",
        page=stored.page,
        box=box,
        form=stored.form,
        lines=(Line(box, ()),) * stored.lines,
        text=stored.text,
        column=Column(*stored.column) if stored.column else None,
        header=stored.header,
        cells=tuple(Cell(n, box, (Line(box, (Word(text, box, 1.0),)),)) for n, text in enumerate(stored.cells)),
        bulleted=stored.bulleted,
        continues=stored.continues,
        size=stored.size,
        weight=stored.weight,
        gap=stored.gap,
    )
