"""Open an input file (PDF, image or text), and render one page of it.

A file is checked before anything is read, so that a bad file ends with an error that names its cause.
Pages are rendered one at a time, so that memory does not grow with the report.
"""

from __future__ import annotations

import math
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
import pdf2image
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_raw
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from kompass_extract.errors import (
    EncryptedPdfError,
    NoPagesError,
    NotAPdfError,
    PageSizeError,
    TruncatedFileError,
    UnreadableFileError,
)
from kompass_extract.model.text_forms import utf16_of
from kompass_extract.pages.components import Gray
from kompass_extract.pages.foreign_kinds import seen_kind
from kompass_extract.pages.pdf_page import page_objects, shown_page
from kompass_extract.process.files import sha256_of
from kompass_extract.process.limits import processor_time
from kompass_extract.settings import LARGEST_FILE_BYTES

PDFIUM_SECONDS = 15.0  # of processor time for one visit to a PDF; the slowest labelled page takes 1.5
LONGEST_SIDE_PT = 3400.0  # A0 is 3370 pt high
SHORTEST_SIDE_PT = 36.0
MOST_PAGES = 2000
LARGEST_IMAGE_PX = 120_000_000  # A3 at 600 dpi has 70 million
SCAN_DPI = 200  # see docs/decisions.md: finer is slower and reads no better, coarser scans gain by it
FULL_PAGE_SHARE = 0.6  # a page with images over this share is a scan
SHEET_PT = (500.0, 1500.0)  # long side of scanned sheets, A5 to A3; a scan of another size states a wrong resolution
A4_LONG_PT = 841.9
LEAST_UNEVEN, MOST_UNEVEN = 1.02, 4.0  # ratio of horizontal to vertical dpi that is equalised; a fax has 2.08
FAX_WIDTHS_PX, FAX_DPI = frozenset({1728, 2048, 2432}), (204.0, 98.0)  # ITU-T T.4: A4, B4, A3; standard resolution

_IMAGE_ENDINGS = {".png", ".jpg", ".jpeg", ".tif", ".tiff"}
_TEXT_ENDINGS = {".txt", ".text", ".md"}


class SourceKind(StrEnum):
    PDF = "pdf"
    IMAGE = "image"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """An input that can be opened; ``pages`` is 0 for text, which has no pages."""

    path: Path
    kind: SourceKind
    sha256: str
    pages: int


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as stored in the file: its image, and the resolution of the image.

    A scan whose page has no sheet's size, because it states no or a wrong resolution, is treated as A4.
    """

    number: int
    gray: Gray
    dpi: int
    is_scan: bool


def open_source(path: Path) -> SourceFile:
    """Identify a file; raise one of ``errors`` if it cannot be accepted."""
    head = _read_head(path)
    kind = _kind_of(path, head)
    sha256 = sha256_of(path)
    if kind is SourceKind.PDF:
        return SourceFile(path, kind, sha256, _check_pdf(path))
    if kind is SourceKind.IMAGE:
        return SourceFile(path, kind, sha256, _check_image(path))
    return SourceFile(path, kind, sha256, 0)


def load_page(source: SourceFile, number: int, *, dpi: int | None = None) -> RawPage:
    """Render page ``number`` (from 1) in gray; ``dpi`` None means ``SCAN_DPI``."""
    if source.kind is SourceKind.IMAGE:
        return _load_image(source.path, number, dpi)
    with open_pdf(source.path) as document:
        page = shown_page(document, number)
        scan = is_scan(page)
        target = dpi or SCAN_DPI
        gray = _render(source.path, page, number, target / (_times_too_large(page) if scan else 1.0))
    return RawPage(number, gray, target, scan)


@contextmanager
def open_pdf(path: Path) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF and close it afterwards; raise one of ``errors`` if it cannot be opened."""
    with processor_time(PDFIUM_SECONDS):
        try:
            document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            raise _pdf_error(path, error) from error
        try:
            document.init_forms()
            yield document
        finally:
            document.close()


def may_be_digital(source: SourceFile, number: int) -> bool:
    """Tell quickly, without rendering, whether page ``number`` of a PDF has text and no image that covers it."""
    with open_pdf(source.path) as document:
        page = document[number - 1]
        return bool(page.get_textpage().count_chars()) and not is_scan(page)


def _read_head(path: Path) -> bytes:
    if path.is_dir():
        raise UnreadableFileError(f"{path} is a folder. Name the files in it, or give the folder to kompass ingest.")
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # opening a pipe would block forever
            raise UnreadableFileError(f"{path} is no file but a device or pipe. Write what comes from it into a file.")
        size = about.st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise UnreadableFileError(f"{path} does not exist. Check the name.") from None
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read ({error.strerror}). Check its permissions.") from error
    if not size:
        raise NoPagesError(f"{path} is empty. Fetch the file again.")
    if size > LARGEST_FILE_BYTES:
        raise UnreadableFileError(f"{path} is larger than 2 GiB, which no report is.")
    return head


def _kind_of(path: Path, head: bytes) -> SourceKind:
    ending = path.suffix.lower()
    if b"%PDF-" in head[:1024]:
        return SourceKind.PDF
    if ending == ".pdf":
        raise NotAPdfError(f"{path} is called .pdf but is not a PDF: it is {seen_kind(head)}. Fetch it again.")
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")) or ending in _IMAGE_ENDINGS:
        return SourceKind.IMAGE
    if ending in _TEXT_ENDINGS and (b"\x00" not in head or _is_utf16(head)):
        return SourceKind.TEXT
    raise UnreadableFileError(
        f"{path} is of no kind that is read here: give a PDF, a PNG, JPEG or TIFF image, or a .txt file."
    )


def _is_utf16(head: bytes) -> bool:
    """Tell whether a text begins with UTF-16's byte order mark, or is UTF-16 without it."""
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or utf16_of(head) is not None


def _pdf_error(path: Path, error: pdfium.PdfiumError) -> Exception:
    if handle := pdfium_raw.FPDF_LoadDocument(bytes(path), None):  # it has no page; the code is older
        pdfium_raw.FPDF_CloseDocument(handle)
        return NoPagesError(f"{path} has no pages. Fetch it again.")
    code = getattr(error, "err_code", None)
    if code in (pdfium_raw.FPDF_ERR_PASSWORD, pdfium_raw.FPDF_ERR_SECURITY) or "password" in str(error).lower():
        return EncryptedPdfError(f"{path} is encrypted. Save it without a password and try again.")
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        tail = file.read()
    if b"%%EOF" not in tail:
        return TruncatedFileError(f"{path} breaks off before its end. Fetch it again.")
    return TruncatedFileError(f"{path} is a damaged PDF ({error}). Fetch it again or print it to a new PDF.")


def _check_pdf(path: Path) -> int:
    with open_pdf(path) as document:
        pages = len(document)
        if pages == 0:
            raise NoPagesError(f"{path} has no pages. Fetch it again.")
        if pages > MOST_PAGES:
            raise PageSizeError(f"{path} declares {pages} pages; a report has 20 to 45. Split it.")
        for index in range(pages):
            try:
                width, height = document.get_page_size(index)
            except pdfium.PdfiumError as error:
                raise TruncatedFileError(f"{path}: page {index + 1} cannot be opened. Fetch it again.") from error
            if max(width, height) <= LONGEST_SIDE_PT or not is_scan(document[index]):
                _check_size(path, index + 1, width, height)
    return pages


def _check_size(path: Path, number: int, width: float, height: float) -> None:
    if min(width, height) < SHORTEST_SIDE_PT or max(width, height) > LONGEST_SIDE_PT:
        raise PageSizeError(
            f"{path}: page {number} measures {width / 72:.1f} × {height / 72:.1f} inches, which is no page of paper. "
            "Print the report to A4."
        )


def _check_image(path: Path) -> int:
    Image.MAX_IMAGE_PIXELS = LARGEST_IMAGE_PX
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # a library may have set it for the whole process
    try:
        with Image.open(path) as image:
            frames = int(getattr(image, "n_frames", 1))
            width, height = image.size
            if width * height > LARGEST_IMAGE_PX:
                raise PageSizeError(f"{path} has {width} × {height} pixels. Scan at 200 to 300 dpi.")
            if min(width, height) < 50:
                raise PageSizeError(f"{path} has {width} × {height} pixels, too few to hold a page.")
            image.load()
    except UnidentifiedImageError as error:
        raise UnreadableFileError(f"{path} is not an image that can be read.") from error
    except Image.DecompressionBombError as error:
        raise PageSizeError(f"{path} is too large an image. Scan at 200 to 300 dpi.") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise TruncatedFileError(f"{path} is a damaged image ({error}). Scan or fetch it again.") from error
    if frames > MOST_PAGES:
        raise PageSizeError(f"{path} declares {frames} pages; a report has 20 to 45.")
    return frames


def is_scan(page: pdfium.PdfPage) -> bool:
    """Tell whether images cover so much of the page that it is a scan."""
    return page_objects(page).image_cover >= FULL_PAGE_SHARE


def _times_too_large(page: pdfium.PdfPage) -> float:
    """Return how many times larger a scan's page is than the sheet, 1 for a page of a sheet's size."""
    long = max(page.get_size())
    return 1.0 if SHEET_PT[0] <= long <= SHEET_PT[1] else float(long) / A4_LONG_PT


def _render(path: Path, page: pdfium.PdfPage, number: int, dpi: float) -> Gray:
    """Render the page in gray with PDFium in this process, or with Poppler if PDFium fails."""
    try:
        bitmap = page.render(scale=dpi / 72, grayscale=True, fill_color=(255, 255, 255, 255))
        array = bitmap.to_numpy()
        return np.ascontiguousarray(array[:, :, 0] if array.ndim == 3 else array)
    except (pdfium.PdfiumError, ValueError, MemoryError):
        images = pdf2image.convert_from_path(
            path, dpi=round(dpi), first_page=number, last_page=number, grayscale=True, timeout=60
        )
        return np.asarray(images[0].convert("L"), dtype=np.uint8)


def _load_image(path: Path, number: int, dpi: int | None) -> RawPage:
    with Image.open(path) as image:
        if number > 1:
            image.seek(number - 1)
        across, down = _stated_dpi(image)
        upright = ImageOps.exif_transpose(image)
        gray = np.asarray(_on_white(upright).convert("L"), dtype=np.uint8)
        if upright.size != image.size:
            across, down = down, across
    if not _may_be_resolution(max(across, down), gray):
        across, down = (side / max(across, down) * _guessed_dpi(gray, across / down) for side in (across, down))
    target = dpi or SCAN_DPI
    if (across, down) != (target, target):
        shrink = cv2.INTER_AREA if target < max(across, down) else cv2.INTER_CUBIC
        gray = np.asarray(
            cv2.resize(gray, None, fx=target / across, fy=target / down, interpolation=shrink), dtype=np.uint8
        )
    return RawPage(number, np.ascontiguousarray(gray), target, True)


def _stated_dpi(image: Image.Image) -> tuple[float, float]:
    """Return the horizontal and vertical resolution stated by the file, 1 if it states none; a fax's differ."""
    stated = image.info.get("dpi") or image.info.get("resolution") or (1.0, 1.0)
    across, down = float(stated[0]) or 1.0, float(stated[1]) or 1.0
    if across == down and image.width in FAX_WIDTHS_PX and image.height < image.width:
        return FAX_DPI
    uneven = max(across / down, down / across)
    return (across, down) if LEAST_UNEVEN < uneven < MOST_UNEVEN else (across, across)


def _may_be_resolution(dpi: float, gray: Gray) -> bool:
    """Tell whether the image is at most a sheet at this resolution; many programs state 72 for anything."""
    return 70 <= dpi <= 1300 and max(gray.shape) * 72 / dpi <= SHEET_PT[1]


def _on_white(image: Image.Image) -> Image.Image:
    """Turn transparent parts into paper; convert 16-bit and palette images to 8 bits."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    if image.mode in ("I", "I;16", "F"):
        data = np.asarray(image, dtype=np.float64)
        return Image.fromarray(np.clip(data / max(1.0, float(data.max())) * 255, 0, 255).astype(np.uint8))
    return image


def _guessed_dpi(gray: Gray, uneven: float) -> int:
    """Guess the finer resolution of an image that states none, assuming A4; ``uneven`` is horizontal to vertical."""
    finer = max(uneven, 1 / uneven)
    return max(50, round(math.sqrt(gray.shape[0] * gray.shape[1] * finer / (8.27 * 11.69))))
