"""Users, sessions and the limit on failed log-ins."""

from __future__ import annotations

from collections.abc import Iterator
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
    for name in ("", "   ", "x" * 61, "a\x00b"):
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


def test_a_stranger_s_session_is_short(access: Access, clock: Clock) -> None:
    begun = access.begin(None)
    assert access.find(begun.token) == begun.session
    clock.now += subject.STRANGER_S + 1
    assert access.find(begun.token) is None
