"""Speed and memory of ``kompass extract`` against the bare ``tesseract`` command on the same pages.

Ratios of one run on one machine; absolute seconds say little elsewhere.  The command reads the pages that poppler
renders at the resolution the report was read at, two at a time, one thread each.  Of several rounds, taken in turn,
the best of either side counts.  ``wall_ratio`` is of wall time; ``processor_ratio``, of processor time, suffers less
from what else the machine does, and does not see cores that wait.  ``shares`` is what the processor time goes to, see
``extract_shares.py``.  Memory is the largest resident set (VmHWM) of the main process and of any worker; with
``--long`` also over the same report ten times in one file.

    .venv/bin/python benchmarks/extract_speed.py gold/scans/sala-2023.office200.pdf --rounds 3 --long
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

import psutil

AT_A_TIME = 2  # pages read together, by both sides
SAMPLE_SECONDS = 0.2  # between two looks at the memory
LONG = 10  # copies of the report in the long file
DEFAULT = Path("gold/scans/sala-2023.office200.pdf")


SHARES = Path(__file__).with_name("extract_shares.py")

T = TypeVar("T")


@dataclass(frozen=True)
class Cost:
    """Wall and processor time in seconds."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Memory:
    """Largest resident sets in MB: of the main process, and of the worker that had most."""

    main: int
    worker: int


@dataclass(frozen=True)
class Run:
    """What one ``kompass extract`` cost, and how its readers were set."""

    cost: Cost
    memory: Memory
    languages: str
    dpi: int


def timed(work: Callable[[], T]) -> tuple[T, Cost]:
    """What the work gives, and its cost with that of the programs it starts and waits for."""
    wall, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    result = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return result, Cost(time.monotonic() - wall, processor)


def kompass(path: Path, engine: str, out: Path) -> Run:
    """One ``kompass extract`` in a process of its own, as a user runs it."""
    command = [Path(sys.executable).parent / "kompass", "extract", path, "--out", out, "--json"]
    command += ["--engine", engine, "--jobs", str(AT_A_TIME)]
    seen: dict[int, int] = {}

    def run() -> subprocess.Popen[str]:
        process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, text=True)
        threading.Thread(target=_watch, args=(process.pid, seen), daemon=True).start()
        outputs.append(process.communicate()[0])
        return process

    outputs: list[str] = []
    process, cost = timed(run)
    if process.returncode:
        sys.exit(f"kompass extract ended with {process.returncode}")
    report = json.loads(Path(json.loads(outputs[0])["reports"][0]["json"]).read_text(encoding="utf-8"))
    ocr = report["pipeline"]["ocr"]
    workers = [size for pid, size in seen.items() if pid != process.pid]
    memory = Memory(round(seen[process.pid] / 1e6), round(max(workers, default=0) / 1e6))
    return Run(cost, memory, ocr["languages"], ocr["dpi"])


def _watch(pid: int, seen: dict[int, int]) -> None:
    """Keep the largest resident set in bytes of a process and of each that it started, while it runs."""
    while True:
        try:
            parent = psutil.Process(pid)
            for process in (parent, *parent.children(recursive=True)):
                seen[process.pid] = max(seen.get(process.pid, 0), _largest_resident(process.pid))
        except psutil.NoSuchProcess:
            return
        time.sleep(SAMPLE_SECONDS)


def _largest_resident(pid: int) -> int:
    """The kernel's own record of a process's largest resident set in bytes; 0 once it has ended."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def tesseract(path: Path, languages: str, dpi: int) -> Cost:
    """The bare command over all pages of ``path``; rendering is not counted."""
    with tempfile.TemporaryDirectory() as directory:
        prefix = Path(directory) / "page"
        subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", str(path), str(prefix)], check=True)
        pages = sorted(Path(directory).glob("*.png"))

        def run() -> None:
            with ThreadPoolExecutor(AT_A_TIME) as pool:
                list(pool.map(lambda page: _read(page, languages), pages))

        return timed(run)[1]


def _read(page: Path, languages: str) -> None:
    subprocess.run(
        ["tesseract", str(page), str(page.with_suffix("")), "-l", languages, "tsv"],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )


def shares(path: Path, engine: str) -> dict[str, float]:
    """Parts of the processor time, summing to 1, by what they go to."""
    command = [sys.executable, str(SHARES), str(path), "--engine", engine]
    seconds = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {name: round(value / seconds["all"], 3) for name, value in seconds.items() if name != "all"}


def repeated(path: Path, directory: Path) -> Path:
    """The report ``LONG`` times in one file."""
    import pypdfium2

    source, target = pypdfium2.PdfDocument(path), pypdfium2.PdfDocument.new()
    for _ in range(LONG):
        target.import_pages(source)
    long = directory / f"{path.stem}.long.pdf"
    target.save(long)
    return long


def measure(path: Path, engines: Sequence[str], rounds: int) -> Iterator[dict[str, object]]:
    """One record per engine: the best of ``rounds``, taken in turn with the bare command."""
    with tempfile.TemporaryDirectory() as directory:
        for engine in engines:
            runs, bare = [], []
            for _ in range(rounds):
                runs.append(kompass(path, engine, Path(directory)))
                bare.append(tesseract(path, runs[-1].languages, runs[-1].dpi))
            ours, theirs = _best([run.cost for run in runs]), _best(bare)
            yield {
                "file": path.name,
                "engine": engine,
                "dpi": runs[0].dpi,
                "rounds": rounds,
                "wall_ratio": round(ours.wall / theirs.wall, 3),
                "processor_ratio": round(ours.processor / theirs.processor, 3),
                "kompass_seconds": [round(ours.wall, 1), round(ours.processor, 1)],
                "tesseract_seconds": [round(theirs.wall, 1), round(theirs.processor, 1)],
                "shares": shares(path, engine),
                "resident_mb": asdict(_most([run.memory for run in runs])),
            }


def _best(costs: Sequence[Cost]) -> Cost:
    """The least wall and the least processor time."""
    return Cost(min(cost.wall for cost in costs), min(cost.processor for cost in costs))


def _most(sizes: Sequence[Memory]) -> Memory:
    return Memory(max(size.main for size in sizes), max(size.worker for size in sizes))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, default=[DEFAULT])
    parser.add_argument("--engines", nargs="+", default=["tesserocr", "pytesseract"])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--long", action="store_true", help="also measure memory over the report ten times in one file")
    options = parser.parse_args()
    for path in options.inputs:
        for record in measure(path, options.engines, options.rounds):
            print(json.dumps(record), flush=True)
        if options.long:
            with tempfile.TemporaryDirectory() as directory:
                run = kompass(repeated(path, Path(directory)), options.engines[0], Path(directory))
                print(json.dumps({"file": f"{path.name} x {LONG}", "resident_mb": asdict(run.memory)}), flush=True)


if __name__ == "__main__":
    main()
