"""The scorer: a perfect reading is perfect, and each damage shows where it was done."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kompass_extract.model.report import Area, Check, Field, Report
from kompass_extract.training.evaluate import compare
from kompass_extract.training.evaluate.figures import by_kind, confusion, figures
from kompass_extract.training.evaluate.score import score_report
from kompass_extract.training.gold import GoldReport
from tests.conftest import number, report_of, text


def with_area(report: Report, index: int, **changes: object) -> Report:
    areas = list(report.areas)
    areas[index] = areas[index].model_copy(update=changes)
    return report.model_copy(update={"areas": areas})


def with_cell(report: Report, row: int, **cells: Field[int]) -> Report:
    table = report.areas[0].score_table
    rows = list(table.rows)
    rows[row] = rows[row].model_copy(update=cells)
    return with_area(report, 0, score_table=table.model_copy(update={"rows": rows}))


def test_a_perfect_reading_is_perfect(gold: GoldReport) -> None:
    result = figures([score_report(report_of(gold), gold)])
    assert result.items_f1 == result.cells_right == result.metadata_right == result.question_ids_right == 1.0
    assert result.item_cer == result.item_cer_all == result.narrative_cer == result.narrative_cer_strict == 0.0
    assert result.silent_errors == 0
    assert result.block_kinds_right == 1.0
    assert result.cells > 50


def test_an_item_in_the_other_list_is_lost_and_surplus(hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    area = report.areas[0]
    moved = with_area(report, 0, strengths=area.strengths[1:], improvements=[*area.improvements, area.strengths[0]])
    score = score_report(moved, hoganas)
    statuses = [(one.kind, one.status) for one in score.judgements if one.status != "right"]
    assert statuses == [("strength", "missing"), ("improvement", "extra")]
    assert figures([score]).silent_items == 2
    items = sum(len(one.strengths) + len(one.improvements) for one in hoganas.areas)
    assert figures([score]).items_f1 == pytest.approx((items - 1) / items)


def test_an_item_below_the_limit_is_wrong_and_one_above_is_found_with_its_errors(hoganas: GoldReport) -> None:
    area = hoganas.areas[0]
    near = area.strengths[3].replace("å", "a", 1)
    far = area.strengths[4][: len(area.strengths[4]) * 4 // 5]
    strengths = [text(one) for one in area.strengths]
    strengths[3], strengths[4] = text(near), text(far)
    score = score_report(with_area(report_of(hoganas), 0, strengths=strengths), hoganas)
    assert [(one.read, one.status) for one in score.judgements if one.status != "right"] == [(far, "wrong")]
    result = figures([score])
    assert result.inexact_items == 1
    assert result.item_cer > 0


def test_a_cell_is_right_or_wrong_and_a_wrong_one_under_review_is_not_silent(hoganas: GoldReport) -> None:
    wrong = with_cell(report_of(hoganas), 0, achieved=number(12))
    assert figures([score_report(wrong, hoganas)]).silent_scores == 1
    asked = with_cell(report_of(hoganas), 0, achieved=number(12).model_copy(update={"needs_review": True}))
    result = figures([score_report(asked, hoganas)])
    assert result.silent_scores == 0
    assert result.cells_right == pytest.approx((result.cells - 1) / result.cells)


def test_a_number_read_where_none_is_printed_is_surplus(sala: GoldReport) -> None:
    score = score_report(with_cell(report_of(sala), 0, percent=number(65)), sala)
    assert [(one.kind, one.status, one.silent) for one in score.judgements if one.status != "right"] == [
        ("percent", "extra", True)
    ]


def test_a_lost_row_is_silent_unless_a_check_points_into_its_table(hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    table = report.areas[0].score_table
    lost = with_area(report, 0, score_table=table.model_copy(update={"rows": table.rows[1:]}))
    assert figures([score_report(lost, hoganas)]).silent_scores == 3
    check = Check(id="sum", area=1, status="failed", message="rows", fields=["/areas/0/score_table/total/achieved"])
    assert figures([score_report(lost.model_copy(update={"checks": [check]}), hoganas)]).silent_scores == 0


def test_a_lost_area_loses_all_it_holds_and_is_silent_unless_named(hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    lost = report.model_copy(update={"areas": report.areas[1:]})
    elsewhere = Check(id="x", area=2, status="failed", message="", fields=["/areas", "/areas/1/score"])
    named = Check(id="x", area=1, status="failed", message="area 1 is missing", fields=["/areas"])
    silent = figures([score_report(lost.model_copy(update={"checks": [elsewhere]}), hoganas)])
    asked = figures([score_report(lost.model_copy(update={"checks": [named]}), hoganas)])
    assert silent.silent_errors > 40
    assert asked.silent_errors == 0
    assert asked.items_f1 == silent.items_f1 < 1
    assert asked.narrative_cer > 0.05


def test_a_row_with_a_misread_number_is_found_by_its_question(hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    table = report.areas[0].score_table
    rows = [table.rows[0].model_copy(update={"number": "7.1"}), *table.rows[1:]]
    score = score_report(with_area(report, 0, score_table=table.model_copy(update={"rows": rows})), hoganas)
    assert all(one.status == "right" for one in score.judgements)


@pytest.mark.parametrize("edition", ["2010", "2002"])
def test_a_question_of_an_edition_without_questions_must_stay_unmatched(hoganas: GoldReport, edition: str) -> None:
    old = hoganas.model_copy(update={"edition": edition})
    report = report_of(hoganas)
    judged = score_report(report, old).judgements
    assert all(one.status == "wrong" for one in judged if one.kind == "question_id")
    table = report.areas[0].score_table
    rows = [row.model_copy(update={"question_id": None}) for row in table.rows]
    unmatched = with_area(report, 0, score_table=table.model_copy(update={"rows": rows}))
    judged = score_report(unmatched, old).judgements
    assert all(one.status == "right" for one in judged if one.kind == "question_id" and one.area == 1)


def test_block_kinds_are_judged_by_the_text_and_counted_in_the_confusion(hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    blocks = [report.blocks[0].model_copy(update={"kind": "narrative"}), *report.blocks[1:]]
    score = score_report(report.model_copy(update={"blocks": blocks}), hoganas)
    assert confusion([score])["strength", "narrative"] == 1
    assert figures([score]).block_kinds_right < 1


def test_counts_by_kind_add_up(gold: GoldReport) -> None:
    score = score_report(report_of(gold), gold)
    kinds = by_kind(score.judgements)
    assert sum(one.right + one.wrong + one.missing + one.extra for one in kinds) == len(score.judgements)
    assert next(one for one in kinds if one.kind == "strength").right == sum(len(a.strengths) for a in gold.areas)


def test_quotes_and_dashes_count_strictly_only(hoganas: GoldReport) -> None:
    assert compare.errors("”Diamant” – år", '"Diamant" - år').edits == 0
    assert compare.errors("”Diamant” – år", '"Diamant" - år', strictly=True).edits == 3
    assert compare.errors("å  b", "å b", strictly=True).edits == 0


TEXTS = st.lists(st.text(alphabet="abcåäö ,.", min_size=1, max_size=30), max_size=6)


@given(TEXTS, TEXTS)
def test_pairs_are_one_to_one_and_related(gold: list[str], read: list[str]) -> None:
    pairs = compare.pair(gold, read)
    assert len({one for one, _, _ in pairs}) == len({other for _, other, _ in pairs}) == len(pairs)
    assert all(similarity >= compare.RELATED for _, _, similarity in pairs)


@given(TEXTS)
def test_equal_lists_pair_wholly(texts: list[str]) -> None:
    assert sum(similarity for _, _, similarity in compare.pair(texts, texts)) == pytest.approx(len(texts))


def test_area_type_is_the_reports(hoganas: GoldReport) -> None:
    assert all(isinstance(area, Area) for area in report_of(hoganas).areas)
