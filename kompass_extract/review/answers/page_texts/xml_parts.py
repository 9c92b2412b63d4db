"""What both kinds of XML file share: pixels, texts that XML can hold, and writing."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from kompass_extract.review.answers.page_texts.inked_lines import POINTS_AN_INCH
from kompass_extract.review.answers.page_texts.page_pictures import DPI

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def pixels(points: float) -> int:
    """Return a length in pixels of the page's picture."""
    return max(0, round(points * DPI / POINTS_AN_INCH))


def plain(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def written(root: ET.Element) -> bytes:
    """Return the document as UTF-8."""
    ET.indent(root)
    data: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return data + b"\n"
