"""What the two dialects' parsers give: blocks without a place on the page yet, and what governs the next ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kompass_extract.blocks.plain_text.source_lines import SourceLine
from kompass_extract.model.document import Column, Form, LineSpan
from kompass_extract.taxonomy import HeaderRole

# Headers with a list or a number of their own under them.
LIST_ROLES = frozenset({HeaderRole.STRENGTHS, HeaderRole.IMPROVEMENTS, HeaderRole.RUBRICS})
TABLE_ROLES = LIST_ROLES | {HeaderRole.SCORE}
# Headers of running text; they end a list.
TEXT_ROLES = frozenset({HeaderRole.GENERAL, HeaderRole.SUMMARY})


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A block as the text has it: its lines, and for a ROW its cells as (column from 0, lines).

    ``spans`` are the lines of the file that each of its lines stands on, or one for all of them.
    """

    form: Form
    lines: tuple[str, ...]
    spans: tuple[LineSpan, ...]
    column: Column | None = None
    header: str = ""
    cells: tuple[tuple[int, tuple[str, ...]], ...] = ()
    bulleted: bool = False
    continues: bool = False
    blanks: int = 0  # blank lines above
    page_start: bool = False
    beside: bool = False  # stands beside the piece before, not under it
    mixed: bool = False  # its lines may be those of two columns

    @property
    def source(self) -> int:
        """The number of its first line in the file, from 1."""
        return self.spans[0][0]

    @property
    def span(self) -> LineSpan:
        """The first and last line of the file that it stands on."""
        return self.source, max(last for _, last in self.spans)


def row_piece(
    line: SourceLine, cells: tuple[tuple[int, tuple[str, ...]], ...], last: SourceLine | None = None
) -> TextPiece:
    """A table's row that begins on ``line`` and ends on ``last`` (None for the same)."""
    text = tuple(part for _, parts in cells for part in parts)
    span = line.number, (last or line).span[1]
    return TextPiece(Form.ROW, text, (span,), cells=cells, blanks=line.blanks, page_start=line.page_start)


@dataclass(frozen=True, slots=True)
class TextContext:
    """What the text so far says about what follows.

    ``headers`` are those of a two-column table that may go on, by column, ``bulleted`` its columns whose items
    have bullets; ``header`` and ``role`` that of a
    list or of running text; ``regions`` counts the regions of side-by-side text so far; ``rubrics`` are those that
    the list has named so far, folded; ``mixed`` holds below two list headers on one plain line, where a reader
    has written the lines of both columns into one another.
    """

    headers: tuple[str, ...] = ()
    bulleted: frozenset[int] = frozenset()
    header: str = ""
    role: HeaderRole | None = None
    regions: int = 0
    rubrics: tuple[str, ...] = ()
    mixed: bool = False

    def headed(self, header: str, role: HeaderRole | None) -> TextContext:
        """After a header of one column."""
        return replace(self, header=header, role=role, headers=(), bulleted=frozenset(), rubrics=(), mixed=False)

    def with_rubric(self, rubric: str) -> TextContext:
        """After a rubric (folded) of a list of one column."""
        return replace(self, rubrics=(*self.rubrics, rubric))

    def with_columns(self, headers: tuple[str, ...]) -> TextContext:
        """After the header row of a table whose cells are lists."""
        return replace(self, headers=headers, header="", role=None, mixed=False)

    def with_region(self) -> TextContext:
        """A region more of side-by-side text or of a grid."""
        return replace(self, regions=self.regions + 1)
