"""Values as the later stages read them, with the places they were read at and what speaks for them.

These stand between labelled blocks and the Fields of the report JSON: everything a Field needs is here
except the decision whether to ask a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kompass_extract.model.document import Block, BlockKind, LabelledBlock, Word
from kompass_extract.model.geometry import Box, union
from kompass_extract.model.reasons import Reason, reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: pages from 1, boxes as in ``geometry``, and the ids of the blocks it is a part of."""

    page: int
    box: Box
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordDoubt:
    """A word with its other readings."""

    text: str
    others: tuple[str, ...]

    @property
    def numeric(self) -> bool:
        """Whether one of the readings has a digit: a wrong one is a wrong number then."""
        return any(sign.isdigit() for reading in (self.text, *self.others) for sign in reading)

    @property
    def reason(self) -> Reason:
        """What a person is shown of it."""
        return reason("word-may-be", word=self.text, others=list(self.others))


@dataclass(frozen=True, slots=True)
class TextReading:
    """A piece of text put together from one or more blocks.

    ``confidence`` is the reader's, ``class_confidence`` the classifier's for the label that brought the text
    here (its lowest over the blocks), ``runner_up`` the label it nearly had; both confidences are 0..1.
    ``doubts`` are reasons why a person should look, ``word_doubts`` words of which two readings stand against each
    other (one of them does not always make a text wrong), ``reasons`` what was done and needs no one.
    """

    text: str
    places: tuple[Place, ...]
    block_ids: tuple[str, ...]
    confidence: float
    class_confidence: float = 1.0
    runner_up: BlockKind | None = None
    raw: str | None = None
    doubts: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    word_doubts: tuple[WordDoubt, ...] = ()


def places_of(blocks: Iterable[LabelledBlock]) -> tuple[Place, ...]:
    """One place per page around the blocks that stand on it, in page order."""
    return merged_places(place_of(labelled.block) for labelled in blocks)


def place_of(block: Block) -> Place:
    """Where a block stands."""
    return Place(block.page, block.box, (block.id,))


def merged_places(places: Iterable[Place]) -> tuple[Place, ...]:
    """One place per page around all ``places``, in page order."""
    on: dict[int, list[Place]] = {}
    for place in places:
        on.setdefault(place.page, []).append(place)
    return tuple(Place(page, union(one.box for one in on[page]), block_ids(on[page])) for page in sorted(on))


def block_ids(places: Iterable[Place]) -> tuple[str, ...]:
    """The ids of the blocks at ``places``, each once, in their order."""
    return tuple(dict.fromkeys(block for place in places for block in place.blocks))


def text_reading(
    text: str, blocks: Sequence[LabelledBlock], *, doubts: tuple[Reason, ...] = (), reasons: tuple[Reason, ...] = ()
) -> TextReading:
    """A reading of ``text`` from the blocks it came from; ValueError when there are none.

    A sign of the blocks that the text leaves out, such as the stroke of a table's rule, raises no doubt.
    """
    weakest = min(blocks, key=lambda labelled: labelled.confidence)
    letters = sum(max(1, len(labelled.block.text)) for labelled in blocks)
    confidence = sum(one.block.confidence * max(1, len(one.block.text)) for one in blocks) / letters
    words = [word for labelled in blocks for line in labelled.block.lines for word in line.words]
    return TextReading(
        text=text,
        places=places_of(blocks),
        block_ids=tuple(labelled.block.id for labelled in blocks),
        confidence=confidence,
        class_confidence=weakest.confidence,
        runner_up=weakest.runner_up,
        raw=raw_text(words),
        doubts=(*doubts, *dict.fromkeys(doubt for one in blocks for doubt in one.doubts)),
        reasons=reasons,
        word_doubts=word_doubts(word for word in words if any(map(str.isalnum, word.text)) or word.text in text),
    )


LOST = "\ufffd"  # in the place of a byte that is no character
UNSURE_WORD = 0.85  # a word below this, and read otherwise by the second reader or the repair, needs a look
# Which words the second reader looks at is ``ReadingSettings.doubtful_word``; a little lower, since looking costs time.


def word_doubts(words: Iterable[Word]) -> tuple[WordDoubt, ...]:
    """Each word of which two readings stand against each other."""
    return tuple(
        WordDoubt(word.text, word.alternatives) for word in words if word.alternatives and word.confidence < UNSURE_WORD
    )


def raw_text(words: Iterable[Word]) -> str | None:
    """The words as first read, None where no other reading was preferred in any of them."""
    words = list(words)
    if all(word.raw is None for word in words):
        return None
    read = (word.text if word.raw is None else word.raw for word in words)
    return " ".join(text for text in read if text)  # the rest of a word that was read as one with the word before it
