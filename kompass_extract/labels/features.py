"""A block's features: its own words, its shape on the page, its place in the report and its neighbours.

Two hashed tables side by side, one of words and one of everything else, so that rare words cannot collide
with the few features that carry the layout.  Names, not positions, identify a feature; ``FEATURE_VERSION``
rises with every change of meaning, and the hash of both stands in the model card.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from statistics import median

import numpy as np
from murmurhash.mrmr import hash as murmur3
from numpy.typing import NDArray

from kompass_extract.labels.lists import find_runs, run_features
from kompass_extract.labels.outline import OutlinePlace, OutlineZone, walk
from kompass_extract.labels.word_signals import (
    HEAD_CHARACTERS,
    Feature,
    WordSignals,
    load_cues,
    read_texts,
    shape_features,
    word_features,
)
from kompass_extract.model.document import Block, Form
from kompass_extract.taxonomy import Taxonomy

FEATURE_VERSION = 3
WORD_COLUMNS = 2**14
CONTEXT_COLUMNS = 2**12
COLUMNS = WORD_COLUMNS + CONTEXT_COLUMNS
MARGIN = 0.08  # share of the page height at top and bottom where running headers stand
SOME_PROSE = 900  # characters; an area's introduction is shorter than its narrative
FRESH = 12  # blocks after which a header's word counts little


def feature_hash() -> str:
    """Hash over all that gives the columns their meaning."""
    parts = (FEATURE_VERSION, WORD_COLUMNS, CONTEXT_COLUMNS, HEAD_CHARACTERS, load_cues())
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Features:
    """A sparse matrix (``blocks``, ``COLUMNS``) by its entries' rows, columns and values; those of one place add up."""

    blocks: int
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: NDArray[np.float32]

    def dense(self, start: int, stop: int) -> NDArray[np.float32]:
        """The rows from ``start`` to before ``stop``."""
        chosen = (self.rows >= start) & (self.rows < stop)
        matrix = np.zeros((stop - start, COLUMNS), dtype=np.float32)
        np.add.at(matrix, (self.rows[chosen] - start, self.columns[chosen]), self.values[chosen])
        return matrix


def featurize(blocks: Sequence[Block], taxonomy: Taxonomy) -> tuple[Features, tuple[OutlinePlace, ...]]:
    """The features of all blocks and the places they were made from."""
    places = walk(blocks, taxonomy)
    readings = list(read_texts([block.text for block in blocks]))
    page = _PageScale(blocks)
    context = [
        [*_own_features(block, reading), *_place_features(block, place), *page.features(block, index)]
        for index, (block, reading, place) in enumerate(zip(blocks, readings, places, strict=True))
    ]
    for index, features in enumerate(context):
        features.extend(_near(blocks, places, index))
    for run, before, after in find_runs(blocks, places, readings):
        told = list(run_features(run, before, after))
        for index in run.members:
            form, column = blocks[index].form, blocks[index].column
            context[index].extend(told)
            context[index].extend((f"{name}|{form}|{column is not None}", value) for name, value in told)
    return hashed([word_features(reading) for reading in readings], context), places


def word_evidence(texts: Sequence[str]) -> Features:
    """The features of texts without a place: their words and shape alone."""
    readings = list(read_texts(list(texts)))
    shapes = [[(name, value) for name, value in shape_features(reading) if value] for reading in readings]
    return hashed([word_features(reading) for reading in readings], shapes)


def hashed(words: Sequence[Iterable[Feature]], rest: Sequence[Iterable[Feature]]) -> Features:
    """Names turned into columns, words into the first table and the rest into the second.

    The columns and signs are those of scikit-learn's ``FeatureHasher``, whose import costs more than a report's labels.
    """
    rows, columns, values = [], [], []
    for row, (own, others) in enumerate(zip(words, rest, strict=True)):
        named = chain(
            ((WORD_COLUMNS, 0, *pair) for pair in own), ((CONTEXT_COLUMNS, WORD_COLUMNS, *pair) for pair in others)
        )
        for table, first, name, value in named:
            if value:
                column, sign = _column(name, table)
                rows.append(row)
                columns.append(first + column)
                values.append(sign * value)
    return Features(len(words), np.array(rows, np.int64), np.array(columns, np.int64), np.array(values, np.float32))


@lru_cache(maxsize=2**16)
def _column(name: str, columns: int) -> tuple[int, int]:
    """The feature's column among so many, and its sign, which lets names that share a column cancel out."""
    number = murmur3(name)
    return abs(number) % columns, 1 if number >= 0 else -1


def _own_features(block: Block, reading: WordSignals) -> Iterator[Feature]:
    form = str(block.form)
    yield f"form={form}", 1.0
    yield f"bulleted={block.bulleted}", 1.0
    yield f"continues={block.continues}", 1.0
    yield f"lines={min(4, len(block.lines))}", 1.0
    yield f"cells={min(6, len(block.cells))}", 1.0
    for name, value in shape_features(reading):
        if value:
            yield name, value
            yield f"{name}|{form}", value


def _place_features(block: Block, place: OutlinePlace) -> Iterator[Feature]:
    form, zone = str(block.form), str(place.zone)
    column = f"{block.column.index}/{block.column.count}" if block.column else "-"
    fresh = max(0.0, 1.0 - place.since_role / FRESH)
    yield f"zone={zone}", 1.0
    yield f"zone={zone}|{form}", 1.0
    yield f"own={place.own}", 1.0
    yield f"governing={place.governing}", 1.0
    yield f"governing={place.governing}|{form}", 1.0
    yield f"latest={place.latest}", 1.0
    yield f"latest={place.latest}|{form}|{column}", 1.0
    yield f"fresh={place.latest}|{form}", fresh
    yield f"pair={place.before}>{place.latest}|{column}", 1.0
    yield f"column={column}", 1.0
    yield f"column={column}|{zone}|{form}", 1.0
    yield f"agree={place.governing}|{place.latest}|{column}", 1.0
    yield "near area heading", max(0.0, 1.0 - place.since_area / FRESH)
    yield "names area", float(place.names_area)
    yield "begins area", float(place.restarts)
    prose = "none" if not place.prose else "some" if place.prose < SOME_PROSE else "much"
    yield f"prose={prose}|{form}", 1.0
    yield f"prose={prose}|{place.latest}|{form}", 1.0
    yield "repeats", min(1.0, (place.repeats - 1) / 5)
    yield f"repeats|{form}", min(1.0, (place.repeats - 1) / 5)


class _PageScale:
    """What is measured against the rest of the report: letter size, page margins, position."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        bodies = [block.size for block in blocks if block.form is Form.PARAGRAPH and len(block.text) > 80]
        self._body = median(bodies) if bodies else 10.0
        self._bottom = max((block.box.y1 for block in blocks), default=1.0)
        self._count = max(1, len(blocks))

    def features(self, block: Block, index: int) -> Iterator[Feature]:
        ratio = block.size / self._body if self._body else 1.0
        yield "larger", min(2.0, max(0.0, ratio - 1.1))
        yield "large", float(ratio > 1.25)
        yield "huge", float(ratio > 1.8)
        yield "bold", float(block.weight > 1.2)
        yield "gap", min(1.0, block.gap / 4)
        yield "top margin", float(block.box.y1 < MARGIN * self._bottom)
        yield "bottom margin", float(block.box.y0 > (1 - MARGIN) * self._bottom)
        yield "position", index / self._count
        yield f"tenth={10 * index // self._count}", 0.5


def _near(blocks: Sequence[Block], places: Sequence[OutlinePlace], index: int) -> Iterator[Feature]:
    for step in (-2, -1, 1, 2):
        other = index + step
        if not 0 <= other < len(blocks):
            yield f"{step}=none", 1.0
            continue
        near = blocks[other]
        yield f"{step} form={near.form}", 1.0
        yield f"{step} own={places[other].own}", 1.0
        yield f"{step} colon={near.text.endswith(':')}", 1.0
        yield f"{step} long={len(near.text) > 200}", 1.0
        yield f"{step} short={len(near.text) < 40}", 1.0
        yield f"{step} column={near.column.index if near.column else '-'}", 1.0
        if places[other].own is not None and places[index].zone is OutlineZone.AREA:
            yield f"{step} own={places[other].own}|{blocks[index].form}", 1.0
