"""Scoring one report against its labels."""

from __future__ import annotations

from dataclasses import dataclass

from kompass_extract.model.pointers import fields
from kompass_extract.model.report import Area, Report
from kompass_extract.training.evaluate import compare
from kompass_extract.training.evaluate.block_scores import BlockJudgement, judge_blocks
from kompass_extract.training.evaluate.compare import CharacterErrors
from kompass_extract.training.evaluate.judge import Judge, Judgement
from kompass_extract.training.gold import GoldArea, GoldReport


@dataclass(frozen=True, slots=True)
class ReportScore:
    """All that was judged of one report; ``narrative`` is per area, over its joined headings and paragraphs."""

    gold_id: str
    judgements: tuple[Judgement, ...]
    narrative: dict[int, CharacterErrors]
    narrative_strict: dict[int, CharacterErrors]
    blocks: tuple[BlockJudgement, ...]
    fields: int
    to_review: int

    @property
    def errors(self) -> list[Judgement]:
        """The values that are not as labelled: wrong, missing or extra."""
        return [one for one in self.judgements if one.status != "right"]


def score_report(report: Report, gold: GoldReport) -> ReportScore:
    """Judge ``report`` against ``gold``; an area without labels counts nowhere."""
    judge = Judge(report)
    areas = {area.number: (index, area) for index, area in enumerate(report.areas)}
    narrative: dict[int, CharacterErrors] = {}
    narrative_strict: dict[int, CharacterErrors] = {}
    judge.metadata(gold)
    for gold_area in gold.areas:
        index, area = areas.get(gold_area.number, (None, None))
        judge.area(gold_area, area, "/areas/-" if index is None else f"/areas/{index}", gold.edition)
        wanted, got = _gold_narrative(gold_area), _narrative(area)
        narrative[gold_area.number] = compare.errors(wanted, got)
        narrative_strict[gold_area.number] = compare.errors(wanted, got, strictly=True)
    judge.overview(gold)
    labelled = {area.number for area in gold.areas}
    other = [f"/areas/{index}/" for number, (index, _) in areas.items() if number not in labelled]
    found = [field for pointer, field in fields(report) if not pointer.startswith(tuple(other))]
    return ReportScore(
        gold_id=gold.id,
        judgements=tuple(judge.judgements),
        narrative=narrative,
        narrative_strict=narrative_strict,
        blocks=judge_blocks(report.blocks, gold),
        fields=len(found),
        to_review=sum(field.needs_review for field in found),
    )


def _gold_narrative(area: GoldArea) -> str:
    return "\n".join(text for section in area.narrative for text in (section.heading or "", *section.paragraphs))


def _narrative(area: Area | None) -> str:
    if area is None:
        return ""
    return "\n".join(
        field.value or "" for section in area.narrative for field in (section.heading, *section.paragraphs)
    )
