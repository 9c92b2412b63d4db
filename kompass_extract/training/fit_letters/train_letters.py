"""Builds the letter model from the named sources: word list, word sequences, damage, model file and card."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kompass_extract import resources
from kompass_extract.process.files import sha256_of, write_whole
from kompass_extract.repair.channel import RESTORED_LETTERS, Channel, Pair, learn, with_double_readings, with_lookalikes
from kompass_extract.repair.language import NUMBER, PAUSE, START, STOP, YEAR, Corpus, Language, estimate
from kompass_extract.repair.model_file import FORMAT, VERSION, Letters, save
from kompass_extract.repair.repairer import MODEL
from kompass_extract.repair.tokens import sentence
from kompass_extract.repair.trie import ALPHABET, CODES, Tree, plant, recosted, walkable
from kompass_extract.training.fit_letters import wordlist
from kompass_extract.training.fit_letters.sources import SOURCES, corpus_lines, debian_root, gold_prose, gold_reports

CARD = "letters.card.json"
DOMAIN_SHARE = 0.6  # of the mixture of word sequences; the rest is general Swedish
DOMAIN_WORDS, GENERAL_WORDS, LISTED_WORDS = 0.4, 0.1, 0.5  # shares of the mixture of single words
SPECIAL_SHARES = {START: 0.02, STOP: 0.06, PAUSE: 0.06, NUMBER: 0.02, YEAR: 0.004}  # of running text
KEPT_LETTER = 0.02  # nats for a letter that came through as it was, where the aligned text has none
_APART = re.compile(r"[\s/\-.,;:()\"”“’!?|]+")


@dataclass(frozen=True)
class Aligned:
    """A damaged text and its truth, line by line."""

    raw: tuple[str, ...]
    truth: tuple[str, ...]


def train(gold_dir: Path, out: Path, *, seed: int = 2026) -> Path:
    """Writes the model and its card into the folder ``out`` and gives the model's path.

    ModelError when a source is missing; rendered texts are taken from ``out`` or from the models' own folder.
    """
    pairs = aligned_texts(gold_dir)
    texts = [text for report in gold_reports(gold_dir) for text in gold_prose(report)]
    domain = [sentence(text) for text in texts] + [s for text in pairs for s in paragraphs(text.truth)]
    domain += phrases(out, *resources.folders())
    general = [sentence(line) for line in corpus_lines(debian_root())]
    words = wordlist.build()
    channel = learn_channel(word_pairs([*pairs, *rendered_texts(out, *resources.folders())]))
    language = word_sequences(words, domain, general)
    tree = with_words_of(plant(words.costs(), words.first_parts, spelled(language)), language)
    out.mkdir(parents=True, exist_ok=True)
    save(out / MODEL, tree, Letters(walkable(tree), language, channel, dict(words.foreign), words.names))
    _write_card(out, seed, len(domain), len(general))
    return out / MODEL


def aligned_texts(gold_dir: Path) -> list[Aligned]:
    """The aligned texts of a gold folder: each NAME.restored.txt with its NAME.ocr.txt."""
    return [aligned_text(truth) for truth in sorted((gold_dir / "text").glob("*.restored.txt"))]


def rendered_texts(*folders: Path) -> list[Aligned]:
    """The gold reports as read from rendered lines, from the first folder that holds any.

    They are pairs of letters.NAME.ocr.txt and letters.NAME.restored.txt, made by ``rendered``.
    """
    for folder in folders:
        if truths := sorted(folder.glob("letters.*.restored.txt")):
            return [aligned_text(truth) for truth in truths]
    return []


def phrases(*folders: Path) -> list[list[str]]:
    """Sentences written for this model around words that lose their difference with their dots ("år", "är").

    They are in letters.phrases.txt of the first folder that has it.
    """
    for folder in folders:
        file = folder / "letters.phrases.txt"
        if file.exists():
            return [sentence(line) for line in file.read_text("utf-8").splitlines()]
    return []


def aligned_text(truth: Path) -> Aligned:
    """NAME.restored.txt and the NAME.ocr.txt beside it."""
    raw = truth.with_name(truth.name.replace(".restored.", ".ocr."))
    return Aligned(tuple(raw.read_text("utf-8").split("\n")), tuple(truth.read_text("utf-8").split("\n")))


def paragraphs(lines: Iterable[str]) -> list[list[str]]:
    """Lines joined to paragraphs at empty lines, as the language model counts them."""
    joined = "\n".join(line.strip() for line in lines)
    return [sentence(part) for part in joined.split("\n\n") if part.strip()]


def word_pairs(texts: Iterable[Aligned]) -> list[Pair]:
    """(as read, intended) for the words of lines that have as many words on either side."""
    pairs: list[Pair] = []
    for text in texts:
        for raw, truth in zip(text.raw, text.truth, strict=True):
            left, right = _APART.split(raw.lower()), _APART.split(truth.lower())
            if len(left) == len(right):
                pairs.extend(zip(left, right, strict=True))
    return pairs


def learn_channel(pairs: Sequence[Pair]) -> Channel:
    """The channel of ``channel.learn``, with every letter able to come through unharmed."""
    readings: dict[str, dict[str, float]] = {letter: {letter: KEPT_LETTER} for letter in ALPHABET}
    for (piece, letter), probability in with_double_readings(with_lookalikes(learn(pairs))).items():
        if letter in CODES and (piece or letter in RESTORED_LETTERS):
            readings.setdefault(piece, {})[letter] = -math.log(probability)
    return Channel({piece: sorted(row.items(), key=lambda entry: entry[1]) for piece, row in readings.items()})


def word_sequences(
    words: wordlist.WordList, domain: Sequence[Sequence[str]], general: Sequence[Sequence[str]]
) -> Language:
    """What follows what in these texts; words that only general texts have must be listed."""
    single = _single_costs(words.costs(), domain, general)
    corpora = [
        Corpus([[START, *text] for text in domain], DOMAIN_SHARE),
        Corpus([[START, *text] for text in general], 1 - DOMAIN_SHARE),
    ]
    return estimate(corpora, single, minimum=(1, 2), general=words.costs())


def spelled(language: Language) -> list[str]:
    """The language's words that a letter tree can hold."""
    return spellable(language.ids)


def spellable(words: Iterable[str]) -> list[str]:
    """The words of two or more letters, all of the tree's alphabet."""
    letters = set(ALPHABET)
    return [word for word in words if len(word) > 1 and set(word) <= letters]


def with_words_of(tree: Tree, language: Language) -> Tree:
    """The tree with the language's own costs for its words; the tree must have room for them."""
    return recosted(tree, {word: language.single[language.ids[word]] for word in spelled(language)})


def _single_costs(
    listed: Mapping[str, float], domain: Sequence[Sequence[str]], general: Sequence[Sequence[str]]
) -> dict[str, float]:
    """-ln P(word) for the words of the texts; words that only general texts have must be listed."""
    in_domain = Counter(word for text in domain for word in text)
    in_general = Counter(word for text in general for word in text)
    costs = {}
    for word in {*in_domain, *in_general, START}:
        if word in SPECIAL_SHARES:
            share = SPECIAL_SHARES[word]
        elif word in listed:
            share = math.exp(-listed[word])
        elif word in in_domain:
            share = 1e-9
        else:
            continue
        mixed = DOMAIN_WORDS * in_domain[word] / max(1, in_domain.total()) + LISTED_WORDS * share
        costs[word] = -math.log(mixed + GENERAL_WORDS * in_general[word] / max(1, in_general.total()))
    return costs


def _write_card(out: Path, seed: int, domain: int, general: int) -> None:
    """What the model is made of, beside it; its scores are added when it is evaluated."""
    card = {
        "model": MODEL,
        "format": FORMAT,
        "version": VERSION,
        "sha256": sha256_of(out / MODEL),
        "bytes": (out / MODEL).stat().st_size,
        "seed": seed,
        "texts": {"domain": domain, "general": general},
        "sources": [asdict(source) for source in SOURCES],
    }
    write_card(out, card)


def write_card(folder: Path, card: Mapping[str, object]) -> None:
    """Writes the model card into the models' folder."""
    write_whole(folder / CARD, json.dumps(card, ensure_ascii=False, indent=1) + "\n")
