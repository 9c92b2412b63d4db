"""Names of persons: common ones, and family names built of the usual parts.

Nobody's name is wrong for not being here.  The list tells which words are likely to be a person, and whether the
letters of a name on a scan are confirmed by anything but their own picture.
"""

from __future__ import annotations

from functools import lru_cache

from kompass_extract.taxonomy.editions import read_data

_SON = ("sson", "son", "sen")


def is_given_name(word: str) -> bool:
    """Whether a word is a common given name, or two of them with a hyphen."""
    parts = word.split("-")
    return word in _names("given") or (len(parts) == 2 and all(part in _names("given") for part in parts))


def is_known_name(word: str) -> bool:
    """Whether a word is a common given or family name, or built as family names are; capitals do not count."""
    plain = word if not word.isupper() else "-".join(part.capitalize() for part in word.split("-"))
    return is_given_name(plain) or all(_is_family_name(part) for part in plain.split("-"))


def _is_family_name(word: str) -> bool:
    if word in _names("family") or word in _names("given"):
        return True
    low = word.casefold()
    if any(low.endswith(son) and low.removesuffix(son).capitalize() in _names("given") for son in _SON):
        return True
    firsts, lasts = _names("first_parts"), _names("last_parts")
    return any(low[:cut] in firsts and low[cut:] in lasts for cut in range(1, len(low)))


@lru_cache(maxsize=4)
def _names(kind: str) -> frozenset[str]:
    return frozenset(str(read_data("names.toml")[kind]).split())
