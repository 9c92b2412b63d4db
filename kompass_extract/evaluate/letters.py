"""How well Swedish letters are restored, against doing nothing and against SymSpell over a frequency list.

Nothing is measured on text that the model learned from.  The aligned report is cut into passages at empty
lines, and each passage is repaired by a model that never saw it (nor a copy of one of its lines).  The other
municipalities' reports are each left out in turn: as good text, where every change is harm, and as read from
rendered lines by the English model.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import pairwise
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from kompass_extract.errors import ModelError
from kompass_extract.repair import train, wordlist
from kompass_extract.repair.repairer import Repairer
from kompass_extract.repair.sources import corpus_lines, debian_root, gold_prose, gold_reports, wordfreq_counts
from kompass_extract.repair.store import Letters
from kompass_extract.repair.tokens import sentence
from kompass_extract.repair.train import Aligned
from kompass_extract.repair.trie import Tree, plant, walkable

FOLDS = 4
CURVE = (0.0, 0.25, 0.5, 1.0)  # shares of the aligned training passages
SYMSPELL_DISTANCE = 2
HARM_UNIT = 10_000  # words

Lines = Sequence[str]
System = Callable[[Lines], list[str]]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over a text: words and characters of the truth, edits towards it, and what became of words."""

    words: int = 0
    word_edits: int = 0
    characters: int = 0
    character_edits: int = 0
    damaged: int = 0
    restored: int = 0
    changed: int = 0
    changed_right: int = 0
    harmed: int = 0
    digits_changed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))

    @property
    def word_error_rate(self) -> float:
        return self.word_edits / max(1, self.words)

    @property
    def character_error_rate(self) -> float:
        return self.character_edits / max(1, self.characters)

    @property
    def precision(self) -> float:
        """Share of changed words that are right after it; 1 where none was changed."""
        return self.changed_right / self.changed if self.changed else 1.0

    @property
    def recall(self) -> float:
        """Share of damaged words that are right after it; 1 where none was damaged."""
        return self.restored / self.damaged if self.damaged else 1.0

    @property
    def harm(self) -> float:
        """Right words made wrong, per 10,000 right words."""
        return HARM_UNIT * self.harmed / max(1, self.words - self.damaged)


@dataclass(frozen=True, slots=True)
class Row:
    """One system's tally on one text."""

    text: str
    system: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class LettersEvaluation:
    """All rows, and word error rates by the share of aligned passages learned from."""

    rows: tuple[Row, ...]
    curve: tuple[tuple[float, float], ...]

    def table(self) -> str:
        """The comparison as text, one line a row."""
        head = f"{'text':34} {'system':10} {'words':>6} {'WER':>7} {'CER':>7} {'prec.':>6} {'recall':>6} {'harm':>6}"
        lines = [head + " digits"]
        for row in self.rows:
            t = row.tally
            lines.append(
                f"{row.text:34} {row.system:10} {t.words:6} {t.word_error_rate:7.2%} {t.character_error_rate:7.2%} "
                f"{t.precision:6.3f} {t.recall:6.3f} {t.harm:6.1f} {t.digits_changed:6}"
            )
        lines += [f"aligned passages learned from: {share:4.0%}  WER {rate:.2%}" for share, rate in self.curve]
        return "\n".join(lines)


def evaluate(
    gold_dir: Path, models_dir: Path, *, folds: int = FOLDS, progress: Progress | None = None
) -> LettersEvaluation:
    """Trains the models of all folds and compares the systems; minutes of work.

    ``models_dir`` holds the rendered pairs.  ModelError when a training source or symspellpy is missing.
    """
    tell = progress or (lambda line: None)
    tell("gathering words and texts")
    material = _gather(gold_dir, models_dir)
    others: dict[str, System] = {"nothing": list, "symspell": _symspell()}
    rows: list[Row] = []
    for name, system in others.items():
        tally = sum((tally_of(text.raw, system(text.raw), text.truth) for text in material.aligned), Tally())
        rows.append(Row("aligned, by passages", name, tally))
    passages = [split for text in material.aligned for split in _splits(text, folds)]
    tell(f"{len(passages)} folds of passages")
    rows.append(Row("aligned, by passages", "this", _cross_validated(material, passages, 1.0)))
    for name in material.rendered:
        tell(f"leaving {name} out")
        rows.extend(_left_out(material, name, others))
    tell("learning curve")
    curve = tuple((share, _cross_validated(material, passages, share).word_error_rate) for share in CURVE)
    return LettersEvaluation(tuple(rows), curve)


def tally_of(raw: Lines, repaired: Lines, truth: Lines) -> Tally:
    """Counts for a text line by line; words are what white space parts."""
    total = Tally()
    for before, after, right in zip(raw, repaired, truth, strict=True):
        total = total + _line_tally(before, after, right)
    return total


def _line_tally(before: str, after: str, right: str) -> Tally:
    raw, repaired, truth = before.split(), after.split(), right.split()
    right_before = {b for _, b in _matches(raw, truth)}
    right_after = {b: a for a, b in _matches(repaired, truth)}
    unchanged = {b for _, b in _matches(raw, repaired)}
    changed = [place for place in range(len(repaired)) if place not in unchanged]
    kept_right = set(right_after.values())
    digits = {re.sub(r"\D", "", word) for word in repaired}
    return Tally(
        words=len(truth),
        word_edits=Levenshtein.distance(repaired, truth),
        characters=len(right),
        character_edits=Levenshtein.distance(after, right),
        damaged=len(truth) - len(right_before),
        restored=sum(place in right_after for place in range(len(truth)) if place not in right_before),
        changed=len(changed),
        changed_right=sum(place in kept_right for place in changed),
        harmed=sum(place not in right_after for place in right_before),
        digits_changed=sum(word not in digits for word in raw if word.isdigit() and word in truth),
    )


def _matches(left: Sequence[str], right: Sequence[str]) -> list[tuple[int, int]]:
    """Places of equal words in the two, in order."""
    blocks = Levenshtein.opcodes(left, right)
    return [
        (block.src_start + step, block.dest_start + step)
        for block in blocks
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]


def record(evaluation: LettersEvaluation, models_dir: Path) -> None:
    """Adds the scores to the model's card."""
    card = json.loads((models_dir / train.CARD).read_text("utf-8"))
    card["scores"] = [
        {
            "text": row.text,
            "system": row.system,
            "words": row.tally.words,
            "word_error_rate": round(row.tally.word_error_rate, 4),
            "character_error_rate": round(row.tally.character_error_rate, 4),
            "precision": round(row.tally.precision, 3),
            "recall": round(row.tally.recall, 3),
            "harm_per_10000": round(row.tally.harm, 1),
        }
        for row in evaluation.rows
    ]
    card["learning_curve"] = {f"{share:.0%}": round(rate, 4) for share, rate in evaluation.curve}
    train.write_card(models_dir, card)


@dataclass(frozen=True)
class _Material:
    words: wordlist.WordList
    general: Sequence[Sequence[str]]
    prose: dict[str, list[list[str]]]  # per report
    aligned: list[Aligned]
    rendered: dict[str, Aligned]  # per report
    tree: Tree


@dataclass(frozen=True)
class _Split:
    learned: Aligned
    held_out: Aligned


def _gather(gold_dir: Path, models_dir: Path) -> _Material:
    aligned = train.aligned_texts(gold_dir)
    with_pairs = {path.name.split(".")[0] for path in (gold_dir / "text").glob("*.restored.txt")}
    reports = [path for path in gold_reports(gold_dir) if path.stem not in with_pairs]
    prose = {path.stem: [sentence(text) for text in gold_prose(path)] for path in reports}
    general = [sentence(line) for line in corpus_lines(debian_root())]
    rendered = {}
    for name in prose:
        truth = models_dir / f"letters.{name}.restored.txt"
        if truth.exists():
            rendered[name] = train.aligned_text(truth)
    words = wordlist.build()
    texts = [*general, *(text for texts in prose.values() for text in texts)]
    texts += [text for pair in aligned for text in train.paragraphs(pair.truth)]
    room = train.spellable({word for text in texts for word in text})
    return _Material(words, general, prose, aligned, rendered, plant(words.costs(), words.first_parts, room))


def _fitted(material: _Material, prose: Iterable[Sequence[str]], pairs: Sequence[Aligned]) -> Repairer:
    """A repairer that knows the general sources and this prose and these pairs alone."""
    domain = [*prose, *(text for pair in pairs for text in train.paragraphs(pair.truth))]
    language = train.word_sequences(material.words, domain, material.general)
    channel = train.learn_channel(train.word_pairs(pairs))
    tree = walkable(train.with_words_of(material.tree, language))
    return Repairer(Letters(tree, language, channel, dict(material.words.foreign), material.words.names))


def _splits(text: Aligned, folds: int) -> list[_Split]:
    """The text cut at empty lines into ``folds`` passages, each held out once; copies of its lines are not learned."""
    size = len(text.truth)
    bounds = [0]
    for fold in range(1, folds):
        place = size * fold // folds
        while place < size and text.truth[place].strip():
            place += 1
        bounds.append(place)
    bounds.append(size)
    splits = []
    for start, end in pairwise(bounds):
        held = set(text.truth[start:end]) - {""}
        rest = [
            (raw, truth)
            for place, (raw, truth) in enumerate(zip(text.raw, text.truth, strict=True))
            if not start <= place < end and truth not in held
        ]
        raws, truths = zip(*rest, strict=True)
        splits.append(_Split(Aligned(raws, truths), Aligned(text.raw[start:end], text.truth[start:end])))
    return splits


def _cross_validated(material: _Material, splits: Sequence[_Split], share: float) -> Tally:
    """The tally over all held-out passages, learning from the first ``share`` of each rest."""
    total = Tally()
    prose = [text for texts in material.prose.values() for text in texts]
    for split in splits:
        kept = int(share * len(split.learned.truth))
        learned = Aligned(split.learned.raw[:kept], split.learned.truth[:kept])
        repairer = _fitted(material, prose, [learned, *material.rendered.values()])
        held = split.held_out
        total = total + tally_of(held.raw, _repaired(repairer, held.raw), held.truth)
    return total


def _left_out(material: _Material, name: str, others: dict[str, System]) -> list[Row]:
    """A report that the model has not seen: as read from rendered lines, and as good text."""
    prose = [text for report, texts in material.prose.items() if report != name for text in texts]
    pairs = [*material.aligned, *(text for report, text in material.rendered.items() if report != name)]
    systems: dict[str, System] = {**others, "this": partial(_repaired, _fitted(material, prose, pairs))}
    text = material.rendered[name]
    rows = []
    for kind, lines in (("rendered", text.raw), ("good text", text.truth)):
        rows += [Row(f"{name}, {kind}", key, tally_of(lines, run(lines), text.truth)) for key, run in systems.items()]
    return rows


def _repaired(repairer: Repairer, lines: Lines) -> list[str]:
    return [line.text for line in repairer.repair_lines(lines)]


def _symspell() -> System:
    """SymSpell with Swedish word frequencies: each unknown word becomes the likeliest near one."""
    try:
        from symspellpy import SymSpell, Verbosity
    except ImportError as error:
        raise ModelError("the comparison needs the package symspellpy: pip install symspellpy") from error
    speller = SymSpell(max_dictionary_edit_distance=SYMSPELL_DISTANCE)
    for word, share in wordfreq_counts().items():
        speller.create_dictionary_entry(word, max(1, int(share * 1e9)))
    known: dict[str, str] = {}

    def corrected(match: re.Match[str]) -> str:
        word = match.group()
        if word not in known:
            found = speller.lookup(word.lower(), Verbosity.TOP, SYMSPELL_DISTANCE)
            best = found[0].term if found else word
            known[word] = best.capitalize() if word[0].isupper() else best
        return known[word]

    return lambda lines: [re.sub(r"[^\W\d_]{2,}", corrected, line) for line in lines]
