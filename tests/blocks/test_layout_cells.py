"""Cells so close that a table's line is read as one, and columns that prose below the table would hide."""

from __future__ import annotations

from kompass_extract.blocks.cells import cut_cells
from kompass_extract.blocks.layout import lay_out
from kompass_extract.model.document import Form
from kompass_extract.words.page_reader import ReadStrip
from tests.support.strips import EM, PITCH, lines, page, strip

ROWS = [
    ("Styrs kommunen av tydliga mål?", ("15", "20", "75")),
    ("Följs nämndernas åtaganden upp?", ("6", "30", "20")),
    ("Prövar revisorerna om målen kan mätas?", ("20", "20", "100")),
    ("Är reglementen kända i organisationen?", ("7", "30", "23")),
]
COLUMNS = (200.0, 222.0, 246.0)


def joined(parts: list[ReadStrip]) -> ReadStrip:
    """Strips of one line as one strip."""
    words = tuple(word for part in parts for word in part.line.words)
    box = parts[0].line.box
    whole = type(box)(box.x0, box.y0, words[-1].box.x1, box.y1)
    return ReadStrip(type(parts[0].line)(whole, words), EM, 0.15, parts[0].baseline)


def close_table(top: float) -> list[ReadStrip]:
    """A table each of whose lines was read as one strip, its numbers right-aligned."""
    made = []
    for index, (question, numbers) in enumerate(ROWS):
        y = top + index * PITCH
        cells = [strip(x - 4.8 * len(text), y, text) for x, text in zip(COLUMNS, numbers, strict=True)]
        made.append(joined([strip(20, y, question), *cells]))
    return made


def test_a_line_is_cut_where_its_numbers_stand_over_others() -> None:
    parts = cut_cells(close_table(100), EM)
    assert [part.line.text for part in parts] == [text for question, numbers in ROWS for text in (question, *numbers)]


def test_numbers_at_the_end_of_sentences_stay_in_them() -> None:
    prose = lines(
        20, 100, ["Målen antogs åren 2015 2016", "och följdes upp i rapport 3 4", "samt i budget för 2017 2018"]
    )
    prose[1] = strip(35, 113, "och följdes sedan upp i rapport 3 4")
    assert [part.line.text for part in cut_cells(prose, EM)] == [one.line.text for one in prose]


def test_heads_read_together_are_one_cell_each() -> None:
    (whole,) = lines(20, 100, ["Uppnådd poäng Maxpoäng Procent"])
    assert [part.line.text for part in cut_cells([whole], EM)] == ["Uppnådd poäng", "Maxpoäng", "Procent"]
    (prose,) = lines(20, 100, ["Max antal"])
    assert cut_cells([prose], EM) == [prose]


def test_prose_below_a_table_hides_none_of_its_columns() -> None:
    table = [strip(300, 100, "2011"), strip(360, 100, "2014"), strip(420, 100, "2017")]
    for index, name in enumerate(("Offentlighet", "Tillgänglighet", "Styrning", "Ledarskap"), start=1):
        y = 100 + index * PITCH
        table += [strip(60, y, f"{index} {name}"), strip(309, y, "89"), strip(369, y, "84"), strip(429, y, "78")]
    below = lines(60, 170, ["Alla utvärderingar finns tillgängliga på förbundets webbplats för den som vill"])
    (made,) = lay_out([page([*table, *below])])
    rows = [block for block in made.blocks if block.form is Form.ROW and len(block.cells) > 1]
    assert [[cell.text for cell in row.cells] for row in rows][1:] == [
        [f"{index} {name}", "89", "84", "78"]
        for index, name in enumerate(("Offentlighet", "Tillgänglighet", "Styrning", "Ledarskap"), start=1)
    ]
