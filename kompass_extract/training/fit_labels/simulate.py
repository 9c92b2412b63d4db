"""Simulated blocks: pieces set on pages with type sizes, running headers and reading mistakes.

What is drawn here is what layout hands on, not ink: it costs milliseconds per report, so that the model
sees many templates.  Rendered and really read reports (``corpus``) join it in training and decide on scores.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kompass_extract.model.document import Block, BlockKind, Cell, Column, Form, Line, Word
from kompass_extract.model.geometry import Box
from kompass_extract.training.fit_labels.gold_pieces import GoldPiece, compose, draw_plan
from kompass_extract.training.fit_labels.gold_strings import ReportStrings
from kompass_extract.training.fit_labels.noise import english_layer, misread

PAGE_HEIGHT = 842.0
MARGINS = (70.0, 525.0)  # points from the left
LINE_FACTOR = 1.35  # line height over letter size


@dataclass(frozen=True, slots=True)
class Example:
    """Blocks of one report in reading order with their true kinds; ``origin`` tells how they were made."""

    report: str
    municipality: str
    origin: str
    blocks: tuple[Block, ...]
    kinds: tuple[BlockKind, ...]


@dataclass(frozen=True, slots=True)
class Press:
    """How one simulated report is set and read; rates are 0..1, sizes in points."""

    body: float
    heads: dict[str, tuple[float, float]]  # size over body, weight
    page_characters: int
    damage: float
    english: bool
    bullets_lost: float
    items_as_paragraphs: float
    furniture: tuple[str, ...]
    furniture_missed: float
    plain: bool  # a text file: no sizes, no stroke weights, no gaps


def simulate(report: ReportStrings, seed: str) -> Example:
    """One simulated layout of a gold report, the same for the same seed."""
    rng = random.Random(f"{report.id}:{seed}")
    pieces = compose(report, draw_plan(rng), rng)
    press = _draw_press(report, rng)
    setting = _Setting(press, rng)
    blocks = [(block, piece.kind) for piece, block in setting.set_all(pieces)]
    return Example(
        report=report.id,
        municipality=report.municipality,
        origin=f"simulated:{seed}",
        blocks=tuple(block for block, _ in blocks),
        kinds=tuple(kind for _, kind in blocks),
    )


def _draw_press(report: ReportStrings, rng: random.Random) -> Press:
    bold = rng.choice((1.0, 1.3, 1.5))
    head = rng.uniform(1.0, 1.4)
    lines = (
        f"Sveriges Kommuner och {rng.choice(('Landsting', 'Regioner'))} {report.published_year}-12-14",
        f"Kommunkompassen {report.municipality} {report.published_year}",
        f"Utvärdering av {report.municipality}s kommun",
        "",
    )
    return Press(
        body=rng.uniform(8.5, 12.5),
        heads={
            "title": (rng.uniform(1.5, 3.0), bold),
            "chapter": (rng.uniform(1.1, 2.0), rng.choice((1.0, bold))),
            "area": (rng.uniform(1.05, 1.8), rng.choice((1.0, bold))),
            "head": (head, rng.choice((1.0, bold, 1.4))),
            "number": (rng.choice((1.0, 1.5, 3.0, 4.5)), rng.choice((1.0, 1.4))),
            "caption": (rng.uniform(0.6, 1.0), 1.0),
            "cell": (rng.uniform(0.85, 1.0), 1.0),
        },
        page_characters=rng.randint(1800, 3600),
        damage=rng.choice((0.0, 0.0, 0.003, 0.01, 0.03)),
        english=rng.random() < 0.12,
        bullets_lost=rng.choice((0.0, 0.0, 0.1, 0.5, 1.0)),
        items_as_paragraphs=rng.choice((0.0, 0.3, 0.9)),
        furniture=tuple(text for text in rng.sample(lines, 2) if text),
        furniture_missed=rng.choice((0.0, 0.05, 0.3)),
        plain=rng.random() < 0.15,
    )


class _Setting:
    """The typesetter's place: page, height, running number."""

    def __init__(self, press: Press, rng: random.Random) -> None:
        self._press = press
        self._rng = rng
        self._page, self._y, self._count, self._used = 0, 0.0, 0, 0

    def set_all(self, pieces: Sequence[GoldPiece]) -> Iterator[tuple[GoldPiece, Block]]:
        yield from self._turn()
        for piece in pieces:
            full = self._used > self._press.page_characters and piece.column is None
            if piece.page_break or full:
                yield from self._turn()
            for part in self._parts(piece):
                if part.page_break and part is not piece:
                    yield from self._turn()
                yield part, self._block(part)

    def _parts(self, piece: GoldPiece) -> Iterator[GoldPiece]:
        """The piece whole, or cut where a page ends."""
        words = piece.text.split()
        if piece.column is None and len(words) > 40 and self._rng.random() < 0.06:
            middle = self._rng.randint(10, len(words) - 10)
            yield GoldPiece(
                " ".join(words[:middle]), piece.kind, piece.area, piece.level, piece.form, header=piece.header
            )
            rest = " ".join(words[middle:])
            yield GoldPiece(rest, piece.kind, piece.area, piece.level, piece.form, continues=True, page_break=True)
        else:
            yield piece

    def _turn(self) -> Iterator[tuple[GoldPiece, Block]]:
        self._page, self._used, self._y = self._page + 1, 0, 40.0
        texts = [*self._press.furniture, self._rng.choice((f"{self._page} (25)", str(self._page), f"Sid {self._page}"))]
        for text in texts:
            missed = self._rng.random() < self._press.furniture_missed
            form = Form.PARAGRAPH if missed else Form.FURNITURE
            piece = GoldPiece(text, BlockKind.PAGE_FURNITURE, None, "caption", form)
            yield piece, self._block(piece)

    def _block(self, piece: GoldPiece) -> Block:
        press, rng = self._press, self._rng
        factor, weight = press.heads.get(piece.level, (1.0, 1.0))
        size = press.body if press.plain else press.body * factor * rng.uniform(0.96, 1.04)
        text = self._read(piece.text)
        left, right = MARGINS
        if piece.column:
            width = (right - left) / piece.column[1]
            left, right = left + width * piece.column[0], left + width * (piece.column[0] + 1) - 10
        lines = self._lines(text, left, right, size)
        self._y = min(lines[-1].box.y1 + rng.uniform(0.2, 1.0) * size, PAGE_HEIGHT - 60)
        self._used += len(text)
        self._count += 1
        form, bulleted = self._form(piece)
        cells = tuple(Cell(n, lines[0].box, (_line(word, lines[0].box),)) for n, word in enumerate(piece.cells))
        return Block(
            id=f"b{self._count}",
            page=self._page,
            box=Box(left, lines[0].box.y0, right, lines[-1].box.y1),
            form=form,
            lines=lines,
            text=text,
            column=Column(f"p{self._page}.{piece.region}", *piece.column) if piece.column else None,
            header=self._read(piece.header),
            cells=cells,
            bulleted=bulleted,
            continues=piece.continues and rng.random() < 0.8,
            size=size,
            weight=1.0 if press.plain else weight * rng.uniform(0.92, 1.08),
            gap=1.0
            if press.plain
            else rng.uniform(1.0, 3.0)
            if piece.level in ("head", "area", "chapter")
            else rng.uniform(0.1, 1.5),
        )

    def _form(self, piece: GoldPiece) -> tuple[Form, bool]:
        """Bullets get lost, on continued items always; layout then sees a paragraph more often than an item."""
        if piece.form is not Form.ITEM:
            return piece.form, False
        bulleted = not piece.continues and self._rng.random() >= self._press.bullets_lost
        plain = not bulleted and self._rng.random() < self._press.items_as_paragraphs
        return (Form.PARAGRAPH if plain else Form.ITEM), bulleted

    def _read(self, text: str) -> str:
        if self._press.english:
            text = english_layer(text, self._rng)
        return misread(text, self._press.damage, self._rng)

    def _lines(self, text: str, left: float, right: float, size: float) -> tuple[Line, ...]:
        height = size * LINE_FACTOR
        top = self._y if self._y + height < PAGE_HEIGHT else PAGE_HEIGHT - 2 * height
        wrapped = textwrap.wrap(text, max(8, int((right - left) / (0.5 * size)))) or [text or " "]
        return tuple(
            _line(line, Box(left, top + number * height, right, top + (number + 1) * height))
            for number, line in enumerate(wrapped)
        )


def _line(text: str, box: Box) -> Line:
    return Line(box, (Word(text, box, 0.9),))
