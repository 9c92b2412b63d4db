"""Write the pages of the chosen reports: an XML file and a picture a page, or a searchable PDF a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from kompass_extract.errors import OutputError, UsageError
from kompass_extract.model.report import Report
from kompass_extract.process.files import write_whole
from kompass_extract.review.answers.page_texts.alto_xml import alto
from kompass_extract.review.answers.page_texts.corrected_page import corrected_page
from kompass_extract.review.answers.page_texts.inked_lines import PageInk
from kompass_extract.review.answers.page_texts.page_pictures import DPI, PagePictures
from kompass_extract.review.answers.page_texts.page_xml import page_xml
from kompass_extract.review.answers.page_texts.placed_text import PlacedPage
from kompass_extract.review.answers.page_texts.searchable_pdf import write_pdf

PAGE_FORMATS = ("alto", "page", "pdf")
_LIBRARY = "reportlab"


@dataclass(frozen=True, slots=True)
class WrittenPages:
    """The files that were written, and what could not be and why."""

    files: tuple[Path, ...]
    notes: tuple[str, ...]


def check_page_formats(formats: Sequence[str]) -> None:
    """Refuse formats that are unknown, or whose library is not installed; UsageError."""
    for one in formats:
        if one not in PAGE_FORMATS:
            raise UsageError(f"{one!r} is no format of pages. Choose from {', '.join(PAGE_FORMATS)}.")
    if "pdf" in formats and find_spec(_LIBRARY) is None:
        raise UsageError(f"pdf needs {_LIBRARY}. Install kompass-extract[export], or choose alto or page.")


def write_pages(
    reports: Iterator[tuple[Report, Path | None]], out: Path, *, formats: Sequence[str], made: datetime
) -> WrittenPages:
    """Write the decided reports' pages below ``out``; each comes with its source, None where that is not there.

    ``alto/<report>/0001.xml`` and ``page/<report>/0001.xml`` have the page's picture beside them; ``pdf/<report>.pdf``
    holds all pages.  UsageError, OutputError.
    """
    check_page_formats(formats)
    files: list[Path] = []
    notes: list[str] = []
    try:
        with PagePictures() as pictures:
            for report, source in reports:
                placed = list(_placed(report, source, pictures, notes))
                for one in formats:
                    files += _write_pdf(report, placed, out) if one == "pdf" else _write(one, report, placed, out, made)
    except OSError as error:
        raise OutputError(
            f"{out} could not be written ({error.strerror or error}). Make room, or choose another --out."
        ) from error
    return WrittenPages(tuple(files), tuple(notes))


def _placed(
    report: Report, source: Path | None, pictures: PagePictures, notes: list[str]
) -> Iterator[tuple[PlacedPage, bytes | None]]:
    if source is None:
        notes.append(f"{report.report_id}: its input is not in the archive; its pages have no pictures.")
    for page in report.pages:
        picture = pictures.of(source, page)
        if picture.problem is not None:
            notes.append(f"{report.report_id}: {picture.problem}")
        ink = None if picture.jpeg is None else PageInk.of_jpeg(picture.jpeg, DPI)
        yield corrected_page(report, page, ink), picture.jpeg


def _write(
    form: str, report: Report, pages: Sequence[tuple[PlacedPage, bytes | None]], out: Path, made: datetime
) -> Iterator[Path]:
    folder = out / form / report.report_id
    for page, picture in pages:
        name = f"{page.number:04}"
        shown = report.source.file_name if picture is None else f"{name}.jpg"
        if form == "alto":
            data = alto(page, picture=shown, document=report.source.sha256)
        else:
            data = page_xml(page, picture=shown, made=made)
        yield _kept(folder / f"{name}.xml", data)
        if picture is not None:
            yield _kept(folder / f"{name}.jpg", picture)


def _write_pdf(report: Report, pages: Sequence[tuple[PlacedPage, bytes | None]], out: Path) -> Iterator[Path]:
    path = out / "pdf" / f"{report.report_id}.pdf"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".pdf.part")
    write_pdf(unfinished, report.report.title.value or report.report_id, pages)
    unfinished.replace(path)
    yield path


def _kept(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data)
    return path
