"""Signs that dirt made in a scanned line: which are mended, and which are printed so."""

from __future__ import annotations

import pytest

from kompass_extract.model.document import Word
from kompass_extract.model.geometry import Box
from kompass_extract.model.readings import raw_text
from kompass_extract.repair import Repairer, load
from kompass_extract.repair.stray_signs import with_likely_signs


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return load()


def _line(text: str) -> list[Word]:
    return [Word(one, Box(50.0 * place, 0, 50.0 * place + 40, 10), 0.95) for place, one in enumerate(text.split())]


def _mended(text: str, repairer: Repairer, next_line: str = "") -> str:
    return " ".join(word.text for word in with_likely_signs(_line(text), repairer.cost, next_line))


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("möjligt att få.administrativt stöd", "möjligt att få administrativt stöd"),
        ("att ta.del av protokoll", "att ta del av protokoll"),
        ("att besöka de'olika orterna", "att besöka de olika orterna"),
        ("genom att dela:ut priser", "genom att dela ut priser"),
        ("hela kommunen.Det är bra", "hela kommunen. Det är bra"),
        ("till nämnder,samt bolag", "till nämnder, samt bolag"),
        ("en policy för. att stärka", "en policy för att stärka"),
        ("vad som beskrivs .det senaste", "vad som beskrivs det senaste"),
        ("som dialoger,. brukarråd", "som dialoger, brukarråd"),
        ("har en centra! roll", "har en central roll"),
        ("resultat I öppna jämförelser", "resultat i öppna jämförelser"),
        ("”årets medarbetare” Det är bra", "”årets medarbetare”. Det är bra"),
    ],
)
def test_a_sign_that_cannot_be_printed_is_mended_and_kept_in_raw(read: str, printed: str, repairer: Repairer) -> None:
    found = with_likely_signs(_line(read), repairer.cost)
    assert " ".join(word.text for word in found) == printed
    assert raw_text(found) == read


@pytest.mark.parametrize(
    "line",
    [
        "t.ex. bl.a. fr.o.m. och d.v.s. samt m.fl.",
        "se www.skr.se eller info@amal.se och kommun.se",
        "EU:s regler, mini-PUB:ar och SKL:are",
        "kl. 12.30 den 3.4 och 5,5 procent",
        "enligt kap. två i resp. nämnd",
        "filen rapport.pdf finns",
        "programmet ”En kommun” Ales mål",
        "är det så! och sedan",
    ],
)
def test_what_is_printed_so_stays(line: str, repairer: Repairer) -> None:
    assert _mended(line, repairer) == line


def test_the_line_below_tells_what_follows_a_stop(repairer: Repairer) -> None:
    assert _mended("sociala medier för.", repairer, "att nå ut") == "sociala medier för"
    assert _mended("sociala medier för.", repairer, "Att nå ut") == "sociala medier för."


def test_both_words_of_a_mended_one_have_boxes_of_their_own(repairer: Repairer) -> None:
    first, second = with_likely_signs([Word("få.administrativt", Box(0, 0, 170, 10), 0.95)], repairer.cost)
    assert (first.raw, second.raw) == ("få.administrativt", "")
    assert (first.box.x0, second.box.x1) == (0, 170)
    assert first.box.x1 < second.box.x0


def test_a_stroke_between_words_is_doubted(repairer: Repairer) -> None:
    words = with_likely_signs(_line("ledare | tillsammans"), repairer.cost)
    assert [word.text for word in words] == ["ledare", "|", "tillsammans"]
    assert words[1].confidence < 0.5
    assert words[1].alternatives[-1] == "i"
