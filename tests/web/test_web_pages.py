"""The pages over a real desk, without a browser: who is let in, what is refused, what answers carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from kompass_extract.archive.folder import Archive
from kompass_extract.cli import main
from kompass_extract.model.report import Check
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order, QueueFilter
from kompass_extract.web import access as access_module
from kompass_extract.web.access import Access
from kompass_extract.web.app import create_app
from kompass_extract.web.guard import SECURITY_HEADERS
from kompass_extract.web.web_settings import WebSettings
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put

REPORT = "hoganas-2018"
SCORE = "/areas/0/score_table/rows/0/achieved"
PASSWORD = "rätt lång fras"
SECRET = "innehållet i en annan fil"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    made = Archive.at(tmp_path_factory.mktemp("pages") / "archive")
    made.folder.mkdir()
    (made.folder / "secret.txt").write_text(SECRET, "utf-8")
    put(made, doubted(gold_report(REPORT), {SCORE: doubt(13, "the evidence leaves several readings", 12)}), PDF)
    return made


@pytest.fixture(scope="module")
def desk(archive: Archive) -> Iterator[Desk]:
    made = Desk(archive)
    yield made
    made.close()


def client(desk: Desk, archive: Archive, folder: Path, reviewer: str | None = "Anna") -> TestClient:
    web = WebSettings(access=folder / "access.db", picture_cache=archive.cache / "pictures", reviewer=reviewer)
    return TestClient(create_app(desk, web), base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture
def anna(desk: Desk, archive: Archive, tmp_path: Path) -> TestClient:
    return client(desk, archive, tmp_path)


@pytest.fixture
def locked(desk: Desk, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Pages that ask for a password; Anna has one."""
    monkeypatch.setattr(access_module, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    Access(tmp_path / "access.db").set_password("Anna", PASSWORD)
    return client(desk, archive, tmp_path, None)


def token(html: str) -> str:
    found = re.search(r'name="csrf" (?:content|value)="([^"]*)"', html)
    assert found
    return found[1]


ADDRESSES = ["/reports", "/queue", "/next", f"/report?id={REPORT}", f"/item?report={REPORT}&p={SCORE}",
             "/history", f"/history?report={REPORT}", f"/page?report={REPORT}&n=1", "/picture/1/1.jpg"]  # fmt: skip
POSTS = ["/decide", "/undo", "/hold", "/page/add", "/report/sign", "/report/reopen", "/report/double", "/logout"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_is_shown_to_strangers(locked: TestClient, address: str) -> None:
    answer = locked.get(address, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_page_answers_with_the_headers(anna: TestClient, address: str) -> None:
    answer = anna.get(address)
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert "server" not in answer.headers
    if answer.headers["content-type"].startswith("text/html"):
        assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=|javascript:", answer.text)


@pytest.mark.parametrize("address", POSTS)
def test_every_form_needs_its_session_s_token(anna: TestClient, locked: TestClient, desk: Desk, address: str) -> None:
    anna.get("/reports")
    for values in ({}, {"csrf": ""}, {"csrf": "x" * 43}):
        answer = anna.post(address, data={"report": REPORT, "p": SCORE, "action": "accept", **values})
        assert answer.status_code == 403
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
    assert locked.post(address, data={"csrf": "x"}, follow_redirects=False).status_code in (303, 403)
    assert desk.history(REPORT) == ()


def test_one_session_s_token_does_not_fit_another(
    anna: TestClient, desk: Desk, archive: Archive, tmp_path: Path
) -> None:
    other = client(desk, archive, tmp_path, "Berit")
    foreign = token(other.get("/reports").text)
    anna.get("/reports")
    assert anna.post("/hold", data={"csrf": foreign, "report": REPORT, "p": SCORE}).status_code == 403


def test_log_in_and_out(locked: TestClient) -> None:
    asked = locked.get("/reports")
    assert 'type="password"' in asked.text
    before = locked.cookies.get("kompass_8722")
    form = {"csrf": token(asked.text), "name": "Anna", "password": PASSWORD, "then": "/queue"}
    wrong = locked.post("/login", data={**form, "password": "fel fel fel"})
    assert wrong.status_code == 403
    assert "Fel namn eller lösenord" in wrong.text
    right = locked.post("/login", data=form, follow_redirects=False)
    assert (right.status_code, right.headers["location"]) == (303, "/queue")
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert locked.cookies.get("kompass_8722") != before, "no token of a stranger becomes a reviewer's"
    page = locked.get("/reports")
    assert "Granskare: Anna" in page.text
    locked.post("/logout", data={"csrf": token(page.text)})
    assert locked.get("/reports", follow_redirects=False).status_code == 303


def test_log_in_is_limited(locked: TestClient) -> None:
    form = {"csrf": token(locked.get("/login").text), "name": "Anna", "password": "fel fel fel"}
    for _ in range(access_module.FAILURES_OF_A_NAME):
        assert locked.post("/login", data=form).status_code == 403
    answer = locked.post("/login", data={**form, "password": PASSWORD})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_log_in_never_leads_to_another_site(locked: TestClient) -> None:
    form = {"csrf": token(locked.get("/login").text), "name": "Anna", "password": PASSWORD}
    answer = locked.post("/login", data={**form, "then": "//evil.example/"}, follow_redirects=False)
    assert answer.headers["location"] == "/reports"


def test_on_this_machine_a_name_is_asked_once(desk: Desk, archive: Archive, tmp_path: Path) -> None:
    pages = client(desk, archive, tmp_path, None)
    asked = pages.get("/queue")
    assert "Vem granskar?" in asked.text
    empty = pages.post("/login", data={"csrf": token(asked.text), "name": " "})
    assert empty.status_code == 422
    pages.post("/login", data={"csrf": token(asked.text), "name": "Cecilia", "then": "/queue"})
    assert "Granskare: Cecilia" in pages.get("/queue").text


def test_the_script_is_told_to_log_in(locked: TestClient) -> None:
    answer = locked.get("/queue", headers={"X-Kompass": "swap"})
    assert (answer.status_code, answer.json()) == (401, {"login": "/login"})


def test_pictures_are_kept_by_the_browser(anna: TestClient) -> None:
    first = anna.get("/picture/1/2.jpg")
    assert first.headers["content-type"] == "image/jpeg"
    assert first.headers["cache-control"] == "private, no-cache"
    named = re.search(r'href="(/picture/[^"]*)"', anna.get(f"/item?report={REPORT}&p={SCORE}").text)
    assert named
    kept = anna.get(named[1].replace("&amp;", "&"))
    assert kept.headers["cache-control"].startswith("private, max-age=")
    again = anna.get("/picture/1/2.jpg", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert anna.get("/picture/1/3.jpg").headers["etag"] != first.headers["etag"]


@pytest.mark.parametrize(
    "address",
    [
        "/picture/1/999.jpg",
        "/picture/1/0.jpg",
        "/picture/1/-1.jpg",
        "/picture/99999999999999999999999/1.jpg",
        "/picture/../secret.txt",
        "/picture/1/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static//etc/passwd",
        "/report?id=../../secret.txt",
        f"/item?report={REPORT}&p=../../secret.txt",
        f"/item?report={REPORT}&p=/areas/99/score",
        f"/item?report={REPORT}&p=/blocks/99999",
        "/item?report=%00&p=%00",
        "/page?report=../x&n=1",
        "/history?report=nobody",
        "/nothing",
    ],
)
def test_what_is_not_there_is_not_found(anna: TestClient, address: str) -> None:
    answer = anna.get(address)
    assert answer.status_code == 404
    assert SECRET not in answer.text
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text


TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/reports", "/queue", "/next", "/report", "/item", "/page", "/history"]),
    query=st.dictionaries(
        st.sampled_from(["report", "id", "p", "n", "after", "from", "area", "kind", "text", "offset", "page", "lang"]),
        TEXTS,
        max_size=4,
    ),
)
def test_no_query_is_a_mistake_of_the_program(anna: TestClient, path: str, query: dict[str, str]) -> None:
    assert anna.get(path, params=query).status_code in (200, 404, 422)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["/decide", "/undo", "/hold", "/page/add", "/report/sign", "/report/double"]),
    form=st.dictionaries(
        st.sampled_from(
            ["action", "value", "rest", "other", "target", "version", "at", "area", "x0", "then", "decision"]
        ),
        TEXTS,
        max_size=5,
    ),
)
def test_no_form_is_a_mistake_of_the_program(anna: TestClient, path: str, form: dict[str, str]) -> None:
    csrf = token(anna.get("/help").text)
    answer = anna.post(path, data={"report": REPORT, "p": SCORE, **form, "csrf": csrf})
    assert answer.status_code in (200, 404, 409, 422)


def test_looking_ahead_holds_nothing(anna: TestClient, desk: Desk) -> None:
    address = f"/item?report={REPORT}&p={SCORE}"
    desk.release(REPORT, SCORE, by="Anna")
    assert anna.get(address, headers={"X-Kompass": "prefetch"}).status_code == 200
    assert desk.item(REPORT, SCORE, reviewer="Berit").hold is None
    anna.get(address)
    hold = desk.item(REPORT, SCORE, reviewer="Berit").hold
    assert hold is not None
    assert (hold.by, hold.mine) == ("Anna", False)
    anna.get("/next", params={"leave_report": REPORT, "leave": SCORE, "area": "8"})
    assert desk.item(REPORT, SCORE, reviewer="Berit").hold is None


def test_filters_narrow_the_queue(anna: TestClient, desk: Desk) -> None:
    assert desk.queue(QueueFilter(), reviewer="Anna").total == 1
    assert "1 uppgifter att granska" in anna.get("/queue?area=1&kind=achieved&reason=readings").text
    assert "Inget mer att granska här." in anna.get("/queue?area=2").text
    assert "Inga rapporter passar" in anna.get("/reports?text=Nowhere").text
    assert "Höganäs" in anna.get("/reports?text=gan&edition=2016&status=pending").text


def test_both_languages(anna: TestClient) -> None:
    assert '<html lang="sv">' in anna.get("/reports").text
    assert '<html lang="en">' in anna.get("/reports?lang=en").text
    assert "Worked on by" in anna.get("/reports").text, "the choice is remembered"
    assert '<html lang="sv">' in anna.get("/reports?lang=sv").text
    assert '<html lang="sv">' in anna.get("/reports?lang=xx").text


def test_a_newer_reading_that_differs_is_asked_with_both(tmp_path: Path) -> None:
    archive = Archive.at(tmp_path / "archive")
    put(archive, doubted(gold_report(REPORT), {SCORE: doubt(13, "the evidence leaves several readings")}), PDF)
    first = Desk(archive)
    seen = first.item(REPORT, SCORE, reviewer="Anna")
    first.decide(REPORT, Order(action=Action.CORRECT, pointer=SCORE, value=12), by="Anna", seen=seen.version)
    first.close()
    put(archive, doubted(gold_report(REPORT), {SCORE: doubt(15, "the evidence leaves several readings")}), PDF)
    desk = Desk(archive)
    html = client(desk, archive, tmp_path, "Berit").get(f"/item?report={REPORT}&p={SCORE}").text
    assert "Anna valde ”12” när en tidigare läsning sade ”13”; den här säger ”15”" in html
    assert "Anna valde 12" in html
    assert "Använd" in html
    assert "Ny läsning avviker" in html
    desk.close()


def test_findings_are_told_in_the_reviewer_s_language(tmp_path: Path) -> None:
    report = gold_report(REPORT)
    missing = Check(id="areas", area=8, status="failed", message="Area 8 was not found.", fields=["/areas"])
    archive = Archive.at(tmp_path / "archive")
    put(archive, report.model_copy(update={"areas": report.areas[:7], "checks": [missing]}), PDF)
    desk = Desk(archive)
    pages = client(desk, archive, tmp_path)
    listed = pages.get("/queue").text
    assert "Område 8 hittades inte" in listed
    shown = pages.get("/next").text
    assert "Område 8 hittades inte" in shown
    assert "Så står det i rapporten" in shown
    assert "Lägg till det som saknas" in shown
    desk.close()


def test_other_addresses_need_users(archive: Archive, tmp_path: Path) -> None:
    bare = tmp_path / "archive"
    bare.mkdir()
    refused = CliRunner().invoke(main, ["review", "--archive", str(bare), "--address", "0.0.0.0"])
    assert refused.exit_code == 2
    assert "--add-user" in refused.output
    none = CliRunner().invoke(main, ["review", "--archive", str(tmp_path / "nowhere")])
    assert none.exit_code == 2
    assert "kompass ingest" in none.output


def test_users_are_added_and_removed(tmp_path: Path) -> None:
    base = ["review", "--archive", str(tmp_path)]
    added = CliRunner().invoke(main, [*base, "--add-user", "Anna"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert added.exit_code == 0, added.output
    access = Access(tmp_path / "access.db")
    assert access.verify("Anna", PASSWORD, "::1")
    short = CliRunner().invoke(main, [*base, "--add-user", "Berit"], input="kort\nkort\n")
    assert short.exit_code == 2
    assert access.user_names() == ("Anna",)
    assert CliRunner().invoke(main, [*base, "--remove-user", "Anna"]).exit_code == 0
    assert access.user_names() == ()
    access.close()
