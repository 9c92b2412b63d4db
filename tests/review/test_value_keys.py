"""Keys of single values: each value has one, none has two, and the search's keys are among them."""

from __future__ import annotations

import pytest

from kompass_extract.errors import UsageError
from kompass_extract.model import tidy_rows
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.review.answers.value_keys import keyed_field, keyed_fields
from tests.support.reviewed import gold_report


@pytest.mark.parametrize("name", ["sala-2023", "hoganas-2018", "amal-2019-areas-1-4"])
def test_every_value_of_head_and_areas_has_one_key(name: str) -> None:
    report = gold_report(name)
    keyed = list(keyed_fields(report))
    wanted = {pointer: field for pointer, field in report_fields(report) if not pointer.startswith("/area_scores")}
    assert {one.pointer: one.field for one in keyed} == wanted
    assert len({one.key for one in keyed}) == len(keyed)
    for one in keyed[:: len(keyed) // 40]:
        assert keyed_field(report, one.key) == one


def test_items_and_paragraphs_are_named_as_the_search_names_them() -> None:
    report = gold_report("sala-2023")
    for row in tidy_rows.rows(report, "items"):
        assert keyed_field(report, f"{row['area']}/{row['kind']}/{row['position']}").field.value == row["text"]
    for row in tidy_rows.rows(report, "paragraphs"):
        key = f"{row['area']}/narrative/{row['section']}.{row['position']}"
        assert keyed_field(report, key).field.value == row["text"]


def test_rows_of_a_table_are_counted_from_one() -> None:
    report = gold_report("sala-2023")
    third = report.areas[1].score_table.rows[2]
    assert keyed_field(report, "2/question/3/score").field == third.achieved
    assert keyed_field(report, "2/question/3/max").field == third.max
    assert keyed_field(report, "2/table/score").field == report.areas[1].score_table.total.achieved


@pytest.mark.parametrize("key", ["", "9/score", "1/strength/0", "1/strength/99", "head", "1/question/1", "1//score"])
def test_what_no_value_is_named_is_an_error(key: str) -> None:
    with pytest.raises(UsageError, match="no value"):
        keyed_field(gold_report("sala-2023"), key)
