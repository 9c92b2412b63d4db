"""What the model's verdicts do to a report: confidences, questions and reasons, never values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.model.pointers import AnyField, fields
from kompass_extract.model.reasons import reason
from kompass_extract.model.report import Report
from kompass_extract.report.confidence import Family, FieldEvidence, with_verdicts
from kompass_extract.report.confidence.confidence_model import ConfidenceModel, FamilyModel
from kompass_extract.report.confidence.verdicts import certain_doubts, list_checks
from kompass_extract.training.gold import load_gold
from tests.conftest import report_of
from tests.support.builders import GOLD

ITEM = "/areas/0/strengths/0"
MODEL = ConfidenceModel(
    signals=("early_break",),
    rows_sha256="ab",
    families={
        family: FamilyModel(
            weights={"early_break": 2.0},
            kinds={},
            doubts=(0.0, 2.0),
            probabilities=(0.99, 0.2),
            ask_below=0.9,
            values=100,
        )
        for family in (Family.ITEM, Family.NUMBER)
    },
)


WHOLE = report_of(load_gold(GOLD / "hoganas-2018.json"))


@pytest.fixture
def report() -> Report:
    return WHOLE


def about(doubt: float) -> FieldEvidence:
    return FieldEvidence(Family.ITEM, "strength", early_break=doubt)


def field_at(report: Report, pointer: str) -> AnyField:
    return dict(fields(report))[pointer]


def test_a_doubtful_item_is_asked_about_with_its_reason(report: Report) -> None:
    judged = field_at(with_verdicts(report, {ITEM: about(1.0)}, MODEL), ITEM)
    assert judged.confidence == 0.2
    assert judged.needs_review
    assert [one.code for one in judged.reasons] == ["line-ends-early-two-texts"]


def test_a_good_item_gets_its_probability_and_no_question(report: Report) -> None:
    judged = field_at(with_verdicts(report, {ITEM: about(0.0)}, MODEL), ITEM)
    assert (judged.confidence, judged.needs_review, judged.reasons) == (0.99, False, [])


TORN = reason("page-failed", page=3, why="torn")


def test_no_model_takes_back_a_question(report: Report) -> None:
    asked = changed(report, ITEM, lambda field: field.model_copy(update={"needs_review": True, "reasons": [TORN]}))
    judged = field_at(with_verdicts(asked, {ITEM: about(0.0)}, MODEL), ITEM)
    assert judged.needs_review
    assert judged.reasons == [TORN]


def test_a_field_without_model_or_value_stays_as_it_was(report: Report) -> None:
    pointer = "/areas/0/name"
    evidence = {pointer: FieldEvidence(Family.NAME, "area_name", early_break=1.0)}
    assert with_verdicts(report, evidence, MODEL) == report
    empty = changed(report, ITEM, lambda field: field.model_copy(update={"value": None, "needs_review": True}))
    assert with_verdicts(empty, {ITEM: about(1.0)}, MODEL) == empty


@settings(max_examples=25)
@given(st.data())
def test_values_never_change_and_nothing_else_is_touched(data: st.DataObject) -> None:
    pointers = [pointer for pointer, _ in fields(WHOLE)]
    chosen = data.draw(st.dictionaries(st.sampled_from(pointers), st.floats(0, 1), max_size=12))
    judged = with_verdicts(WHOLE, {pointer: about(doubt) for pointer, doubt in chosen.items()}, MODEL)
    before, after = dict(fields(WHOLE)), dict(fields(judged))
    assert {pointer: field.value for pointer, field in before.items()} == {p: f.value for p, f in after.items()}
    assert all(after[pointer] == before[pointer] for pointer in pointers if pointer not in chosen)
    assert all(not before[pointer].needs_review or after[pointer].needs_review for pointer in pointers)


def test_a_list_with_a_doubtful_part_is_named(report: Report) -> None:
    judged = with_verdicts(report, {ITEM: about(1.0)}, MODEL)
    (check,) = list_checks(judged, {ITEM: about(1.0)})
    assert (check.id, check.status, check.fields, check.area) == ("list-items", "warning", ["/areas/0/strengths"], 1)
    assert list_checks(report, {ITEM: about(0.0)}) == []


def test_an_item_that_may_belong_to_the_other_list_names_both(report: Report) -> None:
    evidence = {ITEM: replace(about(1.0), other_column=1.0)}
    (check,) = list_checks(with_verdicts(report, evidence, MODEL), evidence)
    assert check.fields == ["/areas/0/strengths", "/areas/0/improvements"]


def test_paragraphs_are_lists_too(report: Report) -> None:
    pointer = next(pointer for pointer, _ in fields(report) if pointer.startswith("/areas/0/narrative/1/paragraphs"))
    evidence = {pointer: about(1.0)}
    (check,) = list_checks(with_verdicts(report, evidence, MODEL), evidence)
    assert check.fields == ["/areas/0/narrative"]


def test_a_letter_from_a_known_name_is_asked_about_however_probable(report: Report) -> None:
    near = FieldEvidence(Family.ITEM, "table_heading", near_miss=1.0)
    judged = field_at(with_verdicts(report, {ITEM: near}, MODEL), ITEM)
    assert judged.confidence == 0.99
    assert judged.needs_review
    assert [one.code for one in judged.reasons] == ["letters-from-known"]


def changed(report: Report, pointer: str, change: Callable[[AnyField], AnyField]) -> Report:
    """The report with the strength at ``pointer`` changed."""
    _, _, area, name, index = pointer.split("/")
    old = report.areas[int(area)]
    items = list(getattr(old, name))
    items[int(index)] = change(items[int(index)])
    areas = [old.model_copy(update={name: items}) if one is old else one for one in report.areas]
    return report.model_copy(update={"areas": areas})


def test_a_title_that_does_not_name_the_municipality_is_asked_about_whatever_the_model_says() -> None:
    named, other = (FieldEvidence(Family.METADATA, "title", unconfirmed=one) for one in (0.0, 1.0))
    assert certain_doubts(named) == []
    assert [one.code for one in certain_doubts(other)] == ["nothing-confirms"]
    assert certain_doubts(FieldEvidence(Family.METADATA, "year", unconfirmed=1.0)) == []
