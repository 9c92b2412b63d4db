"""How many keys a review takes: the labelled scans from their recorded readings, and what single decisions cost."""

from __future__ import annotations

import statistics
from functools import cache

import pytest

from kompass_extract import pipeline
from tests.support.recorded_scans import SCANS as FOLDER
from tests.support.recorded_scans import recorded_tools
from tests.support.review_archive import doubt, doubted, gold_report
from tests.support.review_keys import SCANS, Keys, keys_of, printed_in

MOST_FOR_SALA = 16
MOST_MEDIAN = 1.3
NAME = "sala-2023"


@cache
def measured(scan: str) -> Keys:
    return keys_of(pipeline.extract(FOLDER / scan, tools=recorded_tools()), printed_in(SCANS[scan]))


@pytest.mark.slow
def test_sala_takes_at_most_sixteen_keys_from_its_page_to_its_signature() -> None:
    keys = measured("sala-2023.office200.pdf")
    assert len(keys.decisions) >= 9
    assert keys.whole <= MOST_FOR_SALA, keys


@pytest.mark.slow
def test_the_median_decision_of_the_labelled_scans_takes_one_key() -> None:
    every = [keys for scan in SCANS for keys in measured(scan).decisions]
    assert len(every) > 40
    assert statistics.median(every) <= MOST_MEDIAN, every


@pytest.mark.parametrize(
    ("read", "reasons", "keys"),
    [
        (lambda right: right, "the page is hard to read", 1),
        (lambda right: right.replace("e", "c", 3), "the page is hard to read", 2 + 3),
        (lambda right: right.rstrip(".") + ".", "the page is hard to read", 2 + 1),
    ],
)
def test_what_must_be_written_costs_its_letters(read: object, reasons: str, keys: int) -> None:
    report = gold_report(NAME)
    right = str(report.areas[0].strengths[0].value)
    asked = {"/areas/0/strengths/0": doubt(read(right), reasons)}  # type: ignore[operator]
    found = keys_of(doubted(report, asked), printed_in(NAME)).decisions
    assert keys in found


def test_a_reading_that_is_offered_takes_one_key_and_a_missing_value_two() -> None:
    report = gold_report("hoganas-2018")
    printed = printed_in("hoganas-2018")
    right = report.areas[0].strengths[0].value
    asked = {"/areas/0/strengths/0": doubt("En helt annan text", "the evidence leaves several readings", str(right))}
    assert keys_of(doubted(report, asked), printed).decisions[0] == 1
    asked = {"/report/evaluation_date": doubt(None, "no year is printed", confidence=0.0)}
    assert 2 in keys_of(doubted(report, asked), printed).decisions
