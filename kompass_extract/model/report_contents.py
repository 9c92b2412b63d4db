"""What the report JSON says of the evaluation: the report as a whole, its areas, their tables and the overview."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field as Constrained

from kompass_extract.model.field_values import Model, NumberField, Probability, TextField, YearField


def _value(**limits: float | str) -> dict[str, Any]:
    """Limits of a Field's value for the schema; a value outside of them is kept and doubted, not refused."""
    return {"properties": {"value": limits}}


UP_TO_100, UP_TO_800 = _value(minimum=0, maximum=100), _value(minimum=0, maximum=800)
YEARS, MONTH = _value(minimum=1990, maximum=2100), _value(pattern=r"^\d{4}-\d{2}$")


class Evaluator(Model):
    """A person who made the evaluation."""

    name: TextField = Constrained(description="The evaluator's name.")
    affiliation: TextField = Constrained(description="The organisation or town that the evaluator comes from.")


class ReportInfo(Model):
    """What the report says about itself as a whole."""

    municipality: TextField = Constrained(description="The municipality's name, as the register has it.")
    municipality_code: TextField = Constrained(description="The municipality's code of four digits (SCB).")
    title: TextField = Constrained(description="The report's title, as printed.")
    year: YearField = Constrained(description="Year of publication.", json_schema_extra=YEARS)
    evaluation_date: TextField = Constrained(
        description="Month of the evaluation, as in 2018-12.", json_schema_extra=MONTH
    )
    edition: TextField = Constrained(description="Edition of the instrument: 2010, 2016 or 2020.")
    total: NumberField = Constrained(
        description="Points of all areas together, as printed.", json_schema_extra=UP_TO_800
    )
    evaluators: list[Evaluator] = Constrained(description="Who made the evaluation.")


class NarrativeSection(Model):
    """A part of an area's running text."""

    heading: TextField = Constrained(description="The section's heading; its value is null for text before the first.")
    paragraphs: list[TextField] = Constrained(description="Its paragraphs, in reading order.")


class ScoreRow(Model):
    """A question with its points."""

    number: str = Constrained(description="The question's number, as in 3.2.")
    question: TextField = Constrained(description="The question, as printed.")
    question_id: str | None = Constrained(
        description="The question in the taxonomy, as in '2016/3.2'; null where none matches."
    )
    concept: str | None = Constrained(
        description="Id of the concept that the question asks about in every edition; null where not known."
    )
    match_score: Probability = Constrained(
        description="How well the printed question matches that of the taxonomy, 0 to 1."
    )
    runner_up: str | None = Constrained(
        default=None, description="The question that matches second best; null where none comes near."
    )
    achieved: NumberField = Constrained(description="Points achieved.", json_schema_extra=UP_TO_100)
    max: NumberField = Constrained(description="Points that can be achieved.", json_schema_extra=UP_TO_100)
    percent: NumberField = Constrained(
        description="Points achieved, in percent of those that can be.", json_schema_extra=UP_TO_100
    )

    @property
    def found(self) -> bool:
        """Whether anything of the row was read, or put in by a reviewer."""
        return any(field.value is not None for field in (self.question, self.achieved, self.max, self.percent))


class ScoreTotal(Model):
    """The last row of an area's table."""

    achieved: NumberField = Constrained(description="Points achieved in the area.", json_schema_extra=UP_TO_100)
    max: NumberField = Constrained(
        description="Points that can be achieved in the area, mostly 100.", json_schema_extra=UP_TO_100
    )
    percent: NumberField = Constrained(description="Points achieved, in percent.", json_schema_extra=UP_TO_100)


class ScoreTable(Model):
    """An area's table of questions and points."""

    heading: TextField = Constrained(description="The table's heading.")
    rows: list[ScoreRow] = Constrained(description="One row per question.")
    total: ScoreTotal = Constrained(description="The table's last row.")

    @property
    def found(self) -> bool:
        """Whether any of its rows was read, or put in by a reviewer."""
        return any(row.found for row in self.rows)


class Area(Model):
    """A chapter of the report: one of the areas of the instrument."""

    number: Annotated[int, Constrained(ge=1, le=8)] = Constrained(description="Number of the area, 1 to 8.")
    area_id: str | None = Constrained(
        description="The area in the taxonomy, as in '2016/3'; null where the edition is not known."
    )
    name: TextField = Constrained(description="The area's name, as printed.")
    score: NumberField = Constrained(
        description="Points of the area, as printed in its chapter.", json_schema_extra=UP_TO_100
    )
    rubrics: list[TextField] = Constrained(
        description="What the evaluation looks for, as printed at the start of the chapter."
    )
    narrative: list[NarrativeSection] = Constrained(description="Running text, by section.")
    strengths: list[TextField] = Constrained(description="Items of the list of strengths.")
    improvements: list[TextField] = Constrained(description="Items of the list of improvements.")
    score_table: ScoreTable = Constrained(description="The area's table of questions and points.")

    @property
    def found(self) -> bool:
        """Whether anything of the area was read, or put in by a reviewer."""
        texts = (*self.rubrics, *self.narrative, *self.strengths, *self.improvements)
        values = (self.name.value, self.score.value, self.score_table.heading.value)
        return bool(texts) or any(value is not None for value in values) or self.score_table.found


class OverviewRow(Model):
    """A row of chapter 2's table of area scores over several evaluations; ``number`` None is the total."""

    number: int | None = Constrained(description="Number of the area; null for the total.")
    label: TextField = Constrained(description="The row's name, as printed.")
    values: dict[str, NumberField] = Constrained(description="Points by column, which is a year or a municipality.")
