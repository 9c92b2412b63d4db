"""Names of the OCR engines; ``registry`` creates them."""

from __future__ import annotations

AUTO, IN_PROCESS, COMMAND = "auto", "tesserocr", "pytesseract"
ENGINES = (AUTO, IN_PROCESS, COMMAND)
"""``auto`` selects tesserocr if it is installed."""
