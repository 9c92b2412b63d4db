"""Labels and training read foreign files in a fenced process; this one opens none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pypdfium2
import pytest

from kompass_extract import errors
from kompass_extract.model.report import Evidence
from kompass_extract.pages import source as sources
from kompass_extract.pages.source import SourceKind
from kompass_extract.pipeline import Tools, read_document
from kompass_extract.training.evaluate import cases, evaluation, place_pictures
from kompass_extract.training.fenced_documents import fenced_documents, fenced_reports
from tests.support.hostile_pdfs import KINDS

SCANS = Path(__file__).parents[2] / "gold" / "scans"
BORN_DIGITAL = SCANS / "hoganas-2018.born-digital.pdf"


@pytest.fixture
def unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process must open no file with PDFium."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a PDF is opened without the fence")

    monkeypatch.setattr(pypdfium2, "PdfDocument", refuse)
    monkeypatch.setattr(sources.pdfium, "PdfDocument", refuse)


def test_a_document_is_what_it_is_without_the_fence(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = read_document(sources.open_source(BORN_DIGITAL), Tools.default(jobs=1))
    monkeypatch.setattr(sources.pdfium, "PdfDocument", None)
    with fenced_documents(Tools.default(jobs=1)) as fenced:
        assert fenced.document(BORN_DIGITAL) == expected
        assert len(fenced.readings(BORN_DIGITAL)) == len(expected.pages)


def test_a_text_is_read_too(unopened: None, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kommunkompassen\n\nSala kommun 2016\n")
    with fenced_documents(Tools.default(jobs=1)) as fenced:
        assert fenced.document(tmp_path / "a.txt").source.kind == SourceKind.TEXT


def test_pages_are_kept_for_another_time(unopened: None, tmp_path: Path) -> None:
    with fenced_documents(Tools.default(jobs=1), tmp_path / "kept") as fenced:
        first = fenced.document(BORN_DIGITAL)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*.page")}
    with fenced_documents(Tools.default(jobs=1), tmp_path / "kept") as fenced:
        assert fenced.document(BORN_DIGITAL) == first
    assert len(kept) == len(first.pages)
    assert kept == {path: path.stat().st_mtime_ns for path in (tmp_path / "kept").rglob("*.page")}


@pytest.mark.slow
def test_a_hostile_file_is_an_error_or_a_lost_page_and_the_next_is_read(unopened: None, tmp_path: Path) -> None:
    (tmp_path / "hostile.pdf").write_bytes(KINDS["forms-in-forms"]())
    (tmp_path / "broken.pdf").write_bytes(BORN_DIGITAL.read_bytes()[:5_000])
    with fenced_documents(Tools.default(jobs=1)) as fenced:
        for name in ("hostile.pdf", "broken.pdf", "missing.pdf"):
            with pytest.raises(errors.KompassError):
                fenced.document(tmp_path / name)
        assert fenced.document(BORN_DIGITAL).pages


@pytest.mark.slow
def test_an_evaluation_reads_behind_the_fence(unopened: None, tmp_path: Path) -> None:
    """Good, hostile and broken cases of one folder: each is a result, read with another folder's models."""
    models = tmp_path / "models"
    shutil.copytree(SCANS.parents[1] / "models", models)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    shutil.copy(SCANS.parent / "hoganas-2018.json", corpus / "hoganas-2018.gold.json")
    shutil.copy(BORN_DIGITAL, corpus / "hoganas-2018.a-good.pdf")
    (corpus / "hoganas-2018.b-hostile.pdf").write_bytes(KINDS["forms-in-forms"]())
    (corpus / "hoganas-2018.c-broken.pdf").write_bytes(BORN_DIGITAL.read_bytes()[:5_000])
    with fenced_reports(jobs=1, models=models, readings=tmp_path / "kept") as read:
        results = evaluation.evaluate(cases.rendered_cases(corpus), read=read, out_dir=tmp_path / "out")
    good, hostile, broken = results
    assert good.score is not None
    assert good.report is not None
    assert list((tmp_path / "kept").rglob("*.page"))
    assert hostile.error is not None
    assert broken.error is not None
    assert broken.error.startswith("TruncatedFileError")
    with fenced_reports(jobs=1, models=tmp_path / "none") as read, pytest.raises(errors.ModelError):
        read(BORN_DIGITAL)


def test_pictures_of_an_evaluation_are_drawn_behind_the_fence(unopened: None, tmp_path: Path) -> None:
    shutil.copy(BORN_DIGITAL, tmp_path / "a.pdf")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 nothing")
    place = [Evidence(page=1, bbox=(50.0, 50.0, 300.0, 200.0))]
    drawn = place_pictures.picture(tmp_path / "a.pdf", (), place)
    assert drawn is not None
    assert drawn.startswith("data:image/png;base64,")
    assert place_pictures.picture(tmp_path / "b.pdf", (), place) is None
    assert place_pictures.picture(tmp_path / "missing.pdf", (), place) is None
