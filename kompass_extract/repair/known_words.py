"""Tell the rooms that read pages whether a word is Swedish; without a letter model every word passes."""

from __future__ import annotations

from functools import cached_property

from kompass_extract.errors import ModelError
from kompass_extract.repair.repairer import Repairer, load


class KnownWords:
    """Recognises Swedish words with the installed letter model, loaded on first use."""

    @cached_property
    def _repairer(self) -> Repairer | None:
        try:
            return load()
        except ModelError:
            return None

    def __call__(self, word: str) -> bool:
        """Tell whether ``word`` is Swedish; True without a letter model."""
        return self._repairer is None or self._repairer.knows(word)
