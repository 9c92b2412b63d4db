"""The limits that a reading process sets for itself before it touches a foreign file.

``follow`` ties it to the process that started it, ``fence`` limits its memory, ``processor_time`` limits a step.  The
kernel keeps all three, whatever C code is running.  In a process that is not fenced, ``processor_time`` does nothing.
"""

from __future__ import annotations

import ctypes
import math
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

MEMORY_BYTES = 1_400_000_000  # private memory of a process; a born-digital report takes 0.5e9, a scan 0.7e9
MAPPED_BYTES = 3 << 30  # address space beside it: libraries, and the input (at most 2 GiB) if it is mapped
SAFE_PATH_VARIABLE = "PYTHONSAFEPATH"  # with it, ``python -c`` and ``python -m`` import nothing from the current folder

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_CLOCK_PROF = -8  # linux/posix-timers.h: what the kernel holds against RLIMIT_CPU, counted by its ticks
_fenced = threading.Event()


def usable_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def follow(parent: int) -> None:
    """End this process when the thread of ``parent`` that started it ends; at once when that happened already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call above
        os.kill(os.getpid(), signal.SIGKILL)


def fence(memory_bytes: int = MEMORY_BYTES) -> None:
    """Limit this process and its children: ``memory_bytes`` of private memory (0 for no limit), no core files."""
    _lower(resource.RLIMIT_CORE, 0)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))  # the parent's own count does not hold here
    if memory_bytes:
        _lower(resource.RLIMIT_DATA, memory_bytes)
        _lower(resource.RLIMIT_AS, memory_bytes + MAPPED_BYTES)
    _fenced.set()


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Let the kernel end this process (SIGXCPU) when the block takes more seconds of processor time."""
    if not _fenced.is_set():
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_CPU)
    end = math.ceil(_counted() + seconds)
    if before != resource.RLIM_INFINITY:
        end = min(end, before)
    resource.setrlimit(resource.RLIMIT_CPU, (end, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, (before, hard))


def allow(seconds: float) -> None:
    """Let the kernel end this fenced process (SIGXCPU) after so many more seconds of processor time."""
    if _fenced.is_set():
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(_counted() + seconds), hard))


def _counted() -> float:
    """Processor seconds of this process as RLIMIT_CPU counts them.

    On a busy machine they run ahead of ``time.process_time`` by 5 to 10 percent: a process that read for half an hour
    would be ended on its next page.
    """
    return time.clock_gettime(_CLOCK_PROF) if sys.platform == "linux" else time.process_time()


@contextmanager
def safe_path() -> Iterator[None]:
    """Let Python processes that are started meanwhile import nothing from the current folder."""
    before = os.environ.get(SAFE_PATH_VARIABLE)
    os.environ[SAFE_PATH_VARIABLE] = "1"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(SAFE_PATH_VARIABLE, None)
        else:
            os.environ[SAFE_PATH_VARIABLE] = before


def _lower(kind: int, value: int) -> None:
    """Set a limit for good; one that is lower already stays."""
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))
