"""What all parts of a Typst document are made of: literals and calls."""

from __future__ import annotations

import json

from kompass_extract.training.render.story import Ledger, Story
from kompass_extract.training.render.typst_style import TypstStyle


def quoted(text: str) -> str:
    """``text`` as a string literal of Typst."""
    return json.dumps(text, ensure_ascii=False)


def call(name: str, *arguments: str, **named: str) -> str:
    """A call in Typst's code mode."""
    parts = [*(f"{key.replace('_', '-')}: {value}" for key, value in named.items()), *arguments]
    return f"{name}({', '.join(parts)})"


class TypstSheet:
    """One document being written: a story in a style, with a ledger of what belongs to no value."""

    def __init__(self, story: Story, style: TypstStyle, ledger: Ledger) -> None:
        self.story, self.style, self.ledger = story, style, ledger

    def other(self, kind: str, text: str) -> str:
        """``text`` as a literal, and noted as one that belongs to no value."""
        return quoted(self.ledger.add(kind, text))
