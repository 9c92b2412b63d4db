"""The review desk over the store: what waits for a person, what was decided, by whom, and what follows from it."""

from kompass_extract.archive.desk.service import PAGE_SIZE, Desk, DeskSettings

__all__ = ["PAGE_SIZE", "Desk", "DeskSettings"]
