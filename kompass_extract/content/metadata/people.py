"""Evaluators: the blocks that name them, on the cover or after a label in the first chapters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.content.metadata.dates import MONTHS
from kompass_extract.content.metadata.metadata_values import EvaluatorReading, MetadataReading, confidence, places
from kompass_extract.content.metadata.names import (
    KOMMUN,
    Person,
    is_organisation,
    looks_like_person,
    parse_people,
    without_roles,
)
from kompass_extract.model.document import Block, Form, Line
from kompass_extract.model.geometry import union
from kompass_extract.model.readings import Place
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.fold import fold

_LABEL = re.compile(
    r"^\W*+(?:utv\w{1,2}rder(?:ar\w*|ingsledare|ingsteam\w*|ingsgrupp\w*)"
    r"(?:\s+i\s+[A-ZÅÄÖ][\wåäö-]+(?:\s+kommun)?)?(?:\s+(?:var|är|har varit))?(?!\s+av)"
    r"|(?:utv\w{1,2}rdering\w*|analys\w*|rapport\w*)?\s*(?:har\s+|är\s+|ar\s+)?"
    r"(?:utf\w{1,2}rd\w*|genomf\w+|gjor[dt]\w*|skriv[ei][nt]s?|sammanst\w{1,2}lld)\s+av"
    r"|utv\w{1,2}rderade?\s+av|(?:rapport)?f\w{1,2}rfattare|utredare|(?:rapport(?:en)?\s+)?av(?=\s*:))\s*[:;]?\s*",
    re.IGNORECASE,
)
_WEAK_LABEL = re.compile(r"^\W*(?:rapport(?:en)?\s+)?av\s+(?=[A-ZÅÄÖ])", re.IGNORECASE)
_EVALUATORS = re.compile(r"^\W*utv\w{1,2}rderar\w*\s*[:;]", re.IGNORECASE)
# What titles have and lines of names do not.
_NOT_PEOPLE = re.compile(r"kommunkompas|utvarder|analys|rapport|\d")
# A label makes people of what follows; without one, an affiliation must stand beside every name.
LABELLED, UNLABELLED = 1.0, 0.9
MAX_PEOPLE_TEXT = 300
MAX_REST_WORDS = 3
FEW = 1
"""So many evaluators are seldom all: reports name two or three."""
_SAID_IN_TEXT = re.compile(
    r"\b(?:[Uu]tv\w{1,2}rder\w*|[Aa]nalys\w*|[Rr]apport\w*)\b[^.;:]{0,120}?\b(?:genomf\w+|utf\w{1,2}r\w*|gjor\w*|skriv\w*)\b"
    r"[^.;:]{0,120}?\bav\s+(?P<people>[A-ZÅÄÖ][^.;:]*(?:\b[A-ZÅÄÖ]\.[^.;:]*)*)"
)
_WERE = re.compile(
    r"\b[Uu]tv\w{1,2}rderar\w+\s+(?:var|är|har varit)\s+(?P<people>[A-ZÅÄÖ][^.;:]*(?:\b[A-ZÅÄÖ]\.[^.;:]*)*)"
)
_CAPITALS = re.compile(
    r"(?<![\w’'-])[A-ZÅÄÖÉ][\w’'-]*+\.?(?:(?:[ \t]++(?:von|af|de|la|van|der))*+[ \t]++[A-ZÅÄÖÉ][\w’'-]*+\.?){1,4}"
)
_PEOPLE_HEAD = re.compile(r"^(?:namn|utvarderar\w*)$")
_SIGNED = re.compile(
    rf"^[a-z]+ (?:(?:i|den) )?(?:\d{{1,2}} )?(?:{'|'.join(MONTHS)}) (?:ar )?20\d\d$|^[a-z]+ (?:den )?20\d\d \d\d \d\d$"
)
"""Place and date over the names that sign a preface, folded: `Stockholm i mars 2018`."""
MOST_SIGNERS = 4
LINE = 3.0  # of the letters' height from one row of a table to the next
SAME_LINE = 0.5  # of a name's height that what stands beside it shares


def read_evaluators(
    cover: Sequence[Block], front: Sequence[Block], body: Sequence[Block], taxonomy: Taxonomy
) -> tuple[EvaluatorReading, ...]:
    """The evaluators of the cover, else of the ``front`` up to chapter 1, else those that the first chapters name.

    One without a name stands for those that are missing: where none was found, and where a line looks like another's.
    """
    for blocks in (cover, front):
        groups = people_groups(blocks, taxonomy)
        if groups:
            found = [each for group in groups for each in _of_group(group, taxonomy)]
            return _whole(found, [*cover, *front], taxonomy)
    for block in body:
        if found := _of_body(block, taxonomy):
            return _whole(found, [*cover, *front], taxonomy)
    if found := _signers(body, taxonomy):
        return tuple(found)
    return _whole([], [*cover, *front], taxonomy)


def outsiders(
    found: tuple[EvaluatorReading, ...], municipality: str | None, taxonomy: Taxonomy
) -> tuple[EvaluatorReading, ...]:
    """The evaluators, those said to come from the evaluated municipality with a doubt: nobody evaluates their own."""
    return tuple(_doubted(one) if _is_of(one, municipality, taxonomy) else one for one in found)


def _is_of(one: EvaluatorReading, municipality: str | None, taxonomy: Taxonomy) -> bool:
    mentions = taxonomy.municipalities.mentions(one.affiliation.value or "")
    return any(mention.municipality.name == municipality for mention in mentions)


def _doubted(one: EvaluatorReading) -> EvaluatorReading:
    why = reason("own-municipality")
    name = replace(one.name, reasons=(*one.name.reasons, why))
    return EvaluatorReading(name, replace(one.affiliation, reasons=(*one.affiliation.reasons, why)))


def _of_group(group: Sequence[Block], taxonomy: Taxonomy) -> list[EvaluatorReading]:
    found = parse_people(people_text(group), taxonomy)
    return _readings(found, group, LABELLED if _is_labelled(group[0].text) else UNLABELLED)


def _of_body(block: Block, taxonomy: Taxonomy) -> list[EvaluatorReading]:
    """The people of a labelled line of the first chapters, or of a sentence that says who evaluated."""
    if block.form is Form.FURNITURE:
        return []
    if len(block.text) <= MAX_PEOPLE_TEXT and _LABEL.match(block.text):
        return _readings(parse_people(people_text([block]), taxonomy), [block], LABELLED)
    said = _SAID_IN_TEXT.search(block.text) or _WERE.search(block.text)
    people = parse_people(said["people"], taxonomy) if said is not None else []
    return _readings(people, [block], LABELLED) if any(looks_like_person(one.name) for one in people) else []


def _signers(blocks: Sequence[Block], taxonomy: Taxonomy) -> list[EvaluatorReading]:
    """Those who sign a preface with place and date: mostly the evaluators, so that a person is asked."""
    for place, block in enumerate(blocks):
        if not _SIGNED.match(fold(block.text)):
            continue
        group = [block for block in blocks[place + 1 : place + 1 + MOST_SIGNERS] if is_people(block, taxonomy)]
        found = [each for block in group for each in _of_group([block], taxonomy)]
        asked = reason("signed-preface")
        return [replace(one, name=replace(one.name, reasons=(*one.name.reasons, asked))) for one in found]
    return []


def _whole(
    found: Sequence[EvaluatorReading], blocks: Sequence[Block], taxonomy: Taxonomy
) -> tuple[EvaluatorReading, ...]:
    """The people found, and one without a name where others may be missing."""
    if not found:
        return (_missing(reason("nobody-found"), ()),)
    known = {fold(str(one.name.value)) for one in found}
    others = [(name, block) for block in blocks for name in _person_like(block, taxonomy) if fold(name) not in known]
    spoken = " ".join(known)
    left = [(name, block) for name, block in others if fold(name) not in spoken]
    if left:
        name, block = left[0]
        return (*found, _missing(reason("may-be-evaluator", name=name), places([block])))
    if len(found) > FEW:
        return tuple(found)
    alone = reason("only-one-evaluator")
    return tuple(replace(one, name=replace(one.name, reasons=(*one.name.reasons, alone))) for one in found)


def _missing(why: Reason, where: tuple[Place, ...]) -> EvaluatorReading:
    nobody = MetadataReading[str](None, 0.0, None, where, (why,))
    return EvaluatorReading(nobody, nobody)


def _person_like(block: Block, taxonomy: Taxonomy) -> list[str]:
    """What in a short text looks like a person's name: capitals that begin with a common given name."""
    if len(block.text) > MAX_PEOPLE_TEXT or block.form in {Form.FURNITURE, Form.FIGURE}:
        return []
    lines = [line.text for line in block.lines] or [block.text]
    found = [match.group() for line in lines for match in _CAPITALS.finditer(line)]
    towns = {mention.as_read for name in found for mention in taxonomy.municipalities.mentions(name)}
    return [name for name in found if looks_like_person(name) and not any(town in name for town in towns)]


def people_groups(blocks: Sequence[Block], taxonomy: Taxonomy) -> list[list[Block]]:
    """The blocks that name evaluators, those that go on with each other together; [] for none."""
    groups: list[list[Block]] = []
    place = 0
    while place < len(blocks):
        group = [blocks[place]]
        if is_people(blocks[place], taxonomy) or _is_above_organisation(blocks[place : place + 2], taxonomy):
            group += _following(blocks[place + 1 :], taxonomy)
            if parse_people(people_text(group), taxonomy):
                groups.append(group)
        place = next(index for index, block in enumerate(blocks) if block is group[-1]) + 1
    return groups


def _is_above_organisation(blocks: Sequence[Block], taxonomy: Taxonomy) -> bool:
    """Whether names stand right above an organisation: one of them is a common name, the others are said to be."""
    if len(blocks) < 2 or len(blocks[0].text) > MAX_PEOPLE_TEXT or not is_organisation(blocks[1].text):
        return False
    names = parse_people(people_text(blocks[:1]), taxonomy)
    return any(looks_like_person(one.name) for one in names) and not _NOT_PEOPLE.search(fold(blocks[0].text))


def lists_people(row: Block) -> bool:
    """Whether a row of a table names a person, or heads such rows."""
    cells = [cell.text for cell in row.cells]
    return any(looks_like_person(text) or _PEOPLE_HEAD.match(fold(text)) for text in cells)


def people_in_rows(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with what stands beside a person's name in one block with it: a table's columns, read one by one."""
    people = [block for block in blocks if looks_like_person(block.text)]
    people += [block for block in blocks if block not in people and any(_is_alike(block, other) for other in people)]
    beside = {id(block): _beside(block, blocks, people) for block in people}
    taken = {id(other) for others in beside.values() for other in others}
    return [
        _row_of([block, *beside[id(block)]]) if beside.get(id(block)) else block
        for block in blocks
        if id(block) not in taken
    ]


def _is_alike(block: Block, person: Block) -> bool:
    """Whether a block is a name of the same column as a person's, of an uncommon given name."""
    aligned = block.page == person.page and abs(block.box.x0 - person.box.x0) < person.size
    near = abs(block.box.y0 - person.box.y0) < MOST_SIGNERS * LINE * person.size
    return aligned and near and _CAPITALS.fullmatch(block.text.strip()) is not None


def _beside(block: Block, blocks: Sequence[Block], people: Sequence[Block]) -> list[Block]:
    """The words to the right of a block of one line, on its line; a telephone number is none."""
    found = [
        other
        for other in blocks
        if other.page == block.page and other.box.x0 >= block.box.x1 and len(other.lines) == len(block.lines) == 1
        and min(other.box.y1, block.box.y1) - max(other.box.y0, block.box.y0) > SAME_LINE * block.box.height
        and any(map(str.isalpha, other.text)) and other not in people
    ]  # fmt: skip
    return sorted(found, key=lambda other: other.box.x0)


def _row_of(blocks: Sequence[Block]) -> Block:
    """Blocks beside each other as one of one line, with commas between them."""
    words = []
    for block in blocks:
        *own, last = block.lines[0].words
        words += [*own, replace(last, text=last.text if block is blocks[-1] else f"{last.text},")]
    box = union(block.box for block in blocks)
    line = replace(blocks[0].lines[0], words=tuple(words), box=box)
    return replace(blocks[0], lines=(line,), text=line.text, box=box)


def is_label(text: str) -> bool:
    """Whether a text begins with what introduces the evaluators: `Utvärderare`, `Rapporten är skriven av`."""
    return _is_labelled(text)


def people_blocks(cover: Sequence[Block], taxonomy: Taxonomy) -> list[Block]:
    """The cover's blocks that name the evaluators, the rest of a last affiliation included; [] for none."""
    return [block for group in people_groups(cover, taxonomy) for block in group]


def is_people(block: Block, taxonomy: Taxonomy) -> bool:
    """Whether the block is a line of names: labelled, or with an affiliation beside every name."""
    if len(block.text) > MAX_PEOPLE_TEXT:
        return False
    labelled = _is_labelled(block.text)
    text = people_text([block])
    if labelled and not text:
        return True
    found = parse_people(text, taxonomy)
    if labelled or not found:
        return bool(found)
    known = all(person.affiliation for person in found) or all(looks_like_person(person.name) for person in found)
    return known and not _NOT_PEOPLE.search(fold(without_roles(text)))


def _is_labelled(text: str) -> bool:
    if _LABEL.match(text) is not None:
        return True
    weak = _WEAK_LABEL.match(text)
    return weak is not None and looks_like_person(" ".join(re.split(r"[\s,(]+", text[weak.end() :])[:3]))


def names_evaluators(text: str) -> bool:
    """Whether a text says of itself that it names the evaluators, readable or not; no title does."""
    return _EVALUATORS.match(text) is not None


def apart_from_people(block: Block, taxonomy: Taxonomy) -> tuple[Block, ...]:
    """The block, cut in two where one of its lines begins to name the evaluators: a title set close above them."""
    for place, line in enumerate(block.lines):
        if not place or not _is_labelled(line.text):
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
    lines = "\n".join(_lines(block) for block in blocks)
    bare = _LABEL.sub("", lines.strip())
    return _WEAK_LABEL.sub("", bare) if bare == lines.strip() and _is_labelled(bare) else bare


def _lines(block: Block) -> str:
    """A block's lines; of a row the cells that have words, since a telephone number is nobody's."""
    if block.form is Form.ROW and block.cells:
        return ", ".join(cell.text for cell in block.cells if any(map(str.isalpha, cell.text)) and "@" not in cell.text)
    return "\n".join(line.text for line in block.lines) or block.text


def _following(blocks: Sequence[Block], taxonomy: Taxonomy) -> list[Block]:
    """Blocks behind the first line of names that go on with it: names, or the rest of an affiliation."""
    found: list[Block] = []
    for block in blocks:
        if _PEOPLE_HEAD.match(fold(block.cells[0].text if block.cells else block.text)):
            continue
        if len(block.text) > MAX_PEOPLE_TEXT or _NOT_PEOPLE.search(fold(without_roles(people_text([block])))):
            break
        short = len(block.text.split()) <= MAX_REST_WORDS and bool(KOMMUN.search(f" {block.text}"))
        if not (short or is_organisation(block.text)) and not parse_people(people_text([block]), taxonomy):
            break
        found.append(block)
    return found


def _readings(people: Sequence[Person], blocks: Sequence[Block], sure: float) -> list[EvaluatorReading]:
    where, read = places(blocks), round(confidence(blocks) * sure, 4)
    raw = "\n".join(line.text for block in blocks for line in block.lines)
    result = []
    for person in people:
        affiliation = MetadataReading[str](None, 0.0, raw, where, (reason("no-organisation"),))
        if person.affiliation:
            affiliation = MetadataReading(person.affiliation, read, raw, where)
        doubts = () if looks_like_person(person.name) else (reason("uncommon-given-name"),)
        result.append(EvaluatorReading(MetadataReading(person.name, read, raw, where, doubts), affiliation))
    return result
