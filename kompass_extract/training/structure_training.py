"""``kompass train --structure`` and ``kompass evaluate structure``: the line-pair model and what it is worth.

Scores leave whole typesetters out: the model that is measured on one has learned from the others alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kompass_extract.blocks import GOES_ON, PAIRS_MODEL
from kompass_extract.blocks.line_pairs import FORMAT, LinePairs, feature_hash
from kompass_extract.blocks.pair_features import WordOdds
from kompass_extract.errors import GateError, UsageError
from kompass_extract.process.files import sha256_of, write_whole
from kompass_extract.training.fit_labels.gold_strings import load_gold, read_gold
from kompass_extract.training.fit_structure import (
    LEFT_OUT,
    SEED,
    VARIATIONS,
    PreparedReport,
    fit,
    prepare_all,
    real_breaks,
    save,
    word_odds,
)
from kompass_extract.training.structure_corpus import (
    PAIRS_PATH,
    ReportExample,
    example_of,
    read_examples,
    write_examples,
)

CARD_NAME = "structure.card.json"
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class PairScores:
    """What a model does on the reports of one typesetter: line pairs and real breaks, and how many it gets wrong."""

    reports: int
    faultless_reports: int
    pairs: int
    wrongly_joined: int
    wrongly_cut: int
    breaks: int
    wrong_breaks: int

    @property
    def accuracy(self) -> float:
        """Share of the pairs in columns that are right, 0..1."""
        return 1 - (self.wrongly_joined + self.wrongly_cut) / max(1, self.pairs)


def train_structure(gold_dir: Path, models_dir: Path, *, seed: int = SEED, tell: Progress = lambda _: None) -> Path:
    """Fit the model on all kept reports and write it with its card; the card's scores leave each typesetter out."""
    examples, odds = kept_examples(gold_dir), gold_odds(gold_dir)
    prepared = prepare_all(examples, odds, seed)
    left_out = models_without(prepared[: len(examples)], odds, seed=seed, tell=tell)
    found = {name: score([one for one in examples if one.typesetter == name], model) for name, model in left_out}
    tell("training the line-pair model on all typesetters")
    save(fit(prepared, odds, seed), models_dir / PAIRS_MODEL)
    _write_card(models_dir, gold_dir, examples, found, seed)
    return models_dir / PAIRS_MODEL


def models_without(
    prepared: Sequence[PreparedReport], odds: WordOdds, *, seed: int = SEED, tell: Progress = lambda _: None
) -> Iterator[tuple[str, LinePairs]]:
    """For each typesetter a model that learned from the others alone."""
    for name in sorted({one.typesetter for one in prepared}):
        tell(f"training the line-pair model without {name}")
        yield name, fit([one for one in prepared if one.typesetter != name], odds, seed, size=LEFT_OUT)


def train_without(gold_dir: Path, models_dir: Path, typesetter: str, *, seed: int = SEED) -> Path:
    """Fit the model on all typesetters but one and write it, so that the whole pipeline can be measured on that one."""
    kept, odds = kept_examples(gold_dir), gold_odds(gold_dir)
    examples = [example for example in kept if example.typesetter != typesetter]
    if len(examples) in (0, len(kept)):
        raise UsageError(f"typesetters are {', '.join(sorted({one.typesetter for one in kept}))}, not {typesetter}")
    prepared = prepare_all(examples, odds, seed, variations=0)
    save(fit(prepared, odds, seed, size=LEFT_OUT), models_dir / PAIRS_MODEL)
    return models_dir / PAIRS_MODEL


def score(examples: Sequence[ReportExample], model: LinePairs) -> PairScores:
    """Compare the model's verdicts with the labels."""
    pairs = joined = cut = faultless = breaks = wrong = 0
    for example in examples:
        verdict = model.columns([one.column for one in example.columns])
        judged = [
            (bool(probability >= GOES_ON), flag)
            for one, going_on in zip(example.columns, verdict.going_on, strict=True)
            for probability, flag in zip(going_on, one.going_on, strict=True)
            if flag is not None
        ]
        mine, other = sum(said and not flag for said, flag in judged), sum(flag and not said for said, flag in judged)
        pairs, joined, cut, faultless = pairs + len(judged), joined + mine, cut + other, faultless + (mine + other == 0)
        for before, after, kind, goes_on in real_breaks(example):
            said = model.over(before, after, kind, verdict.habits) >= GOES_ON
            breaks, wrong = breaks + 1, wrong + (said != bool(goes_on))
    return PairScores(len(examples), faultless, pairs, joined, cut, breaks, wrong)


def keep_columns(
    rendered_dirs: Sequence[Path], gold_dir: Path, *, readings: Path | None = None, tell: Progress = lambda _: None
) -> Path:
    """Read rendered reports and keep their columns beside those kept before; pages once read are kept in ``readings``.

    A folder holds what the renderer wrote: ``NAME.STYLE.QUALITY.pdf`` beside ``NAME.gold.json``, and the manifest with
    each file's typesetter; without a manifest the folder bears the typesetter's name.
    """
    from kompass_extract.pipeline import Tools
    from kompass_extract.repair.scanned_pages import with_likely_words
    from kompass_extract.training.evaluate.structure_scores import typesetters
    from kompass_extract.training.fenced_documents import fenced_documents

    tools, made = Tools.default(), []
    with fenced_documents(tools, readings) as fenced:
        for folder in rendered_dirs:
            names = typesetters(folder)
            for path in sorted(folder.glob("*.pdf")):
                tell(f"reading {path.name}")
                gold = read_gold(path.parent / f"{path.name.split('.')[0]}.gold.json")
                pages = with_likely_words(fenced.readings(path), tools.repairer)
                made.append(example_of(path.stem, names.get(path.name, folder.name), pages, gold))
    anew = {example.name for example in made}
    kept = gold_dir / PAIRS_PATH
    old = [example for example in read_examples(kept) if example.name not in anew] if kept.exists() else []
    write_examples(kept, [*old, *made])
    return kept


def gold_odds(gold_dir: Path) -> WordOdds:
    """The odds of words in the texts of the labelled reports."""
    return word_odds(
        text
        for report in load_gold(gold_dir)
        for area in report.areas
        for text in (
            *area.strengths,
            *area.improvements,
            *area.rubrics,
            *(text for section in area.narrative for text in section.paragraphs),
        )
    )


def kept_examples(gold_dir: Path) -> list[ReportExample]:
    """The kept reports with their labels; UsageError where there are none."""
    path = gold_dir / PAIRS_PATH
    if not path.exists():
        raise UsageError(f"{path} is missing: give rendered reports to 'kompass train --structure'")
    return read_examples(path)


def carded_accuracy(gold_dir: Path, models_dir: Path) -> dict[str, float]:
    """For each left-out typesetter the share of right line pairs, as the shipped model's card has it.

    Nothing where the labelled reports have no corpus of line pairs; GateError where the card is of another model,
    corpus or set of features than those that are there.
    """
    if not (gold_dir / PAIRS_PATH).exists():
        return {}
    try:
        card = json.loads((models_dir / CARD_NAME).read_text("utf-8"))
        there = {
            "model_hash": sha256_of(models_dir / PAIRS_MODEL),
            "corpus_hash": sha256_of(gold_dir / PAIRS_PATH),
            "feature_hash": feature_hash(),
        }
        scores = card["scores_leaving_a_typesetter_out"]
        found = {str(name): float(one["accuracy"]) for name, one in scores.items()}
    except (OSError, ValueError, KeyError) as error:
        raise GateError(f"The line-pair model has no card that can be read: {error}") from error
    for name, value in there.items():
        if card.get(name) != value:
            raise GateError(f"The card of the line-pair model has another {name}. Run 'kompass train --structure'.")
    return found


def _write_card(
    models_dir: Path, gold_dir: Path, examples: Sequence[ReportExample], scores: dict[str, PairScores], seed: int
) -> None:
    card = {
        "model": PAIRS_MODEL,
        "format_version": FORMAT,
        "feature_hash": feature_hash(),
        "corpus_hash": sha256_of(gold_dir / PAIRS_PATH),
        "model_hash": sha256_of(models_dir / PAIRS_MODEL),
        "seed": seed,
        "trained_on": {"reports": len(examples), "variations_of_each": VARIATIONS},
        "scores_leaving_a_typesetter_out": {
            name: {"accuracy": round(one.accuracy, 5), **asdict(one)} for name, one in scores.items()
        },
    }
    write_whole(models_dir / CARD_NAME, json.dumps(card, ensure_ascii=False, indent=2) + "\n")
