"""Signals of the report's head: whether its parts confirm each other, and whether they look like what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kompass_extract.model.pointers import AnyField
from kompass_extract.model.report import ReportInfo
from kompass_extract.report.confidence.evidence import Family, FieldEvidence
from kompass_extract.report.confidence.text_evidence import begins_with_sign, twice
from kompass_extract.taxonomy.fold import fold

USUAL_TITLE = 40.0  # letters
MOST_NAMES = 3  # words of one person's name

MetadataFound = tuple[str, AnyField, FieldEvidence]


def metadata_evidence(info: ReportInfo) -> Iterator[MetadataFound]:
    """Every Field of the head that has a value, the total apart, with what the others tell of it."""
    title, town = fold(info.title.value or ""), fold(info.municipality.value or "-")
    year, date = info.year.value, (info.evaluation_date.value or "")[:4]
    named = re.search(rf"\b{re.escape(town)}s?\b", title) is not None
    near = date.isdigit() and year is not None and int(date) in (year, year - 1)
    confirmed: tuple[tuple[str, AnyField, bool], ...] = (
        ("municipality", info.municipality, named),
        ("municipality_code", info.municipality_code, named),
        ("title", info.title, named),
        ("year", info.year, near or str(year) in title),
        ("evaluation_date", info.evaluation_date, near),
        ("edition", info.edition, True),
    )
    for kind, field, agrees in confirmed:
        if field.value is not None:
            yield f"/report/{kind}", field, _evidence(kind, field, confirmed=agrees)
    for index, person in enumerate(info.evaluators):
        for kind, field in (("name", person.name), ("affiliation", person.affiliation)):
            if field.value is not None:
                evidence = _evidence(f"evaluator_{kind}", field, confirmed=True)
                yield f"/report/evaluators/{index}/{kind}", field, evidence


def _evidence(kind: str, field: AnyField, *, confirmed: bool) -> FieldEvidence:
    text = str(field.value)
    names = kind == "evaluator_name" and len(text.split()) > MOST_NAMES
    return FieldEvidence(
        Family.METADATA,
        kind,
        draft=1 - field.confidence,
        unconfirmed=float(not confirmed),
        repeated=float(twice(text)),
        long=float(names or len(text) > 2 * USUAL_TITLE),
        first_mark=float(begins_with_sign(text)),
    )
