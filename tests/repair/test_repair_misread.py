"""Misread words of scanned pages: what is put in their place, what is only told, what is never touched."""

from __future__ import annotations

import pytest

from kompass_extract.model.document import Line, PageKind, Word
from kompass_extract.model.geometry import Box
from kompass_extract.repair import Repairer, load
from kompass_extract.repair.scanned_pages import with_likely_words
from kompass_extract.words.page_reader import PageReading, ReadStrip

PLACE = Box(0, 0, 10, 10)


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return load()


def _page(*lines: str, kind: PageKind = PageKind.SCANNED, confidence: float = 0.9) -> PageReading:
    strips = tuple(
        ReadStrip(Line(PLACE, tuple(Word(text, PLACE, confidence) for text in line.split())), 8.0, 0.15, 8.0)
        for line in lines
    )
    return PageReading(1, 595, 842, 0, 0.0, kind, "image", 7.0, strips, (), ())


def _words(page: PageReading, repairer: Repairer) -> list[Word]:
    return [word for strip in with_likely_words([page], repairer)[0].strips for word in strip.line.words]


@pytest.mark.parametrize(
    ("line", "read", "likely"),
    [
        ("Politisk styming och kontroll", "styming", "styrning"),
        ("dialog meltan politiker och tjänstemän,", "meltan", "mellan"),
        ("STYMING OCH KONTROLL", "STYMING", "STYRNING"),
        ("(organisätionen) har ett ansvar", "(organisätionen)", "(organisationen)"),
        ("en god dialog med medborgama.", "medborgama.", "medborgarna."),
    ],
)
def test_a_misread_word_is_replaced_and_kept_beside(repairer: Repairer, line: str, read: str, likely: str) -> None:
    found = [word for word in _words(_page(line), repairer) if word.raw is not None]
    assert [(word.raw, word.text) for word in found] == [(read, likely)]
    assert found[0].alternatives[0] == read
    assert found[0].confidence <= 0.9


@pytest.mark.parametrize(
    "line",
    [
        "Edsmagasinet delas ut till alla hushåll",
        "Siteimprove visar att webbplatsen håller hög kvalitet",
        "professor Morten Øgård vid Agder Universitet",
        "3.2 Styrs kommunen av tydliga politiska mål? 8 25 30%",
        "ett tvärssektoriellt arbete med s.k. mini-PUB:ar",
        "www.skr.se info@amal.se 2019-11-04 1.4.2",
        "styming-",
    ],
)
def test_names_numbers_slips_and_cut_words_stay(repairer: Repairer, line: str) -> None:
    page = _page(line)
    assert [word.text for word in _words(page, repairer)] == line.split()


def test_the_rest_of_a_word_cut_by_a_hyphen_stays(repairer: Repairer) -> None:
    page = _page("en tydlig verksamhets-", "styming och uppföljning")
    assert with_likely_words([page], repairer) == [page]


def test_a_text_layer_and_scribble_are_left_alone(repairer: Repairer) -> None:
    digital = _page("Politisk styming och kontroll", kind=PageKind.BORN_DIGITAL)
    scribble = _page("Politisk styming och kontroll", confidence=0.1)
    assert with_likely_words([digital, scribble], repairer) == [digital, scribble]


def test_a_word_that_the_document_spells_so_more_often_stays(repairer: Repairer) -> None:
    page = _page("faddem är ny", "faddem är bra", "fadder är bra")
    assert [word.text for word in _words(page, repairer) if "fadd" in word.text][:2] == ["faddem", "faddem"]


def test_looking_twice_changes_nothing_more(repairer: Repairer) -> None:
    once = with_likely_words([_page("Politisk styming meltan nämnder", "och kontroll av verksamhetema")], repairer)
    assert with_likely_words(once, repairer) == once


@pytest.mark.parametrize(
    ("line", "read", "likely"),
    [
        ("revisionsrapporter öch eventuella beslut", "öch", "och"),
        ("att detta uppdrag skå spegla", "skå", "ska"),
        ("det hahdlar om ledarskap", "hahdlar", "handlar"),
        ("uppföljning av awikelser i verksamheten", "awikelser", "avvikelser"),
        ("man kan ta upp deta.", "deta.", "detta."),
    ],
)
def test_a_listed_word_far_rarer_than_its_like_is_replaced(
    repairer: Repairer, line: str, read: str, likely: str
) -> None:
    found = [word for word in _words(_page(line), repairer) if word.raw is not None]
    assert [(word.raw, word.text) for word in found] == [(read, likely)]


def test_a_rare_word_that_the_document_uses_stays(repairer: Repairer) -> None:
    page = _page("en on är en on", "on och on", "on är bra")
    assert [word.text for word in _words(page, repairer)].count("on") == 5


def test_only_the_rest_of_a_cut_word_is_left_alone() -> None:
    place = Box(0, 100, 200, 110)
    lines = [("en tydlig", 0.0), ("styming och", 12.0)]
    strips = tuple(
        ReadStrip(Line(Box(0, y, 200, y + 10), tuple(Word(t, place, 0.9) for t in text.split())), 8.0, 0.15, y + 8)
        for text, y in [*lines, ("en verksamhets-", 300.0), ("styming igen", 312.0)]
    )
    page = PageReading(1, 595, 842, 0, 0.0, PageKind.SCANNED, "image", 7.0, strips, (), ())
    found = with_likely_words([page], load())[0].strips
    assert [strip.line.words[0].text for strip in found] == ["en", "styrning", "en", "styming"]


@pytest.mark.parametrize(
    ("line", "read", "likely"),
    [
        ("Varje är görs en uppföljning", "är", "år"),
        ("Kommunen år en bra arbetsgivare", "år", "är"),
    ],
)
def test_a_usual_word_in_mid_line_becomes_the_like_one_that_fits(
    repairer: Repairer, line: str, read: str, likely: str
) -> None:
    found = [word for word in _words(_page(line), repairer) if word.raw is not None]
    assert [(word.raw, word.text) for word in found] == [(read, likely)]


@pytest.mark.parametrize("line", ["två gånger per är", "är många till antalet", "Varje år är viktigt"])
def test_a_usual_word_without_both_neighbours_or_doubt_stays(repairer: Repairer, line: str) -> None:
    assert not [word for word in _words(_page(line), repairer) if word.raw is not None]


@pytest.mark.parametrize(
    ("line", "likely"),
    [
        ("hur det står till ikommunen.", "hur det står till i kommunen."),
        ("ett viktigt ochi allt arbete", "ett viktigt och i allt arbete"),
    ],
)
def test_a_one_letter_word_is_parted_from_the_usual_word_beside_it(repairer: Repairer, line: str, likely: str) -> None:
    assert " ".join(word.text for word in _words(_page(line), repairer)) == likely


def test_a_foreign_word_that_lost_one_of_two_like_letters_is_told(repairer: Repairer) -> None:
    words = _words(_page("för att sprida information til alla"), repairer)
    assert [word.alternatives for word in words if word.text == "til"] == [("till",)]


@pytest.mark.parametrize("line", ["ifrån idag och ikväll", "iland och ideell idrott", "inom sitt område"])
def test_words_that_begin_with_i_stay(repairer: Repairer, line: str) -> None:
    assert " ".join(word.text for word in _words(_page(line), repairer)) == line


THIN = (
    "Enhetscheferna mater tva ganger om året arbetet med jamstalldhet och mångfald",
    "Forskolorna foljer upp tillganglighet och bemotande i sin verksamhetsplan for brukarna",
    "Kommunledningen har nyligen beslutat om lonekriterierna",
)


def test_dots_that_a_thin_copy_lost_are_put_back(repairer: Repairer) -> None:
    words = [word.text for word in _words(_page(*THIN), repairer)]
    assert " ".join(words[:11]) == "Enhetscheferna mäter två gånger om året arbetet med jämställdhet och mångfald"
    assert {"Förskolorna", "följer", "tillgänglighet", "bemötande", "för", "lönekriterierna"} <= set(words)


def test_a_page_with_its_dots_keeps_its_plain_words(repairer: Repairer) -> None:
    good = "Vi mäter två gånger om året jämställdhet för alla över åttio på en mässa, och for hem i mal"
    page = _page(*(good for _ in range(12)), "Forskolorna mater")
    assert [word.text for word in _words(page, repairer)][: len(good.split())] == good.split()
