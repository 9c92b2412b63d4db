"""Lines that are a page's number and nothing else: `7`, `7 (25)`, `Sida 7 av 25`, `- 7 -`."""

from __future__ import annotations

import re

_PAGE_NUMBER = re.compile(
    r"^[-–—_*\s]*+(?:sida|sid\.?|s\.)?\s*+(\d{1,3})"
    r"(?:\s*+(?:\(\s*+\d{1,3}(?:\s*+\))?|av\s++\d{1,3}|[/|]\s*+\d{1,3}))?[-–—_*\s]*+$",
    re.IGNORECASE,
)
_OF_PAGES = re.compile(r"^\W*\d{1,3}\s*(?:\(\s*\d{1,3}\s*\)|/\s*\d{1,3})\W*$")


def page_number(text: str) -> int | None:
    """The number that a line is, where it is a page number and nothing else."""
    found = _PAGE_NUMBER.match(text)
    return None if found is None else int(found[1])


def is_page_of_pages(text: str) -> bool:
    """True if a line is a page's number with the number of pages, `7 (25)` or `7/25`, as a score can look too."""
    return _OF_PAGES.match(text) is not None
