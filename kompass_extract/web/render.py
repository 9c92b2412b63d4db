"""Templates made into pages: everything from documents is escaped, every word is asked for in a language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import _lru_cache_wrapper, lru_cache
from types import FunctionType
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import Check
from kompass_extract.review.decisions.item_kinds import kind_of
from kompass_extract.review.decisions.recheck import said_again
from kompass_extract.web import addresses
from kompass_extract.web.frame import view_box
from kompass_extract.web.web_settings import Language, Role
from kompass_extract.web.words import Words, table

OF_PICTURE = "page-is-picture"
"""The reason that says nothing of the value itself."""
TIME_ZONE = ZoneInfo("Europe/Stockholm")


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What every page needs beside its own content; ``here`` is its address, for forms that come back to it."""

    language: Language
    reviewer: str | None
    csrf: str
    here: str
    users: bool
    """Whether people log in, so that they can log out."""
    root: str = ""
    """The path that a proxy serves the pages under."""
    role: Role = "admin"


class PageAddresses:
    """The module ``addresses`` as templates use it: every address below the pages' root."""

    def __init__(self, root: str) -> None:
        self._root = root

    def to(self, path: str) -> str:
        """An address that has no name of its own."""
        return addresses.rooted(path, self._root)

    def __getattr__(self, name: str) -> Any:
        """An address, or a function that makes one."""
        found = getattr(addresses, name)
        if isinstance(found, str):
            return self.to(found)
        if not isinstance(found, FunctionType | _lru_cache_wrapper):
            return found

        def made(*given: object, **named: object) -> object:
            value = found(*given, **named)
            return self.to(value) if isinstance(value, str) else value

        return made


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of the package; a name that a template does not get is an error."""
    made = Environment(
        loader=PackageLoader("kompass_extract.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["view_box"] = view_box
    made.filters["when"] = local_time
    made.filters["clock"] = local_clock
    made.filters["kind"] = kind_of
    made.filters["percent"] = lambda share: round(100 * share)
    return made


def page(template: str, frame: PageFrame, *, status: int = 200, **content: object) -> HTMLResponse:
    """The page that ``template`` makes of ``content``."""
    return HTMLResponse(html_of(template, frame, **content), status_code=status)


def html_of(template: str, frame: PageFrame, **content: object) -> str:
    """The HTML that ``template`` makes of ``content``, a page's or a part's."""
    language = frame.language
    words = Words(language)

    def finding(kept: str) -> str:
        """A finding as the queue keeps it: what its check says."""
        return _capital(said_again(kept).said(language))

    def decimal(value: float) -> str:
        return f"{value:.1f}".replace(".", "," if language == "sv" else ".")

    tools = {
        "url": PageAddresses(frame.root), "t": words, "named": words.named, "decimal": decimal, "finding": finding,
        "reason": lambda told: said_in(language, told.found if isinstance(told, Check) else told),
        "said": lambda problem: said_in(language, problem),
        "told": lambda one, kind: told_of(language, one, str(kind)),
    }  # fmt: skip
    return environment().get_template(template).render(**tools, frame=frame, **content)


def told_of(language: Language, told: Reason | Check, kind: str) -> str:
    """Say why a value of a kind is flagged; where that is only that its page is a picture, say what to compare."""
    if isinstance(told, Check):
        return said_in(language, told.found)
    key = f"compare.{kind}"
    if told.code == OF_PICTURE:
        return Words(language)(key if key in table() else "compare.text")
    return said_in(language, told)


def said_in(language: Language, problem: str | Reason, **values: object) -> str:
    """A problem of the pages' own by its key, a reason in its words, anything else in its own."""
    if isinstance(problem, Reason):
        return _capital(problem.said(language))
    return Words(language)(problem, **values) if problem in table() else _capital(problem)


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def local_time(moment: str) -> str:
    """An ISO time as people in Sweden read it, to the minute; anything else as it is."""
    local = _local(moment)
    return local.strftime("%Y-%m-%d %H:%M") if local else moment


def local_clock(moment: str) -> str:
    """The time of day of an ISO time."""
    local = _local(moment)
    return local.strftime("%H:%M") if local else moment


def _local(moment: str) -> datetime | None:
    try:
        return datetime.fromisoformat(moment).astimezone(TIME_ZONE)
    except ValueError:
        return None
