"""How fast the archive's pages are over invented reports, and how large the search of a static site is.

The archive is that of ``archive_speed.py``.  Each page is asked for several times, for several municipalities, reports
and concepts; the first answer after a start is told apart, since it makes what all pages share.

    .venv/bin/python benchmarks/pages_speed.py --reports 5000 --archive build/archive-5000
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from starlette.testclient import TestClient

from benchmarks.archive_speed import fill, timed
from kompass_extract.archive.folder import Archive
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.web.browse.browse_app import create_browse_app
from kompass_extract.web.browse.site_search_index import write_index
from kompass_extract.web.web_settings import WebSettings

EACH = 7  # of municipalities, reports, concepts and words
WORDS = (
    "medborgardialog",
    "uppföljning",
    "sjukfrånvaro",
    "näringsliv samverkan",
    "budgetprocess",
    '"politiska mål"',
    "lag",
)


def addresses(archive: AnswerArchive) -> dict[str, list[str]]:
    """Return what is asked for, by the kind of page."""
    places = archive.places()
    chosen = [places[number * len(places) // EACH] for number in range(EACH)]
    reports = [place.reports[0].report_id for place in chosen]
    concepts = [one.concept for one in archive.concepts()][:EACH]
    return {
        "start": [""] * EACH,
        "municipalities": ["municipalities"] * EACH,
        "municipality": [f"municipality/{place.key}" for place in chosen],
        "report": [f"report/{one}" for one in reports],
        "page of a report": [f"report/{one}/page/2" for one in reports],
        "value": [f"value/{one}/3/score" for one in reports],
        "concepts": ["concepts"] * EACH,
        "concept": [f"concept/{one}" for one in concepts],
        "compare": [f"compare/{one}" for one in reports],
        "search": [f"search?q={one}" for one in WORDS],
        "data": ["data"] * EACH,
    }


def measured(archive: Archive, folder: Path) -> dict[str, Any]:
    """Return the times of the pages in milliseconds, and the size of the search's index in bytes, gzipped."""
    with AnswerArchive(archive) as answers:
        answers.refresh()
        wanted = addresses(answers)
        newest = [place.reports[0].report_id for place in answers.places()][:EACH]
        compared = [timed(lambda one=one: answers.compare(one)) for one in newest]  # type: ignore[misc]
        passages = write_index(answers, folder / "index")
    size = sum(len(gzip.compress(path.read_bytes())) for path in (folder / "index").iterdir())
    settings = WebSettings(access=folder / "access.db", picture_cache=folder / "pictures")
    client = TestClient(create_browse_app(archive, settings), base_url="http://127.0.0.1")
    pages = {}
    for kind, paths in wanted.items():
        times = []
        for path in paths:
            begun = time.perf_counter()
            assert client.get(f"/browse/{path}").status_code == 200, path
            times.append(1000 * (time.perf_counter() - begun))
        pages[kind] = {"first": round(times[0]), "median": round(statistics.median(times[1:]))}
    every = [one["median"] for one in pages.values()]
    return {
        "pages, ms": pages, "median of the kinds, ms": statistics.median(every),
        "compare from Python, s": statistics.median(compared),
        "search of a site": {"passages": passages, "gzipped bytes": size},
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--archive", type=Path, help="keep the filled archive here, or use the one that is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.at(options.archive or Path(folder) / "archive")
        if not archive.folder.exists():
            fill(archive, options.reports)
        print(json.dumps(measured(archive, Path(folder)), ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
