"""The archive's pages as HTML and CSV, of what ``archive_views`` and ``document_views`` say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from kompass_extract import __version__
from kompass_extract.model.reasons import Reason
from kompass_extract.model.report import Check
from kompass_extract.web.browse.archive_views import View
from kompass_extract.web.browse.browse_links import Links
from kompass_extract.web.browse.concept_names import concept_names, group_name
from kompass_extract.web.browse.value_links import ValueLinks
from kompass_extract.web.guard import CONTENT_SECURITY_POLICY
from kompass_extract.web.render import environment
from kompass_extract.web.words import Words

BYTE_ORDER_MARK = "\ufeff"  # spreadsheet programs read UTF-8 by it
MISSING = "–"
_NOT_IN_META = ("frame-ancestors",)  # browsers heed it in a header alone
SCRIPT_WORDS = {
    "found": "browse.found", "found_most": "browse.found_most", "waits": "browse.waits",
    "see_page": "browse.see_page", "see_place": "browse.see_place", "area": "app.area", "more": "app.more",
    "kind_strength": "passage.strength", "kind_improvement": "passage.improvement",
    "kind_narrative": "passage.narrative",
}  # fmt: skip
"""The words that the static site's search writes, by the names that its script has for them."""


def html_of(view: View, links: Links, section: str = "") -> str:
    """The view as a page of the language and place of ``links``; ``section`` is its part of the menu."""
    words = Words(links.language)
    made = environment().get_template(f"browse/{view.template}")
    return made.render(
        t=words, named=words.named, to=links, section=section, version=__version__, policy=meta_policy(),
        names=concept_names(links.language), group_name=lambda group: group_name(group, words),
        reason=lambda told: _sentence(told, links), script_texts=json.dumps(script_texts(words), ensure_ascii=False),
        values=ValueLinks(links, words), **number_tools(words), **view.content,
    )  # fmt: skip


def csv_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows as CSV with a byte order mark; the columns are those of the first row, and any that others have."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def meta_policy() -> str:
    """The Content-Security-Policy of the server's pages, for a page that no header can be sent with."""
    return "; ".join(one for one in CONTENT_SECURITY_POLICY.split("; ") if not one.startswith(_NOT_IN_META))


def script_texts(words: Words) -> dict[str, str]:
    """The words that the static site's search needs, with their places unfilled."""
    decimal = "," if words.language == "sv" else "."
    return {**{name: words.template(key) for name, key in SCRIPT_WORDS.items()}, "decimal": decimal}


def number_tools(words: Words) -> dict[str, Any]:
    """Return how templates write numbers in a language."""
    comma = "," if words.language == "sv" else "."

    def num(value: float | None) -> str:
        return MISSING if value is None else f"{value:.1f}".removesuffix(".0").replace(".", comma)

    def percent(value: float | None) -> str:
        return MISSING if value is None else f"{round(value)}\u202f%"

    def signed(value: float) -> str:
        return f"{'+' if value > 0 else '−' if value < 0 else '±'}{round(abs(value))}"

    def number(count: int) -> str:
        return f"{count:,}".replace(",", "\u202f" if comma == "," else ",")

    def shown(value: object) -> str:
        return MISSING if value is None else words.value(value)

    return {
        "num": num, "percent": percent, "signed": signed, "number": number, "shown_value": shown,
    }  # fmt: skip


def _sentence(told: Reason | Check, links: Links) -> str:
    said = (told.found if isinstance(told, Check) else told).said(links.language)
    return said[:1].upper() + said[1:]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value
