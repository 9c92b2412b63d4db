"""Nothing decided is lost: killed processes, cut lines, full disks, lost stores, two at once."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from kompass_extract.errors import OutputError
from kompass_extract.review import Action, Decision
from kompass_extract.review.service import Desk, desk_together
from kompass_extract.review.service.desk_values import Conflict, Order, QueueFilter, Saved
from kompass_extract.review.service.journal import Event, Journal, Withdrawal
from tests.support.desk_archive import SALA, STRENGTH, TITLE, accept_all, decided, put, sala, shown

ROOT = Path(__file__).parents[2]
SECONDS = 60  # that a process of these tests may take

DECIDE_FOREVER = """
import sys
from pathlib import Path
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order
desk = Desk(Path(sys.argv[1]))
for number in range(10_000):
    item = desk.item("sala-2023", "/report/title", reviewer="anna")
    order = Order(action="correct", pointer="/report/title", value=f"Titel {number}")
    saved = desk.decide("sala-2023", order, by="anna", seen=item.version)
    print(saved.decision.id, flush=True)
"""
DIE_BEFORE_THE_STORE = """
import os, signal, sys
from pathlib import Path
from kompass_extract.review.service import Desk, desk_together
from kompass_extract.review.service.desk_values import Order
def die(*args):
    os.kill(os.getpid(), signal.SIGKILL)
desk_together.put_decision = die
desk = Desk(Path(sys.argv[1]))
item = desk.item("sala-2023", "/report/title", reviewer="anna")
desk.decide("sala-2023", Order(action="correct", pointer="/report/title", value="Titel"), by="anna", seen=item.version)
"""


def start(script: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_what_was_told_to_be_saved_outlives_kill_9(desk: Desk, tmp_path: Path) -> None:
    desk.close()
    process = start(DECIDE_FOREVER, tmp_path)
    assert process.stdout is not None
    told = [process.stdout.readline().strip() for _ in range(5)]
    process.send_signal(signal.SIGKILL)
    told += [line.strip() for line in process.stdout if line.endswith("\n")]
    process.wait(SECONDS)
    again = Desk(tmp_path)
    known = [one.decision for one in again.history(SALA, limit=10_000)]
    assert set(told) <= set(known)
    assert len(known) == len(set(known))
    assert str(shown(again, TITLE).value).startswith("Titel ")


def test_a_decision_that_only_the_journal_has_is_put_into_the_store(desk: Desk, tmp_path: Path) -> None:
    desk.close()
    assert start(DIE_BEFORE_THE_STORE, tmp_path).wait(SECONDS) == -signal.SIGKILL
    assert len(list(Journal(tmp_path / "decisions.jsonl").decisions())) == 1
    again = Desk(tmp_path)
    assert shown(again, TITLE).value == "Titel"
    assert len(again.history(SALA)) == 1
    assert Desk(tmp_path).history(SALA) == again.history(SALA)


def test_a_line_cut_by_a_crash_harms_neither_reading_nor_writing(desk: Desk, tmp_path: Path) -> None:
    decided(desk, TITLE, Action.REJECT)
    journal = tmp_path / "decisions.jsonl"
    with journal.open("ab") as file:
        file.write(journal.read_bytes()[:50])
    desk.close()
    again = Desk(tmp_path)
    decided(again, STRENGTH, Action.ACCEPT)
    assert [one.pointer for one in Journal(journal).decisions()] == [TITLE, STRENGTH]


def test_a_lost_store_is_made_again_from_reports_and_journal(desk: Desk, tmp_path: Path) -> None:
    undone = decided(desk, STRENGTH, Action.SPLIT, value="Ena", rest="Andra")
    desk.undo(undone.decision.id, by="anna")
    desk.set_double_reading(SALA, True, by="chefen")
    desk.set_double_reading(SALA, False, by="chefen")
    accept_all(desk)
    desk.sign(SALA, by="anna")
    history, report, line = desk.history(SALA, limit=1000), desk.report(SALA), desk.report_line(SALA)
    desk.close()
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    put(desk._archive, sala())
    again = Desk(tmp_path)
    assert again.history(SALA, limit=1000) == history
    assert again.report(SALA) == report
    assert again.report_line(SALA) == line


def test_rows_of_reports_that_are_made_anew_are_brought_into_step(desk: Desk, tmp_path: Path) -> None:
    decided(desk, TITLE, Action.REJECT)
    line = desk.report_line(SALA)
    desk.close()
    put(desk._archive, sala())
    assert Desk(tmp_path).report_line(SALA) == line


def test_decisions_about_documents_that_come_later_wait_in_the_journal(desk: Desk, tmp_path: Path) -> None:
    decided(desk, TITLE, Action.CORRECT, value="Titel")
    desk.close()
    for path in tmp_path.glob("archive.db*"):
        path.unlink()
    Desk(tmp_path).close()
    put(desk._archive, sala())
    assert shown(Desk(tmp_path), TITLE).value == "Titel"


def test_a_full_disk_saves_nothing_and_says_so(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(desk, STRENGTH, Action.ACCEPT)
    before = (tmp_path / "decisions.jsonl").read_bytes()
    seen = shown(desk, TITLE).version

    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("kompass_extract.review.service.journal.os.fsync", full)
        with pytest.raises(OutputError, match="disk is full"):
            desk.decide(SALA, Order(action=Action.REJECT, pointer=TITLE), by="anna", seen=seen)
    assert (tmp_path / "decisions.jsonl").read_bytes() == before
    assert len(desk.history(SALA)) == 1
    decided(desk, TITLE, Action.REJECT)


def test_a_decision_that_the_store_did_not_take_is_withdrawn(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object) -> None:
        raise OperationalError("INSERT", {}, Exception("no"))

    seen = shown(desk, TITLE).version
    with monkeypatch.context() as patched:
        patched.setattr(desk_together, "put_decision", fails)
        with pytest.raises(Exception, match="no"):
            desk.decide(SALA, Order(action=Action.REJECT, pointer=TITLE), by="anna", seen=seen)
    kinds = [type(entry) for entry in Journal(tmp_path / "decisions.jsonl").entries()]
    assert kinds == [Decision, Withdrawal]
    desk.close()
    again = Desk(tmp_path)
    assert again.history(SALA) == ()
    assert shown(again, TITLE).review is None


def test_of_two_who_decide_at_once_one_is_told_of_the_other(desk: Desk) -> None:
    seen = shown(desk, TITLE).version
    outcomes: list[Saved | Conflict] = []
    together = threading.Barrier(2)

    def decide(name: str) -> None:
        together.wait()
        order = Order(action=Action.CORRECT, pointer=TITLE, value=f"{name}s titel")
        outcomes.append(desk.decide(SALA, order, by=name, seen=seen))

    people = [threading.Thread(target=decide, args=(name,)) for name in ("anna", "bertil")]
    for one in people:
        one.start()
    for one in people:
        one.join(SECONDS)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "Saved"]
    assert len(desk.history(SALA)) == 1


def test_two_processes_share_one_archive(desk: Desk, tmp_path: Path) -> None:
    other = Desk(tmp_path)
    seen = shown(other, TITLE).version
    decided(desk, TITLE, Action.CORRECT, value="Titel")
    assert shown(other, TITLE).value == "Titel"
    outcome = other.decide(SALA, Order(action=Action.REJECT, pointer=TITLE), by="bertil", seen=seen)
    assert isinstance(outcome, Conflict)
    decided(other, STRENGTH, Action.REMOVE, by="bertil")
    pointers = {one.pointer for one in desk.queue(QueueFilter(), reviewer="anna").items}
    assert not pointers & {TITLE, STRENGTH}


def test_events_and_decisions_are_told_apart(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "new" / "decisions.jsonl")
    event = Event(event="sign", report="a", by="anna", at="2026")
    decision = Decision(id="1", report="a", pointer="/x", action=Action.REJECT, by="anna", at="2026")
    for entry in (event, decision):
        journal.append(entry)
    assert list(journal.entries()) == [event, decision]
    journal.append(Withdrawal(withdrawn="1"))
    assert list(journal.decisions()) == []
    assert list(journal.events()) == [event]
