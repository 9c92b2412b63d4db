"""Whatever reviewers do: the store says what the decisions say, and undoing all of it restores the machine's report."""

from __future__ import annotations

import random

import pytest

from kompass_extract.model.report import Evidence
from kompass_extract.review import Action, ListName, Target
from kompass_extract.review.service import Desk, DeskSettings
from kompass_extract.review.service.desk_values import Item, Order, RefusedError, Saved, UnknownItemError
from kompass_extract.review.service.loaded_reviews import Case, Cases
from kompass_extract.review.service.open_items import Sampling, open_items
from tests.support.desk_archive import EVERYTHING, SALA

STEPS = 15
RATE = 0.02
PEOPLE = ("anna", "bertil", "cecilia")
LISTS: tuple[ListName, ...] = ("strengths", "improvements", "rubrics", "narrative")


@pytest.fixture(scope="module")
def desk_settings() -> DeskSettings:
    return DeskSettings(sample_rate=RATE)


def waiting(desk: Desk) -> set[str]:
    return {one.pointer for one in desk.queue(EVERYTHING, reviewer="nobody", limit=500).items}


def as_decided(desk: Desk) -> Case:
    """The case as another process would make it from the files and the store."""
    with desk._store.read() as session:
        return Cases(desk._archive).case(session, SALA)


def some_order(chance: random.Random, item: Item, blocks: int) -> Order:
    """Any order about an item, sensible or not."""
    action = chance.choice([one for one in Action if one is not Action.UNDO])
    target = Target(area=chance.randint(1, 8), list=chance.choice(LISTS))
    if action is Action.ADD:
        place = Evidence(page=1, bbox=(10.0, chance.uniform(0, 800), 200.0, 810.0))
        return Order(action=action, value=f"Ny {chance.random()}", target=target, places=(place,))
    pointer, value = item.pointer, chance.choice(["Text ett", "Text två", None])
    if action is Action.SET_KIND:
        pointer, value = f"/blocks/{chance.randrange(blocks)}", chance.choice(["strength", "narrative", "figure"])
    if action is Action.SET_QUESTION:
        value = chance.choice([None, "2020/1.1", "2020/2.3"])
    number = chance.randint(0, 100) if item.number else value
    other = item.surroundings.next_in_list
    return Order(action=action, pointer=pointer, value=number, rest="Resten", other=other, target=target)


def step(desk: Desk, chance: random.Random, made: list[str]) -> None:
    """One thing that one of the reviewers does."""
    by = chance.choice(PEOPLE)
    if made and chance.random() < 0.15:
        made.append(desk.undo(chance.choice(made), by=by).decision.id)
        return
    report = desk.report(SALA)
    pointers = sorted(waiting(desk)) or ["/areas/0/score"]
    pointers += [f"/areas/{chance.randrange(8)}/strengths/0", f"/areas/{chance.randrange(8)}/score_table/rows/1"]
    try:
        item = desk.item(SALA, chance.choice(pointers), reviewer=by)
        order = some_order(chance, item, len(report.blocks))
        seen = item.version if order.pointer == item.pointer else None
        if order.pointer.startswith("/blocks/"):
            seen = desk.item(SALA, order.pointer, reviewer=by).version
        outcome = desk.decide(SALA, order, by=by, seen=seen)
    except (RefusedError, UnknownItemError):
        return
    assert isinstance(outcome, Saved)
    made.append(outcome.decision.id)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_store_follows_the_decisions_and_undoing_all_restores_the_reading(desk: Desk, seed: int) -> None:
    chance, made = random.Random(seed), list[str]()
    machine, before = as_decided(desk).machine, waiting(desk)
    for number in range(STEPS):
        if number in (5, 10):
            desk.set_double_reading(SALA, number == 5, by="chefen")
        step(desk, chance, made)
        case = as_decided(desk)
        assert desk.report(SALA) == case.decided.report
        assert waiting(desk) == {one.address for one in open_items(case, Sampling(RATE))}
    assert len(made) > 3
    for decision in reversed(as_decided(desk).decisions):
        if decision.action is not Action.UNDO and decision.id not in as_decided(desk).decided.settled.voided:
            desk.undo(decision.id, by="anna")
    assert desk.report(SALA) == machine
    assert waiting(desk) == before
