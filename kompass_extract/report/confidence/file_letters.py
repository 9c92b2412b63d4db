"""Whether a file has its Swedish letters: where many of its words are not Swedish, no text of it can be believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kompass_extract.model.document import BlockKind, Knows, LabelledBlock, Page, PageKind
from kompass_extract.model.pointers import AnyField, changed
from kompass_extract.model.reasons import reason
from kompass_extract.model.report import Report

LETTERS_MISSING = reason("letters-missing-in-file")

LEAST_WORDS = 100  # different words that tell of a file's letters
LEAST_SWEDISH = 0.95
"""Share of them that are in the lexicon; of a report's words 0.99 are, of one without å, ä and ö 0.7 to 0.9."""
_WORD = re.compile(r"(?<![\w.@])[a-zåäöé]{4,}(?![\w@])|(?<![\w@])[A-ZÅÄÖ][a-zåäöé]{3,}(?![\w@])")


def with_letters_missing(
    report: Report, blocks: Sequence[LabelledBlock], pages: Sequence[Page], knows: Knows | None
) -> Report:
    """Flag each text of a file whose letters are gone; a page's picture has them, so scanned pages do not count."""
    if knows is None:
        return report
    words = set(_words(blocks, {page.number for page in pages if page.kind is not PageKind.SCANNED}))
    if len(words) < LEAST_WORDS or sum(map(knows, words)) >= LEAST_SWEDISH * len(words):
        return report

    def asked(_: str, field: AnyField) -> AnyField:
        if not isinstance(field.value, str) or LETTERS_MISSING in field.reasons:
            return field
        return field.model_copy(update={"needs_review": True, "reasons": [*field.reasons, LETTERS_MISSING]})

    return changed(report, asked)


def _words(blocks: Sequence[LabelledBlock], pages: set[int]) -> Iterator[str]:
    """The words of running text in small letters."""
    for labelled in blocks:
        if labelled.block.page in pages and labelled.kind is not BlockKind.FIGURE:
            yield from (word.lower() for word in _WORD.findall(labelled.block.text))
