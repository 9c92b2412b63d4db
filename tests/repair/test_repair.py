"""The repair of Swedish letters: what it restores, what it never touches."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kompass_extract.errors import ModelError
from kompass_extract.repair import Repairer, load

GOLD = Path(__file__).parents[2] / "gold" / "text"


@pytest.fixture(scope="module")
def repairer() -> Repairer:
    return load()


@pytest.mark.parametrize(
    ("raw", "restored"),
    [
        ("Kommunkompassen &r ett verktyg for utvirdering", "Kommunkompassen är ett verktyg för utvärdering"),
        ("information f6r nyanlanda frdn andra kommuner", "information för nyanlända från andra kommuner"),
        ("Ett 16nepolitiskt program for tjdnstemén", "Ett lönepolitiskt program för tjänstemän"),
        ("Améls kommun har Okad tillgdnglighet", "Åmåls kommun har ökad tillgänglighet"),
        ("FORBATTRINGSOMRADEN", "FÖRBÄTTRINGSOMRÅDEN"),
    ],
)
def test_restores_swedish_letters(repairer: Repairer, raw: str, restored: str) -> None:
    assert repairer.repair_text(raw).text == restored


@pytest.mark.parametrize(
    "text",
    [
        "Kommunenes Sentralforbund i Norge",
        "professor Morten Øgård vid Agder Universitet",
        "Employer Branding",
        "Fair Trade City",
        "För att få svar på vad som är rätt val för en lön på 12 700 kronor",
        "1.2 15 20 75 % 2019-11-04 info@amal.se",
    ],
)
def test_leaves_right_text_alone(repairer: Repairer, text: str) -> None:
    assert repairer.repair_text(text).repairs == ()


@pytest.mark.parametrize("name", ["hoganas-2018.ocr.txt", "sala-2023.ocr.txt", "amal-2019-areas-1-4.restored.txt"])
def test_good_reports_come_out_unchanged(repairer: Repairer, name: str) -> None:
    text = (GOLD / name).read_text("utf-8")
    assert repairer.repair_text(text).text == text


def test_repairs_point_into_the_raw_line(repairer: Repairer) -> None:
    raw = (GOLD / "amal-2019-areas-1-4.ocr.txt").read_text("utf-8")
    done = repairer.repair_text(raw)
    lines = raw.split("\n")
    assert len(done.text.split("\n")) == len(lines)
    assert len(done.repairs) > 1000
    for repair in done.repairs:
        assert lines[repair.line - 1][repair.start : repair.end] == repair.raw
        assert 0 <= repair.confidence <= 1
    assert repairer.repair_text(done.text).text == done.text


def test_forced_and_forbidden_damage(repairer: Repairer) -> None:
    assert repairer.repair_lines(["frdn"], damaged=False)[0].text == "frdn"
    assert repairer.repair_lines(["en av tre frdn kommunen"], damaged=True)[0].text == "en av tre från kommunen"


def test_knows_listed_words_and_compounds(repairer: Repairer) -> None:
    assert repairer.knows("Utvärderingen")
    assert repairer.knows("medarbetarundersökningarna")
    assert repairer.knows("kommunövergripande")
    assert not repairer.knows("utvirdering")
    assert not repairer.knows("podng")


def test_a_wrong_model_file_is_a_clear_error(tmp_path: Path) -> None:
    wrong = tmp_path / "letters.npz"
    wrong.write_bytes(b"not a model")
    with pytest.raises(ModelError, match="kompass train"):
        load(wrong)
    with pytest.raises(ModelError):
        load(tmp_path / "missing.npz")


_TEXT = st.text(alphabet="abdefgiklmnoprstvåäöÅAO&416 .,-/\n", max_size=120)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_TEXT)
def test_lines_and_numbers_stay_whatever_comes(repairer: Repairer, text: str) -> None:
    done = repairer.repair_text(text)
    assert done.text.count("\n") == text.count("\n")
    lone = [word for word in text.split() if word.isdigit() and word != "1"]
    kept = [word for word in done.text.split() if word.isdigit() and word != "1"]
    assert [word for word in kept if word in lone] == lone


def test_english_prose_is_not_taken_for_damaged_swedish(repairer: Repairer) -> None:
    text = (
        "The result is presented in a report that contains a score for each of the eight areas\n"
        "and a description of how the municipality works on this in relation to the criteria."
    )
    assert repairer.repair_text(text).text == text


def test_a_damaged_page_among_good_ones_is_repaired_alone(repairer: Repairer) -> None:
    raw = (GOLD / "amal-2019-areas-1-4.ocr.txt").read_text("utf-8").split("\n")
    truth = (GOLD / "amal-2019-areas-1-4.restored.txt").read_text("utf-8").split("\n")
    lines = repairer.repair_lines(truth[:200] + raw[200:400] + truth[400:])
    assert [line.text for line in lines[:198]] == truth[:198]
    assert [line.text for line in lines[402:]] == truth[402:]
    assert sum(line.text != right for line, right in zip(lines[200:400], truth[200:400], strict=True)) < 10


def test_a_word_kept_in_doubt_is_told(repairer: Repairer) -> None:
    done = repairer.repair_lines(["Kommunen satta mal far budget och fas"], damaged=True)[0]
    for repair in done.repairs:
        assert repair.doubtful == (repair.confidence < 0.9)
        assert repair.restored != repair.raw or repair.doubtful


_TRUTH = [line for line in (GOLD / "amal-2019-areas-1-4.restored.txt").read_text("utf-8").split("\n") if len(line) > 30]
_MISREAD = {"å": "adé", "ä": "aédi", "ö": "o6d", "Å": "A", "Ä": "A", "Ö": "O"}
_FIXED = st.sampled_from(
    ["12 700", "2019-11-04", "3.2", "75 %", "1,5", "100 000 kronor", "info@amal.se", "www.skl.se/kompassen", "8 (25)"]
)


@st.composite
def _damaged(draw: st.DrawFn) -> list[str]:
    """Lines of a report as an English reader may give them, with things among them that must stay."""
    lines = []
    for line in draw(st.lists(st.sampled_from(_TRUTH), min_size=3, max_size=8)):
        read = "".join(draw(st.sampled_from(_MISREAD[sign])) if sign in _MISREAD else sign for sign in line)
        lines.append(f"{read} {draw(_FIXED)}")
    return lines


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_damaged())
def test_laws_of_repair(repairer: Repairer, lines: list[str]) -> None:
    done = [line.text for line in repairer.repair_lines(lines)]
    assert len(done) == len(lines)
    assert [line.text for line in repairer.repair_lines(done)] == done
    for raw, line in zip(lines, done, strict=True):
        digits = [word for word in raw.split() if word.isdigit() and word != "1"]
        assert [word for word in line.split() if word in digits] == digits
        assert line.split()[-1].replace("%", "") == raw.split()[-1].replace("%", "")


@pytest.mark.parametrize(
    "phrase",
    [
        "Kommunenes Sentralforbund",
        "Employer Branding",
        "Fair Trade City",
        "Agder Universitet",
        "fr.o.m. 2016",
        "info@amal.se",
        "KF, KS och KSAU",
        "360 grader",
    ],
)
def test_names_and_foreign_words_stay_in_damaged_text(repairer: Repairer, phrase: str) -> None:
    raw = f"Kommunen har arbetat med {phrase} f6r utvirdering av tjdnsternas kvalitet"
    restored = f"Kommunen har arbetat med {phrase} för utvärdering av tjänsternas kvalitet"
    assert repairer.repair_text(raw).text == restored


@pytest.mark.parametrize(
    ("raw", "restored"),
    [
        ("varje ar far kommunen fler invanare", "varje år får kommunen fler invånare"),
        ("det ar viktigt for medborgarna att lonen ar ratt", "det är viktigt för medborgarna att lönen är rätt"),
        ("under nastkommande ar ska malen foljas upp", "under nästkommande år ska målen följas upp"),
        ("Har finns goda exempel pa hur arbetet gar till", "Här finns goda exempel på hur arbetet går till"),
    ],
)
def test_context_decides_between_words(repairer: Repairer, raw: str, restored: str) -> None:
    assert repairer.repair_lines([raw], damaged=True)[0].text == restored


@pytest.mark.parametrize(
    ("line", "raw", "restored"),
    [
        ("Individuell 16n tilldmpas", "16n", "lön"),
        ("Enheterna kan 14ra av andra &r viktigt", "14ra", "lära"),
        ("Arbetet med xq0kad &r viktigt f6r alla", "xq0kad", "xq0kad"),
    ],
)
def test_a_digit_among_letters_is_replaced_or_doubted(repairer: Repairer, line: str, raw: str, restored: str) -> None:
    found = {one.raw: one for one in repairer.repair_lines([line], damaged=True)[0].repairs}
    assert found[raw].restored == restored
    assert found[raw].doubtful or raw != restored
