"""Codecs give back the picture; wear keeps letters readable and belongs to whole reports where a machine makes it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
import pytest

from kompass_extract.training.render.codecs import CODECS, INK, page_pdf
from kompass_extract.training.render.scanner import ALL_QUALITIES, QUALITIES, WORN, scan
from kompass_extract.training.render.wear import Glass, Wear, draw_hairlines, photograph, show_through, wear_page

Gray = npt.NDArray[np.uint8]


def page(height: int = 660, width: int = 466) -> Gray:
    """A page with lines of words."""
    image = np.full((height, width), 255, np.uint8)
    for line in range(60, height - 40, 26):
        cv2.putText(image, "Styrkor och forbattringar 37", (40, line), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 0, 2)
    return image


@pytest.mark.parametrize("codec", CODECS)
def test_a_codec_gives_back_the_letters(codec: str) -> None:
    image = page()
    document = pdfium.PdfDocument(page_pdf(image, codec, dpi=72, quality=80))
    assert len(document) == 1
    seen = np.asarray(document[0].render(scale=1, grayscale=True).to_pil().convert("L"))
    assert seen.shape == image.shape
    assert np.mean((seen < INK) == (image < INK)) > 0.985


def test_an_unknown_codec_is_refused() -> None:
    with pytest.raises(KeyError):
        page_pdf(page(), "djvu", dpi=72, quality=80)


@pytest.mark.parametrize("name", [name for name, quality in WORN.items() if quality.wear])
def test_wear_keeps_the_letters_and_its_input(name: str) -> None:
    image, wear = page(), WORN[name].wear
    assert wear is not None
    before = image.copy()
    rng = np.random.default_rng(4)
    worn = wear_page(image, page(), wear, Glass.draw(wear, rng), rng)
    assert np.array_equal(image, before)
    assert worn.shape == image.shape
    if not wear.perspective:
        inked = image < INK
        assert worn[inked].mean() + 30 < worn[~inked].mean()


def test_hairlines_stand_at_the_same_places_on_each_page() -> None:
    rng = np.random.default_rng(1)
    glass, white = Glass.draw(Wear(hairlines=4), rng), np.full((400, 300), 255, np.uint8)
    columns = [set(np.flatnonzero((draw_hairlines(white, glass, rng) < 200).any(axis=0))) for _ in range(3)]
    assert all(columns)
    for place, thick, _ in glass.lines:
        near = set(range(int(place * 300) - 1, int(place * 300) + 2 + thick))
        assert all(near & column for column in columns)


def test_the_back_shows_mirrored_and_fainter_than_ink() -> None:
    white, back = np.full((100, 100), 255, np.uint8), np.full((100, 100), 255, np.uint8)
    back[:, 5:15] = 0
    seen = show_through(white, back, 0.3)
    assert seen[:, 85:95].mean() < 235
    assert seen.min() > 150


def test_a_photograph_shows_the_desk() -> None:
    seen = photograph(page(), 0.03, np.random.default_rng(2))
    assert seen[:4].mean() < 160


@pytest.mark.parametrize("often", [0.0, 1.0])
def test_backs_are_scanned_after_their_fronts(often: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ALL_QUALITIES, "sheets", replace(WORN["sheets"], doubled=often))
    source, target = tmp_path / "source.pdf", tmp_path / "scan.pdf"
    source.write_bytes(page_pdf(page(), "jpeg", dpi=72, quality=90))
    scan(source, target, "sheets", seed=1)
    document = pdfium.PdfDocument(target)
    inks = [(np.asarray(p.render(scale=1, grayscale=True).to_pil().convert("L")) < INK).mean() for p in document]
    assert len(inks) == 2 + often
    assert min(inks[:-1]) > 0.02
    assert inks[-1] < 0.002


def test_degradations_have_names_of_their_own() -> None:
    assert not set(WORN) & set(QUALITIES)
