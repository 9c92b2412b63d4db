"""Lists whose items have a label each in a column of their own (`Ledarskap:` left of what is said of it).

The label is the beginning of its item.  Labels are short, each stands on the line on which its text begins, and either
the title of a list stands right above them or they end with a colon: items of lists side by side do neither.
"""

from __future__ import annotations

from dataclasses import replace

from kompass_extract.blocks.parts import may_be_number_cell
from kompass_extract.blocks.regions import Zone, is_grid
from kompass_extract.model.geometry import Box, union
from kompass_extract.taxonomy.headers import ITEM_HEADS, header_role
from kompass_extract.words.page_reader import ReadStrip

MOST_WORDS = 4  # of a label
SAME_LINE_EM = 0.4  # between the baselines of a label and of its text's first line
MARK_PT = 1.0  # width of the mark that a label stands for


def labelled_rows(zone: Zone, above: Zone | None, em: float) -> tuple[ReadStrip, ...]:
    """The zone's lines from top to bottom, each label in one line with the text it begins; none where it has none."""
    if zone.columns != 2 or is_grid(zone):
        return ()
    labels, lines = zone.in_column(0), zone.in_column(1)
    title = labels[:1] if labels and lines and _heads(labels[0], lines[0]) else ()
    labels = labels[len(title) :]
    if not labels or not all(map(_may_label, labels)):
        return ()
    colons = all(strip.line.text.endswith(":") for strip in labels)
    if not colons and not title and not (above is not None and _ends_with_title(above)):
        return ()
    begun = {id(line): label for label in labels for line in lines if _on_one_line(label, line, em)}
    if len(begun) != len(labels) or not lines or id(lines[0]) not in begun:
        return ()
    return (*title, *(_joined(begun[id(line)], line) if id(line) in begun else line for line in lines))


def _heads(strip: ReadStrip, first: ReadStrip) -> bool:
    """Whether a line is the title of the list that begins below it."""
    return header_role(strip.line.text) in ITEM_HEADS and strip.baseline < first.line.box.y0


def _may_label(strip: ReadStrip) -> bool:
    text = strip.line.text
    heads = header_role(text) is not None or header_role(text.rstrip(":")) is not None
    return len(strip.line.words) <= MOST_WORDS and text[:1].isupper() and not heads and not may_be_number_cell(text)


def _ends_with_title(zone: Zone) -> bool:
    last = max(zone.strips, key=lambda strip: strip.baseline)
    return zone.columns == 1 and header_role(last.line.text) in ITEM_HEADS


def _on_one_line(label: ReadStrip, line: ReadStrip, em: float) -> bool:
    return abs(label.baseline - line.baseline) <= SAME_LINE_EM * em and line.line.bullet is None


def _joined(label: ReadStrip, line: ReadStrip) -> ReadStrip:
    """The label and its text as one line, which begins an item as a list mark would."""
    box = union([label.line.box, line.line.box])
    mark = Box(box.x0 - MARK_PT, label.line.box.y0, box.x0, label.line.box.y1)
    words = (*label.line.words, *line.line.words)
    return replace(line, line=replace(line.line, box=box, words=words, bullet=mark))
