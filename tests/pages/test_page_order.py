"""The report's pages out of the file's: spreads cut, repeats left out, orders put right, honest files left alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kompass_extract.blocks.page_order import arrange
from kompass_extract.blocks.spreads import is_spread_file
from kompass_extract.model.document import Document, FilePage, Origin, PageKind, PageRole, Source
from kompass_extract.report.checks import page_checks
from kompass_extract.report.file_pages import on_file_pages
from kompass_extract.training.gold import GoldReport
from kompass_extract.words.page_reader import PageReading
from tests.conftest import report_of
from tests.support.strips import HEIGHT, WIDTH, lines, page, rule, strip

PROSE = (
    "kommunen har under åren arbetat med målstyrning", "ledningen följer upp budget och verksamhet varje månad",
    "invånarna kan lämna synpunkter på alla tjänster", "personalpolitiken utgår från en gemensam värdegrund",
    "näringslivet möter kommunen i ett eget forum", "skolorna redovisar sina resultat på webbplatsen",
    "miljöarbetet bedrivs i samverkan med grannkommuner", "ekonomin är i balans sedan flera år tillbaka",
)  # fmt: skip


def numbered(number: int, printed: int | None, *, x: float = 0.0) -> PageReading:
    """A page of its own text, with a running header and perhaps a printed number."""
    texts = [f"{PROSE[(number * 3 + step) % 8]} {number}{step}" for step in range(7)]
    strips = [strip(x + 70, 40, "Sveriges Kommuner och Landsting"), *lines(x + 70, 120, texts)]
    if printed is not None:
        strips.append(strip(x + 505, 40, f"{printed} (25)"))
    return page(strips, number)


def file_of(*printed: int | None) -> list[PageReading]:
    return [numbered(place, number) for place, number in enumerate(printed, start=1)]


def text_of(pages: tuple[PageReading, ...]) -> list[str]:
    return [found.strips[1].line.text for found in pages]


def spread(number: int, left: PageReading | None, right: PageReading | None) -> PageReading:
    """A sheet with two pages."""
    strips = [] if left is None else list(left.strips)
    for one in () if right is None else right.strips:
        words = tuple(replace(w, box=replace(w.box, x0=w.box.x0 + WIDTH, x1=w.box.x1 + WIDTH)) for w in one.line.words)
        box = replace(one.line.box, x0=one.line.box.x0 + WIDTH, x1=one.line.box.x1 + WIDTH)
        strips.append(replace(one, line=replace(one.line, words=words, box=box)))
    return replace(page(strips, number), width=2 * WIDTH)


@pytest.mark.parametrize("printed", [(None, 2, 3, 4), (None, None, 3, 7, 8), (1, 2, 9, 4, 5), (1, 2, 1, 2, 3)])
def test_a_file_in_order_stays_as_it_is(printed: tuple[int | None, ...]) -> None:
    readings = file_of(*printed)
    arranged = arrange(readings)
    assert arranged.pages == tuple(readings)
    assert arranged.origins == arranged.file_pages == ()


def test_a_reversed_file_is_turned_round() -> None:
    straight = file_of(None, 2, 3, 4, 5)
    reversed_ = [replace(found, number=place) for place, found in enumerate(straight[::-1], start=1)]
    arranged = arrange(reversed_)
    assert text_of(arranged.pages) == text_of(tuple(straight))
    assert [origin.number for origin in arranged.origins] == [5, 4, 3, 2, 1]
    assert [found.number for found in arranged.pages] == [1, 2, 3, 4, 5]


def test_misplaced_pages_go_where_their_numbers_say() -> None:
    arranged = arrange(file_of(None, 2, 5, 6, 3, 4, 7))
    assert [origin.number for origin in arranged.origins] == [1, 2, 5, 6, 3, 4, 7]
    assert {found.number for found in arranged.file_pages if found.role is PageRole.MOVED} == {3, 4, 5, 6}


def test_the_cover_beside_the_last_page_of_a_booklet_comes_first() -> None:
    arranged = arrange(file_of(8, None, 2, 7, 6, 3, 4, 5))
    assert [origin.number for origin in arranged.origins] == [2, 3, 6, 7, 8, 5, 4, 1]


def test_a_page_scanned_twice_is_used_once_and_said() -> None:
    readings = file_of(None, 2, 3, 4)
    again = replace(readings[2], number=4)
    last = replace(readings[3], number=5)
    arranged = arrange([*readings[:3], again, last])
    assert [origin.number for origin in arranged.origins] == [1, 2, 3, 5]
    assert [(found.role, found.same_as) for found in arranged.file_pages][3] == (PageRole.REPEAT, 3)


def test_numbers_that_differ_in_two_readings_of_one_page_are_in_doubt() -> None:
    first = numbered(1, None)
    table = [strip(70, 400, "Poäng 47 av 100")]
    one = replace(first, strips=(*first.strips, *table))
    other = replace(one, number=2, strips=(*first.strips, strip(70, 400, "Poäng 41 av 100")))
    arranged = arrange([one, other])
    number = next(w for s in arranged.pages[0].strips for w in s.line.words if w.text in {"47", "41"})
    assert number.confidence <= 0.5
    assert {number.text, *number.alternatives} == {"47", "41"}


def test_pages_alike_in_form_alone_are_both_used() -> None:
    assert arrange(file_of(None, 2, 3)).file_pages == ()


def test_spreads_are_cut_and_their_places_kept() -> None:
    pages = file_of(None, 2, 3, 4)
    sheets = [spread(1, None, pages[0]), spread(2, pages[1], pages[2]), spread(3, pages[3], None)]
    assert is_spread_file(sheets)
    arranged = arrange(sheets)
    assert text_of(arranged.pages) == text_of(tuple(pages))
    assert [(origin.number, origin.x) for origin in arranged.origins] == [(1, WIDTH), (2, 0.0), (2, WIDTH), (3, 0.0)]
    assert all(found.width == WIDTH for found in arranged.pages)
    assert all(0 <= s.line.box.x0 < WIDTH for found in arranged.pages for s in found.strips)
    assert {found.role for found in arranged.file_pages} == {PageRole.SPREAD}


@pytest.mark.parametrize("crossing", ["line", "rule"])
def test_a_landscape_page_with_something_across_its_middle_is_one_page(crossing: str) -> None:
    pages = file_of(2, 3)
    sheet = spread(1, *pages)
    if crossing == "line":
        sheet = replace(sheet, strips=(*sheet.strips, strip(WIDTH - 80, 500, "en rad som går tvärs över mitten")))
    else:
        sheet = replace(sheet, rules=(rule(80, 300, 2 * WIDTH - 80, 300),))
    assert not is_spread_file([sheet])
    assert arrange([sheet]).pages == (sheet,)


def test_two_columns_of_a_landscape_page_are_no_two_pages() -> None:
    sheet = replace(
        page([*lines(70, 100, PROSE[:4]), *lines(WIDTH + 60, 100, PROSE[4:]), strip(WIDTH + 500, 820, "4")]),
        width=2 * WIDTH,
    )
    assert arrange([sheet]).pages == (sheet,)


def test_evidence_is_put_back_on_the_files_pages(hoganas: GoldReport) -> None:
    minimal_report = report_of(hoganas)
    info = minimal_report.pages[0]
    origins = (Origin(2, WIDTH),)
    file_pages = tuple(
        FilePage(number, 2 * WIDTH, HEIGHT, 0, 0.0, PageKind.SCANNED, "read", role, same_as)
        for number, role, same_as in ((1, PageRole.REPEAT, 2), (2, PageRole.SPREAD, None))
    )
    document = Document(Source("a.pdf", "0" * 64, "scanned", 2), (), None, origins, file_pages)
    moved = on_file_pages(minimal_report, document)
    assert [found.number for found in moved.pages] == [1, 2]
    assert moved.pages[1].ocr_confidence == info.ocr_confidence
    before = [block.bbox for block in minimal_report.blocks]
    assert [block.page for block in moved.blocks] == [2] * len(before)
    for block, (x0, y0, x1, y1) in zip(moved.blocks, before, strict=True):
        assert block.bbox == pytest.approx((x0 + WIDTH, y0, x1 + WIDTH, y1), abs=0.01)
    assert {check.id for check in page_checks(moved.pages)} == {"page-repeat", "page-spread"}
