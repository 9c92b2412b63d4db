"""Speed and memory of ``kompass extract`` against the bare ``tesseract`` command on the same pages.

Ratios of one run on one machine; absolute seconds say little elsewhere.  The command reads the pages that poppler
renders at the resolution the report was read at, two at a time, one thread each.  Memory is the resident set of each
process of ``kompass extract``, sampled while it runs; with ``--long`` also over the same report ten times in one file.

    .venv/bin/python benchmarks/extract_speed.py gold/scans/sala-2023.office200.pdf --rounds 1
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

AT_A_TIME = 2  # pages read together, by both sides
SAMPLE_SECONDS = 0.2  # between two looks at the memory
LONG = 10  # copies of the report in the long file
DEFAULT = Path("gold/scans/sala-2023.office200.pdf")


@dataclass(frozen=True)
class Run:
    """Wall time in seconds, and the largest resident set of any one of its processes in MB."""

    seconds: float
    resident_mb: float
    languages: str
    dpi: int


def kompass(path: Path, engine: str, out: Path) -> Run:
    """One ``kompass extract`` in a process of its own, as a user runs it."""
    command = [Path(sys.executable).parent / "kompass", "extract", path, "--out", out, "--json"]
    start = time.monotonic()
    process = subprocess.Popen(
        [*map(str, command), "--engine", engine, "--jobs", str(AT_A_TIME)], stdout=subprocess.PIPE, text=True
    )
    largest = [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, largest), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    seconds = time.monotonic() - start
    if process.returncode:
        sys.exit(f"kompass extract ended with {process.returncode}")
    report = json.loads(Path(json.loads(output)["reports"][0]["json"]).read_text(encoding="utf-8"))
    ocr = report["pipeline"]["ocr"]
    return Run(seconds, largest[0] / 1e6, ocr["languages"], ocr["dpi"])


def _watch(pid: int, largest: list[int]) -> None:
    while True:
        try:
            parent = psutil.Process(pid)
            for process in (parent, *parent.children(recursive=True)):
                largest[0] = max(largest[0], process.memory_info().rss)
        except psutil.NoSuchProcess:
            return
        time.sleep(SAMPLE_SECONDS)


def tesseract(path: Path, languages: str, dpi: int) -> float:
    """Wall seconds of the bare command over all pages of ``path``; rendering is not counted."""
    with tempfile.TemporaryDirectory() as directory:
        prefix = Path(directory) / "page"
        subprocess.run(["pdftoppm", "-r", str(dpi), "-gray", "-png", str(path), str(prefix)], check=True)
        pages = sorted(Path(directory).glob("*.png"))
        start = time.monotonic()
        with ThreadPoolExecutor(AT_A_TIME) as pool:
            list(pool.map(lambda page: _read(page, languages), pages))
        return time.monotonic() - start


def _read(page: Path, languages: str) -> None:
    subprocess.run(
        ["tesseract", str(page), str(page.with_suffix("")), "-l", languages, "tsv"],
        check=True,
        capture_output=True,
        env={**os.environ, "OMP_THREAD_LIMIT": "1"},
    )


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
            best = min(runs, key=lambda run: run.seconds)
            yield {
                "file": path.name,
                "engine": engine,
                "dpi": best.dpi,
                "kompass_seconds": round(best.seconds, 1),
                "tesseract_seconds": round(min(bare), 1),
                "ratio": round(best.seconds / min(bare), 3),
                "resident_mb": round(max(run.resident_mb for run in runs)),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("inputs", nargs="*", type=Path, default=[DEFAULT])
    parser.add_argument("--engines", nargs="+", default=["tesserocr", "pytesseract"])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--long", action="store_true", help="also measure memory over the report ten times in one file")
    options = parser.parse_args()
    for path in options.inputs:
        for record in measure(path, options.engines, options.rounds):
            print(json.dumps(record))
        if options.long:
            with tempfile.TemporaryDirectory() as directory:
                run = kompass(repeated(path, Path(directory)), options.engines[0], Path(directory))
                print(json.dumps({"file": f"{path.name} x {LONG}", "resident_mb": round(run.resident_mb)}))


if __name__ == "__main__":
    main()
