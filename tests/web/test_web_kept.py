"""A form sent after its session has ended: what was written comes back after logging in, and is saved once."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from kompass_extract.archive.folder import Archive
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order
from kompass_extract.web import access as access_module
from kompass_extract.web.access import Access
from kompass_extract.web.app import create_app
from kompass_extract.web.web_settings import WebSettings
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put
from tests.web.test_web_pages import PASSWORD, REPORT, token

ITEM = "/areas/2/strengths/0"
WRITTEN = 'En styrka med "citat" & <tecken>'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    archive = Archive.at(tmp_path / "archive")
    report = gold_report(REPORT)
    put(archive, doubted(report, {ITEM: doubt(report.areas[2].strengths[0].value, "the page is hard to read")}), PDF)
    return Desk(archive)


@pytest.fixture
def pages(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(access_module, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    Access(tmp_path / "access.db").set_password("Anna", PASSWORD)
    web = WebSettings(access=tmp_path / "access.db", picture_cache=tmp_path / "pictures", reviewer=None)
    return TestClient(create_app(desk, web), base_url="http://127.0.0.1", raise_server_exceptions=False)


def fields(html: str) -> dict[str, str]:
    """The hidden fields and the written ones of the page's form."""
    found = {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html)
    }
    for name, text in re.findall(r'<textarea id="kept-\w+" name="(\w+)"[^>]*>([^<]*)</textarea>', html):
        found[name] = unescape(text)
    return found  # fmt: skip


def log_in(pages: TestClient, **kept: str) -> str:
    asked = {"csrf": token(pages.get("/login").text), "name": "Anna", "password": PASSWORD, **kept}
    return pages.post("/login", data=asked).text


def decision(pages: TestClient, desk: Desk) -> dict[str, str]:
    shown = pages.get(f"/item?report={REPORT}&p={ITEM}").text
    version = desk.item(REPORT, ITEM, reviewer="Anna").version
    about = {"report": REPORT, "p": ITEM, "version": version, "action": "save", "value": WRITTEN}
    return {"csrf": token(shown), **about}


def test_what_was_written_is_kept_over_the_log_in_and_saved_by_a_step_of_its_own(pages: TestClient, desk: Desk) -> None:
    log_in(pages)
    sent = decision(pages, desk)
    pages.cookies.clear()
    asked = pages.post("/decide", data=sent)
    assert asked.status_code == 401
    assert "Det du skrev finns kvar" in asked.text
    wrong = pages.post("/login", data={**fields(asked.text), "name": "Anna", "password": "fel lösenord"})
    assert wrong.status_code == 403
    back = pages.post("/login", data={**fields(wrong.text), "name": "Anna", "password": PASSWORD})
    assert fields(back.text)["value"] == WRITTEN
    assert desk.item(REPORT, ITEM, reviewer="Anna").review is None, "nothing is sent by itself"
    assert pages.post("/decide", data=fields(back.text)).status_code == 200
    assert desk.item(REPORT, ITEM, reviewer="Anna").value == WRITTEN


def test_a_form_of_an_earlier_session_comes_back_with_its_text(pages: TestClient, desk: Desk) -> None:
    log_in(pages)
    sent = decision(pages, desk)
    pages.cookies.clear()
    log_in(pages)
    back = pages.post("/decide", data=sent)
    assert back.status_code == 403
    assert fields(back.text)["value"] == WRITTEN
    pages.post("/decide", data=fields(back.text))
    assert desk.item(REPORT, ITEM, reviewer="Anna").value == WRITTEN


def test_what_changed_meanwhile_is_a_conflict_then_too(pages: TestClient, desk: Desk) -> None:
    log_in(pages)
    sent = decision(pages, desk)
    pages.cookies.clear()
    order = Order.model_validate({"action": "correct", "pointer": ITEM, "value": "Bos text"})
    desk.decide(REPORT, order, by="Bo", seen=sent["version"])
    asked = pages.post("/decide", data=sent)
    back = pages.post("/login", data={**fields(asked.text), "name": "Anna", "password": PASSWORD})
    assert pages.post("/decide", data=fields(back.text)).status_code == 409
    assert desk.item(REPORT, ITEM, reviewer="Anna").value == "Bos text"


def test_passwords_and_empty_forms_are_not_kept(pages: TestClient) -> None:
    answer = pages.post("/account/password", data={"old": "hemlig fras", "new": "en annan fras"})
    assert "hemlig fras" not in answer.text
    answer = pages.post("/decide", data={"report": REPORT, "p": ITEM, "action": "accept"}, follow_redirects=False)
    assert answer.status_code == 303
    made_up = pages.post("/login", data={"csrf": token(pages.get("/login").text), "name": "Anna", "password": PASSWORD,
                                         "kept_to": "https://evil.example/", "kept.value": "x"})  # fmt: skip
    assert "evil.example" not in made_up.text
