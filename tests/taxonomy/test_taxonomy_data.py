"""The editions as data: complete, consistent, and linked by concepts."""

from __future__ import annotations

import pytest

from kompass_extract.taxonomy import Edition, load_taxonomy

TAXONOMY = load_taxonomy()


def edition(name: str, form: str | None = None) -> Edition:
    return next(e for e in TAXONOMY.editions if e.name == name and e.form == form)


@pytest.mark.parametrize("known", TAXONOMY.editions, ids=lambda e: f"{e.name}-{e.form}")
def test_every_area_has_questions_worth_a_hundred_points(known: Edition) -> None:
    assert [area.number for area in known.areas] == list(range(1, 9))
    for area in known.areas:
        numbers = [question.number for question in area.questions]
        assert numbers == [f"{area.number}.{place}" for place in range(1, len(numbers) + 1)]
        assert sum(question.max_points for question in area.questions) == (100 if known.name != "2010" else 0)


def test_editions_have_the_questions_of_their_reports() -> None:
    assert len(edition("2016").questions) == 45
    assert len(edition("2020", "first").questions) == 35
    assert len(edition("2020", "second").questions) == 36
    assert edition("2010").questions == ()
    assert edition("2010").area(7).name == "Verksamhetsutveckling"


def test_every_question_has_a_known_concept_and_no_concept_twice_in_an_edition() -> None:
    ids = {concept.id for concept in TAXONOMY.concepts}
    for known in TAXONOMY.editions:
        concepts = [question.concept for question in known.questions]
        assert set(concepts) <= ids
        assert len(concepts) == len(set(concepts))
    assert all(related in ids for concept in TAXONOMY.concepts for related in concept.related)


@pytest.mark.parametrize(
    ("old", "new"),
    [("1.1", "1.1"), ("1.3", "1.4"), ("1.4", "1.3"), ("2.1", "5.1"), ("3.5", "3.4"), ("5.5", "4.3"), ("8.6", "2.3")],
)
def test_concepts_live_through_the_editions(old: str, new: str) -> None:
    before = next(q for q in edition("2016").questions if q.number == old)
    after = next(q for q in edition("2020", "second").questions if q.number == new)
    assert before.concept == after.concept


def test_area_ids() -> None:
    assert TAXONOMY.area_id("2016", 3) == "2016/3"
    assert TAXONOMY.area_id("2016", 9) is None
    assert TAXONOMY.area_id(None, 3) is None


def test_the_register_is_whole() -> None:
    entries = TAXONOMY.municipalities.entries
    assert len(entries) == 290
    assert len({entry.code for entry in entries}) == 290
    assert {entry.name for entry in entries if entry.code == "1492"} == {"Åmål"}
