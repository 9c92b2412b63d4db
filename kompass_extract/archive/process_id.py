"""Identify a process (host, boot id, pid, start time) so that others can test whether it is alive."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_START_FIELD = 19  # of /proc/<pid>/stat, counted after the name in brackets: clock ticks since boot


@dataclass(frozen=True, slots=True)
class Owner:
    """A process: ``machine`` tells hosts, boots and containers apart, ``started`` a pid from its next user."""

    machine: str
    pid: int
    started: str

    @classmethod
    def this(cls) -> Owner:
        return cls(_machine(), os.getpid(), _started(os.getpid()) or "")

    @classmethod
    def parse(cls, text: str) -> Owner | None:
        """The owner that ``str`` wrote, None for anything else."""
        machine, _, rest = text.rpartition("#")
        pid, _, started = rest.partition("@")
        return cls(machine, int(pid), started) if machine and pid.isdigit() else None

    def __str__(self) -> str:
        return f"{self.machine}#{self.pid}@{self.started}"

    @property
    def is_gone(self) -> bool:
        """Whether the process has certainly ended; False where that cannot be seen from here."""
        return self.machine == _machine() and _started(self.pid) != self.started


def is_gone(owner: str) -> bool:
    """As ``Owner.is_gone``, of an owner as the store has it."""
    parsed = Owner.parse(owner)
    return parsed is not None and parsed.is_gone


@cache
def _machine() -> str:
    parts = [socket.gethostname()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            found = Path(path)
            parts.append(str(found.readlink()) if found.is_symlink() else found.read_text().strip())
        except OSError:
            parts.append("")
    return "/".join(parts)


def _started(pid: int) -> str | None:
    """When a process of this machine started, None when there is none; a zombie counts as none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[_START_FIELD]
