"""The machine's report with what people decided.

The result depends on the report and the set of decisions alone: not on the order in which they are given, nor on how
often one is given.  A decision changes its own place and nothing else but what follows from it: the code of a
municipality that was named, the checks, and which fields are flagged because of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kompass_extract.model.pointers import AnyField
from kompass_extract.model.pointers import changed as with_fields
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Alternative, Check, Report, ReviewState
from kompass_extract.review.decisions.carry import NOTHING_CARRIED, Carried, Contradiction, carry_over
from kompass_extract.review.decisions.decision import Action, Address, DecidedValue, Decision
from kompass_extract.review.decisions.draft import Built, Draft
from kompass_extract.review.decisions.edits import EDITION, edit
from kompass_extract.review.decisions.in_force import Settled, settle
from kompass_extract.review.decisions.municipality import let_code_follow
from kompass_extract.review.decisions.recheck import (
    Finding,
    checks_of,
    failed_by_pointer,
    findings,
    of_edition,
    reasons_of,
    reopened,
    without_checks,
)

FINGERPRINT_DIGITS = 16
EVEN = 0.5
"""Confidence of a decided value that a newer reading contradicts: one of the two is right."""


@dataclass(frozen=True, slots=True)
class Inapplicable:
    """A decision that counts but cannot be applied here, and why; it is kept."""

    decision: Decision
    why: Reason


@dataclass(frozen=True, slots=True)
class Decided:
    """The decided report, and what became of the decisions.

    ``addresses`` gives the address of each pointer of ``report``; ``latest`` the decision that a place owes its value
    to; ``placed`` the address that each decision has in this reading, by its id.  ``orphaned`` decisions have none.
    """

    report: Report
    addresses: Mapping[str, Address]
    latest: Mapping[Address, Decision]
    findings: tuple[Finding, ...]
    settled: Settled
    contradicted: tuple[Contradiction, ...] = ()
    orphaned: tuple[Inapplicable, ...] = ()
    placed: Mapping[str, Address] = field(default_factory=dict)


def fingerprint(report: Report) -> str:
    """What a reading says, in a few digits: the same for two runs that read the same."""
    plain = report.model_copy(update={"pipeline": report.pipeline.model_copy(update={"created_at": ""})})
    return hashlib.sha256(plain.model_dump_json().encode()).hexdigest()[:FINGERPRINT_DIGITS]


def apply(report: Report, decisions: Iterable[Decision], *, run: str | None = None) -> Decided:
    """The report that the machine read with the decisions that count; ``run`` is its fingerprint where known."""
    run = run or fingerprint(report)
    settled = _of_reading(settle(decisions), run)
    own = [one for one in settled.effective if one.run in ("", run)]
    earlier = [one for one in settled.effective if one.run not in ("", run)]
    carried = carry_over(earlier, report) if earlier else NOTHING_CARRIED
    draft = Draft(report)
    orphaned = [Inapplicable(one, reason("place-not-found")) for one in carried.orphaned]
    latest: dict[Address, Decision] = {}
    for decision in sorted([*carried.applied, *own], key=lambda one: one.order):
        why = edit(draft, decision)
        if why is not None:
            orphaned.append(Inapplicable(decision, why))
        else:
            latest.update((address, decision) for address in _touched(decision))
    let_code_follow(draft, latest)
    contradicted = _open_contradictions(carried, own)
    _ask_again(draft, contradicted)
    _adjudicate(draft, settled)
    decided = _finished(report, draft.built(), latest, settled, contradicted, tuple(orphaned))
    placed = {one.decision.id: one.address for one in carried.contradicted}
    placed.update((one.id, one.pointer) for one in (*carried.applied, *own))
    return replace(decided, placed=placed)


def _of_reading(settled: Settled, run: str) -> Settled:
    """Blind readings count for the reading that they were made on; in a newer one they are read again."""
    waiting = {at: one for at, one in settled.waiting.items() if one.run in ("", run)}
    disputed = {at: pair for at, pair in settled.disputed.items() if pair[0].run in ("", run)}
    return replace(settled, waiting=waiting, disputed=disputed)


def _touched(decision: Decision) -> tuple[Address, ...]:
    """The addresses whose value or being a decision determines."""
    if decision.action is Action.SPLIT:
        return decision.pointer, f"@{decision.id}"
    if decision.action is Action.ADD:
        return (f"@{decision.id}",)
    if decision.action is Action.JOIN:
        return decision.pointer, str(decision.other)
    if decision.action is Action.SET_QUESTION:
        return decision.pointer, f"{decision.pointer}/question"
    return (decision.pointer,)


def _open_contradictions(carried: Carried, own: Sequence[Decision]) -> tuple[Contradiction, ...]:
    """Those about places that nobody has decided upon since, the latest of each place."""
    since = {address for one in own for address in _touched(one)}
    return tuple({one.address: one for one in carried.contradicted if one.address not in since}.values())


def _ask_again(draft: Draft, contradicted: Sequence[Contradiction]) -> None:
    for one in contradicted:
        address = f"{one.address}/question" if one.address in draft.rows else one.address
        field = draft.fields.get(address)
        if field is None:
            continue
        decision = one.decision
        told = reason(
            "earlier-decision-differs",
            name=decision.by,
            decided=_shown(decision),
            decided_earlier=decision.reading,
            decided_now=one.reading,
        )
        others = [other for other in field.alternatives if other.value != decision.after]
        mine = [Alternative(value=decision.after, confidence=EVEN)] if decision.after is not None else []
        changes = {"needs_review": True, "reasons": [told, *field.reasons], "alternatives": [*mine, *others]}
        draft.fields[address] = field.model_copy(update=changes)


def _adjudicate(draft: Draft, settled: Settled) -> None:
    """Fields that two people read differently: a third decides."""
    for address, (one, other) in settled.disputed.items():
        field = draft.fields.get(address)
        if field is None:
            continue
        told = reason("readers-differ", one=one.by, decided=_shown(one), other=other.by, decided_other=_shown(other))
        theirs = [Alternative(value=d.after, confidence=EVEN) for d in (one, other) if d.after is not None]
        changes = {"needs_review": True, "reasons": [told, *field.reasons], "alternatives": theirs}
        draft.fields[address] = field.model_copy(update=changes)


def _shown(decision: Decision) -> DecidedValue | dict[str, str]:
    """What a decision chose: a value, None for nothing, or the action where it chose no value."""
    if decision.action in (Action.ACCEPT, Action.CORRECT, Action.ADD):
        return decision.after
    return {"action": decision.action.value}


def _finished(
    machine: Report,
    built: Built,
    latest: Mapping[Address, Decision],
    settled: Settled,
    contradicted: tuple[Contradiction, ...],
    orphaned: tuple[Inapplicable, ...],
) -> Decided:
    """Checks, review marks and counts of a report whose decisions are applied."""
    report, checks = built.report, list(machine.checks)
    if settled.effective:
        report, checks = _rechecked(machine, built, latest)
    all_fields = dict(report_fields(report))
    accepted = {one.pointer: str(one.after) for one in latest.values() if one.pointer.startswith("/checks/")}
    found = findings(checks, all_fields.keys(), accepted)
    if settled.effective or settled.waiting or contradicted:
        waiting = sum(field.needs_review for field in all_fields.values())
        state = ReviewState(status="in_review", open=waiting, total=len(all_fields))
        report = report.model_copy(update={"review": state})
    return Decided(report, built.addresses, latest, found, settled, contradicted, orphaned)


def _rechecked(machine: Report, built: Built, latest: Mapping[Address, Decision]) -> tuple[Report, list[Check]]:
    """The report with the checks of its values, and the fields that these send to a person."""
    report = built.report
    if report.report.edition.value != machine.report.edition.value and EDITION in latest:
        told = {
            pointer
            for pointer, address in built.addresses.items()
            if (decision := latest.get(address)) is not None and decision.action is Action.SET_QUESTION
        }
        report = of_edition(report, frozenset(told))
    plain = with_fields(report, lambda _, field: without_checks(field))
    checks = checks_of(plain)
    failed = failed_by_pointer(checks)

    def marked(pointer: str, field: AnyField) -> AnyField:
        named = failed.get(pointer, [])
        decided = field.review is not None
        if not named or (decided and not reopened(field, named, latest.get(built.addresses[pointer]))):
            return field
        added = [one for one in reasons_of(named) if one not in field.reasons]
        return field.model_copy(update={"needs_review": True, "reasons": [*field.reasons, *added]})

    return with_fields(plain, marked).model_copy(update={"checks": checks}), checks
