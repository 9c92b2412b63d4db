"""Pictures of pages as one-page PDFs, by the codecs that scanners use: JPEG, G4, JBIG2, and mixed rasters (MRC)."""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Gray = npt.NDArray[np.uint8]
CODECS = ("jpeg", "g4", "jbig2", "mrc")
INK = 128  # gray levels: what is darker is ink where a page becomes black and white
_STRIP_OFFSETS, _STRIP_BYTES, _GROUP4 = 273, 279, "group4"


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """An image of a PDF page: its dictionary's entries and its bytes; it fills the page."""

    entries: str
    data: bytes


def page_pdf(image: Gray, codec: str, *, dpi: int, quality: int) -> bytes:
    """A one-page PDF that shows ``image``; ``quality`` is that of JPEGs, 1..95."""
    height, width = image.shape
    if codec == "jpeg":
        pictures = [_jpeg(image, quality)]
    elif codec == "g4":
        pictures = [_stencil(image, jbig2=False, mask=False)]
    elif codec == "jbig2":
        pictures = [_stencil(image, jbig2=True, mask=False)]
    elif codec == "mrc":
        pictures = _layers(image, quality)
    else:
        raise KeyError(codec)
    return _pdf(pictures, width * 72 / dpi, height * 72 / dpi)


def _jpeg(image: Gray, quality: int) -> CodedPicture:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality)
    height, width = image.shape
    return CodedPicture(
        f"/Width {width} /Height {height} /BitsPerComponent 8 /ColorSpace /DeviceGray /Filter /DCTDecode",
        buffer.getvalue(),
    )


def _group4(ink: npt.NDArray[np.bool_]) -> bytes:
    """T.6 code of a page, black where ``ink`` is."""
    buffer = io.BytesIO()
    height, width = ink.shape
    whole = -(-width // 8) * height  # bytes: all rows in one strip
    # T.6 takes a set bit for black; TIFF says the opposite by default, which Pillow would turn pixel by pixel.
    Image.fromarray(ink).convert("1").save(buffer, "TIFF", compression=_GROUP4, strip_size=whole)
    with Image.open(io.BytesIO(buffer.getvalue())) as made:
        directory = made.tag_v2  # type: ignore[attr-defined]
        offset, size = directory[_STRIP_OFFSETS][0], directory[_STRIP_BYTES][0]
        if len(directory[_STRIP_OFFSETS]) != 1:
            raise ValueError("the page was coded in more than one strip")
    return buffer.getvalue()[offset : offset + size]


def _jbig2(code: bytes, width: int, height: int) -> bytes:
    """T.6 ``code`` as the generic region of an embedded JBIG2 stream (T.88, 7.4.6, MMR)."""
    page = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 1) + code
    out = b""
    for number, (kind, body) in enumerate(((48, page), (38, region))):
        out += struct.pack(">IBBBI", number, kind, 0, 1, len(body)) + body
    return out


def _stencil(image: Gray, *, jbig2: bool, mask: bool) -> CodedPicture:
    """The page in black and white, by G4 or JBIG2; as a ``mask`` only its ink is painted."""
    height, width = image.shape
    code = _group4(image < INK)
    kind = "/ImageMask true" if mask else "/ColorSpace /DeviceGray"
    if jbig2:
        filters, code = "/Filter /JBIG2Decode", _jbig2(code, width, height)
    else:
        filters = f"/Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns {width} /Rows {height} >>"
    return CodedPicture(f"/Width {width} /Height {height} /BitsPerComponent 1 {kind} {filters}", code)


def _layers(image: Gray, quality: int) -> list[CodedPicture]:
    """A coarse background without the letters, and the letters as a mask over it."""
    coarse = cv2.resize(image, None, fx=1 / 3, fy=1 / 3, interpolation=cv2.INTER_AREA)
    paper = cv2.GaussianBlur(cv2.dilate(coarse, np.ones((9, 9), np.uint8)), (0, 0), 3)
    paper = cv2.resize(paper, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return [_jpeg(np.asarray(paper, np.uint8), quality), _stencil(image, jbig2=True, mask=True)]


def _pdf(pictures: Sequence[CodedPicture], width: float, height: float) -> bytes:
    """A page of ``width`` by ``height`` points that the pictures fill, one over the other."""
    names = [f"/I{number}" for number in range(len(pictures))]
    content = " ".join(f"q {width:.2f} 0 0 {height:.2f} 0 0 cm {name} Do Q" for name in names).encode()
    images = " ".join(f"{name} {number + 5} 0 R" for number, name in enumerate(names))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.2f} {height:.2f}] /Contents 4 0 R "
         f"/Resources << /XObject << {images} >> >> >>").encode(),
        f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream",
    ]  # fmt: skip
    for picture in pictures:
        head = f"<< /Type /XObject /Subtype /Image {picture.entries} /Length {len(picture.data)} >>\nstream\n"
        bodies.append(head.encode() + picture.data + b"\nendstream")
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    size = len(bodies) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    end += f"startxref\n{len(out)}\n%%EOF\n"
    return out + end.encode()
