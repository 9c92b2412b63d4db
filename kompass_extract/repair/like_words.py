"""Find usual words in places where a usual word of similar shape fits far better ("var fjärde är", "för att fä stöd").

Both are words, so no list can decide; the words on either side do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kompass_extract.repair.candidates import WordCandidate
from kompass_extract.repair.decode import Before, following
from kompass_extract.repair.language import START, UNKNOWN
from kompass_extract.repair.model_file import Letters
from kompass_extract.repair.tokens import Sort, Token, as_context, tokens
from kompass_extract.repair.word_readings import reading

USUAL = 10.0  # nats; a rarer word as read is judged by its rarity, in ``similar_shapes``
USUAL_OTHER = 9.0  # nats; only words this likely are proposed in place of a usual one
UNLISTED = 20.0  # nats for adjacent words that occur in no text
LIKELIER = 3.5  # nats by which another word must fit better; true of none of 17,000 printed words
LIKELIER_BY_MARK = 2.0  # nats if only å, ä or ö differ, which worn pages lose most; true of 2 of 17,000 printed words
SURE = 6.0  # nats from which on the other word replaces it; it replaced none of 17,000 printed words


@dataclass(frozen=True, slots=True)
class LikeWord:
    """A word of a text, ``text[start:end]``, for which the lower-case ``other`` is likelier by ``nats``."""

    start: int
    end: int
    other: str
    nats: float

    @property
    def is_sure(self) -> bool:
        """Tell whether the other word may replace it without a review flag."""
        return self.nats >= SURE


class LikeWords:
    """Finds such words under one model; ``candidates`` returns the words of similar shape."""

    def __init__(self, letters: Letters, candidates: Callable[[str], Sequence[WordCandidate]]) -> None:
        self._letters = letters
        self._candidates = candidates
        self._others: dict[str, tuple[tuple[str, float], ...]] = {}

    def likelier(self, text: str) -> Iterator[LikeWord]:
        """Yield the words of ``text`` for which a word of similar shape is likelier, left to right."""
        pieces = tokens(text)
        for place, token in enumerate(pieces):
            if token.sort is not Sort.WORD or not token.text.isalpha():
                continue
            word = token.text.lower()
            others = self._others.get(word)
            if others is None:
                others = self._others[word] = self._like(word)
            if not others:
                continue
            before = self._before(pieces[place - 1] if place else None)
            after = pieces[place + 1] if place + 1 < len(pieces) else None
            own = self._cost(word, before, after)
            for other, least in others:
                nats = own - self._cost(other, before, after)
                if nats >= least:
                    yield LikeWord(token.start, token.end, other, nats)
                    break

    def _like(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return usual words similar in shape to a usual word, each with the nats by which it must fit better."""
        from kompass_extract.repair.similar_shapes import without_marks

        language = self._letters.language
        number = language.ids.get(word, UNKNOWN)
        if len(word) < 2 or number < 0 or language.single[number] >= USUAL:
            return ()
        plain = without_marks(word)
        return tuple(
            (one.text, LIKELIER_BY_MARK if without_marks(one.text) == plain else LIKELIER)
            for one in self._candidates(word)
            if (other := language.ids.get(one.text, UNKNOWN)) >= 0 and language.single[other] < USUAL_OTHER
        )

    def _before(self, token: Token | None) -> Before:
        language = self._letters.language
        text = START if token is None else as_context(token)
        return language.ids.get(text, UNKNOWN), language.kinds.of(text)

    def _cost(self, word: str, before: Before, after: Token | None) -> float:
        """Return -ln of the probability of a word between its neighbours."""
        language = self._letters.language
        number = language.ids[word]
        here = reading(self._letters, word, 0.0, language.single[number], number, number)
        cost = following(before, here, language)
        if after is None:
            return cost
        text = as_context(after)
        following_id = language.ids.get(text, UNKNOWN)
        single = language.single[following_id] if following_id >= 0 else UNLISTED
        follower = reading(self._letters, text, 0.0, single, following_id, following_id)
        return cost + following((number, here.kind), follower, language)
