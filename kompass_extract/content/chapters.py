"""The eight areas' chapters: name, score, rubrics, narrative, strengths and improvements.

Blocks come in reading order with their kind and area.  Headers that only name what follows (`Styrkor`, `Poäng`,
`Rubriker`) are not stored; every other heading opens a section of the narrative.  A text cut by a page
break is joined again on evidence (``continuation``).  The chapter's score is the one number under its
header; where several could be it, the best is taken and the doubt is kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile
from statistics import median

from kompass_extract.content.chapter_score import (
    SCORE_ROLE,
    ScoreCandidate,
    ScoreReading,
    choose_scores,
    find_candidates,
)
from kompass_extract.content.joining import Piece, goes_on, seam_doubts
from kompass_extract.content.numbers import NumberKind, looks_numeric, read_words
from kompass_extract.content.score_words import POINTS, is_score, without_score
from kompass_extract.model.document import Block, BlockKind, Form, LabelledBlock, Word
from kompass_extract.model.geometry import overlap
from kompass_extract.model.readings import Place, TextReading, text_reading
from kompass_extract.model.reasons import reason
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.headings import AreaHeading
from kompass_extract.taxonomy.section_numbers import without_section_number


@dataclass(frozen=True, slots=True)
class SectionReading:
    """A section of the narrative; ``heading`` is None for paragraphs before any heading."""

    heading: TextReading | None
    paragraphs: tuple[TextReading, ...]


@dataclass(frozen=True, slots=True)
class AreaReading:
    """One area's chapter; what was not found is None or empty."""

    number: int
    name: TextReading | None
    score: ScoreReading | None
    rubrics: tuple[TextReading, ...]
    sections: tuple[SectionReading, ...]
    strengths: tuple[TextReading, ...]
    improvements: tuple[TextReading, ...]


SILENT_ROLES = frozenset({"strengths", "improvements", "rubrics", "score", "achieved", "max", "percent", "total"})
"""Headers that name what follows and are no section of their own."""

KNOWN_NAME = 0.85
"""Score of an area heading, 0..1, below which its name is damaged or new to the taxonomy."""
SECTION_ROLES = frozenset({"general", "summary"})
CHAPTER_HEADING = re.compile(r"^\d\.?\s+\S")
SECTION_HEADING_LENGTH = 90
"""Characters; a block with a section's header word that is longer is a paragraph that begins with it."""

MOST_SCORE_WORDS = 5
"""Words of a line that is the chapter's score and nothing else: `66 av 100 poäng`."""

ABOVE_HEADING, IN_COLUMN = 4.0, 0.3
"""Heights of a heading's letters by which its chapter's score may stand above it: in the margin, and over its words."""

SKIPPED = frozenset({BlockKind.FIGURE, BlockKind.PAGE_FURNITURE, BlockKind.FRONT_MATTER})
UNREAD = frozenset({Form.FIGURE, Form.FURNITURE})
NO_TOTALS: Mapping[int, float] = {}
CHAPTER_TEXT = frozenset({BlockKind.NARRATIVE, BlockKind.RUBRIC, BlockKind.STRENGTH, BlockKind.IMPROVEMENT})
LISTED = frozenset({BlockKind.RUBRIC, BlockKind.STRENGTH, BlockKind.IMPROVEMENT})
LEAST_TOGETHER = 3
"""Areas whose score tables follow each other without a chapter's text between and so form a chapter of their own."""


@dataclass(frozen=True, slots=True)
class Chapters:
    """Each area's blocks, in order of area, and the numbers in them that may be its score."""

    blocks: Mapping[int, Sequence[LabelledBlock]]
    candidates: Mapping[int, Sequence[ScoreCandidate]]

    @property
    def printed_numbers(self) -> dict[int, frozenset[int]]:
        """Per area the numbers that its chapter prints outside of sentences; its score is one of them."""
        return {number: frozenset(one.value for one in found) for number, found in self.candidates.items()}


def find_chapters(blocks: Sequence[LabelledBlock], taxonomy: Taxonomy) -> Chapters:
    """Part the areas' chapters, and look for numbers that may be their scores."""
    body = median([b.block.size for b in blocks if b.kind is BlockKind.NARRATIVE] or [10.0])
    shown = _by_area(blocks, taxonomy)
    return Chapters(shown, {number: list(find_candidates(own, taxonomy, body)) for number, own in shown.items()})


def collect_areas(
    chapters: Chapters, taxonomy: Taxonomy, totals: Mapping[int, float] = NO_TOTALS
) -> tuple[AreaReading, ...]:
    """The chapters that the blocks show, in order of area; an area without any block is left out.

    ``totals`` are those of the score tables by area: of several numbers they show which is the chapter's score.
    """
    scores = choose_scores(chapters.candidates, totals)
    return tuple(_chapter(number, own, taxonomy, scores.get(number)) for number, own in chapters.blocks.items())


def area_names(blocks: Sequence[LabelledBlock], taxonomy: Taxonomy) -> dict[int, str]:
    """What the report itself calls its areas, by the headings of their chapters."""
    found: dict[int, str] = {}
    for labelled in blocks:
        heading = taxonomy.area_heading(without_section_number(labelled.block.text))
        if labelled.kind is BlockKind.HEADING and heading is not None and heading.name and heading.page is None:
            found.setdefault(heading.number, without_score(heading.name))
    return found


def _by_area(blocks: Sequence[LabelledBlock], taxonomy: Taxonomy) -> dict[int, list[LabelledBlock]]:
    """Each chapter's blocks, in order of area, a number beside its heading among them."""
    blocks = _without_tables(blocks)
    beside = _beside_headings(blocks, taxonomy)
    chapters: dict[int, list[LabelledBlock]] = {}
    for labelled in blocks:
        area = beside.get(labelled.block.id, labelled.area)
        if area is not None:
            lone = labelled.block.id in beside and labelled.block.form is Form.FURNITURE
            own = replace(labelled, block=replace(labelled.block, form=Form.PARAGRAPH)) if lone else labelled
            chapters.setdefault(area, []).append(own)
    return {
        number: own
        for number, own in sorted(chapters.items())
        if any(b.kind not in {*SKIPPED, BlockKind.SCORE_TABLE} for b in own if b.block.form not in UNREAD)
    }


def _beside_headings(blocks: Sequence[LabelledBlock], taxonomy: Taxonomy) -> dict[str, int]:
    """The area of each lone number that stands beside or right above an area's heading, by the block's id.

    Reading order puts a number in the margin or above the heading behind the chapter before it.
    """
    headings = [
        labelled
        for labelled in blocks
        if labelled.area and labelled.block.form is not Form.ROW and _heads_area(labelled, taxonomy)
    ]
    found: dict[str, int] = {}
    for labelled in blocks:
        block = labelled.block
        if block.form is Form.ROW or len(block.text.split()) > MOST_SCORE_WORDS or not is_score(block.text):
            continue
        near = [one for one in headings if one.block.page == block.page and _is_beside(block, one.block)]
        if near:
            found[block.id] = min(near, key=lambda one: abs(one.block.box.y0 - block.box.y0)).area or 0
    return found


def _heads_area(labelled: LabelledBlock, taxonomy: Taxonomy) -> bool:
    if labelled.kind is BlockKind.HEADING:
        return taxonomy.table_title(labelled.block.text) is not None
    return taxonomy.sectioned_heading(labelled.block.text) is not None


def _is_beside(block: Block, heading: Block) -> bool:
    """Whether a block stands on a heading's lines, or above them in the margin or the page's head."""
    middle, box = (block.box.y0 + block.box.y1) / 2, heading.box
    over = overlap(block.box.x0, block.box.x1, box.x0, box.x1) > 0 and block.form not in UNREAD
    above = IN_COLUMN if over else ABOVE_HEADING
    return box.y0 - above * heading.size < middle < box.y1 + IN_COLUMN * heading.size


def _without_tables(blocks: Sequence[LabelledBlock]) -> Sequence[LabelledBlock]:
    """The blocks up to the chapter of score tables, where the tables are one of their own that follows the areas'."""
    end = max((i for i, labelled in enumerate(blocks) if labelled.kind is BlockKind.SCORE_TABLE), default=-1) + 1
    together = list(takewhile(lambda labelled: labelled.kind not in CHAPTER_TEXT, reversed(blocks[:end])))[::-1]
    tables = [labelled for labelled in together if labelled.kind is BlockKind.SCORE_TABLE]
    if len({labelled.area for labelled in tables}) < LEAST_TOGETHER:
        return blocks
    first = tables[0].block.page
    return [*blocks[: end - len(together)], *(labelled for labelled in together if labelled.block.page < first)]


def _chapter(
    number: int, shown: Sequence[LabelledBlock], taxonomy: Taxonomy, score: ScoreReading | None
) -> AreaReading:
    """The chapter of an area from its blocks, ``score`` its score where one was found."""
    said = score.place.blocks if score is not None else ()
    sure = score is not None and not score.doubts
    blocks = [b for b in shown if b.kind not in SKIPPED and b.block.form not in UNREAD]
    reader = _ChapterReader(number, taxonomy)
    for labelled in blocks:
        if labelled.block.id not in said or not _is_score_line(labelled, sure):
            reader.take(labelled)
    reader.lists[BlockKind.RUBRIC] = [piece for piece in reader.lists[BlockKind.RUBRIC] if not is_score(piece.text)]
    rubrics = [piece.reading() for piece in reader.lists[BlockKind.RUBRIC]]
    if score is None:
        rubrics, score = _score_in_rubrics(reader.lists[BlockKind.RUBRIC], rubrics)
    return AreaReading(
        number=number,
        name=reader.name,
        score=score,
        rubrics=tuple(rubrics),
        sections=tuple(section.reading() for section in reader.sections if section.heading or section.pieces),
        strengths=tuple(piece.reading() for piece in reader.lists[BlockKind.STRENGTH]),
        improvements=tuple(piece.reading() for piece in reader.lists[BlockKind.IMPROVEMENT]),
    )


@dataclass(slots=True)
class _Section:
    heading: Piece | None = None
    pieces: list[Piece] = field(default_factory=list)

    def reading(self) -> SectionReading:
        return SectionReading(
            self.heading.reading() if self.heading else None, tuple(piece.reading() for piece in self.pieces)
        )


class _ChapterReader:
    """Takes a chapter's blocks in reading order and sorts them into its parts."""

    def __init__(self, number: int, taxonomy: Taxonomy) -> None:
        self._number = number
        self._taxonomy = taxonomy
        self.name: TextReading | None = None
        self._name_follows = False
        self.sections: list[_Section] = []
        self.lists: dict[BlockKind, list[Piece]] = {
            BlockKind.STRENGTH: [],
            BlockKind.IMPROVEMENT: [],
            BlockKind.RUBRIC: [],
        }
        self._latest: Piece | None = None

    def take(self, labelled: LabelledBlock) -> None:
        """Put one block where it belongs."""
        follows, self._name_follows = self._name_follows, False
        if labelled.kind is BlockKind.HEADING or self._is_section_heading(labelled) or self._is_section(labelled):
            self._take_heading(labelled, follows)
        elif labelled.kind in self.lists:
            self._take_text(labelled, self.lists[labelled.kind])
        elif labelled.kind is BlockKind.NARRATIVE:
            if not self.sections:
                self.sections.append(_Section())
            self._take_text(labelled, self.sections[-1].pieces)

    def _is_section(self, labelled: LabelledBlock) -> bool:
        """Whether a block heads the area as a section, whose number looks like a question's (`2.1 name`)."""
        found = self._taxonomy.sectioned_heading(labelled.block.text) if labelled.block.form is Form.PARAGRAPH else None
        return found is not None and found.number == self._number

    def _is_section_heading(self, labelled: LabelledBlock) -> bool:
        """A section's header word called narrative or rubric: `Allmänt`, or a rubric of the list once more."""
        text = labelled.block.text
        if labelled.kind not in {BlockKind.NARRATIVE, BlockKind.RUBRIC} or labelled.block.bulleted:
            return False
        if len(text) > SECTION_HEADING_LENGTH or text.endswith("."):
            return False
        listed = labelled.kind is BlockKind.RUBRIC and self._is_listed(text)
        return (listed or str(self._taxonomy.header_role(text)) in SECTION_ROLES) and not labelled.block.continues

    def _is_listed(self, text: str) -> bool:
        """Whether the chapter's list of rubrics has named ``text`` before: now it heads what is said of it."""
        return any(piece.reading().text.casefold() == text.casefold() for piece in self.lists[BlockKind.RUBRIC])

    def _take_heading(self, labelled: LabelledBlock, name_follows: bool) -> None:
        text = labelled.block.text
        named = self._named(text)
        if named is not None and named.number == self._number:
            self._take_name(labelled, named)
            return
        if name_follows:
            self.name = text_reading(text, [labelled])
            return
        words = " ".join(word for word in text.split() if not looks_numeric(word))
        roles = {str(self._taxonomy.header_role(text)), str(self._taxonomy.header_role(words))}
        if not words or roles & SILENT_ROLES or CHAPTER_HEADING.match(text):
            return
        if _is_headed_number([word for line in labelled.block.lines for word in line.words], self._taxonomy):
            return
        self._open_section(labelled)

    def _named(self, text: str) -> AreaHeading | None:
        """The area that a heading names, with or without the word for it, a score at its end left out."""
        bare = without_score(without_section_number(text))
        found = self._taxonomy.area_heading(bare)
        return found if found is not None or self.name is not None else self._taxonomy.table_title(without_score(text))

    def _take_name(self, labelled: LabelledBlock, named: AreaHeading) -> None:
        """The area's name; a section's header word that layout left at its end opens that section."""
        *words, last = without_section_number(labelled.block.text).split()
        shorter = self._taxonomy.area_heading(" ".join(words)) if words else None
        glued = shorter is not None and str(self._taxonomy.header_role(last)) in SECTION_ROLES
        if glued and shorter is not None and shorter.score >= named.score:
            named = shorter
            self.sections.append(_Section(Piece([replace(labelled, block=replace(labelled.block, text=last))])))
        if self.name is None and named.name:
            doubts = (reason("unlike-area-name", value=round(named.score, 2)),) if named.score < KNOWN_NAME else ()
            self.name = text_reading(named.name, [labelled], doubts=doubts)
        self._name_follows = self.name is None

    def _open_section(self, labelled: LabelledBlock) -> None:
        """A new section, or the second line of the heading just read."""
        current = self.sections[-1] if self.sections else None
        if current is not None and current.heading is not None and not current.pieces:
            wraps = labelled.block.continues or labelled.block.text[:1].islower()
            if wraps and self._latest is current.heading:
                current.heading.blocks.append(labelled)
                return
        self._latest = Piece([labelled])
        self.sections.append(_Section(self._latest))

    def _take_text(self, labelled: LabelledBlock, pieces: list[Piece]) -> None:
        before = pieces[-1] if pieces else None
        doubts = seam_doubts(labelled, follows=before is not None and before is self._latest)
        why = goes_on(labelled)
        if before is not None and why is not None:
            before.blocks.append(labelled)
            before.reasons.append(why)
            before.doubts.extend(doubts)
            self._latest = before
            return
        piece = Piece([labelled], doubts)
        if labelled.block.continues:
            piece.doubts.append(reason("rest-without-beginning"))
        pieces.append(piece)
        self._latest = piece


def _is_score_line(labelled: LabelledBlock, sure: bool) -> bool:
    """Whether a block that holds the chapter's score says nothing else; no item is a sentence about points of 100."""
    words = labelled.block.text.split()
    told = labelled.kind in LISTED and any(POINTS.search(word) for word in words) and "100" in words
    return told or (sure and len(words) <= MOST_SCORE_WORDS)


def _is_headed_number(words: Sequence[Word], taxonomy: Taxonomy) -> bool:
    """Whether words are `Poäng 66`, `Poäng: 66 av 100` or `66 poäng`."""
    numeric = [word for word in words if looks_numeric(word.text) and any(map(str.isdigit, word.text))]
    if not numeric or not 2 <= len(words) <= MOST_SCORE_WORDS:
        return False
    before = str(taxonomy.header_role(words[0].text)) == SCORE_ROLE
    after = numeric[0] is words[0] and str(taxonomy.header_role(words[-1].text.capitalize())) == SCORE_ROLE
    return before or after


def _score_in_rubrics(
    pieces: Sequence[Piece], rubrics: list[TextReading]
) -> tuple[list[TextReading], ScoreReading | None]:
    """A score that sank into the list beside it: the one rubric that ends in a number gives it back."""
    ending = [i for i, rubric in enumerate(rubrics) if re.search(r"\D\s\d{1,3}$", rubric.text)]
    if len(ending) != 1:
        return rubrics, None
    index = ending[0]
    words = [word for labelled in pieces[index].blocks for line in labelled.block.lines for word in line.words]
    number = next((word for word in reversed(words) if rubrics[index].text.endswith(word.text)), None)
    if number is None or not looks_numeric(number.text):
        return rubrics, None
    text = rubrics[index].text.removesuffix(number.text).strip()
    kept = replace(rubrics[index], text=text, raw=rubrics[index].text, reasons=(reason("score-in-line"),))
    last = pieces[index].last.block
    place = Place(last.page, number.box, (last.id,))
    score = ScoreReading(read_words([number], NumberKind.POINTS), place, (reason("score-in-rubric"),))
    return [*rubrics[:index], kept, *rubrics[index + 1 :]], score
