"""A page as PAGE-XML of 2019-07-15 (https://github.com/PRImA-Research-Lab/PAGE-XML), in pixels of its picture.

``custom`` says what kind each region is, whether a value in it waits for review, and which lines were corrected.
"""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree as ET

from kompass_extract import __version__
from kompass_extract.model.geometry import Box
from kompass_extract.review.answers.page_texts.placed_text import PlacedLine, PlacedPage, PlacedRegion
from kompass_extract.review.answers.page_texts.xml_parts import pixels, plain, written

NAMESPACE = "http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15"
_TYPES = {"heading": "heading", "narrative": "paragraph", "strength": "paragraph", "improvement": "paragraph"}
CORRECTED, DOUBTED = "corrected {by:reviewer;}", "needs_review {value:true;}"


def page_xml(page: PlacedPage, *, picture: str, made: datetime) -> bytes:
    """Return the page's file; ``picture`` is the picture's name."""
    root = ET.Element("PcGts", {"xmlns": NAMESPACE})
    about = ET.SubElement(root, "Metadata")
    ET.SubElement(about, "Creator").text = f"kompass-extract {__version__}"
    for name in ("Created", "LastChange"):
        ET.SubElement(about, name).text = made.isoformat()
    sheet = ET.SubElement(
        root, "Page", imageFilename=plain(picture), imageWidth=str(pixels(page.width)),
        imageHeight=str(pixels(page.height)), primaryLanguage="Swedish",
    )  # fmt: skip
    if page.regions:
        order = ET.SubElement(ET.SubElement(sheet, "ReadingOrder"), "OrderedGroup", id="order")
        for number, region in enumerate(page.regions):
            ET.SubElement(order, "RegionRefIndexed", index=str(number), regionRef=region.id)
    for region in page.regions:
        _region(sheet, region)
    return written(root)


def _region(sheet: ET.Element, region: PlacedRegion) -> None:
    said = f"structure {{type:{region.kind};}}" + (f" {DOUBTED}" if region.doubted else "")
    made = ET.SubElement(sheet, "TextRegion", id=region.id, type=_TYPES.get(region.kind, "other"), custom=said)
    _coords(made, region.box)
    for number, line in enumerate(region.lines, start=1):
        _line(made, line, f"{region.id}_l{number}")
    _text(made, "\n".join(line.text for line in region.lines))


def _line(region: ET.Element, line: PlacedLine, name: str) -> None:
    made = ET.SubElement(region, "TextLine", {"id": name, **({"custom": CORRECTED} if line.corrected else {})})
    _coords(made, line.box)
    for number, word in enumerate(line.words, start=1):
        one = ET.SubElement(made, "Word", id=f"{name}_w{number}")
        _coords(one, word.box)
        _text(one, word.text)
    _text(made, line.text)


def _coords(parent: ET.Element, box: Box) -> None:
    left, top, right, bottom = (pixels(side) for side in (box.x0, box.y0, box.x1, box.y1))
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    ET.SubElement(parent, "Coords", points=" ".join(f"{x},{y}" for x, y in corners))


def _text(parent: ET.Element, text: str) -> None:
    ET.SubElement(ET.SubElement(parent, "TextEquiv"), "Unicode").text = plain(text)
