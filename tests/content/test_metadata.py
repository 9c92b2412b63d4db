"""What a report says about itself: gold reports, covers of other kinds, and sentences with dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompass_extract.blocks.plain_text import parse_text, read_text_report
from kompass_extract.content.metadata import Metadata, read_metadata
from kompass_extract.content.metadata.names import Person, parse_people
from kompass_extract.content.metadata.stamps import without_stamps
from kompass_extract.model.document import Block, Form, Line, Page, PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.taxonomy import load_taxonomy

GOLD = Path(__file__).parents[2] / "gold" / "text"
TAXONOMY = load_taxonomy()


def of_text(text: str) -> Metadata:
    return read_metadata(parse_text(text.split("\n"), file_name="t.txt").pages, TAXONOMY)


def of_gold(name: str) -> Metadata:
    return read_metadata(read_text_report(GOLD / name).pages, TAXONOMY)


def people(metadata: Metadata) -> list[tuple[str | None, str | None]]:
    return [(one.name.value, one.affiliation.value) for one in metadata.evaluators]


def test_hoganas() -> None:
    found = of_gold("hoganas-2018.ocr.txt")
    assert (found.municipality.value, found.municipality_code.value) == ("Höganäs", "1284")
    assert found.title.value == "KommunKompassen ANALYS AV HÖGANÄS KOMMUN 2018"
    assert (found.year.value, found.evaluation_date.value) == (2018, "2018-12")
    assert people(found) == [
        ("Christine Feuk", "SKL"),
        ("Hanna Lundborg", "SKL"),
        ("Anna Marnell", "Katrineholms kommun"),
    ]
    assert found.total.value is None
    assert found.total.reasons
    assert found.title.places[0].page == 1


def test_sala() -> None:
    found = of_gold("sala-2023.ocr.txt")
    assert (found.municipality.value, found.municipality_code.value) == ("Sala", "1981")
    assert found.title.value == "Kommunkompassen - Utvärdering av Sala kommun 2023"
    assert (found.year.value, found.evaluation_date.value) == (2023, "2023-09")
    assert people(found) == [("Leif Eldås", "SKR"), ("Johan Henrik Bergström", "SKR")]
    assert found.total.value == 482
    assert [row.number for row in found.overview] == [1, 2, 3, 4, 5, 6, 7, 8, None]
    assert [(head, value.value) for head, value in found.overview[1].values] == [
        ("Sala 2023", 60),
        ("Sala 2019", 40),
        ("Medel 2020-", 65),
    ]


@pytest.mark.parametrize("name", ["amal-2019-areas-1-4.ocr.txt", "amal-2019-areas-1-4.restored.txt"])
def test_amal_damaged_and_restored_without_a_cover(name: str) -> None:
    found = of_gold(name)
    assert (found.municipality.value, found.municipality_code.value) == ("Åmål", "1492")
    assert (found.year.value, found.evaluation_date.value) == (2019, "2019-11")
    assert people(found) == [(None, None)]
    assert found.evaluators[0].name.reasons
    assert found.title.value is None
    assert found.title.reasons


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Utvärderingen av Ale kommun genomfördes i december år 2018 och var den första.", "2018-12"),
        ("Utvirderingen av Ale kommun genomfordes i decernber &r 2018 och var den andra.", "2018-12"),
        ("Under september 2018 genomfördes utvärderingen av Ale kommun.", "2018-09"),
        ("Utvärderingen genomfördes den 14-16 oktober 2018.", "2018-10"),
        ("Utvärderingen genomfördes i mars 2018. Den förra utvärderingen genomfördes i maj 2012.", "2018-03"),
        ("Den första utvärderingen genomfördes i maj 2012. Utvärderingen genomfördes i april 2018.", "2018-04"),
        ("Utvärderingen genomfördes vecka 45 år 2018.", "2018-11"),
        ("Utvärderingen av Ale kommun genomfördes i maj.", "2018-05"),
        ("Utvärderingen av Ale kommun genomfördes under hösten 2018.", None),
        ("Kommunen har många planer för november 2018.", None),
    ],
)
def test_evaluation_dates(sentence: str, expected: str | None) -> None:
    found = of_text(f"Kommunkompassen\nAle kommun 2018\n\n1 Vad är Kommunkompassen?\n\nText.\n\n{sentence}")
    assert found.evaluation_date.value == expected
    assert expected is not None or found.evaluation_date.reasons


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leif Eldås och Johan Henrik Bergström, SKR", [("Leif Eldås", "SKR"), ("Johan Henrik Bergström", "SKR")]),
        ("A-K Berg, SKL\nP-O Ek, Upplands Väsby kommun", [("A-K Berg", "SKL"), ("P-O Ek", "Upplands Väsby kommun")]),
        ("Anna Holm (SKL) och Bo Ek (Örebro kommun)", [("Anna Holm", "SKL"), ("Bo Ek", "Örebro kommun")]),
        ("ANNA HOLM OCH PER STRÖM, SKL", [("ANNA HOLM", "SKL"), ("PER STRÖM", "SKL")]),
        ("Anna Holm\nPer Ström", [("Anna Holm", ""), ("Per Ström", "")]),
        ("SKL: Anna Holm och Per Ström", [("Anna Holm", "SKL"), ("Per Ström", "SKL")]),
        ("Leif Eldås, Sveriges Kommuner\noch Regioner", [("Leif Eldås", "Sveriges Kommuner och Regioner")]),
        ("Johan Henrik\nBergström, SKR", [("Johan Henrik Bergström", "SKR")]),
        ("Anna Holm, utvärderare, SKR", [("Anna Holm", "SKR")]),
        ("Anna Holm, senior konsult (SKL)\nBo Ek, konsult", [("Anna Holm", "SKL"), ("Bo Ek", "konsult")]),
        ("Anna Holm, konsult\nBo Ek, Mjölby kommun", [("Anna Holm", "konsult"), ("Bo Ek", "Mjölby kommun")]),
        (
            "Anna Holm, Svenska Kommunförbundet\nBo Ek, Skövde kommun",
            [("Anna Holm", "Svenska Kommunförbundet"), ("Bo Ek", "Skövde kommun")],
        ),
        ("Kommun Kompassen", []),
        ("Anna Holm, SKL, 'Bo Ek. SKL", [("Anna Holm", "SKL"), ("Bo Ek", "SKL")]),
        ("Anna Holm, SKL och Bo P. Lund, Upplands Väsby", [("Anna Holm", "SKL"), ("Bo P. Lund", "Upplands Väsby")]),
        ("Bland de intervjuade fanns politiker", []),
        ("Sveriges Kommuner och Regioner", []),
    ],
)
def test_names_and_affiliations(text: str, expected: list[tuple[str, str]]) -> None:
    assert parse_people(text, TAXONOMY) == [Person(*each) for each in expected]


@pytest.mark.parametrize(
    ("cover", "title", "municipality"),
    [
        (
            "Kommunkompassen\n\nUtvärdering av Örebro kommun\n\nNovember 2019\n\nUtvärderare:\nBo Al, Västerås stad",
            "Kommunkompassen Utvärdering av Örebro kommun",
            "Örebro",
        ),
        (
            "KOMMUNKOMPASSEN\n\nAnalys av Lidingö stad 2019\n\nSveriges Kommuner och Regioner",
            "KOMMUNKOMPASSEN Analys av Lidingö stad 2019",
            "Lidingö",
        ),
        (
            "Borås Stad\n\nKommunkompassen 2019\n\nLena Holm, SKL, Per Ek, Marks kommun",
            "Borås Stad Kommunkompassen 2019",
            "Borås",
        ),
    ],
)
def test_other_covers(cover: str, title: str, municipality: str) -> None:
    found = of_text(f"{cover}\n\nInnehåll\n\n1 Vad är Kommunkompassen? .... 3\n\nText.")
    assert found.title.value == title
    assert found.municipality.value == municipality
    assert found.year.value == 2019


def block(text: str, number: int, size: float, form: Form = Form.PARAGRAPH) -> Block:
    words = tuple(
        Word(word, Box(50 + 40 * i, 30 * number, 85 + 40 * i, 30 * number + size), 0.97)
        for i, word in enumerate(text.split())
    )
    line = Line(Box(50, 30 * number, 500, 30 * number + size), words)
    return Block(f"b{number}", 1, line.box, form, (line,), text, size=size)


def page(*blocks: Block) -> Page:
    return Page(1, 595, 842, 0, 0.0, PageKind.SCANNED, 0.97, "", blocks)


def test_a_cover_set_in_several_sizes() -> None:
    found = read_metadata(
        [
            page(
                block("Sveriges Kommuner och Landsting 2018-12-14 1 (25)", 1, 7, Form.FURNITURE),
                block("Kommunkompassen", 5, 28),
                block("Utvärdering av Ale kommun", 7, 18),
                block("Utvärderare: Anna Ek, SKL och Bo Al, Habo kommun", 9, 9),
            )
        ],
        TAXONOMY,
    )
    assert found.title.value == "Kommunkompassen Utvärdering av Ale kommun"
    assert found.municipality.value == "Ale"
    assert found.year.value == 2018
    assert people(found) == [("Anna Ek", "SKL"), ("Bo Al", "Habo kommun")]
    assert found.evaluators[0].name.places[0].page == 1


@pytest.mark.parametrize(
    ("size", "title"), [(20, "Ale kommun Kommunkompassen 2018"), (9, "Ale kommun Kommunkompassen")]
)
def test_a_large_year_below_the_title_is_part_of_it(size: float, title: str) -> None:
    cover = page(
        block("Ale kommun", 5, 28), block("Kommunkompassen", 7, 28), block("2018", 9, size), block("mars 2018", 11, 9)
    )
    assert read_metadata([cover], TAXONOMY).title.value == title


def test_a_report_without_anything_gives_reasons() -> None:
    found = read_metadata([page(block("En text om något annat som är ganska lång.", 3, 10))], TAXONOMY)
    for reading in (found.municipality, found.title, found.evaluation_date):
        assert reading.value is None
        assert reading.confidence == 0.0
        assert reading.reasons
    assert found.year.value is None
    assert people(found) == [(None, None)]
    assert found.evaluators[0].name.reasons
    assert found.overview == ()


def test_the_total_of_running_text() -> None:
    front = "Kommunkompassen\nAle kommun 2018\n\n1 Vad är Kommunkompassen?\n\nText.\n\n"
    assert of_text(f"{front}Ale kommun får totalt 512 poäng av 800 möjliga.").total.value == 512
    assert of_text(f"{front}Det genomsnittliga resultatet för alla kommuner är totalt 473 poäng.").total.value is None


def test_heads_of_the_overview_run_over_lines_and_contents_are_no_overview() -> None:
    rows = "\n".join(
        f"{n} {name}\t{60 + n}\t{50 + n}"
        for n, name in ((2, "Samhällsutveckling"), (4, "Effektivitet"), (7, "Arbetsliv"))
    )
    found = of_text(
        f"Kommunkompassen\nSala kommun 2023\n\n1 Vad är Kommunkompassen?\n\n\tSala\tMedel\n\t2023\t2020-\n{rows}"
    )
    assert [head for head, _ in found.overview[0].values] == ["Sala 2023", "Medel 2020-"]
    assert [row.number for row in found.overview] == [2, 4, 7]
    contents = "Område 2 Samhällsutveckling\t9\nOmråde 4 Effektivitet\t12\nOmråde 7 Arbetsliv\t15"
    assert of_text(f"Kommunkompassen\nSala kommun 2023\n\nInnehåll\n\n{contents}").overview == ()


def test_heads_cut_in_two_and_a_chart_before_the_table_leave_the_overview_whole() -> None:
    names = ((2, "Samhällsutveckling"), (4, "Effektivitet"), (7, "Arbetsliv"))
    chart = "\n".join(f"{name}\t{80 - n}" for n, name in names)
    table = "\n".join(f"{n} {name}\t{60 + n}\t{50 + n}" for n, name in names)
    front = "Kommunkompassen\nSala kommun 2023\n\n1 Vad är Kommunkompassen?\n\n"
    found = of_text(f"{front}{chart}\n\nMer text följer här.\n\n\tSala 2023\tMedel\n{table}")
    assert [(head, value.value) for head, value in found.overview[0].values] == [("Sala 2023", 62), ("Medel", 52)]


def cover_block(*lines: str) -> Block:
    found = []
    for place, text in enumerate(lines):
        words = tuple(Word(word, Box(10 + 40 * i, 20 * place, 45 + 40 * i, 20 * place + 10), 0.9) for i, word in
                      enumerate(text.split()))  # fmt: skip
        found.append(Line(Box(10, 20 * place, 300, 20 * place + 10), words))
    box = Box(10, 0, 300, 20 * len(lines))
    return Block("p1b1", 1, box, Form.PARAGRAPH, tuple(found), " ".join(lines))


def of_cover(*blocks: Block) -> Metadata:
    page = Page(1, 595, 842, 0, 0.0, PageKind.SCANNED, 0.9, "no text layer", blocks)
    return read_metadata([page], TAXONOMY)


def test_evaluators_set_close_below_the_title_are_not_part_of_it() -> None:
    found = of_cover(cover_block("Kommunkompassen Malå kommun 2022", "Utvärderare: Anna Berg, SKR och Bo Ek, SKR"))
    assert found.title.value == "Kommunkompassen Malå kommun 2022"
    assert people(found) == [("Anna Berg", "SKR"), ("Bo Ek", "SKR")]


def test_a_line_of_evaluators_that_cannot_be_read_is_no_title_either() -> None:
    found = of_cover(cover_block("Kommunkompassen Malå kommun 2022", "Utvärderare: Anna Berg, SKR och Bo Ek, Malå ko."))
    assert found.title.value == "Kommunkompassen Malå kommun 2022"


@pytest.mark.parametrize(
    "stamp",
    [
        ["HÖGANÄS KOMMUN", "Kommunstyrelsen", "Ink. 2019 -02- 11", "Dnr KS/2019/88"],
        ["Kommunledningskontoret", "INKOM", "2019-03-04"],
        ["Diarienr 2019/00123", "Sala kommun"],
        ["Ankomstdatum: 4 mars 2019", "KS 2019/114-3"],
    ],
)
def test_a_registry_stamp_gives_no_year_and_no_title(stamp: list[str]) -> None:
    stamped = placed("p1b1", "\n".join(stamp), y=40.0, size=8.0)
    title = placed("p1b2", "KommunKompassen\nAnalys av Höganäs kommun 2018", y=280.0, size=14.0)
    blocks = without_stamps([stamped, title])
    assert [block.text for block in blocks] == ["KommunKompassen Analys av Höganäs kommun 2018"]


def test_sheets_of_a_protocol_before_the_report_are_not_its_cover() -> None:
    heading = placed("p1b1", "Sammanträdesprotokoll 2019-02-11", y=40.0, size=12.0)
    minutes = placed(
        "p1b2", "\n".join(["Kommunstyrelsen beslutar att lägga rapporten till handlingarna."] * 9), y=80, size=8
    )
    title = placed("p3b1", "KommunKompassen\nAnalys av Höganäs kommun 2018", y=280.0, size=14.0)
    people_ = placed("p3b2", "Utvärderare: Anna Berg, SKL", y=340.0, size=8.0)
    pages = [
        Page(number, 595, 842, 0, 0.0, PageKind.BORN_DIGITAL, 1.0, "read", blocks)
        for number, blocks in enumerate(((heading, minutes), (minutes,), (title, people_)), start=1)
    ]
    found = read_metadata(pages, TAXONOMY)
    assert found.title.value == "KommunKompassen Analys av Höganäs kommun 2018"
    assert found.year.value == 2018
    assert people(found) == [("Anna Berg", "SKL")]


def test_a_short_sheet_that_names_the_instrument_is_no_cover() -> None:
    sheet = (
        placed("p1b1", "Sammanträdesprotokoll 2019-02-11", y=40.0, size=12.0),
        placed("p1b2", "Redovisning av Kommunkompassen 2019", y=80.0, size=12.0),
    )
    title = (placed("p2b1", "KommunKompassen\nAnalys av Höganäs kommun 2018", y=280.0, size=14.0),)
    pages = [
        Page(number, 595, 842, 0, 0.0, PageKind.BORN_DIGITAL, 1.0, "read", blocks)
        for number, blocks in enumerate((sheet, title), start=1)
    ]
    found = read_metadata(pages, TAXONOMY)
    assert found.title.value == "KommunKompassen Analys av Höganäs kommun 2018"
    assert found.year.value == 2018


def test_a_cover_without_a_stamp_stays_whole() -> None:
    blocks = [
        placed("p1b1", "Kommunkompassen 2015/16\nUtvärdering av Sala kommun, Dnr 15/0123", y=100.0, size=14.0),
        placed("p1b2", "Anna Marnell, SKL\nJanuari 2016", y=300.0, size=8.0),
    ]
    assert without_stamps(blocks) == blocks


def placed(name: str, text: str, *, y: float, size: float) -> Block:
    lines = tuple(
        Line(box, (Word(line, box, 0.98),))
        for place, line in enumerate(text.split("\n"))
        for box in [Box(80, y + 1.6 * size * place, 300, y + 1.6 * size * place + size)]
    )
    box = Box(80, y, 300, lines[-1].box.y1)
    return Block(name, 1, box, Form.PARAGRAPH, lines, text.replace("\n", " "), size=size)
