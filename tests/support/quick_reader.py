"""A reading process for tests: answers each order with a labelled report, after as many seconds as the text says.

The report's version names the process that gave the order, so that a test sees who worked on what.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

from kompass_extract.report import export
from kompass_extract.training.gold import load_gold
from kompass_extract.workers.protocol import Done, Lines, WorkOrder, packed, unpacked
from tests.conftest import GOLD, report_of


def answer(order: WorkOrder) -> bytes:
    """A report of the order's document; a text may begin with seconds to take."""
    data = Path(order.path).read_bytes()
    first = data.split()[0].decode("ascii", "replace")
    time.sleep(float(first) if first.replace(".", "").isdecimal() else 0.0)
    report = report_of(load_gold(GOLD / "sala-2023.json"))
    source = report.source.model_copy(update={"sha256": hashlib.sha256(data).hexdigest(), "file_name": order.name})
    pipeline = report.pipeline.model_copy(update={"version": str(os.getppid())})
    return packed(Done(export.dumps(report.model_copy(update={"source": source, "pipeline": pipeline}))))


def main(arguments: list[str]) -> None:
    """Answer until the standard input ends; what it is given, it does not need."""
    lines = Lines()
    while data := os.read(0, 1 << 16):
        for line in lines.add(data):
            order = unpacked(line)
            assert isinstance(order, WorkOrder)
            sys.stdout.buffer.write(answer(order))
            sys.stdout.buffer.flush()
