"""Which edition a report follows, and which question a row is."""

from __future__ import annotations

import random

import pytest

from kompass_extract.taxonomy import AreaEvidence, Edition, EditionEvidence, QuestionEvidence, RowQuery, load_taxonomy

TAXONOMY = load_taxonomy()
KNOWN = [e for e in TAXONOMY.editions if e.questions]


def areas(known: Edition) -> list[AreaEvidence]:
    return [AreaEvidence(area.number, area.name) for area in known.areas]


def questions(known: Edition) -> list[QuestionEvidence]:
    return [QuestionEvidence(q.number, q.wording, q.max_points) for q in known.questions]


def damaged(text: str, seed: int, share: float) -> str:
    """As an English model reads: å, ä, ö lost, and a share of the letters besides."""
    rng = random.Random(seed)
    swapped = [rng.choice("aaoéi&") if char in "åäöÅÄÖ" else char for char in text]
    return "".join(rng.choice("li1rc") if rng.random() < share else char for char in swapped)


@pytest.mark.parametrize("known", KNOWN, ids=lambda e: f"{e.name}-{e.form}")
def test_a_whole_report_tells_its_edition_and_form(known: Edition) -> None:
    decision = TAXONOMY.decide_edition(EditionEvidence(areas(known), questions(known), None))
    assert (decision.edition, decision.form) == (known.name, known.form)
    assert decision.confidence > 0.95


@pytest.mark.parametrize("known", KNOWN, ids=lambda e: f"{e.name}-{e.form}")
def test_a_damaged_report_tells_them_too(known: Edition) -> None:
    evidence = EditionEvidence(
        [AreaEvidence(a.number, damaged(a.name, a.number, 0.05)) for a in known.areas],
        [QuestionEvidence(q.number, damaged(q.wording, i, 0.05)) for i, q in enumerate(known.questions)],
        2018,
    )
    decision = TAXONOMY.decide_edition(evidence)
    assert (decision.edition, decision.form) == (known.name, known.form)


def test_a_contents_line_of_2010_does_not_outweigh_the_headings_and_questions_of_2016() -> None:
    known = next(e for e in KNOWN if e.name == "2016")
    evidence = EditionEvidence([*areas(known), AreaEvidence(7, "Verksamhetsutveckling", 0.3)], questions(known), 2018)
    assert TAXONOMY.decide_edition(evidence).edition == "2016"


@pytest.mark.parametrize("year", [2011, 2014, 2018, None])
def test_2010_is_told_by_area_seven(year: int | None) -> None:
    old, later = TAXONOMY.editions[0], TAXONOMY.editions[1]
    kept = [q for q in questions(later) if not q.number.startswith("7")]
    new = [QuestionEvidence(f"7.{i}", f"Hur används verktyg för kvalitet av slag {i}?", 20) for i in range(1, 6)]
    decision = TAXONOMY.decide_edition(EditionEvidence(areas(old) * 2, [*kept, *new], year))
    assert decision.edition == "2010"
    assert decision.confidence > 0.9


def test_without_questions_2010_and_2016_are_not_sure() -> None:
    decision = TAXONOMY.decide_edition(EditionEvidence(areas(TAXONOMY.editions[0]), (), 2011))
    assert decision.edition == "2010"
    assert decision.confidence <= 0.6
    assert "editions-undecided" in {one.code for one in decision.reasons}


@pytest.mark.parametrize("left_out", [(), (2,), (1, 3, 7), (1, 2, 4, 8)])
def test_a_report_of_2002_has_no_edition(left_out: tuple[int, ...]) -> None:
    (known,) = TAXONOMY.earlier
    named = [area for area in areas(known) if area.number not in left_out]
    asked = [
        QuestionEvidence(f"{n}.{i}", f"Hur arbetar kommunen med sak {i}?", 20) for n in range(1, 9) for i in (1, 2)
    ]
    decision = TAXONOMY.decide_edition(EditionEvidence(named * 2, asked, 2005))
    assert decision.edition is None
    assert decision.form is None
    assert any(one.code == "areas-of-earlier-edition" for one in decision.reasons)


OTHER_NAMES = (
    "Demokrati och insyn", "Service till brukarna", "Politisk ledning", "Chefskap och ansvar", "Ekonomistyrning",
    "Personalpolitik", "Kvalitetsarbete", "Samverkan i samhället", "Miljö och hållbarhet", "Digitalt arbete",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_areas_of_other_names_are_of_no_known_edition(seed: int) -> None:
    rng = random.Random(seed)
    known = rng.choice([*TAXONOMY.editions, *TAXONOMY.earlier])
    kept = set(rng.sample(range(1, 9), rng.randint(0, 3)))
    others = iter(rng.sample(OTHER_NAMES, 8))
    named = [area if area.number in kept else AreaEvidence(area.number, next(others)) for area in areas(known)]
    asked = [QuestionEvidence(f"{n}.{i}", f"Hur ser kommunen på sak {i}?", 20) for n in range(1, 9) for i in (1, 2, 3)]
    decision = TAXONOMY.decide_edition(EditionEvidence(named, asked, rng.choice([2007, 2012, 2027, None])))
    assert decision.edition is None
    assert decision.reasons


@pytest.mark.parametrize(("year", "edition"), [(2006, None), (2009, None), (2010, "2010"), (2014, "2010")])
def test_no_report_before_2010_is_of_that_edition(year: int, edition: str | None) -> None:
    asked = [QuestionEvidence(f"{n}.1", "Hur ser kommunen på detta?", 20) for n in range(1, 9)]
    assert TAXONOMY.decide_edition(EditionEvidence(areas(TAXONOMY.editions[0]), asked, year)).edition == edition


@pytest.mark.parametrize("known", KNOWN, ids=lambda e: f"{e.name}-{e.form}")
@pytest.mark.parametrize("seed", range(5))
def test_damaged_headings_beside_its_questions_leave_the_edition_known(known: Edition, seed: int) -> None:
    named = [AreaEvidence(a.number, damaged(a.name, seed * 8 + a.number, 0.3)) for a in known.areas]
    decision = TAXONOMY.decide_edition(EditionEvidence(named, questions(known), 2019))
    assert decision.edition == known.name


def test_questions_of_an_edition_that_was_not_yet_made_are_doubted() -> None:
    known = KNOWN[-1]
    decision = TAXONOMY.decide_edition(EditionEvidence(areas(known), questions(known), 2014))
    assert decision.edition == known.name
    assert decision.confidence <= 0.6


def test_nothing_recognised_is_no_edition() -> None:
    decision = TAXONOMY.decide_edition(EditionEvidence((), (), 2019))
    assert decision.edition is None
    assert decision.reasons


@pytest.mark.parametrize("known", KNOWN, ids=lambda e: f"{e.name}-{e.form}")
@pytest.mark.parametrize("share", [0.0, 0.05, 0.12])
def test_every_row_finds_its_question(known: Edition, share: float) -> None:
    rows = [
        RowQuery(damaged(q.wording, i, share) if share else q.wording, q.number, q.max_points, q.area)
        for i, q in enumerate(known.questions)
    ]
    matches = TAXONOMY.match_rows(rows, edition=known.name, form=known.form)
    assert [m.question_id for m in matches] == [q.id for q in known.questions]
    assert all(m.runner_up_score < m.score for m in matches)


@pytest.mark.parametrize("known", KNOWN, ids=lambda e: f"{e.name}-{e.form}")
def test_the_wording_alone_finds_the_question(known: Edition) -> None:
    for question in known.questions:
        for wording in question.wordings:
            match = TAXONOMY.match_question(wording, edition=known.name, form=known.form, area=question.area)
            assert match.question_id == question.id
            assert match.concept == question.concept


def test_rows_of_unknown_questions_stay_unmatched() -> None:
    match = TAXONOMY.match_question("Finns en plan för något helt annat?", edition="2016", number="3.2")
    assert match.question_id is None
    assert match.reasons
    old = TAXONOMY.match_question("Styrs kommunen av tydliga politiska mål?", edition="2010", number="3.2")
    assert old.question_id is None


def test_no_question_stands_twice_in_a_table() -> None:
    rows = [RowQuery("Politisk styrning", n, 40, 3) for n in ("3.2", "3.3")]
    matches = TAXONOMY.match_rows(rows, edition="2020", form="first")
    ids = [m.question_id for m in matches if m.question_id]
    assert len(ids) == len(set(ids))
    assert matches[0].question_id == "2020/3.2"


def test_an_unreadable_row_is_placed_by_its_number_beside_sure_ones() -> None:
    known = TAXONOMY.questions("2016")[:5]
    rows = [RowQuery(q.wording if q.number != "1.2" else "%&/ iii", q.number, q.max_points, 1) for q in known]
    matches = TAXONOMY.match_rows(rows, edition="2016")
    assert matches[1].question_id == "2016/1.2"
    assert matches[1].score < 0.7
    assert matches[1].reasons
