"""The areas of the report JSON from chapters and score tables.

Chapters and tables are brought together by area number; each row finds its question in the edition; the numbers of
each table are chosen jointly.  What is missing becomes a Field without a value that asks for a person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kompass_extract.content.chapters import AreaReading, ScoreReading, SectionReading
from kompass_extract.content.score_tables import (
    CellReading,
    RowReading,
    ScoreTableReading,
    SettledNumbers,
    SettledTable,
    settle_table,
    settled_alone,
)
from kompass_extract.model.readings import TextReading
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import (
    Area,
    NarrativeSection,
    NumberField,
    ScoreRow,
    ScoreTable,
    ScoreTotal,
    TextField,
)
from kompass_extract.report.fields import (
    AskAbout,
    absent_number,
    missing_number,
    missing_text,
    number_field,
    text_field,
)
from kompass_extract.taxonomy import EditionDecision, Question, QuestionMatch, RowQuery, Taxonomy
from kompass_extract.taxonomy.fold import similarity

WEAK_MATCH = 0.75
"""Match score, 0..1, of a row with its question below which a person looks at it."""
CLOSE_MATCH = 0.05
"""Lead over the runner-up below which a person tells two questions apart."""
LIKE_WORDING = 0.94
"""Likeness to the question's wording, 0..1, below which letters or lines were lost; drifted wordings are above."""
UNKNOWN_QUESTIONS = "2010"
"""The edition whose questions are not known: its rows are unmatched, and rightly so."""
NO_PERCENT = reason("no-percent-column")
DIRT = " '\"`´’‘”“|¦.,;:*-–_~^°"
"""Signs that dirt and rules beside a line are read as."""
NUMBERS_AT_END = re.compile(
    r"(?:\d{1,3}(?:[.,]\d+)?\s?%|(?:\s\d{1,3}(?:[.,]\d{1,3})?){2,12}|\d\s?(?:/|av)\s?\d{1,3})\W*$"
)
NO_TABLE = ScoreTable(
    heading=missing_text(reason("no-score-table")),
    rows=[],
    total=ScoreTotal(
        achieved=missing_number(reason("no-score-table")),
        max=missing_number(reason("no-score-table")),
        percent=missing_number(reason("no-score-table")),
    ),
)


def make_areas(
    chapters: Sequence[AreaReading],
    tables: Sequence[ScoreTableReading],
    edition: EditionDecision,
    taxonomy: Taxonomy,
) -> list[Area]:
    """One Area per number that a chapter or a table was found for, in order."""
    by_chapter = {chapter.number: chapter for chapter in chapters}
    by_table = {table.area: table for table in tables}
    maker = _Maker(edition, taxonomy, _rows_without_percent(tables))
    numbers = sorted({*by_chapter, *by_table} & set(range(1, 9)))
    return [maker.area(number, by_chapter.get(number), by_table.get(number)) for number in numbers]


def max_points(questions: Sequence[Question]) -> dict[str, frozenset[int]]:
    """Per question number the max points that the edition allows (two where its form cannot be told)."""
    found: dict[str, frozenset[int]] = {}
    for question in questions:
        found[question.number] = found.get(question.number, frozenset()) | {question.max_points}
    return found


def question_counts(edition: EditionDecision, taxonomy: Taxonomy) -> dict[int, frozenset[int]]:
    """Per area number how many questions the edition's form, or each of its forms, has."""
    counts: dict[int, frozenset[int]] = {}
    for known in taxonomy.editions:
        fits = known.name == edition.edition and (edition.form is None or known.form in (None, edition.form))
        for area in known.areas if fits else ():
            if area.questions:
                counts[area.number] = counts.get(area.number, frozenset()) | {len(area.questions)}
    return counts


class _Maker:
    """Makes Areas of one edition."""

    def __init__(self, edition: EditionDecision, taxonomy: Taxonomy, without_percent: int) -> None:
        self._without_percent = without_percent
        self._edition = edition
        self._taxonomy = taxonomy
        self._questions = taxonomy.questions(edition.edition, edition.form)
        self._max_points = max_points(self._questions)

    def area(self, number: int, chapter: AreaReading | None, table: ScoreTableReading | None) -> Area:
        """One area; ``chapter`` or ``table`` may be missing."""
        score = chapter.score if chapter else None
        matches = self._matches(table) if table else []
        settled = self._settled(table, matches, score) if table else None
        whole = settled.total.achieved.value if settled else None
        return Area(
            number=number,
            area_id=self._taxonomy.area_id(self._edition.edition, number),
            name=self._name(chapter),
            score=self._score(score, whole),
            rubrics=[text_field(rubric) for rubric in chapter.rubrics] if chapter else [],
            narrative=[self._section(section) for section in chapter.sections] if chapter else [],
            strengths=self._texts(chapter.strengths) if chapter else [],
            improvements=self._texts(chapter.improvements) if chapter else [],
            score_table=self._score_table(settled, matches) if settled else NO_TABLE,
        )

    def _texts(self, readings: Sequence[TextReading]) -> list[TextField]:
        return [text_field(reading, words=AskAbout.NUMBERS) for reading in readings]

    def _settled(
        self, table: ScoreTableReading, matches: Sequence[QuestionMatch], score: ScoreReading | None
    ) -> SettledTable:
        fixed = [self._fixed(match) for match in matches]
        return settle_table(table, fixed, score.reading if score else None)

    def _matches(self, table: ScoreTableReading) -> list[QuestionMatch]:
        rows = [_query(row, table.area) for row in table.rows]
        return self._taxonomy.match_rows(rows, edition=self._edition.edition, form=self._edition.form)

    def _fixed(self, match: QuestionMatch) -> frozenset[int]:
        """The max points that the edition allows for a row, by its question."""
        number = match.question_id.split("/")[1] if match.question_id else ""
        return self._max_points.get(number, frozenset())

    def _name(self, chapter: AreaReading | None) -> TextField:
        if chapter is None:
            return missing_text(reason("no-chapter"))
        if chapter.name is None:
            return missing_text(reason("no-area-heading"))
        return text_field(chapter.name)

    def _score(self, score: ScoreReading | None, whole: int | None) -> NumberField:
        if score is None:
            return missing_number(reason("no-chapter-score"))
        number = settled_alone(CellReading(score.reading, score.place), whole)
        field = number_field(number)
        if not score.doubts:
            return field
        return field.model_copy(update={"needs_review": True, "reasons": [*field.reasons, *score.doubts]})

    def _section(self, section: SectionReading) -> NarrativeSection:
        heading = (
            text_field(section.heading)
            if section.heading
            else TextField(value="", confidence=0.999, needs_review=False, reasons=[reason("before-any-heading")])
        )
        return NarrativeSection(heading=heading, paragraphs=self._texts(section.paragraphs))

    def _score_table(self, settled: SettledTable, matches: Sequence[QuestionMatch]) -> ScoreTable:
        table = settled.table
        heading = (
            text_field(table.heading, doubts=table.doubts)
            if table.heading
            else missing_text(reason("no-heading"), *table.doubts)
        )
        hints = table.percent_hints
        rows = [
            self._row(row, numbers, match, hints)
            for row, numbers, match in zip(table.rows, settled.rows, matches, strict=True)
        ]
        numbers = self._numbers(settled.total, hints)
        total = ScoreTotal(achieved=numbers["achieved"], max=numbers["max"], percent=numbers["percent"])
        return ScoreTable(heading=heading, rows=rows, total=total)

    def _row(self, row: RowReading, settled: SettledNumbers, match: QuestionMatch, hints: Sequence[Reason]) -> ScoreRow:
        numbers = self._numbers(settled, hints)
        return ScoreRow(
            number=row.number,
            question=self._question(row, match),
            question_id=match.question_id,
            concept=match.concept,
            match_score=round(min(1.0, max(0.0, match.score)), 4),
            runner_up=match.runner_up,
            achieved=numbers["achieved"],
            max=numbers["max"],
            percent=numbers["percent"],
        )

    def _question(self, row: RowReading, match: QuestionMatch) -> TextField:
        if not row.question.text:
            return missing_text(reason("no-question-in-row"))
        known = self._edition.edition not in (None, UNKNOWN_QUESTIONS)
        doubts = _match_doubts(row, match) if known else []
        if row.derived and not (known and _says_number(row, match)):
            doubts.append(reason("question-number-from-place", raw=row.number_text, value=row.number))
        if NUMBERS_AT_END.search(row.question.text):
            doubts.append(reason("numbers-at-end"))
        as_known = known and _letters(row.question.text) == _letters(match.wording or "")
        question = without_dirt(row.question, match.wording or "") if as_known else row.question
        return text_field(question, doubts=doubts, words=AskAbout.NONE if as_known else AskAbout.ALL)

    def _numbers(self, settled: SettledNumbers, percent_hints: Sequence[Reason]) -> Mapping[str, NumberField]:
        percent = (
            number_field(settled.percent)
            if settled.percent
            else absent_number(NO_PERCENT, self._without_percent, percent_hints)
        )
        return {
            "achieved": number_field(settled.achieved),
            "max": number_field(settled.max),
            "percent": percent,
        }


def _says_number(row: RowReading, match: QuestionMatch) -> bool:
    """Whether the question's wording says the number that its place gives it."""
    same = match.question_id is not None and match.question_id.split("/")[1] == row.number
    return same and match.wording is not None and similarity(row.question.text, match.wording) >= LIKE_WORDING


def without_dirt(question: TextReading, wording: str) -> TextReading:
    """A question that is its known wording but for signs before and after it, without them."""
    text, wanted = question.text, wording.strip(DIRT)
    bare = text.strip(DIRT)
    if not wanted or " ".join(bare.casefold().split()) != " ".join(wanted.casefold().split()):
        return question
    head, tail = text[: text.index(bare)], text[text.index(bare) + len(bare) :]
    own_head, own_tail = wording[: wording.index(wanted)], wording[wording.index(wanted) + len(wanted) :]
    clean = f"{head if head in own_head else own_head}{bare}{tail if tail.replace(' ', '') in own_tail else own_tail}"
    if clean == text:
        return question
    reasons = (*question.reasons, reason("number-repaired", raw=text, reason=reason("signs-around-wording")))
    return replace(question, text=clean, raw=question.raw or text, reasons=reasons)


def _rows_without_percent(tables: Sequence[ScoreTableReading]) -> int:
    """How many rows of the report have points and max and no percent beside them, in tables without any."""
    rows = (row.numbers for table in tables if not table.has_percent and not table.percent_hints for row in table.rows)
    return sum(numbers.achieved.reading is not None and numbers.max.reading is not None for numbers in rows)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _query(row: RowReading, area: int) -> RowQuery:
    most = row.numbers.max.reading
    return RowQuery(row.question.text, row.number or None, most.best if most else None, area)


def _match_doubts(row: RowReading, match: QuestionMatch) -> list[Reason]:
    """Why a person should say which question a row is."""
    if match.question_id is None:
        if not match.runner_up:
            return [reason("no-question-matches")]
        return [reason("no-question-matches-nearest", question=match.runner_up, value=round(match.score, 2))]
    doubts = []
    if match.score < WEAK_MATCH:
        doubts.append(reason("question-matches-weakly", question=match.question_id, value=round(match.score, 2)))
    if match.runner_up and match.score - match.runner_up_score < CLOSE_MATCH:
        doubts.append(
            reason("question-matches-nearly", question=match.runner_up, value=round(match.runner_up_score, 2))
        )
    likeness = similarity(row.question.text, match.wording) if match.wording else 1.0
    if likeness < LIKE_WORDING:
        doubts.append(reason("unlike-edition-wording", wording=match.wording, value=round(likeness, 2)))
    if row.number and match.question_id.split("/")[1] != row.number:
        doubts.append(reason("numbered-worded", number=row.number, question=match.question_id))
    return doubts
