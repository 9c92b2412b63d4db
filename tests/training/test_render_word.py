"""A report set in Word says what its label says, whatever layout is drawn, and LibreOffice prints it."""

from __future__ import annotations

import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pyphen")
pytest.importorskip("playwright")
pytest.importorskip("docx")

import docx
from docx.document import Document
from docx.oxml.ns import qn

from kompass_extract.training.fit_labels.gold_strings import report_files
from kompass_extract.training.render.__main__ import main
from kompass_extract.training.render.compose import compose
from kompass_extract.training.render.gold_model import RenderedReport, read_gold
from kompass_extract.training.render.soffice import (
    OfficeMissingError,
    PrintFailedError,
    office_profile,
    print_documents,
)
from kompass_extract.training.render.structure import front_matter, structure_of
from kompass_extract.training.render.word import word_document
from kompass_extract.training.render.word_layout import (
    BORDERS,
    BULLETS,
    LISTS,
    SCORES_BEFORE,
    SCORES_WITH_ITEMS,
    draw_word_layout,
)

GOLD = Path(__file__).resolve().parents[2] / "gold"
SOURCES = [read_gold(path) for path in report_files(GOLD)]
seeds = st.integers(0, 10**6)
needs_office = pytest.mark.skipif(shutil.which("lowriter") is None, reason="libreoffice-writer is not installed")


def composed(seed: int) -> RenderedReport:
    return compose(SOURCES[seed % len(SOURCES)], random.Random(seed))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00ad", ""))


def said(document: Document) -> str:
    """All text of the body in its order, with a space between its paragraphs and for each tab."""
    pieces = {qn("w:t"): lambda element: element.text or "", qn("w:p"): lambda _: " ", qn("w:tab"): lambda _: " "}
    return squeezed("".join(pieces[element.tag](element) for element in document.element.body.iter(*pieces)))


def rows_of(document: Document) -> list[list[str]]:
    """Each table row's cells as squeezed text."""
    return [[squeezed(cell.text) for cell in row.cells] for table in document.tables for row in table.rows]


@settings(max_examples=10, deadline=None)
@given(seeds)
def test_document_holds_every_string_of_the_label(seed: int) -> None:
    report = composed(seed)
    text = said(word_document(report, draw_word_layout(random.Random(seed), report)))
    strings = [report.title, report.evaluator_line, *(words for _, words in front_matter(report).body)]
    for area in report.areas:
        strings += [area.name, *area.rubrics, *area.strengths, *area.improvements, area.score_table.heading]
        strings += [paragraph for section in area.narrative for paragraph in section.paragraphs]
    assert [s for s in strings if squeezed(s).strip() not in text] == []


@settings(max_examples=100, deadline=None)
@given(seeds)
def test_layouts_contradict_neither_themselves_nor_the_structure(seed: int) -> None:
    report = composed(seed % 12)
    layout = draw_word_layout(random.Random(seed), report)
    assert layout == draw_word_layout(random.Random(seed), report)
    assert layout.lists in LISTS
    assert layout.bullet in BULLETS
    assert {layout.borders, layout.scores.borders} <= set(BORDERS)
    tabled = layout.lists in ("cells", "paired")
    late = tabled and structure_of(report) == "rubric_list"
    assert layout.score_place in (SCORES_WITH_ITEMS if late else SCORES_BEFORE)
    assert not (layout.lists == "paired" and layout.item_style == "plain")
    assert layout.bar or layout.lists != "gutter"


@pytest.mark.parametrize("lists", sorted(set(LISTS)))
def test_every_form_of_lists_prints_each_item_once_and_in_order(lists: str) -> None:
    report = composed(4)
    report = report.model_copy(update={"areas": report.areas[:2]})
    layout = replace(draw_word_layout(random.Random(1), report), lists=lists, score_place="line", item_style="bullet")
    layout = replace(layout, bar="1F4E79", area_heading="Kapitel {n}: {name}")
    text = said(word_document(report, layout))
    for area in report.areas:
        start = text.index(f"Kapitel {area.number}: {area.name}")
        for items in (area.strengths, area.improvements):
            places = [text.find(squeezed(item).strip(), start) for item in items]
            assert -1 not in places
            assert places == sorted(set(places))


@pytest.mark.parametrize("place", SCORES_BEFORE + SCORES_WITH_ITEMS)
def test_chapter_score_is_printed_in_every_place(place: str) -> None:
    report = composed(3)
    areas = tuple(area.model_copy(update={"printed_score": 9001}) for area in report.areas[:2])
    report = report.model_copy(update={"areas": areas})
    for lists in ("cells", "paired"):
        layout = replace(draw_word_layout(random.Random(2), report), lists=lists, score_place=place)
        assert said(word_document(report, layout)).count("9001") == 2


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 2, 5])
def test_score_tables_hold_every_row_and_total(seed: int, joined: bool) -> None:
    report = composed(seed)
    layout = draw_word_layout(random.Random(seed), report)
    scores = replace(layout.scores, number_with_question=joined, percent_sign="%", total_label="Summa")
    layout = replace(layout, scores=scores)
    rows = rows_of(word_document(report, layout))
    for area in report.areas:
        for row in area.score_table.rows:
            first = [f"{row.number} {squeezed(row.question)}"] if joined else [row.number, squeezed(row.question)]
            percent = [] if row.percent is None else [f"{row.percent}%"]
            assert [*first, str(row.achieved), str(row.max), *percent] in rows
        total = area.score_table.total
        percent = [] if total.percent is None else [f"{total.percent}%"]
        assert [*([] if joined else [""]), "Summa", str(total.achieved), str(total.max), *percent] in rows


def test_document_survives_its_file(tmp_path: Path) -> None:
    report = composed(7)
    document = word_document(report, draw_word_layout(random.Random(7), report))
    document.save(str(tmp_path / "report.docx"))
    assert said(docx.Document(str(tmp_path / "report.docx"))) == said(document)


def test_missing_office_names_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OfficeMissingError, match="libreoffice-writer"), office_profile("no-such-office"):
        pass
    monkeypatch.setenv("PATH", str(tmp_path))
    command = ["--typesetter", "word", "--reports", "1", "--qualities", "none", "--out", str(tmp_path / "out")]
    assert main(command) == 3
    assert "apt-get install libreoffice-writer" in capsys.readouterr().err


@pytest.mark.parametrize(("script", "message"), [("sleep 60 & wait", "no PDF after"), ("echo no filter", "no filter")])
def test_office_that_hangs_or_prints_nothing_is_an_error(tmp_path: Path, script: str, message: str) -> None:
    office = tmp_path / "office"
    office.write_text(f"#!/bin/sh\n{script}\n")
    office.chmod(0o755)
    with pytest.raises(PrintFailedError, match=message):
        print_documents({tmp_path / "a.docx": tmp_path / "a.pdf"}, tmp_path, executable=str(office), timeout=1)
    assert not (tmp_path / "a.pdf").exists()


@needs_office
def test_office_prints_the_document_and_its_label(tmp_path: Path) -> None:
    command = ["--typesetter", "word", "--reports", "1", "--qualities", "none", "--seed", "5", "--out", str(tmp_path)]
    assert main(command) == 0
    (printed,), (label,) = tmp_path.glob("*.born-digital.pdf"), tmp_path.glob("*.gold.json")
    assert len(list(tmp_path.glob("*.layout.json"))) == 1
    report, document = read_gold(label), pdfium.PdfDocument(printed)
    text = re.sub(r"[\s\u00ad\ufffe-]+", "", "".join(page.get_textpage().get_text_range() for page in document))
    assert len(document) > 10
    for area in report.areas:
        wanted = (
            area.name,
            area.narrative[0].paragraphs[0][:30],
            *(row.question[:20] for row in area.score_table.rows),
        )
        assert [words for words in wanted if re.sub(r"[\s-]+", "", words) not in text] == []
