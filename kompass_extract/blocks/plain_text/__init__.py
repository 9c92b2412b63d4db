"""Text as OCR tools deliver it, read into the document that a page's layout would give.

Two dialects, which one file may mix: tables with tabs (or pipes) and HTML lists in their cells, and plain lines as
Tesseract writes them, with misread bullets, wrapped lines, and blank lines between paragraphs or not.  What a
line is, is decided from its own marks and words first, then from the header that governs it.  No letter is
changed: bullets and tags go, lines are joined (``hyphens``), everything else stays as the file has it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from kompass_extract.blocks.hyphenation import hyphenates
from kompass_extract.blocks.plain_text.bullet_marks import letters_as_marks, typed_marks
from kompass_extract.blocks.plain_text.cell_marks import with_bullets_in_cells
from kompass_extract.blocks.plain_text.html_tables import with_table_rows
from kompass_extract.blocks.plain_text.origins import Marks, WordMark, raw_marks, with_marks
from kompass_extract.blocks.plain_text.pieces import TextContext, TextPiece
from kompass_extract.blocks.plain_text.place import pages
from kompass_extract.blocks.plain_text.prose import ProseReader
from kompass_extract.blocks.plain_text.source_lines import (
    SourceLine,
    SourceText,
    read_lines,
    read_source,
    source_lines,
    without_wrong_bytes,
)
from kompass_extract.blocks.plain_text.tabs import is_table_line, table_pieces
from kompass_extract.blocks.plain_text.text_furniture import split_furniture
from kompass_extract.errors import NoPagesError
from kompass_extract.model.document import Document, Form, Knows, Source
from kompass_extract.taxonomy import Taxonomy, load_taxonomy

__all__ = [
    "Marks",
    "SourceText",
    "WordMark",
    "parse_text",
    "raw_marks",
    "read_lines",
    "read_source",
    "read_text_report",
]

Repair = Callable[[Sequence[str]], tuple[Sequence[str], Marks]]

# The width of the text is the length that this share of its plain lines do not exceed.
WIDTH_QUANTILE = 0.95
# A file whose lines are longer holds a paragraph per line, so that its line ends are all meant.
MAX_LINE_WIDTH = 140
# Blank lines separate paragraphs where at least this share of the plain lines has one above.
BLANK_SHARE = 0.15


def read_text_report(
    path: Path, *, repair: Repair | None = None, knows: Knows | None = None, taxonomy: Taxonomy | None = None
) -> Document:
    """The document in a text file, with what stood there as ``raw`` of each word that reads otherwise.

    ``repair`` is applied to its lines (as many out as in) before they are parsed; its marks tell words it doubts.
    Raises UnreadableFileError (missing, unreadable, binary) and NoPagesError (nothing in it).
    """
    source = read_source(path)
    lines = [without_wrong_bytes(line) for line in source.lines]
    marks = raw_marks(source.raw, lines)
    repaired: Sequence[str] = lines
    if repair is not None:
        repaired, doubts = repair(source.lines)
        marks = _merged(marks, doubts, lines)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    document = parse_text(
        repaired, file_name=path.name, sha256=digest, knows=knows, numbers=source.numbers, taxonomy=taxonomy
    )
    return with_marks(document, marks, lines, repaired)


def _merged(marks: Marks, doubts: Marks, lines: Sequence[str]) -> Marks:
    """The marks of both, the doubts with what stood in the file or else in the lines before the repair."""
    merged = {number: dict(line) for number, line in marks.items()}
    for number, line in doubts.items():
        own = merged.setdefault(number, {})
        words = lines[number].split()
        own.update(
            {place: replace(mark, raw=own[place].raw if place in own else words[place]) for place, mark in line.items()}
        )
    return merged


def parse_text(
    lines: Sequence[str],
    *,
    file_name: str,
    sha256: str = "",
    knows: Knows | None = None,
    numbers: Sequence[int] | None = None,
    taxonomy: Taxonomy | None = None,
) -> Document:
    """The document that ``lines`` (a form feed first on a page's first line) make; NoPagesError when they are blank.

    ``numbers`` are the file's numbers of the lines; None for 1, 2, 3 …
    """
    found = with_table_rows(with_bullets_in_cells(source_lines(lines)))
    if not found:
        raise NoPagesError(f"{file_name}: the file has no text; give the text of a report")
    pieces = _pieces(found, taxonomy or load_taxonomy(), knows)
    texts = [line.text for line in found if not is_table_line(line.text)]
    placed = pages(pieces, knows, hyphenates(texts, knows), numbers or range(1, len(lines) + 1))
    return Document(Source(file_name, sha256, "text", len(placed)), placed)


def _pieces(found: Sequence[SourceLine], taxonomy: Taxonomy, knows: Knows | None) -> list[TextPiece]:
    def means_something(text: str) -> bool:
        return reader.is_header(text) or taxonomy.area_heading(text) is not None or is_table_line(text)

    reader = ProseReader(taxonomy, *_measure(found), knows=knows)
    lines, furniture = split_furniture(found, means_something)
    listed = list(reader.list_lines(lines))
    reader = replace(reader, marks=letters_as_marks(listed) | typed_marks(listed))
    context = TextContext()
    pieces: list[TextPiece] = []
    for is_table, run in _runs(lines):
        more, context = table_pieces(run, context, taxonomy) if is_table else reader.pieces(run, context)
        pieces.extend(more)
    edges = [TextPiece(Form.FURNITURE, (line.text,), (line.span,), page_start=line.page_start) for line in furniture]
    return _in_order(pieces, edges)


def _in_order(pieces: Sequence[TextPiece], edges: Sequence[TextPiece]) -> list[TextPiece]:
    """The furniture among the pieces, by their lines in the file; a page begins with the first of its pieces."""
    waiting = list(edges)
    result: list[TextPiece] = []
    for piece in pieces:
        begun = False
        while waiting and waiting[0].source < piece.source:
            begun = begun or waiting[0].page_start
            result.append(waiting.pop(0))
        result.append(replace(piece, page_start=False) if begun else piece)
    return [*result, *waiting]


def _runs(lines: Sequence[SourceLine]) -> list[tuple[bool, list[SourceLine]]]:
    """Runs of plain lines, and of table lines with no blank line between them."""
    runs: list[tuple[bool, list[SourceLine]]] = []
    for line in lines:
        goes_on = bool(runs) and runs[-1][0] and not line.blanks and not line.page_start
        table = is_table_line(line.text) or (goes_on and line.text.startswith("\t"))
        if runs and runs[-1][0] == table and not (table and (line.blanks or line.page_start)):
            runs[-1][1].append(line)
        else:
            runs.append((table, [line]))
    return runs


def _measure(lines: Sequence[SourceLine]) -> tuple[int, bool]:
    """The text's width in characters, and whether blank lines separate its paragraphs."""
    text = [line for line in lines if not is_table_line(line.text)] or list(lines)
    lengths = sorted(len(line.text) for line in text)
    width = lengths[min(len(lengths) - 1, int(WIDTH_QUANTILE * len(lengths)))]
    blank = sum(line.blanks > 0 for line in text) >= BLANK_SHARE * len(text)
    return (width if width <= MAX_LINE_WIDTH else 1), blank
