"""Save and read the letter model: one compressed array file without pickles, with its version and settings."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np

from kompass_extract.errors import ModelError
from kompass_extract.process.files import write_whole
from kompass_extract.repair.channel import Channel
from kompass_extract.repair.language import Language
from kompass_extract.repair.trie import Tree, Trie, walkable
from kompass_extract.repair.word_kinds import Kinds

FORMAT = "kompass-letters"
VERSION = 3
_STEP = 0.05  # nats per unit of a stored pair cost
_ROWS = (
    "base", "parent", "costs", "pair_keys", "pair_costs", "backoff", "single", "foreign_costs", "kind_single", "kinds",
)  # fmt: skip


@dataclass(frozen=True)
class Letters:
    """The data of a repairer: words, word sequences, foreign words and the error model."""

    trie: Trie
    language: Language
    channel: Channel
    foreign: dict[str, float]
    names: frozenset[str]


def save(file: Path, tree: Tree, letters: Letters) -> None:
    """Write the model with its ``tree`` in arrays beside ``file`` and rename it into place."""
    language, foreign = letters.language, letters.foreign
    words = sorted(language.ids, key=lambda word: language.ids[word])
    about = {
        "format": FORMAT,
        "version": VERSION,
        "channel": {piece: list(rows) for piece, rows in sorted(letters.channel.readings.items())},
        "words": words,
        "foreign": sorted(foreign),
        "names": sorted(letters.names),
        "kinds": sorted(language.kinds.ids, key=lambda name: language.kinds.ids[name]),
    }
    keys = np.array(sorted(language.pairs), dtype=np.int64)
    arrays = {
        "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode(), dtype=np.uint8),
        "base": tree.base,
        "parent": tree.parent,
        "costs": tree.costs,
        "pair_keys": keys,
        "pair_costs": np.array([round(language.pairs[int(key)] / _STEP) for key in keys], dtype=np.uint16),
        "backoff": np.array(language.backoff, dtype=np.float32),
        "single": np.array(language.single, dtype=np.float32),
        "kind_single": np.array(language.kinds.single, dtype=np.float32),
        "kinds": np.frombuffer(language.kinds.table, dtype=np.uint8),
        "foreign_costs": np.array([foreign[word] for word in sorted(foreign)], dtype=np.float32),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(name + ".npy", date_time=(1980, 1, 1, 0, 0, 0))  # same bytes on every run
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, np.ascontiguousarray(array), allow_pickle=False)
    write_whole(file, packed.getvalue())


def read(file: Path) -> Letters:
    """Read the model in ``file``; raise ModelError if it is not of this program's version."""
    try:
        with np.load(file, allow_pickle=False) as arrays:
            about = json.loads(arrays["about"].tobytes())
            rows = {name: arrays[name] for name in _ROWS}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise ModelError(f"{file} is not a letter model ({error}): make it anew with 'kompass train'") from error
    if about.get("format") != FORMAT or about.get("version") != VERSION:
        found = f"{about.get('format')} {about.get('version')}"
        raise ModelError(f"{file} has format {found}, this program reads {FORMAT} {VERSION}: run 'kompass train'")
    pairs = dict(zip(rows["pair_keys"].tolist(), (rows["pair_costs"] * _STEP).tolist(), strict=True))
    ids = {word: number for number, word in enumerate(about["words"])}
    kind_ids = {name: number for number, name in enumerate(about["kinds"])}
    kinds = Kinds(kind_ids, rows["kind_single"].tolist(), rows["kinds"].tobytes())
    language = Language(ids, rows["single"].tolist(), pairs, rows["backoff"].tolist(), kinds)
    readings = {piece: [(str(c), float(k)) for c, k in found] for piece, found in about["channel"].items()}
    foreign = dict(zip(cast("list[str]", about["foreign"]), rows["foreign_costs"].tolist(), strict=True))
    trie = walkable(Tree(rows["base"], rows["parent"], rows["costs"]))
    return Letters(trie, language, Channel(readings), foreign, frozenset(about["names"]))
