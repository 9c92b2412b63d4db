"""What ReportLab has no ready flowables for: faces from files, turned words, scores in rings and meters, vector marks."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from reportlab.lib.colors import HexColor, white
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from kompass_extract.training.render.fonts import font_file

BUILT_IN = {"Helvetica": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
            "Times-Roman": ("Times-Roman", "Times-Bold", "Times-Italic")}  # fmt: skip
SIGNS = "Signs"  # the face that has every mark


def register(family: str) -> tuple[str, str, str]:
    """Names of the upright, bold and italic face of ``family``; Helvetica's when it is not installed."""
    if (signs := font_file("DejaVu Sans")) and SIGNS not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(SIGNS, str(signs)))
    files = [font_file(family, style) for style in ("", "bold", "italic")]
    if family in BUILT_IN or not all(files):
        return BUILT_IN.get(family, BUILT_IN["Helvetica"])
    names = tuple(f"{family.replace(' ', '')}{style}" for style in ("", "-Bold", "-Italic"))
    if names[0] not in pdfmetrics.getRegisteredFontNames():
        for name, file in zip(names, files, strict=True):
            pdfmetrics.registerFont(TTFont(name, str(file)))
        pdfmetrics.registerFontFamily(names[0], normal=names[0], bold=names[1], italic=names[2], boldItalic=names[1])
    return names[0], names[1], names[2]


class Turned(Flowable):  # type: ignore[misc]
    """Words that are read from below."""

    def __init__(self, text: str, face: str, size: float, colour: str) -> None:
        super().__init__()
        self.text, self.face, self.size, self.colour = text, face, size, colour

    def wrap(self, *_: float) -> tuple[float, float]:
        """The line's height and width, exchanged."""
        return self.size * 1.2, pdfmetrics.stringWidth(self.text, self.face, self.size) + 2

    def draw(self) -> None:
        """Draw the words."""
        self.canv.saveState()
        self.canv.rotate(90)
        self.canv.setFont(self.face, self.size)
        self.canv.setFillColor(HexColor(self.colour))
        self.canv.drawString(1, -self.size, self.text)
        self.canv.restoreState()


class ScoreSign(Flowable):  # type: ignore[misc]
    """A chapter's score in a ring, or over a meter of 100."""

    def __init__(self, score: int, label: str, face: str, colour: str, *, ring: bool, width: float) -> None:
        super().__init__()
        self.score, self.label, self.face, self.colour, self.ring, self.full = score, label, face, colour, ring, width

    def wrap(self, *_: float) -> tuple[float, float]:
        """The whole width; as high as the sign."""
        return self.full, 62.0 if self.ring else 34.0

    def draw(self) -> None:
        """Draw sign, number and label."""
        canvas: Canvas = self.canv
        canvas.setStrokeColor(HexColor(self.colour))
        canvas.setFillColor(HexColor(self.colour))
        if self.ring:
            x = self.full - 34
            canvas.setLineWidth(3)
            canvas.circle(x, 32, 24)
            canvas.setFont(self.face, 20)
            canvas.drawCentredString(x, 25, str(self.score))
            canvas.setFont(self.face, 8)
            canvas.drawRightString(x - 30, 29, self.label)
            return
        canvas.setLineWidth(0.7)
        canvas.rect(0, 4, self.full * 0.6, 9)
        canvas.rect(0, 4, self.full * 0.6 * self.score / 100, 9, fill=1)
        canvas.setFont(self.face, 12)
        canvas.drawString(0, 18, f"{self.label}: {self.score}")


class Shape(Flowable):  # type: ignore[misc]
    """A list mark that is drawn, not written; ``size`` in points."""

    def __init__(self, form: str, size: float, colour: str) -> None:
        super().__init__()
        self.form, self.size, self.colour = form, size, colour

    def wrap(self, *_: float) -> tuple[float, float]:
        """A square of a line's height."""
        return self.size, self.size * 1.1

    def draw(self) -> None:
        """Draw the mark."""
        canvas, side = self.canv, self.size * 0.6
        canvas.setFillColor(HexColor(self.colour))
        canvas.setStrokeColor(HexColor(self.colour))
        canvas.setLineWidth(side / 6)
        if self.form in ("disc", "ring"):
            canvas.circle(side / 2, side / 2, side / 2.4, fill=self.form == "disc")
        elif self.form in ("square", "bar"):
            canvas.rect(
                0,
                side * 0.1 if self.form == "square" else side * 0.4,
                side * 0.8,
                side * (0.8 if self.form == "square" else 0.2),
                fill=1,
            )
        else:
            points = {"triangle": ((0, 0), (side, side / 2), (0, side), (0, 0)), "tick": ((0, side / 2), (side / 3, 0), (side, side)),
                      "cross": ((0, side / 2), (side, side / 2))}[self.form]  # fmt: skip
            path = canvas.beginPath()
            path.moveTo(*points[0])
            for point in points[1:]:
                path.lineTo(*point)
            canvas.drawPath(path, fill=self.form == "triangle")
            if self.form == "cross":
                canvas.line(side / 2, 0, side / 2, side)


class CountingCanvas(Canvas):  # type: ignore[misc]
    """A canvas that knows the number of all pages when it writes heads and feet, by ``furnish(canvas, n, N)``."""

    furnish: object = None

    def __init__(self, *arguments: object, **named: object) -> None:
        super().__init__(*arguments, **named)
        self.kept: list[dict[str, object]] = []

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Keep the page until the number of all is known."""
        self.kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write heads and feet, then the file."""
        for number, state in enumerate(self.kept, 1):
            self.__dict__.update(state)
            if callable(self.furnish):
                self.furnish(number, len(self.kept))
            super().showPage()
        super().save()


WHITE = white
