"""Geometry of the charts: where values stand, and that one in doubt is never drawn as a sure one."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.review.answers.view_queries import spread
from kompass_extract.web.browse.chart_shapes import RADAR_RADIUS, histogram, radar, trend
from kompass_extract.web.browse.concept_names import concept_names, group_name, questions_of_concepts
from kompass_extract.web.words import Words

SCORES = st.none() | st.floats(0, 100)
AREAS = st.lists(st.tuples(SCORES, st.booleans(), SCORES), min_size=3, max_size=8)


@given(AREAS)
def test_a_radar_stands_as_far_out_as_its_values(given_areas: list[tuple[float | None, bool, float | None]]) -> None:
    areas = [(number, *one) for number, one in enumerate(given_areas, start=1)]
    shape = radar(areas)
    assert shape is not None
    for mark in shape.own:
        assert math.isclose(math.hypot(mark.x, mark.y), RADAR_RADIUS * mark.value / 100, abs_tol=0.02)
    assert len(shape.own) == sum(score is not None for _, score, _, _ in areas)
    assert (shape.own_fill is not None) is all(score is not None and not unsure for _, score, unsure, _ in areas)
    assert [one.sure for one in shape.own] == [not unsure for _, score, unsure, _ in areas if score is not None]


def test_two_areas_make_no_radar() -> None:
    assert radar([(1, 50.0, False, 50.0), (2, 60.0, False, 50.0)]) is None


def test_a_line_beside_a_doubt_is_dashed() -> None:
    line = trend(
        [(2014, 40.0, False), (2018, 60.0, True), (2022, 80.0, False), (2024, 90.0, False)], width=100, height=50
    )
    assert [one.sure for one in line.edges] == [False, False, True]
    assert line.marks[0].y > line.marks[1].y > line.marks[2].y
    assert line.marks[1].x - line.marks[0].x == line.marks[2].x - line.marks[1].x  # four years each


@given(st.lists(st.tuples(SCORES, st.booleans())))
def test_a_histogram_counts_every_value_and_the_doubts_apart(values: list[tuple[float | None, bool]]) -> None:
    bars = histogram(values)
    assert sum(one.count for one in bars) == sum(value is not None for value, _ in values)
    assert sum(one.unsure for one in bars) == sum(value is not None and unsure for value, unsure in values)
    assert all(0 <= one.unsure_height <= one.height <= 100 for one in bars)


@given(st.lists(st.tuples(SCORES, st.booleans())))
def test_a_spread_leaves_out_what_is_not_sure_and_says_so(values: list[tuple[float | None, bool]]) -> None:
    found = spread(values)
    sure = [value for value, unsure in values if value is not None and not unsure]
    assert (found.n, found.left_out) == (len(sure), len(values) - len(sure))
    if sure:
        assert found.mean is not None
        assert min(sure) - 1e-9 <= found.mean <= max(sure) + 1e-9


def test_every_concept_with_a_question_has_a_swedish_name_of_the_newest_edition() -> None:
    names = concept_names("sv")
    assert names["citizen-dialogue"] == "Medborgarnas möjlighet till dialog med politiken"
    assert set(questions_of_concepts()) <= set(names)


def test_groups_are_named_in_both_languages() -> None:
    swedish, english = Words("sv"), Words("en")
    assert group_name("edition 2020", swedish) == "upplaga 2020"
    assert group_name("earlier", english) == "own earlier"
    assert group_name("Skåne län", swedish) == "Skåne län"
    assert group_name("group liknande", english) == "group liknande"
