"""Looks again at the scanned places where the edition says that something must stand and nothing was read."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from kompass_extract.content.score_tables import ScoreTableReading, looked_again
from kompass_extract.model.document import Document, PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.report.areas import match_table
from kompass_extract.taxonomy import EditionDecision, Taxonomy
from kompass_extract.words.relook import Relook


def looked_again_at(
    tables: Sequence[ScoreTableReading],
    document: Document,
    edition: EditionDecision,
    taxonomy: Taxonomy,
    relook: Relook,
) -> tuple[ScoreTableReading, ...]:
    """Return the score tables with what a second look at their scanned pages found."""
    scanned = {page.number: page for page in document.pages if page.kind is PageKind.SCANNED and not page.failure}

    def look(number: int, boxes: Sequence[Box]) -> list[tuple[Word, ...]]:
        return relook(scanned[number], boxes) if number in scanned else [() for _ in boxes]

    questions = taxonomy.questions(edition.edition, edition.form)
    match = partial(match_table, edition=edition, taxonomy=taxonomy)
    return tuple(looked_again(table, questions, match, look) for table in tables)
