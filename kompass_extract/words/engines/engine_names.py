"""The names by which an OCR engine is chosen; ``registry`` makes it."""

from __future__ import annotations

AUTO, IN_PROCESS, COMMAND = "auto", "tesserocr", "pytesseract"
ENGINES = (AUTO, IN_PROCESS, COMMAND)
"""``auto`` takes tesserocr where it is installed."""
