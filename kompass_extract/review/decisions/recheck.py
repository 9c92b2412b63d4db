"""The checks once more, over what people decided.

A field that was asked about only because a check failed is asked no more when the check holds.  A field that nobody
decided is asked when a check fails that held before.  What a person decided stays decided while the checks that failed
then fail on; it is asked again when another one fails, as something beside it has changed, and no more when that one is
put right.  A failed check about something that is no field (a missing area, a missing list) is a finding: a person
says that it is so on paper, or adds what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kompass_extract.model.pointers import AnyField
from kompass_extract.model.reasons import CHECK, Reason, check_reason, codes, reason
from kompass_extract.model.report import Area, Check, Report, ScoreRow
from kompass_extract.model.schema1 import reason_of_sentence
from kompass_extract.report import assemble
from kompass_extract.review.decisions.decision import Address, Decision
from kompass_extract.taxonomy import (
    AreaEvidence,
    EditionDecision,
    EditionEvidence,
    QuestionEvidence,
    Taxonomy,
    load_taxonomy,
)

DOUBTED_ANYWAY = 0.5
"""Confidence, 0..1, below which a field stays asked although the check that named it holds now.  A failed check lowers
a confidence itself, so this is far below what a field is asked from; assumed, not measured."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A failed check about what is no field; ``address`` tells it from others over readings and decisions."""

    address: Address
    check: Check
    open: bool


def check_id(check: Check) -> str:
    """A check's name over all readings: ``rows-total/3``; area 0 is the whole report."""
    return f"{check.id}/{check.area or 0}"


def checks_of(report: Report) -> list[Check]:
    """All checks of the report as it stands; fields that a person decided count as surely read."""
    return assemble.checks_of(report, edition_of(report), load_taxonomy())


def edition_of(report: Report) -> EditionDecision:
    """The report's edition as it stands there, with the form that its questions speak for."""
    names = [AreaEvidence(area.number, area.name.value) for area in report.areas if area.name.value]
    names.extend(
        AreaEvidence(area.number, area.score_table.heading.value)
        for area in report.areas
        if area.score_table.heading.value
    )
    rows = [row for area in report.areas for row in area.score_table.rows]
    questions = [QuestionEvidence(row.number, row.question.value or "", row.max.value) for row in rows]
    told = _told(EditionEvidence(tuple(names), tuple(questions), report.report.year.value))
    edition = report.report.edition.value
    form = told.form if told.edition == edition else None
    return replace(told, edition=edition, form=form)


@lru_cache(maxsize=256)
def _told(evidence: EditionEvidence) -> EditionDecision:
    return load_taxonomy().decide_edition(evidence)


def of_edition(report: Report, told: frozenset[str]) -> Report:
    """The report with its areas and questions named by its edition, where that is not the one it was read with.

    ``told`` are the pointers of rows whose question a person set; those stay.
    """
    taxonomy = load_taxonomy()
    edition = edition_of(report)
    areas = []
    for index, area in enumerate(report.areas):
        rows = [
            row if f"/areas/{index}/score_table/rows/{place}" in told else _matched(row, area, edition, taxonomy)
            for place, row in enumerate(area.score_table.rows)
        ]
        table = area.score_table.model_copy(update={"rows": rows})
        named = taxonomy.area_id(edition.edition, area.number)
        areas.append(area.model_copy(update={"area_id": named, "score_table": table}))
    return report.model_copy(update={"areas": areas})


def _matched(row: ScoreRow, area: Area, edition: EditionDecision, taxonomy: Taxonomy) -> ScoreRow:
    match = taxonomy.match_question(
        row.question.value or "",
        edition=edition.edition,
        form=edition.form,
        area=area.number,
        number=row.number or None,
        max_points=row.max.value,
    )
    score = round(min(1.0, max(0.0, match.score)), 4)
    changes = {
        "question_id": match.question_id,
        "concept": match.concept,
        "match_score": score,
        "runner_up": match.runner_up,
    }
    return row.model_copy(update=changes)


def asked_by_itself(field: AnyField) -> bool:
    """Return whether a field has review flags other than failed checks."""
    if not field.needs_review:
        return False
    own = [reason for reason in field.reasons if reason.code != CHECK]
    only_checks = len(own) < len(field.reasons) and not any(reason.asks for reason in own)
    missing = field.value is None and not own  # what a report need not print says so
    return not only_checks or missing or field.confidence < DOUBTED_ANYWAY


def without_checks(field: AnyField) -> AnyField:
    """The field as it would be if no check had failed."""
    if field.review is not None or not any(reason.code == CHECK for reason in field.reasons):
        return field
    own = [reason for reason in field.reasons if reason.code != CHECK]
    return field.model_copy(update={"needs_review": asked_by_itself(field), "reasons": own})


def reopened(field: AnyField, checks: Sequence[Check], latest: Decision | None) -> bool:
    """Whether a decided field must be looked at again: a check names it that did not fail when it was decided."""
    seen = latest.seen if latest is not None else ()
    return field.review is not None and any(check_id(check) not in seen for check in checks)


def failed_by_pointer(checks: Sequence[Check]) -> dict[str, list[Check]]:
    """Per JSON pointer the failed checks that name it."""
    return named_by_pointer(check for check in checks if check.status == "failed")


def named_by_pointer(checks: Iterable[Check]) -> dict[str, list[Check]]:
    """Per JSON pointer the checks that name it."""
    found: dict[str, list[Check]] = {}
    for check in checks:
        for pointer in check.fields:
            found.setdefault(pointer, []).append(check)
    return found


def reasons_of(checks: Sequence[Check]) -> list[Reason]:
    """What failed checks say to a field that they name."""
    return [check_reason(check.id, check.found) for check in checks if check.status == "failed"]


def findings(checks: Sequence[Check], fields: Collection[str], accepted: Mapping[Address, str]) -> tuple[Finding, ...]:
    """The failed checks that name something else than a field.

    ``fields`` are the pointers of fields, ``accepted`` what findings said when a
    person accepted them, by address: one that says something else since is open again.
    """
    found: dict[Address, Finding] = {}
    for check in checks:
        others = [pointer for pointer in check.fields if pointer not in fields]
        if check.status == "failed" and others:
            about = "" if check.area is not None else f"/{others[0].rpartition('/')[2]}"
            address = f"/checks/{check_id(check)}{about}"
            found.setdefault(address, Finding(address, check, not says(check, accepted.get(address))))
    return tuple(found.values())


def saying(check: Check) -> str:
    """What a check says, as a decision that accepts it keeps it: its code and its parameters."""
    return json.dumps([check.code, check.params], ensure_ascii=False, sort_keys=True)


def said_again(kept: str) -> Reason:
    """Return what a check said from what was kept of it; schema 1 kept its sentence."""
    if not kept.startswith("["):
        return reason_of_sentence(kept)
    code, params = json.loads(kept)
    return reason(code, **params) if code in codes() else reason_of_sentence(kept)


def says(check: Check, accepted: str | None) -> bool:
    """Whether a check says what was accepted; decisions of schema 1 kept its sentence."""
    if accepted is None:
        return False
    old = said_again(accepted)
    return (old.code, old.params) == (check.code, check.params)
