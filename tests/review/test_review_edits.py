"""Each kind of decision, and what it leaves in the report."""

from __future__ import annotations

import pytest

from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import BlockInfo, Evidence, Report
from kompass_extract.review import Action, Decision, Target
from kompass_extract.review.decisions.item_kinds import FieldKind, area_of, kind_of, label_of
from tests.support.reviewed import Reviewer, changed, gold_report


@pytest.fixture
def anna() -> Reviewer:
    return Reviewer(gold_report())


def strengths(reviewer: Reviewer, area: int = 0) -> list[str | None]:
    return [one.value for one in reviewer.result.report.areas[area].strengths]


def test_an_accepted_value_says_who_accepted_it(anna: Reviewer) -> None:
    anna.decide(Action.ACCEPT, "/areas/0/score")
    field = anna.result.report.areas[0].score
    assert field.review is not None
    assert (field.review.action, field.review.by, field.review.original) == ("accepted", "anna", field.value)
    assert not field.needs_review


def test_a_corrected_value_keeps_what_was_read(anna: Reviewer) -> None:
    read = anna.report.areas[0].score.value
    anna.decide(Action.CORRECT, "/areas/0/score", after=42)
    field = anna.result.report.areas[0].score
    assert field.value == 42
    assert field.review is not None
    assert (field.review.action, field.review.original) == ("corrected", read)


def test_a_correction_to_what_was_read_is_an_acceptance(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, "/areas/0/score", after=anna.report.areas[0].score.value)
    review = anna.result.report.areas[0].score.review
    assert review is not None
    assert review.action == "accepted"


def test_a_rejected_value_is_gone_and_asked_no_more(anna: Reviewer) -> None:
    anna.decide(Action.REJECT, "/report/title")
    field = anna.result.report.report.title
    assert field.value is None
    assert not field.needs_review
    assert field.review is not None
    assert field.review.action == "rejected"


@pytest.mark.parametrize(("pointer", "after"), [("/areas/0/score", "sju"), ("/report/title", 7)])
def test_a_value_of_the_wrong_kind_is_refused(anna: Reviewer, pointer: str, after: str | int) -> None:
    anna.decide(Action.CORRECT, pointer, after=after)
    assert [one.decision for one in anna.result.orphaned] == anna.made


def test_a_split_gives_two_items_in_order(anna: Reviewer) -> None:
    before = strengths(anna)
    made = anna.decide(Action.SPLIT, "/areas/0/strengths/1", after="Den ena", rest="Den andra")
    assert strengths(anna) == [before[0], "Den ena", "Den andra", *before[2:]]
    assert anna.result.addresses["/areas/0/strengths/2"] == f"@{made.id}"
    assert anna.result.addresses["/areas/0/strengths/3"] == "/areas/0/strengths/2"


def test_both_parts_of_a_split_can_be_split_again(anna: Reviewer) -> None:
    first = anna.decide(Action.SPLIT, "/areas/0/strengths/0", after="a b", rest="c d")
    anna.decide(Action.SPLIT, f"@{first.id}", after="c", rest="d")
    anna.decide(Action.SPLIT, "/areas/0/strengths/0", after="a", rest="b")
    assert strengths(anna)[:4] == ["a", "b", "c", "d"]


def test_a_part_is_corrected_without_the_other(anna: Reviewer) -> None:
    made = anna.decide(Action.SPLIT, "/areas/0/strengths/0", after="ena", rest="andra")
    anna.decide(Action.CORRECT, f"@{made.id}", after="Andra")
    assert strengths(anna)[:2] == ["ena", "Andra"]


def test_a_join_takes_the_other_items_place_with_it(anna: Reviewer) -> None:
    before = strengths(anna)
    other = anna.report.areas[0].strengths[1]
    anna.decide(Action.JOIN, "/areas/0/strengths/0", other="/areas/0/strengths/1", after="Tillsammans")
    assert strengths(anna) == ["Tillsammans", *before[2:]]
    assert other.evidence[0] in anna.result.report.areas[0].strengths[0].evidence


def test_a_moved_item_stands_in_the_other_list_at_its_place_on_the_page(anna: Reviewer) -> None:
    text = anna.report.areas[0].strengths[2].value
    anna.decide(Action.MOVE, "/areas/0/strengths/2", target=Target(area=1, list="improvements"))
    assert text not in strengths(anna)
    assert anna.result.report.areas[0].improvements[0].value == text  # it stood above them all


def test_an_item_moves_to_another_areas_narrative(anna: Reviewer) -> None:
    text = anna.report.areas[0].strengths[2].value
    anna.decide(Action.MOVE, "/areas/0/strengths/2", target=Target(area=2, list="narrative"))
    sections = anna.result.report.areas[1].narrative
    assert text in [one.value for section in sections for one in section.paragraphs]


def test_a_removed_item_is_no_item(anna: Reviewer) -> None:
    before = strengths(anna)
    anna.decide(Action.REMOVE, "/areas/0/strengths/0")
    assert strengths(anna) == before[1:]


def test_an_added_item_comes_where_it_stands_on_the_page(anna: Reviewer) -> None:
    above = anna.report.areas[0].strengths[1].evidence[0]
    place = Evidence(page=above.page, bbox=(50.0, above.bbox[1] + 5, 300.0, above.bbox[3] + 1))
    anna.decide(Action.ADD, target=Target(area=1, list="strengths"), after="Förbisedd", places=(place,))
    assert strengths(anna)[2] == "Förbisedd"
    assert anna.result.report.areas[0].strengths[2].evidence == [place]


def test_an_added_row_asks_for_its_numbers(anna: Reviewer) -> None:
    made = anna.decide(Action.ADD, target=Target(area=1, list="rows"), after="En fråga?", rest="1.9")
    row = anna.result.report.areas[0].score_table.rows[-1]
    assert (row.number, row.question.value, row.achieved.value) == ("1.9", "En fråga?", None)
    assert row.achieved.needs_review
    anna.decide(Action.CORRECT, f"@{made.id}/achieved", after=7)
    assert anna.result.report.areas[0].score_table.rows[-1].achieved.value == 7


def test_a_missing_area_is_added_and_filled(anna: Reviewer) -> None:
    lacking = Reviewer(anna.report.model_copy(update={"areas": anna.report.areas[:4] + anna.report.areas[5:]}))
    assert [one.check.id for one in lacking.result.findings] == []  # its checks were made when it was whole
    lacking.decide(Action.ADD, target=Target(area=5, list="areas"), after="Brukarens fokus")
    lacking.decide(Action.ADD, target=Target(area=5, list="strengths"), after="Tydlig information")
    areas = lacking.result.report.areas
    assert [area.number for area in areas] == list(range(1, 9))
    assert (areas[4].area_id, areas[4].name.value) == ("2020/5", "Brukarens fokus")
    assert areas[4].strengths[0].value == "Tydlig information"
    assert areas[4].score.needs_review


def test_an_area_that_is_there_is_not_added(anna: Reviewer) -> None:
    anna.decide(Action.ADD, target=Target(area=5, list="areas"), after="Brukarens fokus")
    assert "area 5 is there" in anna.result.orphaned[0].why.text


def test_a_rows_question_is_set_by_its_id(anna: Reviewer) -> None:
    anna.decide(Action.SET_QUESTION, "/areas/0/score_table/rows/1", after="2020/1.4")
    row = anna.result.report.areas[0].score_table.rows[1]
    assert (row.question_id, row.match_score) == ("2020/1.4", 1.0)
    assert row.concept is not None
    assert row.question.review is not None


def test_a_misread_number_of_a_row_is_set_with_its_question(anna: Reviewer) -> None:
    anna.decide(Action.SET_QUESTION, "/areas/0/score_table/rows/1", after="2020/1.4", rest="1.4")
    assert anna.result.report.areas[0].score_table.rows[1].number == "1.4"
    anna.decide(Action.SET_QUESTION, "/areas/0/score_table/rows/1", after="2020/1.4", rest="ett")
    assert "ett is no number" in anna.result.orphaned[0].why.text


def test_a_row_may_be_no_question_of_the_taxonomy(anna: Reviewer) -> None:
    anna.decide(Action.SET_QUESTION, "/areas/0/score_table/rows/1", after=None)
    row = anna.result.report.areas[0].score_table.rows[1]
    assert (row.question_id, row.concept) == (None, None)


def test_a_question_that_the_taxonomy_does_not_know_is_refused(anna: Reviewer) -> None:
    anna.decide(Action.SET_QUESTION, "/areas/0/score_table/rows/1", after="2020/9.9")
    assert "no question 2020/9.9" in anna.result.orphaned[0].why.text


def test_another_edition_names_areas_and_questions_anew(anna: Reviewer) -> None:
    anna.decide(Action.SET_QUESTION, "/areas/0/score_table/rows/1", after=None)
    anna.decide(Action.CORRECT, "/report/edition", after="2016")
    area = anna.result.report.areas[0]
    assert area.area_id == "2016/1"
    assert all(not row.question_id or row.question_id.startswith("2016/") for row in area.score_table.rows)
    assert area.score_table.rows[1].question_id is None


def block(anna: Reviewer, pointer: str, kind: str) -> Report:
    """The report with one block where the item at a pointer stands."""
    place = dict(report_fields(anna.report))[pointer].evidence[0]
    made = BlockInfo.model_validate(
        {"id": "b1", "page": place.page, "bbox": place.bbox, "kind": kind, "confidence": 0.5, "area": 1, "text": "x"}
    )
    return anna.report.model_copy(update={"blocks": [made]})


def test_a_blocks_kind_takes_its_item_along(anna: Reviewer) -> None:
    reviewer = Reviewer(block(anna, "/areas/0/strengths/0", "strength"))
    text = reviewer.report.areas[0].strengths[0].value
    reviewer.decide(Action.SET_KIND, "/blocks/0", after="improvement")
    area, blocks = reviewer.result.report.areas[0], reviewer.result.report.blocks
    assert text in [one.value for one in area.improvements]
    assert text not in [one.value for one in area.strengths]
    assert blocks[0].kind == "improvement"


def test_a_block_that_is_no_text_of_an_area_loses_its_item(anna: Reviewer) -> None:
    reviewer = Reviewer(block(anna, "/areas/0/strengths/0", "strength"))
    before = strengths(reviewer)
    reviewer.decide(Action.SET_KIND, "/blocks/0", after="page_furniture")
    assert strengths(reviewer) == before[1:]


def test_moving_an_item_tells_its_blocks_kind(anna: Reviewer) -> None:
    reviewer = Reviewer(block(anna, "/areas/0/strengths/0", "strength"))
    reviewer.decide(Action.MOVE, "/areas/0/strengths/0", target=Target(area=2, list="improvements"))
    made = reviewer.result.report.blocks[0]
    assert (made.kind, made.area) == ("improvement", 2)


def test_a_decision_about_a_removed_item_is_kept_without_effect(anna: Reviewer) -> None:
    removal = anna.decide(Action.REMOVE, "/areas/0/strengths/0")
    late = Decision(**{**anna.decide(Action.ACCEPT, "/areas/0/strengths/1").model_dump(), "id": "x"})
    anna.made[-1] = late.model_copy(update={"pointer": "/areas/0/strengths/0", "after": "anders"})
    assert [one.decision.id for one in anna.result.orphaned] == ["x"]
    anna.decide(Action.UNDO, voids=removal.id)
    assert strengths(anna)[0] == "anders"


def test_kinds_and_labels_are_told_by_the_pointer() -> None:
    report = gold_report()
    kinds = {kind_of(pointer) for pointer, _ in report_fields(report)}
    assert FieldKind.OTHER not in kinds
    assert {FieldKind.SCORE, FieldKind.PARAGRAPH, FieldKind.OVERVIEW, FieldKind.EVALUATOR_NAME} <= kinds
    assert area_of("/areas/3/score", report) == 4
    assert label_of("/areas/0/score_table/rows/1/max", report) == "1.2"
    column = next(iter(report.area_scores_overview[0].values))
    assert label_of(f"/area_scores_overview/0/values/{column}", report) == column


def test_reviewing_changes_the_state_of_the_review(anna: Reviewer) -> None:
    asked = Reviewer(changed(anna.report, {"/report/title": "Titel"}, asked=True))
    assert asked.result.report.review.status == "pending"
    asked.decide(Action.ACCEPT, "/areas/0/score")
    state = asked.result.report.review
    assert (state.status, state.open) == ("in_review", 1)
