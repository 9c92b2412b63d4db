"""Pages with their corrected text: valid ALTO and PAGE-XML, and PDFs in which the text is found at its place."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from lxml import etree

from kompass_extract import AnswerArchive, open_archive
from kompass_extract.archive.folder import Archive
from kompass_extract.cli import main
from kompass_extract.errors import UsageError
from kompass_extract.model.geometry import Box
from kompass_extract.model.report import BlockInfo, PageInfo
from kompass_extract.review import Action
from kompass_extract.review.answers.page_texts.inked_lines import POINTS_AN_INCH, InkedLine
from kompass_extract.review.answers.page_texts.laid_text import laid
from kompass_extract.review.answers.page_texts.page_pictures import DPI
from kompass_extract.review.answers.page_texts.place_boxes import PlaceBoxes
from kompass_extract.review.answers.page_texts.placed_text import PlacedLine, PlacedPage, PlacedRegion, PlacedWord
from kompass_extract.review.answers.page_texts.searchable_pdf import write_pdf
from kompass_extract.review.answers.page_texts.xml_parts import plain
from kompass_extract.review.service import Desk
from tests.support.desk_archive import decided
from tests.support.drawn_pages import (
    CELLS,
    ENDS,
    HEADING,
    PARAGRAPH,
    QUESTION_LINES,
    SCORE,
    STRENGTH,
    STRENGTH_LINES,
    Drawing,
    drawn_archive,
)

pytest.importorskip("reportlab")

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
ALTO, PAGE = (
    "{http://www.loc.gov/standards/alto/ns-v4#}",
    "{http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15}",
)
REPORT = "sala-2023"
NEAR = 2.5  # points by which a box may miss its word: a picture's pixel, and the blank beside a letter's ink
CORRECTED = "Kommunen har en tydlig strategi för dialog “öppet hus” i alla nämnder"
LONGER = "Medborgarna kan numera följa hela debatten från fullmäktige på webben varje vecka"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Drawing]:
    """All formats of a report that nobody has corrected."""
    folder = tmp_path_factory.mktemp("pages")
    drawing = drawn_archive(folder / "archive", doubted=True)
    with open_archive(folder / "archive") as archive:
        done = archive.write_pages(folder / "out", formats=["alto", "page", "pdf"])
    assert done.notes == ()
    assert {path.name for path in done.files} == {"0001.xml", "0001.jpg", "0002.xml", "0002.jpg", f"{REPORT}.pdf"}
    return folder / "out", drawing


@pytest.fixture(scope="module")
def corrected(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Drawing]:
    """All formats of the report after decisions about a text, a number, and a text over two pages."""
    folder = tmp_path_factory.mktemp("corrected")
    drawing = drawn_archive(folder / "archive")
    desk = Desk(Archive.at(folder / "archive"))
    for pointer, value in ((STRENGTH, CORRECTED), (SCORE, 12), (PARAGRAPH, LONGER)):
        decided_on(desk, pointer, value)
    desk.close()
    with open_archive(folder / "archive") as archive:
        archive.write_pages(folder / "out", formats=["alto", "page", "pdf"])
    return folder / "out", drawing


def decided_on(desk: Desk, pointer: str, value: object) -> None:
    decided(desk, pointer, Action.CORRECT, value=value)


def alto_page(out: Path, number: int = 1) -> Any:
    return etree.parse(out / "alto" / REPORT / f"{number:04}.xml").getroot()


def place(element: Any) -> Box:
    """An ALTO element's box in points."""
    left, top, width, height = (float(element.get(name)) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    return Box(*(side * POINTS_AN_INCH / DPI for side in (left, top, left + width, top + height)))


def strings(root: Any) -> list[tuple[str, Box]]:
    return [(one.get("CONTENT"), place(one)) for one in root.iter(f"{ALTO}String")]


def lines(root: Any) -> list[str]:
    return [" ".join(one.get("CONTENT") for one in line.iter(f"{ALTO}String")) for line in root.iter(f"{ALTO}TextLine")]


def require_valid(out: Path) -> None:
    for form, schema in (("alto", "alto-4-3.xsd"), ("page", "pagecontent.xsd")):
        checker = etree.XMLSchema(etree.parse(SCHEMAS / schema))
        files = sorted((out / form / REPORT).glob("*.xml"))
        assert len(files) == 2
        for file in files:
            checker.assertValid(etree.parse(file))


def test_the_files_are_valid_by_the_official_schemas(
    written: tuple[Path, Drawing], corrected: tuple[Path, Drawing]
) -> None:
    require_valid(written[0])
    require_valid(corrected[0])


def test_every_word_stands_where_it_was_drawn(written: tuple[Path, Drawing]) -> None:
    out, drawing = written
    for number in (1, 2):
        found = strings(alto_page(out, number))
        expected = {word: box for (page, word), box in drawing.words.items() if page == number}
        assert {word for word, _ in found} == expected.keys()
        for word, box in found:
            true = expected[word]
            assert abs(box.x0 - true.x0) <= NEAR, word
            assert abs(box.x1 - true.x1) <= NEAR, word
            assert true.y0 - NEAR <= box.center_y <= true.y1 + NEAR, word


def test_lines_are_those_of_the_page_in_its_order(written: tuple[Path, Drawing]) -> None:
    row = f"{QUESTION_LINES[0]} {' '.join(text for _, text, _ in CELLS)}"
    assert lines(alto_page(written[0])) == [HEADING, *STRENGTH_LINES, row, QUESTION_LINES[1], ENDS[0]]
    assert lines(alto_page(written[0], 2)) == [ENDS[1]]


def test_kinds_and_doubts_are_tags(written: tuple[Path, Drawing]) -> None:
    blocks = {one.get("ID"): one.get("TAGREFS") for one in alto_page(written[0]).iter(f"{ALTO}TextBlock")}
    assert blocks["p1b2"] == "kind_strength needs_review"
    assert blocks["p1b3"] == "kind_score_table"
    page = etree.parse(written[0] / "page" / REPORT / "0001.xml").getroot()
    custom = {one.get("id"): one.get("custom") for one in page.iter(f"{PAGE}TextRegion")}
    assert "needs_review" in custom["p1b2"]
    assert "needs_review" not in custom["p1b3"]
    assert page.find(f"{PAGE}Page").get("imageFilename") == "0001.jpg"


def test_corrected_texts_and_numbers_stand_in_place_of_what_was_read(corrected: tuple[Path, Drawing]) -> None:
    out, drawing = corrected
    first, second = lines(alto_page(out)), lines(alto_page(out, 2))
    assert " ".join(first[1:3]) == CORRECTED
    assert first[3] == f"{QUESTION_LINES[0]} 12 15 87%"
    assert f"{first[-1]} {second[0]}" == LONGER
    assert second[0]
    marked = [line for line in alto_page(out).iter(f"{ALTO}TextLine") if line.get("CS") == "true"]
    assert len(marked) == 4
    box = next(box for word, box in strings(alto_page(out)) if word == "12")
    assert abs(box.center_x - drawing.words[1, "13"].center_x) <= NEAR
    region = etree.parse(out / "page" / REPORT / "0001.xml").getroot().findall(f".//{PAGE}TextRegion")[1]
    texts = region.findall(f"{PAGE}TextEquiv/{PAGE}Unicode")
    assert [text.text.replace("\n", " ") for text in texts] == [CORRECTED]


@pytest.fixture
def pdf(corrected: tuple[Path, Drawing]) -> Iterator[Any]:
    import pypdfium2

    document = pypdfium2.PdfDocument(corrected[0] / "pdf" / f"{REPORT}.pdf")
    yield document
    document.close()


def found_at(page: Any, text: str) -> Box | None:
    """Where PDFium finds a text, from the top."""
    words = page.get_textpage()
    start = words.search(text, match_case=True, match_whole_word=False).get_next()
    if start is None:
        return None
    boxes = [words.get_charbox(at) for at in range(start[0], start[0] + start[1])]
    high = page.get_height()
    return Box(
        min(one[0] for one in boxes), high - max(one[3] for one in boxes),
        max(one[2] for one in boxes), high - min(one[1] for one in boxes),
    )  # fmt: skip


def test_pdfium_finds_the_corrected_text_at_its_place(corrected: tuple[Path, Drawing], pdf: Any) -> None:
    page, drawing = pdf[0], corrected[1]
    assert page.get_size() == (595, 842)
    for word in ("Offentlighet", "nämnder", "informeras", "87%"):
        box, true = found_at(page, word), drawing.words[1, word]
        assert box is not None, word
        assert abs(box.center_x - true.center_x) <= NEAR
        assert true.y0 - NEAR <= box.center_y <= true.y1 + NEAR
    box, strength = found_at(page, "“öppet hus”"), drawing.words[1, "medborgardialog"]
    assert box is not None
    assert strength.y0 - 20 <= box.center_y <= strength.y1 + NEAR
    assert found_at(page, "medborgardialog") is None
    assert found_at(page, "plan om hur medborgarna") is not None, "words of a line have blanks between"


def readers() -> dict[str, Any]:
    """What two programs read of a page of a PDF: PDFium (Chrome), and poppler (Linux desktops) where that is here."""
    found: dict[str, Any] = {"pdfium": pdfium_text}
    if shutil.which("pdftotext"):
        found["poppler"] = lambda path, page: subprocess.run(
            ["pdftotext", "-f", str(page), "-l", str(page), "-enc", "UTF-8", str(path), "-"],
            capture_output=True, check=True, timeout=60,
        ).stdout.decode()  # fmt: skip
    return found


def pdfium_text(path: Path, page: int) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    text: str = document[page - 1].get_textpage().get_text_range()
    document.close()
    return text


def unread(path: Path, page: int, words: list[str]) -> dict[str, Counter[str]]:
    """The words of a page that a reader does not find, by the reader."""
    return {name: Counter(words) - Counter(read(path, page).split()) for name, read in readers().items()}


def test_readers_find_every_word_of_the_files_in_the_pdf(written: tuple[Path, Drawing]) -> None:
    for number in (1, 2):
        words = [text for text, _ in strings(alto_page(written[0], number))]
        assert all(not missed for missed in unread(written[0] / "pdf" / f"{REPORT}.pdf", number, words).values())
        assert words


@pytest.mark.parametrize("letter", [0.8, 1.5, 2.5, 4.0, 9.0])
@pytest.mark.parametrize("gap", [0.0, 0.3, 3.0])
def test_readers_find_words_in_boxes_of_any_width(tmp_path: Path, letter: float, gap: float) -> None:
    """Letters as narrow as in a text's single line for a paragraph, words with no gap between, a wide letter last."""
    words = ["till", "i", "kommunen", "illustrerar", "alla", "nätt", "sammanfattning", "och", "att", "55", "W"]
    left, placed = 20.0, []
    for word in words:
        placed.append(PlacedWord(word, Box(left, 100, left + letter * len(word), 112)))
        left = placed[-1].box.x1 + gap
    lines = tuple(
        PlacedLine(
            Box(20, top, left, top + 12),
            tuple(PlacedWord(one.text, Box(one.box.x0, top, one.box.x1, top + 12)) for one in placed),
        )
        for top in (100, 113, 126)
    )
    region = PlacedRegion("p1b1", "narrative", 1, Box(20, 100, left, 138), lines, doubted=False)
    write_pdf(tmp_path / "a.pdf", "Rapport", [(PlacedPage(1, 900.0, 800.0, 1.0, (region,)), None)])
    assert unread(tmp_path / "a.pdf", 1, words * 3) == {name: Counter() for name in readers()}


def test_a_word_gets_no_sliver_of_ink_and_blocks_of_a_line_stand_apart() -> None:
    ink = InkedLine(Box(0, 0, 100, 10), ((0, 10), (15, 40), (41, 75), (82, 83), (90, 100)))
    (line,) = laid("av målstyrningen. Hur", [ink], ink.box)
    widths = {word.text: word.box.width for word in line.words}
    assert widths["målstyrningen."] > widths["Hur"] > 3
    blocks = [
        BlockInfo(id=f"b{at}", page=1, bbox=None, line=line, kind="strength", confidence=1.0, area=1, text="text")
        for at, line in enumerate((7, 7, 7, 9))
    ]
    page = PageInfo(number=1, width=500, height=300, rotation=0, kind="text", ocr_confidence=1.0)
    boxes = list(PlaceBoxes(page, blocks).drawn(blocks).values())
    assert all(upper.y1 <= lower.y0 for upper, lower in pairwise(boxes))


def test_the_text_is_invisible_and_the_picture_is_the_scan(corrected: tuple[Path, Drawing], pdf: Any) -> None:
    import numpy as np
    import pypdfium2.raw as pdfium

    page = pdf[0]
    objects = list(page.get_objects())
    assert [one.type for one in objects].count(pdfium.FPDF_PAGEOBJ_IMAGE) == 1
    texts = [one for one in objects if one.type == pdfium.FPDF_PAGEOBJ_TEXT]
    assert texts
    assert {pdfium.FPDFTextObj_GetTextRenderMode(one) for one in texts} == {pdfium.FPDF_TEXTRENDERMODE_INVISIBLE}
    shown = np.asarray(page.render(scale=1, grayscale=True).to_pil(), np.float64)
    for one in texts:
        page.remove_obj(one)
    bare = np.asarray(page.render(scale=1, grayscale=True).to_pil(), np.float64)
    assert np.array_equal(shown, bare)
    assert shown.min() < 100, "the scan itself is seen"


def test_the_fonts_are_in_the_file(corrected: tuple[Path, Drawing]) -> None:
    pikepdf = pytest.importorskip("pikepdf")
    with pikepdf.open(corrected[0] / "pdf" / f"{REPORT}.pdf") as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        drawn = [font for font in fonts if "/ToUnicode" in font]
        assert drawn
        assert all("/FontFile2" in font.FontDescriptor for font in drawn)


def test_pages_without_their_input_have_even_lines_and_a_word_about_it(tmp_path: Path) -> None:
    drawn_archive(tmp_path / "archive")
    shutil.rmtree(tmp_path / "archive" / "files")
    with open_archive(tmp_path / "archive") as archive:
        done = archive.write_pages(tmp_path / "out", formats=["alto", "page", "pdf"])
    assert "no pictures" in done.notes[0]
    require_valid(tmp_path / "out")
    assert " ".join(lines(alto_page(tmp_path / "out"))[1:3]) == " ".join(STRENGTH_LINES)
    name = next(alto_page(tmp_path / "out").iter(f"{ALTO}fileName")).text
    assert name.endswith(".pdf") or name


def test_a_picture_that_cannot_be_drawn_is_named_and_the_others_are_written(tmp_path: Path) -> None:
    drawn_archive(tmp_path / "archive")
    (stored,) = (tmp_path / "archive" / "files").glob("*/*.pdf")
    stored.write_bytes(b"%PDF-1.7 nothing")
    with open_archive(tmp_path / "archive") as archive:
        done = archive.write_pages(tmp_path / "out", formats=["alto"])
    assert len(done.notes) == 2
    assert "page 1 has no picture" in done.notes[0]
    assert len([path for path in done.files if path.suffix == ".xml"]) == 2


def test_the_command_writes_pages_and_tables_where_both_are_asked_for(tmp_path: Path) -> None:
    drawn_archive(tmp_path / "archive")
    asked = ["export", "--archive", str(tmp_path / "archive"), "--json", "--out"]
    alone = CliRunner().invoke(main, [*asked, str(tmp_path / "a"), "--pages", "alto"])
    assert alone.exit_code == 0, alone.output
    assert json.loads(alone.stdout)["rows"] == {}
    assert not (tmp_path / "a" / "csv").exists()
    both = CliRunner().invoke(main, [*asked, str(tmp_path / "b"), "--pages", "pdf", "--formats", "csv"])
    assert both.exit_code == 0, both.output
    assert (tmp_path / "b" / "pdf" / f"{REPORT}.pdf").exists()
    assert (tmp_path / "b" / "csv" / "items.csv").exists()
    none = CliRunner().invoke(main, [*asked, str(tmp_path / "c"), "--pages", "alto", "--only", "reviewed"])
    assert json.loads(none.stdout)["files"] == []


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    drawn_archive(tmp_path / "archive")
    with AnswerArchive(Archive.at(tmp_path / "archive")) as archive, pytest.raises(UsageError, match="alto, page, pdf"):
        archive.write_pages(tmp_path / "out", formats=["hocr"])


def test_a_text_without_lines_is_laid_evenly_and_whole() -> None:
    text = "ord " * 400
    placed = laid(text, [], Box(0, 0, 200, 300))
    assert " ".join(line.text for line in placed).split() == text.split()
    assert all(0 <= word.box.x0 <= word.box.x1 <= 200.01 for line in placed for word in line.words)
    assert laid("", [], Box(0, 0, 1, 1)) == ()


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    assert plain("a\x0bb\x00c\ufffed\U0001f600") == "abcd\U0001f600"
