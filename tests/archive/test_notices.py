"""Operators hear of failed and stalled runs, new reports and lost pages: once by each channel, without secrets."""

from __future__ import annotations

import hashlib
import socket
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert, select, update

from kompass_extract.archive.backup import backup
from kompass_extract.archive.claims import RunEnd, begin_run, end_run
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings, running
from kompass_extract.archive.notices import channels, tell
from kompass_extract.archive.notices.notify_settings import FILE_NAME, NotifySettings, load_settings
from kompass_extract.archive.schema import DocumentRow, NoticeRow, RunRow, WatchedPageRow
from kompass_extract.archive.store import Store, now
from kompass_extract.cli import main
from kompass_extract.errors import NotAReportError, NotifyError, StoreError, UsageError
from tests.support.mail_and_hook import PASSWORD, USER, Hook, Mailbox, mail_server, webhook
from tests.support.webserver import free_port

LONG_AGO = "2020-01-01T00:00:00.000Z"


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as made:
        yield made


@pytest.fixture
def hook() -> Iterator[Hook]:
    with webhook() as made:
        yield made


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive.at(tmp_path / "archive", None)


@pytest.fixture
def store(archive: Archive) -> Iterator[Store]:
    made = Store.open(archive)
    yield made
    made.close()


def notify(archive: Archive, *arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["notify", arguments[0], "--archive", str(archive.folder), *arguments[1:]], given)


def set_up(archive: Archive, box: Mailbox | None, hook: Hook | None, *more: str) -> None:
    """Both channels where they are given, without the test message."""
    email = ["--email", "a@b.se", "--smtp", f"127.0.0.1:{box.port}"] if box else []
    web = ["--webhook", hook.address] if hook else []
    result = notify(archive, "set-up", *email, *web, "--no-test", *more)
    assert result.exit_code == 0, result.output


def ended_run(store: Store, kind: str = "ingest", **summary: list[dict[str, Any]]) -> int:
    """A run that ended with documents as they stand in a summary."""
    run = begin_run(store, kind)
    done, failed = summary.get("done", []), summary.get("failed", [])
    open_fields = sum(int(one["open"]) for one in done)
    end_run(store, run, RunEnd(len(done), 0, len(failed), open_fields, {"done": done, "failed": failed}))
    return run


def report(store: Store, name: str, open_fields: int = 0, first_seen: str | None = None) -> dict[str, Any]:
    """A report of a run's summary, whose document came when it says, else now."""
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    with store.write() as session:
        session.merge(
            DocumentRow(sha256=sha256, size=1, media_type="application/pdf", file_name="a.pdf", stored=sha256,
                        first_seen=first_seen or now())
        )  # fmt: skip
    return {"report_id": name, "open": open_fields, "total": 200, "sha256": sha256}


def test_one_command_sets_up_mail_and_proves_it(archive: Archive, box: Mailbox) -> None:
    result = notify(archive, "set-up", "--email", "a@b.se", "--email", "c@d.se", "--from", "kompass@b.se",
                    "--smtp", f"127.0.0.1:{box.port}")  # fmt: skip
    assert result.exit_code == 0, result.output
    (message,) = box.messages
    assert (message["From"], message["To"]) == ("kompass@b.se", "a@b.se, c@d.se")
    assert message["Subject"] == "kompass: Test: notices of this archive arrive"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@b.se>")


def test_one_command_sets_up_a_webhook_and_proves_it(archive: Archive, hook: Hook, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{hook.address}\n")
    (tmp_path / "token").write_text("s3cret\n")
    result = notify(archive, "set-up", "--webhook-file", str(tmp_path / "url"), "--token-file", str(tmp_path / "token"))
    assert result.exit_code == 0, result.output
    assert "secret-part" not in result.output
    (body,) = hook.bodies
    assert body["text"].startswith("kompass: Test: notices")
    assert (body["host"], body["notices"][0]["topic"]) == (socket.gethostname(), "test")
    assert hook.headers[0]["Authorization"] == "Bearer s3cret"


def test_the_file_with_secrets_is_its_owners_alone(archive: Archive, hook: Hook) -> None:
    set_up(archive, None, hook)
    path = archive.folder / FILE_NAME
    assert path.stat().st_mode & 0o777 == 0o600
    assert "secret-part" in path.read_text()
    path.chmod(0o640)
    result = notify(archive, "test")
    assert result.exit_code == NotifyError.exit_code
    assert f"chmod 600 {path}" in result.output
    assert notify(archive, "set-up", "--off").exit_code == 0
    assert not path.exists()


def test_a_backup_holds_no_secrets(archive: Archive, store: Store, hook: Hook, tmp_path: Path) -> None:
    set_up(archive, None, hook)
    backup(archive, tmp_path / "backup")
    assert (tmp_path / "backup" / "archive.db").exists()
    assert not (tmp_path / "backup" / FILE_NAME).exists()


def test_settings_that_do_not_arrive_are_not_kept(archive: Archive) -> None:
    result = notify(archive, "set-up", "--email", "a@b.se", "--smtp", f"127.0.0.1:{free_port()}")
    assert result.exit_code == NotifyError.exit_code
    assert "cannot be reached (Connection refused)" in result.output
    assert not (archive.folder / FILE_NAME).exists()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # on loopback there is nobody to listen
@pytest.mark.parametrize(("password", "well"), [(PASSWORD, True), ("wrong-one", False)])
def test_the_password_is_asked_for_and_never_told(archive: Archive, password: str, well: bool) -> None:
    with mail_server(with_users=True) as box:
        result = notify(archive, "set-up", "--email", "a@b.se", "--smtp", f"127.0.0.1:{box.port}", "--user", USER,
                        given=f"{password}\n")  # fmt: skip
        assert (result.exit_code == 0) == well
        assert password not in result.output
        assert len(box.messages) == well
    if well:
        settings = load_settings(archive)
        assert settings is not None
        assert password not in repr(settings)
        assert password in (archive.folder / FILE_NAME).read_text("utf-8")
    else:
        assert "does not take the user and password" in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Say where notices go"),
        (["--email", "nobody"], "no e-mail address"),
        (["--email", "a@b.se\nBcc: x@y.se"], "no e-mail address"),
        (["--webhook", "ftp://x.se/"], "no web address"),
        (["--webhook", "http://hooks.example.se/x"], "without https"),
        (["--email", "a@b.se", "--smtp", "mail.b.se:25", "--security", "none", "--user", "u"], "readable"),
    ],
)
def test_what_cannot_be_set_up_is_said(archive: Archive, arguments: list[str], message: str) -> None:
    result = notify(archive, "set-up", "--no-test", *arguments, given="p\n")
    assert result.exit_code == UsageError.exit_code
    assert message in result.output


def test_new_reports_and_failures_are_told_once_by_both(
    archive: Archive, store: Store, box: Mailbox, hook: Hook
) -> None:
    set_up(archive, box, hook)
    failures = [
        {"path": "trasig.pdf", "reason": "breaks off", "exit_code": 13},
        {"path": "broschyr.pdf", "reason": "no report", "exit_code": NotAReportError.exit_code},
    ]
    run = ended_run(store, done=[report(store, "sala-2016", 3), report(store, "amal-2013")], failed=failures)
    assert tell(archive, store) == []
    assert tell(archive, store) == []
    (text,) = box.texts()
    assert "2 new reports, 3 fields to review\nsala-2016: 3 of 200 fields to review" in text
    assert f"1 document failed in Ingestion {run} on {socket.gethostname()}\ntrasig.pdf: breaks off" in text
    assert "broschyr" not in text
    assert sorted(one["topic"] for one in hook.bodies[0]["notices"]) == ["failed", "reports"]
    assert "sent" in notify(archive, "list").output


def test_failed_dead_and_endless_runs_are_told(archive: Archive, store: Store, box: Mailbox) -> None:
    set_up(archive, box, None, "--stalled-hours", "1")
    end_run(store, begin_run(store, "watch"), None)
    dead, endless = begin_run(store, "ingest"), begin_run(store, "ingest")
    with store.write() as session:
        session.execute(update(RunRow).where(RunRow.id == dead).values(owner="elsewhere:1:1:x", heartbeat=0.0))
        session.execute(update(RunRow).where(RunRow.id == endless).values(started="2999-01-01T00:00:00.000Z"))
    assert notify(archive, "check").exit_code == 0
    (text,) = box.texts()
    assert "Look for publications 1 on" in text
    assert f"Ingestion {dead} on {socket.gethostname()} died" in text
    assert f"Ingestion {endless}" not in text
    settings = load_settings(archive)
    assert settings is not None
    early = settings.model_copy(update={"since": LONG_AGO})
    with store.write() as session:
        session.execute(update(RunRow).where(RunRow.id == endless).values(started="2020-01-02T00:00:00.000Z"))
    (archive.folder / FILE_NAME).write_text(early.model_dump_json())
    assert notify(archive, "check").exit_code == 0
    assert "goes on for more than 1 hours" in box.texts()[1]


def test_what_happened_before_the_set_up_is_not_told(archive: Archive, store: Store, box: Mailbox) -> None:
    run = ended_run(store, done=[report(store, "sala-2016")])
    with store.write() as session:
        session.execute(update(RunRow).where(RunRow.id == run).values(started=LONG_AGO))
    set_up(archive, box, None)
    assert tell(archive, store) == []
    assert box.messages == []


def test_reports_that_are_made_again_are_not_new(archive: Archive, store: Store, box: Mailbox) -> None:
    set_up(archive, box, None)
    old = report(store, "amal-2013", first_seen=LONG_AGO)
    ended_run(store, done=[report(store, "sala-2016"), old])
    tell(archive, store)
    ended_run(store, done=[report(store, "sala-2016"), old])
    tell(archive, store)
    assert [message["Subject"] for message in box.messages] == ["kompass: 1 new report, 0 fields to review"]


def test_only_the_topics_that_are_asked_for(archive: Archive, store: Store, box: Mailbox) -> None:
    set_up(archive, box, None, "--topic", "failed")
    ended_run(store, done=[report(store, "sala-2016")])
    tell(archive, store)
    assert box.messages == []


def lose(store: Store, alarm: str, since: str | None) -> None:
    with store.write() as session:
        session.merge(
            WatchedPageRow(
                address="https://sala.se/kk", files=20, failures=0, read_at=now(), alarm=alarm, alarm_since=since
            )
        )


def test_a_lost_page_is_told_and_so_is_its_return(archive: Archive, store: Store, box: Mailbox) -> None:
    set_up(archive, box, None)
    lose(store, "led to 20 files and leads to none now", "2026-01-01T00:00:00.000Z")
    tell(archive, store)
    tell(archive, store)
    lose(store, "", None)
    tell(archive, store)
    tell(archive, store)
    lose(store, "not read in 3 looks in a row: status 404", "2026-02-01T00:00:00.000Z")
    tell(archive, store)
    subjects = [message["Subject"] for message in box.messages]
    assert subjects == [
        "kompass: Lost page: https://sala.se/kk", "kompass: Page is back: https://sala.se/kk",
        "kompass: Lost page: https://sala.se/kk",
    ]  # fmt: skip
    assert "led to 20 files and leads to none now" in box.texts()[0]


def test_a_look_that_does_not_come_is_told(archive: Archive, store: Store, box: Mailbox) -> None:
    set_up(archive, box, None, "--expect-look-hours", "48")
    ended_run(store, "watch")
    tell(archive, store)
    assert box.messages == []
    settings = load_settings(archive)
    assert settings is not None
    (archive.folder / FILE_NAME).write_text(settings.model_copy(update={"since": LONG_AGO}).model_dump_json())
    with store.write() as session:
        session.execute(update(RunRow).values(ended="2020-03-01T00:00:00.000Z"))
    tell(archive, store)
    tell(archive, store)
    assert [message["Subject"] for message in box.messages] == [
        "kompass: No look for publications ended well for 48 hours"
    ]


def due_again(store: Store) -> None:
    with store.write() as session:
        session.execute(update(NoticeRow).values(attempted=LONG_AGO))


def test_what_could_not_be_sent_is_sent_later_and_by_that_channel_alone(
    archive: Archive, store: Store, box: Mailbox, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(archive, box, hook)
    hook.status = 503
    ended_run(store, done=[report(store, "sala-2016")])
    logged: list[str] = []
    module = sys.modules["kompass_extract.archive.notices.tell"]
    monkeypatch.setattr(module._LOG, "warning", lambda text, *values: logged.append(text % values))
    troubles = tell(archive, store)
    assert troubles == ["The webhook http://127.0.0.1/… answers with status 503."]
    assert "status 503" in " ".join(logged)
    assert "secret-part" not in " ".join(logged)
    assert "not sent: The webhook" in notify(archive, "list").output
    hook.status = 200
    assert tell(archive, store) == []  # another process may be at it
    assert (len(box.messages), len(hook.bodies)) == (1, 0)
    due_again(store)
    assert tell(archive, store) == []
    assert (len(box.messages), len(hook.bodies)) == (1, 1)
    with store.read() as session:
        assert session.scalars(select(NoticeRow)).one().sent is not None


def test_check_ends_with_an_error_while_something_is_not_sent(archive: Archive, store: Store, box: Mailbox) -> None:
    set_up(archive, box, None)
    box.answer = "554 no thank you"
    ended_run(store, done=[report(store, "sala-2016")])
    result = notify(archive, "check")
    assert result.exit_code == NotifyError.exit_code
    assert "answers with status 554" in result.output


def test_a_webhook_that_redirects_is_not_followed(archive: Archive, hook: Hook) -> None:
    set_up(archive, None, hook)
    hook.status = 302
    assert "answers with status 302" in notify(archive, "test").output
    assert hook.bodies == []


@pytest.mark.parametrize(
    ("address", "is_direct"),
    [
        ("http://127.0.0.1:81/x", True),
        ("http://127.0.0.1/x", True),
        ("http://[::1]/x", True),
        ("https://localhost/x", True),
        ("https://chat.example.se/x", False),
    ],
)
def test_no_proxy_stands_before_a_webhook_of_this_machine(
    address: str, is_direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []

    def build_opener(proxies: urllib.request.ProxyHandler, *_: object) -> None:
        seen.append(vars(proxies)["proxies"])
        raise ConnectionError

    monkeypatch.setenv("http_proxy", "http://proxy.example.se:3128")
    monkeypatch.setattr(urllib.request, "build_opener", build_opener)
    with pytest.raises(ConnectionError):
        channels._post(urllib.request.Request(address, b"{}"))
    assert (seen == [{}]) is is_direct


def test_a_server_that_takes_no_swedish_address_is_said(archive: Archive) -> None:
    with mail_server(swedish=False) as box:
        result = notify(archive, "set-up", "--email", "åsa@b.se", "--smtp", f"127.0.0.1:{box.port}")
    assert result.exit_code == NotifyError.exit_code
    assert "no SMTPUTF8" in result.output


@pytest.mark.parametrize("server", ["[::1]:25", "localhost:25", "127.0.0.1"])
def test_a_mail_server_of_this_machine_needs_no_tls(archive: Archive, server: str) -> None:
    result = notify(archive, "set-up", "--email", "a@b.se", "--smtp", server, "--no-test")
    assert result.exit_code == 0, result.output
    settings = load_settings(archive)
    assert settings is not None
    assert settings.email is not None
    assert settings.email.security == "none"


def test_a_server_that_drips_is_left(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "MOST_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        result = notify(archive, "set-up", "--email", "a@b.se", "--smtp", f"127.0.0.1:{port}")
    assert "takes longer than" in result.output


def test_a_run_tells_by_itself_and_no_trouble_of_telling_fails_it(
    archive: Archive, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(archive, box, None)
    settings = IngestSettings(worker="tests.support.quick_reader", quiet_seconds=0.0, cores=1)
    with pytest.raises(StoreError), running(archive, settings):
        raise StoreError("the disk is gone")
    (message,) = box.messages
    assert "failed" in message["Subject"]
    (archive.folder / FILE_NAME).write_text("{")
    with running(archive, settings) as (run, finish):
        finish([[]])
    assert run.id == 2


def test_a_store_that_cannot_be_opened_is_told_at_once(archive: Archive, box: Mailbox) -> None:
    set_up(archive, box, None)
    (archive.folder / "archive.db").write_bytes(b"no database" * 1000)
    result = CliRunner().invoke(main, ["ingest", "--archive", str(archive.folder)])
    assert result.exit_code == StoreError.exit_code
    (message,) = box.messages
    assert message["Subject"] == f"kompass: kompass ingest could not begin on {socket.gethostname()}"
    assert "exit code 21" in box.texts()[0]


def test_names_of_files_break_no_message(archive: Archive, store: Store, box: Mailbox) -> None:
    set_up(archive, box, None)
    name = "x\r\nBcc: a@b.se\x1b[31m\u202e.pdf"
    ended_run(store, failed=[{"path": name, "reason": "r\n" * 5, "exit_code": 13}])
    tell(archive, store)
    (message,) = box.messages
    assert message["Bcc"] is None
    assert "\x1b" not in box.texts()[0]


def test_two_at_once_send_each_notice_once(archive: Archive, store: Store, hook: Hook) -> None:
    from concurrent.futures import ThreadPoolExecutor

    set_up(archive, None, hook)
    with store.write() as session:
        for number in range(10):
            session.execute(
                insert(NoticeRow).values(
                    key=f"k{number}", topic="failed", subject="s", body="", created=now(), taken_by=""
                )
            )
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: tell(archive, store), range(8)))
    told = [one["key"] for body in hook.bodies for one in body["notices"]]
    assert sorted(told) == sorted(f"k{number}" for number in range(10))


def test_the_settings_are_frozen_and_strict() -> None:
    with pytest.raises(ValueError, match="extra"):
        NotifySettings.model_validate({"since": now(), "unknown": 1})


def test_a_list_of_notices_makes_no_archive(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["notify", "list", "--archive", str(tmp_path / "mistyped")])
    assert (result.exit_code, (tmp_path / "mistyped").exists()) == (StoreError.exit_code, False)
