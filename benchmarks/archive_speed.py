"""How fast an archive answers: index, export, search and comparison over invented reports.

The reports are the labelled ones with other municipalities, years, scores and lists; each has 120 items, so that
5,000 of them hold 600,000.  Times are of one machine, by the wall.

    .venv/bin/python benchmarks/archive_speed.py --reports 5000
    .venv/bin/python benchmarks/archive_speed.py --reports 100 --times 50    # an index of 5,000 from 100, in minutes
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from sqlalchemy import insert

from kompass_extract.archive import records
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import DocumentRow, ReportIdRow
from kompass_extract.archive.store import Store, now
from kompass_extract.archive.tidy_store import put_reading
from kompass_extract.model.report import Area, Report
from kompass_extract.model.tidy_columns import tables
from kompass_extract.report import export
from kompass_extract.review.answers import AnswerArchive
from kompass_extract.review.answers.answer_archive import INDEX_FILE
from kompass_extract.review.answers.answer_index import AnswerIndex
from kompass_extract.review.answers.answer_values import EVERY_PASSAGE, EVERY_REPORT, Hit
from kompass_extract.review.answers.exporting.exported import export as export_index
from kompass_extract.review.answers.sqlite_passages import SqlitePassages
from kompass_extract.review.answers.text_search import search
from kompass_extract.taxonomy import load_taxonomy
from tests.support.review_archive import FINGERPRINT, gold_report

GOLD_REPORTS = ("sala-2023", "hoganas-2018")
ITEMS_A_LIST = (7, 8)  # of strengths, of improvements: 8 areas with 15 make 120
AT_A_TIME = 50
QUERIES = (
    "medborgardialog", "dialog", "låg sjukfrånvaro", '"politiska mål"', "uppföljning", "kommunen", "brukarråd",
    "ekonomistyrning", "näringsliv samverkan", "jämförelser med andra", "chefsutveckling", "e-tjänster",
    "synpunktshantering", "hållbar utveckling", "lag", "internkontroll", "budgetprocess", "medarbetarsamtal",
    "kvalitetsarbete", "öppna data",
)  # fmt: skip


def fill(archive: Archive, reports: int) -> None:
    """Write so many reports with their rows of the store, as ingestion leaves them."""
    chance = random.Random(14)
    bases = [gold_report(name) for name in GOLD_REPORTS]
    texts = [item for base in bases for area in base.areas for item in (*area.strengths, *area.improvements)]
    places = load_taxonomy().municipalities.entries
    store = Store.open(archive)
    archive.reports.mkdir(parents=True, exist_ok=True)
    for first in range(0, reports, AT_A_TIME):
        many = [
            invented(bases[number % len(bases)], number, (places, texts), chance)
            for number in range(first, min(first + AT_A_TIME, reports))
        ]
        with store.write() as session:
            session.execute(insert(DocumentRow), [_document(one) for one in many])
            session.execute(insert(ReportIdRow), [{"report_id": r.report_id, "sha256": r.source.sha256} for r in many])
            for one in many:
                text = export.dumps(one)
                path = archive.report_path(one.report_id)
                path.write_text(text, encoding="utf-8")
                where = records.relative(path, archive.folder)
                row = records.report_row(one, path=where, text=text, fingerprint=FINGERPRINT, run_id=None)
                session.add(row)
                session.flush()
                put_reading(session, one, json_sha256=row.json_sha256)
    store.close()


def invented(base: Report, number: int, known: tuple[Any, Any], chance: random.Random) -> Report:
    """Return a report like ``base`` of another municipality, with other scores and lists."""
    places, texts = known
    place, info = places[number % len(places)], base.report
    year = 2010 + number // len(places)
    head = info.model_copy(
        update={
            "municipality": info.municipality.model_copy(update={"value": place.name}),
            "municipality_code": info.municipality_code.model_copy(update={"value": place.code}),
            "year": info.year.model_copy(update={"value": year}),
        }
    )
    sha256 = hashlib.sha256(str(number).encode()).hexdigest()
    return base.model_copy(
        update={
            "report_id": f"a{number:05}-{year}",
            "source": base.source.model_copy(update={"sha256": sha256}),
            "report": head,
            "areas": [_area(area, texts, chance) for area in base.areas],
        }
    )


def _area(area: Area, texts: list[Any], chance: random.Random) -> Area:
    concepts = {one.id: one.concept for one in load_taxonomy().questions((area.area_id or "/").partition("/")[0])}
    rows = [
        row.model_copy(
            update={
                "achieved": row.achieved.model_copy(update={"value": chance.randint(0, int(row.max.value or 0))}),
                "concept": concepts.get(row.question_id or ""),
            }
        )
        for row in area.score_table.rows
    ]
    doubt = chance.random() < 0.03
    score = area.score.model_copy(update={"value": chance.randint(20, 90), "needs_review": doubt})
    return area.model_copy(
        update={
            "score": score,
            "score_table": area.score_table.model_copy(update={"rows": rows}),
            "strengths": [chance.choice(texts) for _ in range(ITEMS_A_LIST[0])],
            "improvements": [chance.choice(texts) for _ in range(ITEMS_A_LIST[1])],
        }
    )


def _document(report: Report) -> dict[str, object]:
    sha256 = report.source.sha256
    return {
        "sha256": sha256, "size": 1, "media_type": "application/pdf", "file_name": report.source.file_name,
        "stored": f"files/{sha256[:2]}/{sha256}.pdf", "first_seen": now(),
    }  # fmt: skip


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that a piece of work takes, by the wall."""
    begun = time.perf_counter()
    work()
    return round(time.perf_counter() - begun, 3)


def weighed(work: Callable[[], object]) -> dict[str, float]:
    """Return the seconds that a piece of work takes by the wall and of processors: the latter is not another's."""
    used = time.process_time()
    return {"wall": timed(work), "processors": round(time.process_time() - used, 3)}


def repeat(index: AnswerIndex, times: int) -> None:
    """Have each report so many times in the index, under other ids: what a larger archive's index holds."""
    run, names = index.connection.execute, [row[1] for row in index.connection.execute("PRAGMA table_info(passages)")]
    top = run("SELECT max(id) FROM passages").fetchone()[0]
    rows = {name: run(f"SELECT coalesce(max(rowid), 0) FROM {name}").fetchone()[0] for name in tables()}
    run("BEGIN")
    for number in range(1, times):
        shift = number * top
        other = {"id": f"id + {shift}", "report_id": f"report_id || '-{number}'"}
        run(f"INSERT INTO passages SELECT {', '.join(other.get(one, one) for one in names)} FROM passages "
            f"WHERE id <= {top}")  # fmt: skip
        run(f"INSERT INTO passage_stems (rowid, stems) SELECT rowid + {shift}, stems FROM passage_stems "
            f"WHERE rowid <= {top}")  # fmt: skip
        for name, table in tables().items():
            columns = ", ".join(other.get(one, f'"{one}"') for one in table.names)
            run(f"INSERT INTO {name} SELECT {columns} FROM {name} WHERE rowid <= {rows[name]}")
    run(f"UPDATE vocabulary SET passages = passages * {times}")
    run("COMMIT")


def measured_repeated(archive: Archive, out: Path, formats: list[str], times: int) -> dict[str, object]:
    """Return what search and export take over an index with each report so many times."""
    with AnswerArchive(archive) as answers:
        answers.refresh()
    index = AnswerIndex(archive.cache / INDEX_FILE)
    repeat(index, times)
    passages = SqlitePassages(index.connection)

    def ask(query: str) -> list[Hit]:
        return search(passages, query, reports=EVERY_REPORT, passages=EVERY_PASSAGE, limit=20)

    ask("kommun")  # opens what is opened once
    each = {query: weighed(lambda query=query: ask(query)) for query in QUERIES}  # type: ignore[misc]
    found: dict[str, object] = {"search, each": each}
    for clock in ("wall", "processors"):
        found[f"search, median ({clock})"] = statistics.median(one[clock] for one in each.values())
    for one in formats:
        found[f"export {one}"] = weighed(
            lambda one=one: export_index(  # type: ignore[misc]
                index, out / one, choice=EVERY_REPORT, formats=tuple(one.split("+")), publisher=None
            )
        )
    index.close()
    return found


def measured(archive: Archive, out: Path, formats: list[str]) -> dict[str, object]:
    """Return what index, search, comparison and export take, in seconds."""
    found: dict[str, object] = {}
    with AnswerArchive(archive) as answers:
        found["index, what is new"] = weighed(answers.refresh)
        found["index, nothing new"] = timed(answers.refresh)
        answers.search("kommun")  # opens what is opened once
        times = {query: timed(lambda query=query: answers.search(query)) for query in QUERIES}  # type: ignore[misc]
        found["search, each"] = times
        found["search, median"] = statistics.median(times.values())
        used = time.process_time()
        for query in QUERIES:
            answers.search(query)
        found["search, mean of processors"] = round((time.process_time() - used) / len(QUERIES), 4)
        ids = [str(row["report_id"]) for row in islice(answers.stream("reports"), 5)]
        found["compare, median"] = statistics.median(timed(lambda one=one: answers.compare(one)) for one in ids)  # type: ignore[misc]
        key = answers.search("medborgardialog", limit=1)[0].key
        found["like"] = [timed(lambda: answers.like(key)) for _ in range(2)]
        for one in formats:
            found[f"export {one}"] = weighed(lambda one=one: answers.export(out / one, formats=one.split("+")))  # type: ignore[misc]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--reports", type=int, default=5000)
    parser.add_argument("--archive", type=Path, help="keep the filled archive here, or use the one that is there")
    parser.add_argument("--formats", nargs="*", default=["csv+parquet+sqlite"], help="formats of one export, with +")
    parser.add_argument("--times", type=int, default=1, help="repeat the reports in the index, and measure that")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive.at(options.archive or Path(folder) / "archive")
        if not archive.folder.exists():
            print(f"filled in {timed(lambda: fill(archive, options.reports)):.0f} s", file=sys.stderr)
        out = Path(folder) / "out"
        if options.times > 1:
            found = measured_repeated(archive, out, options.formats, options.times)
        else:
            found = measured(archive, out, options.formats)
        print(json.dumps(found, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
