"""How many keys the decisions of a report take, where the reviewer sees at once what is printed.

.venv/bin/python -m tests.support.review_keys    measures the labelled scans, from their recorded readings
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import Report
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Item, Order, QueueFilter, Saved
from kompass_extract.review.service.doubt_spots import changed
from kompass_extract.review.service.guess import Guess
from kompass_extract.training.gold import load_gold
from tests.conftest import GOLD, report_of
from tests.support.desk_archive import desk_of

SCANS = {
    "hoganas-2018.born-digital.pdf": "hoganas-2018",
    "hoganas-2018.fax200.pdf": "hoganas-2018",
    "sala-2023.office200.pdf": "sala-2023",
    "sala-2023.poor150.pdf": "sala-2023",
}
START, SIGN, OPEN_AND_SAVE, ABSENT, STEP_BACK = 1, 1, 2, 2, 1
NOBODY = "Anna"
MOST_STEPS = 500
NEARLY = 12
"""Letters within which a joined text is the whole of a printed one, to be put right by hand."""
PART = 95.0
"""Likeness, 0..100, from which a joined text is a part of a printed one."""


@dataclass(frozen=True)
class Keys:
    """Keys of each decision of a report; ``whole`` from its page to its signature."""

    decisions: tuple[int, ...]

    @property
    def whole(self) -> int:
        return START + sum(self.decisions) + SIGN

    @property
    def median(self) -> float:
        return statistics.median(self.decisions) if self.decisions else 0.0


def keys_of(report: Report, printed: Sequence[object]) -> Keys:
    """The keys by which every open value of a report becomes one that is printed, decided on a desk of its own.

    Accepting, picking what the page offers (a reading, the edition's wording, a word or stop put right, the text
    joined with its neighbour) take one key.  Words are cycled: a key for each word passed and each reading, and one to
    save.  A value that must be written takes two and one for each of its letters that are not there, as the cursor is
    set with the mouse.
    """
    known = {_plain(one) for one in printed}
    found: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        desk = desk_of(Path(folder), report)
        for _ in range(MOST_STEPS):
            asked = desk.next_item(QueueFilter(report_id=report.report_id), reviewer=NOBODY)
            if asked is None:
                break
            found.append(_decided(desk, desk.item(report.report_id, asked.pointer, reviewer=NOBODY), known))
        desk.sign(report.report_id, by=NOBODY)
        desk.close()
    return Keys(tuple(found))


def _decided(desk: Desk, item: Item, known: set[str]) -> int:
    """Decide about an item with the fewest keys; how many that were."""
    keys, order, seen = _cheapest(item, known)
    saved = desk.decide(item.report_id, order, by=NOBODY, seen=seen)
    assert isinstance(saved, Saved)
    return keys


def _cheapest(item: Item, known: set[str]) -> tuple[int, Order, str]:
    own = Order(action=Action.ACCEPT, pointer=item.pointer, confirmed=True)
    if item.kind == "finding" or _plain(item.value) in known:
        return 1, own, item.version
    right = next((one for one in item.guesses if _plain(one.value) in known), None)
    if right is not None:
        return 1, _picked(item, right), right.version or item.version
    if item.value is None:
        return ABSENT, own, item.version
    part = next((one for one in item.guesses if one.action is Action.JOIN and _is_part(str(one.value), known)), None)
    if part is not None:  # the rest is asked about by itself, or has to be written
        return _rest_of_join(item, part, known)
    cycled = _cycled(item, known)
    if cycled is not None:
        return cycled[0], own.model_copy(update={"action": Action.CORRECT, "value": cycled[1]}), item.version
    starts = {str(item.value): 0, **{str(one.value): 1 for one in item.guesses if one.action is Action.CORRECT}}
    costs = {start: extra + _letters(start, known)[0] for start, extra in starts.items()}
    best = min(costs, key=lambda one: costs[one])
    value = _typed(item, _letters(best, known)[1])
    return OPEN_AND_SAVE + costs[best], own.model_copy(update={"action": Action.CORRECT, "value": value}), item.version


def _rest_of_join(item: Item, part: Guess, known: set[str]) -> tuple[int, Order, str]:
    """A join that is not the whole text yet; where no further join is offered its letters are written after it."""
    distance, text = _letters(str(part.value), known)
    if distance <= NEARLY:
        order = _picked(item, part).model_copy(update={"value": text})
        return 1 + STEP_BACK + OPEN_AND_SAVE + distance, order, part.version
    return 1, _picked(item, part), part.version


def _picked(item: Item, one: Guess) -> Order:
    return Order(action=one.action, pointer=one.pointer or item.pointer, value=one.value, other=one.other)


def _cycled(item: Item, known: set[str]) -> tuple[int, str] | None:
    """The fewest keys by which words are cycled to a printed text, and that text."""
    text, best = str(item.value), None
    ways = [[None, *range(len(spot.readings))] for spot in item.spots]
    for chosen in itertools.product(*ways):
        picked = [(at, way) for at, way in enumerate(chosen) if way is not None]
        made = changed(text, [item.spots[at].edit(way) for at, way in picked])
        if picked and _plain(made) in known:
            keys = picked[-1][0] + sum(way + 1 for _, way in picked) + 1
            best = min(best or (keys, made), (keys, made))
    return best


def _is_part(text: str, known: set[str]) -> bool:
    """Whether a text is nearly the whole or a part of a printed one."""
    from rapidfuzz import fuzz

    return any(len(one) >= len(text) * 0.98 and fuzz.partial_ratio(text, one) >= PART for one in known)


def _letters(text: str, known: set[str]) -> tuple[int, str]:
    """How many letters a text is away from the printed one that it is nearest to, and that one."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    found = process.extractOne(_plain(text), sorted(known), scorer=Levenshtein.distance)
    return int(found[1]), str(found[0])


def _typed(item: Item, text: str) -> str | int | float:
    return text if not item.number else float(text) if "." in text else int(text)


def _plain(value: object) -> str:
    return " ".join(str(value).split())


def printed_in(name: str) -> list[object]:
    """The values of a labelled report."""
    return [field.value for _, field in report_fields(report_of(load_gold(GOLD / f"{name}.json")))]


def main() -> None:
    """Print the keys of each labelled scan."""
    from kompass_extract import pipeline
    from tests.support.recorded_scans import SCANS as FOLDER
    from tests.support.recorded_scans import recorded_tools

    tools = recorded_tools()
    every: list[int] = []
    for scan, name in SCANS.items():
        keys = keys_of(pipeline.extract(FOLDER / scan, tools=tools), printed_in(name))
        every += keys.decisions
        print(f"{scan}: {len(keys.decisions)} decisions, median {keys.median:g}, {keys.whole} keys to the signature")
    print(f"all: median {statistics.median(every):g} keys a decision, mean {statistics.fmean(every):.2f}")


if __name__ == "__main__":
    main()
