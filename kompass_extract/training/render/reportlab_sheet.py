"""What all parts of a report drawn by ReportLab are made of: paragraphs in the style's faces."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Paragraph,
)

from kompass_extract.training.render.reportlab_parts import WHITE, register
from kompass_extract.training.render.reportlab_style import LabStyle
from kompass_extract.training.render.story import Ledger, Story
from kompass_extract.training.render.structure import hyphenated

Flow = list[Flowable]

GLYPH = "glyph"

PLAIN_SIGNS = frozenset("•–-+*»›o·")  # marks that every face has


def marked(text: str) -> str:
    """``text`` as ReportLab's paragraphs want it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class LabSheet:
    """One document being drawn: a story in a style, with a ledger of what belongs to no value."""

    def __init__(self, story: Story, style: LabStyle, ledger: Ledger) -> None:
        self.story, self.style, self.ledger = story, style, ledger
        self.face, self.bold, self.italic = register(style.family)
        self.width = A4[0] - (style.left + style.right) * mm
        self.notes = 0

    def other(self, kind: str, text: str) -> str:
        """``text`` marked up, and noted as one that belongs to no value."""
        return marked(self.ledger.add(kind, text))

    def look(self, **changes: object) -> ParagraphStyle:
        """The body's style with ``changes``."""
        size = float(changes.get("fontSize", self.style.size))  # type: ignore[arg-type]
        base = {"fontName": self.face, "fontSize": size, "leading": size * self.style.leading, "spaceAfter": self.style.gap,
                "allowWidows": 0, "allowOrphans": 0, "embeddedHyphenation": 1}  # fmt: skip
        return ParagraphStyle("look", **(base | changes))

    def heading(self, text: str, level: int) -> Flow:
        """A heading that stays with what follows."""
        style = self.style
        size = {1: style.heading_size * 1.15, 2: style.heading_size, 3: style.size * 1.06}[level]
        changes: dict[str, object] = {"fontName": self.bold, "fontSize": size, "leading": size * 1.2, "keepWithNext": 1,
                                      "spaceBefore": size * 0.8, "spaceAfter": size * 0.4, "textColor": HexColor(style.colour)}  # fmt: skip
        if level == 2 and style.heading_bar:
            changes |= {"backColor": HexColor(style.colour), "textColor": WHITE, "borderPadding": 4}
        if level == 3:
            changes["textColor"] = HexColor("#000000")
        body = f"<u>{text}</u>" if style.underline and level == 3 else text
        return [CondPageBreak(70), Paragraph(body, self.look(**changes))]

    def text(self, text: str, **changes: object) -> Paragraph:
        """A paragraph of running text, ``text`` being marked up."""
        style = self.style
        return Paragraph(text, self.look(alignment=TA_JUSTIFY if style.justify else TA_LEFT, **changes))

    def broken(self, text: str) -> str:
        """``text`` marked up, with soft hyphens where the style breaks words."""
        return marked(hyphenated(text) if self.style.hyphenate else text)

    def bulleted(self, text: str) -> Paragraph:
        """An entry of a list in the front matter or of the rubrics."""
        return Paragraph(text, self.look(leftIndent=14, bulletIndent=2, spaceAfter=2), bulletText="•")
