"""What each room gave, as records for JSON and as lines of text: boxes in points, confidences 0 to 1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kompass_extract.content import Content
from kompass_extract.content.metadata.metadata_values import MetadataReading
from kompass_extract.content.score_tables.table_values import CellReading, RowReading
from kompass_extract.model.document import Block, LabelledBlock
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Marks
from kompass_extract.words.page_reader import PageReading

Record = Mapping[str, object]
LONGEST_TEXT = 70  # letters of a text in a listing's line; JSON has all


def of_marks(number: int, marks: Marks) -> list[Record]:
    """The rules, graphics and text runs of page ``number``."""
    boxes = [("rule", rule.box) for rule in marks.rules] + [("graphic", box) for box in marks.graphics]
    found: list[Record] = [{"page": number, "what": what, "box": _box(box)} for what, box in boxes]
    runs = [
        {"page": number, "what": "run", "box": _box(run.box), "letter_height": round(run.letter_height, 2),
         "components": len(run.parts)}
        for run in marks.runs
    ]  # fmt: skip
    return [*found, *runs]


def of_lines(reading: PageReading) -> list[Record]:
    """A page's line segments with their words."""
    return [
        {"page": reading.number, "what": "line", "box": _box(strip.line.box), "bullet": strip.line.bullet is not None,
         "confidence": round(strip.line.confidence, 3), "text": strip.line.text,
         "doubtful": [[word.text, *word.alternatives] for word in strip.line.words if word.alternatives]}
        for strip in reading.strips
    ]  # fmt: skip


def of_blocks(blocks: Iterable[Block]) -> list[Record]:
    """Blocks in reading order."""
    return [_block(block) for block in blocks]


def of_labels(blocks: Iterable[LabelledBlock]) -> list[Record]:
    """Labelled blocks in reading order."""
    return [
        {**_block(one.block), "what": one.kind.value, "confidence": round(one.confidence, 3), "area": one.area,
         "runner_up": one.runner_up.value if one.runner_up is not None else None}
        for one in blocks
    ]  # fmt: skip


def of_content(content: Content) -> list[Record]:
    """Chapters, tables and metadata as read, before any number is decided."""
    found: list[Record] = []
    for area in content.areas:
        name = area.name.text if area.name is not None else None
        score = area.score.reading.best if area.score is not None else None
        page = area.name.places[0].page if area.name is not None else None
        found.append({"what": "area", "area": area.number, "page": page, "score": score, "text": name})
        headed = [text for one in area.sections for text in ([one.heading] if one.heading else [])]
        paragraphs = [text for one in area.sections for text in one.paragraphs]
        kinds = (("rubric", area.rubrics), ("heading", headed), ("narrative", paragraphs),
                 ("strength", area.strengths), ("improvement", area.improvements))  # fmt: skip
        for what, readings in kinds:
            found += [
                {"what": what, "area": area.number, "page": text.places[0].page,
                 "confidence": round(text.confidence, 3), "blocks": list(text.block_ids), "text": text.text}
                for text in readings
            ]  # fmt: skip
    for table in content.tables:
        found += [_row(table.area, row) for row in table.rows]
    data = content.metadata
    for what in ("municipality", "title", "year", "evaluation_date", "total"):
        reading = getattr(data, what)
        found.append(_metadata(what, reading))
    found += [_metadata("evaluator", person.name) for person in data.evaluators]
    return found


def as_lines(records: Sequence[Record]) -> list[str]:
    """One line for each record: what it is, what is known of it, its text cut to ``LONGEST_TEXT`` letters."""
    return [
        " ".join(_short(name, value) for name, value in sorted(one.items(), key=_place) if _is_said(value))
        for one in records
    ]


def _place(item: tuple[str, object]) -> int:
    """What a record is goes first, its text last."""
    return {"what": -1, "text": 1}.get(item[0], 0)


def _block(block: Block) -> Record:
    column = f"{block.column.region}:{block.column.index + 1}/{block.column.count}" if block.column else None
    return {
        "page": block.page, "what": block.form.value, "id": block.id, "box": _box(block.box), "column": column,
        "bullet": block.bulleted, "continues": block.continues, "header": block.header,
        "cells": [cell.text for cell in block.cells], "text": block.text,
    }  # fmt: skip


def _row(area: int, row: RowReading) -> Record:
    cells = {"achieved": row.numbers.achieved, "max": row.numbers.max, "percent": row.numbers.percent}
    numbers = {name: _number(cell) for name, cell in cells.items()}
    page = row.question.places[0].page
    return {"what": "row", "area": area, "page": page, "number": row.number, **numbers, "text": row.question.text}


def _metadata(what: str, reading: MetadataReading[Any]) -> Record:
    page = reading.places[0].page if reading.places else None
    return {"what": what, "page": page, "confidence": round(reading.confidence, 3), "text": reading.value}


def _number(cell: CellReading) -> int | None:
    return cell.reading.best if cell.reading is not None else None


def _box(box: Box) -> list[float]:
    return box.rounded(1)


def _is_said(value: object) -> bool:
    return value is not None and value is not False and value not in ("", [])


def _short(name: str, value: object) -> str:
    if name == "what":
        return str(value)
    if name == "text":
        text = " ".join(str(value).split())
        return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
    if isinstance(value, list):
        inside = " ".join("/".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
        return f"{name}=[{inside}]"
    return name if value is True else f"{name}={value}"
