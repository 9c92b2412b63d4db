"""The line-pair model: its labels, its varied layouts, its file, and what the shipped one says of plain cases."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kompass_extract.blocks import GOES_ON, PAIRS_MODEL, line_pairs
from kompass_extract.blocks.habits import Habits
from kompass_extract.blocks.pair_features import BASE, PAGE_BREAK, SECOND, WordOdds, break_features, column_features
from kompass_extract.blocks.pair_rows import PairRow, RowColumn, words_of
from kompass_extract.errors import ModelError
from kompass_extract.training.fit_structure import as_arrays, save, word_odds
from kompass_extract.training.pair_labels import PairLabels, breaks_of
from kompass_extract.training.structure_corpus import ColumnExample, ReportExample, read_examples, write_examples
from kompass_extract.training.vary_columns import varied

CAP, PITCH, LEFT, RIGHT = 7.2, 13.0, 70.0, 470.0
NO_ODDS = WordOdds({}, {})
FULL = "Kommunen har under flera år arbetat med dessa frågor på ett sätt som har gett resultat"


def row(text: str, y: float, *, mark: float = math.nan, x0: float = LEFT, full: bool = False) -> PairRow:
    width = 4.6
    x1 = RIGHT - 2 if full else x0 + width * len(text)
    return PairRow(text, x0, x1, y, CAP, 1.0, width * len(text.split(maxsplit=1)[0]), mark)


def column(*rows: PairRow) -> RowColumn:
    return RowColumn(rows, RIGHT, CAP, 1)


def items(texts: list[list[str]]) -> RowColumn:
    """A list with marks whose items hang, all lines at one distance."""
    rows = []
    for lines in texts:
        for place, text in enumerate(lines):
            full = place + 1 < len(lines)
            mark = LEFT if place == 0 else math.nan
            rows.append(row(text, 100 + PITCH * len(rows), mark=mark, x0=LEFT + 12, full=full))
    return column(*rows)


def example() -> ReportExample:
    made = items([[FULL, "i många år."], ["En kort punkt"], [FULL, "och mål."]])
    return ReportExample("ale-2019", "word", (ColumnExample(made, (True, False, False, True)),))


def test_a_marked_list_without_spaces_is_parted_at_its_marks() -> None:
    made = items([[FULL, "i många år."], ["En kort punkt"], [FULL, "och mål."], ["En sista punkt"]])
    (going_on,) = line_pairs.load().columns([made]).going_on
    assert [bool(one >= GOES_ON) for one in going_on] == [True, False, False, True, False]


def test_a_paragraph_goes_on_over_full_lines_and_ends_at_a_space() -> None:
    rows = [row(FULL, 100 + PITCH * i, full=True) for i in range(4)]
    rows.append(row("och mål finns.", 100 + PITCH * 4))
    rows += [row(FULL, 100 + PITCH * (i + 6), full=True) for i in range(4)]
    (going_on,) = line_pairs.load().columns([column(*rows)]).going_on
    assert [bool(one >= GOES_ON) for one in going_on] == [True] * 4 + [False] + [True] * 3


def test_a_sentence_cut_by_a_page_goes_on_and_a_new_item_does_not() -> None:
    model = line_pairs.load()
    before = column(*[row(FULL, 100 + PITCH * i, full=True) for i in range(6)])
    after = column(*[row(text, 70 + PITCH * i, full=True) for i, text in enumerate(["i alla nämnder och av", FULL])])
    habits = model.columns([before, after]).habits
    marked = column(replace(after.rows[0], text="Tydliga mål", mark=LEFT - 12), after.rows[1])
    assert model.over(before, after, PAGE_BREAK, habits) > model.over(before, marked, PAGE_BREAK, habits)
    assert model.over(before, after, PAGE_BREAK, habits) >= GOES_ON


def test_features_have_their_names() -> None:
    made = items([[FULL, "i många år."], ["En kort punkt"]])
    assert column_features(made, NO_ODDS).shape == (2, len(BASE))
    assert break_features(made, made, PAGE_BREAK, NO_ODDS).shape == (1, len(BASE))
    first = np.array([0.9, 0.1])
    base = [column_features(made, NO_ODDS)]
    habits = Habits.of(base[0], first)
    seen = line_pairs.second_features([made], base, first, habits)
    assert seen.shape == (2, len(BASE) + len(SECOND))
    assert column_features(RowColumn(made.rows[:1], RIGHT, CAP), NO_ODDS).shape == (0, len(BASE))


def test_habits_tell_distances_of_one_text_from_those_between_two() -> None:
    distance = BASE.index("distance")
    features = np.full((200, len(BASE)), np.nan)
    features[:, [BASE.index("begin"), BASE.index("end"), BASE.index("mark_below")]] = 0.0
    features[:, distance] = [1.8] * 150 + [2.6] * 50
    evidence = Habits.of(features, np.array([1.0] * 150 + [0.0] * 50)).features(features)[:, 0]
    assert evidence[0] > 1 > -1 > evidence[-1]


@pytest.mark.parametrize(
    ("text", "typed", "number"), [("1. Mål", 1, 1), ("12) Mål", 1, 12), ("b) Mål", 2, 2), ("→ Mål", 3, ord("→"))]
)
def test_typed_marks_are_seen(text: str, typed: float, number: float) -> None:
    assert (words_of(text).typed, words_of(text).number) == (typed, number)


def test_a_word_or_a_year_is_no_typed_mark() -> None:
    assert words_of("I kommunen").typed == words_of("2019 var").typed == words_of("Mål").typed == 0


def test_labels_tell_pairs_within_and_between_strings() -> None:
    labels = PairLabels("\x00tydligamålochrutinerföruppföljning\x00nästapunktilistan\x00", "\x00frånförordet\x00")
    assert labels.pair(row("Tydliga mål och", 0), row("rutiner för uppföljning", 1)) is True
    assert labels.pair(row("rutiner för uppföljning", 0), row("1. Nästa punkt i", 1)) is False
    assert labels.pair(row("något helt annat", 0), row("som inte finns", 1)) is None


def test_breaks_pair_the_columns_that_may_go_on_in_each_other() -> None:
    labels = PairLabels("\x00tydligamålochrutinerföruppföljning\x00nästapunkt\x00", "\x00")
    first, second = column(row("Tydliga mål och", 700)), replace(column(row("rutiner för uppföljning", 80)), page=2)
    assert [(one.before, one.after, one.goes_on) for one in breaks_of([first, second], labels)] == [(0, 1, True)]


def test_varied_layouts_keep_lines_and_labels() -> None:
    one = example()
    for seed in map(str, range(20)):
        other = varied(one, seed)
        assert [c.going_on for c in other.columns] == [c.going_on for c in one.columns]
        assert len(other.columns[0].column.rows) == len(one.columns[0].column.rows)
        steps = np.diff([line.baseline for line in other.columns[0].column.rows])
        assert (steps > CAP).all()
    assert varied(one, "3") == varied(one, "3") != varied(one, "4")


def test_examples_are_read_as_written(tmp_path: Path) -> None:
    path = tmp_path / "columns.jsonl.xz"
    write_examples(path, [example()])
    (kept,) = read_examples(path)
    assert kept.columns[0].going_on == example().columns[0].going_on
    assert [line.text for line in kept.columns[0].column.rows] == [
        line.text for line in example().columns[0].column.rows
    ]
    assert kept.columns[0].column.rows[0].marked
    assert not kept.columns[0].column.rows[1].marked


def test_trees_say_what_scikit_learn_says_and_survive_their_file(tmp_path: Path) -> None:
    ensemble = pytest.importorskip("sklearn.ensemble")
    rng = np.random.default_rng(1)
    features = rng.normal(size=(400, 5))
    features[rng.random(features.shape) < 0.2] = np.nan
    labels = (np.nan_to_num(features[:, 0]) + np.nan_to_num(features[:, 3], nan=1.0) > 0.3).astype(float)
    fitted = ensemble.HistGradientBoostingClassifier(max_iter=12, random_state=1).fit(features, labels)
    trees = as_arrays(fitted)
    assert np.allclose(trees.probability(features), fitted.predict_proba(features)[:, 1])
    path = tmp_path / PAIRS_MODEL
    save(line_pairs.LinePairs(trees, trees, trees, WordOdds({"och": 5.0}, {"Det": 1.0})), path)
    kept = line_pairs.load(path)
    assert np.allclose(kept.first.probability(features), trees.probability(features))
    assert kept.odds == WordOdds({"och": 5.0}, {"Det": 1.0})


def test_a_model_of_other_features_is_refused(tmp_path: Path) -> None:
    path = tmp_path / PAIRS_MODEL
    np.savez_compressed(path, about=json.dumps({"format": line_pairs.FORMAT, "features": "others"}))
    with pytest.raises(ModelError, match="kompass train"):
        line_pairs.load(path)
    path.write_bytes(b"no model")
    with pytest.raises(ModelError):
        line_pairs.load(path)


def test_words_that_texts_do_not_end_with_have_higher_odds() -> None:
    rng = random.Random(1)
    texts = [f"Kommunen arbetar med mål och rutiner nr {rng.random()} samt vision" for _ in range(30)]
    odds = word_odds(texts)
    assert odds.last["och"] > 0 > odds.last["vision"]


@pytest.mark.parametrize(("drawn", "most"), [(True, line_pairs.NESTED), (False, line_pairs.NESTED_SIGN)])
def test_a_mark_right_of_the_text_above_begins_a_text_or_is_asked_about(drawn: bool, most: float) -> None:
    above = row("Systematiskt arbete för att utveckla ledare i", 100, mark=LEFT - 2 * CAP, full=True)
    below = replace(row("nyckeltalen", 113, x0=LEFT + 2 * CAP, mark=LEFT + CAP), drawn=drawn)
    (verdict,) = line_pairs.load().columns([column(above, below)]).going_on
    assert verdict[0] <= most
