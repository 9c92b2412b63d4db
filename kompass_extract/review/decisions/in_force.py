"""Which decisions count: undone ones do not, and of two blind readings only what they agree on.

An undo is a decision too and can itself be undone.  Where a report is read twice, a value counts once two people have
decided the same; where they differ a third decision, the adjudication, settles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kompass_extract.review.decisions.decision import VALUE_ACTIONS, Action, Address, Decision


@dataclass(frozen=True, slots=True)
class Settled:
    """``effective`` decisions in order; ``waiting`` for a second reader and ``disputed`` by address of the value.

    ``voided`` maps a decision to the undo that took it back.
    """

    effective: tuple[Decision, ...]
    waiting: Mapping[Address, Decision]
    disputed: Mapping[Address, tuple[Decision, Decision]]
    voided: Mapping[str, str]


def settle(decisions: Iterable[Decision]) -> Settled:
    """The decisions that count, whatever the order they come in; the same decision twice is one."""
    known = {one.id: one for one in decisions}
    voided = _voided(known)
    standing = [one for one in known.values() if one.id not in voided and one.action is not Action.UNDO]
    standing.sort(key=lambda one: one.order)
    blind = [one for one in standing if one.stage != "only"]
    effective = [one for one in standing if one.stage == "only"]
    waiting: dict[Address, Decision] = {}
    disputed: dict[Address, tuple[Decision, Decision]] = {}
    for address in dict.fromkeys(one.pointer for one in blind):
        read = [one for one in blind if one.pointer == address]
        verdict = _verdict(read)
        if isinstance(verdict, Decision):
            effective.append(verdict)
        elif verdict is not None:
            disputed[address] = verdict
        else:
            waiting[address] = read[-1]
    effective.sort(key=lambda one: one.order)
    return Settled(tuple(effective), waiting, disputed, voided)


def _verdict(read: Sequence[Decision]) -> Decision | tuple[Decision, Decision] | None:
    """What the readings of one value give: a decision, a dispute, or nothing while one reader is missing."""
    judged = [one for one in read if one.stage == "adjudication"]
    if judged:
        return judged[-1]
    latest = {one.by: one for one in read if one.action in VALUE_ACTIONS}
    if len(latest) < 2:
        return None
    first, second = sorted(latest.values(), key=lambda one: one.order)[-2:]
    return first if first.after == second.after else (first, second)


def _voided(known: Mapping[str, Decision]) -> dict[str, str]:
    """Each decision that does not count, with the undo that voids it; an undo that is undone voids nothing."""
    undos: dict[str, list[Decision]] = {}
    for one in sorted(known.values(), key=lambda one: one.order):
        if one.action is Action.UNDO and one.voids is not None:
            undos.setdefault(one.voids, []).append(one)
    standing: dict[str, bool] = {}

    def stands(decision_id: str, above: frozenset[str]) -> bool:
        if decision_id not in standing:
            below = above | {decision_id}
            taken_back = any(stands(undo.id, below) for undo in undos.get(decision_id, []) if undo.id not in below)
            standing[decision_id] = not taken_back
        return standing[decision_id]

    found: dict[str, str] = {}
    for decision_id in known:
        for undo in undos.get(decision_id, []):
            if undo.id != decision_id and stands(undo.id, frozenset({decision_id})):
                found.setdefault(decision_id, undo.id)
    return found
