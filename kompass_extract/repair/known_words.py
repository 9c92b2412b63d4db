"""Whether a word is Swedish, as those ask who read pages: without a letter model every word passes."""

from __future__ import annotations

from functools import cached_property

from kompass_extract.errors import ModelError
from kompass_extract.repair.repairer import Repairer, load


class KnownWords:
    """Tells Swedish words by the installed letter model, which is loaded when first asked."""

    @cached_property
    def _repairer(self) -> Repairer | None:
        try:
            return load()
        except ModelError:
            return None

    def __call__(self, word: str) -> bool:
        """Whether ``word`` is Swedish; True where there is no letter model."""
        return self._repairer is None or self._repairer.knows(word)
