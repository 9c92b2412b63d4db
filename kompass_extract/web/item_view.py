"""What the page of one item shows: the item, the part of the page it stands on, and the ways on from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kompass_extract.model.evidence_places import boxes_on
from kompass_extract.model.geometry import Box
from kompass_extract.model.pointers import AnyField, escaped
from kompass_extract.model.report import Evidence, PageInfo, Report
from kompass_extract.review import Action
from kompass_extract.review.service.desk_values import CellView, Item, RowView, Surroundings
from kompass_extract.review.service.doubt_spots import Spot
from kompass_extract.review.service.guess import Guess
from kompass_extract.review.service.text_source import TextLine
from kompass_extract.web.addresses import picture_url
from kompass_extract.web.frame import crop

NEAR_LINES = 12  # of a text without pictures, before and after the place


@dataclass(frozen=True, slots=True)
class PictureView:
    """One page and what is marked on it; boxes in points.

    ``url`` is None for a text, which has no pictures: ``texts`` then holds the file's lines around the place, each with
    whether it is the place's.  ``view`` is the part shown first, ``whole`` the page.
    """

    number: int
    pages: int
    width: float
    height: float
    url: str | None
    view: Box
    whole: Box
    places: tuple[Box, ...]
    around: tuple[Box, ...]
    known: bool
    other_places: tuple[int, ...]
    texts: tuple[tuple[str, bool], ...]
    failure: str | None


@dataclass(frozen=True, slots=True)
class ValueChoice:
    """One of the values that a digit picks."""

    digit: int
    guess: Guess


@dataclass(frozen=True, slots=True)
class OverviewRowView:
    """A row of chapter 2's table; a value is None where the row has none in that column."""

    label: CellView
    values: tuple[CellView | None, ...]


@dataclass(frozen=True, slots=True)
class OverviewView:
    """Chapter 2's table of area scores over the years."""

    columns: tuple[str, ...]
    rows: tuple[OverviewRowView, ...]


def overview_view(item: Item, report: Report) -> OverviewView:
    """The table that an item of chapter 2 stands in."""
    columns = tuple(dict.fromkeys(name for row in report.area_scores_overview for name in row.values))
    rows = []
    for index, row in enumerate(report.area_scores_overview):
        at = f"/area_scores_overview/{index}"
        label = _cell(item, f"{at}/label", row.label)
        values = [
            _cell(item, f"{at}/values/{escaped(name)}", row.values[name]) if name in row.values else None
            for name in columns
        ]
        rows.append(OverviewRowView(label, tuple(values)))
    return OverviewView(columns, tuple(rows))


def _cell(item: Item, pointer: str, field: AnyField) -> CellView:
    decided = field.review is not None
    return CellView(pointer, field.value, field.confidence, field.needs_review, decided, pointer == item.pointer)


def picture_view(
    item: Item, *, number: int | None, whole: bool, lines: Callable[[int], Sequence[TextLine]]
) -> PictureView | None:
    """The page ``number``, or the first on which the item stands; None for a report without pages.

    ``lines`` gives those of a page; it is asked for texts alone, which have no picture to show.
    """
    if not item.pages:
        return None
    pages = {page.number: page for page in item.pages}
    numbers = tuple(dict.fromkeys(place.page for place in item.evidence if place.page in pages))
    guess = numbers[0] if numbers else _likely_page(item, pages)
    shown = pages.get(number or guess, item.pages[0])
    own = [place for place in item.evidence if place.page == shown.number]
    places = boxes_on(shown.number, own)
    row = _row_places(item, shown.number)
    around = boxes_on(shown.number, row)
    part = crop([*places, *around], *shown.extent)
    page = Box(0.0, 0.0, *shown.extent)
    return PictureView(
        number=shown.number,
        pages=len(item.pages),
        width=page.width,
        height=page.height,
        url=picture_url(item.row_id, shown, item.sha256) if shown.kind != "text" else None,
        view=page if whole or not (places or around) else part,
        whole=page,
        places=places,
        around=around,
        known=bool(own),
        other_places=tuple(one for one in numbers if one != shown.number),
        texts=_texts(lines(shown.number), own or row, whole) if shown.kind == "text" else (),
        failure=shown.failure,
    )


def choices(item: Item) -> tuple[ValueChoice, ...]:
    """What the machine offers instead of the value, by digit."""
    return tuple(ValueChoice(digit, one) for digit, one in enumerate(item.guesses, start=1))


def spot_data(spots: Sequence[Spot]) -> list[list[object]]:
    """The places of a text that may be read otherwise, as the pages' script takes them."""
    return [[one.start, one.end, list(one.readings)] for one in spots]


def away(item: Item) -> Action | None:
    """Return what key ``x`` does: reject the value, or remove the item; None if neither applies.

    What is missing cannot be wrong: that it is not printed is said by a choice of its own.
    """
    listed = item.surroundings.next_in_list is not None or bool(item.surroundings.targets)
    for action in (Action.REMOVE, Action.REJECT) if listed else (Action.REJECT, Action.REMOVE):
        if action in item.actions and not (action is Action.REJECT and item.value is None):
            return action
    return None


def takes_value(item: Item) -> bool:
    """Whether the item has a value that can be written anew."""
    return Action.CORRECT in item.actions


def cells(row: RowView) -> tuple[CellView, ...]:
    """The four cells of a row, left to right."""
    return row.question, row.achieved, row.max, row.percent


def _row_places(item: Item, number: int) -> tuple[Evidence, ...]:
    """The row of the score table that the item stands in, so that its question is seen beside the number."""
    table = item.surroundings.table
    if table is None:
        return ()
    rows: Sequence[Sequence[CellView]] = [*map(cells, table.rows), (table.achieved, table.max, table.percent)]
    own = next((row for row in rows if any(cell.focus for cell in row)), ())
    return tuple(cell.place for cell in own if cell.place and cell.place.page == number and not cell.focus)


def _likely_page(item: Item, pages: dict[int, PageInfo]) -> int:
    """Where something without a place of its own probably stands: beside its neighbours, else on the first page."""
    near = (cell.place.page for cell in _neighbours(item.surroundings) if cell.place and cell.place.page in pages)
    return next(near, min(pages))


def _neighbours(around: Surroundings) -> Iterable[CellView]:
    if around.table is not None:
        for row in around.table.rows:
            yield from cells(row)
        yield from (around.table.heading, around.table.achieved, around.table.score)
    for one in around.lists:
        yield from one.items


def _texts(own: Sequence[TextLine], places: Sequence[Evidence], whole: bool) -> tuple[tuple[str, bool], ...]:
    """The lines of a text's page around the places, each with whether a place lies in it."""
    marked = [any(line.is_at(place) for place in places) for line in own]
    if whole or not any(marked):
        return tuple(zip((line.text for line in own), marked, strict=True))
    first, last = marked.index(True), len(marked) - 1 - marked[::-1].index(True)
    start, end = max(0, first - NEAR_LINES), last + NEAR_LINES + 1
    return tuple((line.text, hit) for line, hit in zip(own[start:end], marked[start:end], strict=True))
