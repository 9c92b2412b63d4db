"""The process that reads documents and draws their pages; ``workers.start`` fences it, ``workers.pool`` drives it.

It takes requests on its standard input and answers on its standard output.  Whatever a hostile file does to it
stays in it: memory and processor time are limited, and who gave the order ends it when it takes too long.
"""

from __future__ import annotations

import base64
import gc
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kompass_extract.errors import DocumentLimitError, KompassError, UnexpectedError, printable
from kompass_extract.process import limits
from kompass_extract.workers.protocol import (
    Done,
    Drawn,
    Failed,
    Lines,
    Listed,
    Message,
    PageBegun,
    PagesRead,
    PictureOrder,
    Progress,
    Request,
    WorkOrder,
    packed,
    unpacked,
)  # fmt: skip

if TYPE_CHECKING:
    from kompass_extract.model.report import Report
    from kompass_extract.pipeline import Tools
    from kompass_extract.words.workers import PageDone

REST_SECONDS = 45.0  # of processor time for all but the pages; the slowest labelled report takes 4
GARBAGE_OBJECTS = 50_000  # between two collections: a page makes many small values and hardly a circle
REST_SECONDS_PER_PAGE = 0.5  # besides: lists and tables of all pages are compared with one another

MakeTools = Callable[[], "Tools"]


def main(arguments: list[str]) -> None:
    """Answer until the standard input ends; ``--engine`` and ``--settings`` (ReadingSettings as JSON) in pairs."""
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    gc.set_threshold(GARBAGE_OBJECTS)
    serve(cache(lambda: make_tools(given["--engine"], given["--settings"])))


def serve(tools: MakeTools) -> None:
    """Answer requests one by one; ``tools`` is asked for what reading needs when the first document comes."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not get between the answers
    requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(requests,), daemon=True).start()
    while True:
        request = requests.get()
        limits.allow(REST_SECONDS)
        say(answers, drawn(request) if isinstance(request, PictureOrder) else answer(request, tools(), answers))


def make_tools(engine: str, settings: str) -> Tools:
    """Engines and settings of the reading; models are loaded when first needed."""
    from kompass_extract.pipeline import Tools
    from kompass_extract.repair import KnownWords
    from kompass_extract.settings import ReadingSettings
    from kompass_extract.words.engines.registry import ReaderChoice

    wanted = ReadingSettings.model_validate_json(settings)
    return Tools(ReaderChoice(engine, wanted.languages, lexicon=KnownWords), wanted)


def answer(order: WorkOrder, tools: Tools, answers: int) -> Message:
    """Read a document: the report, or why there is none."""
    path = Path(order.path)
    try:
        if order.pages_only:
            return _pages(order, _with_care(order, tools, answers), answers)
        if order.room is not None:
            return _listed(order, _with_care(order, tools, answers), answers)
        report = _report(order, _with_care(order, tools, answers), answers)
    except KompassError as error:
        message = str(error)
        if printable(path.name) != order.name:  # a copy in an archive, known to people by another name
            message = message.replace(str(path), order.name).replace(path.name, order.name)
        return Failed(type(error).__name__, error.exit_code, message)
    except MemoryError:
        return Failed.of(DocumentLimitError(f"{order.name} needs more memory than one document may take."))
    except Exception as error:  # whatever a damaged file makes a library do is that file's failure
        traceback.print_exc()
        return Failed.of(UnexpectedError(f"{order.name}: unexpected {type(error).__name__}: {error}"))
    from kompass_extract.report import export, summary

    return Done(export.dumps(report), summary.summarize(report, path).record())


def _report(order: WorkOrder, tools: Tools, answers: int) -> Report:
    from kompass_extract import pipeline

    debug_dir = None if order.debug_dir is None else Path(order.debug_dir)
    report = pipeline.extract(Path(order.path), tools=tools, progress=_teller(answers), debug_dir=debug_dir)
    return report.model_copy(update={"source": report.source.model_copy(update={"file_name": order.name})})


def _pages(order: WorkOrder, tools: Tools, answers: int) -> PagesRead:
    """Read the pages into the cache; a text has none."""
    from kompass_extract.pages.source import open_source
    from kompass_extract.words.workers import read_pages

    source = open_source(Path(order.path))
    readings = read_pages(
        source, tools.readers, tools.settings, jobs=tools.jobs, progress=_teller(answers),
        cache=tools.cache_of(source), care=tools.care,
    )  # fmt: skip
    lost = tuple((reading.number, reading.failure) for reading in readings if reading.failure is not None)
    return PagesRead(source.kind, source.sha256, source.pages, lost)


def _listed(order: WorkOrder, tools: Tools, answers: int) -> Listed:
    from kompass_extract.workers import room_views

    folder = None if order.debug_dir is None else Path(order.debug_dir)
    wanted = room_views.wanted(Path(order.path), order.shown, folder)
    return Listed(room_views.VIEWS[order.room or ""](wanted, tools, _teller(answers)))


def _teller(answers: int) -> Callable[[PageDone], None]:
    """Says how far reading is, and allows what comes after the page its processor time."""

    def tell(page: PageDone) -> None:
        limits.allow(REST_SECONDS + REST_SECONDS_PER_PAGE * page.pages)
        say(answers, Progress(page.number, page.pages))

    return tell


def _with_care(order: WorkOrder, tools: Tools, answers: int) -> Tools:
    from kompass_extract.words.workers import Care

    def begun(number: int) -> None:
        limits.allow(REST_SECONDS + tools.settings.page_timeout)
        say(answers, PageBegun(number))

    return replace(tools, jobs=order.jobs, care=Care(dict(order.lost), order.apart, begun))


def drawn(wanted: PictureOrder) -> Message:
    """Draw a page, or say why not."""
    from kompass_extract.workers.drawing import upright_jpeg

    try:
        return Drawn(base64.b64encode(upright_jpeg(wanted)).decode("ascii"))
    except KompassError as error:
        return Failed.of(error)
    except Exception as error:  # as in ``answer``
        return Failed.of(UnexpectedError(f"{wanted.path}: unexpected {type(error).__name__}: {error}"))


def listen(requests: queue.SimpleQueue[Request]) -> None:
    """Hand on requests; when there can be no more, end this process and its page processes at once."""
    lines = Lines()
    with suppress(OSError, ValueError):
        while data := os.read(0, 1 << 16):
            for line in lines.add(data):
                request = unpacked(line)
                if isinstance(request, WorkOrder | PictureOrder):
                    requests.put(request)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def say(answers: int, message: Message) -> None:
    """Send a message whole."""
    view = memoryview(packed(message))
    with suppress(BrokenPipeError):
        while view:
            view = view[os.write(answers, view) :]
