"""The parts of the letter repair, each by itself on small models made here."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract import resources
from kompass_extract.errors import ModelError
from kompass_extract.process.files import sha256_of
from kompass_extract.repair.candidates import compounds, whole_words
from kompass_extract.repair.case import cased
from kompass_extract.repair.channel import Channel, learn, with_double_readings, with_lookalikes
from kompass_extract.repair.damage import LineEvidence, damaged_lines
from kompass_extract.repair.decode import PossibleWord, choose, following
from kompass_extract.repair.language import START, Corpus, Language, estimate
from kompass_extract.repair.lexicon import knows, lists
from kompass_extract.repair.marks import habits, mark_changes
from kompass_extract.repair.model_file import Letters, read, save
from kompass_extract.repair.repairer import Repairer
from kompass_extract.repair.tokens import Sort, tokens
from kompass_extract.repair.trie import ALPHABET, Tree, plant, recosted, walkable
from kompass_extract.repair.vocabulary import with_document
from kompass_extract.repair.word_kinds import OTHER, Kinds, follow, kind_of
from kompass_extract.training.evaluate.letters_tally import tally_of
from kompass_extract.training.fit_letters.train_letters import Aligned, learn_channel, word_pairs

PAIRS = [("f6r", "för"), ("for", "för"), ("pd", "på"), ("nir", "när"), ("nar", "när"), ("mél", "mål")] * 20
WORDS = {"för": 4.0, "på": 4.0, "när": 5.0, "mål": 6.0, "arbete": 7.0, "far": 8.0, "år": 6.0}


@pytest.fixture(scope="module")
def channel() -> Channel:
    return learn_channel(PAIRS)


@pytest.fixture(scope="module")
def tree() -> Tree:
    return plant(WORDS, {"mål": 5.0, "års": 6.0}, ["vision"])


def test_channel_learns_what_each_letter_became() -> None:
    learned = learn(PAIRS)
    assert learned["6", "ö"] == pytest.approx(0.5, abs=0.02)
    assert learned["d", "å"] == pytest.approx(0.5, abs=0.02)
    assert learned["f", "f"] > 0.95
    assert ("6", "å") not in learned


def test_doubled_readings_are_made_of_single_ones() -> None:
    widened = with_double_readings({("é", "ä"): 0.5, ("i", "ä"): 0.4, ("ii", "ä"): 0.1})
    assert 0 < widened["éi", "ä"] < 0.1
    assert widened["ii", "ä"] > widened["éi", "ä"]


def test_tree_finds_its_words_alone(tree: Tree) -> None:
    trie = walkable(tree)
    for word, cost in WORDS.items():
        assert trie.word[trie.find(word)] == round(cost * 10)
    assert trie.find("xyz") == 0
    assert trie.word[trie.find("vision")] == 255
    assert walkable(recosted(tree, {"vision": 9.0})).word[trie.find("vision")] == 90


@settings(deadline=None)
@given(st.sets(st.text(alphabet=ALPHABET, min_size=1, max_size=8), min_size=1, max_size=60))
def test_any_words_can_be_planted(words: set[str]) -> None:
    trie = walkable(plant(dict.fromkeys(words, 3.0), {}))
    assert all(trie.word[trie.find(word)] == 30 for word in words)


def test_candidates_are_words_and_compounds(channel: Channel, tree: Tree) -> None:
    trie = walkable(tree)
    assert whole_words("f6r", channel, trie)[0].text == "för"
    assert whole_words("mélarbete", channel, trie) == []
    found = compounds("mélarbete", channel, trie)[0]
    assert (found.text, found.head) == ("målarbete", "arbete")
    assert knows(trie, "målarbete")
    assert not knows(trie, "malarbete")
    assert lists(trie, "mal")
    assert not lists(trie, "mil")


def _reading(language: Language, word: str, cost: float = 0.0, single: float = 3.0) -> PossibleWord:
    number, kind = language.ids.get(word, -1), language.kinds.of(word)
    return PossibleWord(word, cost, single, number, number, kind, single - language.kinds.single[kind])


def test_context_decides_between_readings() -> None:
    sentences = [[START, "ett", "år"], [START, "det", "är"]] * 30
    language = estimate([Corpus(sentences, 1.0)], dict.fromkeys([START, "ett", "det", "år", "är"], 3.0), minimum=(1,))
    slot = tuple(_reading(language, word, 1.0) for word in ("år", "är"))
    for before, after in (("ett", "år"), ("det", "är")):
        first = (_reading(language, before),)
        choice = choose([first, slot], language, (language.ids[START], language.kinds.of(START)))[1]
        assert choice.reading.text == after
        assert choice.probability > 0.9
        assert choice.probability + sum(share for _, share in choice.others) == pytest.approx(1.0)


def test_following_words_share_all_probability() -> None:
    words = ["a", "b", "c"]
    single = dict.fromkeys([START, *words], math.log(4))
    language = estimate([Corpus([[START, "a", "b"], [START, "a", "c"]], 1.0)], single, minimum=(1,))
    before = language.ids["a"], language.kinds.of("a")
    readings = [_reading(language, word, single=math.log(4)) for word in [START, *words]]
    assert sum(math.exp(-following(before, reading, language)) for reading in readings) == pytest.approx(1.0, abs=0.02)


def test_an_ending_tells_what_may_follow_a_new_word() -> None:
    texts = [[stem + "ande", "år"] for stem in ("följ", "kom", "löp")] + [
        [stem + "et", "är"] for stem in ("mål", "hus")
    ]
    ids = {OTHER: 0, "-nde": 1, "-et": 2, "år": 3, "är": 4}
    assert [kind_of(word, ids) for word in ("gällande", "taket", "år", "nde", "bord")] == [1, 2, 3, 0, 0]
    table = follow([(texts, 1.0)], ids, [1.0, 2.0, 2.0, 3.0, 3.0])
    cost = {(a, b): table[ids[a] * 5 + ids[b]] for a in ids for b in ids}
    assert cost["-nde", "år"] < cost["-nde", "är"]
    assert cost["-et", "är"] < cost["-et", "år"]


def test_a_word_that_the_document_has_elsewhere_is_likelier() -> None:
    texts = [[START, "en", "miljon"], [START, "en", "miljö"]]
    language = estimate([Corpus(texts, 1.0)], dict.fromkeys([START, "en", "miljon", "miljö"], 5.0), minimum=(1,))
    doubtful = _reading(language, "miljon", 1.0, 5.0), _reading(language, "miljö", 1.0, 5.0)
    sure = (_reading(language, "miljö", 0.0, 5.0),)
    first, second = with_document([doubtful, sure])[0]
    assert first.cost == 1.0
    assert second.cost == pytest.approx(1.0 - math.log1p(0.3 * 0.5 * math.exp(5)))
    assert with_document([doubtful])[0] == doubtful


def test_readings_not_seen_yet_have_room_by_shape() -> None:
    widened = with_lookalikes({("é", "ä"): 0.5, ("6", "ö"): 0.4})
    assert widened["é", "ä"] > 0.4
    assert 0 < widened["é", "ö"] < 0.01
    assert widened["#", "ä"] == widened["{", "f"] == 0.0005


def test_damage_comes_in_stretches() -> None:
    lines = [LineEvidence(odds, -10.0) for odds in (10.0, 0.0, 10.0, -10.0, 0.0, -10.0)]
    shares = damaged_lines(lines)
    assert all(share > 0.5 for share in shares[:3])
    assert all(share < 0.5 for share in shares[3:])


def test_one_odd_line_among_good_ones_is_not_damage_nor_is_a_foreign_one() -> None:
    good = [LineEvidence(-20.0, -20.0)] * 3
    assert damaged_lines([*good, LineEvidence(10.0, -10.0), *good])[3] < 0.1
    assert damaged_lines([LineEvidence(5.0, 30.0)] * 3, good=False)[1] < 0.1
    assert damaged_lines([LineEvidence(-5.0, -30.0)] * 3, good=False)[1] > 0.9


@pytest.mark.parametrize(
    ("line", "restored"),
    [
        ("=  kommunens hemsida", "• kommunens hemsida"),
        ("e Strategi", "• Strategi"),
        ("® “Arbete", "• ”Arbete"),
        ("1.4 |Finns det 19 30 65%", "1.4 | Finns det 19 30 65 %"),
        ("2. |Mal Uppnatt (Max  |Procent", "2. | Mal Uppnatt | Max | Procent"),
        ("slut. | en kommun", "slut. I en kommun"),
        ("mal /resultat — 5", "mal/resultat – 5"),
        ("e-service är bra = ja", "e-service är bra = ja"),
    ],
)
def test_marks(line: str, restored: str) -> None:
    style = habits(["”så” 45 % 40 %", line])
    for change in sorted(mark_changes(line, style), key=lambda change: -change.start):
        line = line[: change.start] + change.restored + line[change.end :]
    assert line == restored


def test_tokens_keep_numbers_and_addresses_whole() -> None:
    sorts = [(token.text, token.sort) for token in tokens("12 700 f6r &r info@amal.se 2019-11 omrade 1.2")]
    assert sorts[0] == ("12 700", Sort.NUMBER)
    assert ("f6r", Sort.WORD) in sorts
    assert ("&r", Sort.WORD) in sorts
    assert ("info@amal.se", Sort.ADDRESS) in sorts
    assert sorts[-1] == ("1.2", Sort.NUMBER)


@pytest.mark.parametrize(
    ("raw", "restored", "opens", "name", "expected"),
    [
        ("Okad", "ökad", False, False, "ökad"),
        ("Okad", "ökad", True, False, "Ökad"),
        ("Amal", "åmål", False, True, "Åmål"),
        ("P&", "på", False, False, "På"),
        ("6ppen", "öppen", True, False, "Öppen"),
        ("FORBATTRING", "förbättring", False, False, "FÖRBÄTTRING"),
        ("framfGrs", "framförs", False, False, "framförs"),
    ],
)
def test_case(raw: str, restored: str, opens: bool, name: bool, expected: str) -> None:
    assert cased(raw, restored, opens_sentence=opens, name=name) == expected


def _letters(channel: Channel, tree: Tree) -> Letters:
    kinds = Kinds({OTHER: 0, START: 1}, [1.0, 3.0], bytes([20, 60, 20, 60]))
    language = Language({START: 0}, [3.0], {}, [0.0], kinds)
    return Letters(walkable(tree), language, channel, {"the": 3.0}, frozenset({"åmål"}))


def test_a_model_comes_back_as_it_was_written(channel: Channel, tree: Tree, tmp_path: Path) -> None:
    file = tmp_path / "letters.npz"
    letters = _letters(channel, tree)
    save(file, tree, letters)
    first = sha256_of(file)
    back = read(file)
    assert (back.trie, back.foreign, back.names) == (letters.trie, letters.foreign, letters.names)
    assert back.channel.steps == channel.steps
    assert back.language == letters.language
    assert Repairer(back).repair_lines(["f6r mélarbete"], damaged=True)[0].text == "för målarbete"
    save(file, tree, letters)
    assert sha256_of(file) == first


def test_another_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letters.npz"
    np.savez(file, about=np.frombuffer(b'{"format": "other"}', dtype=np.uint8))
    with pytest.raises(ModelError, match="kompass train"):
        read(file)


def test_missing_models_say_where_they_were_sought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(resources.FOLDER_VARIABLE, str(tmp_path))
    with pytest.raises(ModelError, match=str(tmp_path)):
        resources.path("letters.npz")


def test_lines_of_other_word_counts_teach_nothing() -> None:
    assert word_pairs([Aligned(("f6r alla", "a b"), ("för alla", "abc"))]) == [("f6r", "för"), ("alla", "alla")]


def test_tally_counts_repairs_and_harm() -> None:
    tally = tally_of(["f6r val 12", "lon"], ["för väl 12", "lon"], ["för val 12", "lön"])
    assert (tally.words, tally.word_edits, tally.damaged, tally.restored, tally.harmed) == (4, 2, 2, 1, 1)
    assert tally.precision == 0.5
    assert tally.recall == 0.5
    assert tally.harm == 5000
    assert tally.digits_changed == 0
