"""The head of the report JSON, and chapter 2's table of area scores, from what metadata read."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.content.metadata import FROM_TEXT, EvaluatorReading, Metadata, MetadataReading, OverviewReading
from kompass_extract.model.readings import Place, block_ids
from kompass_extract.model.reasons import reason
from kompass_extract.model.report import Evaluator, Number, NumberField, OverviewRow, ReportInfo, TextField, YearField
from kompass_extract.report.fields import evidence_of
from kompass_extract.taxonomy import EditionDecision

SURE_EDITION = 0.9
"""Share of the evidence, 0..1, below which a person decides the edition."""


def make_info(
    metadata: Metadata, edition: EditionDecision, places: Sequence[Place], sums: frozenset[Number] = frozenset()
) -> ReportInfo:
    """The report's head; ``places`` are where the area names stand, by which the edition was recognised.

    ``sums`` are what the areas' scores sum to: a total in running text that is one of them asks nobody.
    """
    return ReportInfo(
        municipality=_text(metadata.municipality),
        municipality_code=_text(metadata.municipality_code),
        title=_text(metadata.title),
        year=_year(metadata.year),
        evaluation_date=_text(metadata.evaluation_date),
        edition=_edition(edition, places),
        total=_total(metadata.total, sums),
        evaluators=[_evaluator(evaluator) for evaluator in metadata.evaluators],
    )


def make_overview(rows: Sequence[OverviewReading]) -> list[OverviewRow]:
    """Return chapter 2's table of area scores, columns in the order of the page; flag a value that a row lacks."""
    columns = _columns(rows)
    return [
        OverviewRow(
            number=row.number,
            label=_text(row.label),
            values={column: _number(dict(row.values).get(column, _lost(row))) for column in columns},
        )
        for row in rows
    ]


def _columns(rows: Sequence[OverviewReading]) -> list[str]:
    """The columns of all rows; a row that has most of them tells their order."""
    names = [[column for column, _ in row.values] for row in rows]
    return list(dict.fromkeys(column for own in sorted(names, key=len, reverse=True) for column in own))


def _lost(row: OverviewReading) -> MetadataReading[int]:
    return MetadataReading[int](None, 0.0, None, row.label.places, (reason("others-have-number"),))


def _evaluator(evaluator: EvaluatorReading) -> Evaluator:
    return Evaluator(name=_text(evaluator.name), affiliation=_text(evaluator.affiliation))


def _edition(decision: EditionDecision, places: Sequence[Place]) -> TextField:
    unsure = decision.edition is None or decision.confidence < SURE_EDITION
    nearly = [reason("nearly-edition", edition=decision.runner_up)] if unsure and decision.runner_up else []
    return TextField(
        value=decision.edition,
        confidence=round(decision.confidence, 4),
        needs_review=unsure,
        reasons=[*nearly, *decision.reasons],
        evidence=evidence_of(places),
        blocks=list(block_ids(places)),
    )


def _text(reading: MetadataReading[str]) -> TextField:
    asked = _asked(reading)
    return TextField(
        value=reading.value,
        confidence=_confidence(reading),
        needs_review=asked,
        reasons=list(reading.reasons),
        raw=reading.raw if reading.raw != reading.value else None,
        evidence=evidence_of(reading.places),
        blocks=list(block_ids(reading.places)),
    )


def _number(reading: MetadataReading[int]) -> NumberField:
    return NumberField(
        value=reading.value,
        confidence=_confidence(reading),
        needs_review=_asked(reading),
        reasons=list(reading.reasons),
        raw=reading.raw if reading.raw != str(reading.value) else None,
        evidence=evidence_of(reading.places),
        blocks=list(block_ids(reading.places)),
    )


def _total(reading: MetadataReading[int], sums: frozenset[Number]) -> NumberField:
    field = _number(reading)
    confirmed = reading.value in sums and reading.reasons == (FROM_TEXT,)
    return field.model_copy(update={"needs_review": False}) if confirmed else field


def _year(reading: MetadataReading[int]) -> YearField:
    return YearField.model_validate(_number(reading).model_dump())


def _confidence(reading: MetadataReading[str] | MetadataReading[int]) -> float:
    return round(min(0.999, max(0.0, reading.confidence)), 4) if reading.value is not None else 0.0


def _asked(reading: MetadataReading[str] | MetadataReading[int]) -> bool:
    """Metadata gives a reason wherever a value is doubtful or missing."""
    return reading.value is None or bool(reading.reasons)
