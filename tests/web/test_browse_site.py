"""The static site: whole, valid, relative, small enough to search; the commands that write it and cut out values."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import html5lib  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from PIL import Image

import kompass_extract
from kompass_extract.archive.folder import Archive
from kompass_extract.cli import main
from kompass_extract.cli.browse_commands import key_of
from kompass_extract.errors import OutputError, UsageError
from kompass_extract.review.answers.swedish_words import stem
from kompass_extract.web.browse.site_writer import publish_site
from tests.support import desk_archive
from tests.support.browse_archive import AMAL, CODE, EVIL, HOGANAS, add_text, filled, with_concepts
from tests.support.review_archive import doubt, doubted, gold_report
from tests.support.site_links import broken


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return filled(tmp_path_factory.mktemp("published") / "archive")


@pytest.fixture(scope="module")
def site(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "site"
    made = publish_site(archive, folder, dpi=50)
    assert made.pages == sum(1 for _ in folder.rglob("*.html"))
    assert made.pictures == sum(1 for _ in folder.rglob("*.jpg")) > 0
    assert any("have no pictures" in note for note in made.notes)
    return folder


def test_every_link_of_the_site_is_relative_and_leads_somewhere(site: Path) -> None:
    assert list(broken(site)) == []


def test_every_page_of_the_site_is_valid_html(site: Path) -> None:
    parsed = 0
    for path in site.rglob("*.html"):
        if "/page/" in path.as_posix() and path.parent.name not in ("1", "3"):
            continue  # pages are alike
        html5lib.HTMLParser(strict=True).parse(path.read_text("utf-8"))
        parsed += 1
    assert parsed > 60


def test_the_site_has_both_languages_the_export_and_a_policy(site: Path) -> None:
    swedish = (site / "municipality" / CODE / "index.html").read_text("utf-8")
    english = (site / "en" / "municipality" / CODE / "index.html").read_text("utf-8")
    assert '<html lang="sv">' in swedish
    assert '<html lang="en">' in english
    assert 'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;' in swedish
    assert json.loads((site / "downloads" / "datapackage.json").read_text("utf-8"))["resources"]
    assert (site / "downloads" / "csv" / "items.csv").exists()
    assert (site / "municipality" / CODE / "view.csv").read_text("utf-8").startswith("\ufeffpart,")
    assert EVIL not in (site / "report" / HOGANAS / "index.html").read_text("utf-8")


def test_a_value_leads_to_its_box_on_the_page(site: Path) -> None:
    report = (site / "report" / HOGANAS / "index.html").read_text("utf-8")
    assert 'href="page/4/#3/score"' in report
    page = (site / "report" / HOGANAS / "page" / "4" / "index.html").read_text("utf-8")
    assert '<rect class="place unsure" id="3/score"' in page


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two texts, the file of one gone, and of a report in which no question of an area was found."""
    archive = Archive.at(tmp_path_factory.mktemp("texts") / "archive")
    for with_file in (True, False):
        add_text(archive, with_file=with_file)
    report = with_concepts(gold_report(AMAL))
    lost = {
        f"/areas/0/score_table/rows/{row}/{cell}": doubt(None, "the question was not found")
        for row in range(len(report.areas[0].score_table.rows)) for cell in ("question", "achieved", "max", "percent")
    }  # fmt: skip
    desk_archive.put(archive, doubted(report, lost))
    publish_site(archive, archive.folder.parent / "site", dpi=50)
    return archive.folder.parent / "site"


@pytest.mark.parametrize("with_file", [True, False])
def test_every_value_of_a_text_has_its_place_on_the_page(texts: Path, *, with_file: bool) -> None:
    name = f"text-2023{'' if with_file else '-gone'}"
    page = (texts / "report" / name / "page" / "1" / "index.html").read_text("utf-8")
    assert ('<p><span id="1/strength/1"></span>' in page) == with_file
    assert ('<dd id="1/strength/1">' in page) != with_file


def test_a_question_that_was_not_found_has_its_place_in_the_report(texts: Path) -> None:
    assert list(broken(texts)) == []
    assert 'id="1/question/1/score"' in (texts / "report" / AMAL / "index.html").read_text("utf-8")


def test_the_index_holds_every_passage_and_the_stem_of_every_word(site: Path, archive: Archive) -> None:
    index = json.loads((site / "search-index" / "index.json").read_text("utf-8"))
    stems, words = index["stems"].split("\n"), index["words"].split("\n")
    assert [stems[number] for number in index["word_stems"]] == [stem(word) for word in words]
    texts = [
        text
        for path in sorted((site / "search-index").glob("texts-*.json"), key=lambda one: int(one.stem.split("-")[1]))
        for text in json.loads(path.read_text("utf-8"))
    ]
    with kompass_extract.open_archive(archive.folder) as opened:
        opened.refresh()
        assert texts == [one.text for one in opened.passages()]
    assert len(texts) == len(index["report"]) == len(index["length"])


def test_the_index_is_a_fraction_of_the_texts(site: Path) -> None:
    files = [path for path in (site / "search-index").iterdir() if not path.name.startswith("texts-")]
    texts = list((site / "search-index").glob("texts-*.json"))
    packed = sum(len(gzip.compress(path.read_bytes())) for path in files)
    assert packed < sum(path.stat().st_size for path in texts)


def test_a_folder_of_something_else_is_left_alone(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="something else"):
        publish_site(archive, tmp_path, dpi=None)
    assert (tmp_path / "mine.txt").read_text("utf-8") == "mine"


def test_the_command_writes_a_site_without_pictures_and_again(archive: Archive, tmp_path: Path) -> None:
    for _ in range(2):
        command = ["publish", "--archive", str(archive.folder), "--out", str(tmp_path / "site"), "--no-pictures"]
        done = CliRunner().invoke(main, command)
        assert done.exit_code == 0, done.output
        assert not list((tmp_path / "site").rglob("*.jpg"))
        assert list(broken(tmp_path / "site")) == []
    assert not list(tmp_path.glob(".site*"))


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("sala-2023/3/score", "sala-2023/3/score"),
        ("http://127.0.0.1:8723/browse/value/sala-2023/3/improvement/2", "sala-2023/3/improvement/2"),
        ("https://x.se/kompass/browse/value/sala-2023/3/score?lang=en", "sala-2023/3/score"),
        ("https://x.se/report/sala-2023/page/4/#3/score", "sala-2023/3/score"),
        ("https://x.se/en/report/sala-2023/#3/narrative/1.2", "sala-2023/3/narrative/1.2"),
    ],
)
def test_a_value_is_named_by_its_key_or_any_address_of_its_page(address: str, key: str) -> None:
    assert key_of(address) == key


def test_a_site_that_cannot_be_written_is_said(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = CliRunner().invoke(
        main, ["publish", "--archive", str(archive.folder), "--out", str(tmp_path / "file" / "s")]
    )
    assert done.exit_code == OutputError.exit_code
    assert "choose another --out" in done.output


def test_cite_says_that_its_picture_could_not_be_written(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    out = tmp_path / "file" / "place.png"
    done = CliRunner().invoke(main, ["cite", f"{HOGANAS}/3/score", "--archive", str(archive.folder), "--out", str(out)])
    assert done.exit_code == OutputError.exit_code
    assert f"{out} could not be written" in done.output


def test_cite_writes_the_place_of_a_value(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "score.png"
    done = CliRunner().invoke(main, ["cite", f"{HOGANAS}/3/score", "--archive", str(archive.folder), "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert Image.open(out).format == "PNG"


@pytest.mark.parametrize("key", [f"{HOGANAS}/9/score", "nowhere-2000/1/score", "https://x.se/", HOGANAS])
def test_cite_says_what_it_cannot_find(archive: Archive, tmp_path: Path, key: str) -> None:
    out = tmp_path / "no.png"
    done = CliRunner().invoke(main, ["cite", key, "--archive", str(archive.folder), "--out", str(out)])
    assert done.exit_code == UsageError.exit_code
    assert not out.exists()
