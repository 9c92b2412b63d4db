"""One printed line of the score overview: its question number, its words, its numbers.

Layout delivers a grid row with cells, or, where it saw no grid, lines of text with the numbers at their end.
Both become a ``Fragment``.  Nothing is decided here that needs the neighbouring rows: a number that may belong
to the question, or a cell that may be a question number, is kept as what it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.content.numbers import STRICT_POINTS, clean, holds_number, looks_numeric
from kompass_extract.model.digit_shapes import DIGIT_LETTERS
from kompass_extract.model.document import Form, LabelledBlock, Line, Word
from kompass_extract.model.geometry import Box, union
from kompass_extract.model.readings import Place


class ColumnRole(StrEnum):
    """What a number column of a score table holds."""

    ACHIEVED = "achieved"
    MAX = "max"
    PERCENT = "percent"


@dataclass(frozen=True, slots=True)
class CellValue:
    """The words of one number cell; ``column`` is the grid's, None where there was no grid."""

    words: tuple[Word, ...]
    column: int | None

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def box(self) -> Box:
        return union(word.box for word in self.words)


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one printed line says.

    ``number`` is the question number ``3.2`` as understood, ``chapter`` the leading area number of a heading
    (``3.``), ``roles`` what its header words name with their grid columns, ``lines`` the words of the question.
    """

    source: LabelledBlock
    number: str | None
    number_text: str
    chapter: int | None
    lines: tuple[Line, ...]
    values: tuple[CellValue, ...]
    roles: tuple[tuple[ColumnRole, int | None], ...]
    box: Box

    @property
    def text(self) -> str:
        return join_lines([line.text for line in self.lines])

    @property
    def heads_columns(self) -> bool:
        """Whether it is a row of column heads, whatever the other columns are headed with."""
        return bool(self.roles) and not self.values and self.in_grid

    @property
    def in_grid(self) -> bool:
        """Whether it is a row of several cells."""
        return len(self.source.block.cells) > 1

    @property
    def place(self) -> Place:
        return Place(self.source.block.page, self.box, (self.source.block.id,))

    @property
    def grid(self) -> str:
        """The name of the grid that it is a row of; "" where there was none."""
        column = self.source.block.column
        return column.region if column is not None else ""


RoleOf = Callable[[str], ColumnRole | None]
"""Names the number column that a header word heads, None for any other word."""

QUESTION_NUMBER = re.compile(r"([1-8lISB|])[.,:·]([1-9lISBZ])[.,:]?")
CHAPTER_DOT = re.compile(r"[1-8]\.")
CHAPTER_NUMBER = re.compile(r"([1-8])[.,:]?")
GLUED_NUMBER = re.compile(r"([1-8])[.,]([1-9])[.,]?(?=[^\W\d])")
YEAR = re.compile(r"(?:19|20)\d\d")
LABEL = re.compile(r"[^\W\d]{1,10}")
"""The word before a question's number: `Fråga 1.1`, `Nr 1.1`."""
RULES = re.compile(r"^[|¦\[\](){}_]+$")
DASHES = re.compile(r"^[—–-]+$")
RULE_MARKS = "|¦[](){}_"
OF = frozenset({"av", "/", "(", "of"})
"""Words between the points and the max of one cell: `15 av 20`, `15 / 20`."""
UNITS = frozenset({"p", "p.", "poäng"})
TWO_IN_ONE = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)(/|\()(\d{1,3})\)?")
"""Points and max without a space: `15/20`."""
TWO_PRINTED = re.compile(r"\d\s?(?:/|\(|\bav\b)\s?\d")
TWO_HEADS = re.compile(r"(?:(?<!\s)\s++)?+(?:/|\(|\bav\b)\s*+")
MOST = "100"  # points of an area, which a head may name: `Poäng (max 100)`
LONGEST_HEAD = 3  # words
MAX_VALUES = 3
"""Number columns of a score table: achieved, max, percent.  A misread percent sign can look like one more."""


def fragments(source: LabelledBlock, role_of: RoleOf) -> Iterator[Fragment]:
    """The printed lines of a block as fragments, top to bottom."""
    block = source.block
    lines = _whole_lines(block.lines) if len(block.cells) == 1 else list(block.lines)
    if block.form is Form.ROW and block.cells and (len(block.cells) > 1 or len(lines) > 1):
        yield _from_cells(source, role_of)
        return
    for line in lines:
        yield _from_line(source, line, role_of)


def _whole_lines(lines: Sequence[Line]) -> list[Line]:
    """The printed lines of a cell, the segments beside each other joined."""
    whole: list[Line] = []
    for line in lines:
        last = whole[-1] if whole else None
        if last is not None and line.box.x0 >= last.box.x1 and line.box.y0 < (last.box.y0 + last.box.y1) / 2:
            whole[-1] = replace(last, words=(*last.words, *line.words), box=union((last.box, line.box)))
        else:
            whole.append(line)
    return whole


def _from_cells(source: LabelledBlock, role_of: RoleOf) -> Fragment:
    """A grid row: text cells, number cells, and what stands at their borders."""
    values: list[CellValue] = []
    text_lines: list[Line] = []
    roles: list[tuple[ColumnRole, int | None]] = []
    heads: list[Line] = []
    leading = CellValue((), None)
    for cell in sorted(source.block.cells, key=lambda cell: cell.column):
        printed = [word for line in cell.lines for word in line.words if not RULES.match(word.text)]
        words = _without_label(_plain_numbers(printed))
        if all(DASHES.match(word.text) for word in words):
            continue
        named = _roles(words, role_of)
        if len(words) == 1 and YEAR.fullmatch(words[0].text):
            continue  # heads the points of that year
        if named:
            roles.extend((role, cell.column) for role in named)
            heads.extend(line for line in cell.lines if line.words)
        elif not (text_lines or heads or values or leading.words) and _is_number_cell(words):
            leading = CellValue(tuple(words), cell.column)
        elif _labels_number(text_lines, words) and not (heads or values or leading.words):
            leading, text_lines = CellValue(tuple(words), cell.column), []
        elif _is_of_area(leading, words) and not (text_lines or values):
            leading = CellValue(tuple(words), cell.column)
        elif _all_numeric(words):
            apart = TWO_PRINTED.search(" ".join(word.text for word in printed)) is not None
            values.extend(_split_values(words, cell.column) if apart else [CellValue(tuple(words), cell.column)])
        elif not roles:  # a cell after a column's head is a head too, misread
            text_lines.extend(line for line in _whole_lines(cell.lines) if line.words)
    if len(values) > 1 and len(roles) == 1:  # a label such as `Summa poäng för området`, no head
        text_lines, roles = [*text_lines, *heads], []
    return _assembled(source, leading, text_lines, values, roles, source.block.box)


def _without_label(words: list[Word]) -> list[Word]:
    """The words without a label before a question number that opens them."""
    labelled = len(words) > 1 and LABEL.fullmatch(words[0].text) and _question_number(words[1].text)
    return words[1:] if labelled else words


def _is_of_area(leading: CellValue, words: Sequence[Word]) -> bool:
    """Whether a cell is the number of a question of the area whose number stands in the cell before (`3`, `3.1`)."""
    number = _question_number(words[0].text) if len(words) == 1 else None
    return number is not None and _chapter_number(leading.text) == int(number[0])


def _labels_number(lines: Sequence[Line], words: Sequence[Word]) -> bool:
    """Whether the only word of the cells before is the label of the question number in this one."""
    before = [word for line in lines for word in line.words]
    return len(before) == len(words) == 1 and bool(LABEL.fullmatch(before[0].text) and _question_number(words[0].text))


def _roles(words: Sequence[Word], role_of: RoleOf) -> list[ColumnRole]:
    """What a cell heads, by any reading of it: one column, or two that share a cell (`Uppnått / Max`)."""
    if any(STRICT_POINTS.fullmatch(clean(word.text)) and clean(word.text) != MOST for word in words):
        return []  # a line of totals: `Områdets poäng: 61 av 100`
    text = " ".join(word.text for word in words)
    role = role_of(text)
    if role is None and len(words) == 1:
        role = next((found for other in words[0].alternatives if (found := role_of(other)) is not None), None)
    if role is not None:
        return [role]
    parts = [part.strip(" )") for part in TWO_HEADS.split(text)]
    named = [found for part in parts if (found := role_of(part)) is not None]
    return named if len(named) == len(parts) > 1 else _roles_beside(words, role_of)


def _roles_beside(words: Sequence[Word], role_of: RoleOf) -> list[ColumnRole]:
    """The columns that the words of one cell head one after the other (`Uppnådd poäng Max`), none if not all do."""
    found: list[ColumnRole] = []
    rest = list(words)
    while rest:
        for count in range(min(LONGEST_HEAD, len(rest)), 0, -1):
            role = role_of(" ".join(word.text for word in rest[:count]))
            if role is not None and role not in found:
                break
        else:
            return []
        found.append(role)
        del rest[:count]
    return found


def _from_line(source: LabelledBlock, line: Line, role_of: RoleOf) -> Fragment:
    """A line of text: a question number at its start, header words or numbers at its end."""
    words = _without_label(_plain_numbers([word for word in line.words if not RULES.match(word.text)]))
    roles: list[tuple[ColumnRole, int | None]] = []
    while words and (role := role_of(words[-1].text.strip(RULE_MARKS))) is not None:
        roles.insert(0, (role, None))
        words.pop()
        if len(words) > 1 and words[-1].text in OF and role_of(words[-2].text) is not None:
            words.pop()
    leading = CellValue((), None)
    opens = _question_number(words[0].text) or CHAPTER_DOT.fullmatch(words[0].text) if words else None
    if words and (opens or (_is_number_cell(words[:1]) and not _all_numeric(words))):
        leading = CellValue((words.pop(0),), None)
    tail: list[Word] = []
    while words and _is_numeric_tail(words[-1]):
        tail.insert(0, words.pop())
    text = [Line(line.box, tuple(words), line.bullet)] if words else []
    values = _split_values(tail, None)
    return _assembled(source, leading, text, values[-MAX_VALUES - 1 :], roles, line.box)


def _assembled(
    source: LabelledBlock,
    leading: CellValue,
    lines: Sequence[Line],
    values: Sequence[CellValue],
    roles: Sequence[tuple[ColumnRole, int | None]],
    box: Box,
) -> Fragment:
    """A fragment from its parts, with a question number that sank into the text taken out of it."""
    number_text = " ".join(word.text for word in leading.words)
    number, chapter = _question_number(number_text), _chapter_number(number_text)
    lines, values = list(lines), list(values)
    if lines and (not leading.words or _sinks_below(chapter, lines[0])):
        number, chapter, number_text, lines[0] = _sunk_number(lines[0])
    alone = not values and CHAPTER_DOT.fullmatch(number_text)  # what is left of a heading: `4.`
    if leading.words and number is None and not lines and not roles and not alone:
        values = [*_split_values(leading.words, leading.column), *values]
        number_text, chapter = "", None
    kept = tuple(line for line in lines if line.words)
    return Fragment(source, number, number_text, chapter, kept, tuple(values), tuple(roles), box)


def _sinks_below(chapter: int | None, line: Line) -> bool:
    """Whether a line opens with the number of a question of the area whose number stands in the cell before."""
    number = _sunk_number(line)[0]
    return chapter is not None and number is not None and int(number[0]) == chapter


def _sunk_number(line: Line) -> tuple[str | None, int | None, str, Line]:
    """The question or chapter number that opens a line of text, and the line without it."""
    first, rest = line.words[0], line.words[1:]
    if rest and LABEL.fullmatch(first.text) and _question_number(rest[0].text) is not None:
        first, rest = rest[0], rest[1:]  # `Fråga 1.1: …`
    if (number := _question_number(first.text)) is not None:
        return number, None, first.text, Line(line.box, rest, line.bullet)
    text = first.text.lstrip(RULE_MARKS)
    if (glued := GLUED_NUMBER.match(text)) is not None:
        remaining = Word(text[glued.end() :], first.box, first.confidence)
        return f"{glued[1]}.{glued[2]}", None, glued[0], Line(line.box, (remaining, *rest), line.bullet)
    if rest and first.text[-1:] in ".," and (chapter := _chapter_number(first.text)) is not None:
        return None, chapter, first.text, Line(line.box, rest, line.bullet)
    return None, None, "", line


def _plain_numbers(words: Sequence[Word]) -> list[Word]:
    """The words with points and max of one cell told apart, and units left out: `15/20`, `15 av 20`, `15 p`."""
    parts = [part for word in words for part in _two(word)]
    kept: list[Word] = []
    for index, word in enumerate(parts):
        after_number = index > 0 and holds_number(parts[index - 1])
        before_number = index + 1 < len(parts) and looks_numeric(parts[index + 1].text)
        between = word.text in OF and before_number
        unit = word.text.casefold() in UNITS and (before_number or index + 1 == len(parts))
        if not (after_number and (between or unit)):
            kept.append(word)
    return kept


def _two(word: Word) -> tuple[Word, ...]:
    found = TWO_IN_ONE.fullmatch(word.text)
    if found is None:
        return (word,)
    step = word.box.width / len(word.text)
    cuts = (word.box.x0 + step * found.end(1), word.box.x0 + step * found.start(3))
    first, second = replace(word.box, x1=cuts[0]), replace(word.box, x0=cuts[1])
    return Word(found[1], first, word.confidence), Word(found[3], second, word.confidence)


def _question_number(text: str) -> str | None:
    """``3.2`` from ``3.2``, ``3,2``, ``3.2.`` or ``l.2``; None for anything else."""
    found = QUESTION_NUMBER.fullmatch(text.strip().strip("[](){}_ ").rstrip("|").replace(" ", ""))
    if found is None:
        return None
    digits = [DIGIT_LETTERS.get(part, part) for part in found.groups()]
    return ".".join(digits) if digits[0] in "12345678" else None


def _chapter_number(text: str) -> int | None:
    found = CHAPTER_NUMBER.fullmatch(text.strip().strip("|[](){}_ "))
    return int(found[1]) if found else None


def _is_number_cell(words: Sequence[Word]) -> bool:
    """Whether the words can be the first cell of a row: ``3.2``, ``3.``, ``32``."""
    text = "".join(word.text for word in words)
    bare = clean(text)  # noise before a number is read as a quote
    return _question_number(bare) is not None or re.fullmatch(r"\d{1,2}", bare) is not None


def _all_numeric(words: Sequence[Word]) -> bool:
    return all(holds_number(word) for word in words)


def _is_numeric_tail(word: Word) -> bool:
    bare = replace(word, text=word.text.strip(RULE_MARKS))
    return holds_number(bare) and _question_number(word.text) is None


def _split_values(words: Sequence[Word], column: int | None) -> list[CellValue]:
    """One value per number; a percent sign on its own belongs to the number before it."""
    groups: list[list[Word]] = []
    for word in words:
        bare = clean(word.text)
        if groups and bare in {"%", "‰", "°o", "o/o"}:
            groups[-1].append(word)
        elif bare or not groups:
            groups.append([word])
    return [CellValue(tuple(group), column) for group in groups if any(clean(word.text) for word in group)]


def split_value(value: CellValue) -> list[CellValue]:
    """The numbers of a cell that took in its neighbour's."""
    return _split_values(value.words, None)


def merged_value(values: Sequence[CellValue]) -> CellValue:
    """Several values as one, such as a number and what is left of its percent sign."""
    return CellValue(tuple(word for value in values for word in value.words), values[0].column)
