"""The checks over decided values: what is asked no more, what is asked again, what is a finding."""

from __future__ import annotations

import pytest

from kompass_extract.model.reasons import Reason, check_reason, reason
from kompass_extract.model.report import Report, TextField
from kompass_extract.report.assemble import failed_reasons
from kompass_extract.report.confidence.evidence import REASONS
from kompass_extract.report.fields import asked_about
from kompass_extract.review import Action
from kompass_extract.review.decisions.recheck import asked_by_itself, checks_of
from kompass_extract.review.service.desk_values import ReasonClass
from kompass_extract.review.service.reason_classes import reason_class
from tests.support.reviewed import Reviewer, changed, checked, gold_report, value

ROW = "/areas/0/score_table/rows/0/achieved"
OTHER = "/areas/0/score_table/rows/1/achieved"
TOTAL = "/areas/0/score_table/total/achieved"

SUM = check_reason("rows-total", reason("rows-sum-differs", sum=71, total=70))


def misread(values: dict[str, str | int | None]) -> Report:
    """A reading with wrong values, its checks run and its fields asked about, as assembling does."""
    report = checked(changed(gold_report(), values))
    return asked_about(report, failed_reasons(report.checks))


def failing(report: Report) -> list[str]:
    return [f"{check.id}/{check.area}" for check in report.checks if check.status == "failed"]


@pytest.fixture
def anna() -> Reviewer:
    """A report with a row of 50 points too many."""
    right = int(str(value(gold_report(), ROW)))
    return Reviewer(misread({ROW: right + 50}))


def asked(reviewer: Reviewer, pointer: str) -> bool:
    decided = reviewer.result.report
    return {p: f.needs_review for p, f in _fields(decided)}[pointer]


def _fields(report: Report) -> list[tuple[str, TextField]]:
    from kompass_extract.model.pointers import fields as report_fields

    return list(report_fields(report))  # type: ignore[arg-type]


def test_a_correction_that_fits_closes_the_fields_beside_it(anna: Reviewer) -> None:
    assert asked(anna, OTHER)
    anna.decide(Action.CORRECT, ROW, after=value(gold_report(), ROW))
    assert not asked(anna, OTHER)
    assert not asked(anna, TOTAL)
    assert "rows-total/1" not in failing(anna.result.report)
    assert anna.result.report.review.open == 0


def test_a_check_that_still_fails_stays_visible_and_asks_those_nobody_decided(anna: Reviewer) -> None:
    anna.decide(Action.ACCEPT, ROW)
    assert "rows-total/1" in failing(anna.result.report)
    assert not asked(anna, ROW)
    assert asked(anna, OTHER)


def test_when_all_its_fields_are_accepted_nothing_is_open(anna: Reviewer) -> None:
    for _ in range(30):
        waiting = [pointer for pointer, field in _fields(anna.result.report) if field.needs_review]
        if not waiting:
            break
        anna.decide(Action.ACCEPT, waiting[0])
    assert anna.result.report.review.open == 0
    assert "rows-total/1" in failing(anna.result.report)


def test_an_accepted_field_is_asked_again_when_another_decision_breaks_a_check() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.ACCEPT, OTHER)
    wrong = anna.decide(Action.CORRECT, ROW, after=int(str(value(gold_report(), ROW))) - 9)
    assert asked(anna, OTHER)
    assert asked(anna, ROW)
    anna.decide(Action.UNDO, voids=wrong.id)
    assert not asked(anna, OTHER)


def test_a_field_accepted_once_more_stays_closed() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.ACCEPT, OTHER)
    anna.decide(Action.CORRECT, ROW, after=int(str(value(gold_report(), ROW))) - 9)
    anna.decide(Action.ACCEPT, OTHER)
    assert not asked(anna, OTHER)


def test_two_decided_numbers_that_differ_are_the_reports_own_disagreement() -> None:
    total = int(str(value(gold_report(), TOTAL)))
    anna = Reviewer(misread({"/areas/0/score": total - 1}))
    anna.decide(Action.ACCEPT, "/areas/0/score")
    anna.decide(Action.ACCEPT, TOTAL)
    status = {f"{check.id}/{check.area}": check.status for check in anna.result.report.checks}
    assert status["chapter-table/1"] == "warning"


def test_a_missing_area_is_a_finding_until_it_is_accepted_or_added() -> None:
    report = gold_report()
    lacking = checked(report.model_copy(update={"areas": report.areas[:7]}))
    anna = Reviewer(lacking)
    (finding,) = [one for one in anna.result.findings if one.check.id == "areas"]
    assert finding.open
    anna.decide(Action.ACCEPT, finding.address, after=finding.check.message)
    (finding,) = [one for one in anna.result.findings if one.check.id == "areas"]
    assert not finding.open


def test_an_accepted_finding_is_open_again_when_it_says_something_else() -> None:
    report = gold_report()
    anna = Reviewer(checked(report.model_copy(update={"areas": report.areas[:7]})))
    anna.decide(Action.ACCEPT, "/checks/areas/0/areas", after="The report lacks the areas 7, 8.")
    (finding,) = [one for one in anna.result.findings if one.check.id == "areas"]
    assert finding.open


def test_an_empty_list_is_a_finding_of_its_area() -> None:
    report = gold_report()
    area = report.areas[0].model_copy(update={"strengths": []})
    anna = Reviewer(checked(report.model_copy(update={"areas": [area, *report.areas[1:]]})))
    assert [one.address for one in anna.result.findings if one.open] == ["/checks/presence/1"]


def test_a_whole_reading_passes_its_checks() -> None:
    assert failing(checked(gold_report())) == []
    assert checks_of(gold_report()) == gold_report().checks


@pytest.mark.parametrize(
    ("reasons", "asked"),
    [
        ([SUM], False),
        ([SUM, reason("joined-over-break")], False),
        ([SUM, reason("word-may-be", word="ord", others=["orden"])], True),
        ([reason("several-readings")], True),
    ],
)
def test_what_is_asked_for_more_than_checks(reasons: list[Reason], asked: bool) -> None:
    field = TextField(value="x", confidence=0.99, needs_review=True, reasons=reasons)
    assert asked_by_itself(field) is asked


def test_every_reason_of_the_confidence_model_has_a_class() -> None:
    silent = {"like-heading", "word-twice", "a-check-warns"}
    classes = {code: reason_class([reason(code)], "x") for code in REASONS.values()}
    assert {code for code, one in classes.items() if one is ReasonClass.OTHER} <= silent


def test_the_strongest_reason_gives_the_class() -> None:
    assert reason_class([reason("read-badly"), SUM], 7) is ReasonClass.CHECK
    assert reason_class([reason("no-title")], None) is ReasonClass.MISSING
    assert reason_class([reason("readers-differ-on-words")], "x") is ReasonClass.READINGS
    assert reason_class([], "x", sampled=True) is ReasonClass.SAMPLE
