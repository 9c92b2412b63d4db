"""What leaves a typesetter out: which reports a model learns from, and the table of what it does on the others."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kompass_extract.blocks.pair_features import WordOdds
from kompass_extract.errors import UsageError
from kompass_extract.training.evaluate.structure_scores import LeftOut, cases_by_typesetter, table
from kompass_extract.training.fit_structure import prepare_all
from kompass_extract.training.structure_corpus import ReportExample, read_examples
from kompass_extract.training.structure_training import PairScores, models_without, score

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def examples() -> list[ReportExample]:
    """Two kept reports of each of two typesetters, of some columns only."""
    kept = read_examples(ROOT / "gold" / "structure" / "columns.jsonl.xz")
    chosen = [one for name in ("typst", "word") for one in [e for e in kept if e.typesetter == name][:2]]
    return [replace(one, columns=one.columns[:30], breaks=()) for one in chosen]


def test_a_model_has_not_learned_from_the_typesetter_that_it_is_measured_on(examples: list[ReportExample]) -> None:
    odds = WordOdds({}, {})
    told: list[str] = []
    models = dict(models_without(prepare_all(examples, odds), odds, tell=told.append))
    assert list(models) == ["typst", "word"]
    assert told == [f"training the line-pair model without {name}" for name in models]
    for name, model in models.items():
        found = score([one for one in examples if one.typesetter == name], model)
        assert found.reports == 2
        assert found.accuracy > 0.8  # of three hundred pairs, learned from as many


def test_reports_without_a_manifest_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="manifest"):
        cases_by_typesetter(tmp_path)


def test_reports_are_sorted_by_their_typesetter(tmp_path: Path) -> None:
    for name in ("ale-2019.word-a.born-digital.pdf", "ale-2019.typst-b.born-digital.pdf"):
        (tmp_path / name).touch()
    (tmp_path / "ale-2019.gold.json").touch()
    lines = [
        {"file": "ale-2019.word-a.born-digital.pdf", "typesetter": "word"},
        {"file": "ale-2019.typst-b.born-digital.pdf", "typesetter": "typst"},
    ]
    (tmp_path / "manifest.jsonl").write_text("\n".join(map(json.dumps, lines)))
    found = cases_by_typesetter(tmp_path)
    assert {name: [case.layout for case in cases] for name, cases in found.items()} == {
        "word": ["word-a"], "typst": ["typst-b"],
    }  # fmt: skip


def test_a_typesetter_without_reports_has_the_figures_of_its_pairs_alone() -> None:
    pairs = PairScores(3, 2, 1000, 3, 1, 40, 2)
    row = table([LeftOut("typst", pairs)]).splitlines()[-1]
    assert row == "| typst | 1000 | 0.9960 | 2 of 40 | 0 | - | - | - | - | - | - |"
