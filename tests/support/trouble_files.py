"""PDFs as archives and registrars leave them, made from a born-digital report by pikepdf.

Each maker takes the report's path and gives the bytes of the changed file; what a reader of the page sees stays the
same unless the maker's name says otherwise.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name

FONT = Name.Probe


def changed(path: Path, change: Callable[[pikepdf.Pdf, pikepdf.Page], None], *pages: int) -> bytes:
    """The file with ``change`` done to its pages (from 1; none: all), and a plain font added to each."""
    with pikepdf.open(path) as pdf:
        for number in pages or range(1, len(pdf.pages) + 1):
            page = pdf.pages[number - 1]
            _add_font(pdf, page)
            change(pdf, page)
        return _bytes(pdf)


def only(path: Path, *numbers: int) -> bytes:
    """A file of these pages (from 1) in this order, some perhaps twice."""
    with pikepdf.open(path) as pdf, pikepdf.new() as chosen:
        for number in numbers:
            chosen.pages.append(pdf.pages[number - 1])
        return _bytes(chosen)


def text_at(text: str, x: float, y: float, *, angle: float = 0, size: float = 9, before: str = "0 g") -> bytes:
    """Content that writes a line in the plain font; ``angle`` in degrees, counter-clockwise."""
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    place = f"{cos:.4f} {sin:.4f} {-sin:.4f} {cos:.4f} {x} {y} Tm"
    return f"q BT {before} {FONT} {size} Tf {place} ({text}) Tj ET Q".encode("cp1252")


def above(content: bytes) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    """Draw this over what the page has."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        page.contents_add(pdf.make_stream(b"q"), prepend=True)
        page.contents_add(pdf.make_stream(b"Q " + content), prepend=False)

    return change


def below(content: bytes) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    """Draw this under what the page has."""
    return lambda pdf, page: page.contents_add(pdf.make_stream(content), prepend=True)


def in_layer_switched_off(content: bytes) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    """Draw this in an optional layer that viewers do not show."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="Utkast"))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group]), Order=Array([group])))
        page.Resources.Properties = Dictionary(Off=group)
        above(b"/OC /Off BDC " + content + b" EMC")(pdf, page)

    return change


def turned(angle: int) -> Callable[[pikepdf.Pdf, pikepdf.Page], None]:
    """Turn the content by 90, 180 or 270 degrees counter-clockwise, without /Rotate."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        width, height = (float(side) for side in list(page.mediabox)[2:])
        matrix = {
            90: (0, 1, -1, 0, height, 0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0, width),
        }[angle]  # fmt: skip
        page.contents_add(pdf.make_stream(f"q {' '.join(map(str, matrix))} cm".encode()), prepend=True)
        page.contents_add(pdf.make_stream(b"Q"), prepend=False)
        if angle != 180:
            page.mediabox = Array([0, 0, height, width])

    return change


def boxed(*, media: tuple[float, ...] | None = None, crop: tuple[float, ...] | None = None, move: float = 0):
    """Give the page other boxes, its content moved by ``move`` points to the right and up."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        if move:
            page.contents_add(pdf.make_stream(f"q 1 0 0 1 {move} {move} cm".encode()), prepend=True)
            page.contents_add(pdf.make_stream(b"Q"), prepend=False)
        if media is not None:
            page.obj.MediaBox = Array(list(media))
        if crop is not None:
            page.obj.CropBox = Array(list(crop))

    return change


def with_inherited_crop(path: Path, margin: float) -> bytes:
    """The medium larger by ``margin`` on all sides, the crop box of the page given by the tree's root alone."""
    with pikepdf.open(path) as pdf:
        width, height = (float(side) for side in list(pdf.pages[0].mediabox)[2:])
        crop = (margin, margin, margin + width, margin + height)
        for page in pdf.pages:
            boxed(media=(0, 0, width + 2 * margin, height + 2 * margin), move=margin)(pdf, page)
        pdf.Root.Pages.CropBox = Array(list(crop))
        return _bytes(pdf)


def annotated(text: str, rect: tuple[float, float, float, float], *, ground: bool = True) -> Callable:
    """Lay a text annotation over the page, on white ``ground`` or without."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        width, height = rect[2] - rect[0], rect[3] - rect[1]
        white = f"1 g 0 0 {width} {height} re f " if ground else ""
        content = f"{white}0 g BT {FONT} 9 Tf 2 3 Td ({text}) Tj ET".encode("cp1252")
        look = pdf.make_stream(content, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, width, height]))
        look.Resources = Dictionary(Font=Dictionary({str(FONT): page.Resources.Font[str(FONT)]}))
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.FreeText, Rect=Array(list(rect)), F=4, Contents=text, DA="/Probe 9 Tf 0 g",
            AP=Dictionary(N=look),
        )  # fmt: skip
        page.obj.Annots = pdf.make_indirect(Array([pdf.make_indirect(note)]))

    return change


def with_form_field(path: Path, value: str, rect: tuple[float, float, float, float]) -> bytes:
    """A text typed into a form field of the first page, of which the viewer has to make the look."""
    with pikepdf.open(path) as pdf:
        page = pdf.pages[0]
        _add_font(pdf, page)
        fonts = Dictionary({str(FONT): page.Resources.Font[str(FONT)]})
        field = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="falt", V=value, DA="/Probe 10 Tf 0 g",
                Rect=Array(list(rect)), F=4,
            )
        )  # fmt: skip
        page.obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([field]), NeedAppearances=True, DR=Dictionary(Font=fonts), DA="/Probe 10 Tf 0 g"
        )
        return _bytes(pdf)


def with_digits_swapped(path: Path, one: str, other: str) -> bytes:
    """The layer says one digit for another and the other way round; the print stays."""
    return with_signs_said(path, {one: other, other: one})


def with_signs_said(path: Path, said: Mapping[str, str | None]) -> bytes:
    """The layer says other signs for the glyphs of these, or none (None); the print stays."""
    with pikepdf.open(path) as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                item.ToUnicode.write(_remapped(item.ToUnicode.read_bytes(), said))
        return _bytes(pdf)


def _remapped(cmap: bytes, said: Mapping[str, str | None]) -> bytes:
    """A ToUnicode map in which the glyphs of some signs say others."""
    head, _, rest = cmap.partition(b"endcodespacerange")
    says: dict[int, str | None] = {}
    for entry in re.findall(r"^((?:<[0-9A-Fa-f]+>\s*){2,3})$", rest.decode("latin-1"), re.MULTILINE):
        *glyphs, target = re.findall(r"[0-9A-Fa-f]+", entry)
        first, last = int(glyphs[0], 16), int(glyphs[-1], 16)
        for glyph in range(first, last + 1):
            sign = chr(int(target, 16) + glyph - first)
            says[glyph] = said.get(sign, sign)
    lines = [f"<{glyph:04X}> <{ord(sign):04X}>" for glyph, sign in sorted(says.items()) if sign is not None]
    parts = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    end = "endcmap CMapName currentdict /CMap defineresource pop end end"
    return head + f"endcodespacerange\n{body}\n{end}".encode()


def as_scan(picture: np.ndarray, *, strips: int, nested: bool, clipped: bool) -> Callable:
    """Lay the page's picture over or under its text, cut into strips, within forms or clipped larger images."""

    def change(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
        width, height = (float(side) for side in list(page.mediabox)[2:])
        names, content = Dictionary(), b""
        rows = np.array_split(picture, strips)
        top = height
        for number, rows_of in enumerate(rows):
            high = height * len(rows_of) / len(picture)
            image = _image(pdf, rows_of)
            draw = f"q {width} 0 0 {high:.3f} 0 {top - high:.3f} cm /I{number} Do Q"
            if clipped:
                draw = f"q 0 {top - high:.3f} {width} {high:.3f} re W n {draw} Q"
            if nested:
                form = pdf.make_stream(draw.encode(), Type=Name.XObject, Subtype=Name.Form)
                form.BBox, form.Resources = Array([0, 0, width, height]), Dictionary(XObject=Dictionary())
                form.Resources.XObject[f"/I{number}"] = image
                names[f"/F{number}"], draw = form, f"/F{number} Do"
            else:
                names[f"/I{number}"] = image
            content += draw.encode() + b"\n"
            top -= high
        page.Resources.XObject = names
        above(content)(pdf, page)

    return change


def _image(pdf: pikepdf.Pdf, pixels: np.ndarray) -> pikepdf.Stream:
    height, width = pixels.shape
    return pdf.make_stream(
        pixels.tobytes(), Type=Name.XObject, Subtype=Name.Image, Width=width, Height=height,
        ColorSpace=Name.DeviceGray, BitsPerComponent=8,
    )  # fmt: skip


def _add_font(pdf: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """A plain font of the page's own, and the page's resources of its own."""
    page.obj.Resources = Dictionary(page.obj.get("/Resources", Dictionary()))
    fonts = Dictionary(page.Resources.get("/Font", Dictionary()))
    fonts[str(FONT)] = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Times-Roman"), Encoding=Name.WinAnsiEncoding
    )
    page.Resources.Font = fonts


def _bytes(pdf: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()
