"""Reports and decisions for the tests of the review."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from kompass_extract.model.pointers import AnyField
from kompass_extract.model.pointers import changed as with_fields
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import Evidence, Report
from kompass_extract.report.areas import NO_PERCENT
from kompass_extract.review import Action, Decision
from kompass_extract.review.decisions.apply import Decided, apply, fingerprint
from kompass_extract.review.decisions.item_kinds import area_of, kind_of, label_of
from kompass_extract.review.decisions.recheck import check_id, checks_of, failed_by_pointer
from kompass_extract.training.gold import load_gold
from tests.conftest import report_of

GOLD = Path(__file__).parents[2] / "gold"
LINE = 14.0  # points from one field to the next
LINES = 50  # of a page


@cache
def gold_report(name: str = "sala-2023") -> Report:
    """A perfect reading, each field with a place of its own, and with its checks."""
    return checked(placed(report_of(load_gold(GOLD / f"{name}.json"))))


def placed(report: Report, shift: float = 0.0) -> Report:
    """Each field at a place of its own, one below the other; ``shift`` in points to the right and down."""
    order = {pointer: index for index, (pointer, _) in enumerate(report_fields(report))}

    def at_its_place(pointer: str, one: AnyField) -> AnyField:
        page, line = divmod(order[pointer], LINES)
        box = (50.0 + shift, line * LINE + shift, 300.0 + shift, line * LINE + 10.0 + shift)
        absent = one.value is None and not one.needs_review
        reasons = [NO_PERCENT] if absent else one.reasons
        return one.model_copy(update={"evidence": [Evidence(page=page + 1, bbox=box)], "reasons": reasons})

    return with_fields(report, at_its_place)


def checked(report: Report) -> Report:
    """The report with its checks."""
    return report.model_copy(update={"checks": checks_of(report)})


def changed(report: Report, values: dict[str, str | int | None], *, asked: bool = False) -> Report:
    """The report with other values at some pointers, as another reading gives them."""

    def other(pointer: str, one: AnyField) -> AnyField:
        if pointer not in values:
            return one
        return one.model_copy(update={"value": values[pointer], "needs_review": asked or one.needs_review})

    return with_fields(report, other)


@dataclass
class Reviewer:
    """Decides about a report as the desk does, a minute apart."""

    report: Report
    made: list[Decision] = field(default_factory=list)
    name: str = "anna"

    @property
    def result(self) -> Decided:
        return apply(self.report, self.made)

    def decide(self, action: Action, pointer: str = "", **more: object) -> Decision:
        """Add a decision with all that a desk writes down."""
        decided = self.result
        at = {address: place for place, address in decided.addresses.items()}.get(pointer, pointer)
        fields = dict(report_fields(decided.report))
        known = fields.get(at) or fields.get(f"{at}/question")
        failed = failed_by_pointer(decided.report.checks).get(at, [])
        machine = dict(report_fields(self.report)).get(pointer)
        about: dict[str, object] = {
            "kind": kind_of(at).value,
            "area": area_of(at, decided.report),
            "label": label_of(at, decided.report),
            "places": tuple(known.evidence) if known else (),
            "before": known.value if known else None,
            "reading": machine.value if machine else None,
            "seen": tuple(check_id(one) for one in failed),
        }
        if action is Action.ACCEPT and known is not None:
            about["after"] = known.value
        self.made.append(
            Decision.model_validate(
                {
                    "id": f"{self.name}{len(self.made)}",
                    "report": self.report.source.sha256,
                    "pointer": pointer,
                    "action": action,
                    "by": self.name,
                    "at": f"2026-01-01T00:{len(self.made):02d}:00",
                    "run": fingerprint(self.report),
                    **about,
                    **more,
                }
            )
        )
        return self.made[-1]

    def on(self, report: Report) -> Reviewer:
        """The same decisions over another reading."""
        return replace(self, report=report, made=list(self.made))


def value(report: Report, pointer: str) -> str | int | None:
    """The value at a pointer."""
    return dict(report_fields(report))[pointer].value
