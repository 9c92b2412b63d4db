"""How fast the archive's pages are: medians for each kind of page over invented reports, on SQLite and PostgreSQL.

Each address is asked for once, so that no page is one that was kept.  Seconds of processors are those of the whole
process and are not another's; times by the wall are what a reader waits.

    .venv/bin/python benchmarks/browse_speed.py --reports 300
    .venv/bin/python benchmarks/browse_speed.py --reports 5000 --only sqlite --archive /tmp/archive-5000
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from starlette.testclient import TestClient

from benchmarks.archive_speed import QUERIES, fill
from kompass_extract.archive.folder import Archive
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.web.browse.browse_app import create_browse_app
from kompass_extract.web.web_settings import WebSettings
from tests.support.postgres import running_postgres

EACH = 15  # pages of a kind
STORES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of one kind of page: the median by the wall, and median and most of processors."""

    wall: float
    processors: float
    slowest: float


def addresses(archive: Archive) -> dict[str, list[str]]:
    """Return addresses by the kind of their page, other reports for each kind."""
    with AnswerArchive(archive) as answers:
        ids = [str(row["report_id"]) for row in answers.stream("reports")]
        codes = [one.key for one in answers.places()]
        concepts = [one.concept for one in answers.concepts()]
    chance = random.Random(14)
    for many in (ids, codes, concepts):
        chance.shuffle(many)
    parts = [ids[first : first + EACH] for first in range(0, 6 * EACH, EACH)]
    return {
        "start": ["?"], "municipalities": ["municipalities"], "concepts": ["concepts"], "data": ["data"],
        "choice of a report": ["compare"],
        "municipality": [f"municipality/{one}" for one in codes[:EACH]],
        "report": [f"report/{one}" for one in parts[0]],
        "page": [f"report/{one}/page/7" for one in parts[1]],
        "value": [f"value/{one}/3/improvement/2" for one in parts[2]],
        "concept": [f"concept/{one}" for one in concepts[:EACH]],
        "comparison": [f"compare/{one}" for one in parts[3]],
        "comparison with two": [f"compare/{one}?with={ids[0]}&with={ids[1]}" for one in parts[4]],
        "search": [f"search?q={one}" for one in QUERIES[:EACH]],
        "search, filtered": [f"search?q={one}&kind=strength&min=70" for one in QUERIES[:EACH]],
        "more like this": [f"search?like={one}/3/improvement/2" for one in parts[5]],
    }  # fmt: skip


def measured(archive: Archive) -> dict[str, Times]:
    """Return the times of each kind of page."""
    settings = WebSettings(access=archive.folder / "access.db", picture_cache=archive.cache / "pictures")
    client = TestClient(create_browse_app(archive, settings), base_url="http://127.0.0.1:8723")
    found = {}
    for kind, many in addresses(archive).items():
        found[kind] = _times([_asked(client, f"/browse/{one}") for one in many])
    return found


def _asked(client: TestClient, address: str) -> tuple[float, float]:
    wall, used = time.perf_counter(), time.process_time()
    answer = client.get(address)
    took = time.perf_counter() - wall, time.process_time() - used
    if answer.status_code != 200:
        raise SystemExit(f"{address} answers {answer.status_code}")
    return took


def _times(each: Sequence[tuple[float, float]]) -> Times:
    wall, used = zip(*each, strict=True)
    return Times(1000 * statistics.median(wall), 1000 * statistics.median(used), 1000 * max(used))


@contextmanager
def stores(wanted: Sequence[str], folder: Path, reports: int) -> Iterator[dict[str, Archive]]:
    """Yield a filled archive for each store."""
    with ExitStack() as stack:
        found = {}
        for name in wanted:
            url = stack.enter_context(running_postgres()) if name == "postgresql" else None
            archive = Archive.at(folder / name, url)
            if url is not None or not archive.folder.exists():
                fill(archive, reports)
            with AnswerArchive(archive) as answers:
                answers.refresh()
            found[name] = archive
        yield found


def table(found: Mapping[str, Mapping[str, Times]]) -> str:
    """Return the times as a table."""
    lines = [f"{'':22}" + "".join(f"{name + ': wall':>18}{'processors':>12}{'slowest':>9}" for name in found)]
    for kind in next(iter(found.values())):
        times = (many[kind] for many in found.values())
        cells = (f"{one.wall:18.0f}{one.processors:12.0f}{one.slowest:9.0f}" for one in times)
        lines.append(f"{kind:22}" + "".join(cells))
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--only", choices=STORES, help="one store instead of both")
    parser.add_argument("--archive", type=Path, help="keep the filled archives below this folder, or use them")
    options = parser.parse_args()
    wanted = (options.only,) if options.only else STORES
    with (
        tempfile.TemporaryDirectory() as folder,
        stores(wanted, options.archive or Path(folder), options.reports) as all_,
    ):
        found = {name: measured(archive) for name, archive in all_.items()}
    print(f"Milliseconds, medians of {EACH} pages of a kind over {options.reports} reports")
    print(table(found))


if __name__ == "__main__":
    main()
