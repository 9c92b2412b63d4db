"""Find letters that the fonts of a file map to others, once per file, by the words of several of its pages.

A font has the same wrong mapping on every page, but a cover or a table has too few words to reveal it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2 as pdfium

from kompass_extract.model.document import Knows
from kompass_extract.pages.layer_verdict import longer_words, misread_letters
from kompass_extract.pages.source import is_scan

MOST_PAGES = 6  # of a file whose words are examined, spread evenly over it


@dataclass(slots=True)
class FileLetters:
    """Caches the wrong letters in the layers of the file that was examined last."""

    sha256: str = ""
    wrong: tuple[str, ...] = ()

    def of(self, document: pdfium.PdfDocument, sha256: str, knows: Knows) -> tuple[str, ...]:
        """Return the wrong letters of this open file; the result of another file is discarded."""
        if sha256 != self.sha256:
            words = {word for page in _some_pages(document) for word in longer_words(_text(page).split())}
            self.sha256, self.wrong = sha256, tuple(misread_letters({word: knows(word) for word in words}, knows))
        return self.wrong


def _some_pages(document: pdfium.PdfDocument) -> list[pdfium.PdfPage]:
    """Return pages that are no scans, whose layer would be used."""
    count = len(document)
    numbers = sorted({count * step // MOST_PAGES for step in range(MOST_PAGES)})
    pages = [document[number] for number in numbers]
    return [page for page in pages if not is_scan(page)]


def _text(page: pdfium.PdfPage) -> str:
    return str(page.get_textpage().get_text_range())
