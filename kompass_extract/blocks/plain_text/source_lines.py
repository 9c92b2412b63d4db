"""A text file's lines: its bytes decoded, its page breaks found, its blank lines counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kompass_extract.blocks.plain_text.encoding import decode
from kompass_extract.blocks.plain_text.line_prefixes import without_prefixes
from kompass_extract.errors import NoPagesError, UnreadableFileError
from kompass_extract.model.document import LineSpan
from kompass_extract.model.mojibake import undone
from kompass_extract.model.text_forms import normal_text

# A report's text has some 50 kB.
LARGEST_TEXT_BYTES = 20_000_000
LOST = "\ufffd"
_WRONG_BYTE = re.compile("[\udc80-\udcff]")
_OTHER_LINE_ENDS = re.compile("[\v\u2028\u2029]")
# A form feed that was written as one space leaves single lines that begin with it.  With fewer of them, or
# many, the spaces mean something else.
MIN_REPEATED = 30  # lines that stand in a file again; the tables of a report share fewer
LEAST_TELLING = 40  # characters of a line at which such a run is looked for
SPACED_SHARE = 0.98  # of a file's lines, those behind an odd number of blank ones where each has one of its own
MIN_PAGE_SPACES, MAX_PAGE_SPACE_SHARE = 3, 0.1


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line with text on it: its number in the file (from 1), the blank lines above, whether it begins a page.

    ``last`` is the number of the last line of a table's row that is written over several; None for one line.
    """

    number: int
    text: str
    blanks: int
    page_start: bool
    last: int | None = None

    @property
    def span(self) -> LineSpan:
        """The first and last line of the file that it stands on."""
        return self.number, self.last or self.number


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file's lines without line ends, a form feed first on a page's first line.

    ``lines`` are in normal form (``model.text_forms``) with double encodings undone, ``raw`` as they stand in the file.
    A wrong byte is a lone surrogate in ``lines`` and U+FFFD in ``raw``.  ``numbers`` are those of the file's own lines,
    from 1: a form feed within a line makes two lines of one number.
    """

    lines: tuple[str, ...]
    raw: tuple[str, ...]
    numbers: tuple[int, ...]


def read_source(path: Path) -> SourceText:
    """The file's lines, decoded.

    Raises UnreadableFileError for a file that is missing, unreadable, too large or binary, NoPagesError for an empty
    one.
    """
    try:
        if path.stat().st_size > LARGEST_TEXT_BYTES:
            raise UnreadableFileError(f"{path}: larger than any report's text (20 MB); give the text of one report")
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(
            f"{path}: cannot be read ({error.strerror}); check the path and its rights"
        ) from error
    text, numbers = _with_plain_line_ends(decode(data, path.name))
    raw = "\n".join(without_prefixes(text.split("\n")))
    lines = [normal_text(line) for line in undone(raw).split("\n")]
    if not any(line.strip() for line in lines):
        raise NoPagesError(f"{path.name}: the file has no text; give the text of a report")
    return SourceText(tuple(lines), tuple(without_wrong_bytes(line) for line in raw.split("\n")), numbers)


def read_lines(path: Path) -> list[str]:
    """The lines of ``read_source`` with U+FFFD for each wrong byte."""
    return [without_wrong_bytes(line) for line in read_source(path).lines]


def without_wrong_bytes(line: str) -> str:
    """The line with U+FFFD for each wrong byte."""
    return _WRONG_BYTE.sub(LOST, line)


def _with_plain_line_ends(text: str) -> tuple[str, tuple[int, ...]]:
    """The text with one kind of line end, form feeds begin lines; and the file's number of each of its lines."""
    if text.count("\r\r\n") == text.count("\r\n"):  # each line end was made a Windows one twice
        text = text.replace("\r\r\n", "\n")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = [_OTHER_LINE_ENDS.sub("\n", line.replace("\f", "\n\f")) for line in text.split("\n")]
    numbers = tuple(number for number, part in enumerate(parts, 1) for _ in range(part.count("\n") + 1))
    return "\n".join(parts), numbers


def source_lines(lines: Sequence[str]) -> list[SourceLine]:
    """The lines that have text, with what stood above them."""
    spaced = _page_spaces(lines)
    found: list[SourceLine] = []
    blanks, page_start = 0, False
    for number, line in enumerate(lines, 1):
        page_start = page_start or line.startswith("\f") or number in spaced
        if line.strip():
            found.append(SourceLine(number, line.strip("\f \r\n\ufeff"), blanks, page_start and bool(found)))
            blanks, page_start = 0, False
        else:
            blanks += 1
    return _without_repeats(_single_spaced(found))


def _single_spaced(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """The lines with their own blank lines, where a program wrote a blank line behind every line."""
    spaced = sum(line.blanks % 2 for line in lines[1:])
    if len(lines) < MIN_REPEATED or spaced < SPACED_SHARE * (len(lines) - 1):
        return list(lines)
    return [replace(line, blanks=line.blanks // 2) for line in lines]


def _without_repeats(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """The lines but for a long run of them that stands in the file again: a report that was pasted twice."""
    first: dict[str, int] = {}
    kept: list[SourceLine] = []
    place = 0
    while place < len(lines):
        text = lines[place].text
        earlier = first.setdefault(text, place) if len(text) >= LEAST_TELLING else place
        length = 0
        while place + length < len(lines) and lines[earlier + length].text == lines[place + length].text:
            length += 1
            if earlier == place:
                break
        if earlier < place and length >= MIN_REPEATED:
            while kept and earlier and kept[-1] is lines[place - 1] and kept[-1].text == lines[earlier - 1].text:
                kept.pop()  # shorter lines before the one that was known again
                place, earlier, length = place - 1, earlier - 1, length + 1
            place += length
        else:
            kept.append(lines[place])
            place += 1
    return kept


def _page_spaces(lines: Sequence[str]) -> frozenset[int]:
    """Numbers of the lines whose single leading space is what is left of a form feed."""
    starts = {n for n, line in enumerate(lines, 1) if line[:1] == " " and line[1:2].strip() and "\t" not in line}
    indented = sum(line[:2] == "  " and bool(line.strip()) for line in lines)
    filled = sum(bool(line.strip()) for line in lines)
    enough = len(starts) >= MIN_PAGE_SPACES and len(starts) <= MAX_PAGE_SPACE_SHARE * filled and indented < len(starts)
    return frozenset(starts) if enough else frozenset()
