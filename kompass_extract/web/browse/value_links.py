"""Values as the pages write them: each a link to its own address, and marked where it waits for a person.

A report has some five hundred values.  Written here a page of them takes a third of the time that a template's macro
takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from kompass_extract.web.browse.browse_links import Links
from kompass_extract.web.browse.document_views import Cited
from kompass_extract.web.words import Words


@dataclass(frozen=True, slots=True)
class ValueLinks:
    """What writes the values of one page, in its language."""

    to: Links
    words: Words

    def link(
        self, key: str, page: int | None, shown: str | None, *, unsure: bool = False, decided: bool = False
    ) -> Markup:
        """A value that links to its own address; one that waits for review is drawn as such and says so."""
        css = "v doubt" if unsure else "v decided" if decided else "v"
        text = escape(shown if shown not in (None, "") else self.words("browse.missing"))
        return Markup(f'<a class="{css}" href="{escape(self.to.value(key, page))}">{text}{self._mark(unsure)}</a>')

    def place(self, cited: Mapping[str, Cited], pointer: str) -> Markup:
        """The value at a pointer of its report, at a place that addresses can name; nothing where there is none."""
        one = cited.get(pointer)
        if one is None:
            return Markup("")
        shown = "–" if one.value is None else self.words.value(one.value)
        link = self.link(one.key, one.page, shown, unsure=one.unsure, decided=one.decided)
        return Markup(f'<span id="{escape(one.at)}">{link}</span>')

    def _mark(self, unsure: bool) -> str:
        if not unsure:
            return ""
        waits = escape(self.words("browse.waits"))
        return f'<span class="q" aria-hidden="true">?</span><span class="sr"> ({waits})</span>'
