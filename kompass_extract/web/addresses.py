"""Addresses of the pages, and the queue's filter as it stands in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlencode

from kompass_extract.model.report import PageInfo
from kompass_extract.review.service.desk_values import QueueFilter, ReasonClass

REPORTS, QUEUE, ITEM, NEXT, HISTORY, HELP = "/reports", "/queue", "/item", "/next", "/history", "/help"
LOGIN, LOGOUT, ACCOUNT, PEOPLE, MEASURES = "/login", "/logout", "/account", "/people", "/measures"
DECIDE, UNDO, BESIDE, TOGETHER = "/decide", "/undo", "/beside", "/together"
BROWSE = "/browse/"
OWN_PATHS = frozenset(
    {REPORTS, QUEUE, ITEM, NEXT, HISTORY, HELP, LOGIN, LOGOUT, ACCOUNT, DECIDE, UNDO}
    | {"/report", "/page", "/picture", "/static", "/hold", BESIDE, TOGETHER, PEOPLE, MEASURES, "/browse", "/search"}
)
"""First parts of the pages' own addresses."""
SUREST = ("50", "80", "90", "95")
"""Least confidences, in per cent, that the queue can be filtered by."""
MOST_DIGITS = 6
LONGEST_VALUE = 200  # of a filter's value; longer ones are nobody's

Query = Mapping[str, str]


def whole_number(given: str) -> int | None:
    """A number of up to six digits as an address or a form has it; None for anything else."""
    return int(given) if given.isdecimal() and len(given) <= MOST_DIGITS else None


def with_query(path: str, **values: object) -> str:
    """``path`` with the values that are not None or empty as its query."""
    given = {name: str(value) for name, value in values.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def filter_of(query: Query) -> QueueFilter:
    """The filter in a query or form; what no filter can be counts as any."""
    area = query.get("area", "")
    reason, surest = query.get("reason", ""), query.get("surest", "")
    return QueueFilter(
        report_id=_text(query, "in"),
        area=int(area) if area in tuple("12345678") else None,
        kind=_text(query, "kind"),
        reason=ReasonClass(reason) if reason in set(ReasonClass) else None,
        edition=_text(query, "edition"),
        municipality=_text(query, "municipality"),
        assigned=_text(query, "assigned"),
        surest=int(surest) if surest in SUREST else None,
    )


def filter_values(wanted: QueueFilter) -> dict[str, str]:
    """The filter as query values, names as in ``filter_of``; what stands for any is left out."""
    values = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
    values["in"] = values.pop("report_id")
    return {name: str(value) for name, value in values.items() if value is not None}


def item_url(report_id: str, pointer: str, wanted: QueueFilter | None = None, **more: object) -> str:
    """An item's page; ``wanted`` is the queue that the reviewer goes through."""
    return with_query(ITEM, report=report_id, p=pointer, **filter_values(wanted or QueueFilter()), **more)


def next_url(wanted: QueueFilter, after: str | None, *, back: bool = False) -> str:
    """The item after (``back``: before) a position of the queue."""
    return with_query(NEXT, after=after, back="1" if back else None, **filter_values(wanted))


def together_url(wanted: QueueFilter, **more: object) -> str:
    """The values of a filter that can be accepted together."""
    return with_query(TOGETHER, **filter_values(wanted), **more)


def queue_url(wanted: QueueFilter, **more: object) -> str:
    """The list of the queue."""
    return with_query(QUEUE, **filter_values(wanted), **more)


def report_url(report_id: str) -> str:
    """A report's page."""
    return with_query("/report", id=report_id)


def beside_url(report_id: str, pointer: str | None = None, number: int | None = None) -> str:
    """A report beside its pages, at a value or a page."""
    return with_query(BESIDE, report=report_id, p=pointer, n=number)


def walk_url(wanted: QueueFilter, *, after: str | None = None, outside: str | None = None) -> str:
    """On through the queue, report by report: to the next that is not ``outside``."""
    return with_query(f"{BESIDE}/next", after=after, outside=outside, **filter_values(wanted))


def page_url(report_id: str, number: int, **more: object) -> str:
    """A whole page of a report."""
    return with_query("/page", report=report_id, n=number, **more)


def picture_url(row_id: int, page: PageInfo, sha256: str) -> str:
    """A page's picture; what it shows is part of the address, so that browsers may keep it without asking again."""
    shows = f"{sha256[:16]}-{page.rotation}-{page.skew}"
    return with_query(f"/picture/{row_id}/{page.number}.jpg", shows=shows)


def thumbnail_url(row_id: int, page: PageInfo, sha256: str) -> str:
    """A page's small picture."""
    return picture_url(row_id, page, sha256) + "&small=1"


@lru_cache(maxsize=8)
def static_url(name: str) -> str:
    """A file of the pages' own, under an address that changes with what is in it."""
    content = (files(__package__) / "static" / name).read_bytes()
    return with_query(f"/static/{name}", shows=hashlib.sha256(content).hexdigest()[:16])


def rooted(path: str, root: str) -> str:
    """An address of these pages below the path that a proxy serves them under; once, however often it is asked."""
    return path if not root or path == root or path.startswith(f"{root}/") else root + path


def with_language(here: str, language: str) -> str:
    """The same page in another language."""
    return f"{here}{'&' if '?' in here else '?'}lang={language}"


def inside(target: str | None, default: str = REPORTS) -> str:
    """``target`` where it is an address of these pages, else ``default``: nobody is sent elsewhere."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\") or not target.isprintable():
        return default
    return target if "\\" not in target else default


def _text(query: Query, name: str) -> str | None:
    return query.get(name, "")[:LONGEST_VALUE] or None
