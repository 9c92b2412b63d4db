"""Tables written in HTML: each `<tr>`, over however many lines it runs, becomes one line of cells between tabs.

What stands inside a cell (lists, paragraphs, breaks) stays as it is; line ends within a cell become breaks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from kompass_extract.blocks.plain_text.source_lines import SourceLine

_OPENS = re.compile(r"<\s*(table|thead|tbody|tr)\b", re.IGNORECASE)
_TABLE_END = re.compile(r"<\s*/\s*table\s*>", re.IGNORECASE)
_ROW_END = re.compile(r"<\s*/\s*tr\s*>", re.IGNORECASE)
_ROW = re.compile(r"<\s*+tr\b[^<>]*+>", re.IGNORECASE)
_CELL = re.compile(r"<\s*+t[dh]\b([^<>]*+)>", re.IGNORECASE)
_TABLE_TAG = re.compile(
    r"<\s*+(?:/\s*+)?(?:table|thead|tbody|tfoot|caption|colgroup|col|tr|td|th)\b[^<>]*+>", re.IGNORECASE
)
_COLSPAN = re.compile(r"colspan\s*=\s*[\"']?(\d{1,2})", re.IGNORECASE)
# A tag that is never closed does not swallow the rest of the file: no table of these reports has more lines.
MAX_TABLE_LINES = 400


def with_table_rows(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """The lines, with each row of an HTML table as one line of cells between tabs, numbered by its first line."""
    result: list[SourceLine] = []
    place = 0
    while place < len(lines):
        if _OPENS.search(lines[place].text) is None:
            result.append(lines[place])
            place += 1
            continue
        end = _table_end(lines, place)
        result.extend(_rows(lines[place:end]))
        place = end
    return result


def _table_end(lines: Sequence[SourceLine], place: int) -> int:
    """The place after the table, or after the row where the rows stand in no table."""
    opening = _OPENS.search(lines[place].text)
    end = _ROW_END if opening is not None and opening[1].lower() == "tr" else _TABLE_END
    for index in range(place, min(len(lines), place + MAX_TABLE_LINES)):
        closed = list(end.finditer(lines[index].text))
        if closed and _OPENS.search(lines[index].text, closed[-1].end()) is None:
            return index + 1
    return min(len(lines), place + MAX_TABLE_LINES)


def _rows(lines: Sequence[SourceLine]) -> Iterator[SourceLine]:
    """Each row by the line that it begins on; text before and behind the rows as lines of its own."""
    text = "\n".join(line.text for line in lines)
    starts = [0, *accumulate(len(line.text) + 1 for line in lines)]
    tags = [*(tag.start() for tag in _ROW.finditer(text)), *(tag.end() for tag in _TABLE_END.finditer(text))]
    used: set[int] = set()
    for start, end in pairwise(sorted({0, *tags, len(text)})):
        row = _cells(text[start:end])
        if row.strip():
            line = lines[bisect_right(starts, start) - 1]
            first = line.number not in used
            used.add(line.number)
            closing = _TABLE_END.search(text, start, end)
            stop = len(text[: closing.start() if closing else end].rstrip())
            last = lines[bisect_right(starts, max(start, stop - 1)) - 1].number
            yield replace(
                line, text=row, blanks=line.blanks if first else 0, page_start=line.page_start and first, last=last
            )


def _cells(row: str) -> str:
    """A row's cells between tabs; text without cells as it is."""
    tags = list(_CELL.finditer(row))
    if not tags:
        return _inner(row)
    ends = [*(tag.start() for tag in tags[1:]), len(row)]
    cells: list[str] = []
    for tag, end in zip(tags, ends, strict=True):
        span = _COLSPAN.search(tag[1])
        cells.extend([_inner(row[tag.end() : end]), *[""] * (int(span[1]) - 1 if span else 0)])
    return "\t".join(cells) if len(cells) > 1 else f"{cells[0]}\t"


def _inner(text: str) -> str:
    inner = _TABLE_TAG.sub("", text).replace("\t", " ").strip()
    return inner.replace("\n", "<br>")
