"""A report of two pages whose every word has a known place, and the PDF that shows them."""

from __future__ import annotations

import io
from pathlib import Path

from kompass_extract.archive.folder import Archive
from kompass_extract.model.geometry import Box
from kompass_extract.model.pointers import AnyField
from kompass_extract.model.pointers import changed as with_fields
from kompass_extract.model.report import BlockInfo, Evidence, Report
from tests.support import review_archive

WIDTH, HEIGHT, SIZE, LEADING = 595.0, 842.0, 11.0, 16.0
STRENGTH, ROW, PARAGRAPH = "/areas/0/strengths/0", "/areas/0/score_table/rows/0", "/areas/0/narrative/0/paragraphs/0"
SCORE = f"{ROW}/achieved"
STRENGTH_LINES = ("Kommunen har en tydlig strategi", "för medborgardialog i alla nämnder")
QUESTION_LINES = ("1.1 Finns det någon plan om hur medborgarna", "informeras kring beslut?")
CELLS = (("achieved", "13", 395.0), ("max", "15", 450.0), ("percent", "87%", 500.0))
ENDS = ("Medborgarna kan följa debatten från", "fullmäktige på webben varje månad")
HEADING = "Offentlighet och demokrati"
_TEXTS = {STRENGTH: " ".join(STRENGTH_LINES), PARAGRAPH: " ".join(ENDS)}


class Drawing:
    """Pages of text, and where each line and word stands."""

    def __init__(self) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self._data = io.BytesIO()
        self._canvas = Canvas(self._data, (WIDTH, HEIGHT))
        self.words: dict[tuple[int, str], Box] = {}
        self.page = 1

    def line(self, text: str, x: float, y: float) -> Box:
        """Draw a line with its baseline at ``y`` from the top, and return its box."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        self._canvas.setFont("Helvetica", SIZE)
        self._canvas.drawString(x, HEIGHT - y, text)
        at = x
        for word in text.split():
            width = stringWidth(word, "Helvetica", SIZE)
            self.words[self.page, word] = Box(at, y - 0.72 * SIZE, at + width, y + 0.21 * SIZE)
            at += width + stringWidth(" ", "Helvetica", SIZE)
        return Box(x, y - 0.8 * SIZE, x + stringWidth(text, "Helvetica", SIZE), y + 0.25 * SIZE)

    def rules(self, box: Box) -> None:
        """Draw a table's lines around a row, and between its cells."""
        self._canvas.rect(box.x0 - 6, HEIGHT - box.y1 - 4, box.width + 12, box.height + 8)
        for _, _, x in CELLS:
            self._canvas.line(x - 8, HEIGHT - box.y1 - 4, x - 8, HEIGHT - box.y0 + 4)

    def next_page(self) -> None:
        self._canvas.showPage()
        self.page += 1

    def pdf(self) -> bytes:
        self._canvas.save()
        return self._data.getvalue()


def around(*boxes: Box) -> Box:
    return Box(*(f(one) for f, one in zip((min, min, max, max), zip(*map(_sides, boxes), strict=True), strict=True)))


def _sides(box: Box) -> tuple[float, float, float, float]:
    return box.x0, box.y0, box.x1, box.y1


def drawn(*, doubted: bool = False) -> tuple[Report, bytes, Drawing]:
    """Return the report, its PDF, and the places; ``doubted`` has the strength wait for review."""
    drawing = Drawing()
    heading = drawing.line(HEADING, 80, 90)
    strength = around(*(drawing.line(one, 100, 140 + at * LEADING) for at, one in enumerate(STRENGTH_LINES)))
    question = [drawing.line(one, 85, 220 + at * LEADING) for at, one in enumerate(QUESTION_LINES)]
    cells = {name: drawing.line(text, x, 220) for name, text, x in CELLS}
    row = around(*question, *cells.values())
    drawing.rules(row)
    first = drawing.line(ENDS[0], 80, 780)
    drawing.next_page()
    second = drawing.line(ENDS[1], 80, 80)
    blocks = [
        _block("p1b1", 1, heading, "heading", HEADING),
        _block("p1b2", 1, strength, "strength", _TEXTS[STRENGTH]),
        _block("p1b3", 1, row, "score_table", " ".join([*QUESTION_LINES, *(text for _, text, _ in CELLS)])),
        _block("p1b4", 1, first, "narrative", ENDS[0]),
        _block("p2b1", 2, second, "narrative", ENDS[1]),
    ]
    places = {
        STRENGTH: ([(1, strength)], ["p1b2"]),
        PARAGRAPH: ([(1, first), (2, second)], ["p1b4", "p2b1"]),
        f"{ROW}/question": ([(1, row)], ["p1b3"]),
        **{f"{ROW}/{name}": ([(1, box)], ["p1b3"]) for name, box in cells.items()},
    }
    values = {**_TEXTS, f"{ROW}/question": " ".join(QUESTION_LINES), SCORE: 13, f"{ROW}/max": 15, f"{ROW}/percent": 87}
    raw = {f"{ROW}/{name}": text for name, text, _ in CELLS}

    def placed(pointer: str, field: AnyField) -> AnyField:
        spots, ids = places.get(pointer, ([], []))
        evidence = [Evidence(page=page, bbox=tuple(box.rounded())) for page, box in spots]  # type: ignore[arg-type]
        about = {"value": values.get(pointer, field.value), "raw": raw.get(pointer)}
        asked = {"needs_review": doubted and pointer == STRENGTH}
        return field.model_copy(update={**about, **asked, "evidence": evidence, "blocks": ids})

    report = with_fields(review_archive.gold_report("sala-2023"), placed)
    pages = [review_archive.PAGE.model_copy(update={"number": number, "kind": "scanned"}) for number in (1, 2)]
    source = report.source.model_copy(update={"pages": 2})
    return report.model_copy(update={"pages": pages, "blocks": blocks, "source": source}), drawing.pdf(), drawing


def _block(name: str, page: int, box: Box, kind: str, text: str) -> BlockInfo:
    about = {"id": name, "page": page, "bbox": box.rounded(), "kind": kind, "confidence": 1.0, "area": 1, "text": text}
    return BlockInfo.model_validate(about)


def drawn_archive(folder: Path, *, doubted: bool = False) -> Drawing:
    """Put the report into an archive and return what was drawn."""
    report, pdf, drawing = drawn(doubted=doubted)
    review_archive.put(Archive.at(folder), report, pdf)
    return drawing
