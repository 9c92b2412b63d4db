"""Fifty inputs that want to do harm, each by itself, with what must be said of it."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"
BORN_DIGITAL = Path(__file__).parents[2] / "gold" / "scans" / "hoganas-2018.born-digital.pdf"
BOMB_SIDE_PX = 30_000  # 0.9e9 pixels, a few kilobytes packed
BOMB_BYTES = 100_000_000


def pdf(*objects: bytes) -> bytes:
    """A PDF of numbered objects, the first of them its catalogue."""
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + end


def stream(data: bytes, about: bytes = b"") -> bytes:
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(data), about, data)


def packed(value: bytes, length: int) -> bytes:
    """So many bytes of one value, packed, without ever holding them."""
    packer = zlib.compressobj(9)
    chunk = value * 1_000_000
    return b"".join(packer.compress(chunk) for _ in range(length // len(chunk))) + packer.flush()


def one_page(size: bytes, more: bytes = b"", *objects: bytes) -> bytes:
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] %s >>" % (size, more)
    return pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", page, *objects)


def many_pages(number: int) -> bytes:
    kids = b"3 0 R " * number
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count %d /Kids [%s] >>" % (number, kids),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    )  # fmt: skip


def image_bomb(side: int) -> bytes:
    """A page whose picture has a thousand million pixels."""
    about = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8" % (
        side,
        side,
    )
    resources = b"/Resources << /XObject << /I 4 0 R >> >> /Contents 5 0 R"
    picture = stream(packed(b"\0", side * side), about)
    return one_page(b"0 0 595 842", resources, picture, stream(zlib.compress(b"q 595 0 0 842 0 0 cm /I Do Q")))


def content_bomb(length: int) -> bytes:
    """A page whose drawing instructions are hundreds of megabytes of nothing."""
    return one_page(b"0 0 595 842", b"/Contents 4 0 R", stream(packed(b" ", length)))


def png_bomb(side: int) -> bytes:
    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", head)
        + part(b"IDAT", packed(b"\0", side * (side // 8 + 1)))
        + part(b"IEND", b"")
    )


def write(folder: Path) -> dict[str, str]:
    """The fifty in ``folder``; the error each must come to, by file name ("skipped" for none)."""
    whole, encrypted = BORN_DIGITAL.read_bytes(), (DATA / "encrypted.pdf").read_bytes()
    made: dict[str, tuple[str, bytes]] = {}

    def add(kind: str, error: str, count: int, make: Callable[[int], bytes], ending: str = "pdf") -> None:
        made.update({f"{kind} {number}.{ending}": (error, make(number)) for number in range(count)})

    add("truncated", "TruncatedFileError", 8, lambda n: whole[: 900 + 4000 * n])
    add("encrypted", "EncryptedPdfError", 6, lambda n: encrypted + b"%%%d\n" % n)
    add("endless", "PageSizeError", 3, lambda n: many_pages(100_000 + n))
    add("giant", "PageSizeError", 4, lambda n: one_page(b"0 0 %d 842" % (14_000 + 200_000 * n)))
    add("speck", "PageSizeError", 2, lambda n: one_page(b"0 0 %d 842" % (n + 1)))
    add(
        "picture bomb",
        "NotAReportError NoPagesError OcrFailedError DocumentCrashError",
        1,
        lambda n: image_bomb(BOMB_SIDE_PX),
    )
    add(
        "content bomb",
        "NotAReportError NoPagesError OcrFailedError DocumentCrashError",
        2,
        lambda n: content_bomb(BOMB_BYTES << n),
    )
    add("png bomb", "PageSizeError", 2, lambda n: png_bomb(BOMB_SIDE_PX + 8 * n), "png")
    add("not a pdf", "NotAPdfError", 4, lambda n: b"\xff\xd8\xff\xe0 %d" % n)
    add("not an image", "UnreadableFileError", 3, lambda n: b"<html>%d</html>" % n, "png")
    add("not text", "UnreadableFileError", 2, lambda n: b"\0\1\2%d" % n, "txt")
    add("empty", "NoPagesError", 1, lambda n: b"")
    add("no\nreport\r", "NotAReportError", 4, lambda n: b"a letter, number %d\n" % n, "txt")
    add("no\udce5me", "NotAReportError", 1, lambda n: b"another letter\n", "txt")
    for name, (_, data) in made.items():
        (folder / name).write_bytes(data)
    errors = {name: error for name, (error, _) in made.items()}
    return errors | _links(folder)


def _links(folder: Path) -> dict[str, str]:
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("report secret-2020\n", encoding="utf-8")
    links = {"link.txt": outside / "secret.txt", "folder": outside, "device.pdf": Path("/dev/zero"), "up": Path("..")}
    for name, target in links.items():
        (folder / name).symlink_to(target)
    (folder / "nowhere.pdf").symlink_to(folder.parent / "missing.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "folder.pdf").mkdir()
    (folder / "folder.pdf" / "locked.pdf").symlink_to("/etc/hostname")
    return {
        **dict.fromkeys((*links, "nowhere.pdf", "locked.pdf"), "LinkError"),
        "pipe.pdf": "UnreadableFileError",
    }
