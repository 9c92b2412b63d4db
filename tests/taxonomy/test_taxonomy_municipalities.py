"""Municipalities in titles and running text."""

from __future__ import annotations

import pytest

from kompass_extract.taxonomy import Municipality, load_taxonomy

REGISTER = load_taxonomy().municipalities


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ANALYS AV HÖGANÄS KOMMUN 2018", "Höganäs"),
        ("Utvirderingen av Améls kommun genomfordes", "Åmål"),
        ("Nedan visas Amals totalpoäng", "Åmål"),
        ("Nedan visas Salas totalpoäng", "Sala"),
        ("Hoganas kommun", "Höganäs"),
        ("Borås Stad", "Borås"),
        ("Upplands Väsby kommun", "Upplands Väsby"),
        ("Falu kommun", "Falun"),
        ("Region Gotland", "Gotland"),
        ("Malung-Sälens kommun", "Malung-Sälen"),
        ("Dals-Eds kommun", "Dals-Ed"),
        ("Håbo kommun", "Håbo"),
        ("Habo kommun", "Habo"),
        ("Vara kommun", "Vara"),
        ("Umed kommun", "Umeå"),
    ],
)
def test_recognised(text: str, name: str) -> None:
    match = REGISTER.find_in([(text, 1.0)])
    assert match is not None
    assert match.name == name
    assert 0.8 <= match.score <= 1.0


@pytest.mark.parametrize("text", ["Det kan vara bra", "hela kommunen", "en kommun", "Mark och vatten", ""])
def test_words_are_no_municipalities(text: str) -> None:
    assert REGISTER.find_in([(text, 1.0)]) is None


@pytest.mark.parametrize("entry", REGISTER.entries, ids=lambda e: e.code)
def test_every_one_of_the_290_in_the_genitive_and_in_capitals(entry: Municipality) -> None:
    genitive = entry.name if entry.name[-1] in "sxz" else f"{entry.name}s"
    for text in (f"Utvärderingen av {genitive} kommun", f"KOMMUNKOMPASSEN {entry.name.upper()} KOMMUN 2019"):
        match = REGISTER.find_in([(text, 1.0)])
        assert match is not None
        assert match.code == entry.code


def test_weight_decides_and_zero_leaves_out() -> None:
    texts = [("Kommunkompassen Sala kommun", 5.0), ("Anna Ek, Katrineholms kommun", 0.0), ("jämfört med Västerås", 1.0)]
    match = REGISTER.find_in(texts)
    assert match is not None
    assert match.name == "Sala"
    assert match.runner_up == "Västerås"
