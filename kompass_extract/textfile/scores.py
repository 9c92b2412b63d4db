"""Score tables in plain lines: `3.2 | question … 8 25 30 %`, questions wrapped, numbers beside any of the lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kompass_extract.document import Form
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.textfile.pieces import Piece
from kompass_extract.textfile.source import SourceLine

ROW_START = re.compile(r"^[^\w]*([1-8])\s*[.,]\s*([1-9])(?:\s+|\s*[|\[(]\s*)[|\[(lI]?\s*(?=\S)")
_NUMBER = re.compile(r"^\d{1,3}$")
_PERCENT = re.compile(r"^\d{1,3}\s*%$|^%$")
_ONLY_NUMBERS = re.compile(r"^[\W_]*\d{1,3}(?:[\W_]+\d{1,3})+[\W_]*$")
_EDGE = " |[](){}"
# Lines that a question may wrap over, and the longest text between two of its lines that is still its own.
MAX_ROW_LINES = 6

NUMBER, QUESTION, ACHIEVED, MAX, PERCENT = range(5)


def is_row_start(text: str) -> bool:
    """Whether a line begins with a question's number, such as `3.2`."""
    return bool(ROW_START.match(text))


def is_total(text: str) -> bool:
    """Whether a line holds nothing but two or three numbers."""
    return bool(_ONLY_NUMBERS.match(text))


def table_start(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> bool:
    """Whether a score table begins here: its head with column heads, or a first row with its numbers."""
    text = lines[place].text
    heading = taxonomy.score_table_heading(text)
    if heading is not None and (heading.column_heads or _next_is_row(lines, place)):
        return True
    return is_row_start(text) and len(numbers_at_end(text)[1]) >= 2


def score_pieces(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> tuple[list[Piece], int]:
    """The ROW pieces of the table that begins at ``place``, and the place after it."""
    pieces: list[Piece] = []
    while place < len(lines):
        line = lines[place]
        heading = taxonomy.score_table_heading(line.text)
        if heading is not None:
            pieces.append(_head(line, f"{heading.number}.", heading.name))
            place += 1
        elif is_row_start(line.text):
            end = _row_end(lines, place, taxonomy)
            pieces.append(_row(lines[place:end]))
            place = end
        elif is_total(line.text):
            pieces.append(_total(line))
            place += 1
        else:
            break
    return pieces, place


def numbers_at_end(text: str) -> tuple[str, tuple[str, ...]]:
    """A line's text and the numbers at its end (a percentage with its sign), specks between them dropped."""
    words = text.split()
    numbers: list[str] = []
    while words:
        word = words[-1].strip(_EDGE)
        if word == "%" and len(words) > 1 and _NUMBER.match(words[-2].strip(_EDGE)):
            numbers.insert(0, f"{words[-2].strip(_EDGE)} %")
            words = words[:-2]
        elif _NUMBER.match(word) or _PERCENT.match(word):
            numbers.insert(0, word)
            words.pop()
        elif not any(char.isalnum() for char in word) and word not in {"?", "?)"}:
            words.pop()
        else:
            break
    return " ".join(words), tuple(numbers)


def _next_is_row(lines: Sequence[SourceLine], place: int) -> bool:
    return place + 1 < len(lines) and is_row_start(lines[place + 1].text)


def _row_end(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> int:
    end = place + 1
    while end < len(lines) and end - place < MAX_ROW_LINES:
        line = lines[end]
        has_numbers = any(len(numbers_at_end(each.text)[1]) >= 2 for each in lines[place:end])
        if is_row_start(line.text) or taxonomy.score_table_heading(line.text) or taxonomy.area_heading(line.text):
            break
        if has_numbers and (is_total(line.text) or line.blanks or line.page_start or line.text[:1].isupper()):
            break
        end += 1
    return end


def _row(lines: Sequence[SourceLine]) -> Piece:
    start = ROW_START.match(lines[0].text)
    assert start is not None
    texts: list[str] = []
    numbers: tuple[str, ...] = ()
    for index, line in enumerate(lines):
        rest = line.text[start.end() :] if index == 0 else line.text
        text, found = numbers_at_end(rest)
        if len(found) >= 2 and not numbers:
            wanted = 3 if found[-1].endswith("%") else min(len(found), 3)
            text = " ".join([text, *found[:-wanted]]).strip()
            numbers = found[-wanted:]
        elif found:
            text = rest
        if text.strip(_EDGE):
            texts.append(text.strip(_EDGE))
    cells: list[tuple[int, tuple[str, ...]]] = [(NUMBER, (f"{start[1]}.{start[2]}",))]
    if texts:
        cells.append((QUESTION, tuple(texts)))
    cells.extend((ACHIEVED + place, (number,)) for place, number in enumerate(numbers))
    return _piece(lines[0], tuple(cells))


def _total(line: SourceLine) -> Piece:
    numbers = numbers_at_end(line.text)[1]
    return _piece(line, tuple((ACHIEVED + place, (number,)) for place, number in enumerate(numbers[-3:])))


def _head(line: SourceLine, number: str, name: str) -> Piece:
    words = line.text.split()
    tail = _after_name(words, name)
    cells: list[tuple[int, tuple[str, ...]]] = [(NUMBER, (number,)), (QUESTION, (name,))]
    cells.extend((ACHIEVED + place, (head,)) for place, head in enumerate(tail[:3]))
    return _piece(line, tuple(cells))


def _after_name(words: Sequence[str], name: str) -> list[str]:
    """The column heads behind the name, without the bars between them."""
    last = name.rsplit(maxsplit=1)[-1].strip(_EDGE)
    places = [place for place, word in enumerate(words) if word.strip(_EDGE) == last]
    tail = words[places[-1] + 1 :] if places else []
    return [word.strip(_EDGE) for word in tail if word.strip(_EDGE)]


def _piece(line: SourceLine, cells: tuple[tuple[int, tuple[str, ...]], ...]) -> Piece:
    text = tuple(part for _, parts in cells for part in parts)
    return Piece(Form.ROW, text, line.number, cells=cells, blanks=line.blanks, page_start=line.page_start)
