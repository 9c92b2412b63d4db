"""A gold report as the pieces that a layout sets: what stands in it, in which order and in which columns.

Each ``PiecePlan`` is one imaginary template.  They differ in what the domain says that reports differ in, and
in the accidents that layout analysis has with them, so that no single cue can be relied on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kompass_extract.model.document import BlockKind, Form
from kompass_extract.training.fit_labels.gold_strings import (
    AreaStrings,
    ReportStrings,
    SectionStrings,
    is_contents_entry,
    is_front_heading,
)

STRENGTH_HEADS = ("Styrkor", "STYRKOR", "Styrkor", "Starka sidor", "Styrkor:")
IMPROVEMENT_HEADS = (
    "Förbättringsmöjligheter",
    "FÖRBÄTTRINGSOMRÅDEN",
    "Förbättringsområden",
    "Förbättringsmöjligheter",
    "Utvecklingsområden",
)
RUBRIC_HEADS = ("Rubriker", "Utvärderade delområden", "Delområden", "Rubriker")
LISTED_CHARACTERS = 120  # a shorter paragraph without a full stop was an item of a list in the narrative
SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-ZÅÄÖ])")


@dataclass(frozen=True, slots=True)
class GoldPiece:
    """One block to set: its truth and its look; ``level`` names its type style."""

    text: str
    kind: BlockKind
    area: int | None
    level: str = "body"
    form: Form = Form.PARAGRAPH
    region: str = ""
    column: tuple[int, int] | None = None  # index, count
    header: str = ""
    cells: tuple[str, ...] = ()
    continues: bool = False
    page_break: bool = False  # a page begins with this piece


@dataclass(frozen=True, slots=True)
class PiecePlan:
    """The choices of one imaginary template; shares and rates are 0..1."""

    columns: bool  # the two lists side by side, or one after the other
    rubric_table: bool
    rubric_questions: bool  # the score overview's questions stand for the sub-areas
    score_with_lists: bool
    score_with_head: bool  # one block: "Poäng 65"
    strength_head: str
    improvement_head: str
    rubric_head: str
    header_known: float  # share of blocks whose governing header layout found
    capitals: bool  # section headings
    head_lost: float  # share of list headers that were not read at all
    area_head_lost: float
    head_repeats: bool
    list_breaks: float
    interleaved: bool
    improvements_first: bool
    narrative_lists: float
    percent: bool
    table_head_row: bool
    rows_broken: float
    contents: bool
    contents_rows: bool  # layout took the list of contents for a grid
    closing_after_lists: bool


def draw_plan(rng: random.Random) -> PiecePlan:
    """A template by chance."""
    return PiecePlan(
        columns=rng.random() < 0.65,
        rubric_table=rng.random() < 0.6,
        rubric_questions=rng.random() < 0.25,
        score_with_lists=rng.random() < 0.35,
        score_with_head=rng.random() < 0.4,
        strength_head=rng.choice(STRENGTH_HEADS),
        improvement_head=rng.choice(IMPROVEMENT_HEADS),
        rubric_head=rng.choice(RUBRIC_HEADS),
        header_known=rng.choice((0.0, 0.6, 0.95, 1.0)),
        capitals=rng.random() < 0.15,
        head_lost=rng.choice((0.0, 0.0, 0.05, 0.15, 0.5)),
        area_head_lost=rng.choice((0.0, 0.0, 0.06)),
        head_repeats=rng.random() < 0.4,
        list_breaks=rng.choice((0.2, 0.5, 0.8)),
        interleaved=rng.random() < 0.15,
        improvements_first=rng.random() < 0.04,
        narrative_lists=rng.choice((0.0, 0.0, 0.1, 0.2)),
        percent=rng.random() < 0.6,
        table_head_row=rng.random() < 0.6,
        rows_broken=rng.choice((0.0, 0.05, 0.15)),
        contents=rng.random() < 0.85,
        contents_rows=rng.random() < 0.25,
        closing_after_lists=rng.random() < 0.5,
    )


def compose(report: ReportStrings, plan: PiecePlan, rng: random.Random) -> list[GoldPiece]:
    """The report's pieces in reading order."""
    pieces = list(_front(report, plan, rng))
    chapter4 = [piece for piece in pieces if piece.text[:1] == "4" and piece.level == "chapter"]
    closing = pieces[pieces.index(chapter4[0]) :] if chapter4 else []
    pieces = pieces[: len(pieces) - len(closing)]
    for area in report.areas:
        pieces.extend(_area(area, plan, rng))
    pieces.extend(closing)
    for area in report.areas:
        pieces.extend(_table(area, plan, rng))
    return pieces


def _front(report: ReportStrings, plan: PiecePlan, rng: random.Random) -> Iterator[GoldPiece]:
    front = BlockKind.FRONT_MATTER
    names = frozenset(area.name for area in report.areas)
    charts = False
    for number, text in enumerate(report.front_matter):
        entry = is_contents_entry(text)
        if not plan.contents and (entry or text == "Innehåll"):
            continue
        if is_front_heading(text):
            level = "chapter" if text[0].isdigit() or text == "Innehåll" else "head"
            yield GoldPiece(text, BlockKind.HEADING, None, level, page_break=text[0].isdigit() and rng.random() < 0.4)
            charts = charts or text.startswith("Sammanfattning")
            continue
        if number < 2 and not entry:
            yield GoldPiece(text, front, None, "title" if rng.random() < 0.7 else "body")
            continue
        bullet = len(text) < 110 and (text.strip(". ") in names or text[0].islower() or len(text.split()) <= 5)
        if entry:
            yield _contents_entry(text, plan, rng)
        else:
            form = Form.ITEM if bullet and rng.random() < 0.85 else Form.PARAGRAPH
            yield GoldPiece(text, front, None, form=form)
        if charts and rng.random() < 0.5:
            yield from _chart(report, rng)
            yield from _overview(report, rng)
            charts = False


def _contents_entry(text: str, plan: PiecePlan, rng: random.Random) -> GoldPiece:
    """A contents entry with dots, without, without its page number, or as a grid row."""
    name, _, page = text.replace("\t", " ").rpartition(" ")
    name = name.rstrip(". ")
    if plan.contents_rows:
        return GoldPiece(f"{name} {page}", BlockKind.FRONT_MATTER, None, form=Form.ROW, cells=(name, page))
    dots = "." * rng.randint(4, 60)
    shown = rng.choice((f"{name} {page}", f"{name} {dots} {page}", f"{name}{dots}{page}", name))
    return GoldPiece(shown, BlockKind.FRONT_MATTER, None)


def _chart(report: ReportStrings, rng: random.Random) -> Iterator[GoldPiece]:
    words = [str(value) for value in range(0, 101, rng.choice((10, 20, 25)))]
    words += [area.name[: rng.randint(8, 40)] for area in report.areas]
    words += [report.municipality, "Medel", "Genomsnitt", f"{report.municipality} {report.published_year}", "Maxpoäng"]
    words += [str(area.printed_score) for area in report.areas]
    rng.shuffle(words)
    for text in words[: rng.randint(3, len(words))]:
        form = Form.FIGURE if rng.random() < 0.75 else rng.choice((Form.PARAGRAPH, Form.PARAGRAPH, Form.ROW))
        yield GoldPiece(text, BlockKind.FIGURE, None, "caption", form)


def _overview(report: ReportStrings, rng: random.Random) -> Iterator[GoldPiece]:
    year = report.published_year
    rows = [(row.number, row.label, list(row.values.values())) for row in report.area_scores_overview]
    if not rows and rng.random() < 0.5:
        rows = [(area.number, area.name, [area.printed_score, rng.randint(30, 80)]) for area in report.areas]
        rows.append(
            (None, rng.choice(("Totalt", "Summa")), [sum(row[2][0] or 0 for row in rows), rng.randint(300, 600)])
        )
    if not rows:
        return
    heads = (f"{report.municipality} {year}", f"{report.municipality} {year - 4}", "Medel")[: len(rows[0][2])]
    for cells in [("", *heads), *((f"{n or ''} {name}".strip(), *map(str, values)) for n, name, values in rows)]:
        yield GoldPiece(" ".join(cells).strip(), BlockKind.SCORE_TABLE, None, "cell", Form.ROW, cells=cells)


def _area(area: AreaStrings, plan: PiecePlan, rng: random.Random) -> Iterator[GoldPiece]:
    number = area.number
    if rng.random() >= plan.area_head_lost:
        heading = rng.choice(
            (f"Område {number} {area.name}",) * 5
            + (f"Område {number}: {area.name}", f"{number}. {area.name}", f"3.{number} Område {number} {area.name}")
        )
        yield GoldPiece(heading, BlockKind.HEADING, number, "area", page_break=rng.random() < 0.5)
    score = None if plan.score_with_lists else area.printed_score
    opening = list(_sections(area.narrative[:1], number, plan, rng))
    rubrics = list(_rubrics(area, score, plan, rng))
    yield from rubrics + opening if plan.rubric_table else opening + rubrics
    sections = area.narrative[1:]
    after = plan.closing_after_lists and len(sections) > 1
    yield from _sections(sections[:-1] if after else sections, number, plan, rng)
    if plan.score_with_lists and area.printed_score is not None:
        if plan.score_with_head:
            yield GoldPiece(f"Poäng {area.printed_score}", BlockKind.SCORE_TABLE, number, "head")
        else:
            yield GoldPiece("Poäng", BlockKind.HEADING, number, "head")
            yield GoldPiece(str(area.printed_score), BlockKind.SCORE_TABLE, number, "number")
    yield from _lists(area, plan, rng)
    if after:
        yield from _sections(sections[-1:], number, plan, rng)


def _rubrics(area: AreaStrings, score: int | None, plan: PiecePlan, rng: random.Random) -> Iterator[GoldPiece]:
    number, region = area.number, f"rubrics{area.number}" if plan.rubric_table else ""
    left = (0, 2) if plan.rubric_table else None
    right = (1, 2) if plan.rubric_table else None
    known = plan.rubric_head if rng.random() < plan.header_known else ""
    form = Form.ITEM if rng.random() < 0.85 else Form.PARAGRAPH
    names = tuple(row.question.rstrip("?") for row in area.score_table.rows) if plan.rubric_questions else area.rubrics
    items = [GoldPiece(text, BlockKind.RUBRIC, number, "item", form, region, left, known) for text in names]
    numbers: list[GoldPiece] = []
    if score is not None:
        head = GoldPiece("Poäng", BlockKind.HEADING, number, "head", Form.PARAGRAPH, region, right)
        big = GoldPiece(str(score), BlockKind.SCORE_TABLE, number, "number", Form.PARAGRAPH, region, right, "Poäng")
        numbers = [head, big] if rng.random() < 0.9 else [big]
    title = GoldPiece(plan.rubric_head, BlockKind.HEADING, number, "head", Form.PARAGRAPH, region, left)
    yield from [] if rng.random() < plan.head_lost else [title]
    place = rng.choice((0, len(items), rng.randint(0, len(items))))
    yield from items[:place] + numbers + items[place:]


def _sections(
    sections: tuple[SectionStrings, ...], area: int, plan: PiecePlan, rng: random.Random
) -> Iterator[GoldPiece]:
    for section in sections:
        if section.heading and rng.random() > 0.03:
            heading = section.heading.upper() if plan.capitals else section.heading
            yield GoldPiece(heading, BlockKind.HEADING, area, "head")
        for text in section.paragraphs:
            sentences = SENTENCE.split(text)
            if len(sentences) > 2 and rng.random() < plan.narrative_lists:
                yield GoldPiece(sentences[0], BlockKind.NARRATIVE, area)
                for sentence in sentences[1:]:
                    yield GoldPiece(sentence, BlockKind.NARRATIVE, area, "item", Form.ITEM)
            else:
                listed = len(text) < LISTED_CHARACTERS and not text.endswith((".", ":", "?"))
                form = Form.ITEM if listed and rng.random() < 0.7 else Form.PARAGRAPH
                yield GoldPiece(text, BlockKind.NARRATIVE, area, "item" if listed else "body", form)


def _lists(area: AreaStrings, plan: PiecePlan, rng: random.Random) -> Iterator[GoldPiece]:
    lists = [
        (plan.strength_head, BlockKind.STRENGTH, list(area.strengths)),
        (plan.improvement_head, BlockKind.IMPROVEMENT, list(area.improvements)),
    ]
    if plan.improvements_first:
        lists.reverse()
    if plan.columns:
        yield from _side_by_side(area.number, lists, plan, rng)
        return
    for title, kind, items in lists:
        lost = rng.random() < plan.head_lost
        header = "" if lost else title
        if not lost:
            yield GoldPiece(title, BlockKind.HEADING, area.number, "head")
        for text in items:
            known = header if rng.random() < plan.header_known else ""
            yield GoldPiece(text, kind, area.number, "item", Form.ITEM, header=known)


def _side_by_side(
    area: int, lists: list[tuple[str, BlockKind, list[str]]], plan: PiecePlan, rng: random.Random
) -> Iterator[GoldPiece]:
    cut = rng.uniform(0.15, 0.85) if rng.random() < plan.list_breaks else 1.0
    lost = rng.random() < plan.head_lost
    halves = [_cut(items, cut, rng) for _, _, items in lists]
    for part in (0, 1):
        if part and cut == 1.0:
            return
        region = f"lists{area}.{part}"
        headed = not lost and (part == 0 or plan.head_repeats)
        carried = not lost and (headed or rng.random() < 0.8)
        flows: list[list[GoldPiece]] = []
        for index, (title, kind, _) in enumerate(lists):
            column = (index, 2)
            flow = [GoldPiece(title, BlockKind.HEADING, area, "head", Form.PARAGRAPH, region, column)] if headed else []
            for text, rest in halves[index][part]:
                known = title if carried and rng.random() < plan.header_known else ""
                flow.append(GoldPiece(text, kind, area, "item", Form.ITEM, region, column, known, continues=rest))
            flows.append(flow)
        merged = _interleave(flows) if plan.interleaved else [piece for flow in flows for piece in flow]
        if part and merged:
            merged[0] = replace(merged[0], page_break=True)
        yield from merged


def _cut(items: list[str], share: float, rng: random.Random) -> tuple[list[tuple[str, bool]], list[tuple[str, bool]]]:
    """The items on the first and on the second page, each with whether it goes on from the first."""
    place = round(len(items) * share)
    first, second = [(text, False) for text in items[:place]], [(text, False) for text in items[place:]]
    words = items[place].split() if second else []
    if len(words) > 6 and share < 1 and rng.random() < 0.35:
        middle = rng.randint(2, len(words) - 2)
        first.append((" ".join(words[:middle]), False))
        second[0] = (" ".join(words[middle:]), True)
    return first, second


def _interleave(flows: list[list[GoldPiece]]) -> list[GoldPiece]:
    longest = max(len(flow) for flow in flows)
    return [flow[row] for row in range(longest) for flow in flows if row < len(flow)]


def _table(area: AreaStrings, plan: PiecePlan, rng: random.Random) -> Iterator[GoldPiece]:
    table, kind, number = area.score_table, BlockKind.SCORE_TABLE, area.number
    columns = ("Uppnått", "Max", "Procent") if plan.percent else ("Uppnått", "Max")
    if plan.table_head_row:
        cells: tuple[str, ...] = (f"{number}.", table.heading, *columns)
        yield GoldPiece(" ".join(cells), kind, number, "cell", Form.ROW, cells=cells)
    else:
        yield GoldPiece(f"{number}. {table.heading}", BlockKind.HEADING, number, "head")
        yield GoldPiece(" ".join(columns), kind, number, "cell", rng.choice((Form.ROW, Form.PARAGRAPH)), cells=columns)
    for row in table.rows:
        values = (row.achieved, row.max, row.percent)[: len(columns)]
        numbers = tuple("" if value is None else str(value) for value in values)
        if plan.percent and numbers[-1]:
            numbers = (*numbers[:-1], f"{numbers[-1]}{rng.choice(('%', ' %'))}")
        question, rest = row.question, ""
        if rng.random() < plan.rows_broken and len(question.split()) > 4:
            words = question.split()
            question, rest = " ".join(words[:-2]), " ".join(words[-2:])
        cells = (row.number, question, *numbers)
        yield GoldPiece(" ".join(cells).strip(), kind, number, "cell", Form.ROW, cells=cells)
        if rest:
            yield GoldPiece(rest, kind, number, "cell", Form.PARAGRAPH)
    total = (table.total.achieved, table.total.max, table.total.percent)[: len(columns)]
    cells = ("", "", *("" if value is None else str(value) for value in total))
    yield GoldPiece(" ".join(cells).strip(), kind, number, "cell", Form.ROW, cells=cells)
