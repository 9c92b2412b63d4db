"""``kompass export``, ``search`` and ``compare`` as a person calls them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kompass_extract.cli import main
from tests.support.answers_archive import filled


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("asked"))


def called(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_search_prints_hits_as_text_json_and_csv(folder: Path) -> None:
    asked = ("search", "brukarråd", "--archive", folder, "--kind", "strength")
    shown = called(*asked)
    assert shown.exit_code == 0
    assert "Sala 2023, area 5: 55, strength, page" in shown.output
    hits = json.loads(called(*asked, "--json").stdout)
    assert hits[0]["key"] == "sala-2023/5/strength/4"
    table = called(*asked, "--csv").stdout
    assert table.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert {row["needs_review"] for row in rows} <= {"true", "false"}
    assert "1 shown, as many as --limit allows" in called(*asked, "--limit", "1").stderr
    assert [row["key"] for row in rows] == [hit["key"] for hit in hits]


def test_search_takes_words_or_an_item_and_not_both(folder: Path) -> None:
    like = called("search", "--archive", folder, "--like", "sala-2023/5/strength/4", "--limit", 2, "--json")
    assert len(json.loads(like.stdout)) == 2
    assert called("search", "--archive", folder).exit_code == 2
    assert called("search", "mål", "--archive", folder, "--like", "sala-2023/5/strength/4").exit_code == 2
    assert called("search", "mål", "--archive", folder / "nothing").exit_code == 21


def test_nothing_found_is_said(folder: Path) -> None:
    done = called("search", "xylofon", "--archive", folder)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "Nothing found.\n")


def test_a_name_that_the_archive_has_not_is_a_mistake_of_usage(folder: Path) -> None:
    for given, said in (
        (("search", "mål", "--municipality", "Slaa"), "Did you mean Sala?"),
        (("search", "mål", "--concept", "citizen-dialog"), "Did you mean citizen-dialogue"),
        (("export", "--out", folder / "out", "--edition", "1999"), "no report of edition 1999"),
        (("compare", "sala-2032"), "Did you mean sala-2023"),
    ):
        done = called(*given, "--archive", folder)
        assert (done.exit_code, done.stdout) == (2, "")
        assert said in done.stderr


def test_compare_prints_a_table_and_its_warnings(folder: Path, tmp_path: Path) -> None:
    groups = tmp_path / "groups.csv"
    groups.write_text("group,municipality\nmindre,Sala\nmindre,Åmål\n", encoding="utf-8")
    asked = ("compare", "amal-2019-areas-1-4", "--archive", folder, "--groups", groups, "--with", "hoganas-2018")
    shown = called(*asked)
    assert shown.exit_code == 0
    assert "2 of 2" in shown.stdout
    assert "group mindre: holds reports of other editions (2020)" in shown.stderr
    found = json.loads(called(*asked, "--json").stdout)
    named = next(one for one in found["areas"][0]["standings"] if one["group"] == "named")
    assert (found["areas"][0]["value"], named["n"], named["mean"], named["rank"]) == (55, 2, 63.5, 2)


def test_export_writes_what_was_chosen_and_names_it(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = called("export", "--archive", folder, "--out", out, "--formats", "csv", "--edition", "2020", "--json")
    assert done.exit_code == 0
    record = json.loads(done.stdout)
    assert record["rows"]["reports"] == 1
    assert all(Path(path).is_file() for path in record["files"])
    assert (out / "datapackage.json").is_file()
    refused = called("export", "--archive", folder, "--out", out, "--formats", "doc")
    assert (refused.exit_code, "csv, parquet, xlsx, sqlite" in refused.stderr) == (2, True)
    assert called("export", "--archive", folder, "--out", out, "--county", "Atlantis").exit_code == 2
    plain = called("export", "--archive", folder, "--out", out, "--only", "reviewed", "--formats", "csv")
    assert "0 reports" in plain.stderr
