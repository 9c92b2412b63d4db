"""Pictures of pages for the review: upright and level, so that the report's boxes lie where they were read.

A picture is made from the archived input when it is first asked for, and kept.  Which file that is is said by the
archive, never by a request.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.process.files import write_whole
from kompass_extract.review.service.desk_values import PageFile
from kompass_extract.workers import protocol
from kompass_extract.workers.fenced import FencedPictures

PICTURE_DPI = 144  # two pixels to a point: å and ä are told apart on a crop shown at twice its size
THUMBNAIL_DPI = 16  # an A4 page is 130 pixels wide: enough to find a table by its look
PICTURE_VERSION = 2  # rises when the same page would give another picture
LARGEST_CACHE_BYTES = 2 * 1024**3  # about 10,000 pages
PRUNED_SHARE = 0.8  # what is left of that when it is passed
PRUNE_EVERY = 100  # pictures made between two looks at the cache's size


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as JPEG and what names its content for browsers' caches."""

    jpeg: bytes
    etag: str


class Pictures:
    """Page pictures by input and page, kept in ``folder``; safe to use from several threads."""

    def __init__(self, folder: Path, dpi: int = PICTURE_DPI) -> None:
        self._folder = folder
        self._dpi = dpi
        self._made = 0
        self._drawing = FencedPictures()

    def etag(self, page: PageFile) -> str:
        """What names a page's picture: it changes with the picture alone."""
        turn = f"{page.sha256}/{page.number}/{page.rotation}/{page.skew}/{self._dpi}/{PICTURE_VERSION}"
        return hashlib.sha256(turn.encode()).hexdigest()[:32]

    def picture(self, page: PageFile) -> PagePicture:
        """The page's picture, made where it is not kept yet; one of ``errors`` where the input cannot be read."""
        etag = self.etag(page)
        kept = self._folder / etag[:2] / f"{etag}.jpg"
        with contextlib.suppress(FileNotFoundError):
            return PagePicture(kept.read_bytes(), etag)
        jpeg = self._make(page)
        self._keep(kept, jpeg)
        return PagePicture(jpeg, etag)

    def _make(self, page: PageFile) -> bytes:
        wanted = protocol.PictureOrder(page.path, page.number, self._dpi, page.rotation, page.skew)
        return self._drawing.jpeg(wanted)

    def _keep(self, path: Path, jpeg: bytes) -> None:
        """Keep a picture, whole or not at all; a full disk costs the time to make it again, nothing else."""
        with contextlib.suppress(OSError):
            write_whole(path, jpeg)
        self._made += 1
        if self._made % PRUNE_EVERY == 0:
            prune(self._folder, LARGEST_CACHE_BYTES)


def prune(folder: Path, most_bytes: int) -> int:
    """Take the pictures made longest ago away until ``PRUNED_SHARE`` of the limit is left; how many went."""
    files = []
    for path in folder.glob("*/*.jpg"):
        with contextlib.suppress(OSError):
            state = path.stat()
            files.append((state.st_mtime, state.st_size, path))
    whole = sum(size for _, size, _ in files)
    if whole <= most_bytes:
        return 0
    gone = 0
    for _, size, path in sorted(files):
        if whole <= PRUNED_SHARE * most_bytes:
            break
        with contextlib.suppress(OSError):
            path.unlink()
        whole, gone = whole - size, gone + 1
    return gone
