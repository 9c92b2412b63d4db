"""Zones of a page that a ruled table gives: bands with the same cells, each cell with what stands in it.

A border that a scan lost in one band is taken from the table's others where text stands on both sides of it and none
across.  A title in the cell left of its list, and a row of titles, begin a zone of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kompass_extract.blocks.parts import may_be_number_cell, split_at
from kompass_extract.blocks.regions import Zone
from kompass_extract.blocks.ruled_tables import Band, RuledTable, find_ruled_tables, same_edges
from kompass_extract.blocks.titled_zones import is_title
from kompass_extract.model.geometry import union
from kompass_extract.pages.components import Rule
from kompass_extract.words.page_reader import ReadStrip

BORDER_WIDTH = 0.6  # cap heights of the widest sign that a border is read as
ACROSS = 0.3  # cap heights by which a word stands over both sides of a border that is none


@dataclass(slots=True)
class _Row:
    """A band with its strips, cut at its borders."""

    band: Band
    strips: list[ReadStrip]

    def cell(self, index: int) -> list[ReadStrip]:
        own = [s for s in self.strips if sum(edge < s.line.box.center_x for edge in self.band.edges) == index]
        return sorted(own, key=lambda strip: strip.baseline)

    @property
    def heads(self) -> list[bool]:
        """For each cell whether it holds the title of a list and nothing else."""
        return [is_title(self.cell(index)) for index in range(len(self.band.edges) + 1)]


def table_zones(strips: Sequence[ReadStrip], rules: Sequence[Rule], em: float) -> tuple[list[Zone], list[ReadStrip]]:
    """The zones of the page's ruled tables, and the strips outside of them."""
    zones: list[Zone] = []
    rest = list(strips)
    for table in find_ruled_tables(rules, em):
        rows = _rows(table, rest, em)
        if not any(row.band.edges for row in rows):
            continue
        zones.extend(_zones(rows, em))
        inside = {id(strip) for strip in rest if _within(strip, table)}
        rest = [strip for strip in rest if id(strip) not in inside]
    return zones, rest


def _within(strip: ReadStrip, table: RuledTable) -> bool:
    box, frame = strip.line.box, table.box
    return frame.y0 <= box.center_y <= frame.y1 and frame.x0 <= box.center_x <= frame.x1


def _rows(table: RuledTable, strips: Sequence[ReadStrip], em: float) -> list[_Row]:
    """The table's bands that hold text, with the borders that part it."""
    known = sorted({edge for band in table.bands for edge in band.edges})
    rows = []
    for band in table.bands:
        within = [s for s in strips if _within(s, table) and band.y0 <= s.line.box.center_y < band.y1]
        own = [bare for strip in within if (bare := _without_borders(strip, known, em)) is not None]
        if own:
            numbers = all(may_be_number_cell(strip.line.text) for strip in own)
            edges = tuple(
                edge
                for edge in known
                if _parts(own, edge, em) and (edge in band.edges or numbers or _flanked(own, edge))
            )
            cut = Band(band.y0, band.y1, edges)
            rows.append(_Row(cut, [part for strip in own for part in split_at(strip, edges)]))
    return _without_empty(rows)


def _without_borders(strip: ReadStrip, edges: Sequence[float], em: float) -> ReadStrip | None:
    """The strip without what a reader made of the borders themselves; None for nothing else."""
    words = [
        word
        for word in strip.line.words
        if word.box.width > BORDER_WIDTH * em or all(abs(word.box.center_x - edge) > ACROSS * em for edge in edges)
    ]
    if len(words) == len(strip.line.words):
        return strip
    return replace(strip, line=strip.line.part(words, union(w.box for w in words))) if words else None


def _parts(strips: Sequence[ReadStrip], edge: float, em: float) -> bool:
    """Whether no word stands across a border."""
    return not any(
        word.box.x0 < edge - ACROSS * em and word.box.x1 > edge + ACROSS * em
        for strip in strips
        for word in strip.line.words
    )


def _flanked(strips: Sequence[ReadStrip], edge: float) -> bool:
    """Whether words stand on both sides of a border."""
    middles = [word.box.center_x for strip in strips for word in strip.line.words]
    return min(middles) < edge < max(middles)


def _without_empty(rows: Sequence[_Row]) -> list[_Row]:
    """The rows without borders that have no text on their right, down to the next border, in any row: hairlines."""
    edges = {edge for row in rows for edge in row.band.edges}
    used = {
        edge
        for row in rows
        for index, edge in enumerate(row.band.edges)
        if row.cell(index + 1) and (row.cell(index) or index == 0)
    }
    kept = []
    for row in rows:
        left = tuple(edge for edge in row.band.edges if edge in used)
        kept.append(_Row(Band(row.band.y0, row.band.y1, left), row.strips) if edges - used else row)
    return kept


def _zones(rows: Sequence[_Row], em: float) -> list[Zone]:
    """Rows of the same cells together; titles begin a zone."""
    groups: list[list[_Row]] = []
    for row in rows:
        last = groups[-1] if groups else None
        if last is None or not same_edges(last[-1].band, row.band, em) or any(row.heads):
            groups.append([row])
        else:
            last.append(row)
    return [_zone(group) for group in groups]


def _zone(rows: Sequence[_Row]) -> Zone:
    strips = tuple(strip for row in rows for strip in row.strips)
    return Zone(union(strip.line.box for strip in strips), strips, rows[0].band.edges)
