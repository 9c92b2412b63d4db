"""Who hears how far a flow is.

In a module of its own: a task that goes to another machine takes the names it uses along, and a ContextVar cannot
travel, while a module is found there.
"""

from __future__ import annotations

from contextvars import ContextVar

from kompass_extract.archive.progress import Listener

LISTENER: ContextVar[Listener | None] = ContextVar("LISTENER", default=None)
"""Hears of the documents, and of each page that was read in this process."""
