"""The parts of the pages that need no server: what is cropped, how forms become decisions, how pages are turned."""

from __future__ import annotations

from dataclasses import astuple, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kompass_extract.model.geometry import Box, union
from kompass_extract.model.report import BlockInfo, Evidence
from kompass_extract.pages.image import load_upright, prepare, upside_down
from kompass_extract.pages.source import load_page, open_source
from kompass_extract.review import Action, Target
from kompass_extract.review.service.desk_values import Item, PageFile, ReasonClass, Surroundings
from kompass_extract.review.service.guess import Guess
from kompass_extract.web.frame import crop, view_box
from kompass_extract.web.item_view import away, choices, picture_view
from kompass_extract.web.orders import BadFormError, added_item, order_of, target_value
from kompass_extract.web.pictures import Pictures, prune
from kompass_extract.web.row_entry import read_row
from kompass_extract.web.whole_pages import area_of_page
from tests.conftest import GOLD
from tests.support.review_archive import PAGE

NUMBERS = st.floats(1, 800, allow_nan=False)


def boxes() -> st.SearchStrategy[Box]:
    return st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS).map(
        lambda n: Box(min(n[0], n[2]), min(n[1], n[3]), max(n[0], n[2]) + 1, max(n[1], n[3]) + 1)
    )


@given(st.lists(boxes(), min_size=1, max_size=4), st.floats(300, 1300), st.floats(300, 1300))
def test_a_crop_holds_every_place_on_the_page(places: list[Box], width: float, height: float) -> None:
    whole = union(places)
    assume(whole.x1 <= width and whole.y1 <= height)
    part = crop(places, width, height)
    assert part.x0 <= whole.x0 + 1e-6
    assert part.x1 >= whole.x1 - 1e-6
    assert part.y0 <= whole.y0 + 1e-6
    assert part.y1 >= whole.y1 - 1e-6


def test_a_crop_around_nothing_is_the_page() -> None:
    assert crop([], 595, 842) == Box(0, 0, 595, 842)
    assert view_box(crop([], 595, 842)) == "0.0 0.0 595.0 842.0"


def item(value: str | int | None = 45, **more: object) -> Item:
    """An item of a score table."""
    made = Item(
        report_id="a-2020", row_id=1, pointer="/areas/0/score", kind="score", area=1,
        area_name=None, number=isinstance(value, int), value=value, raw=None, confidence=0.5, needs_review=True,
        review=None, reasons=(), reason_class=ReasonClass.CHECK, alternatives=(), evidence=(), checks=(), check=None,
        version="v", hold=None, actions=(Action.ACCEPT, Action.CORRECT, Action.REJECT), history=(),
        surroundings=Surroundings(), position="p", pages=(PAGE,),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def test_saving_what_stands_there_accepts_it() -> None:
    order = order_of({"action": "save", "value": " 45 "}, item())
    assert (order.action, order.value) == (Action.ACCEPT, None)
    order = order_of({"action": "save", "value": "46"}, item())
    assert (order.action, order.value) == (Action.CORRECT, 46)
    order = order_of({"action": "save", "value": "två\r\nrader"}, item("en"))
    assert (order.action, order.value) == (Action.CORRECT, "två rader")


def test_letters_where_a_number_belongs_are_left_for_the_desk_to_refuse() -> None:
    assert order_of({"action": "correct", "value": "fyra"}, item()).value == "fyra"


@pytest.mark.parametrize("action", ["", "undo", "add", "drop table", "ACCEPT"])
def test_what_no_button_sends_is_no_decision(action: str) -> None:
    with pytest.raises(BadFormError):
        order_of({"action": action}, item())


def test_split_join_move_and_question() -> None:
    text = item("Ett. Två.")
    split = order_of({"action": "split", "value": "Ett.", "rest": "Två."}, text)
    assert (split.value, split.rest) == ("Ett.", "Två.")
    join = order_of({"action": "join", "value": "Ett. Två.", "other": "/areas/0/strengths/1"}, text)
    assert (join.value, join.other) == ("Ett. Två.", "/areas/0/strengths/1")
    target = Target(area=3, list="narrative", section="/areas/2/narrative/0")
    assert order_of({"action": "move", "target": target_value(target)}, text).target == target
    assert order_of({"action": "set_question", "value": ""}, text).value is None
    kind = order_of({"action": "set_kind", "value": "strength", "block_area": "4"}, text)
    assert (kind.value, kind.target) == ("strength", Target(area=4, list="strengths"))
    assert order_of({"action": "set_kind", "value": "figure", "block_area": "4"}, text).target is None


BOX = {"x0": "10", "y0": "20,5", "x1": "110", "y1": "40"}


def test_a_drawn_box_becomes_an_item() -> None:
    order = added_item({"text": "Ny styrka", "list": "strengths", "area": "2", **BOX}, 7)
    assert order.action is Action.ADD
    assert order.places == (Evidence(page=7, bbox=(10.0, 20.5, 110.0, 40.0)),)
    assert order.target == Target(area=2, list="strengths")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"text": "  "}, "page.no_text"),
        ({"x1": "5"}, "page.bad_box"),
        ({"y0": ""}, "page.bad_box"),
        ({"x0": "nan"}, "page.bad_box"),
        ({"x0": "-5"}, "page.bad_box"),
        ({"y1": "1e9"}, "page.bad_box"),
        ({"list": "../../etc"}, "error.bad_request"),
        ({"area": "9"}, "error.bad_request"),
    ],
)
def test_a_box_that_is_none_is_told(change: dict[str, str], key: str) -> None:
    with pytest.raises(BadFormError) as told:
        added_item({"text": "Ny", "list": "strengths", "area": "2", **BOX, **change}, 7)
    assert told.value.key == key


def test_digits_pick_what_is_offered_instead_of_the_value() -> None:
    found = choices(item(guesses=tuple(Guess(value, ((str(value), True),)) for value in range(50, 53))))
    assert [(one.digit, one.guess.value) for one in found] == [(1, 50), (2, 51), (3, 52)]


def test_x_removes_list_items_and_rejects_values() -> None:
    assert away(item()) is Action.REJECT
    assert away(item("a", actions=(Action.ACCEPT, Action.CORRECT, Action.REMOVE))) is Action.REMOVE
    assert away(item(actions=(Action.ACCEPT,))) is None


def test_what_has_no_place_shows_the_whole_page() -> None:
    shown = picture_view(item(), number=None, whole=False, lines=lambda page: [])
    assert shown is not None
    assert (shown.known, shown.view) == (False, Box(0, 0, 595, 842))
    placed = item(evidence=(Evidence(page=1, bbox=(100, 100, 150, 112)),))
    shown = picture_view(placed, number=None, whole=False, lines=lambda page: [])
    assert shown is not None
    assert shown.known
    assert shown.view.width < 400
    assert picture_view(item(pages=()), number=None, whole=False, lines=lambda page: []) is None


def page_file(path: Path, **more: object) -> PageFile:
    values = {"number": 1, "width": 595.0, "height": 842.0, "rotation": 0, "skew": 0.0, "kind": "scanned"}
    return PageFile(path=str(path), sha256="a" * 64, **{**values, **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_picture_is_turned_as_reading_turned_it(rotation: int, tmp_path: Path) -> None:
    marked = np.full((1684, 1191), 255, np.uint8)
    for row in range(200, 1500, 40):  # lines of letters, so that the turn is found
        for column in range(150, 1000, 18):
            cv2.rectangle(marked, (column, row), (column + 9, row + 14), 0, -1)
    cv2.rectangle(marked, (150, 60), (350, 120), 0, 3)  # the upper left corner's mark
    path = tmp_path / "page.png"
    cv2.imwrite(str(path), np.rot90(marked, rotation // 90))
    source = open_source(path)
    read = prepare(load_page(source, 1, dpi=100).gray, 100)
    read = upside_down(read) if read.rotation != rotation else read  # which of the two is up, reading tells
    assert read.rotation == rotation
    found = load_upright(source, 1, dpi=100, rotation=rotation, skew=read.skew)
    assert found.shape == read.even.shape
    assert np.abs(found.astype(int) - read.even.astype(int)).mean() < 12


def test_pictures_are_kept_and_named_by_their_content(tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "cache")
    pdf = GOLD / "scans" / "hoganas-2018.fax200.pdf"
    made = pictures.picture(page_file(pdf, number=2))
    assert made.jpeg.startswith(b"\xff\xd8")
    kept = list((tmp_path / "cache").rglob("*.jpg"))
    assert len(kept) == 1
    again = pictures.picture(page_file(tmp_path / "gone.pdf", number=2))
    assert again == made, "the input is not asked again"
    assert pictures.etag(page_file(pdf, number=3)) != made.etag
    assert pictures.etag(page_file(pdf, number=2, skew=0.4)) != made.etag


def test_the_cache_does_not_grow_without_end(tmp_path: Path) -> None:
    for number in range(10):
        path = tmp_path / "aa" / f"{number}.jpg"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
    assert prune(tmp_path, 1000) == 0
    assert prune(tmp_path, 500) == 6
    assert len(list(tmp_path.rglob("*.jpg"))) == 4


def test_a_page_s_area_is_that_of_what_stands_there_and_not_of_its_running_head() -> None:
    def block(area: int | None, kind: str, text: str) -> BlockInfo:
        return BlockInfo.model_validate(
            {"id": "b", "kind": kind, "area": area, "page": 1, "bbox": (0, 0, 1, 1), "text": text, "confidence": 1.0}
        )

    head = block(2, "page_furniture", "Område 2 Tillgänglighet och brukarorientering, en lång rad i sidhuvudet")
    own = [block(2, "strength", "Slutet."), block(3, "narrative", "Kommunens styrning utgår från en vision.")]
    assert area_of_page([head, *own]) == 3
    assert area_of_page([head]) is None


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("1.1 Finns en plan? 12 15 80 %", ("1.1", "Finns en plan?", "12", "15", "80")),
        ("1.1. Finns en plan?\t12,5\t15\t83%", ("1.1", "Finns en plan?", "12,5", "15", "83")),
        ("Finns mål för 2018? 12 15", ("", "Finns mål för 2018?", "12", "15", "")),
        ("| 4.2 | Vilket ansvar? | 7 | 20 |", ("4.2", "Vilket ansvar?", "7", "20", "")),
        ("", ("", "", "", "", "")),
    ],
)
def test_a_row_is_read_into_its_cells(text: str, cells: tuple[str, ...]) -> None:
    assert astuple(read_row(text)) == cells
