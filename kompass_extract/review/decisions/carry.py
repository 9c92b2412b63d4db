"""Decisions made on an earlier reading of a file, found again in a newer one.

A decision names what it was about: the place on the page, the kind, the area, the row's number, the text.  Order of
evidence for the same thing in another reading: kind, area and label for what an area has once; else the place on the
page and the text.  Where the newer reading says what the earlier one said, or what the person decided, the decision is
applied; where it says something else, a person is asked again and shown both.  What is not found is kept as orphaned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from kompass_extract.model.evidence_places import depth, is_comparable, lines_of, share_of_smaller
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import Evidence, Report
from kompass_extract.review.decisions.decision import VALUE_ACTIONS, Action, Address, DecidedValue, Decision
from kompass_extract.review.decisions.item_kinds import LIST_KINDS, FieldKind, area_of, kind_of, label_of

TEXTS = frozenset({FieldKind.STRENGTH, FieldKind.IMPROVEMENT, FieldKind.RUBRIC, FieldKind.PARAGRAPH})
"""Kinds that an area has many of, and that a better classifier may tell otherwise."""
SAME_PLACE = 0.5
"""Share of the smaller box, 0..1, that two places must share to be one: readings differ by parts of a line."""
SAME_TEXT = 0.9
"""Likeness, 0..1, from which two texts are one text, read with some letters different."""
FAR = 0.4
"""What a whole page between a box and lines takes from their being one place; below ``1 - SAME_PLACE``."""
RELATED_TEXT = 0.5
"""Likeness below which a text at the same place is another text."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A newer reading that says neither what the earlier one said nor what was decided."""

    address: Address
    decision: Decision
    reading: DecidedValue


@dataclass(frozen=True, slots=True)
class Carried:
    """Decisions of earlier readings, with their addresses in this one.

    ``applied`` are to be applied here, ``contradicted`` to be asked again, ``orphaned`` are those whose place was not
    found.  ``settled`` are ids of decisions that the newer reading already follows, with the address that has it.
    """

    applied: tuple[Decision, ...]
    contradicted: tuple[Contradiction, ...]
    orphaned: tuple[Decision, ...]
    settled: Mapping[str, Address]


NOTHING_CARRIED = Carried((), (), (), {})


@dataclass(frozen=True, slots=True)
class _ReadPlace:
    """A field, row or block of the newer reading."""

    address: Address
    kind: FieldKind
    area: int | None
    label: str | None
    value: DecidedValue
    places: tuple[Evidence, ...]


def carry_over(decisions: Sequence[Decision], report: Report) -> Carried:
    """The places in ``report`` of decisions made on other readings of the same file; nothing is dropped."""
    return _Carrier(report).carry(decisions)


class _Carrier:
    """Finds the places of decisions in one report."""

    def __init__(self, report: Report) -> None:
        self._places = _places(report)
        self._pages = _Pages(report)
        self._by_address = {place.address: place for place in self._places}
        self._by_text: dict[str, list[_ReadPlace]] = {}
        for place in self._places:
            if place.kind in TEXTS and isinstance(place.value, str):
                self._by_text.setdefault(place.value, []).append(place)
        self._alias: dict[str, Address] = {}
        self._applied: list[Decision] = []
        self._contradicted: list[Contradiction] = []
        self._orphaned: list[Decision] = []

    def carry(self, decisions: Sequence[Decision]) -> Carried:
        """Each decision in its order, as later ones are about what earlier ones made."""
        for decision in sorted(decisions, key=lambda one: one.order):
            if decision.action is Action.ADD:
                self._carry_added(decision)
            elif decision.pointer.startswith("/checks/"):
                self._applied.append(decision)
            else:
                self._carry_one(decision)
        return Carried(tuple(self._applied), tuple(self._contradicted), tuple(self._orphaned), self._alias)

    def _carry_added(self, decision: Decision) -> None:
        """An added item that the newer reading has by itself is not added again."""
        kind = _kind_added(decision)
        area = decision.target.area if decision.target else None
        found = self._best(decision, kind, area, (decision.after,))
        if found is None:
            self._applied.append(decision)
            return
        self._alias[decision.id] = found.address.removesuffix("/question") if kind is FieldKind.ROW else found.address
        if not _same(found.value, decision.after):
            self._contradicted.append(Contradiction(found.address, decision, found.value))

    def _carry_one(self, decision: Decision) -> None:
        if decision.pointer.startswith("@"):
            made, slash, rest = decision.pointer[1:].partition("/")
            at = self._alias.get(made)
            if at is None:
                self._applied.append(decision)  # about an item that an applied decision makes here too
                return
            place = self._by_address.get(f"{at}{slash}{rest}")
        else:
            place = self._find(decision)
        if place is None:
            self._missing(decision)
            return
        self._judge(decision, place)

    def _missing(self, decision: Decision) -> None:
        """What a decision removed and this reading does not have needs nothing; all else is orphaned."""
        if decision.action is Action.REMOVE:
            self._alias[decision.id] = ""
        else:
            self._orphaned.append(decision)

    def _judge(self, decision: Decision, place: _ReadPlace) -> None:
        here = decision.model_copy(update={"pointer": place.address})
        if decision.action in (Action.SET_KIND, Action.SET_QUESTION):
            self._applied.append(here)
        elif decision.action is Action.SPLIT and _same(place.value, decision.after):
            self._follow_split(here, place)
        elif decision.action is Action.JOIN:
            self._judge_join(here, place)
        elif self._agrees(decision, place):
            self._applied.append(here)
        else:
            self._contradicted.append(Contradiction(place.address, decision, place.value))

    def _agrees(self, decision: Decision, place: _ReadPlace) -> bool:
        decided = [decision.after] if decision.action in VALUE_ACTIONS else []
        return any(_same(place.value, one) for one in (decision.reading, decision.before, *decided))

    def _follow_split(self, decision: Decision, place: _ReadPlace) -> None:
        """This reading has split the text itself: the decision's second part is an item of its own."""
        rest = self._best(decision, place.kind, place.area, (decision.rest,), without=place.address)
        self._applied.append(decision.model_copy(update={"action": Action.CORRECT}))
        if rest is not None:
            self._alias[decision.id] = rest.address

    def _judge_join(self, decision: Decision, place: _ReadPlace) -> None:
        """This reading has joined the texts itself, or both are found again."""
        if _same(place.value, decision.after):
            self._applied.append(decision.model_copy(update={"action": Action.CORRECT}))
            return
        other = self._best(decision, place.kind, place.area, (decision.rest,), without=place.address)
        if other is not None and _same(other.value, decision.rest) and self._agrees(decision, place):
            self._applied.append(decision.model_copy(update={"other": other.address}))
        else:
            self._contradicted.append(Contradiction(place.address, decision, place.value))

    def _find(self, decision: Decision) -> _ReadPlace | None:
        kinds = {kind.value: kind for kind in FieldKind}
        kind = kinds.get(decision.kind, FieldKind.OTHER)
        texts = (decision.reading, decision.before, decision.after)
        return self._best(decision, kind, decision.area, texts)

    def _best(
        self,
        decision: Decision,
        kind: FieldKind,
        area: int | None,
        texts: Sequence[DecidedValue],
        without: Address = "",
    ) -> _ReadPlace | None:
        """The place that most speaks for; None where nothing speaks enough."""
        if kind in TEXTS:
            for one in (self._by_text.get(text, ()) for text in texts if isinstance(text, str)):
                there = [place for place in one if place.address != without and place.kind is kind]
                there = [place for place in there if self._pages.shared(place, decision, texts) >= SAME_PLACE]
                if len(there) == 1:
                    return there[0]
            scored = [
                (_likeness(one, self._pages.shared(one, decision, texts), texts, kind, area), one)
                for one in self._places
                if one.kind in TEXTS
            ]
            scored = [(score, one) for score, one in scored if score > 0 and one.address != without]
            return max(scored, key=lambda pair: pair[0])[1] if scored else None
        wanted = None if kind is FieldKind.BLOCK else area  # a block's area is itself decided about
        same = [one for one in self._places if one.kind is kind and one.area == wanted]
        named = [one for one in same if one.label == decision.label] if decision.label is not None else same
        if kind not in (FieldKind.BLOCK, FieldKind.SECTION_HEADING) and len(named) == 1:
            return named[0]
        placed = [(self._pages.shared(one, decision), one) for one in (named or same)]
        best = max(placed, key=lambda pair: (pair[0], _same(pair[1].value, decision.reading)), default=None)
        return best[1] if best is not None and best[0] >= SAME_PLACE else None


def _kind_added(decision: Decision) -> FieldKind:
    listed = decision.target.list if decision.target else "strengths"
    return LIST_KINDS.get(listed, FieldKind.AREA_NAME)


def _likeness(one: _ReadPlace, place: float, texts: Sequence[DecidedValue], kind: FieldKind, area: int | None) -> float:
    """How much speaks for a text being the one decided about, ``place`` of it its place; 0 for not enough."""
    alike = max((_similar(one.value, text) for text in texts if isinstance(text, str)), default=0.0)
    if alike < SAME_TEXT and (place < SAME_PLACE or alike < RELATED_TEXT):
        return 0.0
    return alike + place + 0.5 * (one.kind is kind) + 0.5 * (one.area == area)


def _places(report: Report) -> tuple[_ReadPlace, ...]:
    found = []
    for pointer, field in report_fields(report):
        found.append(_place(pointer, kind_of(pointer), report, field))
        if kind_of(pointer) is FieldKind.QUESTION:
            found.append(_place(pointer.removesuffix("/question"), FieldKind.ROW, report, field))
    for index, block in enumerate(report.blocks):
        found.append(_ReadPlace(f"/blocks/{index}", FieldKind.BLOCK, None, None, block.text, (block.place,)))
    return tuple(found)


def _place(pointer: str, kind: FieldKind, report: Report, field: AnyField) -> _ReadPlace:
    area, label = area_of(pointer, report), label_of(pointer, report)
    return _ReadPlace(pointer, kind, area, label, field.value, tuple(field.evidence))


class _Pages:
    """The pages of a report, to compare the places on them."""

    def __init__(self, report: Report) -> None:
        self._heights = {page.number: page.extent[1] for page in report.pages}
        self._lines: dict[int, range] = {}
        for block in report.blocks:
            own, known = lines_of(block), self._lines.get(block.page)
            if own:
                start, stop = (known.start, known.stop) if known else (own.start, own.stop)
                self._lines[block.page] = range(min(start, own.start), max(stop, own.stop))

    def shared(self, one: _ReadPlace, decision: Decision, texts: Sequence[DecidedValue] | None = None) -> float:
        """The greatest share of the smaller of two places that a field and a decision have in common, 0..1.

        A decision about a text may have a box, which earlier versions invented, where the field has lines: then the
        text says whether they are one on their page, and of several the one about as far down.
        """
        same = any(_same(one.value, text) for text in texts or (decision.reading, decision.before, decision.after))
        best = 0.0
        for place in one.places:
            for other in decision.places:
                if place.page == other.page and is_comparable(place, other):
                    best = max(best, share_of_smaller(place, other))
                elif place.page == other.page and same:
                    best = max(best, 1.0 - FAR * abs(self._depth(place) - self._depth(other)))
        return best

    def _depth(self, place: Evidence) -> float:
        return depth(place, self._heights.get(place.page, 0.0), self._lines.get(place.page, range(0)))


def _same(one: DecidedValue, other: DecidedValue) -> bool:
    """Whether two values are one; of texts, but for their white space."""
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()) == " ".join(other.split())
    return one == other


@lru_cache(maxsize=20_000)
def _similar(one: DecidedValue, other: DecidedValue) -> float:
    if not isinstance(one, str) or not isinstance(other, str):
        return 0.0
    return float(Levenshtein.normalized_similarity(one, other, score_cutoff=RELATED_TEXT))
