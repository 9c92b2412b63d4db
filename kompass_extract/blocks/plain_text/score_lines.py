"""Score tables in plain lines: `3.2 | question … 8 25 30 %`, questions wrapped, numbers beside any of the lines.

A row is recognised by its number, by the number that must come next where that was misread, or by the rest of a
question whose number stands beside its second line.  Numbers that stand in columns of their own, away from their
rows, are no row's: nothing in the text says whose they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kompass_extract.blocks.page_numbers import is_page_of_pages
from kompass_extract.blocks.plain_text.pieces import TextPiece, row_piece
from kompass_extract.blocks.plain_text.source_lines import SourceLine
from kompass_extract.model.digit_shapes import DIGIT_LETTERS
from kompass_extract.model.document import Form
from kompass_extract.taxonomy import HeaderRole, Taxonomy
from kompass_extract.taxonomy.headers import COLUMN_HEADS
from kompass_extract.taxonomy.headings import AreaHeading

ROW_START = re.compile(r"^[^\w]*([1-8])\s*[.,]\s*([1-9])[.)]?(?:\s++|[|\[(]\s*+)(?:[|\[(]|[lI](?=\s))?\s*+(?=\S)")
# A row's number as a reader may have it, `44`, `7A` or `7 1`; only as the number that must come next.
_NEXT_START = re.compile(r"^[^\w]*([1-8lI])\s?[.,:]?\s?([1-9A-Za-z])[.)]?\s++(?:[|\[(]\s*+)?(?=[A-ZÅÄÖ])")
_NUMBER = re.compile(r"^\d{1,3}$")
_PERCENT = re.compile(r"^\d{1,3}\s*%$|^%$")
# A percentage with a digit misread, which the other numbers put right or a person does.
_MISREAD_PERCENT = re.compile(r"^(?=[^%]*\d)[0-9A-Za-z]{1,4}%$|^[AlIOSTZB]{1,3}%$|^\d{4,5}$|^\d{2}[A-Z]$")
# What stands alone on a line where a table was read column by column: a question's number, or one of its numbers.
_LONE_CELL = re.compile(r"^\W*(?:[1-8]\s*[.,]\s*[1-9]|\d{1,3}(?:\s*%)?)\W*$")
FULL_MARKS = "100"  # points of an area
_EDGE = " |[](){}"
# Lines that a question may wrap over, and words of the rest of one behind its numbers and a blank line.
MAX_ROW_LINES = 6
MAX_REST_WORDS = 8
# Lines between the head of a table and its first row: column heads, over two lines or three.
MAX_HEAD_LINES = 3
MAX_COLUMN_HEAD_WORDS = 3

NUMBER, QUESTION, ACHIEVED, MAX, PERCENT = range(5)


@dataclass(frozen=True, slots=True)
class _Start:
    """A row's number, and where on the line its question begins."""

    area: int
    question: int
    end: int


def is_row(text: str) -> bool:
    """Whether a line begins with a question's number, such as `3.2`."""
    return _row_start(text) is not None


def is_total(text: str, taxonomy: Taxonomy) -> bool:
    """Whether a line holds nothing but two numbers or more, behind a word such as `Summa` or not."""
    words, numbers = numbers_at_end(text)
    if is_page_of_pages(text):
        return False
    return len(numbers) >= 2 and (not words.strip(_EDGE) or taxonomy.header_role(words) is HeaderRole.TOTAL)


def table_start(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> bool:
    """Whether a score table begins here: its head with column heads or a row below, or a row with its numbers."""
    text = lines[place].text
    heading = table_heading(text, taxonomy)
    if heading is not None and (heading.column_heads or _leads_to_row(lines, place, taxonomy)):
        return True
    return _row_start(text) is not None and len(numbers_at_end(text)[1]) >= 2


def is_lone_cell(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> bool:
    """Whether a line is a cell away from its row, of which nothing says whose it is: a number, or a column's head."""
    text = lines[place].text
    if _LONE_CELL.match(text):
        return True
    beside = any(
        _LONE_CELL.match(line.text) for line in (*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2])
    )
    named = text[:1].isupper() and not text.endswith(".")
    return beside and named and taxonomy.header_role(text) in COLUMN_HEADS - {HeaderRole.SCORE}


def table_heading(text: str, taxonomy: Taxonomy) -> AreaHeading | None:
    """The head of a score table; an area's name before column heads is one without its number, too."""
    found = taxonomy.score_table_heading(text)
    if found is not None:
        return found
    name, heads = _column_heads_at_end(text, taxonomy)
    named = taxonomy.table_title(name.lstrip("&§$#@ ").strip(_EDGE)) if len(heads) >= 2 and name else None
    return replace(named, column_heads=True) if named is not None else None


def score_pieces(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> tuple[list[TextPiece], int]:
    """The ROW pieces of the table that begins at ``place``, and the place after it."""
    pieces: list[TextPiece] = []
    due: tuple[int, int] | None = None  # the area and question that must come next
    least = 2  # numbers of a row; one where the table's head has one column
    while place < len(lines):
        line = lines[place]
        heading = table_heading(line.text, taxonomy)
        start = _row_start(line.text, due)
        below = _row_start(lines[place + 1].text, due) if place + 1 < len(lines) else None
        if heading is not None:
            pieces.append(_head(line, heading, taxonomy))
            least = 1 if len(_column_heads_at_end(line.text, taxonomy)[1]) == 1 else 2
            due = (heading.number, 1)
            place += 1
        elif start is not None and taxonomy.area_heading(line.text[start.end :]) is None:
            end = _row_end(lines, place, taxonomy, (start.area, start.question + 1), least)
            pieces.append(_row(lines[place:end], start, least))
            due = (start.area, start.question + 1)
            place = end
        elif below is not None and _is_first_half(line.text, lines[place + 1].text[below.end :]):
            end = _row_end(lines, place + 1, taxonomy, (below.area, below.question + 1), least)
            pieces.append(_row(lines[place + 1 : end], below, least, above=line))
            due = (below.area, below.question + 1)
            place = end
        elif is_total(line.text, taxonomy):
            pieces.append(_total(line))
            place += 1
        elif _is_column_heads(line.text, taxonomy) and _leads_to_row(lines, place, taxonomy, due):
            pieces.append(_column_heads(line, taxonomy))
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
        elif _NUMBER.match(word) or _PERCENT.match(word) or (not numbers and _MISREAD_PERCENT.match(word)):
            numbers.insert(0, word)
            words.pop()
        elif not any(char.isalnum() for char in word) and word not in {"?", "?)"}:
            words.pop()
        else:
            break
    return " ".join(words), tuple(numbers)


def _row_start(text: str, due: tuple[int, int] | None = None) -> _Start | None:
    """A question's number at the beginning, such as `3.2`; a misread one only where it is the one that is due."""
    match = ROW_START.match(text)
    if match is not None:
        return _Start(int(match[1]), int(match[2]), match.end())
    match = _NEXT_START.match(text) if due is not None else None
    if match is None or due is None:
        return None
    read = tuple(DIGIT_LETTERS.get(digit, digit) for digit in (match[1], match[2]))
    return _Start(*due, match.end()) if read == (str(due[0]), str(due[1])) else None


def _leads_to_row(
    lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy, due: tuple[int, int] | None = None
) -> bool:
    """Whether a row comes next, with nothing but column heads before it."""
    for line in lines[place + 1 : place + 1 + MAX_HEAD_LINES]:
        if _row_start(line.text, due) is not None:
            return True
        if not _is_column_heads(line.text, taxonomy):
            return False
    return False


def _is_first_half(text: str, rest: str) -> bool:
    """Whether a line is the beginning of a question whose number and end stand on the next line."""
    whole = not text[:1].isupper() or text.endswith(("?", ".", ":")) or any(char.isdigit() for char in text)
    return not whole and rest[:1].islower()


def _row_end(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy, due: tuple[int, int], least: int) -> int:
    end = place + 1
    while end < len(lines) and end - place < MAX_ROW_LINES:
        line = lines[end]
        if _row_start(line.text, due) or table_heading(line.text, taxonomy) or taxonomy.area_heading(line.text):
            break
        if _is_column_heads(line.text, taxonomy) or _is_no_row(line):
            break
        if any(len(numbers_at_end(each.text)[1]) >= least for each in lines[place:end]) and _ends_row(
            lines, end, taxonomy
        ):
            break
        end += 1
    return end


def _is_no_row(line: SourceLine) -> bool:
    """Whether a line holds numbers alone that are not its row's: a column's below a blank line, or a total's."""
    words, numbers = numbers_at_end(line.text)
    if is_page_of_pages(line.text):
        return True
    return not words.strip(_EDGE) and (bool(line.blanks) or FULL_MARKS in numbers[1:2])


def _ends_row(lines: Sequence[SourceLine], place: int, taxonomy: Taxonomy) -> bool:
    """Whether the line at ``place``, behind the numbers of a row, is no rest of its question."""
    line, before = lines[place], numbers_at_end(lines[place - 1].text)[0]
    if line.page_start or line.blanks > 1 or is_total(line.text, taxonomy) or line.text[:1].isupper():
        return True
    return bool(line.blanks) and (len(line.text.split()) > MAX_REST_WORDS or before.endswith("?"))


def _row(lines: Sequence[SourceLine], start: _Start, least: int, above: SourceLine | None = None) -> TextPiece:
    """A row; ``above`` is the first line of its question where the number stands beside the second."""
    texts: list[str] = [above.text.strip(_EDGE)] if above is not None else []
    numbers: tuple[str, ...] = ()
    for index, line in enumerate(lines):
        rest = line.text[start.end :] if index == 0 else line.text
        text, found = numbers_at_end(rest)
        if len(found) >= least and not numbers:
            wanted = 3 if found[-1].endswith("%") else min(len(found), 3)
            text = " ".join([text, *found[:-wanted]]).strip()
            numbers = found[-wanted:]
        elif found and (least < 2 or numbers or not text.strip(_EDGE)):
            text = rest
        if text.strip(_EDGE):
            texts.append(text.strip(_EDGE))
    cells: list[tuple[int, tuple[str, ...]]] = [(NUMBER, (f"{start.area}.{start.question}",))]
    if texts:
        cells.append((QUESTION, tuple(texts)))
    cells.extend((ACHIEVED + place, (number,)) for place, number in enumerate(numbers))
    return row_piece(above or lines[0], tuple(cells), lines[-1])


def _total(line: SourceLine) -> TextPiece:
    numbers = numbers_at_end(line.text)[1]
    return row_piece(line, tuple((ACHIEVED + place, (number,)) for place, number in enumerate(numbers[-3:])))


def _head(line: SourceLine, heading: AreaHeading, taxonomy: Taxonomy) -> TextPiece:
    heads = _column_heads_at_end(line.text, taxonomy)[1]
    cells: list[tuple[int, tuple[str, ...]]] = [(NUMBER, (f"{heading.number}.",)), (QUESTION, (heading.name,))]
    cells.extend((ACHIEVED + place, (head,)) for place, head in enumerate(heads[:3]))
    return row_piece(line, tuple(cells))


def _column_heads(line: SourceLine, taxonomy: Taxonomy) -> TextPiece:
    heads = _column_heads_at_end(line.text, taxonomy)[1]
    if len(heads) < 2:  # the second line of a head
        return replace(row_piece(line, ()), form=Form.FURNITURE, lines=(line.text,))
    return row_piece(line, tuple((ACHIEVED + place, (head,)) for place, head in enumerate(heads[:3])))


def _is_column_heads(text: str, taxonomy: Taxonomy) -> bool:
    """Whether a line holds nothing but heads of number columns."""
    rest, heads = _column_heads_at_end(text, taxonomy)
    return bool(heads) and not rest


def _column_heads_at_end(text: str, taxonomy: Taxonomy) -> tuple[str, list[str]]:
    """A line's text and the column heads at its end (`Uppnådd poäng`, `Max`), the bars between them dropped."""
    words = [word for part in text.split() if (word := part.strip(_EDGE))]
    heads: list[str] = []
    while words:
        sizes = range(min(MAX_COLUMN_HEAD_WORDS, len(words)), 0, -1)
        last = next((" ".join(words[-n:]) for n in sizes if _is_column_head(" ".join(words[-n:]), taxonomy)), None)
        if last is None:
            break
        heads.insert(0, last)
        del words[-len(last.split()) :]
    return " ".join(words), heads


def _is_column_head(text: str, taxonomy: Taxonomy) -> bool:
    return taxonomy.header_role(text[:1].upper() + text[1:]) in COLUMN_HEADS
