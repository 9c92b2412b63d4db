"""Evaluators and their affiliations, from a line of names with or without a label.

`A och B, SKL samt C Katrineholms kommun` gives SKL to A and B: an affiliation holds for the names since the
one before it.  Nothing is guessed: a name without an organisation keeps none, with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.document import Block, Form
from kompass_extract.metadata.model import EvaluatorReading, Reading, confidence, places
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.fold import fold

_LABEL = re.compile(
    r"^\W*(?:utv\w{1,2}rd\w{0,3}r(?:are|ingsledare|ingsteam|ingsgrupp\w*|ingsarbete\w*)\w*(?:\s+(?:var|är|har varit))?"
    r"|(?:utv\w{1,2}rdering\w*|analys\w*|rapport\w*)?\s*(?:har\s+|är\s+|ar\s+)?(?:utf[^\W\d]?\w?rd\w*|genomf\w+|gjord\w*|skriven|sammanst[^\W\d]lld)"
    r"\s+av|utv\w{1,2}rderad\s+av|f\w{1,2}rfattare|av(?=\s*:))\s*[:;]?\s*",
    re.IGNORECASE,
)
_ORGANISATIONS = re.compile(
    r"Sveriges\s+Kommuner(?:\s+och|\s*&)\s+(?:Landsting|Regioner)(?:\s*[,(]?\s*SK[LR]\)?)?|\bSK[LR]\b|Kommunf[oöé6]rbundet\s+[A-ZÅÄÖ]\w+"
    r"|Region\s+[A-ZÅÄÖ][\wåäö-]+|\b[A-ZÅÄÖ][\w&-]*(?:\s+[A-ZÅÄÖ][\w&-]*)*\s+AB\b|\bPwC\b|\bKPMG\b|\bEY\b|\bRKA\b"
)
_SEPARATOR = re.compile(r"\s*(?:[,;()/|]|\n|\s(?:och|samt|&|respektive|from|fr[aåé]n)\s|\s[-–—]\s)\s*")
_KOMMUN = re.compile(r"\s+(?:kommuns?|stads?)\b", re.IGNORECASE)
_NAME_WORD = re.compile(r"^(?:[A-ZÅÄÖÉÜØÆ][\w'’´`-]*\.?|von|af|de|van|der)$")
MAX_NAME_WORDS = 5
# A label makes people of what follows; without one, an affiliation must stand beside the names.
LABELLED, UNLABELLED, NO_AFFILIATION = 1.0, 0.9, 0.7
MAX_PEOPLE_TEXT = 300


@dataclass(frozen=True, slots=True)
class Person:
    """A name and the affiliation printed for it, "" when none is."""

    name: str
    affiliation: str


def read_evaluators(cover: Sequence[Block], body: Sequence[Block], taxonomy: Taxonomy) -> tuple[EvaluatorReading, ...]:
    """The evaluators of the cover, else those that a labelled line of the first chapters names; () when none."""
    for blocks in (cover, body):
        for place, block in enumerate(blocks):
            if len(block.text) > MAX_PEOPLE_TEXT or block.form in {Form.FURNITURE, Form.FIGURE}:
                continue
            label = _LABEL.match(block.text)
            if not (label or (blocks is cover and is_people(block, taxonomy))):
                continue
            group = [block, *_following(blocks[place + 1 :], taxonomy)] if blocks is cover else [block]
            found = parse_people(people_text(group), taxonomy)
            if found:
                return _readings(found, group, LABELLED if label else UNLABELLED)
    return ()


def is_people(block: Block, taxonomy: Taxonomy) -> bool:
    """Whether the block is a line of names: labelled, or with an affiliation beside every name."""
    if len(block.text) > MAX_PEOPLE_TEXT:
        return False
    text = people_text([block])
    found = parse_people(text, taxonomy)
    if not found:
        return bool(_LABEL.match(block.text)) and len(block.text.split()) <= 2
    if _LABEL.match(block.text):
        return True
    return all(person.affiliation for person in found) and not re.search(
        r"kommunkompas|utv\w{1,2}rdering", text, re.IGNORECASE
    )


def people_text(blocks: Sequence[Block]) -> str:
    """The lines of the blocks, kept apart, without the label."""
    lines = "\n".join("\n".join(line.text for line in block.lines) or block.text for block in blocks)
    return _LABEL.sub("", lines.strip())


def parse_people(text: str, taxonomy: Taxonomy) -> list[Person]:
    """The persons named in ``text`` in order; [] when it is anything else than names and affiliations."""
    people: list[Person] = []
    pending: list[str] = []
    ahead = ""
    for part in _parts(text, taxonomy):
        name, affiliation, leads = _split(part, taxonomy)
        if leads:
            people.extend(Person(each, ahead) for each in pending)
            pending, ahead = [], affiliation
            continue
        if name is None and not affiliation:
            if fold(part) and not part.strip()[:1].islower():
                return []
            continue
        if name is not None:
            pending = _with_name(pending, name, part)
        if affiliation:
            people.extend(Person(_clean(each), affiliation) for each in pending)
            pending = []
    people.extend(Person(_clean(each), ahead) for each in pending)
    return people if all(2 <= len(person.name.split()) <= MAX_NAME_WORDS for person in people) else []


def _parts(text: str, taxonomy: Taxonomy) -> list[str]:
    """The text cut at its separators, with organisations that hold one kept whole and line ends marked."""
    kept: list[str] = []

    def shield(match: re.Match[str]) -> str:
        kept.append(" ".join(match.group().split()))
        return f"\x00{len(kept) - 1}\x00"

    shielded = _ORGANISATIONS.sub(shield, _joined_wraps(text))
    parts = [part for part in _SEPARATOR.split(f" {shielded} ") if part and part.strip(" .:\t")]
    return [re.sub(r"\x00(\d+)\x00", lambda match: kept[int(match[1])], part).strip(" .\t") for part in parts]


def _joined_wraps(text: str) -> str:
    """Lines of one person or one organisation joined: a line of one word, or of nothing but an organisation's rest."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    joined = ""
    for line in lines:
        last = re.split(r"[,;]|\soch\s|\ssamt\s", joined)[-1].split()
        first = re.split(r"[,;(]|\soch\s|\ssamt\s", line)[0].split()
        wrapped = (
            len(first) == 1 or len(last) == 1 or first[0][:1].islower() or bool(_KOMMUN.search(f" {' '.join(first)}"))
        )
        joined = line if not joined else f"{joined}{' ' if wrapped else '; '}{line}"
    return joined


def _split(part: str, taxonomy: Taxonomy) -> tuple[str | None, str, bool]:
    """A part's name, its affiliation, and whether the affiliation leads (`SKL: …`)."""
    organisation = _ORGANISATIONS.search(part)
    if organisation is not None:
        rest = part[organisation.end() :].strip()
        if not part[: organisation.start()].strip() and rest.startswith(":"):
            return None, organisation.group(), True
        name = part[: organisation.start()].strip(" ,-–") or rest.strip(" ,-–:")
        return (name if _is_name(name) else None), organisation.group(), False
    kommun = _KOMMUN.search(part)
    if kommun is not None:
        start = _municipality_start(part[: kommun.start()], taxonomy)
        name = part[:start].strip(" ,-–")
        return (name if _is_name(name) else None), part[start : kommun.end()].strip(), False
    bare = part.strip(" :")
    return (bare if _is_name(bare) else None), "", False


def _municipality_start(text: str, taxonomy: Taxonomy) -> int:
    """Where the municipality's name before `kommun` begins: the longest known one, else the last word."""
    mentions = taxonomy.municipalities.mentions(f"{text} kommun")
    at_end = [mention.start for mention in mentions if mention.end == len(text)]
    return min(at_end) if at_end else text.rstrip().rfind(" ") + 1


def _is_name(text: str) -> bool:
    words = text.split()
    return 1 <= len(words) <= MAX_NAME_WORDS and all(_NAME_WORD.match(word) for word in words)


def _with_name(pending: list[str], name: str, part: str) -> list[str]:
    return [*pending, name]


def _clean(name: str) -> str:
    return " ".join(name.split()).strip(" ,.:;")


def _following(blocks: Sequence[Block], taxonomy: Taxonomy) -> list[Block]:
    """Blocks behind the first line of names that go on with it: names, or the rest of an affiliation."""
    found: list[Block] = []
    for block in blocks:
        if len(block.text) > MAX_PEOPLE_TEXT or not parse_people(people_text([block]), taxonomy):
            rest = (
                bool(_KOMMUN.search(f" {block.text}"))
                and len(block.text.split()) <= 3
                and not re.search(r"\d", block.text)
            )
            if not rest or block.size > 12 and block.weight > 1.2:
                break
        found.append(block)
    return found


def _readings(people: Sequence[Person], blocks: Sequence[Block], sure: float) -> tuple[EvaluatorReading, ...]:
    where, read = places(blocks), confidence(blocks)
    raw = "\n".join(line.text for block in blocks for line in block.lines)
    result = []
    for person in people:
        name = Reading(person.name, round(read * sure, 4), raw, where)
        if person.affiliation:
            affiliation = Reading(person.affiliation, round(read * sure, 4), raw, where)
        else:
            affiliation = Reading(None, 0.0, raw, where, ("no organisation stands beside this name",))
        result.append(EvaluatorReading(name, affiliation))
    return tuple(result)
