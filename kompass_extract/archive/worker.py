"""The process that reads documents for an ingestion: ``python -m kompass_extract.archive.worker``.

It takes orders on its standard input and answers on its standard output.  Whatever a hostile file does to it
stays in it: its memory is limited, and who gave the order ends it when it takes too long.  It ends with the
process that started it, and its page processes with it.
"""

from __future__ import annotations

import os
import queue
import resource
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kompass_extract.archive.worker_protocol import Done, Failed, Lines, Message, Order, Progress, packed, unpacked
from kompass_extract.errors import DocumentLimitError, KompassError, UnexpectedError

if TYPE_CHECKING:
    from kompass_extract.pipeline import Tools
    from kompass_extract.words.workers import PageDone


@click.command()
@click.option("--engine", default="auto")
@click.option("--settings", default="{}", help="ReadingSettings as JSON.")
@click.option("--cache", "cache_folder", type=click.Path(path_type=Path))
@click.option("--memory", type=int, default=0, help="Bytes of address space, 0 for no limit.")
def main(engine: str, settings: str, cache_folder: Path | None, memory: int) -> None:
    """Read documents as ordered until the standard input ends."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not get between the answers
    if memory:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    orders: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders,), daemon=True).start()
    tools = _tools(engine, settings, cache_folder)
    while True:
        _say(answers, _answer(orders.get(), tools, answers))


def _tools(engine: str, settings: str, cache_folder: Path | None) -> Tools:
    from kompass_extract.archive.fingerprint import readers
    from kompass_extract.archive.page_cache import ReadingFolder
    from kompass_extract.pipeline import Tools
    from kompass_extract.repair import KnownWords
    from kompass_extract.settings import ReadingSettings
    from kompass_extract.words.engines.registry import ReaderChoice

    wanted = ReadingSettings.model_validate_json(settings)
    recorded = ReadingFolder(cache_folder, wanted, readers(engine, wanted.languages)) if cache_folder else None
    return Tools(ReaderChoice(engine, wanted.languages, lexicon=KnownWords), wanted, None, recorded)


def _answer(order: Order, tools: Tools, answers: int) -> Message:
    from dataclasses import replace

    from kompass_extract import pipeline
    from kompass_extract.report import export

    def tell(page: PageDone) -> None:
        _say(answers, Progress(page.number, page.pages))

    path = Path(order.path)
    try:
        report = pipeline.extract(path, tools=replace(tools, jobs=order.jobs), progress=tell)
        source = report.source.model_copy(update={"file_name": order.name})
        return Done(export.dumps(report.model_copy(update={"source": source})))
    except KompassError as error:
        message = str(error).replace(str(path), order.name).replace(path.name, order.name)
        return Failed(type(error).__name__, error.exit_code, message)
    except MemoryError:
        return Failed.of(DocumentLimitError(f"{order.name} needs more memory than one document may take."))
    except Exception as error:  # whatever a damaged file makes a library do is that file's failure
        return Failed.of(UnexpectedError(f"{order.name}: unexpected {type(error).__name__}: {error}"))


def _listen(orders: queue.SimpleQueue[Order]) -> None:
    """Hand on orders; when there can be no more, end this process and its page processes at once."""
    lines = Lines()
    with suppress(OSError, ValueError):
        while data := os.read(0, 1 << 16):
            for line in lines.add(data):
                order = unpacked(line)
                if isinstance(order, Order):
                    orders.put(order)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _say(answers: int, message: Message) -> None:
    view = memoryview(packed(message))
    with suppress(BrokenPipeError):
        while view:
            view = view[os.write(answers, view) :]


if __name__ == "__main__":
    main(args=sys.argv[1:])
