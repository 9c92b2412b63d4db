"""Sampled covers: every evaluator is read or a person is asked, and the year and the municipality are the report's."""

from __future__ import annotations

import pytest

from tests.support import covers

SEEDS = range(80)
LEAST_FOUND = 0.97


@pytest.fixture(scope="module")
def read() -> list[tuple[covers.Cover, covers.Metadata]]:
    return [(one, covers.read(one)) for one in map(covers.cover, SEEDS)]


def test_nobody_is_lost_or_invented_without_a_question(read: list[tuple[covers.Cover, covers.Metadata]]) -> None:
    for one, found in read:
        names = {person.name.value for person in found.evaluators if person.name.value is not None}
        assert names == set(one.names) or covers.asked(found), (one.text, names)


def test_nearly_everybody_is_found(read: list[tuple[covers.Cover, covers.Metadata]]) -> None:
    found = sum(
        name in {person.name.value for person in metadata.evaluators} for one, metadata in read for name in one.names
    )
    assert found >= LEAST_FOUND * sum(len(one.names) for one, _ in read)


def test_whole_teams_are_seldom_asked_about(read: list[tuple[covers.Cover, covers.Metadata]]) -> None:
    teams = [(one, found) for one, found in read if len(one.names) > 1]
    known = [(one, found) for one, found in teams if not any(given in one.text for given in covers.RARE_GIVEN)]
    assert sum(covers.asked(found) for _, found in known) <= 0.05 * len(known)


def test_year_and_municipality_are_read_or_asked_about(read: list[tuple[covers.Cover, covers.Metadata]]) -> None:
    for one, found in read:
        assert found.year.value == one.year or found.year.reasons, one.text
        assert found.municipality.value == one.municipality or found.municipality.reasons, one.text
