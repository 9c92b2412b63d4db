"""Everything that was read of one report, put together as its report JSON.

The order: each score row finds its question; each table's numbers are chosen jointly; Fields are made; the
checks look at them; and what a failed check names goes to a person.  The result depends on nothing but the
arguments.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from kompass_extract import __version__
from kompass_extract.content.chapters import AreaReading
from kompass_extract.content.metadata import Metadata
from kompass_extract.content.score_tables import ScoreTableReading
from kompass_extract.model.document import Document, LabelledBlock, Page, PageKind
from kompass_extract.model.pointers import fields
from kompass_extract.model.readings import Place
from kompass_extract.model.reasons import Reason, check_reason
from kompass_extract.model.report import (
    Area,
    BlockInfo,
    Check,
    Number,
    OcrInfo,
    PageInfo,
    PipelineInfo,
    Report,
    ReviewState,
    SourceInfo,
)
from kompass_extract.report.areas import make_areas, max_points, question_counts
from kompass_extract.report.checks import CheckContext, run_checks
from kompass_extract.report.checks.check_context import AREAS
from kompass_extract.report.checks.place_checks import municipality_checks
from kompass_extract.report.confidence import ReviewSettings
from kompass_extract.report.fields import asked_about
from kompass_extract.report.head import make_info, make_overview
from kompass_extract.taxonomy import (
    AreaEvidence,
    EditionDecision,
    EditionEvidence,
    QuestionEvidence,
    Taxonomy,
    load_taxonomy,
)
from kompass_extract.taxonomy.fold import similarity

SHA_DIGITS = 8


def assemble(
    document: Document,
    blocks: Sequence[LabelledBlock],
    areas: Sequence[AreaReading],
    tables: Sequence[ScoreTableReading],
    metadata: Metadata,
    edition: EditionDecision,
    *,
    models: Mapping[str, str],
    created_at: str,
    taxonomy: Taxonomy | None = None,
) -> Report:
    """The report JSON's model; deterministic, ``created_at`` the only part that is not of the input."""
    taxonomy = taxonomy or load_taxonomy()
    made = make_areas(areas, tables, edition, taxonomy)
    info = make_info(metadata, edition, _name_places(areas, tables), sums_of(made))
    report = Report(
        report_id=report_id(info.municipality.value, info.year.value, document.source.sha256),
        source=_source(document),
        pipeline=_pipeline(document, models, created_at),
        report=info,
        areas=made,
        area_scores_overview=make_overview(metadata.overview),
        blocks=[_block(labelled) for labelled in blocks],
        pages=[_page(page) for page in document.pages],
        checks=[],
        review=ReviewState(status="pending", open=0, total=0),
    )
    checks = checks_of(report, edition, taxonomy)
    return with_review(asked_about(report.model_copy(update={"checks": checks}), failed_reasons(checks)))


def sums_of(areas: Sequence[Area]) -> frozenset[Number]:
    """What the chapters' scores sum to, and the tables' totals; none of those of which a part is missing."""
    columns = ([area.score.value for area in areas], [area.score_table.total.achieved.value for area in areas])
    whole = ([value for value in column if value is not None] for column in columns)
    return frozenset(sum(column) for column in whole if len(column) == len(areas) == AREAS)


def checks_of(report: Report, edition: EditionDecision, taxonomy: Taxonomy) -> list[Check]:
    """All checks of a report as it stands, against what its edition allows."""
    questions = taxonomy.questions(edition.edition, edition.form)
    info, counts = report.report, question_counts(edition, taxonomy)
    context = CheckContext(max_points(questions), counts, ReviewSettings().sure, similarity, info.year.value)
    found = run_checks(report.areas, report.area_scores_overview, info.total, report.pages, context, info.evaluators)
    return [*found, *municipality_checks(info, taxonomy.municipalities)]


def with_review(report: Report) -> Report:
    """The report with its review counts: all Fields, and those that wait for a person."""
    found = [field for _, field in fields(report)]
    waiting = sum(field.needs_review and field.review is None for field in found)
    return report.model_copy(update={"review": ReviewState(status="pending", open=waiting, total=len(found))})


def failed_reasons(checks: Sequence[Check]) -> dict[str, list[Reason]]:
    """Per JSON pointer why a failed check sends it to a person."""
    reasons: dict[str, list[Reason]] = {}
    for check in checks:
        if check.status == "failed":
            for pointer in check.fields:
                reasons.setdefault(pointer, []).append(check_reason(check.id, check.found))
    return reasons


def report_id(municipality: str | None, year: int | None, sha256: str) -> str:
    """`upplands-vasby-2018`; `unknown-<first digits of the file's hash>` without a municipality or year."""
    if not municipality or year is None:
        return f"unknown-{sha256[:SHA_DIGITS]}"
    plain = unicodedata.normalize("NFKD", municipality.lower()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return f"{slug}-{year}" if slug else f"unknown-{sha256[:SHA_DIGITS]}"


def edition_evidence(
    areas: Sequence[AreaReading], tables: Sequence[ScoreTableReading], year: int | None
) -> EditionEvidence:
    """What chapters and score tables show of the edition."""
    names = [AreaEvidence(area.number, area.name.text) for area in areas if area.name is not None]
    names.extend(AreaEvidence(table.area, table.heading.text) for table in tables if table.heading is not None)
    rows = [row for table in tables for row in table.rows]
    questions = [
        QuestionEvidence(
            row.number, row.question.text, row.numbers.max.reading.best if row.numbers.max.reading else None
        )
        for row in rows
    ]
    return EditionEvidence(tuple(names), tuple(questions), year)


def _name_places(areas: Sequence[AreaReading], tables: Sequence[ScoreTableReading]) -> list[Place]:
    """Where the areas are named, which tells the edition."""
    named = [area.name for area in areas] + [table.heading for table in tables]
    return [place for name in named if name is not None for place in name.places]


def _source(document: Document) -> SourceInfo:
    source = document.source
    return SourceInfo.model_validate(
        {"file_name": source.file_name, "sha256": source.sha256, "kind": source.kind, "pages": source.pages}
    )


def _pipeline(document: Document, models: Mapping[str, str], created_at: str) -> PipelineInfo:
    ocr = document.ocr
    info = (
        OcrInfo(
            engine=ocr.engine,
            version=ocr.version,
            languages=ocr.languages,
            dpi=ocr.dpi,
            second_reader=ocr.second_reader,
        )
        if ocr is not None
        else None
    )
    return PipelineInfo(version=__version__, created_at=created_at, ocr=info, models=dict(sorted(models.items())))


def _block(labelled: LabelledBlock) -> BlockInfo:
    block = labelled.block
    x0, y0, x1, y1 = block.box.rounded()
    return BlockInfo(
        id=block.id,
        page=block.page,
        bbox=(x0, y0, x1, y1),
        kind=labelled.kind.value,
        confidence=round(min(1.0, max(0.0, labelled.confidence)), 4),
        area=labelled.area,
        text=block.text,
    )


def _page(page: Page) -> PageInfo:
    return PageInfo.model_validate(
        {
            "number": page.number,
            "width": None if page.kind is PageKind.TEXT else round(page.width, 2),
            "height": None if page.kind is PageKind.TEXT else round(page.height, 2),
            "rotation": page.rotation,
            "skew": round(page.skew, 3),
            "kind": page.kind.value,
            "ocr_confidence": round(min(1.0, max(0.0, page.ocr_confidence)), 4),
            "decision": page.decision,
            "failure": page.failure,
        }
    )
