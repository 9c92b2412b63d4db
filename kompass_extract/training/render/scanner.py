"""Turns a born-digital PDF into a scan of it, in named qualities.

A quality is a record of what scanner, copier and fax do to a page; each page draws its own skew, shading
and specks from a seeded generator.  The page's size in points is kept (but for pages turned on their side).
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image

from kompass_extract.training.render.codecs import page_pdf
from kompass_extract.training.render.wear import Glass, Wear, show_through, wear_page

Gray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Quality:
    """Angles in degrees, blur in pixels (sigma), noise and shading in gray levels of 255, specks per page."""

    dpi: int
    skew: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    shading: float = 0.0
    specks: int = 0
    jpeg: int = 85
    bitonal: bool = False
    stroke: int = 0  # 1: on some pages strokes thicken by a pixel
    turned: int = 0  # pages turned by 90, 180 or 270
    border: bool = False
    holes: bool = False
    scanned_share: float = 1.0
    text_layer: bool = False
    codec: str = ""  # of codecs.CODECS; empty for G4 where bitonal, else JPEG
    wear: Wear | None = None
    dpi_range: tuple[int, int] | None = None  # drawn for each report, instead of ``dpi``
    jpeg_range: tuple[int, int] | None = None
    doubled: float = 0.0  # how often a sheet is drawn in twice and its page comes twice
    backs: bool = False  # whether the empty backs are scanned too


QUALITIES: dict[str, Quality] = {
    "clean300": Quality(300, noise=0.7, jpeg=85),
    "office200": Quality(200, skew=0.6, blur=0.4, noise=2.5, shading=25, jpeg=80),
    "poor150": Quality(150, skew=2.0, blur=0.75, noise=13, shading=50, specks=250, jpeg=60, turned=2),
    "fax200": Quality(200, skew=1.0, blur=0.5, specks=700, bitonal=True, stroke=1),
    "copy": Quality(200, skew=1.0, blur=0.7, noise=6, shading=20, specks=80, jpeg=70, border=True, holes=True),
    "mixed": Quality(200, skew=0.6, blur=0.4, noise=2.5, shading=25, jpeg=80, scanned_share=0.5),
    "english-text-layer": Quality(200, skew=0.4, blur=0.3, noise=4, shading=15, jpeg=80, text_layer=True),
}
# What offices, archives and telephones do to reports: whole ones are left out of training in turn.
WORN: dict[str, Quality] = {
    "copies": Quality(300, skew=1.2, specks=300, bitonal=True, wear=Wear(generations=3, hairlines=5, holes=0.3),
                      codec="g4", dpi_range=(200, 300)),
    "hairlines": Quality(300, skew=0.8, blur=0.4, noise=3, specks=40, jpeg=70, wear=Wear(hairlines=6)),
    "show-through": Quality(200, skew=0.6, blur=0.4, noise=3, jpeg=65, wear=Wear(show_through=0.28, uneven=20),
                            dpi_range=(150, 300)),
    "mrc": Quality(300, skew=0.5, blur=0.3, noise=2, wear=Wear(uneven=25), codec="mrc", jpeg_range=(20, 50),
                   dpi_range=(200, 400)),
    "jbig2": Quality(300, skew=0.7, blur=0.4, specks=120, bitonal=True, codec="jbig2", dpi_range=(200, 400)),
    "uneven-light": Quality(200, skew=1.0, blur=0.5, noise=5, wear=Wear(uneven=95), jpeg_range=(30, 70),
                            dpi_range=(150, 250)),
    "desk": Quality(200, skew=0.8, blur=0.4, noise=3, jpeg=70, dpi_range=(150, 300),
                    wear=Wear(holes=0.9, stamps=0.12, handwriting=0.35, creases=0.3, uneven=15)),
    "low-jpeg": Quality(150, skew=0.5, blur=0.4, noise=2, jpeg_range=(20, 40), dpi_range=(130, 220)),
    "low-dpi": Quality(110, skew=0.4, blur=0.3, noise=2, jpeg_range=(60, 85), dpi_range=(100, 130)),
    "faint": Quality(200, skew=0.8, blur=0.4, noise=5, specks=60, jpeg=70, wear=Wear(faint=0.72), dpi_range=(150, 300)),
    "sheets": Quality(200, skew=0.6, blur=0.4, noise=2.5, jpeg=70, wear=Wear(show_through=0.12), doubled=0.15,
                      backs=True),
    "photo": Quality(170, blur=0.6, noise=5, jpeg_range=(50, 80), wear=Wear(perspective=0.035), dpi_range=(150, 220)),
}  # fmt: skip
ALL_QUALITIES = QUALITIES | WORN
TESSERACT_SECONDS = 60


def _skew(image: Gray, degrees: float) -> Gray:
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return np.asarray(cv2.warpAffine(image, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=255), np.uint8)


def _shade(image: Gray, depth: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """Darken towards one side and a corner, as an open lid and a book fold do."""
    height, width = image.shape
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    side = x if rng.random() < 0.5 else 1 - x
    fall = side**4 * rng.uniform(0.5, 1) + (y if rng.random() < 0.5 else 1 - y) * rng.uniform(0, 0.4)
    return np.asarray(image.astype(np.float32) - depth * fall, np.float32)


def _specks(image: Gray, count: int, rng: np.random.Generator) -> None:
    height, width = image.shape
    for _ in range(count):
        radius = 0 if rng.random() < 0.5 else 1
        spot = (int(rng.integers(width)), int(rng.integers(height)))
        cv2.circle(image, spot, radius, int(rng.integers(0, 110)) if rng.random() < 0.85 else 255, -1)


def _borders(image: Gray, quality: Quality, rng: np.random.Generator) -> None:
    """A copier's dark edges and the black discs of punch holes, clear of the text."""
    height, width = image.shape
    if quality.border:
        image[:, : int(width * rng.uniform(0.005, 0.02))] = rng.integers(10, 60)
        image[: int(height * rng.uniform(0.003, 0.012)), :] = rng.integers(10, 60)
    if quality.holes:
        for share in (0.5 - 40 / 297, 0.5 + 40 / 297):
            cv2.circle(image, (int(width * 12 / 210 * 0.8), int(height * share)), int(width * 2.6 / 210), 25, -1)


def _drawn(quality: Quality, rng: np.random.Generator) -> Quality:
    """``quality`` with the figures of one report where it gives ranges."""
    dpi = int(rng.integers(*quality.dpi_range, endpoint=True)) if quality.dpi_range else quality.dpi
    jpeg = int(rng.integers(*quality.jpeg_range, endpoint=True)) if quality.jpeg_range else quality.jpeg
    return replace(quality, dpi=dpi, jpeg=jpeg)


def degrade(image: Gray, quality: Quality, rng: np.random.Generator) -> Gray:
    """One page as ``quality`` sees it; ``image`` is gray, 0 black, and is not changed."""
    page = image.copy()
    if quality.stroke and rng.random() < 0.3:
        page = np.asarray(cv2.erode(page, np.ones((2, 2), np.uint8)), np.uint8)
    if quality.skew:
        page = _skew(page, float(rng.uniform(-quality.skew, quality.skew)))
    if quality.blur:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), quality.blur), np.uint8)
    _borders(page, quality, rng)
    _specks(page, int(quality.specks * rng.uniform(0.6, 1.4)), rng)
    if quality.bitonal:
        return np.where(page > rng.integers(150, 205), 255, 0).astype(np.uint8)
    tone = _shade(page, quality.shading * float(rng.uniform(0.5, 1)), rng)
    tone += rng.normal(0, quality.noise, page.shape).astype(np.float32)
    return np.clip(tone, 0, 255).astype(np.uint8)


def _page_pdf(image: Gray, quality: Quality) -> bytes:
    """A one-page PDF that holds the image, with the text layer of an English reader where asked."""
    picture = Image.fromarray(image)
    if quality.text_layer:
        import pytesseract

        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # its threads wait for each other on a busy machine
        picture.info["dpi"] = (quality.dpi, quality.dpi)
        config = f"--dpi {quality.dpi}"
        return bytes(pytesseract.image_to_pdf_or_hocr(picture, lang="eng", config=config, timeout=TESSERACT_SECONDS))
    if quality.codec or quality.wear:
        return page_pdf(image, quality.codec or "jpeg", dpi=quality.dpi, quality=quality.jpeg)
    buffer = io.BytesIO()
    if quality.bitonal:
        picture.convert("1").save(buffer, "PDF", resolution=quality.dpi)
    else:
        picture.save(buffer, "PDF", resolution=quality.dpi, quality=quality.jpeg)
    return buffer.getvalue()


def _render(document: pdfium.PdfDocument, index: int, quality: Quality) -> Gray:
    """A page in gray as a perfect scanner sees it."""
    picture = document[index].render(scale=quality.dpi / 72, grayscale=True).to_pil()
    return np.asarray(picture.convert("L"), np.uint8)


def _back(front: Gray, quality: Quality, rng: np.random.Generator) -> Gray:
    """The empty back of a sheet, through which its front shows."""
    bare = show_through(np.full_like(front, 255), front, float(rng.uniform(0.03, 0.15)))
    return degrade(bare, replace(quality, turned=0), rng)


def scan(source: Path, target: Path, quality_name: str, *, seed: int) -> None:
    """Write ``source`` to ``target`` as scanned in the quality of that name; KeyError for an unknown one."""
    rng = np.random.default_rng(seed)
    quality = _drawn(ALL_QUALITIES[quality_name], rng)
    glass = Glass.draw(quality.wear, rng) if quality.wear else None
    born, out = pdfium.PdfDocument(source), pdfium.PdfDocument.new()
    count = len(born)
    candidates = np.arange(min(3, count - 1), count)
    chosen = rng.choice(candidates, min(quality.turned, len(candidates)), replace=False)
    turned = {int(page): int(rng.integers(1, 4)) for page in chosen}
    for index in range(count):
        if rng.random() >= quality.scanned_share:
            out.import_pages(born, [index])
            continue
        gray = _render(born, index, quality)
        if quality.wear and glass:
            back = _render(born, index + 1, quality) if quality.wear.show_through and index + 1 < count else None
            gray = wear_page(gray, back, quality.wear, glass, rng)
        page = degrade(gray, quality, rng)
        if index in turned:
            page = np.ascontiguousarray(np.rot90(page, turned[index]))
        pages = [page] * (2 if quality.doubled and rng.random() < quality.doubled else 1)
        pages += [_back(page, quality, rng)] if quality.backs else []
        for picture in pages:
            part = pdfium.PdfDocument(_page_pdf(picture, quality))
            out.import_pages(part)
            part.close()
    out.save(target)
    out.close()
    born.close()
