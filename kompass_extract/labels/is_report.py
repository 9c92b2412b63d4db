"""Whether a document is a Kommunkompassen report at all; told before anything is made of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from kompass_extract.errors import NotAReportError
from kompass_extract.model.document import Block, Form
from kompass_extract.taxonomy import HeaderRole, Taxonomy
from kompass_extract.taxonomy.section_numbers import without_section_number

NAME = "kommunkompassen"
NAME_LIKENESS = 85.0  # rapidfuzz ratio; "Kommunkompass" and misread forms pass
LEAST_SIGNS = 2
_LONG_WORD = re.compile(r"\w{10,20}")


def require_report(blocks: Sequence[Block], taxonomy: Taxonomy, name: str) -> None:
    """NotAReportError unless at least two of the four signs of a report are there; says which were missed."""
    signs = {
        "the name Kommunkompassen": _names_it(blocks),
        "a heading «Område N»": any(
            taxonomy.area_heading(without_section_number(block.text)) is not None for block in blocks
        ),
        "a list of strengths or improvement areas": _has_lists(blocks, taxonomy),
        "a score table": sum(block.form is Form.ROW and len(block.cells) >= 3 for block in blocks) >= 4,
    }
    if sum(signs.values()) < LEAST_SIGNS:
        missed = ", ".join(sign for sign, there in signs.items() if not there)
        raise NotAReportError(f"{name} is not a Kommunkompassen report: it lacks {missed}.")


def _names_it(blocks: Sequence[Block]) -> bool:
    return any(
        fuzz.ratio(word.lower(), NAME) >= NAME_LIKENESS
        for block in blocks
        for word in _LONG_WORD.findall(block.text)
        if word[0] in "KkHR"
    )


def _has_lists(blocks: Sequence[Block], taxonomy: Taxonomy) -> bool:
    wanted = (HeaderRole.STRENGTHS, HeaderRole.IMPROVEMENTS)
    short = (text for block in blocks for text in {block.text, block.header} if text and len(text) < 40)
    return any(taxonomy.header_role(text) in wanted for text in short)
