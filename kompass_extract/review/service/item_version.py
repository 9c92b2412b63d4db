"""Where an item stands in a case, and a token of what stands there, which detects two concurrent decisions."""

from __future__ import annotations

import hashlib

from kompass_extract.model.report import BlockInfo, Report
from kompass_extract.review import Action, Address
from kompass_extract.review.decisions.item_kinds import area_of, kind_of
from kompass_extract.review.service.loaded_reviews import Case
from kompass_extract.review.service.review_errors import UnknownItemError

VERSION_DIGITS = 16


def field_address(case: Case, address: Address) -> Address:
    """The address itself where a field stands there; of a row that of its question; UnknownItemError."""
    for candidate in (address, f"{address}/question"):
        if case.pointers.get(candidate) in case.fields:
            return candidate
    raise UnknownItemError(f"The report {case.report_id} has nothing at {address} (any more). Open its queue anew.")


def version(case: Case, address: Address) -> str:
    """A token of what stands at an address, "" where nothing does; it changes when a decision changes the item."""
    if address.startswith("/checks/"):
        parts: list[object] = [(one.check.message, one.open) for one in case.decided.findings if one.address == address]
    elif address.startswith("/blocks/"):
        parts = [block_at(case.decided.report, address)]
    else:
        parts = _state(case, address)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:VERSION_DIGITS] if parts else ""


def _state(case: Case, address: Address) -> list[object]:
    """Value, decision and place of a field, and of a row's question which one it is; nothing where there is none."""
    try:
        address = field_address(case, address)
    except UnknownItemError:
        return []
    pointer, report = case.pointers[address], case.decided.report
    field = case.fields[pointer]
    latest = case.decided.latest.get(address.removesuffix("/question"))
    told = latest.after if latest is not None and latest.action is Action.SET_QUESTION else ""
    return [address, field.value, field.review, kind_of(pointer), area_of(pointer, report), told]


def block_at(report: Report, address: Address) -> BlockInfo | None:
    """The block of an address like ``/blocks/12``."""
    index = address.removeprefix("/blocks/")
    return report.blocks[int(index)] if index.isdecimal() and int(index) < len(report.blocks) else None
