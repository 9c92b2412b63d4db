"""What is known of the instrument before any report is read: editions, questions, headers, municipalities.

``load_taxonomy`` gives one frozen object over the data files; its methods take text as read, damaged letters
included, and give what it names with a score, or None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kompass_extract.taxonomy import decide, headers, headings, match
from kompass_extract.taxonomy.decide import AreaEvidence, EditionDecision, EditionEvidence, QuestionEvidence
from kompass_extract.taxonomy.editions import (
    Concept,
    Edition,
    EditionArea,
    Question,
    load_concepts,
    load_earlier,
    load_editions,
)
from kompass_extract.taxonomy.headers import HeaderRole
from kompass_extract.taxonomy.headings import AreaHeading
from kompass_extract.taxonomy.match import QuestionMatch, RowQuery
from kompass_extract.taxonomy.municipalities import (
    Mention,
    Municipalities,
    Municipality,
    MunicipalityMatch,
    load_municipalities,
)

__all__ = [
    "AreaEvidence",
    "AreaHeading",
    "Concept",
    "Edition",
    "EditionArea",
    "EditionDecision",
    "EditionEvidence",
    "HeaderRole",
    "Mention",
    "Municipalities",
    "Municipality",
    "MunicipalityMatch",
    "Question",
    "QuestionEvidence",
    "QuestionMatch",
    "RowQuery",
    "Taxonomy",
    "load_taxonomy",
]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """All editions, concepts and municipalities, and the questions asked of them.

    ``editions`` are those of the report JSON; ``earlier`` are known by their area names alone.  ``titles`` are those
    that one report made up for its lists, folded, each with its role.
    """

    editions: tuple[Edition, ...]
    concepts: tuple[Concept, ...]
    municipalities: Municipalities
    earlier: tuple[Edition, ...] = ()
    titles: tuple[tuple[str, HeaderRole], ...] = ()

    def with_titles(self, titles: Mapping[str, str]) -> Taxonomy:
        """The taxonomy that knows these titles of a report's own, too."""
        return replace(self, titles=tuple((title, HeaderRole(role)) for title, role in titles.items()))

    def area_heading(self, text: str) -> AreaHeading | None:
        """The area whose chapter ``text`` heads (`Område 3 …`), contents lines included; None for prose."""
        return headings.area_heading(text, self.editions, self.earlier)

    def score_table_heading(self, text: str) -> AreaHeading | None:
        """The area whose score table ``text`` heads (`3. …`, with or without column heads)."""
        return headings.score_table_heading(text, self.editions, self.earlier)

    def table_title(self, text: str) -> AreaHeading | None:
        """The area whose name ``text`` is, as titles over score tables print it, with or without its number."""
        return headings.table_title(text, self.editions, self.earlier)

    def header_role(self, text: str) -> HeaderRole | None:
        """What a list's, table's or column's header announces; None for anything else."""
        return headers.header_role(text, dict(self.titles))

    def decide_edition(self, evidence: EditionEvidence) -> EditionDecision:
        """The edition that the evidence speaks for, with confidence, runner-up and reasons."""
        return decide.decide_edition(evidence, self.editions, self.earlier)

    def match_question(
        self,
        text: str,
        *,
        edition: str | None,
        form: str | None = None,
        area: int | None = None,
        number: str | None = None,
        max_points: float | None = None,
    ) -> QuestionMatch:
        """The question of one row by itself; ``edition`` None or 2010 leaves it unmatched."""
        row = RowQuery(text, number, max_points, area)
        candidates = [q for q in self.questions(edition, form) if area is None or q.area == area]
        return match.match_row(row, candidates)

    def match_rows(
        self, rows: Sequence[RowQuery], *, edition: str | None, form: str | None = None
    ) -> list[QuestionMatch]:
        """One match per row in the rows' order, no question twice within an area."""
        return match.match_rows(rows, self.questions(edition, form))

    def questions(self, edition: str | None, form: str | None = None) -> tuple[Question, ...]:
        """The questions of an edition; of both its forms when ``form`` is None."""
        return tuple(
            question
            for known in self.editions
            if known.name == edition and (form is None or known.form is None or known.form == form)
            for question in known.questions
        )

    def area_names(self, number: int) -> tuple[str, ...]:
        """What the area of that number is called in any edition, the earlier ones included."""
        found = (name for known in (*self.editions, *self.earlier) for name in known.area(number).names)
        return tuple(dict.fromkeys(found))

    def area_id(self, edition: str | None, number: int) -> str | None:
        """`2016/3`; None for an unknown edition or a number outside of 1..8."""
        known = any(candidate.name == edition for candidate in self.editions)
        return f"{edition}/{number}" if known and 1 <= number <= 8 else None

    def concept(self, concept_id: str) -> Concept:
        """The concept of that id; KeyError when there is none."""
        for concept in self.concepts:
            if concept.id == concept_id:
                return concept
        raise KeyError(concept_id)


@lru_cache(maxsize=1)
def load_taxonomy() -> Taxonomy:
    """The taxonomy of the package's data files, read once."""
    return Taxonomy(load_editions(), load_concepts(), load_municipalities(), load_earlier())
