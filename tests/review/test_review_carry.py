"""Decisions over a newer reading of the same file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.model.pointers import AnyField
from kompass_extract.model.pointers import changed as with_fields
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import BlockInfo, Evidence, Report, TextField
from kompass_extract.review import Action, Target
from kompass_extract.review.decisions.apply import fingerprint
from kompass_extract.review.decisions.carry import TEXTS
from kompass_extract.review.decisions.item_kinds import FieldKind, kind_of
from tests.support.reviewed import Reviewer, changed, gold_report, value

DRIFT = 1.5  # points that boxes of two readings differ by
FIRST = "/areas/0/strengths/0"


def newer(report: Report, values: dict[str, str | int | None] | None = None) -> Report:
    """The same file read again: places a little off, some values another, another model's hash."""

    def moved(pointer: str, field: AnyField) -> AnyField:
        places = [
            Evidence(page=one.page, bbox=(one.bbox[0] + DRIFT, one.bbox[1] + DRIFT, one.bbox[2], one.bbox[3] + DRIFT))
            for one in field.evidence
        ]
        return field.model_copy(update={"evidence": places})

    report = with_fields(changed(report, values or {}), moved)
    pipeline = report.pipeline.model_copy(update={"models": {"blocks.onnx": "another"}})
    return report.model_copy(update={"pipeline": pipeline})


def with_item_before(report: Report, text: str = "Ett nytt första") -> Report:
    """A reading that has one more item, so that all pointers of the list are others."""
    area = report.areas[0]
    place = area.strengths[0].evidence[0]
    box = (place.bbox[0], place.bbox[1] - 12, place.bbox[2], place.bbox[1] - 3)
    item = TextField(value=text, confidence=0.9, needs_review=False, evidence=[Evidence(page=place.page, bbox=box)])
    areas = [area.model_copy(update={"strengths": [item, *area.strengths]}), *report.areas[1:]]
    return report.model_copy(update={"areas": areas})


def strengths(reviewer: Reviewer) -> list[str | None]:
    return [one.value for one in reviewer.result.report.areas[0].strengths]


def test_a_reading_is_known_by_what_it_says_and_not_by_when() -> None:
    report = gold_report()
    later = report.model_copy(update={"pipeline": report.pipeline.model_copy(update={"created_at": "later"})})
    assert fingerprint(later) == fingerprint(report)
    assert fingerprint(newer(report)) != fingerprint(report)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_decisions_are_found_again_wherever_their_item_stands_now(data: st.DataObject) -> None:
    anna = Reviewer(gold_report())
    pointers = data.draw(st.lists(st.sampled_from([p for p, _ in report_fields(anna.report)]), min_size=1, max_size=12))
    for pointer in dict.fromkeys(pointers):
        anna.decide(Action.ACCEPT, pointer)
    later = anna.on(with_item_before(newer(anna.report)))
    result = later.result
    assert not result.contradicted
    assert not result.orphaned
    old, new = dict(report_fields(anna.report)), dict(report_fields(result.report))
    accepted = [new[at] for at, address in result.addresses.items() if at in new and new[at].review is not None]
    assert sorted(str(one.value) for one in accepted) == sorted(str(old[p].value) for p in dict.fromkeys(pointers))


@pytest.mark.parametrize("pointer", ["/areas/0/score", FIRST, "/areas/1/score_table/rows/2/max", "/report/year"])
def test_a_correction_stays_where_the_new_reading_repeats_the_mistake(pointer: str) -> None:
    anna = Reviewer(gold_report())
    after = "Rättat" if pointer == FIRST else 11
    anna.decide(Action.CORRECT, pointer, after=after)
    result = anna.on(newer(anna.report)).result
    assert value(result.report, pointer) == after
    assert not result.contradicted


def test_a_correction_is_confirmed_by_a_new_reading_that_says_the_same() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.CORRECT, "/areas/0/score", after=11)
    field = anna.on(newer(anna.report, {"/areas/0/score": 11})).result.report.areas[0].score
    assert field.value == 11
    assert field.review is not None
    assert not field.needs_review


def test_a_new_reading_that_says_a_third_thing_is_asked_about_with_both() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.CORRECT, "/areas/0/score", after=11)
    later = anna.on(newer(anna.report, {"/areas/0/score": 12}))
    field = later.result.report.areas[0].score
    assert field.value == 12
    assert field.needs_review
    assert field.reasons[0].text.startswith("anna decided «11» where an earlier reading said")
    assert field.alternatives[0].value == 11


def test_a_contradiction_is_settled_by_a_decision_on_the_new_reading() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.CORRECT, "/areas/0/score", after=11)
    later = anna.on(newer(anna.report, {"/areas/0/score": 12}))
    later.decide(Action.CORRECT, "/areas/0/score", after=11)
    field = later.result.report.areas[0].score
    assert (field.value, field.needs_review) == (11, False)
    assert not later.result.contradicted


def test_a_decision_whose_place_is_gone_is_kept_as_orphaned() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.CORRECT, "/areas/0/strengths/0", after="Rättat")
    area = anna.report.areas[0]
    without = [area.model_copy(update={"strengths": area.strengths[1:]}), *anna.report.areas[1:]]
    later = anna.on(newer(anna.report.model_copy(update={"areas": without})))
    assert [one.decision for one in later.result.orphaned] == anna.made
    assert "not found" in later.result.orphaned[0].why.text


def test_a_split_is_made_again_or_seen_to_be_made() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.SPLIT, FIRST, after="Den första halvan", rest="Och den andra halvan")
    whole = anna.on(newer(anna.report))
    assert strengths(whole)[:2] == ["Den första halvan", "Och den andra halvan"]
    area = anna.report.areas[0]
    parts = [
        area.strengths[0].model_copy(update={"value": text}) for text in ("Den första halvan", "Och den andra halvan")
    ]
    split = area.model_copy(update={"strengths": [*parts, *area.strengths[1:]]})
    by_itself = anna.on(newer(anna.report.model_copy(update={"areas": [split, *anna.report.areas[1:]]})))
    assert strengths(by_itself) == strengths(whole)
    assert not by_itself.result.contradicted
    assert not by_itself.result.orphaned


def test_a_correction_of_a_part_follows_it_into_a_reading_that_split_by_itself() -> None:
    anna = Reviewer(gold_report())
    made = anna.decide(Action.SPLIT, FIRST, after="Den första halvan", rest="Och den andra halvan")
    anna.decide(Action.CORRECT, f"@{made.id}", after="Och den andra delen")
    later = anna.on(newer(anna.report))
    assert strengths(later)[:2] == ["Den första halvan", "Och den andra delen"]


def test_a_join_is_made_again_by_the_texts() -> None:
    anna = Reviewer(gold_report())
    one, two = (anna.report.areas[0].strengths[i].value for i in (0, 1))
    anna.decide(Action.JOIN, FIRST, other="/areas/0/strengths/1", after=f"{one} {two}", rest=two)
    later = anna.on(with_item_before(newer(anna.report)))
    assert strengths(later)[:2] == ["Ett nytt första", f"{one} {two}"]
    assert not later.result.contradicted


def test_an_added_item_that_is_read_now_is_not_added_twice() -> None:
    anna = Reviewer(gold_report())
    place = anna.report.areas[0].strengths[0].evidence[0]
    anna.decide(Action.ADD, target=Target(area=1, list="strengths"), after="Ett nytt första", places=(place,),
                kind="strength", area=1)  # fmt: skip
    later = anna.on(with_item_before(newer(anna.report)))
    assert strengths(later).count("Ett nytt första") == 1
    still = anna.on(newer(anna.report))
    assert strengths(still).count("Ett nytt första") == 1


def test_a_removed_item_is_removed_again_and_missed_by_nobody() -> None:
    anna = Reviewer(gold_report())
    text = value(anna.report, FIRST)
    anna.decide(Action.REMOVE, FIRST)
    later = anna.on(with_item_before(newer(anna.report)))
    assert text not in strengths(later)
    area = anna.report.areas[0]
    without = [area.model_copy(update={"strengths": area.strengths[1:]}), *anna.report.areas[1:]]
    gone = anna.on(newer(anna.report.model_copy(update={"areas": without})))
    assert not gone.result.orphaned


def test_a_moved_item_that_the_new_reading_has_in_the_right_list_stays_there() -> None:
    anna = Reviewer(gold_report())
    text = value(anna.report, FIRST)
    anna.decide(Action.MOVE, FIRST, target=Target(area=1, list="improvements"))
    area = anna.report.areas[0]
    right = area.model_copy(
        update={"strengths": area.strengths[1:], "improvements": [area.strengths[0], *area.improvements]}
    )
    later = anna.on(newer(anna.report.model_copy(update={"areas": [right, *anna.report.areas[1:]]})))
    improvements = [one.value for one in later.result.report.areas[0].improvements]
    assert improvements.count(str(text)) == 1
    assert not later.result.contradicted


def test_the_question_of_a_row_stays_set() -> None:
    anna = Reviewer(gold_report())
    anna.decide(Action.SET_QUESTION, "/areas/0/score_table/rows/1", after=None, kind=FieldKind.ROW.value)
    row = anna.on(newer(anna.report)).result.report.areas[0].score_table.rows[1]
    assert row.question_id is None


def test_a_blocks_kind_stays_set_by_its_place() -> None:
    blocks = [
        BlockInfo(
            id=f"b{i}",
            page=1,
            bbox=(50, 20.0 * i, 200, 20.0 * i + 12),
            kind="figure",
            confidence=0.5,
            area=None,
            text="x",
        )
        for i in range(3)
    ]
    anna = Reviewer(gold_report().model_copy(update={"blocks": blocks}))
    place = (Evidence(page=1, bbox=blocks[2].bbox),)
    anna.decide(Action.SET_KIND, "/blocks/2", after="page_furniture", kind="block", area=None, places=place)
    later = anna.on(newer(anna.report).model_copy(update={"blocks": blocks[1:]}))
    assert [one.kind for one in later.result.report.blocks] == ["figure", "page_furniture"]


def test_nothing_decided_is_dropped() -> None:
    anna = Reviewer(gold_report())
    for pointer, _ in list(report_fields(anna.report))[::7]:
        if kind_of(pointer) in TEXTS or kind_of(pointer) is FieldKind.ACHIEVED:
            anna.decide(Action.ACCEPT, pointer)
    other = Reviewer(newer(gold_report("hoganas-2018")), list(anna.made))
    result = other.result
    kept = {one.decision.id for one in result.orphaned} | {one.decision.id for one in result.contradicted}
    kept |= {one.id for one in result.latest.values()}
    assert kept == {one.id for one in anna.made}
