"""Find Tesseract's language models."""

from __future__ import annotations

import os
from pathlib import Path

from kompass_extract.errors import OcrMissingError

_KNOWN_PLACES = (
    "/usr/share/tesseract-ocr/5/tessdata",
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",
    "/usr/local/share/tessdata",
    "/opt/homebrew/share/tessdata",
)


def find_tessdata(languages: str = "swe") -> Path:
    """Return the folder with the models of all ``languages`` ("swe+eng"); raise OcrMissingError if none has them."""
    wanted = [f"{name}.traineddata" for name in languages.split("+")]
    prefix = os.environ.get("TESSDATA_PREFIX")
    places = [Path(prefix), Path(prefix) / "tessdata"] if prefix else []
    places.extend(Path(place) for place in _KNOWN_PLACES)
    for place in places:
        if all((place / name).is_file() for name in wanted):
            return place
    raise OcrMissingError(
        f"Tesseract's model for {languages!r} was not found. Install it (Debian: apt-get install tesseract-ocr "
        f"tesseract-ocr-swe), or set TESSDATA_PREFIX to the folder that holds {' and '.join(wanted)}."
    )
