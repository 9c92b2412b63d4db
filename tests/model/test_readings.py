"""What a reading keeps of the words that it was made from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kompass_extract.model.document import BlockKind
from kompass_extract.model.readings import text_reading
from tests.support.builders import Writer, line


@pytest.mark.parametrize(
    ("printed", "text", "doubted"),
    [
        ("Styrning | kontroll", "Styrning | kontroll", ["|"]),
        ("Styrning kontroll |", "Styrning kontroll", []),
        ("Styrmng kontroll", "Styrning kontroll", ["Styrmng"]),
    ],
)
def test_a_sign_that_the_text_leaves_out_raises_no_doubt(printed: str, text: str, doubted: list[str]) -> None:
    writer = Writer()
    writer.text(BlockKind.HEADING, printed, None)
    (labelled,) = writer.made
    words = tuple(
        replace(word, confidence=0.3, alternatives=("i",)) if word.text in ("|", "Styrmng") else word
        for word in line(printed).words
    )
    block = replace(labelled.block, lines=(replace(labelled.block.lines[0], words=words),))
    reading = text_reading(text, [replace(labelled, block=block)])
    assert [one.text for one in reading.word_doubts] == doubted
