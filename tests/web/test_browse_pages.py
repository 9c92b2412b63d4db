"""The archive's pages on a server: what they show, against the report files; who may look; what is refused."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import html5lib  # type: ignore[import-untyped]
import pytest
from PIL import Image
from starlette.testclient import TestClient

from kompass_extract.archive.folder import Archive
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order
from kompass_extract.web.app import create_app
from kompass_extract.web.browse.browse_app import create_browse_app
from kompass_extract.web.browse.kept_pages import KeptPages
from kompass_extract.web.guard import SECURITY_HEADERS
from kompass_extract.web.web_settings import WebSettings
from tests.support.browse_archive import CODE, DOUBTED_SCORE, EARLIER, EVIL, HOGANAS, SALA, filled
from tests.support.site_links import read

PAGES = (
    "/browse/",
    "/browse/municipalities",
    f"/browse/municipality/{CODE}",
    f"/browse/report/{HOGANAS}",
    f"/browse/report/{HOGANAS}/page/3",
    f"/browse/value/{HOGANAS}/3/score",
    f"/browse/value/{HOGANAS}/3/strength/1",
    f"/browse/value/{HOGANAS}/head/year",
    "/browse/concepts",
    "/browse/concept/citizen-dialogue",
    "/browse/compare",
    f"/browse/compare/{HOGANAS}?with={SALA}",
    "/browse/search",
    "/browse/search?q=medborgardialog&kind=strength&min=40",
    f"/browse/search?like={HOGANAS}/3/strength/2",
    "/browse/data",
)


def client(archive: Archive, folder: Path, **more: Any) -> TestClient:
    web = WebSettings(access=folder / "access.db", picture_cache=folder / "pictures", **more)
    return TestClient(create_browse_app(archive, web), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return filled(tmp_path_factory.mktemp("browse") / "archive")


@pytest.fixture(scope="module")
def lasting(archive: Archive, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    return client(archive, tmp_path_factory.mktemp("reader"))


@pytest.fixture
def reader(lasting: TestClient) -> TestClient:
    """A browser that has chosen no language yet."""
    lasting.cookies.clear()
    return lasting


def rows(reader: TestClient, path: str) -> list[dict[str, str]]:
    """The CSV of a page."""
    answer = reader.get(f"{path}{'&' if '?' in path else '?'}format=csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def json_of(archive: Archive) -> dict[str, Any]:
    """What stands in the report files, read without any of the program."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in archive.reports.glob("*.json")}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_is_valid_html_with_the_security_headers(reader: TestClient, path: str, language: str) -> None:
    answer = reader.get(f"{path}{'&' if '?' in path else '?'}lang={language}")
    assert answer.status_code == 200
    assert all(answer.headers[name] == value for name, value in SECURITY_HEADERS.items())
    html5lib.HTMLParser(strict=True).parse(answer.text)
    assert f'<html lang="{language}">' in answer.text
    assert "<script" not in answer.text
    assert " style=" not in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_what_a_page_shows_is_there_as_csv(reader: TestClient, path: str) -> None:
    assert reader.get(f"{path}{'&' if '?' in path else '?'}format=csv").status_code == 200


def test_every_link_leads_somewhere(reader: TestClient) -> None:
    waiting, seen = [urljoin("http://127.0.0.1", path) for path in PAGES], set()
    while waiting:
        address = waiting.pop()
        path = urlsplit(address)._replace(fragment="").geturl()
        drawn = "format=png" in path or "/picture/" in path
        if path in seen or len(seen) > 400 or (drawn and HOGANAS not in path):
            continue  # the other reports have no file
        seen.add(path)
        answer = reader.get(path)
        assert answer.status_code == 200, path
        if answer.headers["content-type"].startswith("text/html") and len(seen) < 60:
            waiting += [urljoin(address, link) for link in read(answer.text)[0]]
    assert len(seen) > 300


def test_areas_and_means_are_those_of_the_report_files(reader: TestClient, archive: Archive) -> None:
    files = json_of(archive)
    shown = [row for row in rows(reader, f"/browse/municipality/{CODE}") if row["part"] == "area"]
    own = files[HOGANAS]
    assert [float(row["value"]) for row in shown] == [area["score"]["value"] for area in own["areas"]]
    for row, area in zip(shown, own["areas"], strict=True):
        beside = [
            one["score"]
            for report in files.values()
            if report["report"]["edition"]["value"] == own["report"]["edition"]["value"]
            for one in report["areas"]
            if one["number"] == area["number"]
        ]
        sure = [one["value"] for one in beside if one["value"] is not None and not one["needs_review"]]
        assert int(row["n"]) == len(sure)
        assert int(row["left_out"]) == len(beside) - len(sure)
        assert float(row["mean"]) == pytest.approx(statistics.fmean(sure))


def test_a_concept_counts_what_the_report_files_hold(reader: TestClient, archive: Archive) -> None:
    concept = "citizen-dialogue"
    newest: dict[str, tuple[int, float]] = {}
    for report in json_of(archive).values():
        head = report["report"]
        for area in report["areas"]:
            for row in area["score_table"]["rows"]:
                if row["concept"] == concept:
                    year, share = head["year"]["value"], 100 * row["achieved"]["value"] / row["max"]["value"]
                    code = head["municipality_code"]["value"]
                    newest[code] = max(newest.get(code, (0, 0.0)), (year, share))
    shown = rows(reader, f"/browse/concept/{concept}")
    assert sorted(float(row["share"]) for row in shown) == pytest.approx(sorted(one for _, one in newest.values()))


def test_a_value_in_doubt_is_drawn_as_such_everywhere(reader: TestClient, archive: Archive) -> None:
    score = json_of(archive)[HOGANAS]["areas"][2]["score"]["value"]
    for path in (
        f"/browse/municipality/{CODE}", f"/browse/report/{HOGANAS}", f"/browse/compare/{HOGANAS}",
        f"/browse/report/{HOGANAS}/page/3",
    ):  # fmt: skip
        text = reader.get(path).text
        places = [one for one in re.findall(r"<a [^>]*>", text) if f"/value/{HOGANAS}/3/score" in one]
        if "/page/" not in path:
            assert places
        assert all('class="v doubt"' in one or "aria-hidden" in one for one in places), path
    own = reader.get(f"/browse/value/{HOGANAS}/3/score").text
    assert f'<p class="the-value doubt">{score}<span class="q"' in own
    assert "väntar på granskning" in own
    place = reader.get(f"/browse/municipality/{CODE}").text
    assert 'class="own unsure"' in place
    assert 'class="dot unsure"' in place
    assert "own-shape" not in place  # no filled shape goes over a value that nobody is sure of


def test_the_development_follows_a_concept_over_the_reports(reader: TestClient) -> None:
    text = reader.get(f"/browse/municipality/{CODE}").text
    assert text.index("2014</th>") < text.index("2018</th>")
    assert f"/browse/value/{EARLIER}/" in text
    assert 'class="change up"' in text


def test_what_a_reviewer_decides_shows_at_once(tmp_path: Path) -> None:
    archive = filled(tmp_path / "archive")
    reader = client(archive, tmp_path)
    assert "doubt" in reader.get(f"/browse/value/{HOGANAS}/3/score").text
    with_doubt = next(r for r in rows(reader, f"/browse/municipality/{CODE}") if r["area"] == "3")
    desk = Desk(archive)
    item = desk.item(HOGANAS, DOUBTED_SCORE, reviewer="Anna")
    order = Order(action=Action.CORRECT, pointer=DOUBTED_SCORE, value=57, confirmed=True)
    desk.decide(HOGANAS, order, by="Anna", seen=item.version)
    desk.close()
    value = reader.get(f"/browse/value/{HOGANAS}/3/score").text  # the page that was kept goes with what it showed
    assert '<p class="the-value">57</p>' in value
    assert "Anna" in value
    corrected = next(r for r in rows(reader, f"/browse/municipality/{CODE}") if r["area"] == "3")
    assert corrected["value"] == "57"
    assert int(corrected["n"]) == int(with_doubt["n"]) + 1
    assert "57" in reader.get(f"/browse/report/{HOGANAS}").text


def test_texts_of_documents_are_never_markup(reader: TestClient) -> None:
    for path in (f"/browse/report/{HOGANAS}", f"/browse/municipality/{CODE}", "/browse/search?q=hacked"):
        text = reader.get(path).text
        assert EVIL not in text
        assert "<script>" not in text
    assert html.escape(EVIL, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in (
        reader.get(f"/browse/report/{HOGANAS}").text
    )


def test_a_value_is_cited_as_a_picture_with_a_box(reader: TestClient) -> None:
    answer = reader.get(f"/browse/value/{HOGANAS}/3/strength/1?format=png")
    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.content)).convert("RGB")
    assert picture.width > 300
    colours = {colour for _, colour in picture.getcolors(1 << 20) or ()}
    assert (217, 119, 6) in colours  # amber: the item waits for review


@pytest.mark.parametrize(
    "path",
    [
        "/browse/municipality/9999", "/browse/report/nowhere-2000", f"/browse/report/{HOGANAS}/page/99",
        f"/browse/report/{HOGANAS}/page/x", f"/browse/value/{HOGANAS}/9/score", f"/browse/value/{HOGANAS}/../../x",
        "/browse/concept/nothing", "/browse/compare/nowhere-2000", "/browse/download/../archive.db",
        f"/browse/compare/{HOGANAS}?with=nowhere-2000", "/browse/picture/nowhere/1.jpg", "/reports", "/browse/x",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_so(reader: TestClient, path: str) -> None:
    answer = reader.get(path)
    assert answer.status_code == 404
    assert "Det finns ingen sådan" in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=%22%22", "q=...", "min=abc&q=dialog", "year=99999999&q=dialog", "county=Nowhere&q=dialog",
        "concept=nothing&q=dialog", "page=0&q=dialog", "like=x",
    ],
)  # fmt: skip
def test_searches_that_cannot_be_do_not_break(reader: TestClient, query: str) -> None:
    assert reader.get(f"/browse/search?{query}").status_code in (200, 404)


def test_nothing_is_changed_through_the_pages(reader: TestClient, archive: Archive) -> None:
    assert reader.post("/browse/search").status_code in (403, 404, 405, 411)
    assert not (archive.folder / "decisions.jsonl").exists()


def test_downloads_are_the_export(reader: TestClient, archive: Archive) -> None:
    answer = reader.get("/browse/download/csv/items.csv")
    count = sum(len(a["strengths"]) + len(a["improvements"]) for r in json_of(archive).values() for a in r["areas"])
    assert len(list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))) == count
    assert reader.get("/browse/download/kompass.db").content.startswith(b"SQLite format 3")


def test_pages_below_a_proxys_path_lead_below_it(archive: Archive, tmp_path: Path) -> None:
    reader = client(archive, tmp_path, root="/kompass")
    for path in PAGES:
        links, _ = read(reader.get(f"/kompass{path}").text)
        assert all(link.startswith(("/kompass/", "#")) for link in links), path


def test_within_the_review_the_pages_ask_who_it_is(archive: Archive, tmp_path: Path) -> None:
    desk = Desk(archive)
    web = WebSettings(access=tmp_path / "access.db", picture_cache=tmp_path / "pictures")
    stranger = TestClient(create_app(desk, web), base_url="http://127.0.0.1", follow_redirects=False)
    answer = stranger.get(f"/browse/report/{HOGANAS}")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?then=%2Fbrowse")
    named = WebSettings(access=tmp_path / "access.db", picture_cache=tmp_path / "pictures", reviewer="Anna")
    anna = TestClient(create_app(desk, named), base_url="http://127.0.0.1")
    text = anna.get(f"/browse/report/{HOGANAS}").text
    assert f"/beside?report={HOGANAS}" in text
    assert anna.get("/browse/report/nowhere-2000").status_code == 404
    assert 'href="/browse/"' in anna.get("/reports").text
    desk.close()


def test_looking_at_a_value_holds_nothing(archive: Archive, tmp_path: Path) -> None:
    desk = Desk(archive)
    named = WebSettings(access=tmp_path / "access.db", picture_cache=tmp_path / "pictures", reviewer="Anna")
    anna = TestClient(create_app(desk, named), base_url="http://127.0.0.1")
    assert anna.get(f"/browse/value/{HOGANAS}/3/score").status_code == 200
    assert desk.item(HOGANAS, DOUBTED_SCORE, reviewer="Berit").hold is None
    desk.close()


def test_a_kept_page_goes_with_its_state_and_when_there_is_no_room() -> None:
    kept, made = KeptPages(most=10), list[str]()

    def make(text: str) -> Callable[[], str]:
        return lambda: made.append(text) or text  # type: ignore[func-returns-value]

    assert kept.page("1", "a", make("aaaa")) == kept.page("1", "a", make("other")) == "aaaa"
    kept.page("1", "b", make("bbbb"))
    kept.page("1", "a", make("other"))  # asked for again: b is now the one that nobody asked for longest
    kept.page("1", "c", make("cccc"))
    assert kept.page("1", "a", make("other")) == "aaaa"
    assert kept.page("1", "b", make("new b")) == "new b"
    assert kept.page("2", "a", make("new a")) == "new a"
    assert made == ["aaaa", "bbbb", "cccc", "new b", "new a"]


def test_the_comparison_shows_the_groups_that_the_server_was_given(archive: Archive, tmp_path: Path) -> None:
    web = WebSettings(access=tmp_path / "access.db", picture_cache=tmp_path / "pictures")
    app = create_browse_app(archive, web, groups={"mindre städer": ["Sala", "Höganäs"]})
    page = TestClient(app, base_url="http://127.0.0.1").get(f"/browse/compare/{HOGANAS}").text
    assert "gruppen mindre städer" in page
    assert "gruppen" not in client(archive, tmp_path).get(f"/browse/compare/{HOGANAS}").text


def test_a_misspelled_municipality_is_told_with_those_that_are_near(archive: Archive, tmp_path: Path) -> None:
    page = client(archive, tmp_path).get("/browse/search", params={"q": "dialog", "municipality": "Höganes"}).text
    assert "Arkivet har ingenting av Höganes. Menade du Höganäs?" in page
