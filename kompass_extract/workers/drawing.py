"""One page's picture, upright and level, so that the report's boxes lie where they were read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from kompass_extract.errors import UnreadableFileError
from kompass_extract.pages.components import Gray
from kompass_extract.pages.source import SourceKind, load_page, open_source
from kompass_extract.workers.protocol import Picture

JPEG_QUALITY = 82


def upright_jpeg(wanted: Picture) -> bytes:
    """The page as JPEG; one of ``errors`` where the input cannot be read or has no such page."""
    path = Path(wanted.path)
    source = open_source(path)
    if source.kind is SourceKind.TEXT or not 1 <= wanted.number <= source.pages:
        raise UnreadableFileError(f"{path} has no picture of page {wanted.number}.")
    gray = load_page(source, wanted.number, dpi=wanted.dpi).gray
    gray = upright(gray, wanted.rotation, wanted.skew)
    done, data = cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise UnreadableFileError(f"Page {wanted.number} of {path} could not be made a picture.")
    return data.tobytes()


def upright(gray: Gray, rotation: int, skew: float) -> Gray:
    """A page's picture turned and levelled by what the report says of the page."""
    if rotation in (90, 270):
        gray = np.ascontiguousarray(np.rot90(gray, -1))
    if skew:
        height, width = gray.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
        gray = np.asarray(
            cv2.warpAffine(gray, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255), dtype=np.uint8
        )
    return np.ascontiguousarray(gray[::-1, ::-1]) if rotation in (180, 270) else gray
