"""The table of area scores over several evaluations in plain lines: `3 Styrning och kontroll 66 46 71`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kompass_extract.blocks.plain_text.pieces import TextPiece, row_piece
from kompass_extract.blocks.plain_text.score_lines import is_row, numbers_at_end
from kompass_extract.blocks.plain_text.source_lines import SourceLine
from kompass_extract.taxonomy import HeaderRole, Taxonomy

# A column's head ends in the year of its evaluation, or of the first that an average counts (`Medel 2020-`).
_HEAD = re.compile(r"\S.{0,80}?\b20\d\d(?:\s?-)?(?=\s|$)")
LABEL = 0
# A label's second line, which stands under its numbers, has few words.
MAX_REST_WORDS = 3


def overview_pieces(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> tuple[list[TextPiece], int]:
    """The ROW pieces of the overview that begins at ``place``, and the place after it; none where none begins."""
    pieces: list[TextPiece] = []
    head = _heads(lines, place, taxonomy)
    if head:
        pieces.append(row_piece(lines[place], tuple((column, (text,)) for column, text in enumerate(head, 1))))
        place += 1
    while place < len(lines):
        found = _row(lines[place].text, taxonomy)
        if found is None:
            break
        label, numbers = found
        texts = [label]
        line = last = lines[place]
        place += 1
        if place + 1 < len(lines) and _is_rest(lines[place]) and _row(lines[place + 1].text, taxonomy) is not None:
            texts.append(lines[place].text)
            last = lines[place]
            place += 1
        cells = tuple((column, (number,)) for column, number in enumerate(numbers, 1))
        pieces.append(row_piece(line, ((LABEL, tuple(texts)), *cells), last))
    return pieces, place


def _row(text: str, taxonomy: Taxonomy) -> tuple[str, tuple[str, ...]] | None:
    """The label and the numbers of an area's row, or of the row of totals."""
    label, numbers = numbers_at_end(text)
    if len(numbers) < 2 or not label or is_row(text) or not all(number.isdigit() for number in numbers):
        return None
    known = taxonomy.table_title(label) is not None or taxonomy.header_role(label) is HeaderRole.TOTAL
    return (label, numbers) if known else None


def _heads(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> list[str]:
    """The column heads on the line at ``place``, as many as the row below has numbers; [] for any other line."""
    below = _row(lines[place + 1].text, taxonomy) if place + 1 < len(lines) else None
    text = lines[place].text
    heads = [match[0] for match in _HEAD.finditer(text)]
    whole = " ".join(heads) == " ".join(text.split())
    return heads if below is not None and whole and len(heads) == len(below[1]) else []


def _is_rest(line: SourceLine) -> bool:
    words = line.text.split()
    return len(words) <= MAX_REST_WORDS and line.text[:1].islower()
