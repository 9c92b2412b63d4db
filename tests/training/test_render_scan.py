"""Scans keep what the page says and where, and are the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, ImageDraw

pytest.importorskip("playwright")

from kompass_extract.training.render.chromium import EXECUTABLE, ChromiumMissingError, browser_page, print_pdf
from kompass_extract.training.render.scanner import QUALITIES, Quality, degrade, scan

SCANNING = [name for name in QUALITIES if name not in ("english-text-layer", "mixed")]


@pytest.fixture
def born(tmp_path: Path) -> Path:
    pages = []
    for number in range(4):
        page = Image.new("L", (595, 842), 255)
        ImageDraw.Draw(page).text((100, 200), f"Sida {number + 1} av 4", fill=0, font_size=30)
        pages.append(page)
    pages[0].save(tmp_path / "born.pdf", save_all=True, append_images=pages[1:], resolution=72)
    return tmp_path / "born.pdf"


@pytest.mark.parametrize("quality", SCANNING)
def test_scan_keeps_pages_their_size_and_is_seeded(born: Path, tmp_path: Path, quality: str) -> None:
    for name in ("a", "b"):
        scan(born, tmp_path / f"{name}.pdf", quality, seed=4)
    a, b = (pdfium.PdfDocument(tmp_path / f"{name}.pdf") for name in "ab")
    assert len(a) == 4
    assert all(sorted(page.get_size()) == pytest.approx([595, 842], abs=1.5) for page in a)
    images = [[page.render(scale=1).to_numpy() for page in document] for document in (a, b)]
    assert all(np.array_equal(x, y) for x, y in zip(*images, strict=True))


def test_poor_scan_turns_pages_and_fax_is_black_and_white() -> None:
    assert QUALITIES["poor150"].turned > 0
    page = np.full((300, 200), 255, np.uint8)
    page[100:120, 40:160] = 0
    fax = degrade(page, QUALITIES["fax200"], np.random.default_rng(1))
    assert set(np.unique(fax)) <= {0, 255}
    assert fax[105:115, 60:140].mean() < 20


def test_a_flawless_quality_changes_nothing() -> None:
    page = np.random.default_rng(2).integers(0, 256, (50, 40)).astype(np.uint8)
    assert np.array_equal(degrade(page, Quality(72), np.random.default_rng(0)), page)


def test_missing_browser_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ChromiumMissingError, match="apt-get install chromium"), browser_page(str(tmp_path / "none")):
        pass


@pytest.mark.slow
@pytest.mark.skipif(not Path(EXECUTABLE).exists(), reason="no Chromium here")
def test_browser_prints_pages_with_furniture(tmp_path: Path) -> None:
    with browser_page() as page:
        html = "<p>Åäö</p><p style='break-before:page'>två</p>"
        print_pdf(
            page,
            html,
            tmp_path / "x.pdf",
            furniture=("<b style='font-size:9pt'>Huvud</b>", "<b></b>"),
            margins=(20, 20),
        )
    document = pdfium.PdfDocument(tmp_path / "x.pdf")
    assert len(document) == 2
    text = document[0].get_textpage().get_text_range()
    assert "Åäö" in text
    assert "Huvud" in text
