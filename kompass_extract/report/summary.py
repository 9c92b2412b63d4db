"""What a person, or a script, is told when a report was read: areas, scores, doubts, where the file lies."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from kompass_extract.model.report import Area, Number, Report

_MAX_CHECKS_SHOWN = 8  # failing checks printed per report; the JSON holds all
_REVIEW_SHARE_SHOWN = 1  # decimals of the review load in percent


@dataclass(frozen=True, slots=True)
class AreaSummary:
    """One area in numbers; ``score`` and ``total`` are None where they could not be read."""

    number: int
    name: str | None
    score: Number | None
    total: Number | None
    strengths: int
    improvements: int
    to_review: int


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """One report in numbers; ``fields`` counts all fields, ``to_review`` those with ``needs_review``."""

    report_id: str
    file: str
    json: str
    municipality: str | None
    year: int | None
    edition: str | None
    evaluation_date: str | None
    pages: int
    failed_pages: list[int]
    fields: int
    to_review: int
    areas: list[AreaSummary]
    problems: list[str]

    def record(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return asdict(self)

    @classmethod
    def placed(cls, record: dict[str, Any], json_path: Path) -> Self:
        """The summary of a record whose report was written to ``json_path``, maybe under another id."""
        areas = [AreaSummary(**area) for area in record["areas"]]
        return cls(**{**record, "areas": areas, "report_id": json_path.stem, "json": str(json_path)})


def summarize(report: Report, json_path: Path) -> ReportSummary:
    """The figures of ``report``, which lies at ``json_path``."""
    from kompass_extract.model.pointers import fields

    info = report.report
    found = list(fields(report))
    return ReportSummary(
        report_id=report.report_id,
        file=report.source.file_name,
        json=str(json_path),
        municipality=info.municipality.value,
        year=info.year.value,
        edition=info.edition.value,
        evaluation_date=info.evaluation_date.value,
        pages=report.source.pages,
        failed_pages=[page.number for page in report.pages if page.failure],
        fields=len(found),
        to_review=sum(field.needs_review for _, field in found),
        areas=[_area(area) for area in report.areas],
        problems=[f"{_where(check.area)}{check.message}" for check in report.checks if check.status == "failed"],
    )


def _area(area: Area) -> AreaSummary:
    from kompass_extract.model.pointers import fields

    return AreaSummary(
        number=area.number,
        name=area.name.value,
        score=area.score.value,
        total=area.score_table.total.achieved.value,
        strengths=len(area.strengths),
        improvements=len(area.improvements),
        to_review=sum(field.needs_review for _, field in fields(area)),
    )


def _where(area: int | None) -> str:
    return "" if area is None else f"Area {area}: "


def show(summary: ReportSummary, console: Console) -> None:
    """Print the summary of one report for a person to read."""
    from rich.text import Text

    heading = Text(f"{summary.municipality or 'Municipality unknown'} {summary.year or ''}".strip(), style="bold")
    edition = f"edition {summary.edition}" if summary.edition else "edition unknown"
    date = f", evaluated {summary.evaluation_date}" if summary.evaluation_date else ""
    heading.append(f"   {edition}{date}, {summary.pages} pages, from {summary.file}", style="dim")
    console.print()
    console.print(heading)
    console.print(_area_table(summary))
    if summary.failed_pages:
        numbers = ", ".join(str(number) for number in summary.failed_pages)
        console.print(Text(f"Pages that could not be read: {numbers}", style="red"))
    for problem in summary.problems[:_MAX_CHECKS_SHOWN]:
        console.print(Text(f"Check failed: {problem}", style="yellow"))
    if len(summary.problems) > _MAX_CHECKS_SHOWN:
        console.print(Text(f"and {len(summary.problems) - _MAX_CHECKS_SHOWN} more failed checks", style="yellow"))
    share = 100 * summary.to_review / summary.fields if summary.fields else 0.0
    console.print(
        Text(f"To review: {summary.to_review} of {summary.fields} fields ({share:.{_REVIEW_SHARE_SHOWN}f} %)")
    )
    console.print(Text(f"JSON: {summary.json}"), soft_wrap=True)


def _area_table(summary: ReportSummary) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_footer=True, pad_edge=False)
    table.add_column("", justify="right")
    table.add_column("Area", footer="Total", overflow="fold", min_width=24)
    for title, footer in (
        ("Chapter", _sum([area.score for area in summary.areas])),
        ("Table", _sum([area.total for area in summary.areas])),
        ("Strengths", str(sum(area.strengths for area in summary.areas))),
        ("Improvements", str(sum(area.improvements for area in summary.areas))),
        ("To review", str(sum(area.to_review for area in summary.areas))),
    ):
        table.add_column(title, footer=footer, justify="right")
    for area in summary.areas:
        table.add_row(
            str(area.number),
            Text(area.name or "?"),
            _shown(area.score),
            Text(_shown(area.total), style="" if area.score == area.total else "yellow"),
            str(area.strengths),
            str(area.improvements),
            str(area.to_review) if area.to_review else "",
        )
    return table


def _shown(value: Number | None) -> str:
    return "?" if value is None else str(value)


def _sum(values: list[Number | None]) -> str:
    """The sum, or ``?`` where one of them is unknown: part of a sum is not a total."""
    known = [value for value in values if value is not None]
    return str(sum(known)) if known and len(known) == len(values) else "?"
