"""Training: gold strings, simulated layouts, alignment of really read blocks, the corpus on disk, the fit."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from kompass_extract import labels
from kompass_extract.errors import UsageError
from kompass_extract.labels.classifier import FORMAT_VERSION, LINKS, decode
from kompass_extract.labels.crf import ChainWeights, forward_backward
from kompass_extract.labels.features import featurize
from kompass_extract.model.document import BlockKind, Form
from kompass_extract.taxonomy import load_taxonomy
from kompass_extract.training.fit_labels.align import label_blocks
from kompass_extract.training.fit_labels.batch import KINDS, Batch, batch_loss
from kompass_extract.training.fit_labels.corpus import corpus_hash, kept_examples, text_examples, write_examples
from kompass_extract.training.fit_labels.fit import fit, prepare
from kompass_extract.training.fit_labels.gold_strings import ReportStrings, labelled_strings, load_gold
from kompass_extract.training.fit_labels.label_scores import without_list_headers
from kompass_extract.training.fit_labels.model_writer import save
from kompass_extract.training.fit_labels.simulate import simulate
from kompass_extract.training.train_models import train

GOLD = Path(__file__).parents[2] / "gold"


@pytest.fixture(scope="module")
def reports() -> tuple[ReportStrings, ...]:
    return load_gold(GOLD)


def test_gold_strings_carry_every_item_with_its_area(reports: tuple[ReportStrings, ...]) -> None:
    for report in reports:
        found = {(text, kind, area) for text, kind, area in labelled_strings(report)}
        for area in report.areas:
            assert {(text, BlockKind.STRENGTH, area.number) for text in area.strengths} <= found
            assert {(text, BlockKind.IMPROVEMENT, area.number) for text in area.improvements} <= found


def test_a_simulated_layout_holds_the_report_and_repeats_for_its_seed(reports: tuple[ReportStrings, ...]) -> None:
    for report in reports:
        example = simulate(report, "7")
        assert example == simulate(report, "7")
        assert example != simulate(report, "8")
        counts = Counter(example.kinds)
        assert counts[BlockKind.STRENGTH] >= sum(len(area.strengths) for area in report.areas)
        assert counts[BlockKind.IMPROVEMENT] >= sum(len(area.improvements) for area in report.areas)
        pages = [block.page for block in example.blocks]
        assert pages == sorted(pages)


def test_simulated_layouts_differ_in_what_reports_differ_in(reports: tuple[ReportStrings, ...]) -> None:
    examples = [simulate(reports[1], str(seed)) for seed in range(12)]
    lists = [
        any(block.column for block, kind in zip(each.blocks, each.kinds, strict=True) if kind is BlockKind.STRENGTH)
        for each in examples
    ]
    assert len(set(lists)) == 2
    bulleted = {sum(block.bulleted for block in each.blocks) for each in examples}
    assert len(bulleted) > 4


def test_alignment_finds_the_labels_of_a_layout_without_being_told(reports: tuple[ReportStrings, ...]) -> None:
    """Simulated blocks know their kinds; alignment has to find them from the texts alone."""
    example = simulate(reports[2], "3")
    found = label_blocks(example.blocks, reports[2], load_taxonomy())
    lists = (BlockKind.STRENGTH, BlockKind.IMPROVEMENT, BlockKind.NARRATIVE, BlockKind.RUBRIC)
    pairs = [(kind, label) for kind, label in zip(example.kinds, found, strict=True) if kind in lists]
    right = sum(kind is label for kind, label in pairs)
    assert right / len(pairs) > 0.97


def test_texts_of_the_gold_reports_align(reports: tuple[ReportStrings, ...]) -> None:
    for example in text_examples(GOLD, reports[1:2], load_taxonomy()):
        report = next(each for each in reports if each.id == example.report)
        counts = Counter(example.kinds)
        assert counts[BlockKind.STRENGTH] >= sum(len(area.strengths) for area in report.areas)
        assert counts[BlockKind.SCORE_TABLE] >= sum(len(area.score_table.rows) for area in report.areas)


def test_kept_examples_come_back_the_same(reports: tuple[ReportStrings, ...], tmp_path: Path) -> None:
    example = simulate(reports[0], "1")
    write_examples(tmp_path / "blocks" / "a.jsonl.gz", [example])
    first = (tmp_path / "blocks" / "a.jsonl.gz").read_bytes()
    [again] = kept_examples(tmp_path)
    assert again.kinds == example.kinds
    for before, after in zip(example.blocks, again.blocks, strict=True):
        assert (before.text, before.form, before.page, before.column, before.header) == (
            after.text, after.form, after.page, after.column, after.header,
        )  # fmt: skip
        assert [cell.text for cell in before.cells] == [cell.text for cell in after.cells]
        assert len(before.lines) == len(after.lines)
    write_examples(tmp_path / "blocks" / "a.jsonl.gz", [again])
    assert (tmp_path / "blocks" / "a.jsonl.gz").read_bytes() == first


def test_corpus_hash_follows_the_gold_files(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"areas": []}')
    before = corpus_hash(tmp_path)
    (tmp_path / "floors.json").write_text("{}")
    assert corpus_hash(tmp_path) == before
    (tmp_path / "a.json").write_text('{"areas":  []}')
    assert corpus_hash(tmp_path) != before


def test_headers_can_be_taken_away(reports: tuple[ReportStrings, ...]) -> None:
    example = simulate(reports[1], "2")
    bare = without_list_headers(example, load_taxonomy())
    assert len(bare.blocks) < len(example.blocks)
    assert Counter(bare.kinds)[BlockKind.STRENGTH] == Counter(example.kinds)[BlockKind.STRENGTH]
    assert not any(block.header.lower().startswith(("styrkor", "förbättr")) for block in bare.blocks)


def test_the_chain_gradient_is_that_of_its_loss() -> None:
    """Padded reports count as their real blocks alone, and the gradient is what small steps measure."""
    rng = np.random.default_rng(5)
    labels, shape = len(KINDS), (2, 5)
    real = np.array([[True] * 5, [True] * 3 + [False] * 2])
    scores = np.log(rng.dirichlet(np.ones(labels), shape))
    batch = Batch(scores, rng.integers(0, labels, shape), rng.integers(0, LINKS, shape), real)
    size = LINKS * labels * labels
    values = rng.normal(size=size + labels + 1) * 0.3

    def weights(at: np.ndarray) -> ChainWeights:
        return ChainWeights(at[:size].reshape(LINKS, labels, labels), at[size : size + labels], float(np.exp(at[-1])))

    loss, gradient = batch_loss(weights(values), batch)
    for place in (0, 17, size - 1, size + 2, size + labels):
        step = np.zeros_like(values)
        step[place] = 1e-5
        measured = (batch_loss(weights(values + step), batch)[0] - batch_loss(weights(values - step), batch)[0]) / 2e-5
        assert gradient[place] == pytest.approx(measured, abs=1e-6)
    alone = 0.0
    for row, length in enumerate((5, 3)):
        own, links, truth = scores[row, :length], batch.links[row, :length], batch.labels[row, :length]
        chain = weights(values)
        alone += forward_backward(chain, own, links)[3] - chain.start[truth[0]]
        alone -= chain.scale * own[np.arange(length), truth].sum()
        alone -= chain.transitions[links[1:], truth[:-1], truth[1:]].sum()
    assert loss == pytest.approx(alone)


@pytest.mark.slow
def test_a_fit_labels_layouts_it_has_not_seen_and_its_file_scores_alike(
    reports: tuple[ReportStrings, ...], tmp_path: Path
) -> None:
    seen = prepare([simulate(report, str(seed)) for report in reports for seed in range(3)], load_taxonomy())
    classifier = fit(seen, 1)
    fresh = prepare([simulate(report, "fresh") for report in reports], load_taxonomy())
    right = total = 0
    for each in fresh:
        best, _ = decode(classifier.weights, classifier.estimator.predict_log_proba(each.matrix), each.example.blocks)
        right, total = right + int((best == each.labels).sum()), total + len(best)
    assert right / total > 0.95
    save(classifier, tmp_path / "m.onnx")
    stored = labels.load(tmp_path / "m.onnx")
    for each in fresh:
        found = stored.scores(featurize(each.example.blocks, load_taxonomy())[0])
        assert found == pytest.approx(classifier.estimator.predict_log_proba(each.matrix), abs=1e-4)


def test_training_needs_three_municipalities(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text((GOLD / "sala-2023.json").read_text("utf-8"), "utf-8")
    with pytest.raises(UsageError, match="municipalities"):
        train(tmp_path, tmp_path / "models", repair=False)
    assert not (tmp_path / "models").exists()


def test_the_shipped_card_tells_what_the_model_is() -> None:
    card = json.loads((GOLD.parent / "models" / "blocks.card.json").read_text("utf-8"))
    assert card["corpus_hash"] == corpus_hash(GOLD)
    assert (card["model"], card["format_version"]) == (labels.MODEL_NAME, FORMAT_VERSION)
    assert set(card["kinds"]) == {str(kind) for kind in BlockKind}
    scores = card["scores_leaving_a_municipality_out"]
    assert any("list headers removed" in condition for condition in scores)
    assert all(0.0 <= score["accuracy"] <= 1.0 for score in scores.values())


def test_furniture_is_simulated_in_both_forms(reports: tuple[ReportStrings, ...]) -> None:
    """Running headers that layout took for paragraphs occur too, so that the model does not rely on the form."""
    forms = {
        block.form
        for seed in range(8)
        for example in [simulate(reports[0], str(seed))]
        for block, kind in zip(example.blocks, example.kinds, strict=True)
        if kind is BlockKind.PAGE_FURNITURE
    }
    assert forms == {Form.FURNITURE, Form.PARAGRAPH}
