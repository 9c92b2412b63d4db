"""PDFs whose one page makes PDFium take memory or time without end, each in a few kilobytes."""

from __future__ import annotations

import struct
import zlib

from tests.support.hostile import one_page, stream


def form_within_itself(width: int = 120) -> bytes:
    """A page that draws a form, which draws itself many times over."""
    again = b"/F Do " * width
    about = b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F 4 0 R >> >>"
    resources = b"/Resources << /XObject << /F 4 0 R >> >> /Contents 5 0 R"
    form, page = stream(zlib.compress(again), about), stream(zlib.compress(b"/F Do " * 500))
    return one_page(b"0 0 595 842", resources, form, page)


def forms_in_forms(depth: int = 14, width: int = 10) -> bytes:
    """A page of forms that draw the next one ``width`` times: 10 to the power of 14 in all."""
    forms = []
    for level in range(depth):
        following = 5 + level
        about = (
            b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F %d 0 R >> >>" % following
        )
        forms.append(stream(zlib.compress(b"/F Do " * width), about))
    last = stream(zlib.compress(b"0 0 m 9 9 l S "), b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]")
    resources = b"/Resources << /XObject << /F 4 0 R >> >> /Contents %d 0 R" % (5 + depth)
    return one_page(b"0 0 595 842", resources, *forms, last, stream(zlib.compress(b"/F Do")))


def large_jbig2(pictures: int = 400, side: int = 20_000) -> bytes:
    """A page with many JBIG2 pictures of 400 million pixels each, coded in a few bytes."""
    page = struct.pack(">IIIIBH", side, side, 0, 0, 0, 0)
    region = struct.pack(">IIIIB", side, side, 0, 0, 0) + b"\x00\x03\xff\xfd\xff\x02\xfe\xfe\xfe" + b"\x00" * 64
    data = _segment(0, 48, page) + _segment(1, 38, region)
    about = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1" % (
        side,
        side,
    )
    head = b"<< /Length %d /Filter /JBIG2Decode %s >>\nstream\n%s\nendstream" % (len(data), about, data)
    names = b" ".join(b"/I%d %d 0 R" % (number, 5 + number) for number in range(pictures))
    drawn = b"".join(b"q 595 0 0 842 0 0 cm /I%d Do Q " % number for number in range(pictures))
    resources = b"/Resources << /XObject << %s >> >> /Contents 4 0 R" % names
    return one_page(b"0 0 595 842", resources, stream(zlib.compress(drawn)), *[head] * pictures)


def long_tounicode(entries: int = 1_500_000, letters: int = 60_000) -> bytes:
    """A page of text whose font maps its codes by a list of millions."""
    lines = b"".join(b"<%04x> <%04x>\n" % (number & 0xFFFF, 0x41 + number % 26) for number in range(65_536))
    block = b"65536 beginbfchar\n" + lines + b"endbfchar\n"
    packer = zlib.compressobj(9)
    cmap = packer.compress(
        b"/CIDInit /ProcSet findresource begin begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    )
    cmap += (
        b"".join(packer.compress(block) for _ in range(entries // 65_536 + 1))
        + packer.compress(b"endcmap end end")
        + packer.flush()
    )
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Helvetica /Encoding /Identity-H"
        b" /DescendantFonts [5 0 R] /ToUnicode 6 0 R >>"
    )
    inner = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Helvetica /DW 500"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    text = b"BT /F 4 Tf 10 800 Td " + b"<00410042> Tj 0 -1 Td " * (letters // 2) + b"ET"
    return one_page(
        b"0 0 595 842", b"/Resources << /Font << /F 4 0 R >> >> /Contents 7 0 R",
        font, inner, stream(cmap), stream(zlib.compress(text)),
    )  # fmt: skip


def _segment(number: int, kind: int, data: bytes) -> bytes:
    return struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data


KINDS = {
    "form-within-itself": form_within_itself,
    "forms-in-forms": forms_in_forms,
    "large-jbig2": large_jbig2,
    "long-tounicode": long_tounicode,
}
