"""Teaching the confidence model and measuring it: labelled reports give evidence, evidence gives model and card.

The evidence is kept in gold/, so that the model can be made again without the reports it was gathered from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kompass_extract.errors import KompassError
from kompass_extract.model.pointers import fields
from kompass_extract.model.report import Report
from kompass_extract.process.files import write_whole
from kompass_extract.report.confidence.confidence_model import FORMAT, FORMAT_VERSION, MODEL_NAME, save
from kompass_extract.report.confidence.evidence import Family, FieldEvidence
from kompass_extract.report.confidence.gather import gather
from kompass_extract.training.evaluate import compare
from kompass_extract.training.evaluate.calibration import calibration_of
from kompass_extract.training.evaluate.cases import EvaluationCase, gold_cases, rendered_cases
from kompass_extract.training.evaluate.score import score_report
from kompass_extract.training.evidence_rows import EvidenceRow, read_rows, rows_hash, write_rows
from kompass_extract.training.fit_confidence import FOLDS, TARGETS, FittedConfidence, fit
from kompass_extract.training.gold import GoldReport, load_gold

if TYPE_CHECKING:
    from kompass_extract.model.document import Document
    from kompass_extract.pipeline import Tools

EVIDENCE_PATH = Path("evidence") / "fields.jsonl.gz"  # below the folder of labels
CARD_NAME = "confidence.card.json"

Progress = Callable[[str], None]
Read = Callable[[EvaluationCase], "Document"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What the thresholds come to on municipalities that the model had not seen; shares are 0..1."""

    values: int
    wrong: int
    silent: int
    load: float
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Taught:
    """The model that was made, its card, and how it does by family and by scan quality."""

    model: Path
    card: Path
    families: dict[str, Measured]
    qualities: dict[str, Measured]


def gather_evidence(gold_dir: Path, rendered: Sequence[Path], readings: Path | None, *, progress: Progress) -> Path:
    """Keep the evidence of all labelled reports of ``gold_dir`` and ``rendered``, read pages in ``readings``."""
    from kompass_extract import pipeline
    from kompass_extract.training.fenced_documents import fenced_documents

    tools = pipeline.Tools.default()
    cases = [*gold_cases(gold_dir), *(case for folder in rendered for case in rendered_cases(folder))]
    with fenced_documents(tools, readings) as fenced:
        return keep_evidence(
            cases, gold_dir, fenced.tools, read=lambda case: fenced.document(case.path), progress=progress
        )


def keep_evidence(
    cases: Iterable[EvaluationCase], gold_dir: Path, tools: Tools, *, read: Read, progress: Progress
) -> Path:
    """Gather the evidence of all ``cases`` and keep it below ``gold_dir``; a case that cannot be read is told."""
    rows: list[EvidenceRow] = []
    for case in cases:
        try:
            found = case_rows(case, read(case), tools)
        except KompassError as error:
            progress(f"{case.name}: {error}")
            continue
        rows.extend(found)
        progress(f"{case.name}: {len(found)} fields, {sum(not row.right for row in found)} wrong")
    path = gold_dir / EVIDENCE_PATH
    write_rows(path, rows)
    return path


def case_rows(case: EvaluationCase, document: Document, tools: Tools) -> list[EvidenceRow]:
    """The labelled evidence of one report as read."""
    from kompass_extract import pipeline

    blocks = pipeline.label(document, tools)
    draft = pipeline.draft_of(document, blocks, tools)
    evidence = gather(draft, blocks, document.pages, tools.known)
    return labelled_rows(case, load_gold(case.gold_path), draft, evidence)


def labelled_rows(
    case: EvaluationCase, gold: GoldReport, draft: Report, evidence: Mapping[str, FieldEvidence]
) -> list[EvidenceRow]:
    """One row per Field that has evidence and a label; ``draft`` is the report before any model judged it."""
    right = {
        judgement.pointer: judgement.status == "right"
        for judgement in score_report(draft, gold).judgements
        if judgement.read is not None and judgement.kind != "question_id"
    }
    right.update(_headings(gold, draft))
    asked = {pointer: field.needs_review for pointer, field in fields(draft)}
    return [
        EvidenceRow(case.name, gold.municipality, case.quality, pointer, about, right[pointer], asked[pointer])
        for pointer, about in evidence.items()
        if pointer in right
    ]


def train_confidence(gold_dir: Path, models_dir: Path) -> Taught:
    """Fit the model to the evidence kept in ``gold_dir``; writes model and card to ``models_dir``."""
    path = gold_dir / EVIDENCE_PATH
    rows = read_rows(path)
    fitted = fit(rows, rows_hash(path))
    model, card = models_dir / MODEL_NAME, models_dir / CARD_NAME
    families = {
        family.value: _measured(rows, fitted, [row.evidence.family is family for row in rows])
        for family in Family
        if any(row.evidence.family is family for row in rows)
    }
    qualities = {
        quality: _measured(rows, fitted, [row.quality == quality for row in rows])
        for quality in sorted({row.quality for row in rows})
    }
    save(fitted.model, model)
    _write_card(card, fitted, rows, families, qualities)
    return Taught(model, card, families, qualities)


def _headings(gold: GoldReport, draft: Report) -> dict[str, bool]:
    """Headings of the narrative, which are no judgement of their own: right where the area has one that reads so."""
    wanted = {area.number: [section.heading or "" for section in area.narrative] for area in gold.areas}
    return {
        f"/areas/{index}/narrative/{place}/heading": any(
            compare.similarity(heading, section.heading.value or "") >= compare.FOUND
            for heading in wanted.get(area.number, [])
        )
        for index, area in enumerate(draft.areas)
        for place, section in enumerate(area.narrative)
        if section.heading.value
    }


def _measured(rows: Sequence[EvidenceRow], fitted: FittedConfidence, chosen: Sequence[bool]) -> Measured:
    mask: NDArray[np.bool_] = np.array(chosen, dtype=np.bool_)
    right = np.array([row.right for row in rows], dtype=np.bool_)
    pairs = list(zip(fitted.held_out[mask].tolist(), right[mask].tolist(), strict=True))
    return Measured(
        values=int(mask.sum()),
        wrong=int((~right & mask).sum()),
        silent=int((~right & mask & ~fitted.asked).sum()),
        load=round(float(fitted.asked[mask].mean()), 5),
        calibration_error=round(calibration_of(pairs).error, 5),
    )


def _write_card(
    path: Path,
    fitted: FittedConfidence,
    rows: Sequence[EvidenceRow],
    families: dict[str, Measured],
    qualities: dict[str, Measured],
) -> None:
    card = {
        "model": MODEL_NAME,
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "evidence_sha256": fitted.model.rows_sha256,
        "reports": len({row.case for row in rows}),
        "municipalities": len({row.municipality for row in rows}),
        "folds": FOLDS,
        "targets": {family.value: asdict(target) for family, target in TARGETS.items()},
        "ask_below": {family.value: model.ask_below for family, model in fitted.model.families.items()},
        "leaving_municipalities_out": {
            "families": {name: asdict(one) for name, one in families.items()},
            "qualities": {name: asdict(one) for name, one in qualities.items()},
        },
    }
    write_whole(path, json.dumps(card, ensure_ascii=False, indent=2) + "\n")
