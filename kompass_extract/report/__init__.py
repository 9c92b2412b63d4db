"""From what was read to the report: Fields with confidence and evidence, checks, the report JSON.

``draft`` puts a report together, ``judge`` gives each of its Fields a calibrated confidence.  ``checks`` hold a report
against itself and its edition, ``confidence`` says how sure a value is, ``export`` writes the JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kompass_extract.content import Content
    from kompass_extract.model.document import Document, LabelledBlock, Page
    from kompass_extract.model.report import Report
    from kompass_extract.report.confidence import ConfidenceModel, Known
    from kompass_extract.taxonomy import Taxonomy
    from kompass_extract.words.relook import Relook

__all__ = ["draft", "judge", "on_file"]


def draft(
    document: Document,
    blocks: Sequence[LabelledBlock],
    content: Content,
    *,
    models: Mapping[str, str],
    created_at: str,
    taxonomy: Taxonomy,
    relook: Relook | None = None,
) -> Report:
    """Put the report together with its edition and checks, before the confidence model has judged any Field.

    ``models`` gives the SHA-256 of each model file by name; ``created_at`` is a time in ISO 8601.
    ``relook`` reads places anew where something must stand that was not read.
    """
    from kompass_extract.report.assemble import assemble, edition_evidence

    areas, tables, metadata = content
    edition = taxonomy.decide_edition(edition_evidence(areas, tables, metadata.year.value))
    if relook is not None:
        from kompass_extract.report.second_look import looked_again_at

        tables = looked_again_at(tables, document, edition, taxonomy, relook)
    return assemble(
        document, blocks, areas, tables, metadata, edition, models=models, created_at=created_at, taxonomy=taxonomy
    )


def judge(
    report: Report, blocks: Sequence[LabelledBlock], pages: Sequence[Page], *, model: ConfidenceModel, known: Known
) -> Report:
    """Give each Field its calibrated confidence (0 to 1), and say which ones a person must look at."""
    from kompass_extract.report.assemble import with_review
    from kompass_extract.report.confidence import trusted

    return with_review(trusted(report, blocks, pages, model, known))


def on_file(report: Report, document: Document) -> Report:
    """Name pages and places as the file has them: its lines where it is a text, its pages where they were moved."""
    if document.source.kind == "text":
        from kompass_extract.report.file_lines import on_file_lines

        return on_file_lines(report, document)
    if not document.origins:
        return report
    from kompass_extract.report.checks import page_checks
    from kompass_extract.report.file_pages import on_file_pages

    report = on_file_pages(report, document)
    checks = [check for check in report.checks if not check.id.startswith("page-")]
    return report.model_copy(update={"checks": [*checks, *page_checks(report.pages)]})
