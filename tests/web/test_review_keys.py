"""How many keys a review takes, over labelled reports with doubts of each sort."""

from __future__ import annotations

from tests.support.review_archive import doubt, doubted, gold_report
from tests.support.review_keys import keys_of, printed_in

MOST_FOR_NINE = 16
MOST_MEDIAN = 1.3
NAME = "sala-2023"


def test_nine_doubts_take_at_most_sixteen_keys_from_start_to_signature() -> None:
    report = gold_report(NAME)
    texts = [(f"/areas/{area}/strengths/0", report.areas[area].strengths[0].value) for area in range(5)]
    asked = {pointer: doubt(value, "the page is hard to read") for pointer, value in texts}
    printed = report.areas[0].score.value
    assert printed is not None
    asked["/areas/0/score"] = doubt(int(printed) + 1, "the evidence leaves several readings", int(printed))
    asked["/areas/1/score"] = doubt(None, "the evidence leaves several readings")
    asked["/report/title"] = doubt(report.report.title.value, "the page is hard to read")
    asked["/report/year"] = doubt(2028, "the evidence leaves several readings")
    keys = keys_of(doubted(report, asked), printed_in(NAME))
    assert sorted(keys.decisions) == [1] * 7 + [2, 3]
    assert keys.whole <= MOST_FOR_NINE
    assert keys.median <= MOST_MEDIAN


def test_what_must_be_written_costs_its_letters() -> None:
    report = gold_report(NAME)
    right = str(report.areas[0].strengths[0].value)
    keys = keys_of(
        doubted(report, {"/areas/0/strengths/0": doubt(right.replace("e", "c", 3), "the page is hard to read")}),
        printed_in(NAME),
    )
    assert keys.decisions == (2 + 3,)
