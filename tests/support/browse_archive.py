"""An archive to browse: the labelled reports, one of them with its PDF and with doubts, and an earlier one of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kompass_extract.archive.folder import Archive
from kompass_extract.model.report import BlockInfo, Evidence, Field, PageInfo, Report
from kompass_extract.taxonomy import load_taxonomy
from tests.support import desk_archive
from tests.support.review_archive import PDF, changed, doubt, doubted, gold_report, put

HOGANAS, EARLIER, SALA, AMAL = "hoganas-2018", "hoganas-2014", "sala-2023", "amal-2019-areas-1-4"
CODE = "1284"  # Höganäs
DOUBTED_SCORE = "/areas/2/score"
DOUBTED_ITEM = "/areas/2/strengths/0"
EVIL = "<script>window.hacked=1</script>\"'><img src=x onerror=window.hacked=1>{{7*7}}"
EVIL_ITEM = "/areas/4/improvements/0"


def filled(folder: Path) -> Archive:
    """Fill an archive and return it."""
    archive = Archive.at(folder)
    put(archive, with_concepts(hoganas()), PDF)
    for report in (earlier(), gold_report(SALA), gold_report(AMAL)):
        desk_archive.put(archive, with_concepts(report))
    return archive


def with_concepts(report: Report) -> Report:
    """The report with the concept of each question, which labels do not hold."""
    edition = report.report.edition.value or ""
    concepts = {one.id: one.concept for one in load_taxonomy().questions(edition)}
    areas = []
    for area in report.areas:
        rows = [
            one.model_copy(update={"concept": concepts.get(one.question_id or "")}) for one in area.score_table.rows
        ]
        areas.append(area.model_copy(update={"score_table": area.score_table.model_copy(update={"rows": rows})}))
    return report.model_copy(update={"areas": areas})


def hoganas() -> Report:
    """The labelled report with a score and an item in doubt, and a text that would run where it is not escaped."""
    report = gold_report(HOGANAS)
    item = report.areas[2].strengths[0].value or ""
    doubts = {
        DOUBTED_SCORE: doubt(report.areas[2].score.value, "the evidence leaves several readings", confidence=0.4),
        DOUBTED_ITEM: doubt(item, "the rest of a text whose beginning was not found"),
        EVIL_ITEM: Field[str](value=EVIL, confidence=1.0, needs_review=False),
    }
    return _counted(doubted(report, doubts))


def earlier() -> Report:
    """The same municipality four years before, with half of the points of each question."""
    report = gold_report(HOGANAS)

    def halved(pointer: str, field: Field[Any]) -> Field[Any]:
        if pointer.endswith("/achieved") and field.value is not None:
            return field.model_copy(update={"value": int(field.value) // 2})
        if pointer == "/report/year":
            return field.model_copy(update={"value": 2014})
        return field

    made = changed(report, halved)
    source = made.source.model_copy(update={"sha256": "e" * 64})
    return Report.model_validate(made.model_copy(update={"report_id": EARLIER, "source": source}).model_dump())


def _counted(report: Report) -> Report:
    review = report.review.model_copy(update={"open": 2})
    return report.model_copy(update={"review": review})


def add_text(archive: Archive, *, with_file: bool) -> Report:
    """Add a report read from a text file, each value on a line of its own; the file may be gone from the archive."""
    texts: list[str] = []

    def on_a_line(_: str, field: Field[Any]) -> Field[Any]:
        if field.value is None:
            return field.model_copy(update={"evidence": []})
        texts.append(f"{field.value}")
        return field.model_copy(update={"evidence": [Evidence(page=1, bbox=None, line=len(texts))]})

    report = with_concepts(changed(gold_report(SALA), on_a_line))
    blocks = [
        BlockInfo(id=f"b{line}", page=1, bbox=None, line=line, kind="narrative", confidence=1.0, area=None, text=text)
        for line, text in enumerate(texts, start=1)
    ]
    page = PageInfo(number=1, width=None, height=None, rotation=0, kind="text", ocr_confidence=1.0)
    source = report.source.model_copy(update={"sha256": f"{'c' if with_file else 'd'}" * 64, "kind": "text"})
    name = f"text-2023{'' if with_file else '-gone'}"
    given = {"report_id": name, "source": source, "blocks": blocks, "pages": [page]}
    made = Report.model_validate(report.model_copy(update=given).model_dump())
    desk_archive.put(archive, made)
    if with_file:
        stored = archive.folder / archive.stored_name(source.sha256, ".txt")
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_text("\n".join(texts), "utf-8")
    return made
