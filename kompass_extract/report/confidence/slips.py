"""What is wrong on the face of a text that was read from a picture, and asks for a person whatever a model says.

Each slip is one that print hardly has: a number after a number where a percent sign stood, a stop before a small
letter, a capital in mid-sentence where a stop was lost, a sign or digit inside a word, a quote that nothing closes, a
word that is not Swedish, or far rarer than the usual word that is one letter away, and a usual word in whose place one
of like shape fits better ("är" and "år").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kompass_extract.content.joining import SENTENCE_END
from kompass_extract.model.document import Word
from kompass_extract.model.pointers import AnyField, changed, fields
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.model.report import Report
from kompass_extract.repair.like_words import LikeWord
from kompass_extract.repair.word_readings import has_digit_inside
from kompass_extract.report.confidence.block_places import PlaceIndex
from kompass_extract.report.confidence.evidence import Family, FieldEvidence

Cost = Callable[[str], float | None]
"""-ln of how likely a word is in Swedish text (nats), None for one that is not Swedish."""
Near = Callable[[str], tuple[str, ...]]
"""The usual words that are one letter away from a word, the likeliest first."""
Likelier = Callable[[str], Iterable[LikeWord]]
"""The usual words of a text in whose place a usual word of like shape is likelier."""

STARTER = 7.0  # nats; words this likely ("Det", "Under", "Dessa") begin sentences and are no names
SURE_COMMA = 0.95  # confidence of a word whose comma is printed, if no starter follows; stops so read had 0.61 to 0.96
AFTER_COMMA = 9.5  # nats; words this likely have no capital after a comma, but for those the report has as names
FUNCTION = 6.6  # nats; words this likely are never names, however often the report has them with a capital
USUAL = 9.0  # nats; words this likely are no names after an article or auxiliary verb
RARE = 10.0  # nats; a word this unlikely may be a misread usual one
LEAST_LIKELIER = 3.0  # nats by which that one is likelier
FULL_WORD = 11.5  # nats; a word this likely is no abbreviation
SHORTEST_WORD = 4  # letters; shorter words before a stop or that no list has are abbreviations more often than slips
LEAST_LIST = 3  # other items of a list that must end with a stop before one that does not is odd
NEARLY_ALL = 0.9  # share of a report's items, or paragraphs, that end with a stop where all should
SENTENCE = 60  # letters; a paragraph this long is no title
NAME = 2  # times that a report has a name with a capital in mid-sentence
_SHORT_FORMS = frozenset(
    [
        "resp",
        "respektive",
        "forts",
        "kap",
        "avd",
        "inkl",
        "exkl",
        "prof",
        "tidn",
        "max",
        "min",
        "ungefär",
        "omkr",
        "hela",
        "utg",
        "nästk",
        "föreg",
        "enl",
        "etc",
        "mkr",
        "mnkr",
        "milj",
    ]
)
_ARTICLES = frozenset(["en", "ett", "den", "det", "de", "att", "kan", "ska"])
_NUMBER = re.compile(r"[(\[]?\d{1,3}")
_PERCENT_AS_NUMBER = re.compile(r"\d{2}[)\].,;:]{0,3}|\d\)[.,;:]?")
_EDGES = "\"'”’“.,;:!?()[]»«"
_INSIDE = re.compile(r"^\W*([^\W\d_]{2,})([.,;:'!?*|¦•=])([^\W\d_]{2,})\W*$")
_ADDRESS = re.compile(r"\.(?:se|nu|com|org|net|eu|info)\b", re.IGNORECASE)
LONGEST_ENDING = 4  # letters of an ending after a colon ("SKL:are")
_QUOTES = re.compile(r"[\"”“„]")
_ENUMERATED = re.compile(r"(?:^|\s)\w{1,2}\)")
_LISTS = ("strengths", "improvements")


@dataclass(frozen=True, slots=True)
class WordCosts:
    """What is asked of a word: how likely it is, which usual words are near it, and what is likelier in a text."""

    cost: Cost
    near: Near
    likelier: Likelier


def with_slips(report: Report, evidence: Mapping[str, FieldEvidence], index: PlaceIndex, words: WordCosts) -> Report:
    """Flag each text that was read from a picture and has a slip."""
    texts = {
        pointer: field.value
        for pointer, field in fields(report)
        if isinstance(field.value, str)
        and (about := evidence.get(pointer)) is not None
        and about.scanned
        and about.family in _TEXTS
    }
    names = _names(texts.values())
    unended = _unended(report, texts)

    def asked(pointer: str, field: AnyField) -> AnyField:
        if pointer not in texts:
            return field
        rubric, read = evidence[pointer].family is Family.RUBRIC, index.text_source(field).words
        sure = frozenset(word.text for word in read if word.confidence >= SURE_COMMA)
        found = [] if rubric else [*text_slips(texts[pointer], words.cost, names, sure)]
        found += like_word_slips(texts[pointer], words.likelier)
        found += word_slips(read, words)
        if pointer in unended:
            found.append(reason(unended[pointer]))
        added = [one for one in dict.fromkeys(found) if one not in field.reasons]
        if not added:
            return field
        return field.model_copy(update={"needs_review": True, "reasons": [*field.reasons, *added]})

    return changed(report, asked)


def _names(texts: Iterable[str]) -> frozenset[str]:
    """The words that have a capital in mid-sentence more than once, in small letters: names in this report."""
    times = Counter(
        word.strip(_EDGES).lower()
        for text in texts
        for before, word in pairwise(text.split())
        if before[-1].isalnum() and word.strip(_EDGES)[:1].isupper()
    )
    return frozenset(word for word, count in times.items() if count >= NAME)


_TEXTS = frozenset({Family.ITEM, Family.NARRATIVE, Family.RUBRIC})


def text_slips(text: str, cost: Cost, names: Collection[str] = (), sure: Collection[str] = ()) -> Iterator[Reason]:
    """What is odd in the signs of a text.

    ``names``, in small letters, may have a capital anywhere; words in ``sure`` were read surely, with their commas.
    """
    pieces = text.split()
    for place in range(1, len(pieces)):
        if _may_be_percent(pieces, place):
            yield reason("percent-may-be-misread", text=f"{pieces[place - 1]} {pieces[place]}".strip(_EDGES))
    for before, word in pairwise(pieces):
        if _stops_in_sentence(before, word, cost):
            yield reason("stop-in-sentence", text=f"{before} {word}")
        if _lost_stop(before, word, cost, names, sure):
            yield reason("stop-may-be-lost", text=f"{before} {word}")
    for piece in pieces:
        if _sign_inside(piece):
            yield reason("sign-inside-word", text=piece)
    if len(_QUOTES.findall(text)) % 2 or _open_brackets(text):
        yield reason("sign-without-partner")


def _may_be_percent(pieces: Sequence[str], place: int) -> bool:
    """Whether a number of two digits stands right after a lone number, and no third one beside them."""
    if not _NUMBER.fullmatch(pieces[place - 1]) or not _PERCENT_AS_NUMBER.fullmatch(pieces[place]):
        return False
    before = pieces[place - 2] if place > 1 else ""
    after = pieces[place + 1] if place + 1 < len(pieces) else ""
    return not any(sign.isdigit() for sign in before) and not after[:1].isdigit()


def word_slips(words: Sequence[Word], known: WordCosts) -> Iterator[Reason]:
    """The words that are not Swedish, or rare, and that one letter turns into a usual one."""
    for place, word in enumerate(words):
        bare = word.text.strip(_EDGES)
        cut = word.text.endswith(("-", "\u00ad")) or (place and words[place - 1].text.endswith(("-", "\u00ad")))
        opens = not place or words[place - 1].text.endswith((".", "!", "?"))
        if cut or len(bare) < 2 or not bare.isalpha() or not (bare.islower() or (opens and bare[1:].islower())):
            continue
        own = known.cost(bare)
        if own is not None and own < RARE:
            continue
        read_so = [other.strip(_EDGES) for other in word.alternatives]
        likelier = [other for other in read_so if _usual(other, own, known.cost)]
        if own is None and not likelier and len(bare) >= SHORTEST_WORD:
            likelier = list(known.near(bare.lower()))
        if likelier:
            yield reason("word-may-be", word=bare, others=likelier[:2])


def like_word_slips(text: str, likelier: Likelier) -> Iterator[Reason]:
    """The usual words in whose place a word of like shape fits better; capitals in mid-sentence may be names."""
    for one in likelier(text):
        word = text[one.start : one.end]
        if word.islower() or not text[: one.start].rstrip()[-1:].isalnum():
            yield reason("word-may-be", word=word, others=[one.other])


def _usual(word: str, own: float | None, cost: Cost) -> bool:
    costs = [cost(part) for part in word.split(" ")]
    if not word.replace(" ", "").isalpha() or any(one is None or one > RARE for one in costs):
        return False
    return own is None or max(one for one in costs if one is not None) + LEAST_LIKELIER <= own


def _stops_in_sentence(before: str, word: str, cost: Cost) -> bool:
    """Whether a stop stands before a small letter, after a word that is no abbreviation."""
    bare = before[:-1].lstrip(_EDGES)
    if not before.endswith(".") or not word[0].islower() or not bare.isalpha() or bare.lower() in _SHORT_FORMS:
        return False
    known = cost(bare)
    return len(bare) >= SHORTEST_WORD and known is not None and known <= FULL_WORD


def _lost_stop(before: str, word: str, cost: Cost, names: Collection[str], sure: Collection[str]) -> bool:
    """Whether a usual word has a capital although nothing ends a sentence before it."""
    bare = word.rstrip(_EDGES)
    if len(bare) < 2 or not bare.isalpha() or not bare[0].isupper() or not bare[1:].islower():
        return False
    known = cost(bare)
    if known is None or (known > FUNCTION and bare.lower() in names):
        return False
    if before[-1] in '"”':
        return known <= FULL_WORD and len(before) > 1
    if before.endswith(","):
        likely = STARTER if before in sure else AFTER_COMMA
        return known <= likely and before[:-1].isalpha() and bare.lower() not in names
    if not before.isalpha():
        return False
    return known <= STARTER or (before in _ARTICLES and known <= USUAL and bare[0] in _ALIKE_CAPITALS)


_ALIKE_CAPITALS = frozenset("CKOPSUVWXZÖ")
"""Capitals of the shape of their small letters."""


def _sign_inside(piece: str) -> bool:
    if has_digit_inside(piece.strip(_EDGES)):
        return True
    match = _INSIDE.match(piece)
    if match is None or _ADDRESS.search(piece) or not match[3].islower():
        return False
    first, sign, second = match.groups()
    if sign == ":":
        return len(second) > LONGEST_ENDING
    if sign == ".":
        return max(len(first), len(second)) >= SHORTEST_WORD
    return True


def _open_brackets(text: str) -> bool:
    return not _ENUMERATED.search(text) and text.count("(") != text.count(")")


def _unended(report: Report, texts: Mapping[str, str]) -> dict[str, str]:
    """The code of the reason for each text that ends without a stop where nearly all texts of its kind have one."""
    found: dict[str, str] = {}
    ends = {pointer: SENTENCE_END.search(text) is not None for pointer, text in texts.items()}
    long = [one for one in texts if "/narrative/" in one and len(texts[one]) >= SENTENCE]
    whole = [one for one in long if ends[one] or texts[one].endswith(",")]
    if long and len(whole) >= NEARLY_ALL * len(long):
        found.update({one: "ends-mid-sentence" for one in long if not ends[one]})
    found.update({one: "ends-mid-sentence" for one in texts if texts[one].endswith(",")})
    lists = [
        [f"/areas/{number}/{name}/{place}" for place in range(len(getattr(area, name)))]
        for number, area in enumerate(report.areas)
        for name in _LISTS
    ]
    items = [one for members in lists for one in members if one in ends]
    if sum(ends[one] for one in items) < NEARLY_ALL * len(items):
        return found
    for members in lists:
        unended = [one for one in members if not ends.get(one, True)]
        if len(unended) == 1 and len(members) > LEAST_LIST:
            found[unended[0]] = "ends-unlike-list"
    return found
