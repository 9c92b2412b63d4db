"""What holds for any decisions: order, repetition, undo, and that no decision loses another field."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import Report
from kompass_extract.review import Action, Decision, Target
from kompass_extract.review.decisions.apply import Decided, apply, fingerprint
from kompass_extract.training.gold import load_gold
from tests.conftest import report_of
from tests.support.reviewed import placed

GOLD = Path(__file__).parents[2] / "gold"
EXAMPLES = settings(max_examples=25, deadline=None)
LISTS = ("strengths", "improvements", "rubrics")


@cache
def machine() -> Report:
    """A report of two areas: small enough to be decided about hundreds of times."""
    report = placed(report_of(load_gold(GOLD / "sala-2023.json")))
    return report.model_copy(update={"areas": report.areas[:2], "blocks": report.blocks[:20]})


@cache
def run() -> str:
    return fingerprint(machine())


@cache
def addresses() -> tuple[str, ...]:
    return tuple(pointer for pointer, _ in report_fields(machine()))


@cache
def items() -> tuple[str, ...]:
    return tuple(one for one in addresses() if one.split("/")[3:4] and one.split("/")[3] in LISTS)


def decision(name: int, action: Action, pointer: str = "", **more: object) -> Decision:
    """A decision of the ``name``-th minute."""
    return Decision.model_validate(
        {
            "id": f"d{name}", "report": machine().source.sha256, "pointer": pointer, "action": action,
            "by": "anna", "at": f"2026-01-01T00:{name:02d}:00", "run": run(), **more,
        }
    )  # fmt: skip


@st.composite
def decisions(draw: st.DrawFn, most: int = 8) -> list[Decision]:
    """Decisions of all kinds, some of which contradict each other or cannot be applied."""
    made = []
    for name in range(draw(st.integers(1, most))):
        action = draw(st.sampled_from([one for one in Action if one is not Action.SET_KIND]))
        made.append(draw(_one(name, action)))
    return made


def _one(name: int, action: Action) -> st.SearchStrategy[Decision]:
    item, text = st.sampled_from(items()), st.sampled_from(["Ny text", "Något annat", "Ännu en"])
    target = st.builds(lambda area, name: Target(area=area, list=name), st.integers(1, 3), st.sampled_from(LISTS))
    if action in (Action.ACCEPT, Action.CORRECT, Action.REJECT):
        value = st.one_of(text, st.integers(0, 100), st.none())
        return st.builds(lambda at, to: decision(name, action, at, after=to), st.sampled_from(addresses()), value)
    if action is Action.SPLIT:
        return st.builds(lambda at, a, b: decision(name, action, at, after=a, rest=b), item, text, text)
    if action is Action.JOIN:
        return st.builds(lambda at, other, to: decision(name, action, at, other=other, after=to), item, item, text)
    if action is Action.ADD:
        return st.builds(lambda to, where: decision(name, action, target=where, after=to), text, target)
    if action is Action.MOVE:
        return st.builds(lambda at, where: decision(name, action, at, target=where), item, target)
    if action is Action.UNDO:
        return st.builds(lambda of: decision(name, action, voids=f"d{of}"), st.integers(0, max(0, name - 1)))
    if action is Action.SET_QUESTION:
        return st.builds(
            lambda row, to: decision(name, action, f"/areas/0/score_table/rows/{row}", after=to),
            st.integers(0, 4), st.sampled_from(["2020/1.1", None, "2020/9.9"]),
        )  # fmt: skip
    return st.builds(lambda at: decision(name, action, at), item)


def applied(made: list[Decision]) -> Decided:
    return apply(machine(), made, run=run())


def texts(report: Report) -> dict[str, object]:
    return {pointer: field.value for pointer, field in report_fields(report)}


def test_no_decision_changes_nothing() -> None:
    assert applied([]).report == machine()


@EXAMPLES
@given(st.data())
def test_the_order_and_the_number_of_times_do_not_matter(data: st.DataObject) -> None:
    made = data.draw(decisions())
    shuffled = data.draw(st.permutations([*made, *made[:3]]))
    assert applied(list(shuffled)).report == applied(made).report


@EXAMPLES
@given(decisions())
def test_values_applied_twice_are_applied_once(made: list[Decision]) -> None:
    values = [one for one in made if one.action in (Action.ACCEPT, Action.CORRECT, Action.REJECT)]
    once = applied(values).report
    assert apply(once, values, run=run()).report == once


@EXAMPLES
@given(decisions(), st.data())
def test_an_undo_restores_exactly(made: list[Decision], data: st.DataObject) -> None:
    more = data.draw(_one(40, data.draw(st.sampled_from([one for one in Action if one is not Action.SET_KIND]))))
    undo = decision(41, Action.UNDO, voids=more.id)
    assert applied([*made, more, undo]).report == applied(made).report


@EXAMPLES
@given(decisions())
def test_undoing_an_undo_brings_the_decision_back(made: list[Decision]) -> None:
    undo = decision(50, Action.UNDO, voids=made[-1].id)
    redo = decision(51, Action.UNDO, voids=undo.id)
    assert applied([*made, undo, redo]).report == applied(made).report


@EXAMPLES
@given(decisions(most=5), decisions(most=5))
def test_the_time_of_independent_decisions_does_not_matter(one: list[Decision], other: list[Decision]) -> None:
    values = [d for d in one if d.action in (Action.ACCEPT, Action.CORRECT, Action.REJECT)]
    moves = [d for d in other if d.action in (Action.SPLIT, Action.REMOVE, Action.ADD, Action.MOVE)]
    touched = {d.pointer for d in moves}
    values = [d for d in values if d.pointer not in touched]
    first = [*values, *(d.model_copy(update={"id": f"o{d.id}", "at": f"2026-02-{d.at[8:]}"}) for d in moves)]
    second = [*values, *(d.model_copy(update={"id": f"o{d.id}", "at": f"2025-02-{d.at[8:]}"}) for d in moves)]
    assert texts(applied(first).report) == texts(applied(second).report)


@EXAMPLES
@given(st.data())
def test_a_decision_loses_no_other_field(data: st.DataObject) -> None:
    made = data.draw(_one(1, data.draw(st.sampled_from([one for one in Action if one is not Action.SET_KIND]))))
    result = applied([made])
    pointers = {address: pointer for pointer, address in result.addresses.items()}
    after = texts(result.report)
    about = {made.pointer, made.other, f"{made.pointer}/question"}
    if made.pointer == "/report/municipality":
        about.add("/report/municipality_code")  # follows the name, as the register says
    for address, field in report_fields(machine()):
        if address not in about:
            assert after[pointers[address]] == field.value
    grown = {Action.SPLIT: 1, Action.ADD: 1, Action.JOIN: -1, Action.REMOVE: -1}.get(made.action, 0)
    assert len(after) == len(addresses()) + (0 if result.orphaned else grown)


@EXAMPLES
@given(decisions())
def test_what_cannot_be_applied_is_kept_and_named(made: list[Decision]) -> None:
    result = applied(made)
    standing = {one.id for one in result.settled.effective}
    lost = {one.decision.id for one in result.orphaned}
    voided = set(result.settled.voided)
    undos = {one.id for one in made if one.action is Action.UNDO}
    assert lost <= standing
    assert standing | voided | undos == {one.id for one in made}
    assert all(one.why for one in result.orphaned)


@EXAMPLES
@given(decisions())
def test_decisions_survive_their_file(made: list[Decision]) -> None:
    assert [Decision.model_validate_json(one.model_dump_json()) for one in made] == made


@EXAMPLES
@given(decisions())
def test_a_decided_report_is_a_report(made: list[Decision]) -> None:
    report = applied(made).report
    assert Report.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize("values", [[3, 5], [5, 3]])
def test_of_two_decisions_on_one_field_the_later_counts(values: list[int]) -> None:
    made = [decision(i, Action.CORRECT, "/areas/0/score", after=value) for i, value in enumerate(values)]
    field = applied(list(reversed(made))).report.areas[0].score
    assert field.value == values[-1]
    assert field.review is not None
    assert field.review.original == machine().areas[0].score.value
