"""The 290 municipalities, recognised in running text: in the genitive, in capitals, and with damaged letters.

A name counts more before `kommun` or `stad`, in its own spelling, and in the texts a caller gives more
weight.  Names that are words (`Vara`, `Mark`, `Ale`) count as places only where something shows that they are.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from kompass_extract.taxonomy.fold import fold

# What a mention counts, by what shows that it is a place.
BEFORE_KOMMUN, CAPITALISED, LOWER_CASE = 1.0, 0.5, 0.0
# Spelling: as in the register, with folded letters, fuzzy.
FOLDED_SPELLING = 0.95
MIN_FUZZY = 0.80
# A misread letter costs this much where the register has å, ä or ö, and 1 elsewhere.
DIACRITIC_COST = 0.3

_WORD = re.compile(r"[^\W_]+(?:[&'´`’][^\W_]+)*|&[^\W_]+")
_KOMMUN = ("kommun", "kommuns", "kommunen", "kommunens", "stad", "stads")
_OWN_TITLES = ("kommun", "stad")
# A word behind a name is `kommun` when it is this like it; `stad` is too short to be damaged.
KOMMUN_LIKENESS = 0.8
# Genitives that the rule (an s, none after s, x or z) does not give.
_IRREGULAR = {"Falun": ("Falu",), "Gotland": ("Region Gotland", "Region Gotlands")}
# Words of everyday language or surnames: a capital alone does not make them places.
_WORDS_TOO = frozenset({"vara", "mark", "ale", "lund", "berg", "eda", "mora", "nora", "kil", "boden"})


@dataclass(frozen=True, slots=True)
class Municipality:
    """A row of the register: SCB code (four digits), name, county."""

    code: str
    name: str
    county: str


@dataclass(frozen=True, slots=True)
class MunicipalityMatch:
    """The municipality recognised; ``score`` 0..1 is its share of the evidence times how well it is spelt."""

    code: str
    name: str
    score: float
    runner_up: str | None
    as_read: str


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in a text where a municipality may be named; ``strength`` 0..1, ``start`` its first character."""

    municipality: Municipality
    strength: float
    spelling: float
    as_read: str
    start: int
    end: int


class Municipalities:
    """All 290, with the forms their names take in text."""

    def __init__(self, entries: tuple[Municipality, ...]) -> None:
        self.entries = entries
        self._forms: dict[str, list[tuple[str, Municipality]]] = defaultdict(list)
        for entry in entries:
            for form in _forms(entry.name):
                self._forms[fold(form)].append((form, entry))
        self._longest = max(len(key.split()) for key in self._forms)
        self._by_code = {entry.code: entry for entry in entries}
        self._by_name = {title: entry for entry in entries for title in _titles(entry.name)}

    def with_code(self, code: str) -> Municipality | None:
        """The municipality of a code of four digits; None for a code that the register lacks."""
        return self._by_code.get(code)

    def named(self, name: str) -> Municipality | None:
        """The municipality that a whole text names, in the register's letters; None for any other text.

        ``kommun`` or ``stad`` may follow the name: ``Sala``, ``SALA KOMMUN`` and ``Göteborgs Stad`` each name one.
        """
        return self._by_name.get(" ".join(name.split()).casefold())

    def find_in(self, texts: Iterable[tuple[str, float]]) -> MunicipalityMatch | None:
        """The municipality with most evidence over ``texts``, each with its weight (0 leaves it out)."""
        votes: dict[str, float] = defaultdict(float)
        best: dict[str, Mention] = {}
        for text, weight in texts:
            if weight <= 0:
                continue
            for mention in self.mentions(text):
                code = mention.municipality.code
                votes[code] += weight * mention.strength * mention.spelling**2
                if code not in best or mention.spelling > best[code].spelling:
                    best[code] = mention
        ranked = sorted(votes, key=lambda code: (-votes[code], code))
        if not ranked or votes[ranked[0]] <= 0:
            return None
        first = best[ranked[0]]
        second = votes[ranked[1]] if len(ranked) > 1 else 0.0
        share = votes[ranked[0]] / (votes[ranked[0]] + second)
        runner = best[ranked[1]].municipality.name if len(ranked) > 1 else None
        name = first.municipality.name
        return MunicipalityMatch(first.municipality.code, name, round(share * first.spelling, 4), runner, first.as_read)

    def mentions(self, text: str) -> list[Mention]:
        """Every place in ``text`` where a municipality is named, left to right, the longest name at each."""
        words = list(_WORD.finditer(text))
        found: list[Mention] = []
        place = 0
        while place < len(words):
            taken, here = self._at(text, words, place)
            found.extend(here)
            place += taken
        return found

    def _at(self, text: str, words: list[re.Match[str]], place: int) -> tuple[int, list[Mention]]:
        for count in range(min(self._longest, len(words) - place), 0, -1):
            group = words[place : place + count]
            read = text[group[0].start() : group[-1].end()]
            follower = words[place + count].group() if place + count < len(words) else ""
            strength = _strength(read, follower)
            if strength <= 0:
                continue
            here = self._spelt(read, fuzzy=strength >= BEFORE_KOMMUN)
            if here:
                span = group[0].start(), group[-1].end()
                return count, [Mention(entry, strength, spelling, read, *span) for entry, spelling in here]
        return 1, []

    def _spelt(self, read: str, *, fuzzy: bool) -> list[tuple[Municipality, float]]:
        known = self._forms.get(fold(read))
        if known:
            exact = {e.code: (e, 1.0) for form, e in known if form.casefold() == read.casefold()}
            folded = {e.code: (e, FOLDED_SPELLING) for _, e in known}
            if exact:
                return list(exact.values())
            return list(folded.values())
        if not fuzzy:
            return []
        found = _fuzzy(read.casefold())
        if found is None:
            return []
        key, likeness = found
        return [(entry, likeness) for _, entry in self._forms[key][:1]]


@lru_cache(maxsize=1)
def load_municipalities() -> Municipalities:
    """The register as SCB keeps it."""
    source = files(__package__) / "data" / "municipalities.csv"
    table = csv.DictReader(source.read_text(encoding="utf-8").splitlines())
    return Municipalities(tuple(Municipality(row["code"], row["name"], row["county"]) for row in table))


def _forms(name: str) -> list[str]:
    forms = [name, *_IRREGULAR.get(name, ())]
    if name[-1] not in "sxz":
        forms.append(name + "s")
    return forms


def _titles(name: str) -> list[str]:
    """What a municipality is called by itself and with ``kommun`` or ``stad`` behind it, in small letters."""
    region = [form for form in _IRREGULAR.get(name, ()) if form.startswith("Region ")]
    return [
        form.casefold() for form in (name, *region, *(f"{one} {kind}" for one in _forms(name) for kind in _OWN_TITLES))
    ]


def _strength(read: str, follower: str) -> float:
    """What shows that the words are a place: `kommun` after them, or a capital and no such word in the language."""
    if _is_kommun(fold(follower)) or read.startswith("Region "):
        return BEFORE_KOMMUN
    if not (read[0].isupper() or read[0] == "&"):
        return LOWER_CASE
    return 0.0 if fold(read) in _WORDS_TOO else CAPITALISED


@lru_cache(maxsize=20_000)
def _is_kommun(word: str) -> bool:
    return word in _KOMMUN or (len(word) >= 5 and fuzz.ratio(word, "kommun") / 100.0 >= KOMMUN_LIKENESS)


@lru_cache(maxsize=4_000)
def _fuzzy(read: str) -> tuple[str, float] | None:
    best: tuple[float, str] | None = None
    for form, key, discount in _spellings():
        longer = max(len(read), len(form))
        if abs(len(form) - len(read)) > 2 or not _may_be_near(read, form, (1.0 - MIN_FUZZY) * longer + discount):
            continue
        likeness = 1.0 - _distance(read, form) / longer
        if likeness >= MIN_FUZZY and (best is None or likeness > best[0]):
            best = likeness, key
    return (best[1], round(best[0], 4)) if best else None


def _may_be_near(read: str, form: str, most: float) -> bool:
    """Whether at most so many edits lie between two spellings, all of the same cost: a quick look."""
    cutoff = int(most) + 1
    return Levenshtein.distance(read, form, score_cutoff=cutoff) <= cutoff


@lru_cache(maxsize=1)
def _spellings() -> tuple[tuple[str, str, float], ...]:
    """Each form in lower case, folded, and the most by which ``_distance`` to it can lie below whole edits."""
    forms = [form for entry in load_municipalities().entries for form in _forms(entry.name)]
    cheap = [sum(letter in "åäö" for letter in form.casefold()) * (1.0 - DIACRITIC_COST) for form in forms]
    return tuple((form.casefold(), fold(form), saved) for form, saved in zip(forms, cheap, strict=True))


def _distance(read: str, form: str) -> float:
    """Edit distance in letters; a wrong letter where ``form`` has å, ä or ö costs DIACRITIC_COST."""
    row = [float(i) for i in range(len(form) + 1)]
    for i, letter in enumerate(read, 1):
        previous, row = row, [float(i)]
        for j, wanted in enumerate(form, 1):
            wrong = 0.0 if letter == wanted else (DIACRITIC_COST if wanted in "åäö" else 1.0)
            row.append(min(previous[j] + 1.0, row[j - 1] + 1.0, previous[j - 1] + wrong))
    return row[-1]
