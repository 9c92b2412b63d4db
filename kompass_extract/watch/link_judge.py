"""What is to become of a link, judged by its address, its words and the words around it before anybody is asked.

A link that may lead to a report is never passed over for a lack of signs: what its address does not settle, the server
is asked.  Only what says clearly that it is something else, and what nothing connects with a report, is passed over.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from kompass_extract.watch.anchors import EMBEDDING, Anchor

_OTHER_KINDS = re.compile(
    r"\.(?:jpe?g|png|gif|svg|webp|ico|docx?|dotx?|odt|rtf|xlsx?|ods|csv|pptx?|odp|zip|gz|7z|mp[34]|mov|wav|css|js|mjs|json"
    r"|woff2?|ttf|ics|vcf|epub)$",
    re.IGNORECASE,
)
_OTHER_TYPES = ("image/", "video/", "audio/", "font/", "text/css", "text/javascript", "application/javascript")
_RESOURCES = frozenset(
    {"stylesheet", "icon", "preload", "prefetch", "dns-prefetch", "preconnect", "manifest", "search"}
)
_VIEWER = re.compile(r"viewer|docs\.google\.|/gview", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")


class Why(StrEnum):
    """Why a link is followed, checked by a request, or ignored."""

    PDF_ADDRESS = "its address ends as a PDF's"
    PDF_TYPE = "the page says that it is a PDF"
    FILE_ADDRESS = "its address is that of a file store"
    EMBEDDED = "it is shown within the page"
    REPORT_WORDS = "its own words name a report"
    SUBJECT_AROUND = "the words around it name Kommunkompassen"
    POINTING = "it points, and the words around it name a report"
    OTHER_KIND = "another kind of file"
    FEED = "a feed or sitemap of the site"
    NO_ADDRESS = "no web address"
    SAME_PAGE = "this page itself"
    RESOURCE = "belongs to the page's looks"
    NAVIGATION = "in the navigation, without words of a report"
    NO_WORDS = "no word of a report in it or around it"
    NOT_INCLUDED = "does not fit the setting include"


SURE = frozenset({Why.PDF_ADDRESS, Why.PDF_TYPE})
ASKED = frozenset({Why.FILE_ADDRESS, Why.EMBEDDED, Why.REPORT_WORDS, Why.SUBJECT_AROUND, Why.POINTING})


@dataclass(frozen=True, slots=True)
class LinkWords:
    """The words of ``link_words.toml``."""

    subject: tuple[str, ...]
    report: tuple[str, ...]
    report_words: frozenset[str]
    pointing_words: frozenset[str]
    file_paths: tuple[str, ...]
    next_texts: frozenset[str]


@cache
def link_words() -> LinkWords:
    """Return the words that links to reports have."""
    read = tomllib.loads(Path(__file__).with_name("link_words.toml").read_text("utf-8"))
    return LinkWords(
        tuple(read["subject"]), tuple(read["report"]), frozenset(read["report_words"]),
        frozenset(read["pointing_words"]), tuple(read["file_paths"]), frozenset(read["next_texts"]),
    )  # fmt: skip


def judge(anchor: Anchor, target: str, title: str = "") -> Why:
    """Return what ``target``, the whole address of a page's link, seems to be; ``title`` is the page's."""
    path = unquote(urlsplit(target).path).lower()
    if path.endswith(".pdf"):
        return Why.PDF_ADDRESS
    if anchor.type == "application/pdf":
        return Why.PDF_TYPE
    if anchor.rel & _RESOURCES or (anchor.kind == "link" and "alternate" not in anchor.rel and not anchor.type):
        return Why.RESOURCE
    if _OTHER_KINDS.search(path) or anchor.type.startswith(_OTHER_TYPES):
        return Why.OTHER_KIND
    if ".pdf" in unquote(urlsplit(target).query).lower():
        return Why.PDF_ADDRESS
    return _by_words(anchor, path, title)


def _by_words(anchor: Anchor, path: str, title: str) -> Why:
    words = link_words()
    around = f"{anchor.block} {anchor.heading} {title}"
    is_shown = anchor.kind in EMBEDDING
    if names_a_report(f"{anchor.text} {anchor.label} {path.rstrip('/').rpartition('/')[2]}"):
        return Why.EMBEDDED if is_shown else Why.REPORT_WORDS
    if not anchor.in_navigation and anchor.kind != "link" and names_the_subject(around):
        return Why.EMBEDDED if is_shown else Why.SUBJECT_AROUND
    if anchor.download or any(part in path for part in words.file_paths):
        return Why.FILE_ADDRESS
    if anchor.in_navigation:
        return Why.NAVIGATION
    if anchor.kind == "link":
        return Why.RESOURCE
    if names_a_report(around) and set(_words_of(anchor.text)) & words.pointing_words:
        return Why.POINTING
    return Why.NO_WORDS


def judge_for_a_whole_site(target: str) -> Why:
    """Return what an address of a sitemap seems to be: it stands there without words, beside all others of its site."""
    path = unquote(urlsplit(target).path).lower()
    if path.endswith(".pdf"):
        return Why.PDF_ADDRESS if names_a_report(path.rpartition("/")[2][:-4]) else Why.NO_WORDS
    if _OTHER_KINDS.search(path):
        return Why.OTHER_KIND
    return Why.REPORT_WORDS if names_the_subject(path) else Why.NO_WORDS


def names_the_subject(text: str) -> bool:
    """Whether a text names Kommunkompassen."""
    return _has_part(text, link_words().subject)


def is_included(target: str, text: str, include: tuple[str, ...]) -> bool:
    """Whether a link's address or text has one of the patterns, in any case; without patterns each has."""
    names = (unquote(target).lower(), text.lower())
    return not include or any(fnmatchcase(name, pattern.lower()) for name in names for pattern in include)


def is_next(anchor: Anchor) -> bool:
    """Whether a link leads to the index page after this one."""
    return "next" in anchor.rel or bool({anchor.text.lower(), anchor.label.lower()} & link_words().next_texts)


def shown_by_a_viewer(target: str) -> str | None:
    """The address of the file that a viewer at ``target`` is to show; None where it is no viewer."""
    parts = urlsplit(target)
    if not _VIEWER.search(f"{parts.netloc}{parts.path}"):
        return None
    for name, value in parse_qsl(parts.query):
        if name.lower() in {"file", "url", "src", "pdf"} and value.startswith(("http", "/")):
            return value
    return None


def names_a_report(text: str) -> bool:
    """Whether a text names Kommunkompassen, or a report of any kind."""
    words = link_words()
    return _has_part(text, words.subject + words.report) or bool(set(_words_of(text)) & words.report_words)


def _has_part(text: str, parts: tuple[str, ...]) -> bool:
    folded = unicodedata.normalize("NFC", text).lower().replace("\xad", "")
    return any(part in folded for part in parts)


def _words_of(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).lower())
