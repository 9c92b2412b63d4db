"""The audit trail: who decided what, when, from what to what, on which reading.

While a value waits for its second reader, what the first one decided is not shown to anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kompass_extract.review import Action, Address, Decision
from kompass_extract.review.service.desk_values import HistoryEntry
from kompass_extract.review.service.loaded_reviews import Case


def of_field(case: Case, address: Address) -> tuple[HistoryEntry, ...]:
    """A field's trail, oldest first: the machine's reading, then each decision and undo about it."""
    about = [one for one in case.decisions if one.action is not Action.UNDO and is_about(case, one, address)]
    ids = {one.id for one in about}
    undos = _undos_of(case.decisions, ids)
    entries = [entry(case, one) for one in case.decisions if one.id in ids or one.id in undos]
    read = reading(case, address)
    return (read, *entries) if read is not None else tuple(entries)


def of_case(case: Case, by: str | None = None) -> list[HistoryEntry]:
    """A report's decisions, newest first."""
    return [entry(case, one) for one in reversed(case.decisions) if by is None or one.by == by]


def reading(case: Case, address: Address) -> HistoryEntry | None:
    """What the machine read, None for what a person added."""
    field = case.machine_fields.get(address)
    if field is None:
        return None
    pipeline = case.machine.pipeline
    return HistoryEntry(
        decision=None,
        report_id=case.report_id,
        pointer=address,
        action="read",
        by=f"kompass {pipeline.version}",
        at=pipeline.created_at,
        before=field.raw,
        after=field.value,
        run=case.run,
    )


def entry(case: Case, decision: Decision) -> HistoryEntry:
    """One decision as a step of the trail."""
    settled = case.decided.settled
    blind = any(one.id == decision.id for one in settled.waiting.values())
    lost = {one.decision.id for one in case.decided.orphaned}
    return HistoryEntry(
        decision=decision.id,
        report_id=case.report_id,
        pointer=case.decided.placed.get(decision.id, decision.pointer),
        action=decision.action,
        by=decision.by,
        at=decision.at,
        before=decision.before,
        after=None if blind else decision.after,
        run=decision.run,
        voided_by=settled.voided.get(decision.id),
        orphaned=decision.id in lost,
    )


def entry_of(case: Case, decision_id: str) -> HistoryEntry:
    """The step of the trail that a decision of a case is."""
    return entry(case, next(one for one in case.decisions if one.id == decision_id))


def is_about(case: Case, decision: Decision, address: Address) -> bool:
    """Whether a decision determined what stands at an address."""
    at = case.decided.placed.get(decision.id, decision.pointer)
    places = {at, f"@{decision.id}", decision.other}
    if decision.action is Action.SET_QUESTION:
        places.add(f"{at}/question")
    return address in places


def _undos_of(decisions: Iterable[Decision], ids: Iterable[str]) -> set[str]:
    """The undos of decisions, of those undos, and so on."""
    found: set[str] = set()
    wanted = set(ids)
    while wanted:
        undos = {one.id for one in decisions if one.action is Action.UNDO and one.voids in wanted} - found
        found |= undos
        wanted = undos
    return found


def latest_of(decisions: Sequence[Decision], by: str, voided: Iterable[str]) -> Decision | None:
    """A reviewer's latest decision that stands and is no undo."""
    gone = set(voided)
    own = [one for one in decisions if one.by == by and one.action is not Action.UNDO and one.id not in gone]
    return own[-1] if own else None
