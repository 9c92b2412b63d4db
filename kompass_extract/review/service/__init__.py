"""The review desk over the store: what waits for a person, what was decided, by whom, and what follows from it."""

from kompass_extract.review.service.desk import PAGE_SIZE, Desk, DeskSettings

__all__ = ["PAGE_SIZE", "Desk", "DeskSettings"]
