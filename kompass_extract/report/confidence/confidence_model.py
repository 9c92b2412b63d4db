"""The learned model of confidence: per family of Fields, weights of doubt, what they came to, and when to ask.

A family's score is a weighted sum of signals whose weights are never negative, so more doubt never makes a value
surer.  Steps turn scores into probabilities: each is the share of right values among the labelled ones that scored
alike, as its Beta posterior has it, so that few cases never make a great certainty.  The file is JSON.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError

from kompass_extract.errors import ModelError
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.process.files import write_whole
from kompass_extract.report.confidence.evidence import REASONS, Family, FieldEvidence

FORMAT, FORMAT_VERSION = "kompass-confidence", 1
MODEL_NAME = "confidence.json"
_MOST_REASONS = 2
_LEAST_PART = 0.15  # of the whole doubt that a signal must make up to be given as a reason


class _ModelFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Verdict(_ModelFile):
    """A probability, 0..1, whether it is too small to be accepted, and the doubts that weigh most, in words."""

    probability: float
    ask: bool
    reasons: tuple[Reason, ...]


class FamilyModel(_ModelFile):
    """One family.  ``weights`` are of signals (never negative), ``kinds`` what a kind of Field adds to the doubt.

    ``doubts`` rise and ``probabilities`` fall, one for each; between them lies a straight line, outside of them
    nothing changes.  A probability below ``ask_below`` goes to a person.  ``values`` is how many labelled ones it
    learned from.
    """

    weights: dict[str, float]
    kinds: dict[str, float]
    doubts: tuple[float, ...]
    probabilities: tuple[float, ...]
    ask_below: float
    values: int

    def doubt(self, evidence: FieldEvidence) -> float:
        """The weighted sum of what speaks against the value; a kind without labels is as the worst of its family."""
        base = self.kinds.get(evidence.kind, max(self.kinds.values(), default=0.0))
        return base + sum(weight * float(getattr(evidence, name)) for name, weight in self.weights.items())

    def probability(self, evidence: FieldEvidence) -> float:
        """The calibrated probability, 0..1, that the value is right."""
        return float(np.interp(self.doubt(evidence), self.doubts, self.probabilities))

    def verdict(self, evidence: FieldEvidence) -> Verdict:
        """Probability, decision and reasons; reasons only where a person is asked."""
        probability = self.probability(evidence)
        ask = probability < self.ask_below
        return Verdict(probability=probability, ask=ask, reasons=self._reasons(evidence) if ask else ())

    def _reasons(self, evidence: FieldEvidence) -> tuple[Reason, ...]:
        parts = {name: weight * float(getattr(evidence, name)) for name, weight in self.weights.items()}
        whole = sum(parts.values())
        ranked = sorted(parts, key=lambda name: -parts[name])[:_MOST_REASONS]
        told = [REASONS[name] for name in ranked if parts[name] > _LEAST_PART * whole > 0]
        return tuple(reason(code) for code in told or ["uncertain"])


class ConfidenceModel(_ModelFile):
    """All families; a Field of a family without a model keeps its drafted confidence."""

    format: str = FORMAT
    format_version: int = FORMAT_VERSION
    signals: tuple[str, ...]
    rows_sha256: str
    families: dict[Family, FamilyModel]


def load(path: Path) -> ConfidenceModel:
    """The model in ``path``; ModelError where it is none, of another version or of other signals."""
    try:
        model = ConfidenceModel.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ModelError(f"{path} could not be read: {error.strerror}. Run 'kompass train'.") from error
    except ValidationError as error:
        raise ModelError(f"{path} is no confidence model: {error.errors()[0]['msg']}. Run 'kompass train'.") from error
    if (model.format, model.format_version) != (FORMAT, FORMAT_VERSION):
        raise ModelError(f"{path} is {model.format} {model.format_version}, not {FORMAT} {FORMAT_VERSION}.")
    unknown = {name for family in model.families.values() for name in family.weights} - set(REASONS)
    if unknown:
        raise ModelError(f"{path} weighs signals that are not known here: {', '.join(sorted(unknown))}.")
    return model


def save(model: ConfidenceModel, path: Path) -> None:
    """Write the model beside its place and rename it into it."""
    write_whole(path, model.model_dump_json(indent=1) + "\n")
