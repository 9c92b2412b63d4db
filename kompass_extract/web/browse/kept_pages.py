"""Pages that were made, kept until the archive changes: what many look at is made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

MOST_LETTERS = 24_000_000
"""Letters of all pages together: some 300 of the usual size, at most 100 MB."""


class KeptPages:
    """The pages of one state of the archive, the longest not asked for going first."""

    def __init__(self, most: int = MOST_LETTERS) -> None:
        self._most = most
        self._state = ""
        self._pages: OrderedDict[Hashable, str] = OrderedDict()
        self._letters = 0
        self._lock = threading.Lock()

    def page(self, state: str, name: Hashable, make: Callable[[], str]) -> str:
        """Return the page of that name in that state, made where it is not kept."""
        with self._lock:
            if state != self._state:
                self._pages.clear()
                self._state, self._letters = state, 0
            if (kept := self._pages.get(name)) is not None:
                self._pages.move_to_end(name)
                return kept
        made = make()
        with self._lock:
            if state == self._state and name not in self._pages:
                self._pages[name] = made
                self._letters += len(made)
                while self._letters > self._most:
                    self._letters -= len(self._pages.popitem(last=False)[1])
        return made
