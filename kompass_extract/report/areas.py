"""The areas of the report JSON from chapters and score tables.

Chapters and tables are brought together by area number; each row finds its question in the edition; the numbers of
each table are chosen jointly.  What is missing becomes a Field without a value that asks for a person: all eight areas
stand in the report, and each question of a known edition as a row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kompass_extract.content.chapter_score import ScoreReading
from kompass_extract.content.chapters import AreaReading, SectionReading
from kompass_extract.content.score_tables import (
    CellReading,
    RowReading,
    ScoreTableReading,
    SettledNumbers,
    SettledTable,
    expected_questions,
    settle_table,
    settled_alone,
    table_not_found,
    with_missing_rows,
)
from kompass_extract.model.readings import TextReading
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import (
    Alternative,
    Area,
    NarrativeSection,
    Number,
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
    offers,
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
"""Signs that recognisers make of noise and rules beside a line."""
NUMBERS_AT_END = re.compile(
    r"(?:\d{1,3}(?:[.,]\d+)?\s?%|(?:\s\d{1,3}(?:[.,]\d{1,3})?){2,12}|\d\s?(?:/|av)\s?\d{1,3})\W*$"
)
NO_TABLE = reason("no-score-table")
AREAS = range(1, 9)
"""The areas of every edition."""
TABLE_IS_NAMED_ALIKE = 0.85
"""How often a score table is headed as its chapter is, 0..1 (17 of 20 labelled areas)."""
TOTAL_IS_SCORE = 0.9
"""How often a chapter prints its table's total as its score, 0..1 (18 of 20 labelled areas)."""


def make_areas(
    chapters: Sequence[AreaReading],
    tables: Sequence[ScoreTableReading],
    edition: EditionDecision,
    taxonomy: Taxonomy,
) -> list[Area]:
    """The eight Areas in order; one of which nothing was found has Fields without a value."""
    by_chapter = {chapter.number: chapter for chapter in chapters}
    by_table = {table.area: table for table in tables}
    has_percent = not tables or any(table.has_percent or table.percent_hints for table in tables)
    maker = _Maker(edition, taxonomy, _rows_without_percent(tables))
    return [
        maker.area(
            number, by_chapter.get(number), by_table.get(number) or table_not_found(number, has_percent=has_percent)
        )
        for number in AREAS
    ]


def match_table(table: ScoreTableReading, *, edition: EditionDecision, taxonomy: Taxonomy) -> list[QuestionMatch]:
    """The question of each of a table's rows."""
    rows = [_query(row, table.area) for row in table.rows]
    return taxonomy.match_rows(rows, edition=edition.edition, form=edition.form)


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

    def area(self, number: int, chapter: AreaReading | None, read: ScoreTableReading) -> Area:
        """One area; ``chapter`` may be missing, ``read`` may be empty."""
        score = chapter.score if chapter else None
        table, matches = with_missing_rows(read, self._matches(read), expected_questions(self._questions, number))
        settled = self._settled(table, matches, score) if table.rows else None
        whole = settled.total.achieved.value if settled and read.rows else None
        return Area(
            number=number,
            area_id=self._taxonomy.area_id(self._edition.edition, number),
            name=self._name(chapter, read),
            score=self._score(score, whole),
            rubrics=[text_field(rubric) for rubric in chapter.rubrics] if chapter else [],
            narrative=[self._section(section) for section in chapter.sections] if chapter else [],
            strengths=self._texts(chapter.strengths) if chapter else [],
            improvements=self._texts(chapter.improvements) if chapter else [],
            score_table=self._score_table(settled, matches)
            if settled and read.rows
            else self._no_table(settled, matches),
        )

    def _texts(self, readings: Sequence[TextReading]) -> list[TextField]:
        return [text_field(reading, words=AskAbout.NUMBERS) for reading in readings]

    def _settled(
        self, table: ScoreTableReading, matches: Sequence[QuestionMatch], score: ScoreReading | None
    ) -> SettledTable:
        fixed = [self._fixed(match) for match in matches]
        return settle_table(table, fixed, score.reading if score else None)

    def _matches(self, table: ScoreTableReading) -> list[QuestionMatch]:
        return match_table(table, edition=self._edition, taxonomy=self._taxonomy)

    def _fixed(self, match: QuestionMatch) -> frozenset[int]:
        """The max points that the edition allows for a row, by its question."""
        number = match.question_id.split("/")[1] if match.question_id else ""
        return self._max_points.get(number, frozenset())

    def _name(self, chapter: AreaReading | None, table: ScoreTableReading) -> TextField:
        """The chapter's name; where it was not read, that of its score table is offered."""
        if chapter is not None and chapter.name is not None:
            return text_field(chapter.name)
        lost = reason("no-chapter" if chapter is None else "no-area-heading")
        missing = missing_text(lost)
        if table.heading is None:
            return missing
        offered = [Alternative(value=table.heading.text, confidence=TABLE_IS_NAMED_ALIKE)]
        return missing.model_copy(update={"alternatives": offered})

    def _score(self, score: ScoreReading | None, whole: Number | None) -> NumberField:
        if score is None:
            offered = [] if whole is None else [Alternative(value=whole, confidence=TOTAL_IS_SCORE)]
            return missing_number(reason("no-chapter-score"), offered=offered)
        number = settled_alone(CellReading(score.reading, score.place), whole)
        field = number_field(number)
        return _doubted(field, score.doubts)

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
        rows = self._rows(settled, matches)
        numbers = self._numbers(settled.total, hints, table.column_doubts)
        total = ScoreTotal(achieved=numbers["achieved"], max=numbers["max"], percent=numbers["percent"])
        return ScoreTable(heading=heading, rows=rows, total=total)

    def _no_table(self, settled: SettledTable | None, matches: Sequence[QuestionMatch]) -> ScoreTable:
        """The table of an area in which none was found: what the edition asks for, without values."""
        percent = missing_number(NO_TABLE)
        if settled is not None and not settled.table.has_percent:
            percent = absent_number(NO_PERCENT, self._without_percent)
        total = ScoreTotal(achieved=missing_number(NO_TABLE), max=missing_number(NO_TABLE), percent=percent)
        rows = self._rows(settled, matches) if settled else []
        return ScoreTable(heading=missing_text(NO_TABLE), rows=rows, total=total)

    def _rows(self, settled: SettledTable, matches: Sequence[QuestionMatch]) -> list[ScoreRow]:
        hints = settled.table.percent_hints
        found = []
        for row, numbers, match in zip(settled.table.rows, settled.rows, matches, strict=True):
            if row.missing:
                values = self._missing_numbers(row, numbers)
                question = missing_text(_not_found(row), places=row.question.places)
            else:
                values = self._numbers(numbers, hints, settled.table.column_doubts)
                question = self._question(row, match)
            found.append(
                ScoreRow(
                    number=row.number,
                    question=question,
                    question_id=match.question_id,
                    concept=match.concept,
                    match_score=round(min(1.0, max(0.0, match.score)), 4),
                    runner_up=match.runner_up,
                    achieved=values["achieved"],
                    max=values["max"],
                    percent=values["percent"],
                )
            )
        return found

    def _missing_numbers(self, row: RowReading, settled: SettledNumbers) -> Mapping[str, NumberField]:
        """Numbers of a row of which nothing was read: what follows from the others is offered beside them."""
        percent = (
            missing_number(_not_found(row), offered=offers(settled.percent))
            if settled.percent
            else absent_number(NO_PERCENT, self._without_percent)
        )
        return {
            "achieved": missing_number(_not_found(row), offered=offers(settled.achieved)),
            "max": missing_number(_not_found(row), offered=offers(settled.max)),
            "percent": percent,
        }

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

    def _numbers(
        self, settled: SettledNumbers, percent_hints: Sequence[Reason], column_doubts: Sequence[Reason]
    ) -> Mapping[str, NumberField]:
        percent = (
            number_field(settled.percent)
            if settled.percent
            else absent_number(NO_PERCENT, self._without_percent, percent_hints)
        )
        return {
            "achieved": _doubted(number_field(settled.achieved), column_doubts),
            "max": number_field(settled.max),
            "percent": percent,
        }


def _doubted(field: NumberField, doubts: Sequence[Reason]) -> NumberField:
    if not doubts:
        return field
    return field.model_copy(update={"needs_review": True, "reasons": [*field.reasons, *doubts]})


def _not_found(row: RowReading) -> Reason:
    return reason("question-not-found", number=row.number)


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
