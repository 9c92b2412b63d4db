"""What is odd on the face of a scanned text is asked about; what print has is not."""

from __future__ import annotations

import pytest

from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box
from kompass_extract.repair import Repairer, load
from kompass_extract.report.confidence.slips import WordCosts, like_word_slips, text_slips, word_slips


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return load()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Nöjdheten ökade (78 96) under året", "percent-may-be-misread"),
        ("De flesta svarade (97 2).", "percent-may-be-misread"),
        ("Arbetet pågår i8 av enheterna", "sign-inside-word"),
        ("Enkäten besvarades av 55 96.", "percent-may-be-misread"),
        ("Det beskriver kommunen. sin roll", "stop-in-sentence"),
        ("Mycket att hinna med Det finns", "stop-may-be-lost"),
        ("De senaste fem åren, Under året", "stop-may-be-lost"),
        ("synpunktshanteringen Höganäs Direkt, Årligen sammanställs allt", "stop-may-be-lost"),
        ("bland annat de Kommunala bolagen", "stop-may-be-lost"),
        ("skola och äld:eomsörg i kommunen", "sign-inside-word"),
        ("Individuell l6n tillämpas", "sign-inside-word"),
        ("Enheterna kan 14ra av andra", "sign-inside-word"),
        ("en vision om ”en kommun i framkant", "sign-without-partner"),
        ("EFQM, ISO), SIQ används", "sign-without-partner"),
    ],
)
def test_a_slip_is_found(text: str, code: str, repairer: Repairer) -> None:
    assert [one.code for one in text_slips(text, repairer.cost)] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "Kommunen satsar 65 000 kronor på 12 skolor.",
        "Ring 0533-171 00 eller 17 10 00.",
        "Det gäller bl.a. skolan, resp. nämnd och t.ex. äldre.",
        "Arbetet i Sverige och hos Polisen är viktigt. Det ska fortsätta.",
        "EU:s mål följs (se avsnitt 2) av ”alla”.",
        "Utsläppen av CO2 mäts 2 gånger i 5:e klass enligt F9, 3b och 20 kr.",
        "Följande finns: a) mål b) uppföljning",
    ],
)
def test_what_is_printed_so_is_not_asked_about(text: str, repairer: Repairer) -> None:
    assert list(text_slips(text, repairer.cost)) == []


def test_a_name_of_the_report_is_no_lost_stop(repairer: Repairer) -> None:
    text = "När de Kommunala bolagen redovisar"
    assert list(text_slips(text, repairer.cost))
    assert not list(text_slips(text, repairer.cost, {"kommunala"}))


def test_a_comma_that_was_read_surely_is_printed(repairer: Repairer) -> None:
    text = "Allt står i Översiktsplanen, Planen gäller"
    assert [one.code for one in text_slips(text, repairer.cost)] == ["stop-may-be-lost"]
    assert not list(text_slips(text, repairer.cost, sure={"Översiktsplanen,"}))
    assert list(text_slips("Allt ger resultat, Detta följs upp", repairer.cost, sure={"resultat,"}))


def test_words_one_letter_from_usual_ones_are_asked_about(repairer: Repairer) -> None:
    known = WordCosts(repairer.cost, repairer.usual_words_near, repairer.likelier_words)
    words = [
        Word(text, Box(0, 0, 10, 10), 0.95)
        for text in ["mönster", "nder", "senare", "kommuiner", "fritidsgårdsverksamhet"]
    ]
    found = [(one.code, one.params["word"]) for one in word_slips(words, known)]
    assert found == [("word-may-be", "nder"), ("word-may-be", "kommuiner")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Uppföljningen görs varje är i nämnderna", "år"),
        ("Två gånger per är.", "år"),
        ("Kommunen år en bra arbetsgivare", "är"),
        ("Många har på senare är fått stöd", "år"),
    ],
)
def test_a_usual_word_that_fits_worse_than_one_of_its_shape_is_asked_about(
    text: str, word: str, repairer: Repairer
) -> None:
    found = [*like_word_slips(text, repairer.likelier_words)]
    assert [one.code for one in found] == ["word-may-be"]
    assert word in str(found[0].params)


@pytest.mark.parametrize(
    "text", ["Varje år är viktigt.", "De senaste tre åren är det bättre än förr", "I år har kommunen en ny plan"]
)
def test_a_usual_word_that_fits_is_not_asked_about(text: str, repairer: Repairer) -> None:
    assert not [*like_word_slips(text, repairer.likelier_words)]
