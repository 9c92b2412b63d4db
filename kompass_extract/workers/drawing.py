"""One page's picture, upright and level, so that the report's boxes lie where they were read."""

from __future__ import annotations

from pathlib import Path

import cv2

from kompass_extract.errors import UnreadableFileError
from kompass_extract.pages.image import load_upright
from kompass_extract.pages.source import SourceKind, open_source
from kompass_extract.workers.protocol import PictureOrder

JPEG_QUALITY = 82


def upright_jpeg(wanted: PictureOrder) -> bytes:
    """The page as JPEG; one of ``errors`` where the input cannot be read or has no such page."""
    path = Path(wanted.path)
    source = open_source(path)
    if source.kind is SourceKind.TEXT or not 1 <= wanted.number <= source.pages:
        raise UnreadableFileError(f"{path} has no picture of page {wanted.number}.")
    gray = load_upright(source, wanted.number, dpi=wanted.dpi, rotation=wanted.rotation, skew=wanted.skew)
    done, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise UnreadableFileError(f"Page {wanted.number} of {path} could not be made a picture.")
    return data.tobytes()
