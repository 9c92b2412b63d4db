"""Lines cut out of a report's text: no row of a score table goes missing, and nothing is silently wrong."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from kompass_extract.pipeline import Tools, extract
from tests.support import builders

TEXT = Path(__file__).parents[2] / "gold" / "text" / "hoganas-2018.ocr.txt"
GOLD = builders.gold("hoganas-2018")
ROW = re.compile(r"^\W*[1-8]\.[1-9]\W.*\d")


@pytest.fixture(scope="module")
def tools() -> Tools:
    return Tools.default(jobs=1)


@pytest.mark.parametrize("seed", range(5))
def test_cut_lines_leave_a_row_that_is_right_or_asks(seed: int, tools: Tools, tmp_path: Path) -> None:
    rng = random.Random(seed)
    lines = TEXT.read_text(encoding="utf-8").split("\n")
    rows = [n for n, line in enumerate(lines) if ROW.match(line)]
    assert len(rows) > 30
    cut = set(rng.sample(rows, 6)) | {n for n, line in enumerate(lines) if "Utvärderare" in line and n < 60}
    path = tmp_path / "cut.ocr.txt"
    path.write_text("\n".join(line for n, line in enumerate(lines) if n not in cut), encoding="utf-8")
    report = extract(path, tools=tools)
    found = {row.number: row for area in report.areas for row in area.score_table.rows}
    for area in GOLD["areas"]:
        for right in area["score_table"]["rows"]:
            row = found[right["number"]]
            for cell in ("achieved", "max", "percent"):
                field = getattr(row, cell)
                assert field.value == right[cell] or field.needs_review, (right["number"], cell, field)
    names = [one.name.value for one in report.report.evaluators]
    asked = any(one.name.needs_review for one in report.report.evaluators)
    assert asked or set(names) == {one["name"] for one in GOLD["evaluators"]}
