"""A reading process for tests: told by a file's first line what to do; anything else is read in earnest.

``report NAME``: a report of that id at once.  ``crash``, ``hang``, ``exit``: that.  ``crash once``: only at first.
``error CLASS CODE TEXT``: that failure.  ``noise``: no message but rubbish.  Started as ``archive.worker`` is.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import queue
import signal
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kompass_extract.archive import worker
from kompass_extract.workers import reader
from kompass_extract.workers.protocol import Done, Failed, Message, Progress, Request, WorkOrder

if TYPE_CHECKING:
    from kompass_extract.pipeline import Tools

TEMPLATE_VARIABLE, LOG_VARIABLE = "KOMPASS_TEST_TEMPLATE", "KOMPASS_TEST_LOG"


def main(arguments: list[str]) -> None:
    """As the real one, without loading anything before it is needed."""
    answers = os.dup(1)
    os.dup2(2, 1)
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    orders: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=reader.listen, args=(orders,), daemon=True).start()
    tools = functools.cache(lambda: worker.tools(given["--engine"], given["--settings"], Path(given["--cache"])))
    while True:
        order = orders.get()
        assert isinstance(order, WorkOrder)
        reader.say(answers, answer(order, tools, answers))


def answer(order: WorkOrder, tools: Any, answers: int) -> Message:
    data = Path(order.path).read_bytes()
    word, _, rest = data[:200].partition(b"\n")[0].decode("utf-8", "replace").partition(" ")
    if log := os.environ.get(LOG_VARIABLE):
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(f"{word} {rest} {order.jobs}\n")
    if word == "report":
        return Done(report(order, data, rest))
    if word == "error":
        name, code, text = rest.split(" ", 2)
        return Failed(name, int(code), text)
    if word in {"crash", "hang", "exit", "noise"}:
        return trouble(word, rest, order, data, answers)
    real: Tools = tools()
    return reader.answer(order, real, answers)


def trouble(word: str, rest: str, order: WorkOrder, data: bytes, answers: int) -> Message:
    mark = Path(order.path).with_suffix(".tried")
    if rest == "once" and mark.exists():
        return Done(report(order, data, "once-2020"))
    mark.touch()
    if word == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "exit":
        sys.stderr.write("something broke\n")
        os._exit(3)
    if word == "noise":
        os.write(answers, b"[1, 2]\n")
    reader.say(answers, Progress(1, 2))
    time.sleep(600)
    raise AssertionError


@functools.cache
def template() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(Path(os.environ[TEMPLATE_VARIABLE]).read_text(encoding="utf-8"))
    return made


def report(order: WorkOrder, data: bytes, report_id: str) -> str:
    made = template()
    source = {**made["source"], "sha256": hashlib.sha256(data).hexdigest(), "file_name": order.name}
    return json.dumps({**made, "report_id": report_id, "source": source}, ensure_ascii=False)
