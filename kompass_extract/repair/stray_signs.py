"""Remove signs that noise caused in and between the words of a scan, and split words that it joined.

The reading is kept in ``raw``.  Corrected are a sign in place of the space between two words ("ta.del"), a space lost
after a comma or a stop ("kommunen.Det"), a stop after a word that cannot end a sentence before a lower-case word
("för. att"), a stop lost between a quote and a usual word with a capital, a sign before or after a word where none can
occur ("är .det", "råd,. nämnd", "centra! roll"), and an i amid a sentence that was read as I.
A stroke between words gets a low confidence.
Digits and words with signs inside (abbreviations, addresses, "EU:s") are unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box

Cost = Callable[[str], float | None]  # of a word as Swedish (nats), None for no word

BAR, DOUBTED = "|", 0.4  # a stroke between words is a hairline or an i: its most confidence
SURE = 0.9  # confidence of a word that lost or changed a sign
USUAL = 11.0  # nats; both words around a sign in place of a space are at least this likely
SHORTEST = 2  # letters; shorter parts belong to abbreviations ("t.ex")
FUNCTION = 6.6  # nats; words this likely are never names
SHORT_USUAL = 8.0  # nats; two short parts are words, and no abbreviation, where both are this likely
LONGEST_SHORT = 3  # letters; two parts of at most this length may be an unlisted abbreviation ("fr.om")
_JOINED = re.compile(
    r"(?P<before>[\"'”’“(]?)(?P<first>[^\W\d_]+)(?P<sign>[.,:;'’·•]|[.,;:]{2})(?P<second>[^\W\d_]+)(?P<after>\W*)"
)
_ENDINGS_OF_ADDRESSES = frozenset(
    [
        "se",
        "nu",
        "com",
        "org",
        "net",
        "eu",
        "info",
        "fi",
        "no",
        "dk",
        "pdf",
        "html",
        "htm",
        "doc",
        "docx",
        "xls",
        "xlsx",
        "jpg",
        "png",
        "txt",
    ]
)
_OPENING = re.compile(r"[.,:;·•](?P<rest>[^\W\d_A-ZÅÄÖ][^\W\d_]*\W*)")
_DOUBLED = re.compile(r"(?P<rest>[^\W\d_]+[,;])[.,:;]")
_SENTENCE_ENDS = '.:!?"”)/'  # after these an I may begin a sentence, or be a number
NEVER_LAST = frozenset(
    [
        "att",
        "och",
        "som",
        "en",
        "ett",
        "de",
        "den",
        "det",
        "samt",
        "eller",
        "är",
        "har",
        "kan",
        "ska",
        "skall",
        "inte",
        "för",
        "av",
        "i",
        "med",
        "om",
        "på",
        "till",
        "hur",
        "vid",
        "från",
        "inom",
        "genom",
        "mellan",
        "mot",
        "hos",
        "utan",
        "under",
        "vilket",
        "vilka",
        "vilken",
        "där",
        "när",
        "dess",
        "deras",
        "sin",
        "sina",
        "sitt",
        "blir",
        "finns",
        "bör",
        "måste",
    ]
)
"""Words that never end a sentence and are no abbreviations: a stop between them and a lower-case word is noise."""


def with_likely_signs(words: Sequence[Word], cost: Cost, next_line: str = "") -> tuple[Word, ...]:
    """Remove signs that cannot have been printed from a line's words; ``next_line`` is the text below it."""
    whole = [part for word in words for part in parted(_spaced(word, cost))]
    made = []
    for place, word in enumerate(whole):
        before = whole[place - 1].text if place else ""
        after = whole[place + 1].text if place + 1 < len(whole) else next_line
        text = _likely(word.text, before, after, cost)
        if text == BAR and before and after:
            made.append(replace(word, confidence=min(word.confidence, DOUBTED), alternatives=(*word.alternatives, "i")))
        else:
            made.append(word if text == word.text else _mended(word, text))
    return tuple(made)


def parted(word: Word) -> Iterator[Word]:
    """Yield the word, or each of the words in its text; all but the first have an empty ``raw``."""
    texts = word.text.split(" ")
    if len(texts) < 2 or word.raw is None or " " in word.raw:
        yield word
        return
    width, done = word.box.width / len(word.text), 0
    for place, text in enumerate(texts):
        x0 = word.box.x0 + width * done
        box = Box(x0, word.box.y0, x0 + width * len(text), word.box.y1)
        alternatives = word.alternatives if not place else ()
        yield replace(word, text=text, box=box, alternatives=alternatives, raw=word.raw if not place else "")
        done += len(text) + 1


def _mended(word: Word, text: str) -> Word:
    read = word.text if word.raw is None else word.raw
    alternatives = tuple(dict.fromkeys((word.text, *word.alternatives)))
    return replace(word, text=text, confidence=min(word.confidence, SURE), alternatives=alternatives, raw=read)


def _spaced(word: Word, cost: Cost) -> Word:
    """Insert a space where a sign replaced one or lost the one after it."""
    match = _JOINED.fullmatch(word.text)
    if match is None or not _are_two(match["first"], match["second"], cost):
        return word
    sign = match["sign"][0]
    if sign == ":" and not match["first"].islower():
        return word
    opens = match["second"][0].isupper()
    if match["second"].isupper() or (opens and sign != "."):
        return word
    kept = sign if sign == "," or opens else ""
    first, second = match["before"] + match["first"] + kept, match["second"] + match["after"]
    return _mended(word, f"{first} {second}")


def _are_two(first: str, second: str, cost: Cost) -> bool:
    """Tell whether the sides of a sign are separate words, and no abbreviation or address."""
    if min(len(first), len(second)) < SHORTEST:
        return False
    if second.lower() in _ENDINGS_OF_ADDRESSES or (not first.islower() and not first[1:].islower()):
        return False
    costs = [(cost(part), len(part)) for part in (first, second)]
    if max(len(first), len(second)) <= LONGEST_SHORT:
        return all(one is not None and one <= SHORT_USUAL for one, _ in costs)
    unusual = [(one, length) for one, length in costs if one is None or one > USUAL]
    return not unusual or (len(unusual) == 1 and unusual[0][0] is not None and unusual[0][1] > LONGEST_SHORT)


def _likely(text: str, before: str, after: str, cost: Cost) -> str:
    """Return a word's text, given its neighbours, without a sign that cannot have been printed."""
    opening = _OPENING.fullmatch(text)
    if opening is not None and before and before[-1].isalnum():
        likely = cost(opening["rest"].strip('.,:;"”)!?'))
        return opening["rest"] if likely is not None and likely <= USUAL else text
    if not after[:1].islower():
        return _with_stop(text, after, cost)
    if text == "I" and before and before[-1] not in _SENTENCE_ENDS:
        return "i"
    doubled = _DOUBLED.fullmatch(text)
    if doubled is not None:
        return doubled["rest"]
    if text.endswith(".") and text[:-1].lower() in NEVER_LAST:
        return text[:-1]
    if text.endswith("!"):
        return _with_l(text, cost)
    return text


def _with_stop(text: str, after: str, cost: Cost) -> str:
    """Insert a stop after a word's closing quote before a usual word with a capital."""
    bare = after.strip('.,:;!?"”')
    likely = cost(bare) if bare.isalpha() and bare[1:].islower() else None
    if likely is None or likely > FUNCTION:
        return text
    if len(text) > 1 and text[-1] in '"”' and text[-2].isalnum():
        return f"{text}."
    return text


def _with_l(text: str, cost: Cost) -> str:
    """Restore a last letter that was read as an exclamation mark."""
    bare, whole = text[:-1], f"{text[:-1]}l"
    as_l, as_mark = cost(whole), cost(bare)
    if not bare.isalpha() or as_l is None or (as_mark is not None and as_mark <= as_l):
        return text
    return whole
