"""Tables, index and comparison of an archive against figures made from the report JSON alone."""

from __future__ import annotations

import json
import re
import sqlite3
import statistics
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

import kompass_extract
from kompass_extract import AnswerArchive, Choice, open_archive
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import VersionRow
from kompass_extract.archive.store import Store
from kompass_extract.errors import StoreError, UsageError
from kompass_extract.model import tidy_rows
from kompass_extract.model.pointers import fields
from kompass_extract.model.report import Report
from kompass_extract.model.tidy_columns import tables
from kompass_extract.review import Action
from kompass_extract.review.answers.answer_values import Comparison, Standing
from kompass_extract.review.answers.municipality_groups import groups_from
from tests.conftest import ROOT
from tests.support.answers_archive import ADDRESS, IDS, filled, many
from tests.support.desk_archive import ROW, SALA, accept_all, decided, desk_of, sala
from tests.support.reviewed import changed, gold_report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("answers"))


@pytest.fixture
def archive(folder: Path) -> Iterator[AnswerArchive]:
    with open_archive(folder) as opened:
        yield opened


def json_of(folder: Path) -> dict[str, Any]:
    """What stands in the report files, read without any of the program."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in (folder / "reports").glob("*.json")}


@pytest.mark.parametrize("name", ["sala-2023", "hoganas-2018", "amal-2019-areas-1-4"])
def test_every_row_has_the_columns_that_are_described_in_their_order(name: str) -> None:
    report = gold_report(name)
    assert tuple(tables()) == tidy_rows.TABLES
    for table, about in tables().items():
        for row in tidy_rows.rows(report, table):
            assert tuple(row) == about.names
        assert all(column.description.endswith(".") for column in about.columns)


def test_no_archive_is_made_where_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="kompass ingest"):
        open_archive(tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_tables_hold_what_the_report_files_hold(archive: AnswerArchive, folder: Path) -> None:
    files = json_of(folder)
    areas = archive.table("areas")
    assert len(areas) == sum(len(one["areas"]) for one in files.values())
    for report_id, one in files.items():
        own = [row for row in areas if row["report_id"] == report_id]
        assert [row["score"] for row in own] == [area["score"]["value"] for area in one["areas"]]
    texts = [row["text"] for row in archive.table("items")]
    expected = [
        item["value"]
        for _, one in sorted(files.items())
        for area in one["areas"]
        for item in (*area["strengths"], *area["improvements"])
    ]
    assert texts == expected
    questions = archive.table("questions")
    sums = sum(float(row["score"] or 0) for row in questions)
    assert sums == sum(
        row["achieved"]["value"] or 0
        for one in files.values()
        for area in one["areas"]
        for row in area["score_table"]["rows"]
    )


def test_the_choice_keeps_reports_by_edition_county_year_and_municipality(archive: AnswerArchive) -> None:
    def ids(**chosen: Any) -> set[object]:
        return {row["report_id"] for row in archive.table("reports", Choice(**chosen))}

    assert ids(editions=("2016",)) == {"hoganas-2018", "amal-2019-areas-1-4"}
    assert ids(counties=("Skåne",)) == ids(counties=("12",)) == ids(counties=("skåne län",)) == {"hoganas-2018"}
    assert ids(years=(2019, 2023)) == {"amal-2019-areas-1-4", "sala-2023"}
    assert ids(municipalities=("åmål",)) == ids(municipalities=("1492",)) == {"amal-2019-areas-1-4"}
    assert ids(editions=("2016",), years=(2023,)) == set()
    with pytest.raises(UsageError, match=r"There is no county Atlantis\. There are Stockholms län"):
        ids(counties=("Atlantis",))
    with pytest.raises(UsageError, match="no table"):
        archive.table("reports; DROP TABLE reports")


def test_every_value_has_its_doubt_beside_it() -> None:
    """A doubt about any field that a table shows is seen in the row that shows it."""
    report = gold_report("sala-2023")
    head = "/report/municipality", "/report/municipality_code", "/report/year", "/report/edition"
    places = {
        "reports": (*head, "/report/title", "/report/evaluation_date", "/report/total"),
        "areas": (*head, "/areas/0/name", "/areas/0/score", *(
            f"/areas/0/score_table/total/{name}" for name in ("achieved", "max", "percent"))),
        "questions": (*head, *(
            f"/areas/0/score_table/rows/0/{name}" for name in ("question", "achieved", "max", "percent"))),
        "items": (*head, "/areas/0/strengths/0", "/areas/0/improvements/0"),
        "paragraphs": (*head, "/areas/0/narrative/0/heading", "/areas/0/narrative/0/paragraphs/0"),
        "evaluators": (*head, "/report/evaluators/0/name", "/report/evaluators/0/affiliation"),
    }  # fmt: skip
    for table, pointers in places.items():
        sure = tidy_rows.rows(report, table)
        for pointer in pointers:
            value = next(field.value for at, field in fields(report) if at == pointer)
            rows = tidy_rows.rows(changed(report, {pointer: value}, asked=True), table)
            new = {
                name
                for row, before in zip(rows, sure, strict=True)
                for name in row
                if name.endswith("needs_review") and row[name] and not before[name]
            }
            assert new, (table, pointer)
            assert ("report_needs_review" in new) is (pointer in head), (table, pointer)


def test_a_code_is_text_and_a_truth_value_is_one(archive: AnswerArchive) -> None:
    row = archive.table("areas")[0]
    assert row["municipality_code"] == "1492"
    assert row["needs_review"] is False
    assert row["asked"] is False
    assert isinstance(row["score"], int)


def test_the_source_address_is_that_of_the_last_fetch(tmp_path: Path) -> None:
    folder = filled(tmp_path, IDS[0])
    with open_archive(folder) as archive:
        assert {row["source_address"] for row in archive.table("items")} == {None}
        store, sha256 = Store.open(Archive.at(folder)), str(archive.table("reports")[0]["sha256"])
        with store.write() as session:
            about = {"sha256": sha256, "fetched_at": "2026-01-01", "checked_at": "2026-01-01"}
            session.execute(insert(VersionRow), [{**about, "address": ADDRESS}])
        store.close()
        assert {row["source_address"] for row in archive.table("items")} == {ADDRESS}


def test_a_corrected_value_stands_everywhere_after_the_decision(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, sala())
    with open_archive(tmp_path) as archive:
        before = archive.table("questions")[0]
        assert (before["score"], before["needs_review"], before["asked"]) == (77, False, False) or before["asked"]
        decided(desk, ROW, Action.CORRECT, value=12)
        after = archive.table("questions")[0]
        assert (after["score"], after["machine_value"], after["decision"]) == (12, 77, "corrected")
        assert (after["decided_by"], after["needs_review"], after["asked"]) == ("anna", False, True)
        found = archive.compare(SALA, named=[])
        assert found.questions[0].value == pytest.approx(100 * 12 / float(after["max"] or 0))
        assert archive.table("reports", Choice(reviewed_only=True)) == []
        accept_all(desk)
        desk.sign(SALA, by="anna")
        assert [row["review_status"] for row in archive.table("reports", Choice(reviewed_only=True))] == ["reviewed"]
        assert len(archive.table("items", Choice(reviewed_only=True))) == len(archive.table("items"))
    desk.close()


def test_only_what_changed_is_indexed_and_what_is_gone_is_taken_out(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    with open_archive(folder) as archive:
        assert archive.refresh() == 3
        assert archive.refresh() == 0
        again = changed(gold_report("sala-2023"), {"/areas/0/strengths/0": "En xylofonorkester för alla"})
        many(folder, [again])
        assert archive.refresh() == 1
        assert [hit.report_id for hit in archive.search("xylofonorkestern")] == ["sala-2023"]
        many(folder, [gold_report("sala-2023")])
        assert archive.search("xylofonorkester") == []
        assert len(archive.table("areas")) == 20


def test_the_index_is_made_again_where_its_file_was_removed(tmp_path: Path) -> None:
    folder = filled(tmp_path)
    with open_archive(folder) as archive:
        whole = archive.table("items")
    (folder / "cache" / "answers.db").unlink()
    with open_archive(folder) as archive:
        assert archive.table("items") == whole


def test_an_index_that_is_no_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    folder = filled(tmp_path, IDS[0])
    (folder / "cache").mkdir(exist_ok=True)
    (folder / "cache" / "answers.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match="remove"):
        open_archive(folder)


SKANE = (
    ("1214", "Svalöv"), ("1230", "Staffanstorp"), ("1231", "Burlöv"), ("1233", "Vellinge"), ("1256", "Östra Göinge"),
    ("1257", "Örkelljunga"), ("1260", "Bjuv"), ("1261", "Kävlinge"), ("1262", "Lomma"), ("1263", "Svedala"),
)  # fmt: skip


def in_county(count: int) -> list[Report]:
    """Reports of one edition and county, with scores that go up by one; one score waits for review."""
    base, made = gold_report("hoganas-2018"), []
    for number in range(count):
        place = {"/report/municipality": SKANE[number][1], "/report/municipality_code": SKANE[number][0]}
        report = changed(base, {**place, "/areas/0/score": 40 + number})
        if number == count - 1:
            report = changed(report, {"/areas/0/score": 99}, asked=True)
        source = report.source.model_copy(update={"sha256": f"{number:064}"})
        made.append(report.model_copy(update={"report_id": f"hoganas-{number}", "source": source}))
    return made


def standing(found: Comparison, group: str, area: int = 0) -> Standing:
    return next(one for one in found.areas[area].standings if one.group == group)


def test_a_comparison_counts_sure_values_alone_and_says_how_many(tmp_path: Path) -> None:
    many(tmp_path, in_county(8))
    with open_archive(tmp_path) as archive:
        found = archive.compare("hoganas-2")
        unsure = archive.compare("hoganas-7")
    scores = [40 + number for number in range(7)]
    for group in ("edition 2016", "Skåne län"):
        one = standing(found, group)
        assert (one.n, one.left_out, one.rank) == (7, 1, 5)
        assert (one.mean, one.median) == (statistics.fmean(scores), statistics.median(scores))
        assert (one.lower_quartile, one.upper_quartile) == (41.5, 44.5)
    assert unsure.areas[0].needs_review
    assert standing(unsure, "edition 2016").rank is None
    assert not found.warnings


def test_areas_of_other_editions_are_left_out_and_their_questions_go_by_concept(tmp_path: Path) -> None:
    concepts = {}
    for name in ("sala-2023", "hoganas-2018"):
        report = gold_report(name)
        rows = [row.model_copy(update={"concept": "x"}) for row in report.areas[0].score_table.rows[:1]]
        table = report.areas[0].score_table.model_copy(update={"rows": rows})
        area = report.areas[0].model_copy(update={"score_table": table})
        concepts[name] = report.model_copy(update={"areas": [area]})
    many(tmp_path, list(concepts.values()))
    with open_archive(tmp_path) as archive:
        found = archive.compare("sala-2023", named=["hoganas-2018"])
    assert standing(found, "named").n == 1
    shares = []
    for report in concepts.values():
        row = report.areas[0].score_table.rows[0]
        shares.append(100 * float(row.achieved.value or 0) / float(row.max.value or 1))
    question = found.questions[0].standings[0]
    assert (question.n, question.mean) == (2, pytest.approx(statistics.fmean(shares)))
    assert any("other editions (2016)" in one for one in found.warnings)
    assert any("only 2 reports" in one for one in found.warnings)


def test_a_report_without_peers_is_said_to_have_none(tmp_path: Path) -> None:
    filled(tmp_path, "sala-2023")
    with open_archive(tmp_path) as archive:
        found = archive.compare("sala-2023")
    assert [one.code for one in found.cautions] == ["alone"]
    assert found.areas[0].standings == ()


def test_groups_come_from_an_operators_file(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("group;municipality\nmindre;Sala\nmindre;1284\nannan;Åmål\n", encoding="utf-8-sig")
    groups = groups_from(path)
    assert groups == {"mindre": ["Sala", "Höganäs"], "annan": ["Åmål"]}
    folder = filled(tmp_path / "archive")
    with open_archive(folder) as archive:
        found = archive.compare("hoganas-2018", groups=groups)
    assert [one.group for one in found.areas[0].standings] == ["edition 2016", "group mindre"]
    path.write_text("a,b\n", encoding="utf-8")
    with pytest.raises(UsageError, match="group and municipality"):
        groups_from(path)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"municipalities": ("Slaa",)}, "no report of Slaa. Did you mean Sala?"),
        ({"municipalities": ("Sala", "Höganes")}, "no report of Höganes. Did you mean Höganäs?"),
        ({"municipalities": ("9999",)}, "no report of 9999. There are Höganäs, Sala, Åmål."),
        ({"counties": ("Skne",)}, "no county Skne. Did you mean Skåne län"),
        ({"counties": ("Gotland",)}, "no report of Gotlands län."),
        ({"editions": ("2021",)}, "no report of edition 2021. There are 2016, 2020."),
        ({"years": (1999,)}, "no report of the year 1999. There are 2018, 2019, 2023."),
    ],
)
def test_a_choice_of_what_the_archive_has_not_says_what_it_has(
    archive: AnswerArchive, chosen: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError) as told:
        archive.table("areas", Choice(**chosen))
    assert said in str(told.value)


def test_the_archives_own_groups_count_where_none_are_given(tmp_path: Path) -> None:
    folder = filled(tmp_path / "archive")
    (folder / "groups.csv").write_text("group,municipality\nmindre,Sala\nmindre,Höganäs\n", encoding="utf-8")
    with open_archive(folder) as archive:
        own, none = archive.compare("hoganas-2018"), archive.compare("hoganas-2018", groups={})
    assert "group mindre" in [one.group for one in own.areas[0].standings]
    assert "group mindre" not in [one.group for one in none.areas[0].standings]


@pytest.mark.parametrize(
    ("line", "said"),
    [("liten,Slaa", "line 3: there is no municipality Slaa. Did you mean"), ("liten,", "line 3: a group or a munici")],
)
def test_a_group_of_what_is_no_municipality_is_refused(tmp_path: Path, line: str, said: str) -> None:
    path = tmp_path / "groups.csv"
    path.write_text(f"group,municipality\nliten,Sala\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError) as told:
        groups_from(path)
    assert said in str(told.value)


def test_unknown_reports_are_named(archive: AnswerArchive) -> None:
    with pytest.raises(UsageError, match="no report nowhere-2000"):
        archive.compare("nowhere-2000")
    with pytest.raises(UsageError, match="no report nowhere-2000"):
        archive.compare("sala-2023", named=["nowhere-2000"])


def test_the_public_interface_gives_the_archive() -> None:
    assert kompass_extract.open_archive is open_archive


def test_the_documentation_lists_every_column_and_this_version() -> None:
    text = (ROOT / "docs" / "data.md").read_text("utf-8")
    assert f"Tables version {tidy_rows.TABLES_VERSION}." in text
    for name, table in tables().items():
        section = text.partition(f"### `{name}`\n")[2].partition("\n### ")[0]
        listed = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", section, re.MULTILINE)
        assert listed == [(one.name, one.type, one.description) for one in table.columns[len(tidy_rows.HEAD) :]]


def test_the_worked_examples_in_python_give_what_they_say(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pandas")
    text = (ROOT / "docs" / "data.md").read_text("utf-8").partition("## Examples")[2].partition("## Columns")[0]
    examples = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(examples) == 6
    with open_archive(folder) as archive:
        archive.export(tmp_path / "data", formats=["parquet"])
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    exec("\n".join(examples), made)
    files = json_of(folder)

    def score(report_id: str, area: int) -> float:
        return float(files[report_id]["areas"][area - 1]["score"]["value"])

    ids = ("hoganas-2018", "amal-2019-areas-1-4")
    best = sorted(ids, key=lambda one: -score(one, 1))
    assert list(made["ranking"]["score"]) == [score(one, 1) for one in best]
    rows = [row for one in files.values() for area in one["areas"] for row in area["score_table"]["rows"]]
    asked = [row for row in rows if row["concept"] == "citizen-dialogue"]
    shares = [100 * row["achieved"]["value"] / row["max"]["value"] for row in asked]
    assert sorted(made["development"].stack()) == pytest.approx(sorted(shares))
    examples_found = made["examples"]
    assert (examples_found.score < 65).all()
    assert (examples_found.score_of_example >= 70).all()
    high = [(one, area["number"], len(area["strengths"])) for one in ids for area in files[one]["areas"]
            if area["score"]["value"] >= 70]  # fmt: skip
    pairs = sum(
        count for one, area, count in high for other in ids
        if len(files[other]["areas"]) >= area and score(other, area) < 65
    )  # fmt: skip
    assert len(examples_found[examples_found.edition == "2016"]) == pairs
    assert made["correlation"].shape == (8, 8)
    assert made["reports"].loc[1, 1] == 2
    assert made["reports"].loc[8, 8] == 1
    assert made["telling"].iloc[0] > 0
    assert not made["telling"].index.str.contains("[^a-zåäö]").any()


def test_the_worked_examples_run(folder: Path, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "data.md").read_text("utf-8")
    queries = [" ".join(one.split()) for one in re.findall(r"`(SELECT [^`]+)`", text)]
    assert len(queries) == 3
    with open_archive(folder) as archive:
        archive.export(tmp_path, formats=["sqlite"])
    with closing(sqlite3.connect(tmp_path / "kompass.db")) as connection:
        for query in queries:
            connection.execute(query).fetchall()
        first = connection.execute(queries[0]).fetchall()
    assert first == [("Sala", 2023, 65)]
