"""What all new typesetters print: a composed report made more various, with the texts around its values.

``invent_story`` takes a report as ``compose`` makes it and varies what a layout cannot: items of all lengths and
nested ones, thinner chapters, decimals in points, footnotes, side boxes, covers, registry stamps, protocol sheets.
Its ``report`` is the label.  Backends write what else they print into a Ledger, so that each printed text is known.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kompass_extract.training.render.compose import FORMS_OF_SOURCE, compose
from kompass_extract.training.render.gold_model import (
    RenderedArea,
    RenderedEvaluator,
    RenderedReport,
    RenderedRow,
    RenderedSection,
    RenderedTable,
    Total,
)
from kompass_extract.training.render.phrases import (
    finish,
    invent_box,
    invent_item,
    invent_note,
    invent_paragraph,
    pick_nested,
)
from kompass_extract.training.render.places import PLACES, RenderedPlace
from kompass_extract.training.render.structure import Front, front_matter
from kompass_extract.training.render.wording import MONTHS

NESTED = 0.22  # share of reports in which items have items below them
DECIMALS = 0.12  # share of reports whose points have decimals
OWN_WORDS = 0.55  # share of items that are invented, not the source's
FORMS = {"2002": 0.18, "2010": 0.2}  # share of reports of these editions; the others follow the source's
SECTION_HEADS = ("Sammanfattning", "Sammanfattning", "Våra iakttagelser", "Bedömning", "Utvärderingens bild")
STAMPS = (
    "{official}\nKommunstyrelsen\nInk. {date}\nDnr {dnr}",
    "Inkom {date}\nDiarienr {dnr}",
    "{official}\n{date}\n{dnr}",
)
PROTOCOL = (
    "{official}", "SAMMANTRÄDESPROTOKOLL", "Kommunstyrelsens arbetsutskott", "Sammanträdesdatum {date}",
    "§ {n}   Dnr {dnr}",
    "Redovisning av utvärdering enligt Kommunkompassen", "Beslut",
    "Kommunstyrelsen beslutar att lägga informationen till "
    "handlingarna och att ge kommundirektören i uppdrag att återkomma med förslag till åtgärder.", "Ärendet",
    "Rapporten från utvärderingen bifogas. Utvärderarna deltar vid kommunfullmäktiges sammanträde.",
    "Justerandes sign          Utdragsbestyrkande",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote to a paragraph of a chapter; both indices from 0.  The mark is printed after the paragraph."""

    section: int
    paragraph: int
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """An area with what a label does not say: the depth of each item (0 or 1), footnotes, a side box."""

    area: RenderedArea
    depths: tuple[tuple[int, ...], tuple[int, ...]]
    notes: tuple[Note, ...] = ()
    box: tuple[str, str] | None = None

    @property
    def lists(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The items of the strengths and those of the improvement areas."""
        return self.area.strengths, self.area.improvements

    def note_after(self, section: int, paragraph: int) -> Note | None:
        """The footnote to a paragraph, if it has one."""
        return next((n for n in self.notes if (n.section, n.paragraph) == (section, paragraph)), None)


@dataclass(frozen=True, slots=True)
class Story:
    """All that a report prints, without how: the label, its chapters, its front matter and what is around."""

    report: RenderedReport
    composed: RenderedReport  # the same with the title and front matter that ``compose`` wrote
    chapters: tuple[Chapter, ...]
    front: Front
    cover: tuple[tuple[str, str], ...]  # (role, line): "title", "date", "evaluators_head", "evaluator"
    stamp: str  # of a registry, with line breaks; empty for none
    protocol: tuple[str, ...]  # lines of a sheet before the report
    dnr: str
    decimals: bool
    place: RenderedPlace

    @property
    def percent(self) -> bool:
        """Whether the score tables have a column of percents."""
        return self.report.areas[0].score_table.total.percent is not None


@dataclass(slots=True)
class Ledger:
    """What was printed that belongs to no value: (kind, text), in the order of printing."""

    texts: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, text: str) -> str:
        """Note ``text`` and give it back."""
        if text:
            self.texts.append((kind, text))
        return text


def _various(items: Sequence[str], good: bool, rng: random.Random) -> tuple[list[str], list[int]]:
    """Items of a list in other words and their depths."""
    pool = list(items)
    rng.shuffle(pool)
    count = min(14, max(1, round(rng.gauss(6, 2.6))))
    habit = rng.choice(("stop", "bare", "bare", "mixed", "as printed"))
    nested = rng.random() < 0.6
    out: list[str] = []
    depths: list[int] = []
    for _ in range(count):
        invented = rng.random() < OWN_WORDS or not pool
        text = invent_item(rng, good=good) if invented else pool.pop()
        out.append(text if habit == "as printed" else finish(text, habit, rng))
        depths.append(0)
        if nested and rng.random() < 0.25:
            out[-1] = out[-1].rstrip(".") + rng.choice((":", ":", ""))
            below = pick_nested(rng, rng.randint(2, 4))
            out += below
            depths += [1] * len(below)
    return _distinct(out, depths)


def _distinct(texts: Sequence[str], depths: Sequence[int]) -> tuple[list[str], list[int]]:
    seen: set[str] = set()
    kept = [(t, d) for t, d in zip(texts, depths, strict=True) if not (t in seen or seen.add(t))]  # type: ignore[func-returns-value]
    return [t for t, _ in kept], [d for _, d in kept]


def _thin(section: RenderedSection, share: float, rng: random.Random) -> RenderedSection:
    """``section`` with a share of its paragraphs, never none, and now and then one in new words."""
    kept = [p for p in section.paragraphs if rng.random() < share] or [rng.choice(section.paragraphs)]
    return section.model_copy(
        update={"paragraphs": tuple(invent_paragraph(rng) if rng.random() < 0.15 else p for p in kept)}
    )


def _whole(value: float) -> float:
    """``value`` to one decimal, as an int where it is whole, since a label file says 7 and not 7.0."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _with_decimals(table: RenderedTable, rng: random.Random) -> RenderedTable:
    """Points in halves or tenths with their percents; the total is their sum as printed."""
    step = rng.choice((2, 10))
    rows: list[RenderedRow] = []
    for row in table.rows:
        exact = min(row.max, max(0.0, row.achieved + rng.uniform(-0.5, 0.49)))
        points = _whole(round(exact * step) / step)
        percent = _percent(points, row.max, row.percent)
        rows.append(row.model_copy(update={"achieved": points, "percent": percent}))
    whole = _whole(sum(r.achieved for r in rows))
    percent = _percent(whole, table.total.max, table.total.percent)
    return table.model_copy(
        update={"rows": tuple(rows), "total": Total(achieved=whole, max=table.total.max, percent=percent)}
    )


def _percent(achieved: float, most: int, printed: int | None) -> int | None:
    """The percent of points with decimals, None where the table has no such column."""
    return None if printed is None else round(100 * achieved / most)


def _chapter(area: RenderedArea, share: float, nested: bool, noted: bool, boxed: bool, rng: random.Random) -> Chapter:
    lists, depths = [], []
    for items, good in ((area.strengths, True), (area.improvements, False)):
        texts, deep = _various(items, good, rng)
        if not nested:
            texts, deep = [t for t, d in zip(texts, deep, strict=True) if d == 0], [0] * deep.count(0)
        lists.append(tuple(texts))
        depths.append(tuple(deep))
    sections = tuple(_thin(section, share, rng) for section in area.narrative)
    places = [(s, p) for s, section in enumerate(sections) for p in range(len(section.paragraphs))]
    notes = [Note(s, p, invent_note(rng)) for s, p in places if noted and rng.random() < 0.2]
    changed = area.model_copy(update={"narrative": sections, "strengths": lists[0], "improvements": lists[1]})
    return Chapter(
        changed, (depths[0], depths[1]), tuple(notes[:3]), invent_box(rng) if boxed and rng.random() < 0.6 else None
    )


def _rename_sections(report: RenderedReport, rng: random.Random) -> RenderedReport:
    """``Sammanfattning`` under another name throughout the report."""
    head = rng.choice(SECTION_HEADS)
    areas = []
    for area in report.areas:
        sections = tuple(
            s.model_copy(update={"heading": head}) if s.heading == "Sammanfattning" else s for s in area.narrative
        )
        areas.append(area.model_copy(update={"narrative": sections}))
    return report.model_copy(update={"areas": tuple(areas)})


def _affiliation(evaluator: RenderedEvaluator, form: str) -> str:
    return (
        f"{evaluator.name} ({evaluator.affiliation})" if form == "()" else f"{evaluator.name}, {evaluator.affiliation}"
    )


def _cover(
    report: RenderedReport, place: RenderedPlace, rng: random.Random
) -> tuple[RenderedReport, tuple[tuple[str, str], ...]]:
    """The cover's lines, and the report with the title that they make."""
    year, month = report.published_year, MONTHS[int(report.evaluation_date[5:]) - 1]
    name = rng.choice(("Kommunkompassen", "KommunKompassen", "KOMMUNKOMPASSEN", "Kommunkompassen"))
    whose = rng.choice((place.official, place.official, place.official.upper()))
    titles = rng.choice((
        [report.title], [name, f"Analys av {whose} {year}"], [name, f"ANALYS AV {whose.upper()} {year}"],
        [name, f"Analys av {whose}"], [f"{name} {year}", whose], [whose, name, str(year)],
        [f"{name} – rapport från utvärdering av {whose}"], [f"{name} i {place.name} {year}"],
    ))  # fmt: skip
    lines = [("title", line) for line in titles]
    date = rng.choice(
        (
            f"{month.capitalize()} {year}",
            f"{year}-{int(report.evaluation_date[5:]):02d}-{rng.randint(1, 28):02d}",
            f"{month} {year}",
        )
    )
    if str(year) not in "".join(titles) or rng.random() < 0.4:
        lines.append(("date", date))
    if rng.random() < 0.5:
        people = [("evaluator", report.evaluator_line)]
    else:
        form = rng.choice(("()", ","))
        people = [("evaluator", _affiliation(e, form)) for e in report.evaluators]
        if rng.random() < 0.75:
            people.insert(
                0, ("evaluators_head", rng.choice(("Utvärderare:", "Utvärderare", "Utvärderingen genomfördes av:")))
            )
    return report.model_copy(update={"title": " ".join(titles)}), (*lines, *people)


def _front(report: RenderedReport, rng: random.Random) -> Front:
    """The front matter with a share of its paragraphs; headings and lists stay."""
    front, share = front_matter(report), rng.uniform(0.35, 1)
    body = tuple((kind, text) for kind, text in front.body if kind != "p" or "Utvärderingen av" in text
                 or "genomfördes" in text or text.endswith(":") or rng.random() < share)  # fmt: skip
    last = "Poängsammanställning" if report.edition == "2002" else front.last.partition(" ")[2]
    number = front.last.partition(" ")[0]
    renamed = f"{number} {last}" if rng.random() < 0.8 else last
    contents = tuple((renamed if title == front.last else title, page) for title, page in front.contents)
    return replace(front, body=body, last=renamed, contents=contents)


def invent_story(source: RenderedReport, rng: random.Random) -> Story:
    """A story out of one labelled ``source``, whose words and whose alone it tells beside invented ones."""
    draw, form = rng.random(), None
    for name, share in FORMS.items():
        form = name if form is None and draw < share else form
        draw -= share
    report = _rename_sections(compose(source, rng, form=form or rng.choice(FORMS_OF_SOURCE[source.edition])), rng)
    decimals = rng.random() < DECIMALS
    share = rng.uniform(0.2, 1)
    nested, noted, boxed = rng.random() < NESTED, rng.random() < 0.3, rng.random() < 0.2
    chapters = []
    for area in report.areas:
        table = _with_decimals(area.score_table, rng) if decimals else area.score_table
        dressed = area.model_copy(update={"score_table": table})
        chapters.append(_chapter(dressed, share, nested, noted, boxed, rng))
    report = report.model_copy(update={"areas": tuple(c.area for c in chapters)})
    return _story(report, tuple(chapters), decimals, rng)


def plain_story(source: RenderedReport, rng: random.Random) -> Story:
    """A story that tells what ``compose`` makes of ``source`` and nothing else."""
    report = compose(source, rng)
    chapters = tuple(Chapter(a, ((0,) * len(a.strengths), (0,) * len(a.improvements))) for a in report.areas)
    apart = random.Random(report.id)  # so that the generator stands where ``compose`` left it
    return replace(_story(report, chapters, False, apart), composed=report)


def _story(report: RenderedReport, chapters: tuple[Chapter, ...], decimals: bool, rng: random.Random) -> Story:
    """The story of ``report`` with a cover, what an office adds to it, and its front matter."""
    place = next(p for p in PLACES if p.name == report.municipality)
    front, composed = _front(report, rng), report
    report, cover = _cover(report, place, rng)
    year = report.published_year + rng.choice((0, 1, 1, 2))
    dnr = rng.choice(("KS {y}/{n}", "{y}/{n}", "KS {y}-{n}", "{y}KS{n}")).format(y=year, n=rng.randint(10, 999))
    date = f"{year}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    words = {"official": place.official, "date": date, "dnr": dnr, "n": str(rng.randint(8, 180))}
    stamp = rng.choice(STAMPS).format(**words) if rng.random() < 0.18 else ""
    protocol = tuple(line.format(**words) for line in PROTOCOL) if rng.random() < 0.08 else ()
    texts = (*(line for _, line in cover), *(title for title, _ in front.contents), *(text for _, text in front.body),
             front.chapter, front.last, front.lead)  # fmt: skip
    report = report.model_copy(update={"front_matter": texts})
    return Story(report, composed, chapters, front, cover, stamp, protocol, dnr, decimals, place)


def in_capitals(story: Story, *, names: bool = False, sections: bool = False, titles: bool = False) -> Story:
    """``story`` with the capitals that a style prints: a label is what stands there."""

    def dressed(area: RenderedArea) -> RenderedArea:
        changes: dict[str, object] = {"name": area.name.upper()} if names else {}
        if sections:
            changes["narrative"] = tuple(s.model_copy(update={"heading": s.heading.upper()}) for s in area.narrative)
        return area.model_copy(update=changes)

    chapters = tuple(replace(c, area=dressed(c.area)) for c in story.chapters)
    cover = tuple((role, text.upper() if titles and role == "title" else text) for role, text in story.cover)
    update: dict[str, object] = {"areas": tuple(c.area for c in chapters)}
    if titles:
        update["title"] = story.report.title.upper()
    return replace(story, report=story.report.model_copy(update=update), chapters=chapters, cover=cover)
