"""A whole report as one document: every value with its place, its doubt and what can be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kompass_extract.model.evidence_places import start
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import Check, Evidence, Report
from kompass_extract.review import Action, Address, DecidedValue
from kompass_extract.review.decisions.draft import is_number
from kompass_extract.review.decisions.item_kinds import FieldKind, kind_of
from kompass_extract.review.decisions.recheck import Finding, failed_by_pointer, named_by_pointer
from kompass_extract.review.service.doubt_spots import Spot
from kompass_extract.review.service.guess import Guess
from kompass_extract.review.service.guesses import guesses_of, value_spots
from kompass_extract.review.service.item_version import version
from kompass_extract.review.service.loaded_reviews import Case

MOST_OTHERS = 3
"""Other places of a contradiction that are shown beside a value's own."""
IN_SIGHT_PT = 300.0
"""Height above and below a place, in points, that is shown with it."""
IN_SIGHT_LINES = 25
"""Lines of a text above and below a place that are shown with it."""
_TWO_PRINTS = frozenset({"chapter-table", "chapter-overview"})  # checks of one value that is printed in two places
_TEXTS = frozenset({FieldKind.STRENGTH, FieldKind.IMPROVEMENT, FieldKind.RUBRIC, FieldKind.PARAGRAPH})
_MOVED = frozenset({FieldKind.STRENGTH, FieldKind.IMPROVEMENT})


@dataclass(frozen=True, slots=True)
class WholeValue:
    """One value of the document; ``asked`` where it waits for a person, ``others`` where it contradicts something."""

    address: Address
    kind: FieldKind
    value: DecidedValue
    field: AnyField
    number: bool
    asked: bool
    decided: bool
    failed: bool
    reasons: tuple[Reason, ...]
    guesses: tuple[Guess, ...]
    spots: tuple[Spot, ...]
    place: Evidence | None
    others: tuple[Evidence, ...]
    version: str
    away: Action
    held_by: str | None

    @property
    def listed(self) -> bool:
        """Whether it is an item of a list, which can be joined with its neighbours."""
        return self.kind in _TEXTS

    @property
    def moves(self) -> bool:
        """Whether it can go to the other list of its area."""
        return self.kind in _MOVED


@dataclass(frozen=True, slots=True)
class WholeReport:
    """The document: the decided report, its values by pointer, and open findings that have no value."""

    report: Report
    row_id: int
    sha256: str
    values: Mapping[str, WholeValue]
    findings: tuple[tuple[Finding, str], ...]
    """With the version of each."""
    open: int
    signed: bool


def whole_report(case: Case, asked: Mapping[Address, str | None]) -> WholeReport:
    """The document of a case; ``asked`` are the addresses in its queue with who else holds them."""
    report = case.decided.report
    failed = failed_by_pointer(report.checks)
    warned = named_by_pointer(one for one in report.checks if one.status == "warning" and one.id in _TWO_PRINTS)
    values = {
        pointer: _value(
            case, pointer, field, checks=failed.get(pointer, ()), warned=warned.get(pointer, ()), asked=asked
        )
        for pointer, field in case.fields.items()
    }
    findings = tuple((one, version(case, one.address)) for one in case.decided.findings if one.address in asked)
    return WholeReport(report, case.review_id, case.sha256, values, findings, len(asked), case.status == "reviewed")


def _value(
    case: Case,
    pointer: str,
    field: AnyField,
    *,
    checks: Sequence[Check],
    warned: Sequence[Check],
    asked: Mapping[Address, str | None],
) -> WholeValue:
    address, kind = case.decided.addresses[pointer], kind_of(pointer)
    waits = address in asked
    return WholeValue(
        address=address,
        kind=kind,
        value=field.value,
        field=field,
        number=is_number(field),
        asked=waits,
        decided=field.review is not None,
        failed=bool(checks),
        reasons=tuple(field.reasons),
        guesses=guesses_of(case, pointer) if waits else (),
        spots=value_spots(field) if waits else (),
        place=field.evidence[0] if field.evidence else None,
        others=_others(case, pointer, [*checks, *warned]),
        version=version(case, address),
        away=Action.REMOVE if kind in _TEXTS else Action.REJECT,
        held_by=asked.get(address),
    )


def _seen_together(one: Evidence, other: Evidence) -> bool:
    """Whether two places are in sight at once where the page is shown around one of them."""
    if one.page != other.page:
        return False
    far = abs(start(one)[1] - start(other)[1])
    return far < (IN_SIGHT_PT if one.bbox is not None else IN_SIGHT_LINES)


def _others(case: Case, pointer: str, checks: Sequence[Check]) -> tuple[Evidence, ...]:
    """Where the other values stand that ``checks`` compare a value with, out of sight of its own place."""
    own = case.fields[pointer].evidence[:1]
    places: dict[Evidence, None] = {}
    for check in checks:
        for other in check.fields:
            found = case.fields.get(other)
            if other != pointer and found is not None and found.evidence:
                places.setdefault(found.evidence[0])
    elsewhere = [one for one in places if not own or not _seen_together(own[0], one)]
    return tuple(elsewhere[:MOST_OTHERS])
