"""How fast the review pages answer over a large store: each kind of page, and from key to next item in Chromium.

The store is filled with rows for so many reports as ingestion writes them; the reports that are opened have their
JSON and their PDF too.  Times are of one machine, by the wall.

    .venv/bin/python benchmarks/review_speed.py --reports 5000               the store is SQLite
    .venv/bin/python benchmarks/review_speed.py --reports 5000 --postgres    a PostgreSQL server of its own
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from html import unescape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
from playwright.sync_api import sync_playwright
from sqlalchemy import insert

from kompass_extract.archive import records
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, FieldRow, ReportIdRow, ReportRow
from kompass_extract.archive.store import Store, now
from kompass_extract.archive.tidy_store import put_rows, state_of
from kompass_extract.model.report import Report
from kompass_extract.report import export
from tests.browser.conftest import CHROMIUM, FLAGS, SCREEN, doubtful
from tests.support.postgres import running_postgres
from tests.support.review_archive import FINGERPRINT, PDF

OPENED = 40  # reports that have their files: more than are looked at
AT_A_TIME = 50  # reports whose rows are inserted together
START_S = 1200.0  # several thousand new reports are put into the queue first
KEY_TO_ITEM = """() => new Promise((done) => {
  const before = document.getElementById("content").dataset.pointer + document.getElementById("content").dataset.report;
  const start = performance.now();
  const look = () => {
    const main = document.getElementById("content");
    const image = main.querySelector("svg image");
    if (!main.dataset.pointer) return done(null);
    if (main.dataset.pointer + main.dataset.report === before || !image) return requestAnimationFrame(look);
    const picture = new Image();
    picture.src = image.href.baseVal;
    picture.decode().then(() => requestAnimationFrame(() => done(performance.now() - start)));
  };
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true, cancelable: true }));
  look();
})"""
MUNICIPALITIES = 300  # that the invented reports are of: about as many as there are


@dataclass(frozen=True)
class Times:
    """Milliseconds."""

    median: float
    p95: float
    count: int

    @classmethod
    def of(cls, seconds: list[float]) -> Times:
        ordered = sorted(1000 * one for one in seconds)
        return cls(
            round(statistics.median(ordered), 1), round(ordered[int(0.95 * (len(ordered) - 1))], 1), len(ordered)
        )


def fill(archive: Archive, reports: int, *, asked_alone: bool = False) -> None:
    """Rows of ``reports`` reports, all with the doubts of one; the files of those that are looked at.

    ``asked_alone`` leaves out the rows of fields that nobody is asked about, which no review page reads.
    """
    base, data = doubtful(), PDF.read_bytes()
    template = [row for row in records.field_rows(base) if row["needs_review"] or not asked_alone]
    store = Store.open(archive)
    for first in range(0, reports, AT_A_TIME):
        many = [_numbered(base, number) for number in range(first, min(first + AT_A_TIME, reports))]
        with store.write() as session:
            session.execute(insert(DocumentRow), [_document(archive, one) for one in many])
            session.execute(insert(ReportIdRow), [{"report_id": r.report_id, "sha256": r.source.sha256} for r in many])
            for number, one in enumerate(many, start=first):
                text = export.dumps(one) if number < OPENED else ""
                row = _report_row(archive, one, text)
                session.add(row)
                session.flush()
                bare = one if number < OPENED else one.model_copy(update={"areas": [], "blocks": [], "checks": []})
                put_rows(session, bare, state=state_of(row.json_sha256, 0))
                if number < OPENED:
                    export.write_text(archive.report_path(one.report_id), text)
                    stored = archive.folder / archive.stored_name(one.source.sha256, ".pdf")
                    stored.parent.mkdir(parents=True, exist_ok=True)
                    stored.write_bytes(data)
            session.flush()
            session.execute(insert(FieldRow), [{**row, "report_id": r.report_id} for r in many for row in template])
    store.close()


def _numbered(base: Report, number: int) -> Report:
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    source = base.source.model_copy(update={"sha256": sha256})
    code = base.report.municipality_code.model_copy(update={"value": f"{1000 + number % MUNICIPALITIES}"})
    about = base.report.model_copy(update={"municipality_code": code})
    return base.model_copy(update={"report_id": f"a{number:05}-2018", "source": source, "report": about})


def _document(archive: Archive, report: Report) -> dict[str, object]:
    sha256 = report.source.sha256
    return {
        "sha256": sha256, "size": 1, "media_type": "application/pdf", "file_name": report.source.file_name,
        "stored": archive.stored_name(sha256, ".pdf"), "first_seen": now(),
    }  # fmt: skip


def _report_row(archive: Archive, report: Report, text: str) -> ReportRow:
    where = records.relative(archive.report_path(report.report_id), archive.folder)
    return records.report_row(report, path=where, text=text, fingerprint=FINGERPRINT, run_id=None)


def start(archive: Archive) -> tuple[subprocess.Popen[bytes], str]:
    """``kompass review`` in a process of its own, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).parent / "kompass"), "review", "--archive", str(archive.folder)]
    command += ["--store", archive.store_url] if archive.store_url.startswith("postgresql") else []
    process = subprocess.Popen([*command, "--as", "Anna", "--port", str(port)], stdout=subprocess.DEVNULL)
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            httpx.get(f"{url}/help", timeout=5)
        except httpx.HTTPError:
            time.sleep(0.2)
        else:
            return process, url
    process.kill()
    sys.exit("kompass review did not start")


def many(browser: httpx.Client, paths: list[str]) -> Times:
    """One request after the other; each must be answered well."""
    seconds = []
    for path in paths:
        begun = time.perf_counter()
        answer = browser.get(path)
        seconds.append(time.perf_counter() - begun)
        answer.raise_for_status()
    return Times.of(seconds)


def requests(url: str, rounds: int) -> dict[str, Times]:
    """What each kind of page takes, pictures made before."""
    browser = httpx.Client(base_url=url, follow_redirects=True, timeout=60)
    browser.get("/reports")
    items = [str(browser.get(f"/next?in=a{number:05}-2018").url) for number in range(OPENED)]
    found: dict[str, Times] = {}
    found["item"] = many(browser, [items[number % OPENED] for number in range(rounds)])
    places = [re.search(r'data-prefetch="([^"]+)"', browser.get(item).text) for item in items[: OPENED // 2]]
    steps = [unescape(one[1]) for one in places if one]
    found["next item, from the server"] = many(browser, [steps[number % len(steps)] for number in range(rounds)])
    found["reports"] = many(browser, ["/reports"] * (rounds // 4))
    found["queue"] = many(browser, ["/queue"] * (rounds // 4))
    found["accept several"] = many(browser, ["/together"] * (rounds // 4))
    beside = [f"/beside?report=a{number:05}-2018" for number in range(OPENED)]
    found["beside its pages"] = many(browser, beside)
    found["queue, filtered"] = many(browser, ["/queue?kind=title"] * (rounds // 4))
    pictures = [re.search(r'/picture/[^"]+', browser.get(item).text) for item in items]
    paths = [one[0] for one in pictures if one]
    found["picture, made"] = many(browser, paths)
    found["picture, kept"] = many(browser, paths)
    return found


def keys(url: str, rounds: int, kind: str = "") -> Times:
    """From the key ``a`` to the next item with its picture on the screen; ``kind`` filters the queue."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = chromium.new_page(viewport=SCREEN)  # type: ignore[arg-type]
        page.goto(f"{url}/next?kind={kind}")
        times = []
        for _ in range(rounds):
            page.wait_for_timeout(700)  # a person looks; what comes next is fetched ahead
            taken = page.evaluate(KEY_TO_ITEM)
            if taken is None:
                break
            times.append(taken / 1000)
        chromium.close()
    return Times.of(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=80)
    parser.add_argument("--postgres", action="store_true", help="the store is a PostgreSQL server, not SQLite")
    parser.add_argument("--asked-alone", action="store_true", help="fill in what is asked alone: quick")
    parser.add_argument("--archive", type=Path, help="keep the filled archive here, or use the one that is there")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = stack.enter_context(running_postgres()) if options.postgres else None
        archive = Archive.at(options.archive or Path(folder) / "archive", url)
        if url or not archive.folder.exists():
            begun = time.monotonic()
            fill(archive, options.reports, asked_alone=options.asked_alone)
            print(f"filled in {time.monotonic() - begun:.0f} s", file=sys.stderr)
        begun = time.monotonic()
        process, url = start(archive)
        try:
            found = {"start": Times.of([time.monotonic() - begun]), **requests(url, options.rounds)}
            found["key to next item"] = keys(url, min(options.rounds, OPENED - 5))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
    print(json.dumps({name: vars(times) for name, times in found.items()}, indent=2))


if __name__ == "__main__":
    main()
