"""A page as ALTO 4 (https://www.loc.gov/standards/alto/), in pixels of its picture.

Tags say what kind each block is, and which blocks hold a value that waits for review; ``CS`` marks lines that a
reviewer corrected.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

from kompass_extract import __version__
from kompass_extract.model.geometry import Box
from kompass_extract.review.answers.page_texts.placed_text import PlacedLine, PlacedPage, PlacedRegion
from kompass_extract.review.answers.page_texts.xml_parts import pixels, plain, written

NAMESPACE, SCHEMA_VERSION = "http://www.loc.gov/standards/alto/ns-v4#", "4.3"
DOUBTED = "needs_review"


def alto(page: PlacedPage, *, picture: str, document: str) -> bytes:
    """Return the page's file; ``picture`` is the picture's name, ``document`` the source's SHA-256."""
    root = ET.Element("alto", {"xmlns": NAMESPACE, "SCHEMAVERSION": SCHEMA_VERSION})
    about = ET.SubElement(root, "Description")
    ET.SubElement(about, "MeasurementUnit").text = "pixel"
    source = ET.SubElement(about, "sourceImageInformation")
    ET.SubElement(source, "fileName").text = plain(picture)
    ET.SubElement(source, "documentIdentifier").text = document
    step = ET.SubElement(about, "Processing", ID="reading")
    software = ET.SubElement(step, "processingSoftware")
    ET.SubElement(software, "softwareName").text = "kompass-extract"
    ET.SubElement(software, "softwareVersion").text = __version__
    tags = ET.SubElement(root, "Tags")
    for kind in sorted({region.kind for region in page.regions}):
        ET.SubElement(tags, "LayoutTag", ID=f"kind_{kind}", LABEL=kind)
    ET.SubElement(tags, "OtherTag", ID=DOUBTED, LABEL=DOUBTED, DESCRIPTION="A value in it waits for review.")
    size = {"WIDTH": str(pixels(page.width)), "HEIGHT": str(pixels(page.height))}
    sheet = ET.SubElement(
        ET.SubElement(root, "Layout"), "Page",
        {"ID": f"page{page.number}", "PHYSICAL_IMG_NR": str(page.number), "PC": f"{page.confidence:.4f}", **size},
    )  # fmt: skip
    space = ET.SubElement(sheet, "PrintSpace", {"HPOS": "0", "VPOS": "0", **size})
    for region in page.regions:
        _block(space, region)
    return written(root)


def _block(space: ET.Element, region: PlacedRegion) -> None:
    marks = f"kind_{region.kind} {DOUBTED}" if region.doubted else f"kind_{region.kind}"
    block = ET.SubElement(space, "TextBlock", {"ID": region.id, "TAGREFS": marks, "LANG": "sv", **_place(region.box)})
    for number, line in enumerate(region.lines, start=1):
        _line(block, line, f"{region.id}_l{number}")


def _line(block: ET.Element, line: PlacedLine, name: str) -> None:
    corrected = {"CS": "true"} if line.corrected else {}
    made = ET.SubElement(block, "TextLine", {"ID": name, **_place(line.box), **corrected})
    for number, word in enumerate(line.words, start=1):
        if number > 1:
            before = pixels(line.words[number - 2].box.x1)
            width = max(0, pixels(word.box.x0) - before)
            ET.SubElement(made, "SP", HPOS=str(before), VPOS=str(pixels(word.box.y0)), WIDTH=str(width))
        about = {"ID": f"{name}_w{number}", "CONTENT": plain(word.text), **_place(word.box), **corrected}
        ET.SubElement(made, "String", about)


def _place(box: Box) -> dict[str, str]:
    left, top = pixels(box.x0), pixels(box.y0)
    return {
        "HPOS": str(left), "VPOS": str(top), "WIDTH": str(max(1, pixels(box.x1) - left)),
        "HEIGHT": str(max(1, pixels(box.y1) - top)),
    }  # fmt: skip
