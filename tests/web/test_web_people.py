"""Roles, one's own password, assignments and figures, over the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from kompass_extract.archive.folder import Archive
from kompass_extract.review.service import Desk
from kompass_extract.web import access as access_module
from kompass_extract.web.access import Access
from kompass_extract.web.app import create_app
from kompass_extract.web.web_settings import Role, WebSettings
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put

REPORT = "hoganas-2018"
SCORE = "/areas/0/score_table/rows/0/achieved"
PASSWORD = "rätt lång fras"
PEOPLE: dict[str, Role] = {"Anna": "admin", "Berit": "reviewer", "Cecilia": "reader"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    archive = Archive.at(tmp_path / "archive")
    put(archive, doubted(gold_report(REPORT), {SCORE: doubt(13, "the evidence leaves several readings", 12)}), PDF)
    made = Desk(archive)
    yield made
    made.close()


@pytest.fixture
def pages(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, TestClient]:
    """A browser for each person, logged in."""
    monkeypatch.setattr(access_module, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    access = Access(tmp_path / "access.db")
    for name, role in PEOPLE.items():
        access.set_password(name, PASSWORD, role=role)
    app = create_app(desk, WebSettings(access=tmp_path / "access.db", picture_cache=tmp_path / "pictures"))
    return {name: logged_in(app, name) for name in PEOPLE}


def logged_in(app: object, name: str, password: str = PASSWORD) -> TestClient:
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)  # type: ignore[arg-type]
    send(client, "/login", name=name, password=password)
    return client


def send(client: TestClient, path: str, **values: str) -> tuple[int, str]:
    found = re.search(r'name="csrf" content="([^"]*)"', client.get("/help").text)
    assert found
    answer = client.post(path, data={"csrf": found[1], **values})
    return answer.status_code, answer.text


def test_readers_look_and_change_nothing(pages: dict[str, TestClient], desk: Desk) -> None:
    reader = pages["Cecilia"]
    version = desk.item(REPORT, SCORE, reviewer="Cecilia").version
    for path, values in (
        ("/decide", {"action": "accept", "p": SCORE, "version": version}),
        ("/beside/decide", {"action": "accept", "p": SCORE, "version": version}),
        ("/report/sign", {}),
        ("/comment", {"p": SCORE, "text": "hej"}),
        ("/page/add", {"n": "1"}),
    ):
        status, said = send(reader, path, report=REPORT, **values)
        assert status == 403, path
        assert "titta men inte ändra" in said
    assert desk.history(REPORT) == ()
    for path in (f"/report?id={REPORT}", f"/item?report={REPORT}&p={SCORE}", f"/beside?report={REPORT}"):
        shown = reader.get(path)
        assert shown.status_code == 200
        assert 'value="accept"' not in shown.text
        assert 'action="/report/sign"' not in shown.text


def test_only_admins_say_who_may_do_what(pages: dict[str, TestClient]) -> None:
    assert pages["Berit"].get("/people").status_code == 403
    assert send(pages["Berit"], "/people/role", name="Berit", role="admin")[0] == 403
    assert send(pages["Berit"], "/report/assign", report=REPORT, name="Berit")[0] == 403
    status, _ = send(pages["Anna"], "/people/role", name="Cecilia", role="reviewer")
    assert status == 200
    assert "granskare" in pages["Cecilia"].get("/account").text
    _, said = send(pages["Anna"], "/people/role", name="Anna", role="reader")
    assert "only admin" in said
    assert "/people" in pages["Anna"].get("/reports").text
    assert 'href="/people"' not in pages["Berit"].get("/reports").text


def test_reports_are_assigned_and_found_on_one_s_own_page(pages: dict[str, TestClient]) -> None:
    assert "Inget är tilldelat dig" in pages["Berit"].get("/account").text
    send(pages["Anna"], "/report/assign", report=REPORT, name="Berit", then="/people")
    mine = pages["Berit"].get("/account").text
    assert "Höganäs 2018" in mine
    assert "/queue?assigned=Berit" in mine
    assert "1 uppgifter att granska" in pages["Berit"].get("/queue?assigned=Berit").text
    assert "Inget mer att granska här." in pages["Berit"].get("/queue?assigned=Anna").text
    assert "Tilldelad Berit" in pages["Anna"].get(f"/report?id={REPORT}").text


def test_one_s_own_password_is_changed_with_the_old_one(
    pages: dict[str, TestClient], desk: Desk, tmp_path: Path
) -> None:
    other = logged_in(pages["Berit"].app, "Berit")
    assert "stämmer inte" in send(pages["Berit"], "/account/password", old="fel fel fel", new="ny lång fras")[1]
    assert "minst 10 tecken" in send(pages["Berit"], "/account/password", old=PASSWORD, new="kort")[1]
    assert "Lösenordet är bytt" in send(pages["Berit"], "/account/password", old=PASSWORD, new="ny lång fras")[1]
    assert pages["Berit"].get("/queue", follow_redirects=False).status_code == 200, "this session goes on"
    assert other.get("/queue", follow_redirects=False).status_code == 303, "others end"
    assert logged_in(other.app, "Berit", "ny lång fras").get("/queue", follow_redirects=False).status_code == 200


def test_figures_show_work_and_the_machine(pages: dict[str, TestClient], desk: Desk) -> None:
    empty = pages["Anna"].get("/measures").text
    assert "Inga beslut är fattade än" in empty
    assert "--sample-rate" in empty
    version = desk.item(REPORT, SCORE, reviewer="Berit").version
    values = {"action": "correct", "p": SCORE, "version": version, "value": "12", "report": REPORT}
    send(pages["Berit"], "/decide", **values)
    shown = pages["Anna"].get("/measures").text
    assert re.search(r'by=Berit">Berit</a></td><td class="n">1</td>', shown)
    assert "1 / 1 (100,0 %" in shown
