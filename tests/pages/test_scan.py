"""Whatever is wrong with a file, its error names the cause; whatever is right with it becomes a gray page."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, features

from kompass_extract.errors import (
    EncryptedPdfError,
    KompassError,
    NoPagesError,
    NotAPdfError,
    PageSizeError,
    TruncatedFileError,
    UnreadableFileError,
)
from kompass_extract.pages.image import load_upright
from kompass_extract.pages.source import SourceKind, load_page, open_source
from tests.support.drawn import A4, Sheet, pdf_bytes, save_pages

ROOT = Path(__file__).parents[2]
BORN_DIGITAL = ROOT / "gold" / "scans" / "hoganas-2018.born-digital.pdf"
OFFICE = ROOT / "gold" / "scans" / "sala-2023.office200.pdf"


def png_bytes(tmp_path: Path) -> bytes:
    """A small drawn page as PNG."""
    Sheet(300, 400, dpi=100).image.save(tmp_path / "whole.png", dpi=(100, 100))
    return (tmp_path / "whole.png").read_bytes()


CASES: dict[str, tuple[str, bytes | None, type[KompassError], int]] = {
    "missing": ("nowhere.pdf", None, UnreadableFileError, 10),
    "text called pdf": ("letter.pdf", b"Dear reader", NotAPdfError, 11),
    "picture called pdf": ("scan.pdf", b"\x89PNG\r\n\x1a\n", NotAPdfError, 11),
    "half a pdf": ("half.pdf", BORN_DIGITAL.read_bytes()[:150_000], TruncatedFileError, 13),
    "damaged pdf": ("damaged.pdf", b"%PDF-1.4\njunk\n%%EOF\n", TruncatedFileError, 13),
    "empty": ("empty.pdf", b"", NoPagesError, 14),
    "empty text": ("empty.txt", b"", NoPagesError, 14),
    "wall chart": ("wall.pdf", pdf_bytes([A4, (14_400, 842)]), PageSizeError, 15),
    "stamp": ("stamp.pdf", pdf_bytes([(20, 842)]), PageSizeError, 15),
    "unknown kind": ("report.docx", b"PK\x03\x04" + bytes(200), UnreadableFileError, 10),
    "binary called text": ("report.txt", b"abc\x00\x01\x02", UnreadableFileError, 10),
    "no image in it": ("scan.jpg", b"not a picture at all", UnreadableFileError, 10),
}


@pytest.mark.parametrize("case", CASES)
def test_each_bad_file_has_its_error_and_exit_code(case: str, tmp_path: Path) -> None:
    name, data, kind, code = CASES[case]
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(KompassError) as caught:
        open_source(path)
    assert type(caught.value) is kind
    assert caught.value.exit_code == code
    assert name in str(caught.value), "the message names the file"


def test_encrypted_pdf_is_told_from_a_damaged_one() -> None:
    with pytest.raises(EncryptedPdfError, match="without a password") as caught:
        open_source(Path(__file__).parent.parent / "data" / "encrypted.pdf")
    assert caught.value.exit_code == 12


def test_a_pdf_without_pages_says_so(tmp_path: Path) -> None:
    document = pdfium.PdfDocument.new()
    document.save(tmp_path / "none.pdf")
    with pytest.raises(NoPagesError, match="no pages"):
        open_source(tmp_path / "none.pdf")


def test_a_pdf_of_thousands_of_pages_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kompass_extract.pages.source.MOST_PAGES", 3)
    (tmp_path / "long.pdf").write_bytes(pdf_bytes([A4] * 4))
    with pytest.raises(PageSizeError, match="4 pages"):
        open_source(tmp_path / "long.pdf")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="folder"):
        open_source(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(pdf_bytes([A4]))
    path.chmod(0)
    with pytest.raises(UnreadableFileError, match="permissions"):
        open_source(path)


def test_a_damaged_image_is_truncated(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (300, 300)).astype(np.uint8)
    Image.fromarray(noise).save(tmp_path / "whole.png")
    (tmp_path / "half.png").write_bytes((tmp_path / "whole.png").read_bytes()[:40_000])
    with pytest.raises(TruncatedFileError) as caught:
        open_source(tmp_path / "half.png")
    assert caught.value.exit_code == 13


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_images_too_large_and_too_small_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("L", (40, 300), 255).save(tmp_path / "small.png")
    with pytest.raises(PageSizeError, match="too few"):
        open_source(tmp_path / "small.png")
    monkeypatch.setattr("kompass_extract.pages.source.LARGEST_IMAGE_PX", 10_000)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    Image.new("L", (120, 120), 255).save(tmp_path / "large.png")
    Image.new("L", (300, 300), 255).save(tmp_path / "bomb.png")
    for name in ("large.png", "bomb.png"):
        with pytest.raises(PageSizeError) as caught:
            open_source(tmp_path / name)
        assert caught.value.exit_code == 15


def test_sources_are_told_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "image.dat").write_bytes(png_bytes(tmp_path))
    (tmp_path / "report.txt").write_text("Område 1", "utf-8")
    (tmp_path / "report.bin").write_bytes(b"\n\n" + pdf_bytes([A4, A4]))
    image, text, pdf = (open_source(tmp_path / name) for name in ("image.dat", "report.txt", "report.bin"))
    assert (image.kind, image.pages) == (SourceKind.IMAGE, 1)
    assert (text.kind, text.pages) == (SourceKind.TEXT, 0)
    assert (pdf.kind, pdf.pages) == (SourceKind.PDF, 2)
    assert image.sha256 == hashlib.sha256((tmp_path / "image.dat").read_bytes()).hexdigest()


def test_multi_page_tiff_gives_every_page(tmp_path: Path) -> None:
    sheets = [Sheet(300, 400, dpi=150) for _ in range(3)]
    for number, sheet in enumerate(sheets):
        sheet.square(50 + 80 * number, 100, 40)
    source = open_source(save_pages(sheets, tmp_path / "scan.tiff"))
    assert source.pages == 3
    for number in range(3):
        page = load_page(source, number + 1)
        columns = np.flatnonzero((page.gray < 128).any(axis=0)) * 72 / page.dpi
        assert page.number == number + 1
        assert columns[0] == pytest.approx(50 + 80 * number, abs=1)


@pytest.mark.parametrize("stated", [72, 96, 600])
def test_a_scan_that_states_a_wrong_resolution_is_taken_for_a4(stated: int, tmp_path: Path) -> None:
    sheet = Sheet(dpi=300)
    sheet.square(200, 300, 100)
    sheet.image.save(tmp_path / "scan.pdf", resolution=stated)
    page = load_page(open_source(tmp_path / "scan.pdf"), 1)
    height, width = page.gray.shape
    assert page.is_scan
    assert (width * 72 / page.dpi, height * 72 / page.dpi) == pytest.approx(A4, abs=1.5)
    columns = np.flatnonzero((page.gray < 128).any(axis=0)) * 72 / page.dpi
    assert (columns[0], columns[-1]) == pytest.approx((200, 300), abs=1)


@pytest.mark.parametrize("size", [(1920, 1080), (480, 360)])
def test_a_page_of_another_size_that_is_no_scan_keeps_it_for_its_boxes_to_fit(
    size: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "slides.pdf").write_bytes(pdf_bytes([size]))
    source = open_source(tmp_path / "slides.pdf")
    assert not load_page(source, 1, dpi=72).is_scan
    assert load_upright(source, 1, dpi=72, rotation=0, skew=0.0).shape == size[::-1]


def test_an_image_that_would_be_a_poster_is_taken_for_a4(tmp_path: Path) -> None:
    Sheet(dpi=300).image.save(tmp_path / "scan.png", dpi=(72, 72))
    page = load_page(open_source(tmp_path / "scan.png"), 1)
    assert page.gray.shape[0] * 72 / page.dpi == pytest.approx(A4[1], abs=1.5)


def test_sixteen_bits_and_transparency_become_gray_on_white(tmp_path: Path) -> None:
    deep = np.full((400, 300), 60_000, np.uint16)
    deep[100:200, 100:200] = 900
    Image.fromarray(deep).save(tmp_path / "deep.png")
    clear = np.zeros((400, 300, 4), np.uint8)
    clear[100:200, 100:200, 3] = 255
    Image.fromarray(clear, "RGBA").save(tmp_path / "clear.png")
    for name in ("deep.png", "clear.png"):
        source = open_source(tmp_path / name)
        gray = load_page(source, 1, dpi=150).gray
        height, width = gray.shape
        assert gray.dtype == np.uint8
        assert gray[height * 3 // 8, width // 2] < 20, name
        assert gray[height // 10, width // 10] > 240, name


def test_a_photo_on_its_side_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    sheet = Sheet(300, 400, dpi=150)
    exif = Image.Exif()
    exif[0x0112] = 6
    sheet.image.save(tmp_path / "photo.jpg", exif=exif, dpi=(150, 150))
    gray = load_page(open_source(tmp_path / "photo.jpg"), 1).gray
    assert gray.shape[1] > gray.shape[0]


RESOLUTIONS = [(100, None, 200), (180, None, 200), (400, None, 200), (400, 300, 300)]


@pytest.mark.parametrize(("own", "wanted", "dpi"), RESOLUTIONS)
def test_scans_are_rendered_at_one_resolution_unless_told_otherwise(
    own: int, wanted: int | None, dpi: int, tmp_path: Path
) -> None:
    sheet = Sheet(dpi=own)
    sheet.square(100, 100, 200)
    for name in ("scan.pdf", "scan.tiff"):
        page = load_page(open_source(save_pages([sheet], tmp_path / name)), 1, dpi=wanted)
        assert page.dpi == dpi
        assert page.is_scan
        assert page.gray.shape[1] * 72 / page.dpi == pytest.approx(A4[0], abs=1.5)
        assert (page.gray < 128).sum() * (72 / page.dpi) ** 2 == pytest.approx(200 * 200, rel=0.03)


def test_an_image_that_states_no_resolution_is_taken_for_a4(tmp_path: Path) -> None:
    Sheet(dpi=160).image.save(tmp_path / "plain.png")
    page = load_page(open_source(tmp_path / "plain.png"), 1)
    assert page.dpi == 200
    assert page.gray.shape[1] * 72 / page.dpi == pytest.approx(A4[0], abs=1.5)


def test_real_files_are_told_scanned_from_born_digital() -> None:
    born, office = open_source(BORN_DIGITAL), open_source(OFFICE)
    assert (born.pages, office.pages) == (25, 25)
    assert not load_page(born, 2).is_scan
    page = load_page(office, 2)
    assert page.is_scan
    assert page.dpi == 200
    assert page.gray.flags.c_contiguous


def test_fonts_are_there_for_the_drawn_pages() -> None:
    assert features.check("freetype2"), "Pillow's own font needs FreeType"


@pytest.mark.parametrize("stated", [(204, 98), (204, 196), (100, 200), None])
def test_the_pixels_of_a_fax_are_made_square(stated: tuple[int, int] | None, tmp_path: Path) -> None:
    across, down = stated or (204, 98)
    sheet = Sheet(dpi=408)
    sheet.square(200, 300, 100)
    size = (1728 if across == 204 else round(8.27 * across), round(11.69 * down))
    image = sheet.image.resize(size).convert("1")
    image.save(tmp_path / "fax.tif", compression="group4", **({"dpi": stated} if stated else {}))
    page = load_page(open_source(tmp_path / "fax.tif"), 1)
    dark = page.gray < 128
    rows, columns = (np.flatnonzero(dark.any(axis=axis)) for axis in (1, 0))
    high, wide = rows[-1] - rows[0] + 1, columns[-1] - columns[0] + 1
    assert wide == pytest.approx(high, rel=0.04)
    assert page.gray.shape[0] * 72 / page.dpi == pytest.approx(A4[1], rel=0.03)
