"""Invents reports from one labelled report: other municipality, year, scores, edition form and order of items.

Every text of a composed report comes from its one ``source_report``, so that folds that leave a source out
leave all of its words out.  Scores follow the reports' own rounding: points and percents are both rounded
from an unrounded score, or the percent from the rounded points; totals are rounded from the unrounded sum.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from kompass_extract.training.render.edition_forms import EARLY, AreaForm, EditionForm, edition_form
from kompass_extract.training.render.gold_model import (
    RenderedArea,
    RenderedDiscrepancy,
    RenderedOverviewRow,
    RenderedReport,
    RenderedRow,
    RenderedSection,
    RenderedTable,
    Total,
)
from kompass_extract.training.render.places import PLACES, retell
from kompass_extract.training.render.wording import Occasion, chapter_one, chapter_two, invent_evaluators, invent_title

YEARS = {
    "2002": (2002, 2009),
    "2010": (2011, 2016),
    "2016": (2016, 2019),
    "2020-first": (2020, 2021),
    "2020-second": (2021, 2025),
}
FORMS_OF_SOURCE = {"2016": ("2016", "2016", "2016", "2010"), "2020": ("2020-second", "2020-second", "2020-first")}
SELF_DISAGREEING = 0.4  # share of reports in which some chapter score differs from its table's total
STRUCTURES = ("rubric_table", "rubric_list", "sub_areas")
SUMMARY_AFTER = "SAMMANFATTNING AV UTVÄRDERINGENS INTRYCK"


@dataclass(frozen=True, slots=True)
class ReportPlan:
    """What is decided once for a report: its structure, whether percents are printed and from what."""

    occasion: Occasion
    edition: EditionForm
    structure: str
    percent: bool
    percent_from_rounded: bool
    disagreeing: bool
    areas: int


def _half_up(value: float) -> int:
    return int(value + 0.5)


def invent_scores(form: AreaForm, number: int, plan: ReportPlan, rng: random.Random) -> RenderedTable:
    """A score table whose printed figures obey the reports' rounding."""
    level, rows, exact_sum = rng.uniform(0.35, 0.9), [], 0.0
    for index, (question, most) in enumerate(form.questions, 1):
        share = min(1.0, max(0.0, rng.gauss(level, 0.18)))
        exact = round(share * most * 20) / 20
        exact_sum += exact
        achieved = _half_up(exact)
        percent = _half_up(100 * (achieved if plan.percent_from_rounded else exact) / most)
        rows.append(
            RenderedRow(number=f"{number}.{index}", question=question, achieved=achieved, max=most,
                percent=percent if plan.percent else None)
        )  # fmt: skip
    total, most = _half_up(exact_sum), sum(points for _, points in form.questions)
    return RenderedTable(
        heading=form.table_heading,
        rows=tuple(rows),
        total=Total(achieved=total, max=most, percent=total if plan.percent else None),
    )


def _deal(items: Sequence[str], hands: int, rng: random.Random) -> list[tuple[str, ...]]:
    """Deal ``items`` into ``hands`` groups of at least two, none twice unless there are too few."""
    pool = list(dict.fromkeys(items))
    rng.shuffle(pool)
    cuts = [max(2, _half_up(len(pool) / hands * rng.uniform(0.6, 1.3))) for _ in range(hands)]
    while len(pool) < sum(cuts):
        pool += rng.sample(pool, len(pool))
    out, start = [], 0
    for cut in cuts:
        out.append(tuple(dict.fromkeys(pool[start : start + cut])))
        start += cut
    return out


def _rubrics(form: AreaForm, source: RenderedArea | None, rng: random.Random) -> tuple[str, ...]:
    """The sub-areas' list: the source's own, or one made of the questions where they are names."""
    names = tuple(question for question, _ in form.questions)
    if names[0].endswith("?"):
        own = source.rubrics if source and form not in EARLY.areas else ()
        return own or tuple(name.rstrip("?") for name in names)
    return tuple(name.upper() if rng.random() < 0.03 else name for name in names)


def _narrative(general: Sequence[str], rest: Sequence[str], area: tuple[int, str], rubrics: Sequence[str],
               structure: str) -> tuple[RenderedSection, ...]:  # fmt: skip
    """The chapter's text in the order and under the headings of ``structure``."""
    number, name = area
    first = RenderedSection(heading="Allmänt", paragraphs=tuple(general))
    if structure == "rubric_table":
        return (first, RenderedSection(heading="Sammanfattning", paragraphs=tuple(rest)))
    if structure == "rubric_list":
        return (
            first,
            RenderedSection(heading=f"Sammanfattande analys av område {number} – {name}", paragraphs=tuple(rest)),
        )
    body, last = list(rest[:-1]), list(rest[-1:])
    count = max(1, min(len(rubrics), len(body)))
    sections = [
        RenderedSection(
            heading=rubrics[i], paragraphs=tuple(body[i * len(body) // count : (i + 1) * len(body) // count])
        )
        for i in range(count)
    ]
    summary = (RenderedSection(heading=SUMMARY_AFTER, paragraphs=tuple(last)),) if last else ()
    return (first, *(section for section in sections if section.paragraphs), *summary)


def _areas(
    source: RenderedReport, plan: ReportPlan, rng: random.Random
) -> tuple[tuple[RenderedArea, ...], tuple[RenderedDiscrepancy, ...]]:
    def told(texts: Sequence[str]) -> list[str]:
        return [retell(text, source.municipality, plan.occasion.place) for text in texts]

    strengths = _deal(told([item for a in source.areas for item in a.strengths]), plan.areas, rng)
    improvements = _deal(told([item for a in source.areas for item in a.improvements]), plan.areas, rng)
    texts = list(source.areas)
    rng.shuffle(texts)
    areas, discrepancies = [], []
    for index in range(plan.areas):
        form, text = plan.edition.areas[index], texts[index % len(texts)]
        own = source.areas[index] if index < len(source.areas) else None
        table = invent_scores(form, index + 1, plan, rng)
        score = int(table.total.achieved)
        if plan.disagreeing and rng.random() < 0.25 and 1 <= score < 100:
            score += rng.choice((-1, 1))
            what = f"the area chapter prints {score}, the score table totals {table.total.achieved}"
            discrepancies.append(RenderedDiscrepancy(where=f"area {index + 1}", what=what))
        rubrics = tuple(told(_rubrics(form, own, rng)))
        rest = told([p for section in text.narrative[1:] for p in section.paragraphs])
        general = told(text.narrative[0].paragraphs)
        areas.append(
            RenderedArea(number=index + 1, name=form.name, printed_score=score, rubrics=rubrics, score_table=table,
                 narrative=_narrative(general, rest, (index + 1, form.name), rubrics, plan.structure),
                 strengths=strengths[index], improvements=improvements[index])
        )  # fmt: skip
    return tuple(areas), tuple(discrepancies)


def _plan(source: RenderedReport, rng: random.Random, form: str | None) -> ReportPlan:
    edition = edition_form(form or rng.choice(FORMS_OF_SOURCE[source.edition]))
    place = rng.choice([p for p in PLACES if p.name != source.municipality])
    year, month = rng.randint(*YEARS[edition.form]), rng.randint(1, 12)
    late = month == 12 and rng.random() < 0.3
    structure = rng.choice(STRUCTURES)
    percent = rng.random() < (0.25 if edition.edition == "2020" else 0.85)
    partial = structure == "sub_areas" and len(source.areas) < 8 and rng.random() < 0.5
    return ReportPlan(
        Occasion(place, year, month, year + late), edition, structure, percent, rng.random() < 0.4,
        rng.random() < SELF_DISAGREEING, 4 if partial else 8,
    )  # fmt: skip


def _overview(areas: Sequence[RenderedArea], occasion: Occasion, rng: random.Random) -> tuple[RenderedOverviewRow, ...]:
    """A table of area scores over two evaluations and the average, with its total."""
    earlier = occasion.year - rng.randint(3, 6)
    heads = (f"{occasion.place.name} {occasion.year}", f"{occasion.place.name} {earlier}", "Medel 2020-")
    rows = []
    for area in areas:
        scores = (int(area.score_table.total.achieved), rng.randint(25, 70), rng.randint(45, 75))
        rows.append(
            RenderedOverviewRow(number=area.number, label=area.name, values=dict(zip(heads, scores, strict=True)))
        )
    sums = {head: sum(row.values[head] for row in rows) for head in heads}
    return (*rows, RenderedOverviewRow(number=None, label="Totalt", values=sums))


def _contents(names: Sequence[str], chapters: Sequence[str]) -> list[str]:
    """Contents lines as ``text<TAB>page``; the page numbers are plausible and increasing."""
    pages = [3, 5, 7]
    out = [f"{title}\t{page}" for title, page in zip(chapters, pages, strict=False)]
    out += [f"Område {n} {name}\t{5 + 2 * n}" for n, name in enumerate(names, 1)]
    return [*out, f"{chapters[3]}\t{7 + 2 * len(names)}"]


def compose(source: RenderedReport, rng: random.Random, *, form: str | None = None) -> RenderedReport:
    """A new report of another municipality out of ``source``; ``form`` fixes the edition's form.

    Contents lines of its front matter have a tab before the page number, which the label file writes as a space.
    """
    plan = _plan(source, rng, form)
    occasion, dot = plan.occasion, rng.choice(("", "."))
    areas, discrepancies = _areas(source, plan, rng)
    names = [area.name for area in plan.edition.areas]
    listed = list(names)
    if names[6] in ("Ständiga förbättringar", "Verksamhetsutveckling") and rng.random() < 0.3:
        listed[6] = "Verksamhetsutveckling" if names[6] == "Ständiga förbättringar" else "Ständiga förbättringar"
        what = f"the list of contents says '{listed[6]}', the chapter '{names[6]}'"
        discrepancies = (*discrepancies, RenderedDiscrepancy(where="area 7", what=what))
    title = invent_title(occasion, rng)
    evaluators, line = invent_evaluators(occasion, rng)
    chapters = [
        f"1{dot} Vad är Kommunkompassen?", f"2{dot} {occasion.place.official} - En sammanfattande genomgång",
        f"3{dot} Detaljerad genomgång per område", f"4{dot} Översikt av poängfördelning",
    ]  # fmt: skip
    contents = _contents(listed[: plan.areas], chapters)
    front = [
        title, line, "Innehåll", *contents, chapters[0], *chapter_one(source, listed, occasion),
        chapters[1], *chapter_two(source, occasion, rng), chapters[2], chapters[3],
        f"Nedan visas resultatet för {occasion.place.official} fördelat på delfrågor inom respektive område.",
    ]  # fmt: skip
    wants_overview = plan.areas == 8 and rng.random() < 0.5
    return RenderedReport(
        id=f"{occasion.place.slug}-{occasion.published}", municipality=occasion.place.name,
        municipality_code=occasion.place.code, title=title, published_year=occasion.published,
        evaluation_date=f"{occasion.year}-{occasion.month:02d}", edition=plan.edition.edition,
        evaluators=evaluators, evaluator_line=line, front_matter=tuple(front), areas=areas, discrepancies=discrepancies,
        area_scores_overview=_overview(areas, occasion, rng) if wants_overview else (), source_report=source.id,
    )  # fmt: skip
