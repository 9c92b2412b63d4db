"""What a choice of reports and passages is in SQL, for tables that carry the report's columns."""

from __future__ import annotations

from collections.abc import Sequence

from kompass_extract.review.answers.answer_values import Choice, PassageChoice
from kompass_extract.review.answers.archive_names import UnknownNameError, county_name, municipality_name
from kompass_extract.taxonomy import load_taxonomy

Parameter = str | int | float


def report_clause(choice: Choice, prefix: str = "", *, source: str = "") -> tuple[str, list[Parameter]]:
    """Return a condition over report_id, edition, county, year and municipality; "" allows all.

    ``source`` is the schema, with its dot, in which the table of reports is.
    """
    parts: list[str] = []
    values: list[Parameter] = []
    counties = [county_name(one) for one in choice.counties]
    for column, wanted in (("edition", choice.editions), ("county", counties), ("year", choice.years)):
        if wanted:
            parts.append(f"{prefix}{column} IN ({_marks(wanted)})")
            values.extend(wanted)
    if choice.municipalities:
        marks = _marks(choice.municipalities)
        parts.append(f"({prefix}municipality IN ({marks}) OR {prefix}municipality_code IN ({marks}))")
        values.extend([*map(municipality_name, choice.municipalities), *choice.municipalities])
    if choice.reviewed_only:
        parts.append(f"{prefix}report_id IN (SELECT report_id FROM {source}reports WHERE review_status = 'reviewed')")
    if choice.once:
        parts.append(f"{prefix}report_id IN (SELECT report_id FROM {source}reports WHERE counts)")
    return " AND ".join(parts), values


def passage_clause(choice: PassageChoice, prefix: str = "") -> tuple[str, list[Parameter]]:
    """Return a condition over the columns of passages; "" allows all."""
    parts: list[str] = []
    values: list[Parameter] = []
    for column, wanted in (("kind", choice.kinds), ("area", choice.areas)):
        if wanted:
            parts.append(f"{prefix}{column} IN ({_marks(wanted)})")
            values.extend(wanted)
    if choice.concept is not None:
        places = concept_areas(choice.concept)
        parts.append("(" + " OR ".join([f"{prefix}edition = ? AND {prefix}area = ?"] * len(places)) + ")")
        values.extend(value for place in places for value in place)
    if choice.min_score is not None:
        parts.append(f"{prefix}score >= ? AND NOT {prefix}score_needs_review")
        values.append(choice.min_score)
    return " AND ".join(parts), values


def concept_areas(concept: str) -> tuple[tuple[str, int], ...]:
    """Return the edition and area of each question about a concept; UnknownNameError for an unknown concept."""
    taxonomy = load_taxonomy()
    found = {
        (edition.name, question.area)
        for edition in taxonomy.editions
        for question in edition.questions
        if question.concept == concept
    }
    if not found:
        names = tuple(one.id for one in taxonomy.concepts)
        raise UnknownNameError(concept, names, f"No edition has a question about {concept}.")
    return tuple(sorted(found))


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
