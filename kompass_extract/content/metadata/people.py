"""Evaluators: the blocks that name them, on the cover or after a label in the first chapters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.content.metadata.metadata_values import EvaluatorReading, Reading, confidence, places
from kompass_extract.content.metadata.names import KOMMUN, Person, parse_people
from kompass_extract.model.document import Block, Form, Line
from kompass_extract.model.geometry import union
from kompass_extract.model.reasons import reason
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.fold import fold

_LABEL = re.compile(
    r"^\W*+(?:utv\w{1,2}rd\w{0,3}r(?:are|ingsledare|ingsteam|ingsgrupp\w*)\w*(?:\s+(?:var|är|har varit))?"
    r"|(?:utv\w{1,2}rdering\w*|analys\w*|rapport\w*)?\s*(?:har\s+|är\s+|ar\s+)?"
    r"(?:utf\w{1,2}rd\w*|genomf\w+|gjord\w*|skriven|sammanst\w{1,2}lld)\s+av"
    r"|utv\w{1,2}rderad\s+av|f\w{1,2}rfattare|av(?=\s*:))\s*[:;]?\s*",
    re.IGNORECASE,
)
_EVALUATORS = re.compile(r"^\W*utv\w{1,2}rderare\w*\s*[:;]", re.IGNORECASE)
# What titles have and lines of names do not.
_NOT_PEOPLE = re.compile(r"kommunkompas|utvarder|analys|rapport|\d")
# A label makes people of what follows; without one, an affiliation must stand beside every name.
LABELLED, UNLABELLED = 1.0, 0.9
MAX_PEOPLE_TEXT = 300
MAX_REST_WORDS = 3


def read_evaluators(cover: Sequence[Block], body: Sequence[Block], taxonomy: Taxonomy) -> tuple[EvaluatorReading, ...]:
    """The evaluators of the cover, else those that a labelled line of the first chapters names; () when none."""
    if group := people_blocks(cover, taxonomy):
        found = parse_people(people_text(group), taxonomy)
        return _readings(found, group, LABELLED if _LABEL.match(group[0].text) else UNLABELLED)
    for block in body:
        if len(block.text) <= MAX_PEOPLE_TEXT and block.form is not Form.FURNITURE and _LABEL.match(block.text):
            found = parse_people(people_text([block]), taxonomy)
            if found:
                return _readings(found, [block], LABELLED)
    return ()


def people_blocks(cover: Sequence[Block], taxonomy: Taxonomy) -> list[Block]:
    """The cover's blocks that name the evaluators, the rest of a last affiliation included; [] for none."""
    for place, block in enumerate(cover):
        if is_people(block, taxonomy):
            group = [block, *_following(cover[place + 1 :], taxonomy)]
            if parse_people(people_text(group), taxonomy):
                return group
    return []


def is_people(block: Block, taxonomy: Taxonomy) -> bool:
    """Whether the block is a line of names: labelled, or with an affiliation beside every name."""
    if len(block.text) > MAX_PEOPLE_TEXT:
        return False
    labelled = _LABEL.match(block.text) is not None
    text = people_text([block])
    if labelled and not text:
        return True
    found = parse_people(text, taxonomy)
    if labelled or not found:
        return bool(found)
    return all(person.affiliation for person in found) and not _NOT_PEOPLE.search(fold(text))


def names_evaluators(text: str) -> bool:
    """Whether a text says of itself that it names the evaluators, readable or not; no title does."""
    return _EVALUATORS.match(text) is not None


def apart_from_people(block: Block, taxonomy: Taxonomy) -> tuple[Block, ...]:
    """The block, cut in two where one of its lines begins to name the evaluators: a title set close above them."""
    for place, line in enumerate(block.lines):
        if not place or not _LABEL.match(line.text):
            continue
        rest = _part(block, block.lines[place:])
        if names_evaluators(line.text) or is_people(rest, taxonomy):
            return _part(block, block.lines[:place]), rest
    return (block,)


def _part(block: Block, lines: tuple[Line, ...]) -> Block:
    text = join_lines([line.text for line in lines])
    return replace(block, lines=lines, text=text, box=union(line.box for line in lines))


def people_text(blocks: Sequence[Block]) -> str:
    """The lines of the blocks, kept apart, without the label."""
    lines = "\n".join("\n".join(line.text for line in block.lines) or block.text for block in blocks)
    return _LABEL.sub("", lines.strip())


def _following(blocks: Sequence[Block], taxonomy: Taxonomy) -> list[Block]:
    """Blocks behind the first line of names that go on with it: names, or the rest of an affiliation."""
    found: list[Block] = []
    for block in blocks:
        if len(block.text) > MAX_PEOPLE_TEXT or _NOT_PEOPLE.search(fold(block.text)):
            break
        short = len(block.text.split()) <= MAX_REST_WORDS and bool(KOMMUN.search(f" {block.text}"))
        if not short and not parse_people(people_text([block]), taxonomy):
            break
        found.append(block)
    return found


def _readings(people: Sequence[Person], blocks: Sequence[Block], sure: float) -> tuple[EvaluatorReading, ...]:
    where, read = places(blocks), round(confidence(blocks) * sure, 4)
    raw = "\n".join(line.text for block in blocks for line in block.lines)
    result = []
    for person in people:
        affiliation = Reading[str](None, 0.0, raw, where, (reason("no-organisation"),))
        if person.affiliation:
            affiliation = Reading(person.affiliation, read, raw, where)
        result.append(EvaluatorReading(Reading(person.name, read, raw, where), affiliation))
    return tuple(result)
