"""Run the steps that turn a file into a report.

``extract`` shows the order of the steps and does nothing else; each step is a separate stage.  Modules that only pages
need are imported when pages are read: a text report loads a third less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kompass_extract import content, labels, repair, report, resources
from kompass_extract.blocks import PAIRS_MODEL, lay_out, read_text
from kompass_extract.blocks.plain_text import Marks, WordMark, raw_marks
from kompass_extract.errors import NoPagesError, OcrFailedError, printable
from kompass_extract.labels.is_report import require_report
from kompass_extract.model.document import Document, LabelledBlock, Page, PageKind, Source
from kompass_extract.model.report import Report
from kompass_extract.pages import open_source
from kompass_extract.pages.source import SCAN_DPI, SourceFile, SourceKind
from kompass_extract.process.files import sha256_of
from kompass_extract.repair.text_files import with_origins
from kompass_extract.report import confidence
from kompass_extract.report.confidence import ConfidenceModel, Known
from kompass_extract.settings import ReadingSettings
from kompass_extract.taxonomy import Taxonomy, load_taxonomy
from kompass_extract.words import read_pages
from kompass_extract.words.engines.registry import ReaderChoice

if TYPE_CHECKING:
    from kompass_extract.blocks.line_pairs import LinePairs
    from kompass_extract.blocks.page_order import Arranged
    from kompass_extract.labels.classifier import BlockClassifier
    from kompass_extract.words.cache import ReadingCache
    from kompass_extract.words.page_reader import PageReading
    from kompass_extract.words.relook import Relook
    from kompass_extract.words.workers import Care, PageDone

__all__ = ["Tools", "extract", "label", "read_document", "report_of"]

BLOCKS_MODEL, LETTERS_MODEL, CONFIDENCE_MODEL = "blocks.onnx", "letters.npz", confidence.MODEL_NAME
MODELS = (BLOCKS_MODEL, LETTERS_MODEL, CONFIDENCE_MODEL, PAIRS_MODEL)

Progress = Callable[["PageDone"], None]
Titles = Mapping[str, str]
"""List titles in a report's own words, folded, each with its role as a header."""
Loaded = TypeVar("Loaded")


@dataclass(frozen=True)
class Tools:
    """Engines, models and settings of a run, loaded on first use and shared by all its files.

    ``recorded`` returns the stored page readings of a file, None if every page has to be read.
    ``looks_again`` rereads places where expected content was not read.  A copy made with
    ``dataclasses.replace`` shares what is ``loaded``.
    """

    readers: ReaderChoice
    settings: ReadingSettings
    jobs: int | None = None
    recorded: Callable[[SourceFile], ReadingCache] | None = None
    looks_again: bool = True
    care: Care | None = None
    loaded: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def default(cls, engine: str = "auto", jobs: int | None = None) -> Tools:
        """Return the tools of ``kompass extract``; ``jobs`` pages at a time, None for one per core."""
        settings = ReadingSettings()
        return cls(ReaderChoice(engine, settings.languages, lexicon=repair.KnownWords), settings, jobs)

    def cache_of(self, source: SourceFile) -> ReadingCache | None:
        """Return the cache for page readings of ``source``, None for no cache."""
        return self.recorded(source) if self.recorded is not None else None

    @property
    def taxonomy(self) -> Taxonomy:
        return load_taxonomy()

    @property
    def classifier(self) -> BlockClassifier:
        return self._once("classifier", labels.load)  # spaCy takes a second, so it is loaded while pages are read

    @property
    def repairer(self) -> repair.Repairer:
        return self._once("repairer", repair.load)

    @property
    def confidence(self) -> ConfidenceModel:
        return self._once("confidence", lambda: confidence.load(resources.path(CONFIDENCE_MODEL)))

    @property
    def known(self) -> Known:
        """Return the lookups of words and wordings that the evidence about confidence needs."""
        words = confidence.WordCosts(self.repairer.cost, self.repairer.usual_words_near, self.repairer.likelier_words)
        return self._once("known", lambda: Known(self.taxonomy, self.repairer.knows, words))

    @property
    def pairs(self) -> LinePairs:
        """Return the line-pair model."""
        from kompass_extract.blocks.line_pairs import load

        return self._once("pairs", load)

    def relook(self, source: SourceFile) -> Relook | None:
        """Return the rereader for pages of ``source``; None for a text, and for recorded readings."""
        if source.kind is SourceKind.TEXT or not self.looks_again:
            return None
        from kompass_extract.words.relook import PageRelook

        return PageRelook(source, self.readers, self.settings)

    def preload(self) -> None:
        """Load the models of the stages after reading."""
        _ = self.classifier, self.repairer, self.taxonomy, self.confidence, self.pairs

    @property
    def model_hashes(self) -> dict[str, str]:
        """Return the SHA-256 of each model file by name."""
        return self._once("hashes", lambda: {name: sha256_of(resources.path(name)) for name in MODELS})

    def _once(self, name: str, load: Callable[[], Loaded]) -> Loaded:
        if name not in self.loaded:
            self.loaded[name] = load()
        made: Loaded = self.loaded[name]
        return made


def extract(path: Path, *, tools: Tools, progress: Progress | None = None, debug_dir: Path | None = None) -> Report:
    """Read the report in ``path``; raise one of ``errors`` if it cannot be read or is no report."""
    source = open_source(path)
    document = read_document(source, tools, progress)
    require_report(document.blocks, tools.taxonomy, printable(path.name))
    blocks = label(document, tools)
    if debug_dir is not None:
        from kompass_extract.report.debug_pictures import draw_pages

        draw_pages(source, document, blocks, debug_dir)
    return report_of(document, blocks, tools, tools.relook(source))


def read_document(source: SourceFile, tools: Tools, progress: Progress | None = None) -> Document:
    """Read the file's pages with their blocks; raise NoPagesError if all of them are empty."""
    if source.kind is SourceKind.TEXT:
        return _with_own_titles(lambda titles: _read_text(source, tools, titles), tools)
    readings = read_pages(
        source, tools.readers, tools.settings, jobs=tools.jobs, progress=progress, meanwhile=tools.preload,
        cache=tools.cache_of(source), care=tools.care,
    )  # fmt: skip
    from kompass_extract.blocks.page_order import arrange

    arranged = arrange(readings)
    repaired = repair.repair_pages(arranged.pages, tools.repairer)
    return _with_own_titles(lambda titles: _laid_out(source, arranged, repaired, tools, titles), tools)


def _with_own_titles(make: Callable[[Titles], Document], tools: Tools) -> Document:
    """Call ``make``, and again with the report's own list titles if it has any."""
    document = make({})
    titles = labels.find_own_titles(document.blocks, tools.taxonomy, lambda: tools.classifier)
    if not titles:
        return document
    return replace(make(titles), titles=titles)


def _laid_out(
    source: SourceFile, arranged: Arranged, repaired: Sequence[PageReading], tools: Tools, titles: Titles
) -> Document:
    pages = lay_out(repaired, tools.repairer.knows, tools.pairs, titles=titles)
    failures = [f"page {page.number}: {page.failure}" for page in pages if page.failure]
    if failures and not any(page.blocks for page in pages):
        raise OcrFailedError(f"{source.path}: no page could be read ({failures[0].rstrip('.')}). Scan it again.")
    if not any(page.blocks for page in pages):
        raise NoPagesError(
            f"{source.path} has {source.pages} pages and nothing readable on any of them. Scan it again."
        )
    scanned = any(page.kind is PageKind.SCANNED for page in pages)
    record = tools.readers.record(tools.settings.dpi or SCAN_DPI) if scanned else None
    origin = Source(printable(source.path.name), source.sha256, _kind(pages), source.pages)
    return Document(origin, pages, record, arranged.origins, arranged.file_pages)


def label(document: Document, tools: Tools) -> tuple[LabelledBlock, ...]:
    """Label every block with its kind and area."""
    return labels.label(document.blocks, tools.taxonomy.with_titles(document.titles), tools.classifier)


def report_of(
    document: Document, blocks: Sequence[LabelledBlock], tools: Tools, relook: Relook | None = None
) -> Report:
    """Build the report from labelled blocks, each Field with its calibrated confidence.

    ``relook`` rereads places where expected content was not read, except on pages that were cut or moved.
    """
    draft = draft_of(document, blocks, tools, relook if not document.origins else None)
    known = replace(tools.known, taxonomy=tools.taxonomy.with_titles(document.titles))
    judged = report.judge(draft, blocks, document.pages, model=tools.confidence, known=known)
    return report.on_file(judged, document)


def draft_of(document: Document, blocks: Sequence[LabelledBlock], tools: Tools, relook: Relook | None = None) -> Report:
    """Build the report with its checks, before the confidence model judges any Field."""
    taxonomy = tools.taxonomy.with_titles(document.titles)
    return report.draft(
        document,
        blocks,
        content.read(blocks, document.pages, taxonomy),
        models=tools.model_hashes,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        taxonomy=taxonomy,
        relook=relook,
    )


def _read_text(source: SourceFile, tools: Tools, titles: Titles) -> Document:
    repaired: list[repair.RepairedLine] = []

    def restored(lines: Sequence[str]) -> tuple[list[str], Marks]:
        read = tools.repairer.with_own_letters(lines)
        whole, lost = tools.repairer.restore_lost(read)
        repaired.extend(tools.repairer.repair_lines(whole))
        marks: Marks = raw_marks(lines, read)
        for word in lost:
            marks.setdefault(word.line, {})[word.place] = WordMark(None, word.confidence, word.alternatives)
        return [line.text for line in repaired], marks

    document = read_text(
        source.path, restore=restored, knows=tools.repairer.knows, taxonomy=tools.taxonomy.with_titles(titles)
    )
    named = replace(document.source, file_name=printable(source.path.name), sha256=source.sha256)
    return with_origins(replace(document, source=named), repaired)


def _kind(pages: Sequence[Page]) -> str:
    kinds = {page.kind for page in pages}
    return "mixed" if len(kinds) > 1 else kinds.pop().value
