"""What the machine can offer for a value in doubt, each to be taken by one key: other readings, the edition's wording,
single words or stops put right, the text joined with its neighbour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.reasons import Reason
from kompass_extract.repair.known_words import KnownWords
from kompass_extract.review.decisions.decision import Action, DecidedValue
from kompass_extract.review.decisions.item_kinds import FieldKind, kind_of
from kompass_extract.review.service.doubt_spots import Edit, Spot, changed, choices_of, pieces_of, spots_of
from kompass_extract.review.service.guess import Guess
from kompass_extract.review.service.item_version import version
from kompass_extract.review.service.loaded_reviews import Case
from kompass_extract.taxonomy import load_taxonomy
from kompass_extract.taxonomy.fold import similarity

KNOWN = KnownWords()
"""Tells Swedish words; a choice is no likely one where it makes a word that is none."""
MOST = 9
"""Guesses of a value: the digits 1 to 9."""
LEAST_ALIKE = 0.6
"""Likeness, 0..1, from which a wording of the edition is offered for what was read."""
SEAM = 22
"""Characters shown on either side of where two texts join."""
_GOES_ON = frozenset(
    ["ends-mid-sentence", "break-may-cut", "neighbour-may-be-part", "may-go-on", "may-go-on-next-page"]
)
_IS_REST = frozenset(
    [
        *("may-be-rest", "rest-without-beginning", "lower-case-start"),
        *("first-in-column", "break-may-cut", "neighbour-may-be-part"),
    ]
)
_JOINED = frozenset({FieldKind.STRENGTH, FieldKind.IMPROVEMENT, FieldKind.RUBRIC, FieldKind.PARAGRAPH})
_NAMES = frozenset({FieldKind.AREA_NAME, FieldKind.TABLE_HEADING})


def guesses_of(case: Case, pointer: str) -> tuple[Guess, ...]:
    """The guesses for the value at a pointer of the decided report, the likeliest first; none where it was decided."""
    field = case.fields[pointer]
    if field.review is not None:
        return ()
    readings = [
        Guess(one.value, ((str(one.value), True),), one.confidence)
        for one in field.alternatives
        if one.value is not None and one.value != field.value
    ]
    if isinstance(field.value, str):
        found = [*readings, *_joins(case, pointer), *_wordings(case, pointer), *_words(field)]
    else:
        found = [*readings, *_wordings(case, pointer)]
    kept: dict[DecidedValue, Guess] = {}
    for one in found:
        kept.setdefault(one.value, one)
    kept.pop(field.value, None)
    return tuple(kept.values())[:MOST]


def load_words() -> None:
    """Have the letter model ready that tells Swedish words."""
    KNOWN("")


def value_spots(field: AnyField) -> tuple[Spot, ...]:
    """The places of a value that may be read otherwise; none of what was decided."""
    if not isinstance(field.value, str) or field.review is not None:
        return ()
    return spots_of(field.value, field.reasons, field.raw, knows=KNOWN)


def _words(field: AnyField) -> Iterator[Guess]:
    text = str(field.value)
    for edits in choices_of(value_spots(field)):
        yield Guess(changed(text, edits), pieces_of(text, edits))


def _wordings(case: Case, pointer: str) -> Iterator[Guess]:
    """What the edition has in this place, as it is worded there."""
    kind, text = kind_of(pointer), case.fields[pointer].value
    parts = pointer.split("/")
    if kind is FieldKind.QUESTION and isinstance(text, str):
        row = case.decided.report.areas[int(parts[2])].score_table.rows[int(parts[5])]
        known = case.decided.report.areas[int(parts[2])].number
        edition = case.edition
        asked = [one for one in load_taxonomy().questions(edition.edition, edition.form) if one.area == known]
        own = [one for one in asked if one.id == row.question_id] or asked
        yield from _alike(text, [wording for one in own for wording in one.wordings])
    elif kind in _NAMES:
        area = case.decided.report.areas[int(parts[2])]
        printed = [one.value for one in (area.name, area.score_table.heading) if isinstance(one.value, str)]
        names = [*printed, *load_taxonomy().area_names(area.number)]
        yield from _alike(text if isinstance(text, str) else None, names)


def _alike(text: str | None, wordings: Sequence[str]) -> Iterator[Guess]:
    """Wordings, the likest first; the first few where nothing was read."""
    if text is None:
        chosen = list(dict.fromkeys(wordings))[:2]
    else:
        likeness = {one: similarity(text, one) for one in wordings}
        chosen = sorted((one for one in likeness if likeness[one] >= LEAST_ALIKE), key=lambda one: -likeness[one])[:2]
    yield from (Guess(one, ((one, True),)) for one in chosen)


def _joins(case: Case, pointer: str) -> Iterator[Guess]:
    """The text with the item after it or before it, where one of them may be a part of the other."""
    if kind_of(pointer) not in _JOINED:
        return
    codes = {one.code for one in case.fields[pointer].reasons}
    at, _, index = pointer.rpartition("/")
    if codes & _GOES_ON:
        yield from _join(case, pointer, f"{at}/{int(index) + 1}")
    if codes & _IS_REST and index != "0":
        yield from _join(case, f"{at}/{int(index) - 1}", pointer)


def _join(case: Case, first: str, second: str) -> Iterator[Guess]:
    """Two items as one, words and stops in doubt put right first, then as they are."""
    if second not in case.fields or first not in case.fields:
        return
    fields = case.fields[first], case.fields[second]
    texts = [str(one.value or "") for one in fields]
    if not all(texts) or not _continues(*texts, listed=kind_of(first) is not FieldKind.PARAGRAPH):
        return
    joined = join_lines(texts)
    seam = ((f"… {texts[0][-SEAM:]}", False), (" ", True), (texts[1][:SEAM], False))
    reasons: list[Reason] = [one for one in fields[0].reasons if one.code != "ends-mid-sentence"]
    spots = spots_of(joined, [*reasons, *fields[1].reasons], knows=KNOWN) if fields[0].review is None else ()
    edits: tuple[Edit, ...] = next(choices_of(spots), ())
    for chosen in dict.fromkeys([edits, ()]):
        yield Guess(
            value=changed(joined, chosen),
            pieces=(*seam, *(pieces_of(joined, chosen) or ((" …", False),))),
            action=Action.JOIN,
            pointer=case.decided.addresses[first],
            version=version(case, case.decided.addresses[first]),
            other=case.decided.addresses[second],
            other_version=version(case, case.decided.addresses[second]),
        )


def _continues(first: str, second: str, *, listed: bool) -> bool:
    """Whether a text can go on with another: it has no end (``listed`` ones never have), or that has no beginning."""
    open_end = not listed and not first.rstrip("”\"')").endswith((".", "!", "?", ":"))
    return open_end or second[:1].islower()
