"""The evidence about every Field of a drafted report, by its JSON pointer.

It is gathered when the whole report is there, since what speaks for a value is mostly beside it: the other items of
its list, the other numbers of its row, the page, the checks.  Nothing is changed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from statistics import median

from kompass_extract.content.joining import SENTENCE_END
from kompass_extract.model.document import Knows, LabelledBlock, Page
from kompass_extract.model.report import Area, Check, NumberField, Report, TextField
from kompass_extract.report.confidence.block_places import FieldSource, PlaceIndex, RightEdges
from kompass_extract.report.confidence.evidence import Family, FieldEvidence
from kompass_extract.report.confidence.list_evidence import Member, apart, crowded, list_signals
from kompass_extract.report.confidence.metadata_evidence import metadata_evidence
from kompass_extract.report.confidence.number_evidence import (
    EditionPoints,
    area_numbers,
    overview_numbers,
    scores_in_overview,
    total_number,
)
from kompass_extract.report.confidence.slips import WordCosts
from kompass_extract.report.confidence.text_evidence import page_signals, read_signals, unity_signals
from kompass_extract.report.confidence.wording_evidence import Wordings, name_doubt, signs_differ, wording_doubts
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.known_names import is_known_name

_WORD, _LONG_WORD = 3.0, 9.0  # letter heights that a short word takes, and a long one
_SELDOM = 0.5  # share of a report's areas, 0..1, up to which an order of their parts is unusual
_REPEATED = 2  # other areas in which a heading stands that is one of the report's usual ones
_NEARLY_ALL = 0.85  # share, 0..1

TOTALS = ("Totalt", "Summa", "Total", "Totalpoäng")
"""Usual labels of the row of totals."""
MOST_INITIAL = 2  # letters, with a full stop
EXACT_KINDS = frozenset({"area_name", "table_heading", "evaluator_name"})
"""Kinds that one wrong letter makes wrong: a letter or a sign from a known wording is a doubt of its own."""

Found = tuple[str, FieldEvidence]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside the report: words, and the instrument's wordings."""

    taxonomy: Taxonomy
    knows: Knows | None = None
    words: WordCosts | None = None


def gather(
    report: Report, blocks: Sequence[LabelledBlock], pages: Sequence[Page], known: Known
) -> dict[str, FieldEvidence]:
    """The evidence of every Field of ``report`` that has a model; Fields that stand for nothing are left out."""
    gatherer = _Gatherer(report, blocks, pages, known)
    found = dict(gatherer.all())
    named = _named_by_checks(report.checks)
    return {pointer: _with_checks(evidence, pointer, named) for pointer, evidence in found.items()}


class _Gatherer:
    """Walks one report."""

    def __init__(self, report: Report, blocks: Sequence[LabelledBlock], pages: Sequence[Page], known: Known) -> None:
        self._report = report
        self._index = PlaceIndex(blocks, pages)
        self._known = known
        self._edges = RightEdges(blocks)
        self._wordings = Wordings(known.taxonomy, _own_wordings(report))
        self._knows = lru_cache(maxsize=None)(known.knows) if known.knows is not None else None

    def all(self) -> Iterator[Found]:
        yield from self._metadata()
        for index, area in enumerate(self._report.areas):
            yield from self._area(area, f"/areas/{index}")
        for pointer, number, evidence in overview_numbers(self._report.area_scores_overview, self._report.areas):
            yield pointer, self._number(number, evidence)
        for index, row in enumerate(self._report.area_scores_overview):
            names = self._wordings.names(row.number) if row.number is not None else TOTALS
            yield f"/area_scores_overview/{index}/label", self._name("label", row.label, names)

    def _area(self, area: Area, at: str) -> Iterator[Found]:
        lists = {"strengths": area.strengths, "improvements": area.improvements}
        for name, items in lists.items():
            lonely = any(not other for key, other in lists.items() if key != name)
            yield from self._list(name.removesuffix("s"), items, f"{at}/{name}", lonely=lonely)
        yield from self._rubrics(area, at)
        paragraphs = [
            (f"{at}/narrative/{section}/paragraphs/{index}", field)
            for section, one in enumerate(area.narrative)
            for index, field in enumerate(one.paragraphs)
        ]
        after = self._after_lists(paragraphs, area)
        for pointer, evidence in self._members("paragraph", Family.NARRATIVE, paragraphs, self._usual["paragraph"]):
            yield pointer, replace(evidence, apart=float(pointer in after))
        for index, section in enumerate(area.narrative):
            if section.heading.value:
                evidence = self._name("section", section.heading, self._headings(area))
                yield f"{at}/narrative/{index}/heading", replace(evidence, family=Family.HEADING, unlike=0.0)
        yield from self._names(area, at)
        elsewhere = scores_in_overview(self._report.area_scores_overview, area.number)
        for pointer, number, evidence in area_numbers(area, at, self._edition, elsewhere):
            if number.value is not None or number.needs_review:
                yield pointer, self._number(number, evidence)

    def _list(self, kind: str, items: Sequence[TextField], at: str, *, lonely: bool) -> Iterator[Found]:
        placed = [(f"{at}/{index}", field) for index, field in enumerate(items)]
        crowd = crowded(len(items), self._usual["items"])
        for pointer, evidence in self._members(kind, Family.ITEM, placed, self._usual["item"]):
            yield pointer, replace(evidence, lonely=float(lonely), crowd=crowd)

    def _rubrics(self, area: Area, at: str) -> Iterator[Found]:
        placed = [(f"{at}/rubrics/{index}", field) for index, field in enumerate(area.rubrics)]
        wordings = self._wordings.of_area(area.number)
        crowd = crowded(len(placed), self._usual["rubrics"])
        members = self._members("rubric", Family.RUBRIC, placed, self._usual["rubric"])
        for (pointer, evidence), (_, field) in zip(members, placed, strict=True):
            unlike, near = wording_doubts(field.value or "", wordings)
            yield pointer, replace(evidence, unlike=unlike, near_miss=near, crowd=crowd)

    def _members(
        self, kind: str, family: Family, placed: Sequence[tuple[str, TextField]], usual: float
    ) -> Iterator[Found]:
        members = []
        for _, field in placed:
            source = self._index.text_source(field)
            start = FieldEvidence(family, kind, draft=1 - field.confidence)
            evidence = unity_signals(
                self._read(start, source), field.value or "", source, self._edges, sentences=family is Family.NARRATIVE
            )
            evidence = replace(
                evidence,
                at_edge=self._at_edge(field.value or "", source),
                heading_inside=float(
                    len(source.lines) > 1 and any(self._wordings.is_line(one.line.text) for one in source.lines)
                ),
            )
            if family is not Family.RUBRIC:
                evidence = replace(evidence, known_wording=self._wordings.known(field.value or ""))
            members.append(Member(field.value or "", source, evidence))
        made = list_signals(members, self._edges, usual_length=usual)
        if family is not Family.NARRATIVE:
            away = apart(members, self._index.separated)
            made = [replace(evidence, apart=far) for evidence, far in zip(made, away, strict=True)]
        yield from zip((pointer for pointer, _ in placed), made, strict=True)

    def _after_lists(self, paragraphs: Sequence[tuple[str, TextField]], area: Area) -> set[str]:
        """The paragraphs that stand after their area's lists in a report whose paragraphs mostly stand before them."""
        after, count = self._paragraphs_after
        if not count or after > _SELDOM * count:
            return set()
        last = self._last_item(area)
        return {pointer for pointer, field in paragraphs if last is not None and self._index.follows(field, last)}

    def _last_item(self, area: Area) -> TextField | None:
        items = [*area.strengths, *area.improvements]
        return max(items, key=self._index.order, default=None)

    @cached_property
    def _paragraphs_after(self) -> tuple[int, int]:
        """How many areas have paragraphs after their lists, and how many have both."""
        both = [
            (last, [text for section in area.narrative for text in section.paragraphs])
            for area in self._report.areas
            if area.narrative and (last := self._last_item(area)) is not None
        ]
        return sum(any(self._index.follows(text, last) for text in texts) for last, texts in both), len(both)

    def _at_edge(self, text: str, source: FieldSource) -> float:
        """How nearly full the line is on which a text ends its page or column in the middle, 0..1."""
        if not source.lines or SENTENCE_END.search(text):
            return 0.0
        last = source.lines[-1]
        room = self._edges(last.labelled, last.line) - last.line.box.x1
        if not self._index.lowest(last.labelled.block):
            return 0.0
        words = room / max(last.labelled.block.size, 1.0)
        return min(1.0, max(0.0, (_LONG_WORD - words) / (_LONG_WORD - _WORD)))

    def _names(self, area: Area, at: str) -> Iterator[Found]:
        names = self._wordings.names(area.number)
        table = area.score_table
        signs = signs_differ(area.name.value or "", table.heading.value or "")  # one of them lost its dash
        for pointer, kind, field in (
            (f"{at}/name", "area_name", area.name),
            (f"{at}/score_table/heading", "table_heading", table.heading),
        ):
            if field.value is not None:
                evidence = self._name(kind, field, names)
                pages = [place.page for place in field.evidence]
                lost = signs * page_signals(evidence, pages, self._index).scanned  # authors write it both ways
                yield pointer, replace(evidence, near_miss=max(evidence.near_miss, lost))
        for index, row in enumerate(table.rows):
            if row.question.value is None:
                continue
            wordings = self._wordings.of_question(row.question_id)
            yield f"{at}/score_table/rows/{index}/question", self._name("question", row.question, wordings)

    def _name(self, kind: str, field: TextField, wordings: Sequence[str]) -> FieldEvidence:
        source, text = self._index.text_source(field), field.value or ""
        unlike, near = wording_doubts(text, wordings)
        near = name_doubt(text, wordings) if kind in EXACT_KINDS else near
        start = FieldEvidence(Family.NAME, kind, draft=1 - field.confidence, unlike=unlike, near_miss=near)
        evidence = unity_signals(start, text, source, self._edges, sentences=False)
        if kind == "question":
            evidence = replace(evidence, end_unlike=float(self._questions_ask and not text.rstrip().endswith("?")))
        if wordings and unlike == 0 and not near:  # as it is known: however badly it was printed, it was read
            return replace(evidence, draft=evidence.label)
        return self._read(evidence, source)

    @cached_property
    def _questions_ask(self) -> bool:
        """Whether nearly all of the report's questions end with a question mark."""
        texts = [row.question.value or "" for area in self._report.areas for row in area.score_table.rows]
        return sum(text.rstrip().endswith("?") for text in texts) >= _NEARLY_ALL * max(1, len(texts))

    def _headings(self, own: Area) -> list[str]:
        """Headings of sections as the instrument or most other areas of the report have them."""
        others = Counter(
            section.heading.value for area in self._report.areas if area is not own for section in area.narrative
        )
        repeated = [heading for heading, count in others.items() if heading and count >= _REPEATED]
        return [*repeated, *self._wordings.of_area(own.number)]

    def _number(self, field: NumberField, evidence: FieldEvidence) -> FieldEvidence:
        repaired = evidence.repaired
        made = read_signals(evidence, self._index.number_words(field), None)
        return page_signals(replace(made, repaired=repaired), [place.page for place in field.evidence], self._index)

    def _read(self, evidence: FieldEvidence, source: FieldSource) -> FieldEvidence:
        return page_signals(read_signals(evidence, source.words, self._knows), source.pages, self._index)

    def _metadata(self) -> Iterator[Found]:
        info = self._report.report
        for pointer, field, evidence in metadata_evidence(info):
            read = evidence if evidence.kind == "edition" else self._read(evidence, self._index.text_source(field))
            doubt = evidence.kind == "evaluator_name" and self._is_uncertain_name(str(field.value), read)
            yield pointer, replace(read, near_miss=float(doubt))
        if info.total.value is not None:
            yield "/report/total", self._number(info.total, total_number(info.total, self._report.areas))

    def _is_uncertain_name(self, text: str, read: FieldEvidence) -> bool:
        """Whether nothing but its picture, or damaged letters, says how a name is spelt: no list of words has it."""
        words = [word for word in text.replace("-", " ").split() if len(word) > MOST_INITIAL]
        strange = [word for word in words if not is_known_name(word)]
        unknown = self._knows is not None and not all(map(self._knows, strange))
        return (bool(read.repaired) and (read.two_readings > 0 or unknown)) or (read.scanned > 0 and unknown)

    @cached_property
    def _edition(self) -> EditionPoints:
        edition = self._report.report.edition.value
        max_points: dict[str, frozenset[int]] = {}
        counts: dict[int, frozenset[int]] = {}
        for known in self._known.taxonomy.editions:
            if known.name != edition:
                continue
            for area in known.areas:
                if area.questions:
                    counts[area.number] = counts.get(area.number, frozenset()) | {len(area.questions)}
                for question in area.questions:
                    most = max_points.get(question.number, frozenset())
                    max_points[question.number] = most | {question.max_points}
        return EditionPoints(max_points, counts)

    @cached_property
    def _usual(self) -> dict[str, float]:
        """The usual length of texts, in letters, and of lists, in items."""
        areas = self._report.areas
        items = [item for area in areas for item in (*area.strengths, *area.improvements)]
        paragraphs = [text for area in areas for section in area.narrative for text in section.paragraphs]
        return {
            "item": _median(len(item.value or "") for item in items),
            "items": _median(len(one) for area in areas for one in (area.strengths, area.improvements)),
            "rubric": _median(len(rubric.value or "") for area in areas for rubric in area.rubrics),
            "rubrics": _median(len(area.rubrics) for area in areas),
            "paragraph": _median(len(text.value or "") for text in paragraphs),
        }


def _own_wordings(report: Report) -> list[str]:
    """The report's own sub-areas and questions."""
    texts = [rubric.value for area in report.areas for rubric in area.rubrics]
    texts += [row.question.value for area in report.areas for row in area.score_table.rows]
    return [text for text in texts if text]


def _named_by_checks(checks: Sequence[Check]) -> dict[str, set[str]]:
    """The pointers that checks name which did not pass, by status."""
    named: dict[str, set[str]] = {"failed": set(), "warning": set()}
    for check in checks:
        if check.status != "ok":
            named[check.status].update(check.fields)
    return named


def _with_checks(evidence: FieldEvidence, pointer: str, named: dict[str, set[str]]) -> FieldEvidence:
    def holds(status: str) -> bool:
        return any(f"{pointer}/".startswith(f"{one}/") for one in named[status])

    return replace(evidence, failed=float(holds("failed")), warned=float(holds("warning")))


def _median(values: Iterable[int]) -> float:
    return float(median(list(values) or [1]))
