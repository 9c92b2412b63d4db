"""The typesetters: each takes stories and gives their PDFs, in a style that it draws for each."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from kompass_extract.training.render.gold_model import RenderedReport
from kompass_extract.training.render.story import Ledger, Story, in_capitals
from kompass_extract.training.render.wording import Occasion


@dataclass(frozen=True, slots=True)
class TypesettingJob:
    """A report to print: what it tells, where its style is drawn from, and the folder for its files."""

    story: Story
    rng: random.Random
    out: Path
    various: bool = True  # False: in the looks that the web pages had from the start, draw for draw

    def target(self, style: str) -> Path:
        """The PDF's path; ``style`` names typesetter and look in a few words joined by ``-``."""
        return self.out / f"{self.story.report.id}.{style}.born-digital.pdf"


@dataclass(frozen=True, slots=True)
class Printed:
    """A printed report: its label, its PDF, its style and the texts that belong to no value."""

    job: TypesettingJob
    report: RenderedReport
    pdf: Path
    style: Mapping[str, object]
    texts: tuple[tuple[str, str], ...] = field(default=())


BATCH = 8  # documents by one run of the office: its start takes as long as two of them
TAGGED = 0.5  # share of documents whose PDF has a structure tree, as Word writes them
Typesetter = Callable[[Iterable[TypesettingJob]], Iterator[Printed]]


def _chromium(jobs: Iterable[TypesettingJob]) -> Iterator[Printed]:
    from kompass_extract.training.render.chromium import browser_page, print_pdf
    from kompass_extract.training.render.css import furniture
    from kompass_extract.training.render.layouts import as_printed, draw_layout, vary_layout
    from kompass_extract.training.render.page_html import page_html

    with browser_page() as page:
        for job in jobs:
            layout = draw_layout(job.rng, job.story.composed)
            layout = vary_layout(layout, job.rng) if job.various else layout
            report = as_printed(job.story.composed, layout)
            year, month = (int(part) for part in report.evaluation_date.split("-"))
            occasion = Occasion(job.story.place, year, month, report.published_year)
            target = job.target(f"{layout.lists}-{layout.rules}")
            print_pdf(
                page, page_html(report, layout), target,
                furniture=furniture(layout, occasion, job.rng.randint(10, 28)),
                margins=(layout.margin_left, layout.margin_right),
            )  # fmt: skip
            yield Printed(job, report, target, asdict(layout))


def _word(jobs: Iterable[TypesettingJob]) -> Iterator[Printed]:
    from kompass_extract.training.render.word import word_document
    from kompass_extract.training.render.word_layout import draw_word_layout

    def write(job: TypesettingJob, folder: Path) -> tuple[Path, bool, Printed]:
        report = job.story.composed
        layout = draw_word_layout(job.rng, report)
        tagged = job.rng.random() < TAGGED
        document = folder / f"{report.id}.docx"
        word_document(report, layout).save(str(document))
        target = job.target(f"word-{layout.lists}-{layout.score_place}")
        return document, tagged, Printed(job, report, target, asdict(layout) | {"tagged": tagged})

    yield from _by_office(jobs, write)


def _writer(jobs: Iterable[TypesettingJob]) -> Iterator[Printed]:
    from kompass_extract.training.render.writer_odt import writer_document
    from kompass_extract.training.render.writer_style import draw_writer_style

    def write(job: TypesettingJob, folder: Path) -> tuple[Path, bool, Printed]:
        style, ledger = draw_writer_style(job.rng), Ledger()
        tagged = job.rng.random() < TAGGED
        story = in_capitals(job.story, names=style.capitals, sections=style.capitals)
        document = folder / f"{story.report.id}.fodt"
        document.write_text(writer_document(story, style, ledger), encoding="utf-8")
        target = job.target(f"writer-{style.lists}-{style.score}")
        look = asdict(style) | {"tagged": tagged}
        return document, tagged, Printed(job, story.report, target, look, tuple(ledger.texts))

    yield from _by_office(jobs, write)


def _by_office(
    jobs: Iterable[TypesettingJob], write: Callable[[TypesettingJob, Path], tuple[Path, bool, Printed]]
) -> Iterator[Printed]:
    """Print what ``write`` puts into a folder, BATCH documents by one run of the office for either kind of PDF.

    A document that the office does not print is left out.
    """
    from kompass_extract.training.render.soffice import PrintFailedError, office_profile, print_each

    waiting = list(jobs)
    with office_profile() as profile:
        for start in range(0, len(waiting), BATCH):
            with TemporaryDirectory() as folder:
                made = [write(job, Path(folder)) for job in waiting[start : start + BATCH]]
                for wanted in (False, True):
                    documents = {document: printed.pdf for document, tagged, printed in made if tagged is wanted}
                    if documents:
                        print_each(documents, profile, tagged=wanted)
                there = [printed for _, _, printed in made if printed.pdf.exists()]
                if not there:
                    raise PrintFailedError(f"none of {', '.join(document.name for document, _, _ in made)} was printed")
                yield from there


def _weasyprint(jobs: Iterable[TypesettingJob]) -> Iterator[Printed]:
    from kompass_extract.training.render.weasy import weasy_pdf
    from kompass_extract.training.render.weasy_style import draw_weasy_style

    for job in jobs:
        style, ledger = draw_weasy_style(job.rng), Ledger()
        story = in_capitals(job.story, names=style.capitals)
        target = job.target(f"weasyprint-{style.lists}-{style.score}")
        target.write_bytes(weasy_pdf(story, style, ledger))
        yield Printed(job, story.report, target, asdict(style), tuple(ledger.texts))


def _reportlab(jobs: Iterable[TypesettingJob]) -> Iterator[Printed]:
    from kompass_extract.training.render.reportlab_doc import lab_pdf
    from kompass_extract.training.render.reportlab_style import draw_lab_style

    for job in jobs:
        style, ledger = draw_lab_style(job.rng), Ledger()
        story = in_capitals(job.story, sections=style.sub_capitals)
        target = job.target(f"reportlab-{style.lists}-{style.score}")
        target.write_bytes(lab_pdf(story, style, ledger))
        yield Printed(job, story.report, target, asdict(style), tuple(ledger.texts))


def _typst(jobs: Iterable[TypesettingJob]) -> Iterator[Printed]:
    from kompass_extract.training.render.typst_doc import typst_pdf
    from kompass_extract.training.render.typst_style import draw_typst_style

    for job in jobs:
        style, ledger = draw_typst_style(job.rng), Ledger()
        story = in_capitals(job.story, names=style.capitals, titles=style.capitals)
        target = job.target(f"typst-{style.lists}-{style.score}")
        target.write_bytes(typst_pdf(story, style, ledger))
        yield Printed(job, story.report, target, asdict(style), tuple(ledger.texts))


TYPESETTERS: Mapping[str, Typesetter] = {
    "chromium": _chromium,
    "word": _word,
    "writer": _writer,
    "weasyprint": _weasyprint,
    "reportlab": _reportlab,
    "typst": _typst,
}
