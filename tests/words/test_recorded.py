"""Recorded readings: what is read back equals what was written, and nothing else is taken."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.model.document import Line, PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Rule
from kompass_extract.settings import ReadingSettings
from kompass_extract.words.cache import dumps, loads
from kompass_extract.words.page_reader import PageReading, Readers, ReadStrip, failed_page
from kompass_extract.words.workers import read_pages
from tests.support.readers import FailingReader, WidthReader
from tests.words.test_pages import report

number = st.floats(allow_nan=False, allow_infinity=False)
box = st.builds(Box, number, number, number, number)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
word = st.builds(Word, text, box, number, st.lists(text, max_size=2).map(tuple), st.none() | text)
line = st.builds(Line, box, st.lists(word, max_size=3).map(tuple), st.none() | box)
strip = st.builds(ReadStrip, line, number, number, number)
rule = st.builds(Rule, box, st.booleans())
reading = st.builds(
    PageReading,
    st.integers(1, 2000), number, number, st.sampled_from([0, 90, 180, 270]), number, st.sampled_from(PageKind), text,
    number, st.lists(strip, max_size=3).map(tuple), st.lists(rule, max_size=2).map(tuple),
    st.lists(box, max_size=2).map(tuple), st.none() | text,
)  # fmt: skip


@given(reading)
@settings(max_examples=60, deadline=None)
def test_what_is_read_back_equals_what_was_written(page: PageReading) -> None:
    assert loads(dumps(page)) == page


def test_numbers_of_numpy_are_written_as_numbers() -> None:
    page = failed_page(1, np.float64(595.3), np.float32(841.5), "x")  # type: ignore[arg-type]
    assert loads(dumps(page)) == page


@pytest.mark.parametrize(
    "data", [b"", b"x", zlib.compress(b"[]"), zlib.compress(b"[99, 1]"), zlib.compress(b"[1, 2]"), zlib.compress(b"7")]
)
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"recorded|not enough"):
        loads(data)


def test_a_cut_off_file_is_refused() -> None:
    with pytest.raises(ValueError, match="cut off"):
        loads(dumps(failed_page(1, 595, 842, "a reason of some length"))[:-6])


class Memory:
    """A cache in memory that counts."""

    def __init__(self) -> None:
        self.kept: dict[int, PageReading] = {}

    def get(self, number: int) -> PageReading | None:
        return self.kept.get(number)

    def put(self, reading: PageReading) -> None:
        self.kept[reading.number] = reading


def test_a_page_is_read_once(tmp_path: Path) -> None:
    source = report(tmp_path, 3)
    reader, cache = WidthReader(), Memory()
    wanted = ReadingSettings()
    first = read_pages(source, lambda: Readers(reader, None), wanted, jobs=1, cache=cache)
    calls = len(reader.calls)
    assert sorted(cache.kept) == [1, 2, 3]
    del cache.kept[2]
    numbers: list[int] = []
    second = read_pages(
        source,
        lambda: Readers(reader, None),
        wanted,
        jobs=1,
        cache=cache,
        progress=lambda page: numbers.append(page.number),
    )
    assert second == first
    assert sorted(numbers) == [1, 2, 3]
    assert len(reader.calls) == calls + calls // 3


def test_a_failed_page_is_tried_again(tmp_path: Path) -> None:
    source, cache = report(tmp_path, 1), Memory()
    pages = read_pages(source, lambda: Readers(FailingReader(), None), ReadingSettings(), jobs=1, cache=cache)
    assert pages[0].failure is not None
    assert cache.kept == {}
