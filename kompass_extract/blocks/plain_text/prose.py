"""Plain lines: headings, paragraphs, lists under their headers, page numbers.

Blank lines may stand between paragraphs, within them where a page or a picture was, or nowhere.  What begins
a block is decided line by line: a header or heading, a bullet, a blank line unless the sentence goes on, and,
where there are no blank lines, a line break that the width of the text did not ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from kompass_extract.blocks.page_numbers import page_number
from kompass_extract.blocks.plain_text.bullet_marks import is_bare_mark, without_bullet
from kompass_extract.blocks.plain_text.markup import plain
from kompass_extract.blocks.plain_text.overview_lines import overview_pieces
from kompass_extract.blocks.plain_text.pieces import LIST_ROLES, TABLE_ROLES, TEXT_ROLES, TextContext, TextPiece
from kompass_extract.blocks.plain_text.score_lines import is_lone_cell, numbers_at_end, score_pieces, table_start
from kompass_extract.blocks.plain_text.sentences import ends_sentence, is_open, may_end, runs_on
from kompass_extract.blocks.plain_text.source_lines import SourceLine
from kompass_extract.model.document import Column, Form, Knows
from kompass_extract.taxonomy import HeaderRole, Taxonomy
from kompass_extract.taxonomy.fold import fold
from kompass_extract.taxonomy.headings import AreaHeading
from kompass_extract.taxonomy.section_numbers import without_section_number

_NUMBERED = re.compile(r"^[1-9]\d?[.)]\s+(?=\S)")
_RULE = re.compile(r"^\s*(?:[-–—_=*]\s*){3,}$")
_BARE_NUMBER = re.compile(r"^\d{1,3}$")
# The area's score in large digits, which readers set apart and take for letters ("5 4", "6 O").
_SCORE_AT_END = re.compile(r"(?<!\s)\s++(\d{1,3}|\d [\dOolISB]|[OolISB] \d)$")
# The score as a word that is neither a number nor a word (`o4`, `5S`).
_MISREAD_SCORE_AT_END = re.compile(r"(?<!\s)\s++(?=\S{2,3}$)(?=\S*\d)(?=\S*[^\W\d])\S{2,3}$")
_WORD = re.compile(r"[^\W\d_]{3}")
_CHAPTER = re.compile(r"^[1-9]\.?\s+[A-ZÅÄÖ]")
# Titles of the report's chapters, folded.
_CHAPTER_TITLE = re.compile(
    r"^[1-6] (?:oversikt a|detaljerad genom|vad ar kommunkom|.{0,40}i forhallande till|.{3,40} en sammanf)"
)
_NUMBERED_PAGE = re.compile(r"^\W*\d{1,3}\s*\(\s*\d{1,3}\s*\)\W*$")
# A line this much of the text's width or more was broken by the width.
FULL_LINE = 0.78
# The next line's first word would have fitted on a line that with it stays under this share of the width.
ROOM = 0.9
# A sentence that ends so far from the full width ends its paragraph too, where blank lines usually say so.
MEANT = 0.75
# What follows a capital without a full stop before it is an item when it is longer than the rest of a name.
MIN_ITEM_WORDS = 3
# A listed word of so many letters is a compound (`Chefshandbok`), and the name of no place.
MIN_LONG_WORD = 12
# Likeness (0..100) from which on a line without a bullet is a rubric of the list above it once more.
SAME_RUBRIC = 90


@dataclass(frozen=True, slots=True)
class _Unit:
    """The lines of one block, bullet taken off."""

    lines: tuple[SourceLine, ...]
    bulleted: bool = False

    @property
    def last(self) -> SourceLine:
        return self.lines[-1]

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Before:
    """The last piece of text, and whether a page's edge (its number, a rule) stands behind it."""

    piece: TextPiece | None
    edge: bool


@dataclass(frozen=True, slots=True)
class ProseReader:
    """The parts that do not change over a file: the taxonomy and the text's width in characters."""

    taxonomy: Taxonomy
    width: int
    blank_separated: bool
    marks: frozenset[str] = frozenset()
    knows: Knows | None = None

    @property
    def line_ends_are_meant(self) -> bool:
        """Whether the file has a paragraph, an item or a heading per line."""
        return self.width <= 1

    def pieces(self, lines: Sequence[SourceLine], context: TextContext) -> tuple[list[TextPiece], TextContext]:
        """The pieces of a run of plain lines, and the context after it."""
        lines = [replace(line, text=text) for line in lines if (text := plain(line.text))]
        pieces: list[TextPiece] = []
        place = 0
        while place < len(lines):
            if table_start(lines, place, self.taxonomy):
                found, place = score_pieces(lines, place, self.taxonomy)
                pieces.extend(found)
                context = replace(context.with_region(), header="", role=None, headers=())
                continue
            rows, after = overview_pieces(lines, place, self.taxonomy)
            if rows:
                pieces.extend(rows)
                place = after
                continue
            before = _before(pieces)
            found, place, context = self._next(lines, place, context, before)
            pieces.extend(found)
        return pieces, context

    def _next(
        self, lines: Sequence[SourceLine], place: int, context: TextContext, before: _Before
    ) -> tuple[list[TextPiece], int, TextContext]:
        line = lines[place]
        pair = self._header_pair(line.text)
        if pair is not None:
            context = replace(context.with_region().with_columns(pair), mixed=not self._heads_rubrics(pair))
            return self._pair_pieces(line, pair, context), place + 1, context
        role = self.taxonomy.header_role(line.text)
        if role in TABLE_ROLES or role in TEXT_ROLES:
            bare = without_bullet(line)[0]
            return [_paragraph((bare,))], place + 1, context.headed(bare.text, role)
        if self._is_headed_score(line.text):
            return [_paragraph((line,))], place + 1, context.headed("", None)
        heading = self._heading_lines(lines, place)
        if heading:
            return [_paragraph(lines[place : place + heading])], place + heading, context.headed("", None)
        bare_mark = self._is_listed(context) and is_bare_mark(line.text, self.marks)
        edge = bare_mark or _RULE.match(line.text) is not None or page_number(line.text) is not None
        edge = edge or is_lone_cell(lines, place, self.taxonomy) or self._is_misread_score(line.text, context)
        if edge and not self._is_score(line, context, before):
            return [replace(_paragraph((line,)), form=Form.FURNITURE)], place + 1, context
        unit, place = self._unit(lines, place, context)
        found, context = self._block(unit, context, before)
        return found, place, context

    def _header_pair(self, text: str) -> tuple[str, str] | None:
        """Two column headers on one line (`Rubriker Poäng`)."""
        words = text.split()
        for cut in range(1, min(len(words), 4)):
            left, right = " ".join(words[:cut]), " ".join(words[cut:])
            if self.taxonomy.header_role(left) in LIST_ROLES and self.taxonomy.header_role(right) in TABLE_ROLES:
                return left, right
        return None

    def _pair_pieces(self, line: SourceLine, pair: tuple[str, str], context: TextContext) -> list[TextPiece]:
        pieces = []
        for index, header in enumerate(pair):
            piece = _paragraph((replace(line, text=header, blanks=0 if index else line.blanks),))
            column = Column(f"t{context.regions}", index, 2)
            pieces.append(replace(piece, column=column, beside=index > 0, page_start=line.page_start and not index))
        return pieces

    def _heading_lines(self, lines: Sequence[SourceLine], place: int) -> int:
        """How many lines an area's heading takes, 0 for anything else."""
        first = self._area_heading(lines[place].text)
        if first is None:
            return 0
        if place + 1 < len(lines) and not lines[place + 1].blanks and not lines[place + 1].page_start:
            wrapped = self._area_heading(f"{lines[place].text} {lines[place + 1].text}")
            if wrapped is not None and wrapped.score > first.score and wrapped.number == first.number:
                return 2
        return 1

    def _area_heading(self, text: str) -> AreaHeading | None:
        """The area that a line heads, with the section's number before it or not (`3.2 Område 2 …`)."""
        return self.taxonomy.area_heading(without_section_number(text))

    def _is_score(self, line: SourceLine, context: TextContext, before: _Before) -> bool:
        """A bare number under `Poäng`, which is the area's score and not a page's number."""
        below_table = before.piece is None and self._in_rubrics(context) and not line.blanks
        headed = context.role is HeaderRole.SCORE or len(context.headers) > 1
        placed = below_table or before.piece is not None
        return bool(_BARE_NUMBER.match(line.text)) and headed and placed and not line.page_start

    def _is_headed_score(self, text: str) -> bool:
        """Whether a line is an area's score with the word for it (`Poäng: 72`)."""
        words, numbers = numbers_at_end(text)
        return len(numbers) == 1 and self.taxonomy.header_role(words) is HeaderRole.SCORE

    def _is_misread_score(self, text: str, context: TextContext) -> bool:
        """Whether a line among the rubrics has no word: what a reader made of the score in large digits."""
        rubrics = context.role is HeaderRole.RUBRICS or self._in_rubrics(context)
        return rubrics and not _WORD.search(text) and not _BARE_NUMBER.match(text.replace(" ", ""))

    def _unit(self, lines: Sequence[SourceLine], place: int, context: TextContext) -> tuple[_Unit, int]:
        first, bulleted = without_bullet(lines[place], self._marks(context))
        taken = [first]
        end = place + 1
        while end < len(lines) and not self._begins(lines, end, taken, bulleted, context):
            taken.append(lines[end])
            end += 1
        return _Unit(tuple(taken), bulleted), end

    def _begins(
        self, lines: Sequence[SourceLine], place: int, taken: Sequence[SourceLine], bulleted: bool, context: TextContext
    ) -> bool:
        """Whether the line at ``place`` begins a block of its own after the lines ``taken``."""
        line, before = lines[place], taken[-1]
        marks = self._marks(context)
        if line.page_start or without_bullet(line, marks)[1] or self._is_heading(lines, place):
            return True
        if overview_pieces(lines[place : place + 2], 0, self.taxonomy)[0]:
            return True
        if (marks and is_bare_mark(line.text, marks)) or is_lone_cell(lines, place, self.taxonomy):
            return True
        if _NUMBERED.match(line.text) and _NUMBERED.match(before.text):
            return True
        goes_on = runs_on(before.text, line.text)
        if line.blanks:
            running = len(taken) > 1 and not bulleted and not self._is_listed(context)
            return not (goes_on and line.blanks == 1 and (running or len(before.text) >= FULL_LINE * self.width))
        return self._breaks(line.text, taken, bulleted, context, goes_on=goes_on)

    def _breaks(
        self, text: str, taken: Sequence[SourceLine], bulleted: bool, context: TextContext, *, goes_on: bool
    ) -> bool:
        """Whether a line begins a block without a blank line, a bullet or a heading to say so."""
        before = taken[-1].text
        if self._in_rubrics(context) or (context.role is HeaderRole.RUBRICS and not bulleted):
            return not goes_on or bool(_SCORE_AT_END.search(before))
        if _BARE_NUMBER.match(text) and context.role is HeaderRole.SCORE:
            return True
        if self.line_ends_are_meant:
            return not goes_on and not is_open(before)
        if context.role in LIST_ROLES and not bulleted:
            return self._new_item(text, before)
        if self.blank_separated:
            return not goes_on and text[:1].isupper() and ends_sentence(before) and self._is_short(text, before)
        return not goes_on and self._hard_break(text, before, taken)

    def _is_listed(self, context: TextContext) -> bool:
        return context.role in LIST_ROLES or self._in_rubrics(context)

    def _marks(self, context: TextContext) -> frozenset[str]:
        """The letters that are list marks here."""
        return self.marks if self._is_listed(context) else frozenset()

    def list_lines(self, lines: Sequence[SourceLine]) -> Iterator[SourceLine]:
        """The lines under the headers of lists, to the next header or heading."""
        listed = False
        for line in lines:
            role = self.taxonomy.header_role(line.text)
            if self.is_header(line.text) or self._area_heading(line.text) is not None:
                listed = role in LIST_ROLES or self._header_pair(line.text) is not None
            elif listed:
                yield line

    def _in_rubrics(self, context: TextContext) -> bool:
        return self._heads_rubrics(context.headers)

    def _heads_rubrics(self, headers: Sequence[str]) -> bool:
        return bool(headers) and self.taxonomy.header_role(headers[0]) is HeaderRole.RUBRICS

    def is_header(self, text: str) -> bool:
        """Whether the line is the header of a list, a table or running text."""
        role = self.taxonomy.header_role(text)
        return role in TABLE_ROLES or role in TEXT_ROLES or self._header_pair(text) is not None

    def _is_heading(self, lines: Sequence[SourceLine], place: int) -> bool:
        text = lines[place].text
        if self.is_header(text) or self._is_headed_score(text):
            return True
        if self._area_heading(text) is not None or table_start(lines, place, self.taxonomy):
            return True
        if _NUMBERED_PAGE.match(text) or _CHAPTER_TITLE.match(fold(text)):
            return True
        return bool(_CHAPTER.match(text)) and lines[place].blanks > 0

    def _new_item(self, text: str, before: str) -> bool:
        """An item without a bullet begins with a capital where the line before was complete."""
        if not text[:1].isupper() or (is_open(before) and not self._opens_with_a_common_word(text, before)):
            return False
        if not self.blank_separated and self._fits(text, before):
            return True
        if ends_sentence(before):
            return False
        first = text.split(maxsplit=1)[0]
        long = len(first) >= MIN_LONG_WORD and self.knows is not None and first.isalpha() and self.knows(first.lower())
        return not first.isupper() and (long or len(text.split()) >= MIN_ITEM_WORDS)

    def _opens_with_a_common_word(self, text: str, before: str) -> bool:
        """Whether the capital is no name's, so that the preposition before it ends an item (`ta del av`)."""
        first, *more = text.split(maxsplit=2)
        small = bool(more) and more[0][:1].islower()
        return self.knows is not None and may_end(before) and small and first.isalpha() and self.knows(first.lower())

    def _hard_break(self, text: str, before: str, taken: Sequence[SourceLine]) -> bool:
        if not text[:1].isupper() and not text[:1].isdigit():
            return False
        if _CHAPTER.match(taken[0].text) and len(taken) < 3 and not ends_sentence(before.rstrip(":")):
            return not self._fits(text, before) or len(text) > FULL_LINE * self.width
        ended = ends_sentence(before) or len(taken) == 1
        return ended and self._fits(text, before)

    def _fits(self, text: str, before: str) -> bool:
        """The next line's first word had room on the line before."""
        return len(before) + 1 + len(text.split(maxsplit=1)[0]) < ROOM * self.width

    def _is_short(self, text: str, before: str) -> bool:
        """The line before ended so early that its end was meant, blank line or not."""
        return len(before) + 1 + len(text.split(maxsplit=1)[0]) < MEANT * self.width

    def _block(self, unit: _Unit, context: TextContext, before: _Before) -> tuple[list[TextPiece], TextContext]:
        if self._in_rubrics(context) and (unit.bulleted or len(unit.lines) == 1):
            return self._rubric(unit, context), context
        if context.headers:
            context = replace(context, headers=())
        listed = context.role in LIST_ROLES and not self._ends_list(unit, context)
        if context.role is HeaderRole.RUBRICS and listed:
            context = context.with_rubric(fold(unit.text))
        if context.role in LIST_ROLES and not listed:
            context = context.headed("", None)
        header = context.header if listed or context.role is HeaderRole.SCORE else ""
        form = Form.ITEM if unit.bulleted or listed else Form.PARAGRAPH
        piece = replace(_paragraph(unit.lines), form=form, header=header, bulleted=unit.bulleted, mixed=context.mixed)
        continues = not unit.bulleted and _goes_on(before, piece)
        if continues and before.piece is not None:
            piece = replace(piece, form=before.piece.form, header=before.piece.header, continues=True)
        return [piece], context

    def _ends_list(self, unit: _Unit, context: TextContext) -> bool:
        """Rubrics are short lines; a chapter's heading or a long paragraph behind them is text again."""
        if unit.bulleted:
            return False
        text = unit.lines[0].text
        if _CHAPTER_TITLE.match(fold(text)) or (_CHAPTER.match(text) and unit.lines[0].blanks):
            return True
        if context.role is not HeaderRole.RUBRICS:
            return False
        return len(unit.lines) > 2 or ends_sentence(unit.last.text) or _is_one_of(unit, context)

    def _rubric(self, unit: _Unit, context: TextContext) -> list[TextPiece]:
        """A rubric, and the area's score when it was read as the end of the rubric's line."""
        place = Column(f"t{context.regions}", 0, 2)
        beside = replace(place, index=1)
        line = unit.lines[0]
        if _BARE_NUMBER.match(line.text.replace(" ", "")) and len(unit.lines) == 1:
            line = replace(line, text=line.text.replace(" ", ""))
            return [replace(_paragraph((line,)), column=beside, header=context.headers[1])]
        score = _SCORE_AT_END.search(line.text)
        text = line.text[: score.start()] if score else _MISREAD_SCORE_AT_END.sub("", line.text)
        lines = (replace(line, text=text), *unit.lines[1:])
        item = replace(
            _paragraph(lines), form=Form.ITEM, column=place, header=context.headers[0], bulleted=unit.bulleted
        )
        if score is None:
            return [item]
        number = replace(line, text=score[1].replace(" ", ""), blanks=0, page_start=False)
        return [item, replace(_paragraph((number,)), column=beside, header=context.headers[1], beside=True)]


def _is_one_of(unit: _Unit, context: TextContext) -> bool:
    """A rubric that was listed before, which now heads the text about it."""
    text = fold(unit.text)
    return any(fuzz.ratio(text, rubric) >= SAME_RUBRIC for rubric in context.rubrics)


def _paragraph(lines: Sequence[SourceLine]) -> TextPiece:
    first = lines[0]
    text = tuple(line.text for line in lines)
    spans = tuple(line.span for line in lines)
    return TextPiece(Form.PARAGRAPH, text, spans, blanks=first.blanks, page_start=first.page_start)


def _before(pieces: Sequence[TextPiece]) -> _Before:
    text = next((piece for piece in reversed(pieces) if piece.form is not Form.FURNITURE), None)
    return _Before(text, bool(pieces) and pieces[-1].form is Form.FURNITURE)


def _goes_on(before: _Before, piece: TextPiece) -> bool:
    """The piece is the rest of the sentence that a page break, or a gap where a page's edge was, cut."""
    if before.piece is None or before.piece.form not in {Form.PARAGRAPH, Form.ITEM}:
        return False
    cut = piece.page_start or piece.blanks > 1 or before.edge
    return cut and runs_on(before.piece.lines[-1], piece.lines[0])
