"""Normal forms: one text, however its characters are written.

The same letters reach us composed or decomposed, as ligatures, in full width, with soft hyphens and zero-width signs
between them.  None of that is printed otherwise, so none of it may make another report.  Quotes, dashes and
letters stay what they are.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

SOFT_HYPHEN = "\u00ad"
# The Stream-Safe Text Format (UAX 15) allows so many combining marks on a letter; more take quadratic time to sort.
MOST_MARKS = 30
# Compatibility forms that are printed like the plain character; others (½, ², ™) are not.
_SAME_PRINT = ("<font>", "<wide>", "<narrow>", "<noBreak>")
_LATIN_LIGATURES = range(0xFB00, 0xFB07)
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
_C1_CONTROLS = range(0x80, 0xA0)
_GRAPHEME_JOINER = 0x034F
_LINE_SEPARATORS = "\u2028\u2029\v"
_OPTIONAL_HYPHEN, _KEPT_HYPHEN = "\x1f", "\x1e"  # as word processors write them into plain text
# A character's number has at most seven digits; Python refuses to read numbers of thousands.
_ENDLESS_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{40,}+;?")
_HYPHENS = frozenset("\u2010\u2011\u2043")
_KEPT_CONTROLS = frozenset("\t\n\r\f")
# In UTF-16 nearly every Swedish character has a zero byte, and always on the same side.
MIN_ZERO_SHARE = 0.7


class _Forms(dict[int, str]):
    """Character to normal form, found once for each character that is met."""

    def __missing__(self, code: int) -> str:
        self[code] = _form(chr(code), code)
        return self[code]


def _form(sign: str, code: int) -> str:
    if code in _C1_CONTROLS:
        return bytes((code,)).decode("cp1252", "ignore")
    if sign in _KEPT_CONTROLS or sign == SOFT_HYPHEN:
        return sign
    if sign in _LINE_SEPARATORS:
        return "\n"
    if sign == _OPTIONAL_HYPHEN:
        return SOFT_HYPHEN
    if sign in _HYPHENS or sign == _KEPT_HYPHEN:
        return "-"
    category = unicodedata.category(sign)
    if category in {"Cf", "Cc"} or code in _VARIATION_SELECTORS or code == _GRAPHEME_JOINER:
        return ""
    if category == "Zs":
        return " "
    if code in _LATIN_LIGATURES or unicodedata.decomposition(sign).startswith(_SAME_PRINT):
        return unicodedata.normalize("NFKC", sign)
    return sign


_FORMS = _Forms()


def normal_text(text: str) -> str:
    """The text in its normal form; a soft hyphen stays at a line's end alone.

    Tabs, line ends and form feeds stay; every other kind of space becomes one space, so the words stay as many.
    """
    if text.isascii() and text.isprintable():
        return text
    plain = composed(text.translate(_FORMS))
    if SOFT_HYPHEN not in plain:
        return plain
    return "\n".join(_without_soft_hyphens(line) for line in plain.split("\n"))


def unescaped(text: str) -> str:
    """The text with HTML's character references resolved, U+FFFD for those to no character."""
    return html.unescape(_ENDLESS_REFERENCE.sub("\ufffd", text)) if "&" in text else text


def utf16_of(sample: bytes) -> str | None:
    """Which UTF-16 a text's first bytes are without saying so; None for none."""
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    low, high = (sample[side : 2 * pairs : 2].count(0) / pairs for side in (0, 1))
    if high >= MIN_ZERO_SHARE and low == 0:
        return "utf-16-le"
    return "utf-16-be" if low >= MIN_ZERO_SHARE and high == 0 else None


def composed(text: str) -> str:
    """The text in NFC, in time that grows with its length: of a run of combining marks ``MOST_MARKS`` are kept."""
    return text if text.isascii() else unicodedata.normalize("NFC", "".join(_with_few_marks(text)))


def _with_few_marks(text: str) -> Iterator[str]:
    """The text's characters but for marks that no letter carries; sorting a long run of them takes quadratic time."""
    run = 0
    for sign in text:
        run = run + 1 if sign > "\u02ff" and unicodedata.combining(sign) else 0
        if run <= MOST_MARKS:
            yield sign


def _without_soft_hyphens(line: str) -> str:
    end = line.rstrip()
    broken = end.endswith(SOFT_HYPHEN) and len(end.strip(SOFT_HYPHEN + " \t\f")) > 0
    return line.replace(SOFT_HYPHEN, "") + (SOFT_HYPHEN if broken else "")
