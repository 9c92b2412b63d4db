"""All passages of the index one by one, for those who make an index of their own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from kompass_extract.review.answers.view_queries import PLACE_KEY


@dataclass(frozen=True, slots=True)
class Passage:
    """A strength, improvement area or paragraph; ``place`` is the key of its municipality's page.

    ``place_in_list`` is the last part of its key: ``2``, or ``1.2`` for the second paragraph of the first section.
    """

    report_id: str
    place: str
    municipality: str | None
    county: str | None
    year: int | None
    edition: str | None
    area: int
    kind: str
    place_in_list: str
    page: int | None
    text: str
    needs_review: bool
    score: float | None
    score_needs_review: bool


def stream_passages(connection: sqlite3.Connection, *, once: bool = False) -> Iterator[Passage]:
    """Yield every passage in the order that equal hits of the search have.

    ``once`` leaves out the readings of an evaluation that another stands for, as the search does.
    """
    chosen = "WHERE report_id IN (SELECT report_id FROM reports WHERE counts) " if once else ""
    rows = connection.execute(
        f"SELECT report_id, {PLACE_KEY} AS place, municipality, county, year, edition, area, kind, section, position, "
        f"page, text, needs_review, score, score_needs_review FROM passages {chosen}ORDER BY id"
    )
    for row in rows:
        section = f"{row['section']}." if row["section"] is not None else ""
        yield Passage(
            row["report_id"], row["place"], row["municipality"], row["county"], row["year"], row["edition"],
            row["area"], row["kind"], f"{section}{row['position']}", row["page"], row["text"],
            bool(row["needs_review"]), row["score"], bool(row["score_needs_review"]),
        )  # fmt: skip
