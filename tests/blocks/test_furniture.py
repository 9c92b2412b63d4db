"""Which strips are running headers or the words of charts, and which are titles and scores."""

from __future__ import annotations

from dataclasses import replace

from kompass_extract.blocks.furniture import sort_strips
from kompass_extract.model.geometry import Box
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import lines, page, strip

TITLES = ("Styrkor", "Förbättringsområden", "Område 3 Styrning och kontroll")
BODY = lines(70, 200, ["En rad text på sidan som är lång nog.", "Ännu en rad text på sidan.", "En tredje rad."])


def test_titles_of_slides_at_one_place_are_no_running_headers() -> None:
    slides = [page([strip(70, 40, TITLES[number % 3]), *BODY], number) for number in range(1, 13)]
    lists = [sorted_ for number, sorted_ in enumerate(sort_strips(slides), 1) if number % 3 != 2]
    assert all("Styrkor" in {s.line.text for s in one.text} or "Förbättringsområden" in {s.line.text for s in one.text}
               for one in lists)  # fmt: skip


def test_a_large_number_is_no_label_of_its_own_digits() -> None:
    score = strip(300, 118, "41", size=28.0)
    box = score.line.box
    digits = [Box(box.x0, 89.5, box.center_x - 1, 118.5), Box(box.center_x + 1, 89.5, box.x1, 118.5)]
    (sorted_,) = sort_strips([page([score, *BODY], graphics=digits)])
    assert score in sorted_.text


def test_a_number_in_a_half_found_ring_is_a_score() -> None:
    score = replace(strip(300, 150, "91"), letter_height=23.0)
    box = score.line.box
    ring = Box(box.center_x - 55, box.y0 - 48, box.center_x + 55, box.y1 + 10)  # the lower part is too pale
    (sorted_,) = sort_strips([page([score, *BODY], graphics=[ring])])
    assert score in sorted_.text
    assert not sorted_.figure


def test_points_at_the_head_of_pages_that_all_begin_with_a_row_are_no_page_numbers() -> None:
    def rows(number: int) -> list[ReadStrip]:
        cells = [(70, f"3.{number}"), (120, f"Fråga {number}"), (356, f"{9 + number}"), (488, "30"), (520, "40%")]
        return [strip(x, 60, text) for x, text in cells]

    found = sort_strips([page([*rows(number), *BODY], number) for number in range(1, 6)])
    assert all({"30", "40%"} <= {s.line.text for s in one.text} for one in found)
