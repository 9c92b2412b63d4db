"""Teaching the confidence model from labelled reports, and what the page shows of how far it can be trusted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kompass_extract.model.reasons import reason
from kompass_extract.model.report import Report
from kompass_extract.report.confidence import Family, FieldEvidence, load
from kompass_extract.training.evaluate import html_trust, trust
from kompass_extract.training.evaluate.calibration import calibration_of
from kompass_extract.training.evaluate.cases import EvaluationCase
from kompass_extract.training.evaluate.evaluation import CaseResult
from kompass_extract.training.evaluate.score import score_report
from kompass_extract.training.evidence_rows import EvidenceRow, read_rows, write_rows
from kompass_extract.training.gold import GoldReport
from tests.conftest import number, report_of, text

CASE = EvaluationCase("hoganas-2018", "", "fax200", Path("hoganas-2018.fax200.pdf"), Path("hoganas-2018.json"))
ITEM = FieldEvidence(Family.ITEM, "strength")


def with_strength(report: Report, value: str, *, asked: bool = False) -> Report:
    """The report with its first strength read otherwise."""
    area = report.areas[0]
    field = text(value).model_copy(
        update={
            "needs_review": asked,
            "confidence": 0.4,
            "reasons": [reason("word-may-be", word="ord", others=["ort"])],
        }
    )
    strengths = [field, *area.strengths[1:]]
    return report.model_copy(update={"areas": [area.model_copy(update={"strengths": strengths}), *report.areas[1:]]})


def test_rows_say_what_was_right_and_what_was_asked(hoganas: GoldReport) -> None:
    report = with_strength(report_of(hoganas), "Något helt annat än vad som står där", asked=True)
    pointers = ("/areas/0/strengths/0", "/areas/0/strengths/1", "/areas/0/strengths/99")
    rows = trust.labelled_rows(CASE, hoganas, report, dict.fromkeys(pointers, ITEM))
    assert [(row.pointer, row.right, row.asked) for row in rows] == [
        ("/areas/0/strengths/0", False, True),
        ("/areas/0/strengths/1", True, False),
    ]
    assert {(row.municipality, row.quality) for row in rows} == {("Höganäs", "fax200")}


def test_headings_of_sections_are_right_where_the_area_has_one_that_reads_so(hoganas: GoldReport) -> None:
    report = report_of(hoganas)
    area = report.areas[0]
    place, section = next((n, one) for n, one in enumerate(area.narrative) if one.heading.value)
    other = section.model_copy(update={"heading": text("Uppnått Max Procent")})
    sections = [other if n == place else one for n, one in enumerate(area.narrative)]
    worse = report.model_copy(update={"areas": [area.model_copy(update={"narrative": sections}), *report.areas[1:]]})
    at = f"/areas/0/narrative/{place}/heading"
    about = {at: FieldEvidence(Family.NAME, "section")}
    assert [trust.labelled_rows(CASE, hoganas, one, about)[0].right for one in (report, worse)] == [True, False]


def rows() -> list[EvidenceRow]:
    towns = ("Åmål", "Sala", "Höganäs")
    return [
        EvidenceRow(f"{towns[n % 3]}.fax200", towns[n % 3], "fax200" if n % 2 else "clean300",
            f"/areas/0/strengths/{n}", replace(ITEM, early_break=float(n % 20 == 0)), n % 20 != 0, asked=n % 50 == 0)
        for n in range(600)
    ]  # fmt: skip


def test_training_writes_a_model_and_its_card(tmp_path: Path) -> None:
    gold, models = tmp_path / "gold", tmp_path / "models"
    models.mkdir()
    write_rows(gold / trust.EVIDENCE_PATH, rows())
    made = trust.train_confidence(gold, models)
    model = load(made.model)
    assert model.families[Family.ITEM].verdict(replace(ITEM, early_break=1.0)).ask
    assert (made.families["item"].values, made.families["item"].wrong, made.families["item"].silent) == (600, 30, 0)
    assert set(made.qualities) == {"fax200", "clean300"}
    card = json.loads(made.card.read_text())
    assert card["evidence_sha256"] == model.rows_sha256
    assert (card["reports"], card["municipalities"]) == (3, 3)
    assert card["leaving_municipalities_out"]["families"]["item"]["values"] == 600
    first = made.model.read_bytes()
    trust.train_confidence(gold, models)
    assert made.model.read_bytes() == first


def test_the_shipped_model_was_fitted_to_the_evidence_kept() -> None:
    root = Path(__file__).parents[2]
    kept = read_rows(root / "gold" / trust.EVIDENCE_PATH)
    card = json.loads((root / "models" / trust.CARD_NAME).read_text())
    model = load(root / "models" / "confidence.json")
    assert card["evidence_sha256"] == model.rows_sha256
    assert sum(model.values for model in model.families.values()) == len(kept)


def test_calibration_of_pairs() -> None:
    assert calibration_of([(0.9, True)] * 9 + [(0.9, False)]).error == pytest.approx(0.0)
    assert calibration_of([(0.9, False)] * 10).error == pytest.approx(0.9)


def results(hoganas: GoldReport, report: Report) -> list[CaseResult]:
    return [CaseResult(CASE, score_report(report, hoganas), report, 1.0)]


def test_the_page_begins_with_silent_errors(hoganas: GoldReport) -> None:
    good = html_trust.aims(results(hoganas, report_of(hoganas)))
    assert all(tile.good for tile in good)
    area = report_of(hoganas).areas[0].model_copy(update={"score": number(27)})
    report = report_of(hoganas).model_copy(update={"areas": [area, *report_of(hoganas).areas[1:]]})
    bad = html_trust.aims(results(hoganas, report))
    assert next((tile.name, tile.value, tile.good) for tile in bad) == ("silent in scores", "1", False)


def test_the_page_tells_what_was_asked_and_how_often_rightly(hoganas: GoldReport) -> None:
    report = with_strength(report_of(hoganas), "Något helt annat än vad som står där", asked=True)
    shown = html_trust.questions_asked(results(hoganas, report))
    assert html_trust.ReasonCount("word-may-be", 1, 1) in shown
    assert html_trust.questions_asked(results(hoganas, report_of(hoganas))) == []


def test_the_page_shows_trust_by_family_and_by_quality(hoganas: GoldReport) -> None:
    shown = html_trust.confidence(results(hoganas, report_of(hoganas)))
    assert {"all", "items", "scores", "metadata", "narrative", "fax200"} <= {one.name for one in shown}
    assert all(one.reliability.dots and one.coverage.curve for one in shown)
