"""Store page readings in files: reading takes nearly all of the time, so each page is read once.

The format is zlib-compressed JSON without executable content: arrays in the order of the dataclasses'
fields.  A stored reading equals the original to the last bit of every number.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any, Protocol

from kompass_extract.model.document import Line, PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.pages.components import Rule
from kompass_extract.words.page_reader import PageReading, ReadStrip

FORMAT = 1  # of the file
LARGEST_BYTES = 64 << 20  # of one unpacked reading; a page full of small print has 0.3 million


class ReadingCache(Protocol):
    """Stored readings of one file's pages."""

    def get(self, number: int) -> PageReading | None:
        """Return the reading of page ``number`` (from 1), None if it is not stored."""
        ...

    def put(self, reading: PageReading) -> None:
        """Store a reading for a later run."""
        ...


def dumps(reading: PageReading) -> bytes:
    """Serialise a reading."""
    record = [
        FORMAT, reading.number, float(reading.width), float(reading.height), reading.rotation, float(reading.skew),
        reading.kind.value, reading.decision, float(reading.em), [_strip(strip) for strip in reading.strips],
        [[_box(rule.box), bool(rule.horizontal)] for rule in reading.rules],
        [_box(box) for box in reading.graphics], reading.failure,
    ]  # fmt: skip
    return zlib.compress(json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode())


def loads(data: bytes) -> PageReading:
    """Restore a reading written by ``dumps``; raise ValueError for anything else."""
    unpacker = zlib.decompressobj()
    try:
        text = unpacker.decompress(data, LARGEST_BYTES)
        if not unpacker.eof:
            raise ValueError("the recorded reading is cut off or too large")
        record = json.loads(text)
        if record[0] != FORMAT:
            raise ValueError(f"recorded readings of format {record[0]} are not known")
        _, number, width, height, rotation, skew, kind, decision, em, strips, rules, graphics, failure = record
        return PageReading(
            number, width, height, rotation, skew, PageKind(kind), decision, em,
            tuple(_read_strip(strip) for strip in strips),
            tuple(Rule(Box(*box), horizontal) for box, horizontal in rules),
            tuple(Box(*box) for box in graphics), failure,
        )  # fmt: skip
    except (zlib.error, TypeError, IndexError, KeyError, UnicodeDecodeError) as error:
        raise ValueError(f"not a recorded reading: {error}") from error


def _box(box: Box) -> list[float]:
    return [float(box.x0), float(box.y0), float(box.x1), float(box.y1)]


def _strip(strip: ReadStrip) -> list[object]:
    line = strip.line
    bullet = None if line.bullet is None else [*_box(line.bullet), *([line.sign] if line.sign else [])]
    words = [
        [word.text, _box(word.box), float(word.confidence), list(word.alternatives), word.raw] for word in line.words
    ]
    return [_box(line.box), words, bullet, float(strip.letter_height), float(strip.stroke), float(strip.baseline)]


def _read_strip(record: Any) -> ReadStrip:
    box, words, bullet, letter_height, stroke, baseline = record
    mark, sign = (None, []) if bullet is None else (Box(*bullet[:4]), bullet[4:])
    line = Line(Box(*box), tuple(_read_words(words)), mark, *sign)
    return ReadStrip(line, letter_height, stroke, baseline)


def _read_words(records: Any) -> Iterable[Word]:
    for text, box, confidence, alternatives, raw in records:
        yield Word(text, Box(*box), confidence, tuple(alternatives), raw)
