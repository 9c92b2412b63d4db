"""Evaluators however a report names them, the visit's date beside others, and the title's own page."""

from __future__ import annotations

import pytest

from kompass_extract.content.metadata import Metadata, read_metadata
from kompass_extract.content.metadata.names import Person, parse_people
from kompass_extract.model.document import Block, Form, Line, Page, PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()
PROSE = (
    "Kommunkompassen är ett verktyg för analys av hur kommuner styrs och leds. Modellen bygger på åtta områden. " * 3
)


def block(text: str, *, page: int = 1, x: float = 70, y: float = 100, size: float = 10) -> Block:
    words, place = [], x
    for word in text.split():
        words.append(Word(word, Box(place, y, place + size * 0.6 * len(word), y + size), 0.99))
        place = words[-1].box.x1 + size * 0.3
    box = Box(x, y, place, y + size)
    return Block(f"p{page}-{x}-{y}", page, box, Form.PARAGRAPH, (Line(box, tuple(words)),), text, size=size)


def read(*pages: tuple[Block, ...]) -> Metadata:
    made = [Page(number, 595, 842, 0, 0, PageKind.BORN_DIGITAL, 0.99, "", own) for number, own in enumerate(pages, 1)]
    return read_metadata(made, TAXONOMY)


def cover(*others: Block) -> tuple[Block, ...]:
    title = block("Kommunkompassen", y=150, size=28)
    return (title, block("Analys av Gotlands kommun 2015", y=200, size=16), *others)


def names(metadata: Metadata) -> list[str | None]:
    return [one.name.value for one in metadata.evaluators]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mats de la Motte, Borlänge kommun", [Person("Mats de la Motte", "Borlänge kommun")]),
        ("fil. dr Ann-Sofie Lindh, Göteborgs universitet", [Person("Ann-Sofie Lindh", "Göteborgs universitet")]),
        ("Ulf Rask\nKommunstrateg, Piteå kommun", [Person("Ulf Rask", "Piteå kommun")]),
        ("Eva Ek, Sveriges Kommuner och Regioner\nJan H. Sjö, konsult",
         [Person("Eva Ek", "Sveriges Kommuner och Regioner"), Person("Jan H. Sjö", "konsult")]),
        ("SKR: Karin Moll, Adam Ek\nTyresö kommun, projektledare: Sara Vik",
         [Person("Karin Moll", "SKR"), Person("Adam Ek", "SKR"), Person("Sara Vik", "Tyresö kommun")]),
    ],
)  # fmt: skip
def test_titles_roles_and_particles(text: str, expected: list[Person]) -> None:
    assert parse_people(text, TAXONOMY) == expected


def test_a_table_of_people_read_column_by_column() -> None:
    columns = (
        ("Namn", "Görel Hammarsten", "Siv Åberg"),
        ("Roll", "Projektledare, SKL", "Kvalitetschef, Härnösands kommun"),
        ("Telefon", "08-452 77 41", "0611-34 80 55"),
    )
    cells = [
        block(text, x=70 + 160 * column, y=400 + 16 * row)
        for column, texts in enumerate(columns)
        for row, text in enumerate(texts)
    ]
    found = read(cover(block("Utvärderare", y=380), *cells))
    assert names(found) == ["Görel Hammarsten", "Siv Åberg"]
    assert [one.affiliation.value for one in found.evaluators] == ["SKL", "Härnösands kommun"]
    assert found.municipality.value == "Gotland"


@pytest.mark.parametrize(
    "sentence",
    [
        "Utvärderare i Gotland var Ann-Sofie Lindh, SKL, och Sture D. Nyberg, Piteå kommun.",
        "Rapporten är skriven av Ann-Sofie Lindh, SKL, och Sture D. Nyberg, Piteå kommun.",
        "Rapportförfattare: Ann-Sofie Lindh, SKL, och Sture D. Nyberg, Piteå kommun",
        "Utvärderingen har gjorts av Ann-Sofie Lindh, SKL, och Sture D. Nyberg, Piteå kommun.",
    ],
)
def test_people_in_a_sentence_of_the_second_page(sentence: str) -> None:
    found = read(cover(), (block(sentence, page=2),), (block(PROSE, page=3),))
    assert names(found) == ["Ann-Sofie Lindh", "Sture D. Nyberg"]


def test_names_above_their_organisation_of_which_one_is_common() -> None:
    people = block("Linnéa Sandström Ek och Abdi Hassan", y=450), block("Sveriges Kommuner och Regioner", y=470)
    found = read(cover(*people))
    assert names(found) == ["Linnéa Sandström Ek", "Abdi Hassan"]
    assert found.evaluators[1].name.reasons


def test_nobody_evaluates_the_own_municipality_without_a_question() -> None:
    found = read(cover(block("Utvärderare: Eva Ek, SKL, och Per Lind, Gotlands kommun", y=450)))
    assert [bool(one.name.reasons) for one in found.evaluators] == [False, True]


def test_signers_of_a_preface_are_asked_about() -> None:
    signed = block("Stockholm i mars 2016", page=2, y=500), block("Birgitta Lönn, SKL", page=2, y=530)
    found = read(cover(), (block(PROSE, page=2), *signed))
    assert names(found) == ["Birgitta Lönn"]
    assert found.evaluators[0].name.reasons


def test_a_colophon_is_no_title_and_its_print_no_year() -> None:
    colophon = block("Tryck: LTAB, Linköping, januari 2017. Analys och rapport: Kombinera", page=2, y=700, size=9)
    found = read(cover(), (colophon,), (block(PROSE, page=3),))
    assert found.title.value == "Kommunkompassen Analys av Gotlands kommun 2015"
    assert found.year.value == 2015


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        ("Platsbesöket ägde rum 2015-05-03. Den förra utvärderingen gjordes i oktober 2011.", "2015-05"),
        ("Staden besöktes 2015-09-17--18. Rapporten färdigställdes i november samma år.", "2015-09"),
        ("Intervjuerna gjordes i vecka 42, den 12–14 oktober 2015. Fullmäktige behandlade den 2016-01-20.", "2015-10"),
        ("Genomförd 2015-09-26--28", "2015-09"),
    ],
)
def test_the_date_of_the_visit_and_no_other(sentences: str, expected: str) -> None:
    found = read(cover(), (block(sentences, page=2),), (block(PROSE, page=3),))
    assert found.evaluation_date.value == expected
    assert not found.evaluation_date.reasons


def test_an_earlier_evaluation_alone_is_asked_about() -> None:
    found = read(cover(), (block("Den förra utvärderingen gjordes i oktober 2011.", page=2),), (block(PROSE, page=3),))
    assert found.evaluation_date.reasons
