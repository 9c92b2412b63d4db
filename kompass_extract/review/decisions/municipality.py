"""The municipality's code follows a decision about its name, as the register says.

A decision about the code itself is stronger.
"""

from __future__ import annotations

from collections.abc import MutableMapping

from kompass_extract.report.checks.place_checks import CODE, NAME
from kompass_extract.review.decisions.decision import Address, Decision
from kompass_extract.review.decisions.draft import Draft
from kompass_extract.review.decisions.edits import decided
from kompass_extract.taxonomy import load_taxonomy


def let_code_follow(draft: Draft, latest: MutableMapping[Address, Decision]) -> None:
    """Give the code that belongs to a decided name; ``latest`` are the applied decisions by what they determine.

    A name that was rejected takes its code along.  A name that the register lacks has no code: a person is asked.
    """
    decision = latest.get(NAME)
    name, code = draft.fields.get(NAME), draft.fields.get(CODE)
    if decision is None or name is None or code is None or CODE in latest:
        return
    entry = load_taxonomy().municipalities.named(str(name.value)) if name.value is not None else None
    if name.value is not None and entry is None:
        unknown: dict[str, object] = {"value": None, "confidence": 0.0, "needs_review": True, "alternatives": []}
        draft.fields[CODE] = code.model_copy(update=unknown)
        return
    after = entry.code if entry is not None else None
    if after != code.value or code.needs_review:
        draft.fields[CODE] = decided(code, decision, after, rejected=after is None)
        latest[CODE] = decision


def as_registered(name: str) -> str:
    """A municipality's name in the register's spelling; a name that the register lacks as it is."""
    entry = load_taxonomy().municipalities.named(name)
    return entry.name if entry is not None else name
