"""The archive as Python, the command and the pages ask it."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, cast

from kompass_extract.archive.change_mark import ChangeMark
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.store import Store
from kompass_extract.archive.write_access import cache_of
from kompass_extract.errors import UsageError
from kompass_extract.model.report import Report
from kompass_extract.model.tidy_columns import tables
from kompass_extract.model.tidy_rows import Cell, Row
from kompass_extract.review.answers import view_queries
from kompass_extract.review.answers.answer_index import AnswerIndex
from kompass_extract.review.answers.answer_values import (
    EVERY_EVALUATION,
    EVERY_PASSAGE,
    EVERY_REPORT,
    Choice,
    Comparison,
    Hit,
    PassageChoice,
)
from kompass_extract.review.answers.archive_names import check_choice
from kompass_extract.review.answers.decided_reports import DecidedReports
from kompass_extract.review.answers.index_refresh import Told, refresh, stamp
from kompass_extract.review.answers.municipality_groups import Groups, groups_of
from kompass_extract.review.answers.passage_index import PassageIndex
from kompass_extract.review.answers.passage_stream import Passage, stream_passages
from kompass_extract.review.answers.postgres_passages import PostgresPassages
from kompass_extract.review.answers.sqlite_passages import SqlitePassages
from kompass_extract.review.answers.table_rows import selection, typed
from kompass_extract.review.answers.view_values import (
    ConceptEntry,
    ConceptView,
    Coverage,
    MunicipalityReports,
    PlaceView,
    ReportEntry,
    Spread,
)
from kompass_extract.review.service.tidy_refresh import refresh_tidy_rows

if TYPE_CHECKING:
    from kompass_extract.review.answers.exporting.exported import Exported
    from kompass_extract.review.answers.page_texts.written_pages import WrittenPages

Answer = TypeVar("Answer")
INDEX_FILE = "answers.db"
LOOK_SECONDS = 5.0
"""How long the store's stamp alone is looked at; after that, each report's state is compared."""


def open_archive(path: str | os.PathLike[str], *, store: str | None = None) -> AnswerArchive:
    """Open an archive that ``kompass ingest`` has filled.

    Args:
        path: The archive's folder.
        store: The URL of the store where it is not in the folder.

    Raises:
        StoreError: There is no store, or it cannot be used.

    >>> archive = kompass_extract.open_archive("archive")  # doctest: +SKIP
    >>> [hit.municipality for hit in archive.search("medborgardialog")]  # doctest: +SKIP
    """
    return AnswerArchive(Archive.at(Path(path), store))


class AnswerArchive:
    """An archive to ask.  Each question first takes in what was read or decided since the last one.

    Values that a reviewer decided stand in place of the machine's.  Close it, or use it in a ``with`` statement.
    """

    def __init__(self, archive: Archive, *, told: Told | None = None, groups: Groups | None = None) -> None:
        """``groups`` are what comparisons take where none are given; else those of the archive's ``groups.csv``."""
        Store.unchanged(archive).close()  # says so where there is none, instead of making one
        self._archive, self._told = archive, told
        self.groups: Groups = groups_of(archive) if groups is None else groups
        self._store = Store.open(archive)
        self._shared = None if self._store.is_sqlite else PostgresPassages(self._store)
        self._index = AnswerIndex(cache_of(archive) / INDEX_FILE, searched=self._shared is None)
        self._passages: PassageIndex = self._shared or SqlitePassages(self._index.connection)
        self._mark = ChangeMark(self._store)
        self._seen: object = None  # the mark of the store that the index was compared with last
        self._indexed = 0  # the mark of the index then
        self._settled = False
        self._stamp: tuple[object, ...] = ()
        self._looked = -LOOK_SECONDS
        self._remembered: dict[str, object] = {}
        self.documents = DecidedReports(archive, self._store)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store and the index."""
        self._mark.close()
        self._index.close()
        self._store.close()

    def refresh(self) -> int:
        """Take in what changed and return the number of reports that did."""
        if self._settled or ((mark := self._mark.now()) is not None and mark == self._seen):
            return 0
        with self._store.read() as session:
            now, found = time.monotonic(), stamp(session)
        if found == self._stamp and now - self._looked < LOOK_SECONDS:
            return 0
        changed = refresh(self._archive, self._store, self._index, self._shared, self._told)
        if not self._store.read_only and (changed or not self._stamp):  # an older program left the store's views empty
            refresh_tidy_rows(self._store, self._archive.folder)
        indexed = self._index.change_mark()
        if changed or found != self._stamp or indexed != self._indexed:  # another process may have taken it in
            self._remembered.clear()
        self._stamp, self._looked, self._seen, self._indexed = found, now, mark, indexed
        return changed

    @contextmanager
    def one_state(self) -> Iterator[Self]:
        """Answer all questions asked within from one state of the archive: what changes meanwhile waits for the next.

        >>> with archive.one_state():  # doctest: +SKIP
        ...     rows = [archive.table(name) for name in ("areas", "questions")]
        """
        self.refresh()
        before, self._settled = self._settled, True
        try:
            yield self
        finally:
            self._settled = before

    @property
    def generation(self) -> str:
        """What names the state of the archive that the last question was answered from."""
        return hashlib.sha256(repr((self._stamp, self._indexed)).encode()).hexdigest()[:16]

    @property
    def folder(self) -> Path:
        """The archive's folder."""
        return self._archive.folder

    def coverage(self) -> Coverage:
        """Return what the archive holds, by county and year."""
        self.refresh()
        return self._once("coverage", lambda: view_queries.coverage(self._index.connection))

    def places(self) -> tuple[MunicipalityReports, ...]:
        """Return the municipalities by name, each with its reports, newest first."""
        self.refresh()
        return self._once("places", lambda: view_queries.places(self._index.connection))

    def place(self, key: str) -> PlaceView:
        """Return a municipality, by its code: its reports, the newest one's areas and lists, concepts over its reports.

        >>> archive.place("1981").areas[0].among.mean  # doctest: +SKIP
        """
        self.refresh()
        return view_queries.place_view(self._index.connection, key, self._area_spreads)

    def report_entry(self, report_id: str) -> ReportEntry:
        """Return what lists say of one report."""
        self.refresh()
        return view_queries.entry(self._index.connection, report_id)

    def report(self, report_id: str) -> Report:
        """Return a report with the decisions that count; UsageError where there is none."""
        return self.documents.report(report_id)

    def concepts(self) -> list[ConceptEntry]:
        """Return the concepts that reports have values of, with the spread of these."""
        self.refresh()
        return self._once("concepts", lambda: view_queries.concepts(self._index.connection))

    def concept(self, concept: str) -> ConceptView:
        """Return a concept over municipalities and years, and the best values with the strengths of their area."""
        self.refresh()
        return view_queries.concept_view(self._index.connection, concept)

    def facet_values(self) -> dict[str, list[Cell]]:
        """Return the editions, counties and years that there are reports of."""
        self.refresh()
        return self._once("facet_values", lambda: view_queries.facet_values(self._index.connection))

    def table(self, name: str, choice: Choice = EVERY_REPORT) -> list[Row]:
        """Return a tidy table as rows, one dict a row with the columns that docs/data.md describes.

        ``name`` is ``reports``, ``areas``, ``questions``, ``items``, ``paragraphs``, ``evaluators`` or ``checks``;
        UsageError for another.

        >>> pandas.DataFrame(archive.table("areas"))  # doctest: +SKIP
        """
        self._ready(choice)
        return list(self.stream(name, choice))

    def stream(self, name: str, choice: Choice = EVERY_REPORT) -> Iterator[Row]:
        """Yield the rows of a table one by one, as they were at the last question."""
        if name not in tables():
            raise UsageError(f"{name!r} is no table. Choose one of {', '.join(tables())}.")
        table = tables()[name]
        for values in self._index.connection.execute(*selection(table, choice)):
            yield typed(table, values)

    def passages(self, *, once: bool = False) -> Iterator[Passage]:
        """Yield every strength, improvement area and paragraph, as they were at the last question.

        ``once`` takes of several readings of one evaluation the best alone.
        """
        return stream_passages(self._index.connection, once=once)

    def search(
        self,
        query: str,
        *,
        reports: Choice = EVERY_EVALUATION,
        passages: PassageChoice = EVERY_PASSAGE,
        limit: int = 20,
    ) -> list[Hit]:
        """Return the strengths, improvement areas and paragraphs that answer best, best first.

        Words answer in their inflected forms and within compounds; text in quotation marks is a phrase.  Of several
        readings of one evaluation the best alone answers.

        >>> archive.search("medborgardialog", passages=PassageChoice(kinds=("strength",)))  # doctest: +SKIP
        """
        from kompass_extract.review.answers import text_search

        _require_limit(limit)
        self._ready(reports)
        return text_search.search(self._passages, query, reports=reports, passages=passages, limit=limit)

    def like(
        self, key: str, *, reports: Choice = EVERY_EVALUATION, passages: PassageChoice = EVERY_PASSAGE, limit: int = 20
    ) -> list[Hit]:
        """Return the passages of other reports that say something near to one, nearest first.

        ``key`` is that of a hit, such as ``sala-2023/3/improvement/2``.
        """
        from kompass_extract.review.answers.similar_items import similar

        _require_limit(limit)
        self._ready(reports)
        return similar(self._passages, key, reports=reports, passages=passages, limit=limit)

    def compare(self, report_id: str, *, groups: Groups | None = None, named: Sequence[str] = ()) -> Comparison:
        """Return a report's areas and questions beside its edition, county, groups, earlier and named reports.

        ``groups`` are municipalities, by name or code, under the name of their group; where none are given, those of
        ``groups.csv`` in the archive's folder.
        """
        from kompass_extract.review.answers.archive_measures import Measures
        from kompass_extract.review.answers.peer_comparison import compare

        self.refresh()
        connection = self._index.connection
        measures = self._once("measures", lambda: Measures(connection))
        asked = self.groups if groups is None else groups
        return compare(connection, measures, report_id, groups=asked, named=named)

    def _ready(self, choice: Choice) -> None:
        """Take in what changed; UnknownNameError for a choice that names what no report has."""
        self.refresh()
        check_choice(self._index.connection, choice)

    def _area_spreads(self, edition: str | None) -> Mapping[int, Spread]:
        return self._once(f"areas {edition}", lambda: view_queries.area_spreads(self._index.connection, edition))

    def _once(self, name: str, work: Callable[[], Answer]) -> Answer:
        """Return what is the same for all until the archive changes."""
        if name not in self._remembered:
            self._remembered[name] = work()
        return cast(Answer, self._remembered[name])

    def export(
        self,
        out: str | os.PathLike[str],
        *,
        choice: Choice = EVERY_REPORT,
        formats: Sequence[str] = (),
        publisher: str | None = None,
    ) -> Exported:
        """Write the tables into a folder as csv, parquet, xlsx and sqlite; all of them where no format is named.

        ``publisher`` is who answers for the data, as the package and the catalogue entry name it.
        """
        from kompass_extract.review.answers.exporting.exported import export

        self._ready(choice)
        return export(self._index, Path(out), choice=choice, formats=tuple(formats), publisher=publisher)

    def write_pages(
        self, out: str | os.PathLike[str], *, formats: Sequence[str], choice: Choice = EVERY_REPORT
    ) -> WrittenPages:
        """Write the chosen reports' pages with their corrected text at its place, as ``alto``, ``page`` or ``pdf``.

        ``alto`` and ``page`` are an XML file and a picture a page, ``pdf`` is a searchable PDF a report.

        >>> archive.write_pages("library", formats=["alto"])  # doctest: +SKIP
        """
        from kompass_extract.review.answers.page_texts.written_pages import check_page_formats, write_pages

        check_page_formats(formats)
        self._ready(choice)
        ids = [str(row["report_id"]) for row in self.stream("reports", choice)]
        reports = ((report, self.documents.source(report)) for report in map(self.documents.report, ids))
        return write_pages(reports, Path(out), formats=formats, made=datetime.now(UTC).replace(microsecond=0))


def _require_limit(limit: int) -> None:
    if limit < 1:
        raise UsageError(f"The limit is {limit}. Ask for 1 hit or more.")
