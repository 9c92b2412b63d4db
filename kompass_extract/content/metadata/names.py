"""Persons in a line of names: `A och B, SKL samt C Katrineholms kommun`.

An affiliation holds for the names since the one before it, or, with a colon behind it, for those after it.  A role is
no affiliation where an organisation follows it (`senior konsult (SKL)`), and is one where none does (`konsult`).
Nothing is guessed: a name beside which no organisation stands keeps none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.fold import fold
from kompass_extract.taxonomy.known_names import is_given_name

_ORGANISATIONS = re.compile(
    r"Sveriges\s+Kommuner(?:\s+och|\s*&)\s+(?:Landsting|Regioner)(?:\s*\(?\bSK[LR]\)?)?|\bSK[LR]\b"
    r"|SVERIGES\s+KOMMUNER\s+OCH\s+(?:LANDSTING|REGIONER)|SVENSKA\s+KOMMUNF[OÖ]RBUNDET"
    r"|\bSvenska\s+[Kk]ommunf[oöé6d]rbundet|Landstingsf[oöé6d]rbundet"
    r"|\b[A-ZÅÄÖ][\wåäö]+s?\s+(?:[Uu]niversitet|[Hh]ögskola)\b|Förvaltningshögskolan"
    r"|Kommunf[oöé6d]rbundet\s+[A-ZÅÄÖ]\w+|Region\s+[A-ZÅÄÖ][\w-]+"
    r"|\b[A-ZÅÄÖ][\w&-]{0,40}(?:\s{1,3}[A-ZÅÄÖ][\w&-]{0,40}){0,5}\s{1,3}AB\b|\bPwC\b|\bKPMG\b|\bEY\b|\bRKA\b"
)
_SEPARATOR = re.compile(
    r"(?:(?:(?<!\s)\s++)?+[,;()/|]"
    r"|(?<!\s)\s++(?:och|samt|&|respektive|tillsammans\s+med|jämte|fr[aåéä]n|[-–—])\s)\s*+",
    re.IGNORECASE,
)
_CUT_WORD = re.compile(r"\w-$")
_CUT = re.compile(r"[,;()]|\soch\s|\ssamt\s", re.IGNORECASE)
_LEADING_AND = re.compile(r"^(?:och|samt|&)\s+", re.IGNORECASE)
_ROLE = re.compile(
    r"\b(?:\w{0,24}(?:ledare|chef|strateg|utvecklare|utvärderare|utvarderare|direktör|sekreterare|rådgivare|handläggare"
    r"|controller|samordnare|utredare|revisor)|(?:universitets)?lektor|docent|professor)\b",
    re.IGNORECASE,
)
_CONSULTANT = re.compile(r"^(?:\w+\s+)?konsult$", re.IGNORECASE)
CONSULTANT = "konsult"
# Words that stand in titles, organisations and headings, and in no person's name.
_NO_NAME = re.compile(
    r"^(?:kommun|kompass|sverige|innehall|utvarder|rapport|analys|sk[lr]$|stad$|stads$|region$|landsting)"
)
KOMMUN = re.compile(r"(?<!\s)\s++(?:kommuns?|stads?)\b", re.IGNORECASE)
_NAME_WORD = re.compile(r"^(?:[A-ZÅÄÖÉÜØÆ][\w'’´`-]*\.?|von|af|de|la|van|der|VON|AF)$")
_PARTICLES = frozenset({"von", "af", "de", "la", "van", "der"})
# Longer words than `P.` end with no full stop of their own; a comma was read as one.
MAX_INITIAL = 2
_INITIALS = re.compile(r"^[A-ZÅÄÖ]\.?-[A-ZÅÄÖ]\.?$")
_INITIAL = re.compile(r"^[A-ZÅÄÖ]\.?$")
MIN_NAME_WORDS, MAX_NAME_WORDS = 2, 5


@dataclass(frozen=True, slots=True)
class Person:
    """A name and the affiliation printed for it, "" when none is."""

    name: str
    affiliation: str


def parse_people(text: str, taxonomy: Taxonomy) -> list[Person]:
    """The persons named in ``text`` (lines apart, label taken off) in order; [] when it holds anything else."""
    people: list[Person] = []
    pending: list[str] = []
    ahead = role = ""
    for part in _parts(text):
        if _CONSULTANT.match(part):
            role = CONSULTANT if pending else ""
            continue
        name, affiliation, leads = _split(part, taxonomy)
        if name is None and not affiliation:
            if fold(part) and not part[:1].islower():
                return []
            continue
        if leads or (role and name is not None):
            people.extend(Person(each, role or ahead) for each in pending)
            pending = []
        role = ""
        if leads:
            ahead = affiliation
            continue
        if name is not None:
            pending.append(name)
        if affiliation:
            people.extend(Person(each, affiliation) for each in pending)
            pending = []
    people.extend(Person(each, role or ahead) for each in pending)
    return people if all(len(person.name.split()) >= MIN_NAME_WORDS for person in people) else []


def looks_like_person(name: str) -> bool:
    """Whether a name begins with a common given name, initials before it aside, or with two initials (`A-K Berg`)."""
    words = [word for word in name.split() if len(word.rstrip(".")) > 1]
    if len(name.split()) < MIN_NAME_WORDS or not words or _INITIAL.match(name.rsplit(maxsplit=1)[-1]):
        return False
    return is_given_name(_as_spelt(words[0])) or (_INITIALS.match(words[0]) is not None and len(words) > 1)


def _as_spelt(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("-")) if word.isupper() else word


def _parts(text: str) -> list[str]:
    """The text cut at its separators, with organisations that hold one kept whole."""
    kept: list[str] = []

    def shield(match: re.Match[str]) -> str:
        kept.append(" ".join(match.group().split()))
        return f"\x00{len(kept) - 1}\x00"

    shielded = _ORGANISATIONS.sub(shield, _joined_wraps(without_roles(text)))
    shielded = re.sub(r"(\x00\d+\x00|\bkommun)[\s,]*:", r"\1:,", shielded)
    parts = (_LEADING_AND.sub("", part.strip(" .\t")) for part in _SEPARATOR.split(f" {shielded} ") if part)
    return [re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match[1])], part) for part in parts if part.strip(" .:")]


def _joined_wraps(text: str) -> str:
    """The lines joined where one person or organisation runs over the break, kept apart elsewhere."""
    joined = ""
    for line in (line.strip() for line in text.split("\n") if line.strip()):
        before = _CUT.split(joined)[-1].strip()
        after = next((part.strip() for part in _CUT.split(line) if part.strip()), "")
        organisation = any(match.end() == len(joined) for match in _ORGANISATIONS.finditer(joined))
        half_name = len(before.split()) == 1 and before[:1].isupper() and not organisation
        led = ":" in line  # names follow whom it names: `SKL: …`
        rest = len(after.split()) == 1 or after[:1].islower() or (bool(KOMMUN.search(f" {after}")) and not led)
        if _CUT_WORD.search(joined):
            joined = join_lines([joined, line])
        else:
            joined = line if not joined else f"{joined}{' ' if half_name or rest else '; '}{line}"
    return joined


def _split(part: str, taxonomy: Taxonomy) -> tuple[str | None, str, bool]:
    """A part's name, its affiliation, and whether the affiliation leads (`SKL: …`)."""
    organisation = _ORGANISATIONS.search(part)
    if organisation is not None:
        before, rest = part[: organisation.start()].strip(" ,-–"), part[organisation.end() :].strip()
        if not before and rest.startswith(":"):
            return None, organisation.group(), True
        return _name(before or rest.strip(" ,-–:")), organisation.group(), False
    kommun = KOMMUN.search(part)
    if kommun is not None:
        start = _municipality_start(part[: kommun.start()], taxonomy)
        name = _name(part[:start].strip(" ,-–"))
        return name, part[start : kommun.end()].strip(), name is None and part[kommun.end() :].startswith(":")
    bare = part.strip(" :.")
    if any(mention.as_read == bare for mention in taxonomy.municipalities.mentions(bare)):
        return None, bare, False
    return _name(bare), "", False


def _municipality_start(text: str, taxonomy: Taxonomy) -> int:
    """Where the municipality's name before `kommun` begins: the longest known one, else the last word."""
    mentions = taxonomy.municipalities.mentions(f"{text} kommun")
    at_end = [mention.start for mention in mentions if mention.end == len(text)]
    return min(at_end) if at_end else text.rstrip().rfind(" ") + 1


def without_roles(text: str) -> str:
    """The text without the words for what somebody does: `projektledare`, `kvalitetschef`."""
    return _ROLE.sub(" ", text)


def is_organisation(text: str) -> bool:
    """Whether a text is the name of an organisation, at most with a part of it behind (`SKL, avdelningen för …`)."""
    words = " ".join(text.split()).strip(" .,")
    found = _ORGANISATIONS.match(words)
    return found is not None and not words[found.end() :].strip(" ,")[:1].isupper()


def _name(text: str) -> str | None:
    """A name as printed, without the titles in small letters before it (`fil. dr`, `kommunalrådet em.`)."""
    words = [word.strip(",:;'’‘\"") for word in text.split()]
    while len(words) > MIN_NAME_WORDS and words[0][:1].islower() and words[0] not in _PARTICLES:
        del words[0]
    words = [word.rstrip(".") if len(word) > MAX_INITIAL else word for word in words if word]
    fits = 1 <= len(words) <= MAX_NAME_WORDS and all(_NAME_WORD.match(word) for word in words)
    fits = fits and not any(_NO_NAME.match(fold(word)) for word in words)
    return " ".join(words) if fits else None
