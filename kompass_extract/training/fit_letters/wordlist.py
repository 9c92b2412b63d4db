"""The lexicon's words and compound parts with their costs, from frequencies, a dictionary and the reports."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources

from kompass_extract.repair.trie import ALPHABET
from kompass_extract.training.fit_letters.hunspell import WordForms, read_forms
from kompass_extract.training.fit_letters.sources import foreign_counts, hunspell_folder, wordfreq_counts

RARE = 3e-9  # share of running text given to a dictionary form that the frequency list lacks
UNLISTED = 3e-8  # a word that the dictionary lacks must be this frequent to be taken
UNLISTED_WEIGHT = 0.2  # and counts for this much, as many such words are misspellings
NAME = 1e-7  # share of running text given to a municipality's name and its forms
PART_COUNT = 0.3  # added to each first part's count of compounds
COMMON_FOREIGN = 20_000  # words per foreign language known well enough to be left alone
_UNMARKED = str.maketrans("åäöÅÄÖ", "aaoAAO")
_LETTERS = frozenset(ALPHABET)


@dataclass(frozen=True)
class WordList:
    """Shares of running text per word; costs (nats) per first part and common foreign word; names in å, ä, ö."""

    shares: Mapping[str, float]
    first_parts: Mapping[str, float]
    foreign: Mapping[str, float]
    names: frozenset[str]

    def costs(self) -> dict[str, float]:
        """-ln share per word, at most 25 nats."""
        total = sum(self.shares.values())
        return {word: min(25.0, -math.log(share / total)) for word, share in self.shares.items()}


def build() -> WordList:
    """The general word list, without anything from the labelled reports."""
    folder = hunspell_folder()
    forms = read_forms(folder / "sv_SE.aff", folder / "sv_SE.dic", folder / "sv_SE_expanded.dic")
    frequencies = wordfreq_counts()
    listed = {word.lower() for word in forms.words if len(word) > 1 and set(word.lower()) <= _LETTERS}
    shares = {word: max(frequencies.get(word, 0.0), RARE if len(word) > 3 else RARE / 10) for word in listed}
    unmarked = {folded for word in listed if (folded := word.translate(_UNMARKED)) != word}
    for word, share in frequencies.items():
        if word in listed or word in unmarked:  # an unmarked word is a Swedish one typed without its dots
            continue
        if share >= UNLISTED and len(word) > 1 and set(word) <= _LETTERS:
            shares[word] = share * UNLISTED_WEIGHT
    for word in _municipality_words():
        shares[word] = max(shares.get(word, 0.0), NAME)
    return WordList(
        shares, _first_parts(forms, frequencies, listed), foreign_counts(COMMON_FOREIGN), _marked_names(forms)
    )


def _marked_names(forms: WordForms) -> frozenset[str]:
    """Names that begin with å, ä or ö, lower case: their capital stays in mid-sentence."""
    small = {word for word in forms.words if word[0] in "åäö"}
    names = {word.lower() for word in forms.words if word[0] in "ÅÄÖ" and word[1:].islower()} - small
    return frozenset(names | {word for word in _municipality_words() if word[0] in "åäö"})


def _first_parts(forms: WordForms, frequencies: Mapping[str, float], listed: set[str]) -> dict[str, float]:
    """-ln share of each first part among the compounds that the frequency list holds."""
    parts = {part for part in forms.first_parts if len(part) > 1 and set(part) <= _LETTERS}
    counts: Counter[str] = Counter()
    for word in frequencies:
        if len(word) >= 6 and set(word) <= _LETTERS:
            counts.update(word[:cut] for cut in range(2, len(word) - 2) if word[:cut] in parts and word[cut:] in listed)
    total = counts.total() + PART_COUNT * len(parts)
    return {part: -math.log((counts[part] + PART_COUNT) / total) for part in parts}


def _municipality_words() -> Iterable[str]:
    """Names of the 290 municipalities, their genitives and what their people are called."""
    table = resources.files("kompass_extract").joinpath("taxonomy", "data", "municipalities.csv")
    for row in csv.DictReader(table.read_text("utf-8").splitlines()):
        for name in row["name"].lower().replace("-", " ").split():
            yield name
            yield name.removesuffix("s") + "s"
            yield from (name + ending for ending in ("borna", "bornas", "bor", "bo"))
