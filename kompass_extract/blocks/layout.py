"""The layout of a whole report: pages of strips become pages of blocks in reading order.

Page by page: furniture and figures apart, zones, then each zone as what it is: a grid of numbers row by row,
side-by-side text column by column, running text from top to bottom.  Over the pages: a table of text goes on
on the next page with its columns and their headers, and a block cut by a page or column break is marked as the
rest of the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from kompass_extract.blocks.cells import cut_cells
from kompass_extract.blocks.furniture import Sorted, sort_strips
from kompass_extract.blocks.grid import split_rows
from kompass_extract.blocks.gutters import column_starts, cut_at_gutters
from kompass_extract.blocks.hyphenation import hyphenates, join_lines
from kompass_extract.blocks.labelled_rows import labelled_rows
from kompass_extract.blocks.line_pairs import LinePairs
from kompass_extract.blocks.line_pairs import load as load_pairs
from kompass_extract.blocks.page_breaks import mark_continuations
from kompass_extract.blocks.pair_features import Array
from kompass_extract.blocks.pair_rows import RowColumn, rows_of
from kompass_extract.blocks.paragraphs import Stretch, join_stretches, lines_of
from kompass_extract.blocks.parts import without_title
from kompass_extract.blocks.regions import Zone, find_zones, is_grid
from kompass_extract.blocks.table_zones import table_zones
from kompass_extract.blocks.titled_zones import is_headed, is_titled, part_zones
from kompass_extract.blocks.twin_tables import part_tables
from kompass_extract.blocks.typed_marks import take_typed_marks
from kompass_extract.model.document import Block, Column, Form, Knows, Line, Page
from kompass_extract.model.geometry import union
from kompass_extract.taxonomy.headers import ITEM_HEADS, HeaderRole, header_role
from kompass_extract.taxonomy.headings import names_area
from kompass_extract.words.page_reader import PageReading, ReadStrip

EM = 7.0  # cap height of ten-point letters, in points


@dataclass(frozen=True, slots=True)
class _Context:
    """What the blocks of a page need to know of the report."""

    page: PageReading
    em: float
    stroke: float
    knows: Knows | None
    hyphenated: bool | None
    starts: tuple[float, ...] = ()  # where columns of text begin on many lines of the report


@dataclass(frozen=True, slots=True)
class _TextColumn:
    """A column of text whose lines are not yet joined to blocks; ``column`` is None for running text."""

    lines: tuple[tuple[ReadStrip, ...], ...]
    rows: RowColumn
    column: Column | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a page's body: blocks that are made already, columns of text, or a list with its title."""

    top: float
    blocks: tuple[Block, ...] = ()
    columns: tuple[_TextColumn, ...] = ()
    title: Block | None = None  # of the list that the columns are


@dataclass(frozen=True, slots=True)
class _Plan:
    """A page's parts from top to bottom, with the furniture above and below them."""

    context: _Context
    head: tuple[Block, ...]
    parts: tuple[_Part, ...]
    foot: tuple[Block, ...]


def lay_out(
    pages: Sequence[PageReading], knows: Knows | None = None, pairs: LinePairs | None = None
) -> tuple[Page, ...]:
    """Blocks for all pages of a report; ``knows`` tells Swedish words, for hyphens at line ends.

    ``pairs`` is the line-pair model, the shipped one where none is given.
    """
    plans = _plans(pages, knows)
    pairs = pairs or load_pairs()
    verdict = pairs.columns(_columns(plans))
    going_on = iter(verdict.going_on)
    return mark_continuations([_page(plan, going_on) for plan in plans], pairs, verdict.habits)


def text_columns(pages: Sequence[PageReading]) -> list[RowColumn]:
    """The columns of text on all pages, as the line-pair model is asked about them and learns from them."""
    return _columns(_plans(pages, None))


def _columns(plans: Sequence[_Plan]) -> list[RowColumn]:
    return [column.rows for plan in plans for part in plan.parts for column in part.columns]


def _plans(pages: Sequence[PageReading], knows: Knows | None) -> list[_Plan]:
    pages = take_typed_marks([_with_titles_apart(page) for page in pages], names_area)
    sorted_pages = sort_strips(pages)
    lines = [strip for page in sorted_pages for strip in page.text]
    stroke = median(strip.stroke for strip in lines) if lines else 0.15
    ordered = [s.line.text for page in sorted_pages for s in sorted(page.text, key=lambda s: s.line.box.y0)]
    hyphenated = hyphenates(ordered, knows)
    starts = column_starts((parts.text for parts in sorted_pages), median([page.em for page in pages] or [EM]))
    plans = []
    for page, parts in zip(pages, sorted_pages, strict=True):
        em = median(s.letter_height for s in parts.text) if len(parts.text) > 5 else page.em
        context = _Context(page, max(em, 3.0), _usual_stroke(parts.text, stroke), knows, hyphenated, tuple(starts))
        plans.append(_guarded_plan(parts, context))
    return plans


def _with_titles_apart(page: PageReading) -> PageReading:
    return replace(
        page, strips=tuple(part for strip in page.strips for part in without_title(strip, page.strips, page.em))
    )


def _guarded_plan(parts: Sorted, context: _Context) -> _Plan:
    """The page's plan; of a page whose layout fails, its lines as running text, and the failure told."""
    try:
        return _plan(parts, context)
    except Exception as error:  # one page's layout must not cost the report its other pages
        page = replace(context.page, failure=f"layout: {type(error).__name__}: {error}")
        context = replace(context, page=page)
        strips = sorted(parts.text, key=lambda strip: strip.baseline)
        right = max((strip.line.box.x1 for strip in strips), default=0.0)
        return _Plan(context, (), (_Part(0.0, columns=(_text_column(strips, right, None, context),)),), ())


def _usual_stroke(strips: Sequence[ReadStrip], else_: float) -> float:
    """The thickness of a page's running text: a fax thickens some pages and not others."""
    running = [strip.stroke for strip in strips if len(strip.line.words) >= RUNNING_WORDS]
    return median(running) if len(running) >= RUNNING_LINES else else_


RUNNING_WORDS, RUNNING_LINES = 5, 8  # words of a line, and such lines of a page, that show its usual stroke


def _page(plan: _Plan, going_on: Iterator[Array]) -> Page:
    page = plan.context.page
    blocks = [*plan.head, *(block for part in plan.parts for block in _made(part, going_on, plan.context)), *plan.foot]
    letters = sum(len(word.text) for block in blocks for line in block.lines for word in line.words)
    sure = sum(block.confidence * sum(len(w.text) for line in block.lines for w in line.words) for block in blocks)
    numbered = tuple(replace(block, id=f"p{page.number}b{index}") for index, block in enumerate(blocks, start=1))
    return Page(
        number=page.number,
        width=page.width,
        height=page.height,
        rotation=page.rotation,
        skew=page.skew,
        kind=page.kind,
        ocr_confidence=min(1.0, sure / letters) if letters else 0.0,
        decision=page.decision,
        blocks=numbered,
        failure=page.failure,
    )


def _plan(parts: Sorted, context: _Context) -> _Plan:
    furniture = [_single(strip, Form.FURNITURE, context) for strip in parts.furniture]
    middle = context.page.height / 2
    strips = cut_cells(cut_at_gutters(parts.text, context.em, context.starts), context.em)
    tables, rest = table_zones(strips, context.page.rules, context.em)
    found = find_zones(rest, context.page.rules, context.em, tables=tables)
    zones = [table for zone in part_zones(found, context.page.rules, context.em) for table in part_tables(zone)]
    right = _right_edges(zones)
    body = [
        _zone_part(zone, f"p{context.page.number}z{number}", right[number - 1], context, above)
        for number, (above, zone) in enumerate(pairwise([None, *zones]), start=1)
        if zone is not None
    ]
    body.extend(_Part(strip.line.box.y0, (_single(strip, Form.FIGURE, context),)) for strip in parts.figure)
    return _Plan(
        context,
        tuple(block for block in furniture if block.box.center_y < middle),
        tuple(sorted(body, key=lambda part: part.top)),
        tuple(block for block in furniture if block.box.center_y >= middle),
    )


def _right_edges(zones: Sequence[Zone]) -> list[float]:
    """Where running text may go at most: the farthest that any zone of one column goes on the page."""
    single = [zone.box.x1 for zone in zones if zone.columns == 1]
    farthest = max(single, default=0.0)
    return [max(farthest, zone.box.x1) if zone.columns == 1 else zone.box.x1 for zone in zones]


def _zone_part(zone: Zone, region: str, right: float, context: _Context, above: Zone | None) -> _Part:
    if rows := labelled_rows(zone, above, context.em):
        return _Part(zone.box.y0, columns=(_text_column(rows, zone.box.x1, None, context),))
    if is_grid(zone):
        return _Part(zone.box.y0, tuple(_grid_blocks(zone, region, context)))
    if zone.columns == 1:
        return _Part(zone.box.y0, columns=(_text_column(zone.in_column(0), right, None, context),))
    if is_titled(zone):
        title = zone.in_column(0)
        return _titled_part(zone, title, ((zone.in_column(1), zone.box.x1),), region, context)
    rights = [*(edge - 0.5 * context.em for edge in zone.edges), zone.box.x1]
    if is_headed(zone):
        title = (min(zone.strips, key=lambda strip: strip.line.box.y0),)
        below = [tuple(s for s in zone.in_column(index) if s is not title[0]) for index in range(zone.columns)]
        return _titled_part(zone, title, tuple(zip(below, rights, strict=True)), region, context)
    filled = [(index, edge, strips) for index, edge in enumerate(rights) if (strips := zone.in_column(index))]
    columns = []
    for index, edge, strips in filled:
        right = min(edge, max(s.line.box.x1 for s in strips))
        column = Column(region, index, zone.columns) if len(filled) > 1 else None
        columns.append(_text_column(strips, right, column, context))
    return _Part(zone.box.y0, columns=tuple(columns))


def _titled_part(
    zone: Zone,
    title: Sequence[ReadStrip],
    lists: Sequence[tuple[Sequence[ReadStrip], float]],
    region: str,
    context: _Context,
) -> _Part:
    """A list whose title stands to its left, or above the columns that it runs over; each with its right edge."""
    there = [(strips, right) for strips, right in lists if strips]
    columns = tuple(
        _text_column(strips, right, Column(region, index, len(there)) if len(there) > 1 else None, context)
        for index, (strips, right) in enumerate(there)
    )
    return _Part(zone.box.y0, columns=columns, title=_block(title, Form.PARAGRAPH, context))


def _grid_blocks(zone: Zone, region: str, context: _Context) -> list[Block]:
    blocks = []
    for row in split_rows(zone, context.page.rules, context.em):
        lines = tuple(line for cell in row.cells for line in cell.lines)
        block = _block(row.strips, Form.ROW, context, lines=lines)
        text = " ".join(_joined(cell.lines, context) for cell in row.cells)
        blocks.append(replace(block, cells=row.cells, text=text, column=Column(region, 0, zone.columns)))
    return blocks


def _made(part: _Part, going_on: Iterator[Array], context: _Context) -> list[Block]:
    """The blocks of a part; of columns side by side a short first line over each column is its header."""
    columns = [_column_blocks(column, next(going_on), context) for column in part.columns]
    if part.title is not None:
        header = part.title.text
        return [part.title, *(replace(block, header=header) for column in columns for block in column)]
    headed = _have_headers(columns, context)
    blocks = list(part.blocks)
    for column in columns:
        header = column[0].text if headed else ""
        if headed:
            blocks.append(replace(column[0], form=Form.PARAGRAPH, bulleted=False))
        blocks.extend(replace(block, header=header) for block in (column[1:] if headed else column))
    return blocks


def _have_headers(columns: Sequence[Sequence[Block]], context: _Context) -> bool:
    """Whether all columns begin on one line with a short text that stands out or has more below it."""
    if len(columns) < 2 or any(not column for column in columns):
        return False
    firsts = [column[0] for column in columns]
    if any(names_area(b.text) for b in firsts) or any(_is_list_title(b) for column in columns for b in column[1:]):
        return False  # columns of one running text, in which titles stand anywhere
    level = max(b.box.center_y for b in firsts) - min(b.box.center_y for b in firsts) < 1.2 * context.em
    short = all(len(b.text.split()) <= 4 and len(b.lines) <= 2 for b in firsts)
    if level and short and any(header_role(b.text) in _LIST_HEADS for b in firsts):
        return True
    short = short and not any(b.bulleted for b in firsts)
    return level and short and any(len(column) > 1 for column in columns)


def _is_list_title(block: Block) -> bool:
    return header_role(block.text) in ITEM_HEADS


def _text_column(strips: Sequence[ReadStrip], right: float, column: Column | None, context: _Context) -> _TextColumn:
    marked = _without_dirt(strips, context.em)
    lines = lines_of(marked)
    rows = rows_of(lines, context.stroke, context.page.rules, context.em)
    return _TextColumn(lines, RowColumn(rows, right, context.em, context.page.number), column)


def _column_blocks(column: _TextColumn, going_on: Array, context: _Context) -> list[Block]:
    return [
        replace(_stretch_block(stretch, context), column=column.column)
        for stretch in join_stretches(column.lines, going_on, context.em)
    ]


_LIST_HEADS = ITEM_HEADS | {HeaderRole.RUBRICS, HeaderRole.SCORE}
OUTSIDE_EM = 0.6  # by which the next line begins apart from a mark and left of its text
LINE_EM = 2.6  # between two lines of a paragraph


def _without_dirt(strips: Sequence[ReadStrip], em: float) -> list[ReadStrip]:
    """The strips of a column without list marks that are dirt.

    They stand before a list's heading, before an area's at the head of a page, before the rest of a cut word, or beside
    a paragraph that begins with an indent: its second line begins neither below the mark nor below the text.
    """
    around = zip([None, *strips], strips, [*strips[1:], None], strict=False)
    return [
        replace(strip, line=replace(strip.line, bullet=None)) if _is_dirt(before, strip, after, em) else strip
        for before, strip, after in around
    ]


def _is_dirt(before: ReadStrip | None, strip: ReadStrip, after: ReadStrip | None, em: float) -> bool:
    mark, text = strip.line.bullet, strip.line.text
    if mark is None:
        return False
    cut = before is not None and before.line.text.endswith("-") and before.line.text[-2:-1].isalpha()
    if (cut and text[:1].islower()) or header_role(text) in ITEM_HEADS or (before is None and names_area(text)):
        return True
    if after is None or after.line.bullet is not None or not after.line.text[:1].islower():
        return False
    start = after.line.box.x0
    outside = start < strip.line.box.x0 - OUTSIDE_EM * em and abs(start - mark.x0) > OUTSIDE_EM * em
    return outside and after.baseline - strip.baseline < LINE_EM * em


def _stretch_block(stretch: Stretch, context: _Context) -> Block:
    form = Form.ITEM if stretch.bulleted else Form.PARAGRAPH
    return replace(
        _block(stretch.strips, form, context),
        gap=round(stretch.space, 2),
        bulleted=stretch.bulleted,
        rest=round(stretch.rest, 3),
        whole=round(stretch.whole, 3),
    )


def _single(strip: ReadStrip, form: Form, context: _Context) -> Block:
    return _block((strip,), form, context)


def _block(
    strips: Sequence[ReadStrip], form: Form, context: _Context, *, lines: tuple[Line, ...] | None = None
) -> Block:
    lines = lines if lines is not None else tuple(strip.line for strip in strips)
    letters = [max(1, sum(len(word.text) for word in strip.line.words)) for strip in strips]
    total = sum(letters)
    size = sum(s.letter_height * n for s, n in zip(strips, letters, strict=True)) / total
    stroke = sum(s.stroke * n for s, n in zip(strips, letters, strict=True)) / total
    return Block(
        id="",
        page=context.page.number,
        box=union(line.box for line in lines),
        form=form,
        lines=lines,
        text=_joined(lines, context),
        size=round(size, 2),
        weight=round(stroke / max(0.01, context.stroke), 2),
    )


def _joined(lines: Sequence[Line], context: _Context) -> str:
    return join_lines([line.text for line in lines], context.knows, hyphenated=context.hyphenated)
