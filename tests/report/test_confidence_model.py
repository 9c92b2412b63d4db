"""The model of confidence: what it may and may not conclude, whatever it is taught."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kompass_extract import resources
from kompass_extract.errors import ModelError, UnreadableFileError
from kompass_extract.report.confidence.confidence_model import MODEL_NAME, ConfidenceModel, FamilyModel, load, save
from kompass_extract.report.confidence.evidence import REASONS, SIGNALS, USED, Family, FieldEvidence
from kompass_extract.training.evidence_rows import EvidenceRow, read_rows, rows_hash, write_rows
from kompass_extract.training.fit_confidence import TARGETS, fit

SHIPPED = load(resources.path(MODEL_NAME))
TOWNS = ("Åmål", "Sala", "Höganäs", "Ystad", "Borås")

doubts = st.dictionaries(st.sampled_from(SIGNALS), st.floats(0, 1), max_size=8)
families = st.sampled_from(sorted(SHIPPED.families))


def evidence(family: Family, found: dict[str, float]) -> FieldEvidence:
    return replace(FieldEvidence(family, "strength"), **found)


def taught(rate: float = 0.6, *, rows: int = 1500, towns: Sequence[str] = TOWNS, seed: int = 7) -> list[EvidenceRow]:
    """Items of which those with an early break are wrong at ``rate``, others hardly ever."""
    chance = random.Random(seed)
    made = []
    for number in range(rows):
        broken = chance.random() < 0.05
        wrong = chance.random() < (rate if broken else 0.002)
        about = FieldEvidence(Family.ITEM, "strength", early_break=float(broken), misread=chance.random() * 0.1)
        town = towns[number % len(towns)]
        made.append(
            EvidenceRow(f"{town}.fax200", town, "fax200", f"/areas/0/strengths/{number}", about, not wrong, False)
        )
    return made


@given(families, doubts, st.sampled_from(SIGNALS), st.floats(0, 1))
def test_more_doubt_never_makes_surer(family: Family, found: dict[str, float], name: str, more: float) -> None:
    model = SHIPPED.families[family]
    before = evidence(family, found)
    after = replace(before, **{name: getattr(before, name) + more})
    assert model.probability(after) <= model.probability(before)
    assert not (model.verdict(before).ask and not model.verdict(after).ask)


@given(families, doubts)
def test_a_probability_is_one_and_never_certain(family: Family, found: dict[str, float]) -> None:
    model = SHIPPED.families[family]
    assert 0 <= model.probability(evidence(family, found)) <= 1 - 0.5 / (model.values + 1) + 1e-6


@given(families, doubts)
def test_reasons_are_given_exactly_when_asking(family: Family, found: dict[str, float]) -> None:
    verdict = SHIPPED.families[family].verdict(evidence(family, found))
    assert bool(verdict.reasons) is verdict.ask
    assert {one.code for one in verdict.reasons} <= {*REASONS.values(), "uncertain"}


def test_the_shipped_model_is_of_these_signals_and_never_rewards_doubt() -> None:
    assert set(SHIPPED.families) == set(Family)
    for family, model in SHIPPED.families.items():
        assert set(model.weights) <= set(USED[family])
        assert all(weight > 0 for weight in model.weights.values())
        assert list(model.doubts) == sorted(model.doubts)
        assert list(model.probabilities) == sorted(model.probabilities, reverse=True)
        assert 0 < model.ask_below <= 1


def test_what_was_wrong_is_asked_about() -> None:
    rows = taught()
    fitted = fit(rows, "ab")
    model = fitted.model.families[Family.ITEM]
    broken, whole = (model.verdict(FieldEvidence(Family.ITEM, "strength", early_break=one)) for one in (1.0, 0.0))
    assert broken.ask
    assert [one.code for one in broken.reasons] == [REASONS["early_break"]]
    assert not whole.ask
    assert broken.probability == pytest.approx(0.4, abs=0.15)
    assert whole.probability > 0.99
    silent = sum(not row.right and not asked for row, asked in zip(rows, fitted.asked, strict=True))
    assert silent <= max(len(rows) * TARGETS[Family.ITEM].silent, sum(not row.right for row in rows) / 5)


def test_probabilities_are_calibrated_on_towns_not_seen() -> None:
    rows = taught(rows=4000)
    fitted = fit(rows, "ab")
    for low, high in ((0.0, 0.9), (0.9, 1.0)):
        chosen = [(p, row.right) for p, row in zip(fitted.held_out, rows, strict=True) if low <= p < high]
        stated = sum(p for p, _ in chosen) / len(chosen)
        assert sum(right for _, right in chosen) / len(chosen) == pytest.approx(stated, abs=0.05)


def test_no_town_judges_itself() -> None:
    """A doubt that only one town has was never wrong elsewhere, so its own rows are not told by it."""
    rows = taught(rate=0.0, rows=1000)
    odd = [
        replace(row, right=False, evidence=replace(row.evidence, lonely=1.0)) if row.municipality == "Sala" else row
        for row in rows
    ]
    fitted = fit(odd, "ab")
    sala = [p for p, row in zip(fitted.held_out, odd, strict=True) if row.municipality == "Sala"]
    others = [p for p, row in zip(fitted.held_out, odd, strict=True) if row.municipality != "Sala"]
    assert max(sala) == pytest.approx(max(others))
    assert fitted.model.families[Family.ITEM].weights["lonely"] > 1


def test_the_same_rows_make_the_same_model() -> None:
    rows = taught(rows=400)
    assert fit(rows, "ab").model == fit(rows, "ab").model


@settings(max_examples=25)
@given(st.integers(1, 60))
def test_few_cases_never_make_great_certainty(count: int) -> None:
    fitted = fit(taught(rate=0.0, rows=count), "ab")
    assert max(fitted.held_out) <= 1 - 0.5 / (count + 1) + 1e-6  # six digits


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [replace(row, asked=row.right) for row in taught(rows=60)]
    path = tmp_path / "deep" / "rows.jsonl.gz"
    write_rows(path, rows)
    first = path.read_bytes()
    back = read_rows(path)
    assert [replace(row, evidence=replace(row.evidence, misread=0)) for row in back] == [
        replace(row, evidence=replace(row.evidence, misread=0)) for row in rows
    ]
    assert [row.evidence.misread for row in back] == pytest.approx([row.evidence.misread for row in rows], abs=1e-4)
    write_rows(path, back)
    assert path.read_bytes() == first
    assert len(rows_hash(path)) == 64


def test_files_that_hold_no_evidence_are_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    with pytest.raises(UnreadableFileError, match="kompass train"):
        read_rows(path)
    path.write_bytes(b"no rows")
    with pytest.raises(UnreadableFileError, match="holds no labelled evidence"):
        read_rows(path)


def test_models_that_do_not_fit_are_told(tmp_path: Path) -> None:
    path = tmp_path / MODEL_NAME
    with pytest.raises(ModelError, match="kompass train"):
        load(path)
    path.write_text("{}")
    with pytest.raises(ModelError, match="no confidence model"):
        load(path)
    save(SHIPPED.model_copy(update={"format_version": 99}), path)
    with pytest.raises(ModelError, match="99"):
        load(path)
    strange = FamilyModel(weights={"mood": 1.0}, kinds={}, doubts=(0.0,), probabilities=(0.9,), ask_below=0.5, values=3)
    save(SHIPPED.model_copy(update={"families": {Family.ITEM: strange}}), path)
    with pytest.raises(ModelError, match="mood"):
        load(path)


def test_a_saved_model_is_the_same_and_plain_json(tmp_path: Path) -> None:
    save(SHIPPED, tmp_path / MODEL_NAME)
    assert load(tmp_path / MODEL_NAME) == SHIPPED
    assert ConfidenceModel.model_validate(json.loads((tmp_path / MODEL_NAME).read_text())) == SHIPPED


def test_a_kind_without_labels_is_as_doubtful_as_the_worst_of_its_family_and_no_more() -> None:
    model = fit(taught(), "ab").model.families[Family.ITEM]
    kinds = {"strength": -6.0, "improvement": -4.0}
    whole = model.model_copy(update={"kinds": kinds})
    doubts = {kind: whole.doubt(FieldEvidence(Family.ITEM, kind)) for kind in (*kinds, "label")}
    assert doubts["label"] == max(kinds.values()) == doubts["improvement"]
