"""Exports opened by the programs that people open them with, and compared with the report JSON."""

from __future__ import annotations

import csv
import errno
import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kompass_extract import Choice, open_archive
from kompass_extract.errors import OutputError, UsageError
from kompass_extract.model.pointers import fields
from kompass_extract.model.report import Report
from kompass_extract.model.tidy_columns import tables
from kompass_extract.process.files import disk_errors
from kompass_extract.review.answers.exporting import exported, workbook_file
from kompass_extract.review.answers.exporting.datasette_file import VIEWS
from tests.support.answers_archive import filled, many
from tests.support.reviewed import changed, gold_report

FORMULA, CELL_TEXT = '=HYPERLINK("http://127.0.0.1/","x")', 'Rad ett\nrad två; "citat", komma'
DOUBTED = "/areas/1/score"


def reports() -> list[Report]:
    """The labelled reports, with texts that files must survive and a score that waits for review."""
    sala = changed(gold_report("sala-2023"), {"/areas/0/strengths/0": FORMULA, "/areas/0/strengths/1": CELL_TEXT})
    return [changed(sala, {DOUBTED: 99}, asked=True), gold_report("hoganas-2018"), gold_report("amal-2019-areas-1-4")]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported")
    many(folder / "archive", reports())
    with open_archive(folder / "archive") as archive:
        done = archive.export(folder / "out", publisher='SKR "Kommunkompassen"')
    assert {path.name for path in done.files} >= {"kompass.xlsx", "kompass.db", "datapackage.json", "dcat.ttl"}
    assert not list((folder / "out").glob(".export-*"))
    return folder / "out"


@pytest.fixture
def database(out: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(out / "kompass.db")) as connection:
        yield connection


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def sure_scores() -> list[float]:
    """Every sure area score, from the reports themselves."""
    return [
        float(area.score.value)
        for report in reports()
        for area in report.areas
        if area.score.value is not None and not area.score.needs_review
    ]


def test_csv_has_a_byte_order_mark_and_texts_and_codes_as_they_are(out: Path) -> None:
    assert (out / "csv" / "items.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    items = read_csv(out / "csv" / "items.csv")
    expected = [
        item.value
        for report in sorted(reports(), key=lambda one: one.report_id)
        for area in report.areas
        for item in (*area.strengths, *area.improvements)
    ]
    assert [row["text"] for row in items] == expected
    areas = read_csv(out / "csv" / "areas.csv")
    assert {row["municipality_code"] for row in areas} == {"1981", "1284", "1492"}
    doubts = [row for row in areas if row["needs_review"] == "true"]
    assert [(row["report_id"], row["area"], row["score"]) for row in doubts] == [("sala-2023", "2", "99")]


def test_every_table_has_the_same_columns_in_every_format(out: Path, database: sqlite3.Connection) -> None:
    from openpyxl import load_workbook
    from pyarrow import parquet

    book = load_workbook(out / "kompass.xlsx", read_only=True)
    for name, table in tables().items():
        with (out / "csv" / f"{name}.csv").open(encoding="utf-8-sig") as file:
            assert tuple(next(csv.reader(file))) == table.names
        assert tuple(parquet.read_schema(out / "parquet" / f"{name}.parquet").names) == table.names
        assert tuple(cell.value for cell in next(book[name].iter_rows(max_row=1))) == table.names
        assert tuple(row[1] for row in database.execute(f"PRAGMA table_info({name})")) == table.names


def test_duckdb_reads_the_same_means_from_parquet(out: Path) -> None:
    import duckdb

    asked = f"SELECT avg(score), count(*) FROM '{out / 'parquet' / 'areas.parquet'}' WHERE NOT needs_review"
    mean, count = duckdb.sql(asked).fetchall()[0]
    assert (mean, count) == (pytest.approx(sum(sure_scores()) / len(sure_scores())), len(sure_scores()))
    code = f"SELECT DISTINCT municipality_code FROM '{out / 'parquet' / 'items.parquet'}' ORDER BY 1"
    assert duckdb.sql(code).fetchall() == [("1284",), ("1492",), ("1981",)]


def test_sums_and_means_are_those_of_the_report_files_in_every_format(out: Path, database: sqlite3.Connection) -> None:
    import pandas
    from openpyxl import load_workbook

    files = [json.loads(path.read_text("utf-8")) for path in (out.parent / "archive" / "reports").glob("*.json")]
    areas = [area for one in files for area in one["areas"]]
    tables_read = [area["score_table"] for area in areas]
    rows = [row for table in tables_read for row in table["rows"]]
    fields = {
        ("areas", "score", "needs_review"): [area["score"] for area in areas],
        ("areas", "table_score", "table_score_needs_review"): [
            area["score_table"]["total"]["achieved"] for area in areas
        ],
        ("questions", "score", "needs_review"): [row["achieved"] for row in rows],
        ("questions", "max", "max_needs_review"): [row["max"] for row in rows],
        ("questions", "percent", "percent_needs_review"): [row["percent"] for row in rows],
        ("reports", "total", "total_needs_review"): [one["report"]["total"] for one in files],
    }
    book = load_workbook(out / "kompass.xlsx", read_only=True)
    for (table, column, doubt), expected in fields.items():
        sure = [one["value"] for one in expected if one["value"] is not None and not one["needs_review"]]
        asked = f'SELECT "{column}", {doubt} FROM {table}'
        sheet = list(book[table].iter_rows(values_only=True))
        frames = (
            pandas.read_parquet(out / "parquet" / f"{table}.parquet"),
            pandas.read_csv(out / "csv" / f"{table}.csv", encoding="utf-8-sig"),
            pandas.DataFrame(database.execute(asked).fetchall(), columns=[column, doubt]),
            pandas.DataFrame(sheet[1:], columns=sheet[0]),
        )
        for frame in frames:
            assert len(frame) == len(expected)
            found = frame[~frame[doubt].astype(bool)][column].dropna()
            assert (len(found), found.sum()) == (len(sure), sum(sure)), (table, column)
            assert found.mean() == pytest.approx(sum(sure) / len(sure))


def test_the_workbook_explains_itself_and_runs_no_formula(out: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(out / "kompass.xlsx")
    assert book.sheetnames == ["read me", *tables()]
    first = "\n".join(str(row[0].value or "") for row in book["read me"].iter_rows())
    assert "waits for review" in first
    assert "väntar på granskning" in first
    sheet = book["items"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == f"A1:{sheet.cell(1, len(tables()['items'].names)).coordinate[:-1]}{sheet.max_row}"
    column = tables()["items"].names.index("text") + 1
    found = [sheet.cell(row, column) for row in range(2, sheet.max_row + 1)]
    formula = next(cell for cell in found if cell.value == FORMULA)
    assert formula.data_type == "s"
    assert formula.hyperlink is None
    assert CELL_TEXT in [cell.value for cell in found]
    areas = book["areas"]
    code = areas.cell(2, tables()["areas"].names.index("municipality_code") + 1)
    assert (code.value, code.data_type) == ("1492", "s")
    assert areas.cell(2, tables()["areas"].names.index("score") + 1).data_type == "n"
    assert areas.conditional_formatting


def test_a_table_of_more_rows_than_a_sheet_goes_on_in_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from openpyxl import load_workbook

    monkeypatch.setattr(workbook_file, "MOST_ROWS", 100)
    with open_archive(filled(tmp_path / "archive")) as archive:
        archive.export(tmp_path / "out", formats=["xlsx"])
        expected = [row["text"] for row in archive.table("items")]
    book = load_workbook(tmp_path / "out" / "kompass.xlsx", read_only=True)
    column = tables()["items"].names.index("text")
    sheets = [book[name] for name in ("items", "items (2)", "items (3)")]
    assert [row[column] for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)] == expected


def test_views_leave_out_what_is_not_sure(database: sqlite3.Connection) -> None:
    for name in VIEWS:
        database.execute(f"SELECT * FROM {name}").fetchall()
    mean, count = database.execute("SELECT avg(score), count(*) FROM area_scores").fetchone()
    assert (mean, count) == (pytest.approx(sum(sure_scores()) / len(sure_scores())), len(sure_scores()))
    left = database.execute("SELECT mean_score, n, left_out FROM area_means WHERE edition = '2020' AND area = 2")
    assert left.fetchone() == (None, 0, 1)
    assert database.execute("SELECT count(*) FROM area_scores_over_years WHERE needs_review").fetchone() == (1,)
    numbers = database.execute("SELECT count(*) FROM areas WHERE score >= 70 AND NOT needs_review").fetchone()
    assert numbers == (sum(score >= 70 for score in sure_scores()),)


def test_means_count_an_evaluation_once_and_leave_out_reports_in_doubt(tmp_path: Path) -> None:
    base = gold_report("hoganas-2018")
    copied = base.model_copy(
        update={"report_id": "hoganas-2018-2", "source": base.source.model_copy(update={"sha256": "1" * 64})}
    )
    doubted = changed(gold_report("amal-2019-areas-1-4"), {"/report/edition": "2016"}, asked=True)
    many(tmp_path / "archive", [base, copied, doubted])
    with open_archive(tmp_path / "archive") as archive:
        archive.export(tmp_path / "out", formats=["sqlite"])
    with closing(sqlite3.connect(tmp_path / "out" / "kompass.db")) as connection:
        found = connection.execute("SELECT sum(n), sum(left_out) FROM area_means WHERE area = 1").fetchone()
        scores = connection.execute("SELECT report_id FROM area_scores WHERE area = 1").fetchall()
        shares = connection.execute("SELECT DISTINCT report_id FROM concept_shares").fetchall()
    assert found == (1, 1)
    assert len(scores) == 1
    assert set(shares) <= {*scores}


def test_the_change_over_years_is_within_an_edition_and_between_sure_scores(tmp_path: Path) -> None:
    made = []
    for number, (year, score, asked) in enumerate([(2016, 50, False), (2018, 60, False), (2020, 70, True)]):
        report = gold_report("hoganas-2018")
        points = [pointer for pointer, _ in fields(report) if pointer.endswith(("/achieved", "/score"))]
        report = changed(report, {"/report/year": year, **dict.fromkeys(points, number)})  # another evaluation
        report = changed(report, {"/areas/0/score": score}, asked=asked)
        source = report.source.model_copy(update={"sha256": f"{number:064}"})
        made.append(report.model_copy(update={"report_id": f"hoganas-{year}", "source": source}))
    many(tmp_path / "archive", made)
    with open_archive(tmp_path / "archive") as archive:
        archive.export(tmp_path / "out", formats=["sqlite"])
    with closing(sqlite3.connect(tmp_path / "out" / "kompass.db")) as connection:
        rows = connection.execute("SELECT year, score, change FROM area_scores_over_years WHERE area = 1").fetchall()
    assert rows == [(2016, 50, None), (2018, 60, 10), (2020, 70, None)]


def test_datasette_serves_the_file_with_search_and_numbers_as_numbers(out: Path) -> None:
    import asyncio
    from concurrent.futures import ThreadPoolExecutor

    from datasette.app import Datasette

    async def asked(*paths: str) -> list[Any]:
        metadata = json.loads((out / "metadata.json").read_text("utf-8"))
        served = Datasette([str(out / "kompass.db")], metadata=metadata)
        await served.invoke_startup()
        return [(await served.client.get(path)).json() for path in paths]

    paths = (
        "/kompass/items.json?_search=brukarråd&_shape=array",
        "/kompass/areas.json?score__gte=70&_shape=array&_size=max",
        "/kompass/items.json?_extra=metadata&_size=1",
    )
    with ThreadPoolExecutor(1) as own_loop:  # the browser tests leave a running loop in the main thread
        found, high, table = own_loop.submit(lambda: asyncio.run(asked(*paths))).result(timeout=120)
    assert found
    assert all("brukarråd" in row["text"].lower() for row in found)
    assert all(row["score"] >= 70 for row in high)
    assert table["rows"]


def test_metadata_describes_every_table_view_and_column(out: Path, database: sqlite3.Connection) -> None:
    described = json.loads((out / "metadata.json").read_text("utf-8"))["databases"]["kompass"]["tables"]
    names = database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE '%fts%'")
    assert {name for (name,) in names} == set(described)
    for name, table in tables().items():
        assert described[name]["columns"].keys() == set(table.names)
    assert all(one["description"] for one in described.values())


def test_the_package_is_valid_with_its_data(out: Path) -> None:
    from frictionless import Package, system

    with system.use_context(trusted=True):
        report = Package(str(out / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    package = json.loads((out / "datapackage.json").read_text("utf-8"))
    assert package["licenses"][0]["name"] == "CC0-1.0"
    tabular = {one["name"]: one for one in package["resources"] if one["format"] == "csv"}
    assert tabular.keys() == set(tables())
    assert all(field["description"] for one in tabular.values() for field in one["schema"]["fields"])


def test_the_catalogue_entry_is_turtle_with_what_dcat_ap_demands(out: Path) -> None:
    from rdflib import Graph, Namespace
    from rdflib.namespace import DCTERMS, RDF

    graph, dcat = Graph().parse(out / "dcat.ttl"), Namespace("http://www.w3.org/ns/dcat#")
    (dataset,) = graph.subjects(RDF.type, dcat.Dataset)
    assert {str(one.language) for one in graph.objects(dataset, DCTERMS.title)} == {"sv", "en"}  # type: ignore[attr-defined]
    assert list(graph.objects(dataset, DCTERMS.publisher))
    parts = list(graph.objects(dataset, dcat.distribution))
    assert len(parts) == 16
    assert all(list(graph.objects(part, dcat.accessURL)) for part in parts)
    assert "SKR" in (out / "dcat.ttl").read_text("utf-8")


def test_an_export_of_a_choice_holds_it_alone(tmp_path: Path) -> None:
    with open_archive(filled(tmp_path / "archive")) as archive:
        choice = Choice(editions=("2016",), counties=("Skåne",))
        done = archive.export(tmp_path / "out", choice=choice, formats=["csv", "sqlite"])
        none = archive.export(tmp_path / "none", choice=Choice(reviewed_only=True))
    assert done.rows["reports"] == 1
    assert {row["report_id"] for row in read_csv(tmp_path / "out" / "csv" / "items.csv")} == {"hoganas-2018"}
    assert not (tmp_path / "out" / "parquet").exists()
    with closing(sqlite3.connect(tmp_path / "out" / "kompass.db")) as connection:
        assert connection.execute("SELECT DISTINCT report_id FROM items").fetchall() == [("hoganas-2018",)]
    assert set(none.rows.values()) == {0}
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert "edition 2016; county Skåne" in package["description"]


def test_a_workbook_that_excel_cannot_open_well_is_left_out_with_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exported, "MOST_WORKBOOK_ROWS", 10)
    with open_archive(filled(tmp_path / "archive")) as archive:
        done = archive.export(tmp_path / "all")
        asked = archive.export(tmp_path / "asked", formats=["xlsx"])
    assert not (tmp_path / "all" / "kompass.xlsx").exists()
    assert "--formats xlsx" in done.notes[0]
    assert (tmp_path / "asked" / "kompass.xlsx").exists()
    assert not asked.notes


def test_a_disk_that_is_full_is_said_in_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from xlsxwriter.workbook import Workbook

    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def stored(*_: object) -> None:
        raise full

    monkeypatch.setattr(Workbook, "_store_workbook", stored)
    folder = filled(tmp_path / "archive", "sala-2023")
    with open_archive(folder) as opened, pytest.raises(OutputError, match="No space left"):
        opened.export(tmp_path / "out", formats=["xlsx"])


def test_sqlite_says_a_full_disk_as_files_do(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "small.db")) as connection:
        connection.execute("CREATE TABLE texts (text TEXT)")
        connection.execute("PRAGMA max_page_count = 2")
        with pytest.raises(OSError, match="No space left"), disk_errors():
            connection.execute("INSERT INTO texts VALUES (?)", ("text " * 10_000,))
        with pytest.raises(sqlite3.OperationalError, match="syntax"), disk_errors():
            connection.execute("SELEC 1")


def test_what_cannot_be_written_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with open_archive(filled(tmp_path / "archive", "sala-2023")) as archive:
        with pytest.raises(UsageError, match="csv, parquet, xlsx, sqlite"):
            archive.export(tmp_path / "out", formats=["ods"])
        with pytest.raises(OutputError, match="another --out"):
            archive.export(tmp_path / "file", formats=["csv"])
