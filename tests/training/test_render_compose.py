"""The renderer's inventions obey the reports' own rules, and a page says what its label says."""

from __future__ import annotations

import html
import random
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pyphen")
pytest.importorskip("playwright")

from kompass_extract.training.fit_labels.gold_strings import report_files
from kompass_extract.training.render.compose import compose
from kompass_extract.training.render.edition_forms import EDITIONS
from kompass_extract.training.render.gold_model import RenderedReport, read_gold, write_gold
from kompass_extract.training.render.layouts import as_printed, draw_layout
from kompass_extract.training.render.page_html import page_html
from kompass_extract.training.render.places import PLACES, retell

GOLD = Path(__file__).resolve().parents[2] / "gold"
SOURCES = [read_gold(path) for path in report_files(GOLD)]
seeds = st.integers(0, 10**6)


def composed(seed: int) -> RenderedReport:
    return compose(SOURCES[seed % len(SOURCES)], random.Random(seed))


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.form)
def test_max_points_of_every_area_sum_to_a_hundred(edition: object) -> None:
    areas = EDITIONS[[e is edition for e in EDITIONS].index(True)].areas
    assert [sum(points for _, points in area.questions) for area in areas] == [100] * 8


@settings(max_examples=40, deadline=None)
@given(seeds)
def test_scores_obey_the_rounding_of_the_reports(seed: int) -> None:
    for area in composed(seed).areas:
        table = area.score_table
        assert abs(sum(row.achieved for row in table.rows) - table.total.achieved) <= len(table.rows) / 2 + 0.5
        assert abs(area.printed_score - table.total.achieved) <= 1
        for row in table.rows:
            assert 0 <= row.achieved <= row.max
            if row.percent is not None:
                assert abs(row.achieved - row.percent * row.max / 100) <= 0.5 + 0.005 * row.max + 1e-9


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_all_words_come_from_the_one_source(seed: int) -> None:
    report = composed(seed)
    source = next(s for s in SOURCES if s.id == report.source_report)
    place = next(p for p in PLACES if p.name == report.municipality)
    known = {retell(i, source.municipality, place) for a in source.areas for i in (*a.strengths, *a.improvements)}
    assert all(set(area.strengths) | set(area.improvements) <= known for area in report.areas)
    assert all(area.strengths and area.improvements and area.narrative for area in report.areas)
    assert not any(re.search(rf"\b{source.municipality}", item) for a in report.areas for item in a.strengths)


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_page_holds_every_string_of_the_label(seed: int) -> None:
    report = composed(seed)
    layout = draw_layout(random.Random(seed), report)
    report = as_printed(report, layout)
    page = html.unescape(re.sub(r"<[^>]+>", " ", page_html(report, layout))).replace("\u00ad", "")
    squeezed = re.sub(r"\s+", " ", page)
    strings = [report.title, report.evaluator_line]
    for area in report.areas:
        strings += [area.name, *area.rubrics, *area.strengths, *area.improvements, area.score_table.heading]
        strings += [paragraph for section in area.narrative for paragraph in section.paragraphs]
        strings += [f"{row.number} {row.question} {row.achieved} {row.max}" for row in area.score_table.rows]
    assert [s for s in strings if re.sub(r"\s+", " ", s).strip() not in squeezed] == []


def test_same_seed_same_report_and_layout() -> None:
    assert composed(5) == composed(5)
    assert draw_layout(random.Random(3), composed(5)) == draw_layout(random.Random(3), composed(5))


def test_label_survives_its_file(tmp_path: Path) -> None:
    write_gold(composed(8), tmp_path / "r.json")
    assert read_gold(tmp_path / "r.json") == composed(8)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Salas mål och Sala kommun", "Örkelljungas mål och Örkelljunga kommun"),
        ("Salaborna i Sala", "Örkelljungaborna i Örkelljunga"),
        ("SALA KOMMUN", "ÖRKELLJUNGA KOMMUN"),
    ],
)
def test_retell_keeps_genitives_compounds_and_capitals(text: str, expected: str) -> None:
    place = PLACES[0].__class__("1257", "Örkelljunga", "Örkelljunga kommun")
    assert retell(text, "Sala", place) == expected
