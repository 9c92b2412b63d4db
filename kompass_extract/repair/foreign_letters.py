"""Resolve signs of another alphabet or encoding to the letters that make the file's words Swedish.

A file that was decoded with a wrong encoding has one sign for one letter throughout ("fˆr", "fцr"), so each sign is
resolved once, by all words that hold it.  A sign that replaces several letters ("f□r", "□r") cannot be resolved.
Letters written as two ("foer") are decided the same way.  A sign is changed only if it occurs inside many words,
and if these become Swedish.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from kompass_extract.model.document import Knows

LEAST_INSIDE = 5  # words with a sign between their letters that prove that it is no punctuation
LEAST_WORDS = 3  # different words needed to resolve a sign
LEAST_KNOWN = 0.7  # of the words with a sign, those that its letter makes Swedish; 0.9 of a report's words are Swedish
LEAST_LEAD = 1.5  # ratio to the number of words that the next best letter makes Swedish
MOST_OWN_LETTERS = 0.1  # most ratio of words with å, ä or ö to words with a pair if the pair may be one letter
CAPITAL_SHARE = 0.9  # of a capital sign's occurrences, those at the beginning of a word
LONGEST = 40  # characters of a word that is tried
MOST_ROUNDS = 3  # words with two signs are evidence of one once the other is resolved
LEAST_EXPLAINED = 2  # letters that identify the encoding with which a file was decoded
LOST = "\ufffd"

# Encodings of files, and those mistaken for them; if several pairs explain a file, the first applies.
_ENCODINGS = ("cp1252", "mac_roman", "cp850", "cp437", "iso8859-7", "cp1251", "cp1250", "cp1253", "koi8-r", "iso8859-5")

_LETTERS = "åäöé"
_SWEDISH = frozenset("åäöÅÄÖ")
_PAIRS = {"aa": "å", "ae": "ä", "oe": "ö"}
_LOOK_ALIKES = dict(zip("аеосрхуіјѕкмнтвαοερνικτυχβη", "aeocpxyijskmhtbaoepvіktuxbn".replace("і", "i"), strict=True))
_PRINTED = frozenset("\"'.,;:!?()/-–—…%§&@+=*•·°’‘”“»«½²³©®")
_OWN = frozenset("abcdefghijklmnopqrstuvwxyzåäöéèêëáàâüøæçñíóúîôœß0123456789")
_WORD = re.compile(r"[^\s<>]+")
_TAG = re.compile(r"(<[^<>\n]{0,200}>)")
_PART = re.compile(r"[-/]")


@dataclass(slots=True)
class _Signs:
    """The signs of a file resolved so far: each to a letter, or to U+FFFD for one of several letters."""

    knows: Knows
    letters: dict[str, str] = field(default_factory=dict)

    def core(self, word: str, unknown: str = "") -> str:
        """Return a lower-case word without punctuation, its signs resolved to letters except ``unknown``."""
        kept = {*self.letters, unknown}
        start, end = 0, len(word)
        while start < end and word[start] in _PRINTED and word[start] not in kept:
            start += 1
        while end > start and word[end - 1] in _PRINTED and word[end - 1] not in kept:
            end -= 1
        read = (sign if sign == unknown else self.letters.get(sign, sign).lower() for sign in word[start:end])
        return "".join(read)

    def is_swedish(self, word: str) -> bool:
        parts = [part for part in _PART.split(word) if part]
        return bool(parts) and all(len(part) > 1 and self.knows(part) for part in parts)


def with_own_letters(lines: Sequence[str], knows: Knows) -> list[str]:
    """Replace foreign signs in the lines by their letters, or by U+FFFD for one of several letters."""
    words = _words(lines)
    signs = _decided(words, _candidates(words), knows)
    pairs = _decided_pairs(words, knows)
    if not signs.letters and not pairs:
        return list(lines)
    encoding = _encoding_of(signs.letters)
    if encoding is not None:
        table = str.maketrans(_all_signs(lines, *encoding))
        return [line.translate(table) for line in lines]
    capitals = _capitals(words, signs.letters)
    return ["".join(_text(part, signs, capitals, pairs) for part in _TAG.split(line)) for line in lines]


def _encoding_of(letters: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the decoding and the original encoding of a file if the pair explains all letters, at least two."""
    letters = {sign: letter for sign, letter in letters.items() if letter != LOST}
    if len(letters) < LEAST_EXPLAINED:
        return None
    for read, written in permutations(_ENCODINGS, 2):
        made = _all_signs(letters, read, written)
        if all(made.get(sign, "").lower() == letter.lower() for sign, letter in letters.items()):
            return read, written
    return None


def _all_signs(texts: Iterable[str], read: str, written: str) -> dict[str, str]:
    """Map each non-ASCII sign to its character before the wrong decoding; signs without counterpart are left out."""
    signs = {sign for text in texts for sign in text if not sign.isascii()}
    made = {sign: sign.encode(read, "ignore").decode(written, "ignore") for sign in signs}
    return {sign: other for sign, other in made.items() if other}


def _words(lines: Sequence[str]) -> Counter[str]:
    texts = (_TAG.sub(" ", line) for line in lines)
    return Counter(word for text in texts for word in _WORD.findall(text) if len(word) <= LONGEST)


def _candidates(words: Mapping[str, int]) -> list[str]:
    """Return signs that may replace letters: those inside words, and foreign ones at their edges."""
    inside: Counter[str] = Counter()
    strange: Counter[str] = Counter()
    for word, count in words.items():
        for sign in set(word[1:-1]):
            if _is_foreign(sign) and _is_inside(word, sign):
                inside[sign] += count
        strange.update({sign: count for sign in set(word) if _is_foreign(sign) and sign not in _PRINTED})
    found = [sign for sign, count in inside.items() if count >= LEAST_INSIDE]
    return [*found, *(sign for sign in strange if sign not in found)] if found else []


def _is_foreign(sign: str) -> bool:
    return sign.lower() not in _OWN and not sign.isspace() and sign != LOST and not 0xD800 <= ord(sign) < 0xE000


def _is_inside(word: str, sign: str) -> bool:
    place = word.find(sign, 1)
    while 0 < place < len(word) - 1:
        if all(one.isalpha() or one == sign for one in (word[place - 1], word[place + 1])):
            return True
        place = word.find(sign, place + 1)
    return False


def _decided(words: Mapping[str, int], candidates: Sequence[str], knows: Knows) -> _Signs:
    signs = _Signs(knows)
    having = {sign: [word for word in words if sign in word and len(word) > 1] for sign in candidates}
    for _ in range(MOST_ROUNDS):
        for sign in sorted(set(candidates) - set(signs.letters), key=lambda one: -len(having[one])):
            letter = _letter_of(sign, having[sign], signs)
            if letter is not None:
                signs.letters[sign] = letter
    return signs


def _letter_of(sign: str, having: Sequence[str], signs: _Signs) -> str | None:
    """Return the letter of a sign, U+FFFD for several letters, None if no letter makes its words Swedish."""
    cores = {signs.core(word, sign) for word in having}
    telling = [core for core in cores if sign in core and not any(_is_foreign(one) for one in core.replace(sign, ""))]
    telling = [core for core in telling if len(core) > 1 and not any(map(str.isdigit, core)) and LOST not in core]
    if len(telling) < LEAST_WORDS:
        return None
    own = _LOOK_ALIKES.get(sign.lower(), "")
    made = {
        letter: {core for core in telling if signs.is_swedish(core.replace(sign, letter))} for letter in _LETTERS + own
    }
    best, second = sorted(made, key=lambda letter: -len(made[letter]))[:2]
    if len(made[best]) >= max(LEAST_KNOWN * len(telling), LEAST_LEAD * len(made[second])):
        return best.upper() if best == own and sign.isupper() else best
    several = set().union(*(made[letter] for letter in "åäö"))
    return LOST if len(several) >= LEAST_KNOWN * len(telling) else None


def _decided_pairs(words: Mapping[str, int], knows: Knows) -> dict[str, str]:
    """Return letter pairs that represent one letter, in a file with hardly any Swedish letters."""
    own = sum(count for word, count in words.items() if _SWEDISH & set(word))
    signs, found = _Signs(knows), {}
    for pair, letter in _PAIRS.items():
        having = {core for word in words if pair in (core := signs.core(word))}
        count = sum(count for word, count in words.items() if pair in word.lower())
        unknown = {core for core in having if not signs.is_swedish(core)}
        made = [core for core in unknown if signs.is_swedish(_single(core))]
        if len(unknown) >= LEAST_INSIDE and len(made) >= LEAST_KNOWN * len(unknown) and own <= MOST_OWN_LETTERS * count:
            found[pair] = letter
    return found


def _single(word: str) -> str:
    for pair, letter in _PAIRS.items():
        word = word.replace(pair, letter)
    return word


def _capitals(words: Mapping[str, int], letters: Mapping[str, str]) -> frozenset[str]:
    """Return the signs of capitals: at the beginning of words, with another sign for the same letter."""
    found = set()
    for sign, letter in letters.items():
        if letter == LOST or letter.isupper() or sum(other == letter for other in letters.values()) < 2:
            continue
        places = [(word, count) for word, count in words.items() if sign in word]
        first = sum(count for word, count in places if word.strip("".join(_PRINTED - {sign})).startswith(sign))
        if first >= CAPITAL_SHARE * sum(count for _, count in places):
            found.add(sign)
    return frozenset(found)


def _text(text: str, signs: _Signs, capitals: frozenset[str], pairs: Mapping[str, str]) -> str:
    """Return a text between tags with its words in Swedish letters."""
    if text.startswith("<"):
        return text

    def read(found: re.Match[str]) -> str:
        word = "".join(_signs_read(found[0], signs, capitals))
        if pairs and _has_pair(word, signs):
            for pair, letter in pairs.items():
                word = word.replace(pair, letter).replace(pair.capitalize(), letter.upper())
                word = word.replace(pair.upper(), letter.upper())
        return word

    return _WORD.sub(read, text)


def _has_pair(word: str, signs: _Signs) -> bool:
    """Tell whether letter pairs in a word represent single letters; "poet" and "Israel" are words as written."""
    core = signs.core(word)
    return signs.is_swedish(_single(core)) or not signs.is_swedish(core)


def _signs_read(word: str, signs: _Signs, capitals: frozenset[str]) -> Iterator[str]:
    """Yield the characters of a word with its signs resolved to letters."""
    loud = sum(map(str.isupper, word)) > 1 and not any(map(str.islower, word))
    for place, sign in enumerate(word):
        letter = signs.letters.get(sign)
        if letter is None or not _stands_for_letter(word, place, signs):
            yield sign
        else:
            yield letter.upper() if sign in capitals or loud else letter


def _stands_for_letter(word: str, place: int, signs: _Signs) -> bool:
    """Tell whether a sign at this position of a word is a letter, and no punctuation or bullet."""
    sign = word[place]
    if not word.strip(sign):
        return False
    if sign not in _PRINTED or (0 < place < len(word) - 1 and word[place - 1].isalpha() and word[place + 1].isalpha()):
        return True
    core, without = signs.core(word), signs.core(word.strip(sign))
    letters = "åäö" if signs.letters[sign] == LOST else ("",)
    return not signs.is_swedish(without) and any(signs.is_swedish(core.replace(LOST, one)) for one in letters)
