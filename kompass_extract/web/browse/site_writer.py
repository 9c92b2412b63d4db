"""The archive's pages as files that any web server can hand out: ``kompass publish``.

A page is written in both languages from one view.  Its addresses are relative; the search runs in the browser.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.write_access import cache_of
from kompass_extract.errors import KompassError, OutputError, UsageError
from kompass_extract.model.report import Report
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.review.answers.municipality_groups import Groups
from kompass_extract.web.browse import archive_views, document_views
from kompass_extract.web.browse.archive_views import View
from kompass_extract.web.browse.browse_links import ASSETS, CSV_FILE, DOWNLOADS, INDEX, PICTURES, SiteLinks
from kompass_extract.web.browse.browse_render import csv_of, html_of
from kompass_extract.web.browse.concept_names import concept_names
from kompass_extract.web.browse.document_views import PARQUET_FILES, TABLE_FILES, WHOLE_FILES, SearchWish
from kompass_extract.web.browse.export_files import NEEDS, formats
from kompass_extract.web.browse.site_search_index import write_index
from kompass_extract.web.pictures import Pictures
from kompass_extract.web.web_settings import LANGUAGES

Told = Callable[[int, int], None]
"""Called after each page with the number of pages done and that of all."""
MARKER = ".kompass-site"
"""A file that says that a folder is such a site, and may be written anew."""
_SAFE = re.compile(r"[\w.-]+")
STATIC = (
    "browse.css", "search.js", "icon.svg", "atkinson-hyperlegible-latin-400-normal.woff2",
    "atkinson-hyperlegible-latin-700-normal.woff2", "atkinson-hyperlegible.license.txt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """What was written; ``notes`` say what was left out and why."""

    folder: Path
    pages: int
    pictures: int
    passages: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageOrder:
    """A page to write: the folder that it goes to, its part of the menu, and what makes its view."""

    at: str
    section: str
    view: Callable[[], View]


@dataclass(slots=True)
class _StaticSite:
    """A site that is being written."""

    archive: AnswerArchive
    folder: Path
    pictured: bool
    drawn: frozenset[str] = frozenset()
    notes: list[str] = field(default_factory=list)

    def write(self, order: PageOrder) -> None:
        """Write a page in every language, and what it shows as CSV."""
        view = order.view()
        table = csv_of(view.rows())
        for language in LANGUAGES:
            links = SiteLinks(language, order.at, self.pictured, self.drawn)
            folder = self.folder / links.folder
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "index.html").write_text(html_of(view, links, order.section), encoding="utf-8")
            (folder / CSV_FILE).write_text(table, encoding="utf-8")


def publish_site(
    archive: Archive,
    out: Path,
    *,
    dpi: int | None,
    publisher: str | None = None,
    told: Told | None = None,
    groups: Groups | None = None,
) -> Published:
    """Write the site into ``out``, which must be empty or such a site; ``dpi`` None leaves pictures of pages out.

    ``groups`` are the municipalities that comparisons set beside each other; None takes those of the archive's folder.

    The folder is made beside the old one and takes its place when it is whole.  UsageError, OutputError.
    """
    out = out.expanduser().resolve()
    if out.exists() and any(out.iterdir()) and not (out / MARKER).exists():
        raise UsageError(f"{out} holds something else than a site of kompass publish. Name an empty folder.")
    new = out.with_name(f".{out.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    try:
        new.mkdir(parents=True)
        with AnswerArchive(archive, groups=groups) as answers:
            answers.refresh()
            made = _written(answers, archive, new, dpi, publisher, told)
        (new / MARKER).touch()
        shutil.rmtree(out, ignore_errors=True)
        new.rename(out)
    except OSError as error:
        place = error.filename or out
        raise OutputError(
            f"{place} could not be read or written ({error.strerror or error}). Make room, or choose another --out."
        ) from error
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return Published(out, *made)


def _written(
    answers: AnswerArchive, archive: Archive, folder: Path, dpi: int | None, publisher: str | None, told: Told | None
) -> tuple[int, int, int, tuple[str, ...]]:
    site = _StaticSite(answers, folder, pictured=dpi is not None)
    _assets(folder)
    _export(site, publisher)
    passages = write_index(answers, folder / INDEX)
    if dpi is not None:
        site.drawn = _pictures(site, Pictures(cache_of(archive) / "pictures", dpi))
    orders = list(_orders(site))
    for number, order in enumerate(orders, start=1):
        site.write(order)
        if told is not None:
            told(number, len(orders))
    return len(orders) * len(LANGUAGES), len(site.drawn), passages, tuple(site.notes)


def _orders(site: _StaticSite) -> Iterator[PageOrder]:
    """Yield every page of the site."""
    archive = site.archive
    names = concept_names("sv")
    yield PageOrder("", "start", lambda: archive_views.start_view(archive))
    yield PageOrder("search", "search", lambda: document_views.search_view(archive, SearchWish()))
    yield PageOrder("municipalities", "places", lambda: archive_views.places_view(archive))
    yield PageOrder("concepts", "concepts", lambda: archive_views.concepts_view(archive, names))
    yield PageOrder("compare", "compare", lambda: archive_views.compare_start_view(archive))
    yield PageOrder("data", "data", lambda: document_views.data_view(archive, _downloads(site.folder)))
    for entry in archive.concepts():
        yield PageOrder(
            f"concept/{_safe(entry.concept)}", "concepts",
            lambda entry=entry: archive_views.concept_view(archive, entry.concept),  # type: ignore[misc]
        )  # fmt: skip
    for place in archive.places():
        yield PageOrder(
            f"municipality/{_safe(place.key)}", "places",
            lambda place=place: archive_views.place_view(archive, place.key),  # type: ignore[misc]
        )  # fmt: skip
        for report in place.reports:
            yield from _report_orders(site, _safe(report.report_id))


def _report_orders(site: _StaticSite, report_id: str) -> Iterator[PageOrder]:
    archive = site.archive
    yield PageOrder(f"report/{report_id}", "places", lambda: document_views.report_view(archive, report_id))
    yield PageOrder(f"compare/{report_id}", "compare", lambda: archive_views.compare_view(archive, report_id, ()))
    if site.pictured:
        for page in archive.report(report_id).pages:
            yield PageOrder(
                f"report/{report_id}/page/{page.number}", "places",
                lambda number=page.number: document_views.page_view(archive, report_id, number),  # type: ignore[misc]
            )  # fmt: skip


def _pictures(site: _StaticSite, pictures: Pictures) -> frozenset[str]:
    """Write the pictures of all pages that have one and return their names, such as ``sala-2023/4``."""
    drawn: list[str] = []
    failed: dict[str, str] = {}
    for place in site.archive.places():
        for entry in place.reports:
            report = site.archive.report(entry.report_id)
            try:
                drawn += _pictures_of(site, report, pictures)
            except KompassError as error:
                failed[report.report_id] = str(error)
    if failed:
        first, why = next(iter(failed.items()))
        site.notes.append(f"The pages of {len(failed)} reports have no pictures. {first}: {why}")
    return frozenset(drawn)


def _pictures_of(site: _StaticSite, report: Report, pictures: Pictures) -> list[str]:
    numbers = [page.number for page in report.pages if page.kind != "text"]
    folder = site.folder / PICTURES / _safe(report.report_id)
    made = [(number, pictures.picture(site.archive.documents.page_file(report, number)).jpeg) for number in numbers]
    folder.mkdir(parents=True, exist_ok=True)
    for number, jpeg in made:
        (folder / f"{number}.jpg").write_bytes(jpeg)
    return [f"{report.report_id}/{number}" for number in numbers]


def _assets(folder: Path) -> None:
    (folder / ASSETS).mkdir()
    for name in STATIC:
        (folder / ASSETS / name).write_bytes((files("kompass_extract.web") / "static" / name).read_bytes())


def _export(site: _StaticSite, publisher: str | None) -> None:
    can = formats()
    done = site.archive.export(site.folder / DOWNLOADS, formats=can, publisher=publisher)
    site.notes += done.notes
    missing = ", ".join(package for form, package in NEEDS.items() if form not in can)
    if missing:
        site.notes.append(f"The export lacks what needs {missing}: pip install 'kompass-extract[export]'")


def _downloads(folder: Path) -> list[str]:
    return [one for one in (*TABLE_FILES, *PARQUET_FILES, *WHOLE_FILES) if (folder / DOWNLOADS / one).exists()]


def _safe(part: str) -> str:
    """Return a part of a path as it is; UsageError for one that could leave the site's folder."""
    if not _SAFE.fullmatch(part) or set(part) == {"."}:
        raise UsageError(f"{part!r} cannot be a part of an address.")
    return part
