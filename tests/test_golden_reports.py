"""Reports of recorded page readings and of text files are what they were, part by part.

A change that should change no report shows here that it does not.  After one that should, look at the differences and
write the digests anew: .venv/bin/python -m tests.test_golden_reports
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

import pytest

from kompass_extract import pipeline
from kompass_extract.model.report import Report
from tests.support.recorded_scans import SCANS, recorded_tools

DIGESTS = Path(__file__).parent / "data" / "golden_reports.json"
TEXTS = SCANS.parent / "text"
INPUTS = {path.name: path for path in (*sorted(SCANS.glob("*.pdf")), *sorted(TEXTS.glob("*.txt")))}
OF_THE_RUN = ("pipeline", "source")  # versions, models and time; the input's own hash
DIGITS = 2  # of probabilities and boxes: processors round the last ones differently


def parts(report: Report) -> dict[str, str]:
    """The first 16 hex digits of a SHA-256 for each part of the report JSON that does not tell of the run."""
    whole = json.loads(report.model_dump_json(exclude=set(OF_THE_RUN)))
    return {name: digest(part) for name, part in whole.items()}


def digest(part: object) -> str:
    text = json.dumps(rounded(part), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def rounded(value: object) -> object:
    """The value with all its floats rounded; 0.0 for -0.0."""
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


@cache
def tools() -> pipeline.Tools:
    return recorded_tools()


@pytest.mark.parametrize("name", INPUTS)
def test_a_report_is_what_it_was(name: str) -> None:
    then = json.loads(DIGESTS.read_text("utf-8"))[name]
    now = parts(pipeline.extract(INPUTS[name], tools=tools()))
    changed = sorted(part for part in then.keys() | now.keys() if then.get(part) != now.get(part))
    assert not changed, f"{changed} of the report changed; if it should, run python -m tests.test_golden_reports"


def test_a_digest_changes_with_a_value_and_not_with_the_last_digits() -> None:
    assert digest({"value": [1.0, 0.123]}) == digest({"value": [1.0, 0.1230000001]})
    assert digest({"value": [1.0, 0.123]}) != digest({"value": [1.0, 0.223]})
    assert digest({"value": "ä"}) != digest({"value": "a"})


if __name__ == "__main__":
    made = {name: parts(pipeline.extract(path, tools=tools())) for name, path in INPUTS.items()}
    DIGESTS.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")
