"""Who is told how far a flow is.

In a module of its own: a task that goes to another machine takes the names it uses along, and a ContextVar cannot
travel, while a module is found there.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar

from kompass_extract.archive.results import Outcome
from kompass_extract.workers.pool import Told

Shown = Callable[[int, Outcome | None], None]

SHOWN: ContextVar[Shown | None] = ContextVar("SHOWN", default=None)
"""Called with the number of documents to read, and with each that was."""

TOLD: ContextVar[Told | None] = ContextVar("TOLD", default=None)
"""Called with each page that was read in this process."""
