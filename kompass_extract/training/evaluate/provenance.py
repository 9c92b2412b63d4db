"""What an evaluation was made with: program, commit, date, models and machine."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from kompass_extract import __version__
from kompass_extract.archive.fingerprint import fingerprint, model_hashes
from kompass_extract.errors import KompassError
from kompass_extract.process.limits import usable_cores
from kompass_extract.settings import ReadingSettings

_GIT_SECONDS = 20.0
_HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Provenance:
    """``commit`` is None outside of a checkout, ``changed`` says that files differ from it.

    ``fingerprint`` is that of an archive's reports: program, models, settings and engines; None where it is not known.
    """

    version: str = __version__
    commit: str | None = None
    changed: bool = False
    date: str = ""
    machine: str = ""
    models: dict[str, str] = field(default_factory=dict)
    fingerprint: str | None = None


def provenance(engine: str = "auto") -> Provenance:
    """Of an evaluation that is made now, by this process."""
    commit = _git("rev-parse", "HEAD")
    return Provenance(
        commit=commit,
        changed=bool(commit and _git("status", "--porcelain", "--untracked-files=no")),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=_machine(),
        models=model_hashes(),
        fingerprint=made_by(engine),
    )


def made_by(engine: str) -> str | None:
    """The fingerprint of reports that this program makes; None where an engine or a model is missing."""
    try:
        return fingerprint(engine, ReadingSettings())
    except KompassError:
        return None


def _git(*arguments: str) -> str | None:
    """What git says of the checkout that this module lies in, None outside of one."""
    try:
        done = subprocess.run(
            ["git", "-C", str(_HERE), *arguments], capture_output=True, text=True, timeout=_GIT_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def _machine() -> str:
    """The processor, its cores, the memory and the system."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [_processor(), f"{usable_cores()} cores", f"{memory:.0f} GiB", platform.system(), platform.machine()]
    return ", ".join([*parts, f"Python {platform.python_version()}"])


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.M)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor() or "processor not known"
