"""Why a field is asked about, roughly: its reasons' words sorted into a few classes, the strongest first.

The words are those that stages, checks, the model of confidence and the review itself write into ``Field.reasons``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kompass_extract.review.service.desk_values import ReasonClass

BEGINNINGS: tuple[tuple[ReasonClass, tuple[str, ...]], ...] = (
    (ReasonClass.CONTRADICTION, (".* where an earlier reading said ",)),
    (ReasonClass.DISPUTE, ("two readers differ: ",)),
    (
        ReasonClass.CHECK,
        ("check ", "a check failed", "other numbers of its row or sum disagree", "its table lacks "),
    ),
    (
        ReasonClass.MATCH,
        (
            "matches ", ".* matches nearly ", "reads unlike ", "numbered ", "unlike any", "no question was",
            "a letter or two from", "its row has ", "no question is like",
        ),
    ),
    (
        ReasonClass.KIND,
        (
            "its kind is uncertain", ".*may be the chapter's score", "stands apart",
            "stands in another column", "set in other letters", "begins elsewhere", "the area's other list",
        ),
    ),
    (
        ReasonClass.BOUNDS,
        (
            "first in its column", "the rest of a text", "joined over a page", "a line inside", "a list mark stands",
            "begins with a sign", "one of its lines reads", "may be the rest", "may go on", "a page or column break",
            "begins in lower case", "ends in the middle", "ends otherwise", "has no list mark", "was put together",
            "longer than", "very short", "a text beside it", "its list is unusually", "goes on over a page",
            "numbers stand at its end",
        ),
    ),
    (
        ReasonClass.READINGS,
        (
            "«.*» may be ", "the evidence leaves", "read '.*'; the other numbers", ".* was read well, and",
            ".* follows from", "two readers differ on", "another reading has", "no other number or place",
            ".* is named nearly", "other places say", "nearly ", "printed as ", "other rows have a number",
            ".* percent signs? stand", "one of its columns is headed",
        ),
    ),
    (
        ReasonClass.READ_BADLY,
        (
            "read badly", "uncertain", "one of its words was", "the reader doubted", "some of its words",
            "it has signs", "a sign of it cannot", "its page", "it was put right", "the stages that made it",
        ),
    ),
)  # fmt: skip
"""How the reasons of each class begin, as regular expressions."""
_CLASSES = tuple((kind, re.compile("|".join(words))) for kind, words in BEGINNINGS)


def reason_class(reasons: Sequence[str], value: object, sampled: bool = False) -> ReasonClass:
    """Why a field is asked about, by its reasons: the strongest that any of them is."""
    if sampled:
        return ReasonClass.SAMPLE
    found = {_class_of(reason) for reason in reasons}
    strongest = next((kind for kind, _ in _CLASSES if kind in found), None)
    return strongest or (ReasonClass.MISSING if value is None else ReasonClass.OTHER)


@lru_cache(maxsize=4096)
def _class_of(reason: str) -> ReasonClass | None:
    return next((kind for kind, pattern in _CLASSES if pattern.match(reason)), None)
