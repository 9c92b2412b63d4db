"""What is known about one Field when a person must, or need not, be asked: signals of doubt.

Every signal is 0 where nothing is amiss and grows with the doubt, so that a model may only let it lower the
probability.  Most lie in 0..1; those that do not say so.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum


class Family(StrEnum):
    """Fields that err alike and share a model."""

    ITEM = "item"  # strengths and improvements
    RUBRIC = "rubric"
    NARRATIVE = "narrative"  # paragraphs
    NAME = "name"  # area names, headings of score tables, questions
    HEADING = "heading"  # headings of the narrative
    NUMBER = "number"  # points, max, percent, scores
    METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class FieldEvidence:
    """Signals of doubt about one Field; ``kind`` is its name in the report JSON (`strength`, `achieved`, `year`)."""

    family: Family
    kind: str
    # how it was read
    draft: float = 0.0  # doubt of the product that the stages know: one minus the drafted confidence
    misread: float = 0.0  # one minus the mean word confidence
    weakest_word: float = 0.0  # one minus the least word confidence
    doubtful_words: float = 0.0  # share of words that the reader doubted
    two_readings: float = 0.0  # share of words that the second reader read otherwise
    unknown_words: float = 0.0  # share of small-lettered words that no lexicon has
    odd_signs: float = 0.0  # share of words that are signs, or letters and digits mixed
    repaired: float = 0.0  # 1 where the value differs from what was read first
    page_doubt: float = 0.0  # one minus the page's mean confidence
    scanned: float = 0.0  # 1 where a picture was read
    # how it came to its place
    label: float = 0.0  # minus the natural logarithm of the classifier's probability, halved, at most 1
    unlike: float = 0.0  # one minus the likeness to what the taxonomy knows
    near_miss: float = 0.0  # 1 where few letters tell it from what the taxonomy knows
    known_wording: float = 0.0  # 1 where it reads like a question, a sub-area or a header of instrument or report
    apart: float = 0.0  # 1 where running text stands between it and its list, or its area's lists before it
    other_column: float = 0.0  # 1 where most of its list stands under another header or in another column
    other_size: float = 0.0  # difference of letter height and weight from its list's, at most 1
    other_indent: float = 0.0  # 1 where its text begins elsewhere than that of its list
    lonely: float = 0.0  # 1 where the area's other list is empty
    # whether it is one text, and all of it
    early_break: float = 0.0  # a line inside ends although the next word, a capital, had room: ems of it, at most 1
    early_break_low: float = 0.0  # the same before a small letter
    inner_mark: float = 0.0  # 1 where a line inside begins with a list mark or a sign read for one
    first_mark: float = 0.0  # 1 where a sign read for a list mark begins the text
    heading_inside: float = 0.0  # 1 where a line of it is a question or heading of the instrument
    full_before: float = 0.0  # 1 where the text before fills its last line and this one begins without a list mark
    full_after: float = 0.0  # the same of the text after this one
    stop_break: float = 0.0  # 1 where it goes on over a page or column break after a full stop: may be two texts
    cut: float = 0.0  # 1 where a page or column ends between it and a neighbour, and nothing says that they are two
    at_edge: float = 0.0  # how nearly full the line is on which it ends a page or column without a full stop
    starts_low: float = 0.0  # 1 where it begins in lower case and most of its list does not
    open_end: float = 0.0  # 1 where it ends on a word or sign that does not end a sentence
    end_unlike: float = 0.0  # 1 where it ends with a full stop and its list does not, or the other way round
    no_mark: float = 0.0  # 1 where it has no list mark and most of its list has
    joined: float = 0.0  # 1 where it was put together over a break
    long: float = 0.0  # doublings of the report's usual length for its kind, at most 3
    tiny: float = 0.0  # 1 below 12 letters
    repeated: float = 0.0  # 1 where a word stands twice running
    neighbour: float = 0.0  # the doubt that the text before it goes on in it, or it in the text after it
    crowd: float = 0.0  # 1 where its list has no other item, or far more than the report's other lists
    # what speaks for or against a number
    unconfirmed: float = 0.0  # 1 where no other number of the report agrees with it
    misfit: float = 0.0  # 1 where another number of its row or sum disagrees beyond rounding
    rival: float = 0.0  # share of the evidence that its best alternative has
    row_doubt: float = 0.0  # 1 where its row has no question, or one that stands twice
    table_doubt: float = 0.0  # 1 where its table lacks a total or has rows too many or too few
    # what the checks say
    failed: float = 0.0  # 1 where a failed check names it or what holds it
    warned: float = 0.0  # the same for a warning


SIGNALS = tuple(field.name for field in fields(FieldEvidence) if field.name not in ("family", "kind"))

# fmt: off
READ_SIGNALS = (
    "draft", "misread", "weakest_word", "doubtful_words", "two_readings", "unknown_words", "odd_signs", "repaired",
    "page_doubt", "scanned", "failed", "warned",
)
TEXT_SIGNALS = (
    *READ_SIGNALS, "label", "early_break", "early_break_low", "inner_mark", "first_mark", "heading_inside", "open_end",
    "joined", "long", "tiny", "repeated", "neighbour", "other_size", "starts_low", "full_before", "full_after", "cut",
    "at_edge", "stop_break", "apart", "known_wording",
)
LIST_SIGNALS = (
    *TEXT_SIGNALS, "other_column", "other_indent", "lonely", "end_unlike", "no_mark", "crowd",
)
NAME_SIGNALS = (
    *READ_SIGNALS, "label", "unlike", "near_miss", "repeated", "tiny", "long", "table_doubt", "first_mark",
    "open_end", "end_unlike",
)
USED: dict[Family, tuple[str, ...]] = {
    Family.ITEM: LIST_SIGNALS,
    Family.RUBRIC: (*LIST_SIGNALS, "unlike", "near_miss"),
    Family.NARRATIVE: TEXT_SIGNALS,
    Family.NAME: NAME_SIGNALS,
    Family.HEADING: NAME_SIGNALS,
    Family.NUMBER: (*READ_SIGNALS, "unconfirmed", "misfit", "rival", "row_doubt", "table_doubt"),
    Family.METADATA: (*READ_SIGNALS, "unlike", "repeated", "unconfirmed", "long", "tiny", "first_mark"),
}
"""The signals that each family's model looks at."""
# fmt: on

REASONS = {
    "draft": "stages-unsure",
    "misread": "read-badly",
    "weakest_word": "word-read-badly",
    "doubtful_words": "reader-doubted-words",
    "two_readings": "readers-differ-on-words",
    "unknown_words": "words-in-no-lexicon",
    "odd_signs": "signs-for-words",
    "repaired": "put-right-after-reading",
    "page_doubt": "page-read-badly",
    "scanned": "page-is-picture",
    "label": "kind-uncertain",
    "unlike": "unlike-known",
    "near_miss": "letters-from-known",
    "known_wording": "like-heading",
    "apart": "apart-from-kind",
    "other_column": "in-another-column",
    "other_size": "other-letters-than-list",
    "other_indent": "begins-elsewhere",
    "lonely": "other-list-empty",
    "early_break": "line-ends-early-two-texts",
    "early_break_low": "line-ends-early",
    "inner_mark": "mark-inside",
    "first_mark": "begins-with-sign",
    "heading_inside": "line-like-heading",
    "full_before": "may-be-rest",
    "full_after": "may-go-on",
    "stop_break": "goes-on-after-stop",
    "cut": "break-may-cut",
    "at_edge": "may-go-on-next-page",
    "starts_low": "lower-case-start",
    "open_end": "ends-mid-sentence",
    "end_unlike": "ends-unlike-list",
    "no_mark": "no-mark-unlike-list",
    "joined": "put-together-over-break",
    "long": "longer-than-kind",
    "tiny": "very-short",
    "repeated": "word-twice",
    "neighbour": "neighbour-may-be-part",
    "crowd": "list-length-unusual",
    "unconfirmed": "nothing-confirms",
    "misfit": "others-disagree",
    "rival": "another-reading-possible",
    "row_doubt": "row-without-question",
    "table_doubt": "table-incomplete",
    "failed": "a-check-failed",
    "warned": "a-check-warns",
}
"""The code of the reason that each signal is for a reviewer."""
