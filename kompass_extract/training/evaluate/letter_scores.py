"""How well Swedish letters are restored, against doing nothing and against SymSpell over a frequency list.

Nothing is measured on text that the model learned from.  The aligned report is cut into passages at empty
lines, and each passage is repaired by a model that never saw it (nor a copy of one of its lines); then in halves,
as most of a report is new to the program.  The other municipalities' reports are each left out in turn: as good
text, where every change is harm, and as read from rendered lines by the English model.  Two of the sources of
running text are left out as well, for more good text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from kompass_extract.errors import ModelError
from kompass_extract.repair.model_file import Letters
from kompass_extract.repair.repairer import Repairer
from kompass_extract.repair.tokens import sentence
from kompass_extract.repair.trie import Tree, plant, walkable
from kompass_extract.training.evaluate.letters_tally import Lines, Tally, tally_of
from kompass_extract.training.fit_letters import train_letters, wordlist
from kompass_extract.training.fit_letters.sources import (
    CORPORA,
    corpus_lines,
    debian_root,
    gold_prose,
    gold_reports,
    is_installed,
    wordfreq_counts,
)
from kompass_extract.training.fit_letters.train_letters import Aligned

FOLDS = 4
CURVE = (0.0, 0.25, 0.5)  # shares of the aligned training passages, beside all of them
SYMSPELL_DISTANCE = 2
WITHHELD = ("gimp-help-sv", "cfi-sv")  # running-text sources that a model is made without, to see its harm to them

System = Callable[[Lines], list[str]]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LetterScoreRow:
    """One system's tally on one text."""

    text: str
    system: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class LettersEvaluation:
    """All rows, and word error rates by the share of aligned passages learned from."""

    rows: tuple[LetterScoreRow, ...]
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


def evaluate(gold_dir: Path, models_dir: Path, *, progress: Progress | None = None) -> LettersEvaluation:
    """Trains the models of all folds and compares the systems; minutes of work.

    ``models_dir`` holds the rendered pairs.  ModelError when a training source or symspellpy is missing.
    """
    tell = progress or (lambda line: None)
    tell("gathering words and texts")
    material = _gather(gold_dir, models_dir)
    others: dict[str, System] = {"nothing": list, "symspell": _symspell()}
    rows: list[LetterScoreRow] = []
    for name, system in others.items():
        tally = sum((tally_of(text.raw, system(text.raw), text.truth) for text in material.aligned), Tally())
        rows.append(LetterScoreRow("aligned, by passages", name, tally))
    passages = [split for text in material.aligned for split in _splits(text, FOLDS)]
    tell(f"{len(passages)} folds of passages")
    whole = _cross_validated(material, passages, 1.0)
    rows.append(LetterScoreRow("aligned, by passages", "this", whole))
    halves = [split for text in material.aligned for split in _splits(text, 2)]
    rows.append(LetterScoreRow("aligned, by halves", "this", _cross_validated(material, halves, 1.0)))
    for name in material.rendered:
        tell(f"leaving {name} out")
        rows.extend(_left_out(material, name, others))
    for name in WITHHELD:
        if not is_installed(debian_root(), name):
            tell(f"{name} is not installed (make train does): its row is missing below")
            continue
        tell(f"leaving {name} out")
        rows.append(_withheld(material, name))
    tell("learning curve")
    curve = [(share, _cross_validated(material, passages, share).word_error_rate) for share in CURVE]
    return LettersEvaluation(tuple(rows), (*curve, (1.0, whole.word_error_rate)))


def record(evaluation: LettersEvaluation, models_dir: Path) -> None:
    """Adds the scores to the model's card."""
    card = json.loads((models_dir / train_letters.CARD).read_text("utf-8"))
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
    train_letters.write_card(models_dir, card)


@dataclass(frozen=True)
class _Material:
    words: wordlist.WordList
    general: Sequence[Sequence[str]]
    prose: dict[str, list[list[str]]]  # per report
    aligned: list[Aligned]
    rendered: dict[str, Aligned]  # per report
    phrases: list[list[str]]
    tree: Tree


@dataclass(frozen=True)
class _Split:
    learned: Aligned
    held_out: Aligned


def _gather(gold_dir: Path, models_dir: Path) -> _Material:
    aligned = train_letters.aligned_texts(gold_dir)
    with_pairs = {path.name.split(".")[0] for path in (gold_dir / "text").glob("*.restored.txt")}
    reports = [path for path in gold_reports(gold_dir) if path.stem not in with_pairs]
    prose = {path.stem: [sentence(text) for text in gold_prose(path)] for path in reports}
    general = [sentence(line) for line in corpus_lines(debian_root())]
    rendered = {}
    for name in prose:
        truth = models_dir / f"letters.{name}.restored.txt"
        if truth.exists():
            rendered[name] = train_letters.aligned_text(truth)
    words = wordlist.build()
    phrases = train_letters.phrases(models_dir)
    texts = [*general, *phrases, *(text for texts in prose.values() for text in texts)]
    texts += [text for pair in aligned for text in train_letters.paragraphs(pair.truth)]
    room = train_letters.spellable({word for text in texts for word in text})
    return _Material(words, general, prose, aligned, rendered, phrases, plant(words.costs(), words.first_parts, room))


def _fitted(material: _Material, prose: Iterable[Sequence[str]], pairs: Sequence[Aligned]) -> Repairer:
    """A repairer that knows the general sources and this prose and these pairs alone."""
    domain = [*prose, *material.phrases, *(text for pair in pairs for text in train_letters.paragraphs(pair.truth))]
    language = train_letters.word_sequences(material.words, domain, material.general)
    channel = train_letters.learn_channel(train_letters.word_pairs(pairs))
    tree = walkable(train_letters.with_words_of(material.tree, language))
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


def _left_out(material: _Material, name: str, others: dict[str, System]) -> list[LetterScoreRow]:
    """A report that the model has not seen: as read from rendered lines, and as good text."""
    prose = [text for report, texts in material.prose.items() if report != name for text in texts]
    pairs = [*material.aligned, *(text for report, text in material.rendered.items() if report != name)]
    systems: dict[str, System] = {**others, "this": partial(_repaired, _fitted(material, prose, pairs))}
    text = material.rendered[name]
    rows = []
    for kind, lines in (("rendered", text.raw), ("good text", text.truth)):
        rows += [
            LetterScoreRow(f"{name}, {kind}", key, tally_of(lines, run(lines), text.truth))
            for key, run in systems.items()
        ]
    return rows


def _withheld(material: _Material, name: str) -> LetterScoreRow:
    """The good text of a source that the model's word sequences were made without."""
    root = debian_root()
    lines = list(corpus_lines(root, {name}))
    general = [sentence(line) for line in corpus_lines(root, {package for package, _, _ in CORPORA} - {name})]
    prose = [text for texts in material.prose.values() for text in texts]
    without = replace(material, general=general)
    repairer = _fitted(without, prose, [*material.aligned, *material.rendered.values()])
    return LetterScoreRow(f"{name}, good text", "this", tally_of(lines, _repaired(repairer, lines), lines))


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
