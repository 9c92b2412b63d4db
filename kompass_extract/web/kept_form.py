"""A form that came when its session had ended: what was written is kept over the log-in, and sent by a step then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from kompass_extract.web.addresses import DECIDE, ITEM, Query, page_url, whole_number, with_query
from kompass_extract.web.site import FROM_SCRIPT, parsed_form

KEPT_OF = {DECIDE: ITEM, "/comment": ITEM, "/page/add": "/page"}
"""Forms that hold what somebody wrote, with the page that they stand on; others are quickly sent again."""
WRITTEN = ("value", "rest", "text")
"""Fields that people write text in."""
_PREFIX, _TO = "kept.", "kept_to"
_OWN = frozenset({"csrf"})


@dataclass(frozen=True, slots=True)
class KeptForm:
    """Where a form was sent, and its fields without the token of the session that has ended."""

    to: str
    fields: Mapping[str, str]

    @property
    def written(self) -> Mapping[str, str]:
        """What was written into it."""
        return {name: self.fields[name] for name in WRITTEN if self.fields.get(name)}

    @property
    def rest(self) -> Mapping[str, str]:
        """All its other fields."""
        return {name: value for name, value in self.fields.items() if name not in self.written}

    @property
    def page(self) -> str:
        """The page that the form stood on."""
        report = self.fields.get("report", "")
        if KEPT_OF[self.to] == ITEM:
            return with_query(ITEM, report=report, p=self.fields.get("p"))
        number = whole_number(self.fields.get("n", "1"))
        return page_url(report, 1 if number is None else number)

    @property
    def hidden(self) -> Mapping[str, str]:
        """The form as hidden fields of another."""
        return {_TO: self.to, **{f"{_PREFIX}{name}": value for name, value in self.fields.items()}}


async def sent_form(request: Request) -> KeptForm | None:
    """The form of a request that was refused for its session; None where it holds nothing that was written."""
    if request.method != "POST" or request.url.path not in KEPT_OF or FROM_SCRIPT in request.headers:
        return None
    return _form(request.url.path, await parsed_form(request))


def kept_in(form: Query) -> KeptForm | None:
    """The form that a log-in carries."""
    fields = {name.removeprefix(_PREFIX): value for name, value in form.items() if name.startswith(_PREFIX)}
    return _form(form[_TO], fields) if form.get(_TO) in KEPT_OF else None


def _form(to: str, fields: Query) -> KeptForm | None:
    kept = KeptForm(to, {name: value for name, value in fields.items() if name not in _OWN})
    return kept if kept.written else None
