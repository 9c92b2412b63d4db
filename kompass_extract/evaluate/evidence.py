"""Labelled evidence from a report and its labels: what the confidence model learns from."""

from __future__ import annotations

from collections.abc import Mapping

from kompass_extract.confidence.evidence import FieldEvidence
from kompass_extract.confidence.rows import Row
from kompass_extract.evaluate import compare
from kompass_extract.evaluate.cases import Case
from kompass_extract.evaluate.gold import GoldReport
from kompass_extract.evaluate.score import score_report
from kompass_extract.pointers import fields
from kompass_extract.report import Report


def labelled_rows(case: Case, gold: GoldReport, draft: Report, evidence: Mapping[str, FieldEvidence]) -> list[Row]:
    """One row per Field that has evidence and a label; ``draft`` is the report before any model judged it."""
    right = {
        judgement.pointer: judgement.status == "right"
        for judgement in score_report(draft, gold).judgements
        if judgement.read is not None and judgement.kind != "question_id"
    }
    right.update(_headings(gold, draft))
    asked = {pointer: field.needs_review for pointer, field in fields(draft)}
    return [
        Row(case.name, gold.municipality, case.quality, pointer, about, right[pointer], asked[pointer])
        for pointer, about in evidence.items()
        if pointer in right
    ]


def _headings(gold: GoldReport, draft: Report) -> dict[str, bool]:
    """Headings of the narrative, which are no judgement of their own: right where the area has one that reads so."""
    wanted = {area.number: [section.heading or "" for section in area.narrative] for area in gold.areas}
    return {
        f"/areas/{index}/narrative/{place}/heading": any(
            compare.similarity(heading, section.heading.value or "") >= compare.FOUND
            for heading in wanted.get(area.number, [])
        )
        for index, area in enumerate(draft.areas)
        for place, section in enumerate(area.narrative)
        if section.heading.value
    }
