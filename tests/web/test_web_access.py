"""Users, sessions and the limit on failed log-ins."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from kompass_extract.errors import UsageError
from kompass_extract.web import access as subject
from kompass_extract.web.access import Access, TooManyAttemptsError, clean_name

PASSWORD = "rätt lång fras"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def access(tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Access]:
    monkeypatch.setattr(subject, "PasswordHasher", lambda: PasswordHasher(time_cost=1, memory_cost=64))
    made = Access(tmp_path / "access.db", clock)
    yield made
    made.close()


def test_the_right_password_and_no_other(access: Access) -> None:
    access.set_password("Anna", PASSWORD)
    assert access.user_names() == ("Anna",)
    assert access.verify("Anna", PASSWORD, "::1")
    assert not access.verify("Anna", PASSWORD + " ", "::1")
    assert not access.verify("Berit", PASSWORD, "::1")
    assert not access.verify("anna", PASSWORD, "::1")


def test_the_file_holds_neither_passwords_nor_tokens_and_is_its_owner_s(access: Access, tmp_path: Path) -> None:
    access.set_password("Anna", PASSWORD)
    begun = access.begin("Anna")
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert PASSWORD.encode() not in stored
    assert begun.token.encode() not in stored
    assert (tmp_path / "access.db").stat().st_mode & 0o077 == 0


def test_short_passwords_and_odd_names_are_refused(access: Access) -> None:
    with pytest.raises(UsageError):
        access.set_password("Anna", "kort")
    for name in ("", "   ", "x" * 61, "a\x00b", "<b>\n", "Anna\nKarin", "\tAnna"):
        with pytest.raises(UsageError):
            access.set_password(name, PASSWORD)
    assert clean_name("  Anna   Karin ") == "Anna Karin"


def test_failed_log_ins_are_limited_by_name_and_by_address(access: Access, clock: Clock) -> None:
    access.set_password("Anna", PASSWORD)
    for _ in range(subject.FAILURES_OF_A_NAME):
        assert not access.verify("Anna", "wrong wrong", "10.0.0.1")
    with pytest.raises(TooManyAttemptsError) as refused:
        access.verify("Anna", PASSWORD, "10.0.0.1")
    assert 0 < refused.value.wait <= subject.WINDOW_S
    assert access.verify("Anna", PASSWORD, "10.0.0.2"), "others are not locked out"
    clock.now += subject.WINDOW_S + 1
    assert access.verify("Anna", PASSWORD, "10.0.0.1")


def test_one_address_cannot_try_many_names(access: Access) -> None:
    for number in range(subject.FAILURES_OF_AN_ADDRESS):
        access.verify(f"name {number}", "wrong wrong", "10.0.0.1")
    with pytest.raises(TooManyAttemptsError):
        access.verify("another", "wrong wrong", "10.0.0.1")


def test_sessions_expire_and_survive_a_restart(access: Access, clock: Clock, tmp_path: Path) -> None:
    begun = access.begin("Anna")
    again = Access(tmp_path / "access.db", clock)
    found = again.find(begun.token)
    assert found == begun.session
    assert found is not None
    assert found.name == "Anna"
    assert access.find(begun.token + "x") is None
    clock.now += subject.IDLE_S - 1
    assert access.find(begun.token) is not None, "use keeps it"
    clock.now += subject.IDLE_S - 1
    assert access.find(begun.token) is not None
    clock.now += subject.IDLE_S + 1
    assert access.find(begun.token) is None
    again.close()


def test_no_session_lasts_for_ever(access: Access, clock: Clock) -> None:
    begun = access.begin("Anna")
    for _ in range(subject.LONGEST_SESSION_S // subject.IDLE_S + 1):
        clock.now += subject.IDLE_S - 10
        access.find(begun.token)
    assert access.find(begun.token) is None


def test_a_new_password_and_removal_end_the_sessions(access: Access) -> None:
    access.set_password("Anna", PASSWORD)
    first = access.begin("Anna")
    access.set_password("Anna", PASSWORD + "!")
    assert access.find(first.token) is None
    second = access.begin("Anna")
    assert access.remove_user("Anna")
    assert access.find(second.token) is None
    assert not access.remove_user("Anna")


def test_a_form_s_token_is_that_of_its_browser_and_of_the_file(access: Access, tmp_path: Path) -> None:
    assert access.form_token("a") == Access(tmp_path / "access.db").form_token("a")
    assert access.form_token("a") != access.form_token("b")
    assert access.form_token("a") != Access(tmp_path / "other.db").form_token("a")


def test_tries_at_one_time_count_each_other(access: Access) -> None:
    access.set_password("Anna", PASSWORD)
    begun = threading.Barrier(20)
    answers: list[bool | None] = []

    def guess(number: int) -> None:
        begun.wait(10)
        try:
            answers.append(access.verify("Anna", f"wrong {number}", "10.0.0.1"))
        except TooManyAttemptsError:
            answers.append(None)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers.count(False) == subject.FAILURES_OF_A_NAME
    assert answers.count(None) == 20 - subject.FAILURES_OF_A_NAME


def test_many_addresses_together_cannot_guess_one_name(access: Access) -> None:
    access.set_password("Anna", PASSWORD)
    for number in range(subject.FAILURES_ANYWHERE):
        assert not access.verify("Anna", "wrong wrong", f"10.0.{number}.1")
    with pytest.raises(TooManyAttemptsError):
        access.verify("Anna", PASSWORD, "10.1.0.1")


def test_an_ipv6_network_is_one_address(access: Access) -> None:
    access.set_password("Anna", PASSWORD)
    for number in range(subject.FAILURES_OF_A_NAME):
        access.verify("Anna", "wrong wrong", f"2001:db8::{number + 1:x}")
    with pytest.raises(TooManyAttemptsError):
        access.verify("Anna", PASSWORD, "2001:db8::ffff")
    assert access.verify("Anna", PASSWORD, "2001:db8:0:1::1")
    assert subject.counted_address("::ffff:10.0.0.1") == "10.0.0.1"


def test_roles_are_given_and_one_admin_stays(access: Access) -> None:
    access.set_password("Anna", PASSWORD, role="admin")
    access.set_password("Berit", PASSWORD)
    assert [(one.name, one.role) for one in access.users()] == [("Anna", "admin"), ("Berit", "reviewer")]
    access.set_role("Berit", "reader")
    access.set_password("Berit", PASSWORD + "!")
    assert access.role_of("Berit") == "reader", "a new password changes nothing else"
    with pytest.raises(UsageError, match="only admin"):
        access.set_role("Anna", "reader")
    access.set_role("Berit", "admin")
    access.set_role("Anna", "reader")
    assert access.role_of("Cecilia") is None


def test_a_file_of_before_there_were_roles_is_brought_up_to_date(tmp_path: Path) -> None:
    file = tmp_path / "old.db"
    with closing(sqlite3.connect(file)) as old, old:
        old.execute("CREATE TABLE users (name TEXT PRIMARY KEY, hash TEXT NOT NULL, added REAL NOT NULL)")
        old.executemany("INSERT INTO users VALUES (?, '', ?)", [("Berit", 2.0), ("Anna", 1.0)])
    assert [one.role for one in Access(file).users()] == ["admin", "reviewer"]
