"""One value that the machine offers in place of another."""

from __future__ import annotations

from dataclasses import dataclass

from kompass_extract.review.decisions.decision import Action, Address


@dataclass(frozen=True, slots=True)
class Guess:
    """A value to pick; ``pieces`` show it, True marks what differs from the reading.

    ``action`` is correct or join; a join takes the item ``other`` in, which was of ``other_version``, and is decided
    about ``pointer``: the earlier of the two.
    """

    value: str | int | float
    pieces: tuple[tuple[str, bool], ...]
    confidence: float | None = None
    action: Action = Action.CORRECT
    pointer: Address = ""
    version: str = ""
    other: Address | None = None
    other_version: str | None = None
