"""What an ingestion has to do: its inputs looked at and taken in, and the documents among them that are to be read."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.archive.already_recorded import known, skipped, unfinished, unread
from kompass_extract.archive.discover import discover, settled
from kompass_extract.archive.fingerprint import fingerprint
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingest_run import IngestRun, IngestSettings, Job, store_of
from kompass_extract.archive.results import Outcome
from kompass_extract.archive.take_in import Admitted, admit, seen_before, stored
from kompass_extract.process.limits import usable_cores

_TOGETHER = 200  # files looked up in one statement


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """What is to be done, by how many at a time, and what became of the other inputs already."""

    jobs: tuple[Job, ...]
    at_a_time: int
    outcomes: tuple[Outcome, ...]


def plan(run: IngestRun, inputs: Sequence[Path], documents: Sequence[str] = ()) -> WorkPlan:
    """Look at the inputs, take new ones into the archive, and say which documents are to be read."""
    store, settings = store_of(run.archive), run.settings
    found = discover(inputs, leave_out=run.archive.folder)
    files, unsettled = settled(found.files, quiet=settings.quiet_seconds, limit=settings.wait_seconds)
    admitted, failed = admit(store, run.archive, files)
    of_inputs = {document.sha256 for document in admitted}
    admitted.extend(stored(store, [sha256 for sha256 in documents if sha256 not in of_inputs]))
    outcomes = [*found.others, *unsettled, *failed]
    done = known(store, run, [document.sha256 for document in admitted])
    todo: dict[str, Admitted] = {}
    for document in admitted:
        if document.sha256 in done:
            outcomes.append(skipped(document, done[document.sha256]))
        elif (original := todo.setdefault(document.sha256, document)) is not document:
            outcomes.append(Outcome.skipped(document.path, f"duplicate: of {original.path}", sha256=document.sha256))
    cores = settings.cores or usable_cores()
    largest_first = sorted(todo.values(), key=lambda one: -_size(run.archive, one))  # the small ones fill the gaps
    shares = [settings.pages] * len(todo) if settings.pages else spread(len(todo), cores)
    jobs = tuple(Job(run, document, pages) for document, pages in zip(largest_first, shares, strict=True))
    return WorkPlan(jobs, max(1, min(len(todo), cores)), tuple(outcomes))


def documents_for(run: IngestRun, inputs: Sequence[Path]) -> list[str]:
    """The documents of the archive that belong to an ingestion of ``inputs``, by their SHA-256.

    Without inputs: all that have no result of this version of the program.  With a folder: those that an earlier run
    left unfinished.  With named files alone: none but theirs.
    """
    if not inputs:
        return unread(run)
    return unfinished(run) if any(path.is_dir() for path in inputs) else []


def is_anything_new(archive: Archive, inputs: Sequence[Path], settings: IngestSettings) -> bool:
    """Whether an ingestion would read something; tells it without copying or recording anything."""
    run = IngestRun(0, archive, fingerprint(settings.engine, settings.reading), settings)
    if documents_for(run, inputs):
        return True
    files, store = discover(inputs, leave_out=archive.folder).files, store_of(archive)
    for start in range(0, len(files), _TOGETHER):
        part = files[start : start + _TOGETHER]
        seen = seen_before(store, archive, part)
        done = known(store, run, [one.sha256 for one in seen.values()])
        if len(seen) < len(part) or any(one.sha256 not in done for one in seen.values()):
            return True
    return False


def spread(documents: int, cores: int) -> list[int]:
    """How many pages of each document to read at a time.

    Documents side by side, a page each, keep all cores busy through the stages that read no pages, and load the models
    once for each core; those that do not fill a last round share the cores.
    """
    rest = documents % cores
    return [1] * (documents - rest) + [max(1, cores // max(1, rest))] * rest


def _size(archive: Archive, document: Admitted) -> int:
    """Bytes of a document's copy, 0 where it is gone."""
    with suppress(OSError):
        return (archive.folder / document.stored).stat().st_size
    return 0
