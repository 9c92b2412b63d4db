"""A judgement on every value of a report, read or lost, against its label.

All figures of the evaluation are counts over judgements.  A judgement is silent when it is an error that nobody was
asked to look at: no ``needs_review`` on the field, and, where no field stands for what was lost, no check that points
at the place where it should stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kompass_extract.model.pointers import AnyField, escaped
from kompass_extract.model.report import Area, Evidence, Field, Report, ScoreRow
from kompass_extract.taxonomy import load_taxonomy
from kompass_extract.training.evaluate import compare
from kompass_extract.training.evaluate.compare import NO_ERRORS, CharacterErrors
from kompass_extract.training.gold import GoldArea, GoldReport, GoldRow

Status = Literal["right", "wrong", "missing", "extra"]

_NO_AREA = "/areas/-"  # stands for an area that the report lacks


@dataclass(frozen=True, slots=True)
class Judgement:
    """One value against its label.

    ``pointer`` names the field in the report, or for something lost the list it should stand in.  ``edits`` are
    loose character errors, ``strict_edits`` count quotes and dashes too.
    """

    kind: str
    area: int | None
    status: Status
    gold: str | None
    read: str | None
    pointer: str
    asked: bool
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()
    edits: CharacterErrors = NO_ERRORS
    strict_edits: CharacterErrors = NO_ERRORS

    @property
    def silent(self) -> bool:
        return self.status != "right" and not self.asked


class Judge:
    """Collects judgements while the report and the labels are walked side by side."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._doubts = [
            (pointer, check.area) for check in report.checks if check.status != "ok" for pointer in check.fields
        ]
        self.judgements: list[Judgement] = []

    def metadata(self, gold: GoldReport) -> None:
        info = self._report.report
        self._value("municipality", gold.municipality, info.municipality, "/report/municipality")
        self._value("municipality_code", gold.municipality_code, info.municipality_code, "/report/municipality_code")
        self._value("title", gold.title.casefold(), _folded(info.title), "/report/title")
        self._value("year", gold.published_year, info.year, "/report/year")
        self._value("evaluation_date", gold.evaluation_date, info.evaluation_date, "/report/evaluation_date")
        self._value("edition", gold.edition, info.edition, "/report/edition")
        names = [evaluator.name for evaluator in gold.evaluators]
        read = [evaluator.name for evaluator in info.evaluators]
        pairs = self._texts("evaluator_name", None, names, read, "/report/evaluators", suffix="/name", exact=True)
        for gold_index, index in pairs:
            affiliation = info.evaluators[index].affiliation
            pointer = f"/report/evaluators/{index}/affiliation"
            self._value("evaluator_affiliation", gold.evaluators[gold_index].affiliation, affiliation, pointer)

    def area(self, gold: GoldArea, area: Area | None, at: str, edition: str) -> None:
        number = gold.number
        self._value("area_name", gold.name, area.name if area else None, f"{at}/name", number)
        self._value("area_score", gold.printed_score, area.score if area else None, f"{at}/score", number)
        self._texts("rubric", number, gold.rubrics, area.rubrics if area else [], f"{at}/rubrics")
        self._texts("strength", number, gold.strengths, area.strengths if area else [], f"{at}/strengths")
        self._texts("improvement", number, gold.improvements, area.improvements if area else [], f"{at}/improvements")
        self._paragraphs(gold, area, at)
        self._table(gold, area, f"{at}/score_table", edition)

    def _paragraphs(self, gold: GoldArea, area: Area | None, at: str) -> None:
        """Judged one by one for the silent errors; the character errors come from the joined text."""
        wanted = [text for section in gold.narrative for text in section.paragraphs]
        read = [
            (f"{at}/narrative/{section_index}/paragraphs/{index}", field)
            for section_index, section in enumerate(area.narrative if area else [])
            for index, field in enumerate(section.paragraphs)
        ]
        self._pairs("paragraph", gold.number, wanted, read, f"{at}/narrative", exact=False)

    def _table(self, gold: GoldArea, area: Area | None, at: str, edition: str) -> None:
        table = area.score_table if area else None
        heading = gold.score_table.heading
        if heading is not None:
            self._value("table_heading", heading, table.heading if table else None, f"{at}/heading", gold.number)
        rows = table.rows if table else []
        pairs = _rows_by_number_or_question(gold.score_table.rows, rows)
        for gold_index, gold_row in enumerate(gold.score_table.rows):
            index = pairs.get(gold_index)
            self._row(gold_row, None if index is None else rows[index], f"{at}/rows/{index}", gold.number, edition)
        for index in sorted(set(range(len(rows))) - set(pairs.values())):
            for name in ("achieved", "max", "percent"):
                self._value(name, None, getattr(rows[index], name), f"{at}/rows/{index}/{name}", gold.number)
        for name in ("achieved", "max", "percent"):
            field = getattr(table.total, name) if table else None
            pointer = f"{at}/total/{name}"
            self._value(f"total_{name}", getattr(gold.score_table.total, name), field, pointer, gold.number)

    def _row(self, gold: GoldRow, row: ScoreRow | None, at: str, area: int, edition: str) -> None:
        at = at if row else at.removesuffix("/None")
        # Of 2010 and of the editions before it no questions are known, so that their ids must be null.
        wanted_id = f"{edition}/{gold.number}" if load_taxonomy().questions(edition) else None
        asked = row.question.needs_review if row else self._is_doubted(at, area)
        read_id = row.question_id if row else None
        evidence = tuple(row.question.evidence) if row else ()
        status: Status = "right" if row and wanted_id == read_id else ("wrong" if row else "missing")
        self.judgements.append(
            Judgement(
                "question_id", area, status, wanted_id, read_id, f"{at}/question_id", asked,
                row.match_score if row else None, evidence,
            )
        )  # fmt: skip
        self._text("question", area, gold.question, row.question if row else None, f"{at}/question", exact=False)
        for name in ("achieved", "max", "percent"):
            self._value(name, getattr(gold, name), getattr(row, name) if row else None, f"{at}/{name}", area)

    def overview(self, gold: GoldReport) -> None:
        """The table of area scores over the years in chapter 2."""
        rows = {row.number: (index, row) for index, row in enumerate(self._report.area_scores_overview)}
        for gold_row in gold.area_scores_overview:
            index, row = rows.get(gold_row.number, (None, None))
            at = "/area_scores_overview" if index is None else f"/area_scores_overview/{index}/values"
            values = list(row.values.items()) if row else []
            for position, (key, value) in enumerate(gold_row.values.items()):
                # The column heads are hard to read and their order is kept: a value is found by its head or its place.
                found = [one for one in values if one[0] == key] or values[position : position + 1]
                field = found[0][1] if found else None
                pointer = f"{at}/{escaped(found[0][0])}" if found else at
                self._value("overview", value, field, pointer, gold_row.number)

    def _value(
        self, kind: str, gold: str | int | float | None, field: AnyField | None, pointer: str, area: int | None = None
    ) -> None:
        """A value that is right only when it is the label's; nothing printed and nothing read is no value."""
        read = field.value if field is not None else None
        if gold is None and read is None:
            return
        if gold is None:
            status: Status = "extra"
        elif read is None:
            status = "missing"
        else:
            status = "right" if compare.loose(str(read)) == compare.loose(str(gold)) else "wrong"
        self._add(kind, area, status, gold, field, pointer)

    def _text(
        self, kind: str, area: int | None, gold: str, field: AnyField | None, pointer: str, *, exact: bool
    ) -> None:
        """A text that is right from a similarity of ``compare.FOUND``, or only when it is the label's."""
        if field is None or field.value is None:
            self._add(kind, area, "missing", gold, field, pointer)
            return
        read = str(field.value)
        right = compare.loose(read) == compare.loose(gold) if exact else compare.similarity(gold, read) >= compare.FOUND
        self._add(kind, area, "right" if right else "wrong", gold, field, pointer)

    def _texts(
        self,
        kind: str,
        area: int | None,
        gold: Sequence[str],
        read: Sequence[Field[str]],
        at: str,
        *,
        suffix: str = "",
        exact: bool = False,
    ) -> list[tuple[int, int]]:
        """A list of texts, paired one to one; returns the pairs of indices."""
        placed = [(f"{at}/{index}{suffix}", field) for index, field in enumerate(read)]
        return self._pairs(kind, area, gold, placed, at, exact=exact)

    def _pairs(
        self,
        kind: str,
        area: int | None,
        gold: Sequence[str],
        read: Sequence[tuple[str, Field[str]]],
        at: str,
        *,
        exact: bool,
    ) -> list[tuple[int, int]]:
        pairs = [(one, other) for one, other, _ in compare.pair(gold, [field.value or "" for _, field in read])]
        for gold_index, index in pairs:
            pointer, field = read[index]
            self._text(kind, area, gold[gold_index], field, pointer, exact=exact)
        for index in sorted(set(range(len(gold))) - {one for one, _ in pairs}):
            self._add(kind, area, "missing", gold[index], None, at)
        for index in sorted(set(range(len(read))) - {other for _, other in pairs}):
            pointer, field = read[index]
            if field.value is not None:
                self._add(kind, area, "extra", None, field, pointer)
        return pairs

    def _add(
        self,
        kind: str,
        area: int | None,
        status: Status,
        gold: str | int | float | None,
        field: AnyField | None,
        pointer: str,
    ) -> None:
        read = None if field is None or field.value is None else str(field.value)
        wanted = "" if gold is None else str(gold)
        self.judgements.append(
            Judgement(
                kind=kind,
                area=area,
                status=status,
                gold=None if gold is None else wanted,
                read=read,
                pointer=pointer,
                asked=field.needs_review if field is not None else self._is_doubted(pointer, area),
                confidence=None if field is None else field.confidence,
                evidence=() if field is None else tuple(field.evidence),
                edits=compare.errors(wanted, read or ""),
                strict_edits=compare.errors(wanted, read or "", strictly=True),
            )
        )

    def _is_doubted(self, pointer: str, area: int | None) -> bool:
        """Whether a check that did not pass points at the place where something is missing.

        It must name that place or what holds it; for a score table any of its numbers will do, since a lost row
        shows in the sums.  An area that is lost as a whole must be named by a check of its own.
        """
        if pointer == _NO_AREA or pointer.startswith(f"{_NO_AREA}/"):
            return any(of == area for one, of in self._doubts if one == "/areas")
        if pointer.startswith("/areas/") and "/score_table" in pointer:
            table = pointer[: pointer.index("/score_table") + len("/score_table")]
            return any(f"{one}/".startswith(f"{table}/") for one, _ in self._doubts)
        return any(f"{pointer}/".startswith(f"{one}/") for one, _ in self._doubts if one not in ("", "/areas"))


def _folded(field: Field[str]) -> Field[str]:
    """A title is compared without regard to capitals: covers are often set in them."""
    return field if field.value is None else field.model_copy(update={"value": field.value.casefold()})


def _rows_by_number_or_question(gold: Sequence[GoldRow], rows: Sequence[ScoreRow]) -> dict[int, int]:
    """Which read row stands for which labelled one: by number, then what is left by its question's text."""
    by_number = {row.number: index for index, row in reversed(list(enumerate(rows)))}
    pairs = {index: by_number[row.number] for index, row in enumerate(gold) if row.number in by_number}
    left = [index for index in range(len(gold)) if index not in pairs]
    free = [index for index in range(len(rows)) if index not in pairs.values()]
    matched = compare.pair(
        [gold[index].question for index in left], [rows[index].question.value or "" for index in free]
    )
    pairs.update({left[one]: free[other] for one, other, _ in matched})
    return pairs
