"""HTML as tags and text, every character looked at once.

The standard library's parser takes minutes over a page of 300 kB that is broken on purpose; this one follows the HTML
standard where a tag, a comment or a script is never closed: the rest of the page belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kompass_extract.model.text_forms import unescaped

_SPACE = re.compile(r"[\s/]*")
_TAG_NAME = re.compile(r"[^\s/>]+")
_ATTRIBUTE_NAME = re.compile(r"=?[^\s/>=]*")
_VALUE = re.compile(r"[^\s>]*")
_EQUALS = re.compile(r"\s*=\s*")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noframes"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag, or an end tag where ``closes``; names are in lower case, of equal attributes the first counts."""

    name: str
    attributes: dict[str, str]
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """What stands between a script's tags, as it stands there."""

    text: str


def tokens(text: str) -> Iterator[Tag | Script | str]:
    """The tags, the scripts and the text between them, character references resolved; comments are left out."""
    place = 0
    while place < len(text):
        start = text.find("<", place)
        if start < 0:
            yield unescaped(text[place:])
            return
        if start > place:
            yield unescaped(text[place:start])
        if text.startswith("<!--", start):
            place = _after(text, "-->", start + 2)
        elif text.startswith(("<!", "<?"), start):
            place = _after(text, ">", start)
        elif text[start + 1 : start + 3].removeprefix("/")[:1].isalpha():
            tag, place = _tag(text, start)
            if tag is None:
                return
            yield tag
            if tag.name in _RAW and not tag.closes:
                end = re.compile(f"</{tag.name}", re.IGNORECASE).search(text, place)
                start, place = place, end.start() if end else len(text)
                if tag.name == "script" and place > start:
                    yield Script(text[start:place])
                elif tag.name == "title" and place > start:
                    yield unescaped(text[start:place])
        else:
            yield "<"
            place = start + 1


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def _tag(text: str, start: int) -> tuple[Tag | None, int]:
    """The tag that begins at ``start`` and the place after it; None where the page ends within it."""
    closes = text.startswith("</", start)
    name = _TAG_NAME.match(text, start + (2 if closes else 1))
    assert name is not None, "a letter stands here"
    place = name.end()
    attributes: dict[str, str] = {}
    while True:
        place = _end_of(_SPACE, text, place)
        if place >= len(text):
            return None, place
        if text[place] == ">":
            return Tag(name[0].lower(), attributes, closes), place + 1
        key_end = _end_of(_ATTRIBUTE_NAME, text, place)
        value, after = _attribute_value(text, key_end)
        if value is None:
            return None, after
        attributes.setdefault(text[place:key_end].lower(), unescaped(value))
        place = after


def _attribute_value(text: str, place: int) -> tuple[str | None, int]:
    """The value of the attribute whose name ends at ``place``; None where its quote is never closed."""
    equals = _EQUALS.match(text, place)
    if equals is None:
        return "", place
    place = equals.end()
    quote = text[place : place + 1]
    if quote in {'"', "'"}:
        end = text.find(quote, place + 1)
        return (None, len(text)) if end < 0 else (text[place + 1 : end], end + 1)
    end = _end_of(_VALUE, text, place)
    return text[place:end], end


def _end_of(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place
