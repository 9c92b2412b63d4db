"""The block classifier: the chain's laws, the walk over headings, and labels in layouts it has to survive."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction import FeatureHasher
from sklearn.linear_model import LogisticRegression

from kompass_extract import labels
from kompass_extract.errors import ModelError
from kompass_extract.labels.classifier import AT_ONCE, LINKS, BlockClassifier, chain_order
from kompass_extract.labels.crf import ChainWeights, forward_backward, viterbi
from kompass_extract.labels.features import COLUMNS, CONTEXT_COLUMNS, WORD_COLUMNS, featurize, hashed
from kompass_extract.labels.outline import OutlineZone, walk
from kompass_extract.labels.word_signals import Feature, opens_as_improvement, read_texts
from kompass_extract.model.document import Block, BlockKind, Column, Form, LabelledBlock, Line
from kompass_extract.model.geometry import Box
from kompass_extract.taxonomy import HeaderRole, load_taxonomy
from kompass_extract.training.fit_labels.fit import FittedLabels, as_matrix
from kompass_extract.training.fit_labels.model_writer import save

PROSE = (
    "Kommunen har under flera år arbetat med frågorna och det finns en gemensam syn på vad som behöver göras. "
    "Arbetet följs upp i delårsrapporten och i årsredovisningen, där resultaten jämförs med andra kommuner."
)
STRENGTHS = (
    "Det finns en tydlig vision som är väl förankrad i hela organisationen",
    "God samverkan med föreningslivet och lokala företag",
    "Regelbundna medarbetarundersökningar med hög svarsfrekvens",
)
IMPROVEMENTS = (
    "Utveckla arbetet med jämförelser mellan enheterna",
    "Tydliggör vad invånarna kan förvänta sig av tjänsterna",
    "Fortsätt att stärka dialogen mellan politiker och tjänstepersoner",
)
AREAS = ("Offentlighet och demokrati", "Tillgänglighet och brukarorientering", "Politisk styrning och kontroll")


@pytest.fixture(scope="module")
def classifier() -> BlockClassifier:
    return labels.load()


def block(
    text: str, form: Form = Form.PARAGRAPH, *, page: int = 1, column: Column | None = None, header: str = ""
) -> Block:
    """A block as layout gives it; ``lines`` are what eighty letters a line make."""
    lines = (Line(Box(70, 300, 500, 312), ()),) * (1 + len(text) // 80)
    left = 70.0 + 230.0 * (column.index if column else 0)
    return Block(
        id=f"{page}.{hash((text, page)) % 10_000}",
        page=page,
        box=Box(left, 300, left + 200, 300 + 12.0 * len(lines)),
        form=form,
        lines=lines,
        text=text,
        column=column,
        header=header,
        bulleted=form is Form.ITEM,
    )


def in_column(texts: Sequence[str], index: int, region: str, page: int, header: str = "") -> list[Block]:
    """Items in one of two columns."""
    return [block(text, Form.ITEM, page=page, column=Column(region, index, 2), header=header) for text in texts]


def chapter(number: int, lists: Sequence[Block], *, heading: bool = True) -> list[Block]:
    """An area's chapter whose lists are given."""
    opening = [block(f"Område {number} {AREAS[number - 1]}")] if heading else []
    rubrics = [block("Rubriker"), block("Strategi och planer", Form.ITEM), block("Poäng"), block("64")]
    prose = [block("Allmänt"), block(PROSE), block("Sammanfattning"), block(PROSE), block(PROSE)]
    return [*opening, *rubrics, *prose, *lists]


def side_by_side(page: int = 1, *, headers: bool = True) -> list[Block]:
    """Strengths beside improvements."""
    region = f"p{page}"
    left, right = ("Styrkor", "Förbättringsområden") if headers else ("", "")
    heads = [
        [block(text, page=page, column=Column(region, n, 2))] if text else [] for n, text in enumerate((left, right))
    ]
    return [
        *heads[0], *in_column(STRENGTHS, 0, region, page, left),
        *heads[1], *in_column(IMPROVEMENTS, 1, region, page, right),
    ]  # fmt: skip


def one_after_the_other(page: int = 1) -> list[Block]:
    """Strengths, then improvements."""
    strengths = [block(text, Form.ITEM, page=page) for text in STRENGTHS]
    improvements = [block(text, Form.ITEM, page=page) for text in IMPROVEMENTS]
    return [block("STYRKOR", page=page), *strengths, block("FÖRBÄTTRINGSOMRÅDEN", page=page), *improvements]


def kinds(labelled: Sequence[LabelledBlock], texts: Sequence[str]) -> list[BlockKind]:
    """The kinds of all blocks with one of the texts."""
    return [each.kind for each in labelled if each.block.text in texts]


@pytest.mark.parametrize("lists", [side_by_side(), one_after_the_other()], ids=["columns", "sequence"])
def test_labels_both_list_layouts(classifier: BlockClassifier, lists: list[Block]) -> None:
    blocks = [each for number in (1, 2, 3) for each in chapter(number, lists)]
    labelled = classifier.label(blocks, load_taxonomy())
    assert [each.block for each in labelled] == blocks
    assert set(kinds(labelled, STRENGTHS)) == {BlockKind.STRENGTH}
    assert set(kinds(labelled, IMPROVEMENTS)) == {BlockKind.IMPROVEMENT}
    assert set(kinds(labelled, (PROSE,))) == {BlockKind.NARRATIVE}
    assert set(kinds(labelled, ("Strategi och planer",))) == {BlockKind.RUBRIC}
    assert set(kinds(labelled, ("Allmänt", "Sammanfattning", "Styrkor", "STYRKOR"))) == {BlockKind.HEADING}
    assert set(kinds(labelled, ("64",))) == {BlockKind.SCORE_TABLE}
    assert [each.area for each in labelled] == [number for number in (1, 2, 3) for _ in chapter(number, lists)]


def test_lists_go_on_after_a_page_break_without_header(classifier: BlockClassifier) -> None:
    """Both columns go on on the next page, under a running header, with no header of their own."""
    running = [block("Sveriges Kommuner och Regioner", Form.FURNITURE, page=2)]
    blocks = chapter(1, [*side_by_side(), *running, *side_by_side(2, headers=False)]) + chapter(
        2, one_after_the_other()
    )
    labelled = classifier.label(blocks, load_taxonomy())
    continued = [each for each in labelled if each.block.page == 2]
    assert continued[0].kind is BlockKind.PAGE_FURNITURE
    assert [each.kind for each in continued[1:]] == [BlockKind.STRENGTH] * 3 + [BlockKind.IMPROVEMENT] * 3


def test_items_that_lost_their_bullets_stay_items_of_their_list(classifier: BlockClassifier) -> None:
    bare = [replace(each, form=Form.PARAGRAPH, bulleted=False) for each in side_by_side()]
    labelled = classifier.label(chapter(1, bare) + chapter(2, one_after_the_other()), load_taxonomy())
    assert set(kinds(labelled, STRENGTHS)) == {BlockKind.STRENGTH}
    assert set(kinds(labelled, IMPROVEMENTS)) == {BlockKind.IMPROVEMENT}


def test_confidence_is_a_probability_and_the_runner_up_another_kind(classifier: BlockClassifier) -> None:
    for each in classifier.label(chapter(1, side_by_side()), load_taxonomy()):
        assert 0.0 <= each.confidence <= 1.0
        assert each.runner_up is not None
        assert each.runner_up is not each.kind


def test_no_blocks_give_no_labels(classifier: BlockClassifier) -> None:
    assert classifier.label((), load_taxonomy()) == ()


def test_every_block_of_a_long_report_is_labelled_in_its_place(classifier: BlockClassifier) -> None:
    chapters = [each for number in (1, 2, 3) for each in chapter(number, side_by_side())]
    blocks = (chapters * (750 // len(chapters) + 1))[:750]
    assert [one.block for one in classifier.label(blocks, load_taxonomy())] == blocks


def test_contents_do_not_begin_chapters() -> None:
    contents = [block("Innehåll"), *(block(f"Område {n} {name} {5 + 2 * n}") for n, name in enumerate(AREAS, 1))]
    bare = [block(f"Område {n} {name}") for n, name in enumerate(AREAS, 1)]
    chapters = [each for number in (1, 2, 3) for each in chapter(number, side_by_side())]
    for entries in (contents, bare):
        places = walk([*entries, block(PROSE), *chapters], load_taxonomy())
        assert {place.zone for place in places[: len(entries) + 1]} == {OutlineZone.FRONT}
        assert [place.area for place in places if place.restarts] == [1, 2, 3]


def test_a_missing_area_heading_is_made_up_for() -> None:
    """The opening header after both lists begins the area whose heading could not be read."""
    middle = chapter(2, side_by_side(), heading=False)
    blocks = [*chapter(1, side_by_side()), *middle, *chapter(3, side_by_side())]
    places = walk(blocks, load_taxonomy())
    first = len(chapter(1, side_by_side()))
    assert [place.area for place in places[first : first + len(middle)]] == [2] * len(middle)
    assert places[-1].area == 3


def test_rows_of_the_score_overview_carry_their_area() -> None:
    rows = [
        block("4 Översikt av poängfördelning"),
        block("2.1 Hur arbetar kommunen? 8 15", Form.ROW),
        block("8 15", Form.ROW),
    ]
    places = walk([*chapter(1, side_by_side()), *rows], load_taxonomy())
    assert [place.zone for place in places[-3:]] == [OutlineZone.SCORES] * 3
    assert [place.area for place in places[-3:]] == [None, 2, 2]


def test_header_roles_are_carried_in_reading_order() -> None:
    places = walk(chapter(1, one_after_the_other()), load_taxonomy())
    assert [place.latest for place in places[-4:]] == [HeaderRole.IMPROVEMENTS] * 4
    assert places[-5].latest is HeaderRole.STRENGTHS


@pytest.mark.parametrize("text", IMPROVEMENTS)
def test_demands_open_as_improvements_with_a_misread_letter_too(text: str) -> None:
    readings = list(read_texts([text, text.replace("ä", "a").replace("Utveckla", "Utvecila")]))
    assert all(opens_as_improvement(reading, 0) for reading in readings)


@pytest.mark.parametrize("text", [*STRENGTHS, "Utvecklat samarbete med kulturlivet", "Användning av sociala medier"])
def test_statements_do_not_open_as_improvements(text: str) -> None:
    assert not opens_as_improvement(next(read_texts([text])), 0)


sizes = st.integers(2, 3)


@st.composite
def chains(draw: st.DrawFn) -> tuple[ChainWeights, np.ndarray, np.ndarray]:
    """Small chains with arbitrary weights."""
    size, length = draw(sizes), draw(st.integers(1, 4))
    number = st.floats(-3, 3)

    def numbers(*shape: int) -> np.ndarray:
        count = int(np.prod(shape))
        return np.array(draw(st.lists(number, min_size=count, max_size=count))).reshape(shape)

    weights = ChainWeights(numbers(2, size, size), numbers(size), draw(st.floats(0.1, 2)))
    links = np.array(draw(st.lists(st.integers(0, 1), min_size=length, max_size=length)), dtype=np.int64)
    return weights, numbers(length, size), links


def path_scores(weights: ChainWeights, scores: np.ndarray, links: np.ndarray) -> dict[tuple[int, ...], float]:
    """Every label sequence with its score."""
    length, size = scores.shape
    return {
        path: float(
            weights.start[path[0]]
            + sum(weights.scale * scores[t, path[t]] for t in range(length))
            + sum(weights.transitions[links[t], path[t - 1], path[t]] for t in range(1, length))
        )
        for path in itertools.product(range(size), repeat=length)
    }


@given(chains())
@settings(max_examples=60, deadline=None)
def test_decoding_agrees_with_trying_every_sequence(chain: tuple[ChainWeights, np.ndarray, np.ndarray]) -> None:
    weights, scores, links = chain
    every = path_scores(weights, scores, links)
    best = tuple(int(label) for label in viterbi(weights, scores, links))
    assert every[best] == pytest.approx(max(every.values()))
    _, _, marginals, partition = forward_backward(weights, scores, links)
    total = np.logaddexp.reduce(list(every.values()))
    assert partition == pytest.approx(total)
    for place, label in itertools.product(range(scores.shape[0]), range(scores.shape[1])):
        share = sum(np.exp(score - total) for path, score in every.items() if path[place] == label)
        assert marginals[place, label] == pytest.approx(share, abs=1e-9)


@given(st.lists(st.tuples(st.sampled_from(list(Form)), st.integers(0, 2), st.integers(0, 1)), max_size=25))
def test_the_chain_holds_every_flowing_block_once(shapes: list[tuple[Form, int, int]]) -> None:
    blocks = [
        block("text", form, column=Column(f"r{region}", index, 2) if region else None) for form, region, index in shapes
    ]
    order, links = chain_order(blocks)
    flowing = [n for n, each in enumerate(blocks) if each.form not in (Form.FURNITURE, Form.FIGURE)]
    assert sorted(order) == flowing
    assert len(links) == len(order)


def test_columns_are_decoded_one_after_the_other() -> None:
    left, right = in_column(STRENGTHS, 0, "r", 1), in_column(IMPROVEMENTS, 1, "r", 1)
    interleaved = [each for pair in zip(left, right, strict=True) for each in pair]
    order, links = chain_order(interleaved)
    assert [interleaved[index] for index in order] == [*left, *right]
    assert list(links) == [0, 0, 0, 2, 0, 0]


def fitted(seed: int = 3) -> FittedLabels:
    """A model of made-up numbers."""
    rng = np.random.default_rng(seed)
    kinds = len(BlockKind)
    estimator = LogisticRegression()
    estimator.classes_ = np.arange(kinds)
    estimator.coef_ = rng.normal(size=(kinds, COLUMNS)).astype(np.float32)
    estimator.intercept_ = rng.normal(size=kinds)
    weights = ChainWeights(rng.normal(size=(LINKS, kinds, kinds)), rng.normal(size=kinds), 0.7)
    return FittedLabels(estimator, weights)


def test_a_model_survives_its_file(tmp_path: Path) -> None:
    made = fitted()
    save(made, tmp_path / "m.onnx")
    again = labels.load(tmp_path / "m.onnx")
    assert [path.name for path in tmp_path.iterdir()] == ["m.onnx"]
    assert again.kinds == tuple(BlockKind)
    assert np.array_equal(again.weights.transitions, made.weights.transitions)
    assert np.array_equal(again.weights.start, made.weights.start)
    assert again.weights.scale == made.weights.scale
    blocks = chapter(1, side_by_side()) * 20
    features, _ = featurize(blocks, load_taxonomy())
    assert features.blocks > AT_ONCE
    assert again.scores(features) == pytest.approx(made.estimator.predict_log_proba(as_matrix(features)), abs=1e-4)
    save(made, tmp_path / "again.onnx")
    assert (tmp_path / "again.onnx").read_bytes() == (tmp_path / "m.onnx").read_bytes()


names = st.lists(st.tuples(st.text(max_size=12), st.sampled_from((0.0, 0.25, 0.5, 1.0))), max_size=12)


@given(st.lists(st.tuples(names, names), min_size=1, max_size=5))
@settings(deadline=None)
def test_features_have_the_columns_of_scikit_learns_hasher(rows: list[tuple[list[Feature], list[Feature]]]) -> None:
    words, rest = [own for own, _ in rows], [others for _, others in rows]
    found = hashed(words, rest)
    expected = np.hstack(
        [
            FeatureHasher(WORD_COLUMNS, input_type="pair").transform(words).toarray(),
            FeatureHasher(CONTEXT_COLUMNS, input_type="pair").transform(rest).toarray(),
        ]
    )
    assert np.array_equal(found.dense(0, len(rows)), expected)
    assert np.array_equal(found.dense(len(rows) - 1, len(rows)), expected[-1:])
    assert np.array_equal(as_matrix(found).toarray(), expected)


def test_labelling_loads_no_training_library() -> None:
    code = (
        "import sys; from kompass_extract import labels; labels.load(); "
        "print([m for m in ('sklearn', 'scipy', 'onnx', 'skops', 'pandas') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_missing_or_damaged_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="kompass train"):
        labels.load(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="kompass train"):
        labels.load(tmp_path / "bad.onnx")
    assert (tmp_path / "bad.onnx").exists()


def test_a_model_of_other_features_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as changed:
        changed.setattr("kompass_extract.training.fit_labels.model_writer.feature_hash", lambda: "other")
        save(fitted(), tmp_path / "m.onnx")
    with pytest.raises(ModelError, match="other features"):
        labels.load(tmp_path / "m.onnx")
