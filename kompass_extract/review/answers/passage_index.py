"""What a full-text index of passages answers, whether SQLite keeps it or PostgreSQL.

Both give the same candidates in the same order, so that one ranking over them gives the same answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from kompass_extract.model.tidy_rows import Row
from kompass_extract.review.answers import swedish_words
from kompass_extract.review.answers.choice_sql import Parameter

PassageRow = Mapping[str, Any]
"""A row of ``PASSAGE_COLUMNS`` with its ``id`` and ``stems``."""
Stems = tuple[str, ...]
Alternatives = Sequence[Stems]
"""Stems, or phrases of them, of which one must be there."""
Chosen = tuple[str, Sequence[Parameter]]
"""A condition over the columns of passages, with ``?`` for its parameters; "" allows all."""

MOST_OF_A_KIND = 40  # stems that are looked up for one word and kind of match, the most frequent first
PASSAGE_COLUMNS = (
    "report_id", "municipality", "municipality_code", "county", "year", "edition", "area", "kind", "section",
    "position", "page", "text", "needs_review", "score", "score_needs_review",
)  # fmt: skip


Candidate = tuple[int, int, str]
"""A passage that may answer: its number, its year, and its stems with blanks between."""


class PassageIndex(Protocol):
    """A full-text index over the archive's passages."""

    def is_empty(self) -> bool:
        """Whether no report is in it."""

    def size(self) -> int:
        """Return about how many passages there are: the highest number that one has."""

    def ending(self, stem: str) -> list[str]:
        """Return the stems that end so, the most frequent first."""

    def beginning(self, stem: str) -> list[str]:
        """Return the stems that begin so, the most frequent first."""

    def unaccented(self, letters: str) -> list[str]:
        """Return the stems that are so without the signs of å, ä and ö, the most frequent first."""

    def counts(self, stems: Sequence[str]) -> dict[str, int]:
        """Return in how many passages each stem is; those that are in none are left out."""

    def matched(
        self, terms: Sequence[Alternatives], chosen: Chosen, *, every_term: bool, limit: int
    ) -> list[Candidate]:
        """Return the first passages, by number, that have every term, or any of them."""

    def rows(self, ids: Sequence[int]) -> list[PassageRow]:
        """Return the passages of these numbers, in any order."""

    def find(self, report_id: str, area: int, kind: str, place: tuple[int | None, int]) -> PassageRow | None:
        """Return the passage at a place (section and position) of a report, None where there is none."""


def passages_of(made: Mapping[str, Sequence[Row]]) -> list[tuple[Row, list[str]]]:
    """Return the passages of a report's tidy rows, each with its stems."""
    scores = {row["area"]: row for row in made["areas"]}
    found: list[tuple[Row, list[str]]] = []
    for row in (*made["items"], *({**row, "kind": "narrative"} for row in made["paragraphs"])):
        if row["text"]:
            area = scores[row["area"]]
            about: Row = {
                "section": None, **row, "score": area["score"], "score_needs_review": area["needs_review"],
            }  # fmt: skip
            found.append((about, swedish_words.stems(str(row["text"]))))
    return found


def after(prefix: str) -> str:
    """Return the first text that sorts after all texts with this beginning."""
    return prefix[:-1] + chr(ord(prefix[-1]) + 1)
