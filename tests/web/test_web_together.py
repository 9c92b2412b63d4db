"""What the pages do when something is signed, refused, changed by somebody else, or not asked about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from kompass_extract.archive.folder import Archive
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order
from kompass_extract.web.app import create_app
from kompass_extract.web.web_settings import WebSettings
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put

REPORT = "hoganas-2018"
SCORE = "/areas/0/score_table/rows/0/achieved"
YEAR = "/report/year"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    archive = Archive.at(tmp_path / "archive")
    asked = doubt(13, "the evidence leaves several readings", 12)
    put(archive, doubted(gold_report(REPORT), {SCORE: asked}), PDF)
    made = Desk(archive)
    yield made
    made.close()


def browser(desk: Desk, folder: Path, reviewer: str | None = "Anna") -> TestClient:
    web = WebSettings(access=folder / f"{reviewer}.db", picture_cache=folder / "pictures", reviewer=reviewer)
    return TestClient(create_app(desk, web), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture
def anna(desk: Desk, tmp_path: Path) -> TestClient:
    return browser(desk, tmp_path)


def send(pages: TestClient, path: str, **values: str) -> str:
    """Send a form with its token; gives the page that comes in the end."""
    found = re.search(r'name="csrf" content="([^"]*)"', pages.get("/help").text)
    assert found
    return str(pages.post(path, data={"csrf": found[1], **values}).text)


def decide(desk: Desk, pointer: str, by: str, action: Action = Action.ACCEPT, **more: object) -> None:
    version = desk.item(REPORT, pointer, reviewer=by).version
    desk.decide(REPORT, Order.model_validate({"action": action, "pointer": pointer, **more}), by=by, seen=version)


def test_a_refused_signature_comes_back_to_the_report(anna: TestClient) -> None:
    page = send(anna, "/report/sign", report=REPORT)
    assert 'role="alert"' in page
    assert "Höganäs 2018</h1>" in page


def test_a_signed_report_offers_only_to_be_opened_again(anna: TestClient, desk: Desk) -> None:
    decide(desk, SCORE, "Anna")
    desk.sign(REPORT, by="Anna")
    item = anna.get(f"/item?report={REPORT}&p={SCORE}").text
    for offered in ('value="accept"', 'value="save"', 'value="correct"', 'id="value"', 'form="undo"'):
        assert offered not in item, offered
    assert "Rapporten är signerad" in item
    page = anna.get(f"/page?report={REPORT}&n=1").text
    assert 'action="/page/add"' not in page
    assert "Öppna den igen" in page
    history = anna.get(f"/history?report={REPORT}").text
    assert 'action="/undo"' not in history
    assert "Signerade rapporten" in history
    report = anna.get(f"/report?id={REPORT}").text
    assert 'action="/report/double"' not in report
    assert "Öppna igen" in report


def test_what_is_refused_keeps_what_was_written(anna: TestClient, desk: Desk) -> None:
    decide(desk, SCORE, "Berit")
    desk.sign(REPORT, by="Berit")
    version = desk.item(REPORT, YEAR, reviewer="Anna").version
    page = send(anna, "/decide", report=REPORT, p="/report/title", action="correct", value="Min titel", version=version)
    assert "Sparades inte" in page or "ändrat" in page
    assert "Min titel" in page
    empty = send(anna, "/comment", report=REPORT, p=YEAR, text="x" * 3000)
    assert "x" * 3000 in empty


def test_correcting_what_nobody_asked_about_stays_there(anna: TestClient, desk: Desk) -> None:
    version = desk.item(REPORT, YEAR, reviewer="Anna").version
    values = {"report": REPORT, "p": YEAR, "action": "save", "value": "2017", "version": version}
    page = send(anna, "/decide", **values)
    assert f'data-pointer="{YEAR}"' in page
    assert 'value="2017"' in page


def test_somebody_else_s_decision_is_told_while_the_page_is_open(anna: TestClient, desk: Desk) -> None:
    version = desk.item(REPORT, SCORE, reviewer="Anna").version
    token = re.search(r'name="csrf" content="([^"]*)"', anna.get("/help").text)
    assert token
    hold = {"csrf": token[1], "report": REPORT, "p": SCORE, "version": version}
    assert anna.post("/hold", data=hold).json() | {"until": ""} == {
        "mine": True, "by": "Anna", "until": "", "changed": False,
    }  # fmt: skip
    decide(desk, SCORE, "Berit", Action.CORRECT, value=12)
    told = anna.post("/hold", data=hold).json()
    assert (told["changed"], told["by"]) == (True, "Berit")


def test_names_are_changed_without_users(anna: TestClient) -> None:
    page = anna.get("/queue").text
    asked = re.search(r'href="(/login\?rename=1[^"]*)"', page)
    assert asked
    assert 'value="Anna"' in anna.get(asked[1].replace("&amp;", "&")).text
    renamed = send(anna, "/login", name="Anna Karin", then="/queue")
    assert "Granskare: Anna Karin" in renamed
    assert "Granskare: Anna Karin" in anna.get("/reports").text


def test_a_refused_name_stays_in_its_field(anna: TestClient) -> None:
    long = "x" * 61
    assert f'value="{long}"' in send(anna, "/login", name=long)


def test_the_history_is_paged_for_a_report_and_for_all(anna: TestClient, desk: Desk) -> None:
    for number in range(60):
        decide(desk, YEAR, "Anna", Action.CORRECT, value=2016 + number % 2)
    for where in (f"/history?report={REPORT}", "/history"):
        first = anna.get(where).text
        older = re.search(r'href="([^"]*)" rel="next"', first)
        assert older
        second = anna.get(older[1].replace("&amp;", "&")).text
        assert first.count("<tr>") + second.count("<tr>") == 60 + 2
        assert 'rel="prev"' in second
        assert 'rel="next"' not in second


def test_other_readings_of_the_evaluation_are_linked(tmp_path: Path) -> None:
    archive = Archive.at(tmp_path / "archive")
    report = gold_report(REPORT)
    put(archive, report, PDF)
    copy = doubted(report, {SCORE: doubt(13, "the evidence leaves several readings", 12)})
    put(archive, copy.model_copy(update={"report_id": f"{REPORT}-2"}), PDF)
    desk = Desk(archive)
    pages = browser(desk, tmp_path)
    worse = pages.get(f"/report?id={REPORT}-2").text
    assert "bättre läsning" in worse
    assert f'href="/report?id={REPORT}"' in worse
    assert "Den här är den bästa" in pages.get(f"/report?id={REPORT}").text
    desk.close()
