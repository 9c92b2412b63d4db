"""Runs, and who works on which document.

A claim is a row with a unique key; it ends with the result's transaction.  Whoever works renews it.  One that
was not renewed for ``EXPIRY_SECONDS``, or whose process on this machine is gone, may be taken over, and the
former owner's token no longer records anything.  A sign of life from the future, left by a clock that was set back,
is put at the present, so that it expires like any other.
"""

from __future__ import annotations

import json
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kompass_extract.archive.process_id import Owner, is_gone
from kompass_extract.archive.schema import ClaimRow, RunRow
from kompass_extract.archive.store import Store, now
from kompass_extract.errors import LostClaimError, RunUnderWayError, StoreError

EXPIRY_SECONDS = 90.0  # a claim or run this long without a sign of life is dead
_RUNS_LOCK = 0x6B6F6D71  # any number that all who begin runs agree on
RENEW_SECONDS = 15.0  # several tries within the expiry, so that one lost connection costs nothing


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to record the result of one document under one fingerprint."""

    sha256: str
    fingerprint: str
    token: str


@dataclass(frozen=True, slots=True)
class RunEnd:
    """How a run ended: what the store keeps of it; ``summary`` is JSON-ready."""

    done: int
    skipped: int
    failed: int
    to_review: int
    summary: dict[str, object]


def begin_run(store: Store, kind: str, fingerprint: str | None = None, *, alone: bool = False) -> int:
    """A new run's number; runs that ended without saying so are marked dead first, and their claims ended.

    RunUnderWayError when it is to be ``alone`` and another run of its kind is alive.
    """
    with _beginning(store) as session:  # kept whether or not this run may begin
        bury_dead_runs(store, session)
        _drop_dead_claims(store, session)
    with _beginning(store) as session:
        other = session.scalar(select(RunRow).filter_by(kind=kind, status="running").limit(1)) if alone else None
        if other is not None:
            raise RunUnderWayError(
                f"Run {other.id} ({kind}, on {other.host}, since {other.started}) is under way. Wait for its end."
            )
        row = RunRow(
            kind=kind, status="running", host=socket.gethostname(), owner=str(Owner.this()), fingerprint=fingerprint,
            started=now(), heartbeat=store.clock(session), done=0, skipped=0, failed=0, to_review=0,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row.id


@contextmanager
def _beginning(store: Store) -> Iterator[Session]:
    """A writing session that excludes whoever else begins a run."""
    with store.write() as session:
        if not store.is_sqlite:  # there, writers wait for one another anyway
            session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _RUNS_LOCK})
        yield session


def end_run(store: Store, run_id: int, end: RunEnd | None) -> None:
    """Close a run as done, or as failed where ``end`` is None."""
    values: dict[str, object] = {"status": "failed" if end is None else "done", "ended": now()}
    if end is not None:
        values |= {
            "done": end.done, "skipped": end.skipped, "failed": end.failed, "to_review": end.to_review,
            "summary": json.dumps(end.summary, ensure_ascii=False),
        }  # fmt: skip
    with store.write() as session:
        session.execute(update(RunRow).where(RunRow.id == run_id).values(values))


def bury_dead_runs(store: Store, session: Session) -> list[int]:
    """Mark the runs dead whose process is gone or silent; their numbers."""
    clock = store.clock(session)
    _put_at_present(session, RunRow, clock)
    running = session.scalars(select(RunRow).where(RunRow.status == "running")).all()
    dead = [run.id for run in running if is_dead(run, clock)]
    if dead:
        session.execute(update(RunRow).where(RunRow.id.in_(dead)).values(status="dead", ended=now()))
    return dead


def is_dead(one: RunRow | ClaimRow, clock: float) -> bool:
    """Whether whoever has a run or a claim is gone, or silent for too long by the store's clock."""
    return one.heartbeat < clock - EXPIRY_SECONDS or is_gone(one.owner)


def _put_at_present(session: Session, kind: type[RunRow | ClaimRow], clock: float) -> None:
    """Let signs of life from the future count from now on; who is alive gives another one before they expire."""
    session.execute(update(kind).where(kind.heartbeat > clock + EXPIRY_SECONDS).values(heartbeat=clock))


def _drop_dead_claims(store: Store, session: Session) -> None:
    """Delete the claims of dead owners; under a fingerprint that no run uses any more, nobody would take them over."""
    clock = store.clock(session)
    _put_at_present(session, ClaimRow, clock)
    for one in session.scalars(select(ClaimRow)).all():
        if is_dead(one, clock):
            mine = Claim(one.sha256, one.fingerprint, one.token)
            session.execute(delete(ClaimRow).where(*_is(mine), ClaimRow.heartbeat == one.heartbeat))


def claim(store: Store, sha256: str, fingerprint: str, run_id: int) -> Claim | str:
    """The claim, or the owner (as in ``owner.Owner``) who works on the document already."""
    token = secrets.token_hex(16)
    with store.write() as session:
        values = {
            "run_id": run_id, "owner": str(Owner.this()), "token": token, "claimed_at": now(),
            "heartbeat": store.clock(session),
        }  # fmt: skip
        upsert = sqlite.insert if store.is_sqlite else postgresql.insert
        made = session.execute(
            upsert(ClaimRow)
            .values(sha256=sha256, fingerprint=fingerprint, **values)
            .on_conflict_do_nothing()
            .returning(ClaimRow.token)
        ).scalar()
        if made is None:
            present = session.scalars(
                select(ClaimRow).filter_by(sha256=sha256, fingerprint=fingerprint).with_for_update()
            ).one_or_none()
            if present is None:  # ended between the two statements
                session.execute(insert(ClaimRow).values(sha256=sha256, fingerprint=fingerprint, **values))
            elif is_dead(present, store.clock(session)):
                session.execute(update(ClaimRow).filter_by(sha256=sha256, fingerprint=fingerprint).values(values))
            else:
                present.heartbeat = min(present.heartbeat, store.clock(session) + EXPIRY_SECONDS)
                return present.owner
    return Claim(sha256, fingerprint, token)


def spend(session: Session, claim: Claim) -> None:
    """End a claim within the transaction that records its result; LostClaimError when it is another's by now."""
    spent = session.execute(delete(ClaimRow).where(*_is(claim)).returning(ClaimRow.token)).scalar()
    if spent is None:
        raise LostClaimError("Another process took this document over; its result counts.")


def release(store: Store, claim: Claim) -> None:
    """Give a claim back without a result."""
    with store.write() as session:
        session.execute(delete(ClaimRow).where(*_is(claim)))


@contextmanager
def renewed(store: Store, claim: Claim, *, every: float = RENEW_SECONDS) -> Iterator[None]:
    """Renew a claim in the background while the block runs."""

    def renew() -> None:
        with store.write() as session:
            session.execute(update(ClaimRow).where(*_is(claim)).values(heartbeat=store.clock(session)))

    with _repeating(renew, every):
        yield


@contextmanager
def alive(store: Store, run_id: int, *, every: float = RENEW_SECONDS) -> Iterator[None]:
    """Show that a run is alive while the block runs."""

    def show() -> None:
        with store.write() as session:
            session.execute(update(RunRow).where(RunRow.id == run_id).values(heartbeat=store.clock(session)))

    with _repeating(show, every):
        yield


@contextmanager
def _repeating(act: Callable[[], None], every: float) -> Iterator[None]:
    ended = threading.Event()

    def repeat() -> None:
        while not ended.wait(every):
            try:
                act()
            except StoreError:
                continue  # the next try, or the expiry, settles it

    thread = threading.Thread(target=repeat, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _is(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        ClaimRow.sha256 == claim.sha256,
        ClaimRow.fingerprint == claim.fingerprint,
        ClaimRow.token == claim.token,
    )
