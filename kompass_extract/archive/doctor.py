"""Programs, models, store and files checked against each other; nothing is changed."""

from __future__ import annotations

import importlib.util
import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kompass_extract.archive.claims import is_dead
from kompass_extract.archive.fingerprint import model_folder, model_hashes, tesseract_version
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import ClaimRow, DocumentRow, ReportIdRow, ReportRow, RunRow
from kompass_extract.archive.store import Store, newest_revision
from kompass_extract.archive.tidy_store import is_behind
from kompass_extract.errors import KompassError, ModelError
from kompass_extract.process.files import sha256_of
from kompass_extract.words.engines.tessdata import find_tessdata

LEAST_FREE_BYTES = 1 << 30  # a hundred scanned reports
LEFT_OVER_SECONDS = 3600.0  # an unfinished file this old is nobody's
LANGUAGE = "swe"


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing looked at; ``advice`` says what to do where it is not as it should be."""

    level: Level
    about: str
    message: str
    advice: str = ""

    def record(self) -> dict[str, str]:
        return {key: str(value) for key, value in asdict(self).items()}


def examine(archive: Archive, *, deep: bool = False) -> list[Fault]:
    """All findings, in order; ``deep`` reads every input again to see whether it is whole."""
    findings = [*_programs(), *_models(), *_folder(archive)]
    if not archive.folder.is_dir():
        return findings
    try:
        store = Store.unchanged(archive)
    except KompassError as error:
        return [*findings, Fault(Level.ERROR, "store", str(error))]
    try:
        state = list(_store_itself(store))
        findings += state
        if all(one.level is not Level.ERROR for one in state):
            with store.read() as session:
                findings += _contents(store, archive, session, deep=deep)
    except KompassError as error:
        findings.append(Fault(Level.ERROR, "store", str(error)))
    finally:
        store.close()
    return [*findings, *_journal(archive)]


def _programs() -> Iterator[Fault]:
    inside, program = importlib.util.find_spec("tesserocr") is not None, tesseract_version()
    if not inside and program is None:
        yield Fault(Level.ERROR, "tesseract", "Neither tesserocr nor the program tesseract is installed.",
                    "Run make install, or apt-get install tesseract-ocr.")  # fmt: skip
    else:
        yield Fault(Level.OK, "tesseract", "tesserocr" if inside else str(program))
    try:
        yield Fault(Level.OK, "language", str(find_tessdata(LANGUAGE) / f"{LANGUAGE}.traineddata"))
    except KompassError as error:
        yield Fault(Level.ERROR, "language", str(error))
    if shutil.which("pdftoppm") is None:
        yield Fault(Level.WARNING, "poppler", "pdftoppm is not installed; pages that PDFium cannot draw fail.",
                    "apt-get install poppler-utils.")  # fmt: skip
    else:
        yield Fault(Level.OK, "poppler", "pdftoppm")


def _models() -> Iterator[Fault]:
    """Each model that a card in the models' folder describes."""
    try:
        folder, hashes = model_folder(), model_hashes()
    except ModelError as error:
        yield Fault(Level.ERROR, "models", str(error))
        return
    for path in sorted(folder.glob("*.card.json")):
        try:
            card = json.loads(path.read_bytes())
            name, told = str(card["model"]), card.get("sha256")
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            yield Fault(Level.WARNING, "models", f"{path} is no card of a model.", "Run kompass train.")
            continue
        found = hashes.get(name)
        if found is None or told not in (None, found):
            yield Fault(Level.ERROR, "models", f"{name} is missing or not the file that {path} describes.",
                        "Fetch it again, or run kompass train.")  # fmt: skip
        else:
            yield Fault(Level.OK, "models", f"{name} {found[:12]}")


def _folder(archive: Archive) -> Iterator[Fault]:
    if not archive.folder.is_dir():
        yield Fault(Level.ERROR, "folder", f"{archive.folder} does not exist.",
                    "Name the archive by --archive, or make one by kompass ingest.")  # fmt: skip
        return
    free = shutil.disk_usage(archive.folder).free
    if free < LEAST_FREE_BYTES:
        yield Fault(Level.WARNING, "disk", f"{free / 1e9:.1f} GB are free.", "Make room before the next ingestion.")
    old = time.time() - LEFT_OVER_SECONDS
    left = [path for path in archive.folder.rglob(".*.part") if _older(path, old)]
    if left:
        yield Fault(Level.WARNING, "folder", f"{len(left)} unfinished files, such as {left[0]}.",
                    "A killed run left them; they can be removed.")  # fmt: skip


def _older(path: Path, seconds: float) -> bool:
    try:
        return path.stat().st_mtime < seconds
    except OSError:
        return False


def _store_itself(store: Store) -> Iterator[Fault]:
    revision, newest = store.revision(), newest_revision()
    if revision is None:
        yield Fault(Level.ERROR, "store", "It has no tables.", "Run kompass rebuild.")
    elif revision > newest:
        yield Fault(Level.ERROR, "store", f"Revision {revision} was made by a newer kompass.", "Use that one.")
    elif revision < newest:
        yield Fault(Level.WARNING, "store", f"Revision {revision}, this program's is {newest}.",
                    "The next command that writes brings it up to date.")  # fmt: skip
    else:
        yield Fault(Level.OK, "store", f"revision {revision}")
    if not store.is_sqlite:
        return
    try:
        with store.read() as session:
            said = [str(row[0]) for row in session.execute(text("PRAGMA integrity_check"))]
            loose = session.execute(text("PRAGMA foreign_key_check")).all()
    except sqlite3.DatabaseError as error:
        said, loose = [str(error)], []
    if said != ["ok"] or loose:
        yield Fault(Level.ERROR, "store", f"Damaged: {'; '.join(said[:3])}; {len(loose)} loose rows.",
                    "Move it away and run kompass rebuild.")  # fmt: skip


def _contents(store: Store, archive: Archive, session: Session, *, deep: bool) -> Iterator[Fault]:
    yield from _runs(store, session)
    yield from _documents(archive, session, deep=deep)
    yield from _reports(archive, session)
    if store.revision() == newest_revision() and is_behind(session):
        yield Fault(Level.WARNING, "views", "The views of some reports show an older reading, or nothing.",
                    "The next command that writes fills them, such as kompass search.")  # fmt: skip


def _runs(store: Store, session: Session) -> Iterator[Fault]:
    clock = store.clock(session)
    for run in session.scalars(select(RunRow).filter_by(status="running")):
        if is_dead(run, clock):
            yield Fault(Level.WARNING, "runs", f"Run {run.id} of {run.started} ended without saying so.",
                        "The next run marks it dead and goes on where it was.")  # fmt: skip
    held = [one for one in session.scalars(select(ClaimRow)) if is_dead(one, clock)]
    if held:
        yield Fault(Level.WARNING, "runs", f"{len(held)} documents were begun and not finished.",
                    "Run kompass ingest; it reads what is still to be read.")  # fmt: skip


def _documents(archive: Archive, session: Session, *, deep: bool) -> Iterator[Fault]:
    rows = session.scalars(select(DocumentRow)).all()
    bad = [row for row in rows if not _whole(archive.folder / row.stored, row, deep=deep)]
    for row in bad:
        yield Fault(Level.ERROR, "files", f"The copy of {row.file_name} ({row.sha256[:12]}) is missing or damaged.",
                    "Ingest the input again after removing the copy.")  # fmt: skip
    known = {row.sha256 for row in rows}
    strange = [
        path for path in archive.files.glob("??/*") if not path.name.startswith(".") and path.name[:64] not in known
    ]
    if strange:
        yield Fault(Level.WARNING, "files", f"{len(strange)} copies are unknown to the store, such as {strange[0]}.",
                    "Run kompass rebuild to take them in.")  # fmt: skip
    if not bad:
        yield Fault(Level.OK, "files", f"{len(rows)} inputs" + (", all read" if deep else ""))


def _whole(path: Path, row: DocumentRow, *, deep: bool) -> bool:
    try:
        return path.is_file() and path.stat().st_size == row.size and (not deep or sha256_of(path) == row.sha256)
    except OSError:
        return False


def _reports(archive: Archive, session: Session) -> Iterator[Fault]:
    rows = session.scalars(select(ReportRow)).all()
    problems = [found for row in rows if (found := _report_problem(archive.folder / row.path, row)) is not None]
    yield from problems
    known = {row.report_id for row in rows}
    for path in sorted(archive.reports.glob("*.json")):
        if path.stem not in known:
            problems.append(Fault(Level.ERROR, "reports", f"{path.name} is not in the store.", "Run kompass rebuild."))
            yield problems[-1]
    for reserved in session.scalars(select(ReportIdRow.report_id)):
        if reserved not in known:
            yield Fault(
                Level.WARNING, "reports", f"The id {reserved} is taken and has no report.", "Run kompass ingest."
            )
    for path in sorted(archive.reviewed.glob("*.json")):
        if path.stem not in known:
            yield Fault(Level.WARNING, "reports", f"reviewed/{path.name} belongs to no report of the store.",
                        "Run kompass rebuild.")  # fmt: skip
    if not problems:
        yield Fault(Level.OK, "reports", f"{len(rows)} reports")


def _report_problem(path: Path, row: ReportRow) -> Fault | None:
    try:
        found = sha256_of(path)
    except OSError:
        return Fault(Level.ERROR, "reports", f"{row.path} is missing.",
                     "Put it back from a backup, or run kompass rebuild and kompass ingest.")  # fmt: skip
    if found == row.json_sha256:
        return None
    return Fault(Level.ERROR, "reports", f"{row.path} was changed outside of kompass.",
                 "Put it back, or take it as it is by kompass rebuild.")  # fmt: skip


def _journal(archive: Archive) -> Iterator[Fault]:
    if not archive.journal.exists():
        return
    bad = _bad_lines(archive.journal, json.loads)
    if bad:
        yield Fault(Level.ERROR, "decisions", f"{archive.journal.name}: no JSON in lines {str(bad[:5])[1:-1]}.",
                    "Look at them; a line that a crash cut off can be removed.")  # fmt: skip
    else:
        yield Fault(Level.OK, "decisions", archive.journal.name)


def _bad_lines(path: Path, parse: Callable[[str], object]) -> list[int]:
    bad = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        try:
            parse(line)
        except ValueError:
            bad.append(number)
    return bad
