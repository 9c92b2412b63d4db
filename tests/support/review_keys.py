"""How many keys the decisions of a report take, where the reviewer sees at once what is printed.

.venv/bin/python -m tests.support.review_keys    measures the labelled scans, from their recorded readings
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.model.pointers import AnyField
from kompass_extract.model.report import Report
from kompass_extract.review.decisions.report_walk import report_fields
from kompass_extract.training.gold import load_gold
from tests.conftest import GOLD, report_of

SCANS = {
    "hoganas-2018.born-digital.pdf": "hoganas-2018",
    "hoganas-2018.fax200.pdf": "hoganas-2018",
    "sala-2023.office200.pdf": "sala-2023",
    "sala-2023.poor150.pdf": "sala-2023",
}
START, SIGN, OPEN_AND_SAVE, ABSENT = 1, 1, 2, 2


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
    """The keys by which every open value of a report becomes one that is printed.

    Accepting and picking take one key; a value that must be written takes two and one for each of its letters that
    are not there, as the cursor is set with the mouse.
    """
    known = {_plain(one) for one in printed}
    return Keys(tuple(_keys(field, known) for _, field in report_fields(report) if field.needs_review))


def _keys(field: AnyField, known: set[str]) -> int:
    if field.value is None:
        picked = any(_plain(one.value) in known for one in field.alternatives)
        return 1 if picked else ABSENT
    if _plain(field.value) in known:
        return 1
    if any(_plain(one.value) in known for one in field.alternatives):
        return 1
    return OPEN_AND_SAVE + len(_nearest(_plain(field.value), known))


def _nearest(text: str, known: set[str]) -> str:
    """The letters that a printed text has more than this one, of the text that it is nearest to."""
    from rapidfuzz import process
    from rapidfuzz.distance import Levenshtein

    found = process.extractOne(text, sorted(known), scorer=Levenshtein.distance)
    return "x" * int(found[1]) if found is not None else text


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

    tools, every = recorded_tools(), []
    for scan, name in SCANS.items():
        keys = keys_of(pipeline.extract(FOLDER / scan, tools=tools), printed_in(name))
        every += keys.decisions
        print(f"{scan}: {len(keys.decisions)} decisions, median {keys.median:g}, {keys.whole} keys to the signature")
    print(f"all: median {statistics.median(every):g} keys a decision, mean {statistics.fmean(every):.2f}")


if __name__ == "__main__":
    main()
