"""The municipality corrected: its code, county, grouping and pages follow, and what disagrees is asked about."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kompass_extract.archive.folder import Archive
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.report.checks.place_checks import with_agreeing_code
from kompass_extract.review import Action
from kompass_extract.review.answers.answer_archive import open_archive
from kompass_extract.review.decisions.apply import apply
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import ImpossibleError, Order, QueueFilter
from kompass_extract.taxonomy.municipalities import load_municipalities
from tests.support.desk_archive import SALA, accept_all, decided, desk_of, sala, shown
from tests.support.review_archive import PDF, put
from tests.support.review_archive import gold_report as spread_gold
from tests.support.reviewed import Reviewer, changed, gold_report, value

NAME, CODE = "/report/municipality", "/report/municipality_code"
AMAL, HOGANAS = "1492", "1284"


@pytest.fixture
def anna() -> Reviewer:
    return Reviewer(gold_report())


def asked(reviewer: Reviewer) -> set[str]:
    return {at for at, one in report_fields(reviewer.result.report) if one.needs_review}


def place(reviewer: Reviewer) -> tuple[object, object]:
    report = reviewer.result.report
    return value(report, NAME), value(report, CODE)


def failed(reviewer: Reviewer) -> list[str]:
    return [one.code for one in reviewer.result.report.checks if one.id == "municipality" and one.status == "failed"]


@pytest.mark.parametrize("name", ["Åmål", "åmål", "Åmåls kommun", "ÅMÅL KOMMUN"])
def test_the_code_follows_a_known_name(anna: Reviewer, name: str) -> None:
    anna.decide(Action.CORRECT, NAME, after=name)
    assert place(anna) == (name, AMAL)
    code = anna.result.report.report.municipality_code
    assert code.review is not None
    assert (code.review.action, code.review.by, code.review.original) == ("corrected", "anna", "1981")
    assert not failed(anna)
    assert asked(anna) == set()


def test_an_undone_name_takes_its_code_back(anna: Reviewer) -> None:
    made = anna.decide(Action.CORRECT, NAME, after="Åmål")
    anna.decide(Action.UNDO, NAME, voids=made.id)
    assert place(anna) == ("Sala", "1981")
    assert anna.result.report.report.municipality_code.review is None


def test_the_code_follows_in_a_newer_reading_too(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, NAME, after="Åmål")
    newer = changed(gold_report(), {"/report/title": "En annan titel"})
    assert place(anna.on(newer)) == ("Åmål", AMAL)


def test_an_accepted_name_settles_a_code_in_doubt() -> None:
    anna = Reviewer(changed(gold_report(), {CODE: "1981"}, asked=True))
    anna.decide(Action.ACCEPT, NAME)
    assert asked(anna) == set()
    assert place(anna) == ("Sala", "1981")


def test_a_rejected_name_takes_its_code_along(anna: Reviewer) -> None:
    anna.decide(Action.REJECT, NAME)
    assert place(anna) == (None, None)
    assert not failed(anna)


def test_an_own_decision_about_the_code_is_stronger_and_both_are_asked_about(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, NAME, after="Åmål")
    anna.decide(Action.CORRECT, CODE, after=HOGANAS)
    assert place(anna) == ("Åmål", HOGANAS)
    assert failed(anna) == ["municipality-code-differs"]
    assert asked(anna) == {NAME, CODE}
    anna.decide(Action.CORRECT, CODE, after=AMAL)
    assert failed(anna) == []
    assert asked(anna) == set()


def test_a_name_decided_in_sight_of_another_code_leaves_the_code_asked_about(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, CODE, after=HOGANAS)
    anna.decide(Action.CORRECT, NAME, after="Åmål")
    assert place(anna) == ("Åmål", HOGANAS)
    assert failed(anna) == ["municipality-code-differs"]
    assert CODE in asked(anna)


def test_a_corrected_code_asks_about_the_name(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, CODE, after=AMAL)
    assert place(anna) == ("Sala", AMAL)
    assert asked(anna) == {NAME, CODE}
    anna.decide(Action.CORRECT, NAME, after="Åmål")
    assert asked(anna) == set()


def test_a_name_that_nobody_has_leaves_no_code_and_asks(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, NAME, after="Nowhereborg")
    assert place(anna) == ("Nowhereborg", None)
    assert failed(anna) == ["no-such-municipality"]
    assert asked(anna) == {NAME, CODE}


def test_no_row_stands_under_a_code_of_another_municipality(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, CODE, after=HOGANAS)
    assert with_agreeing_code(anna.result.report).report.municipality_code.value is None
    right = gold_report()
    assert with_agreeing_code(right) is right


@pytest.mark.parametrize(("pointer", "wrong"), [(NAME, "Nowhereborg"), (NAME, "Salla"), (CODE, "9999")])
def test_what_the_register_lacks_wants_to_be_confirmed(desk: Desk, pointer: str, wrong: str) -> None:
    seen = shown(desk, pointer).version
    with pytest.raises(ImpossibleError, match=wrong):
        desk.decide(SALA, Order(action=Action.CORRECT, pointer=pointer, value=wrong), by="anna", seen=seen)
    assert shown(desk, pointer).review is None
    decided(desk, pointer, Action.CORRECT, value=wrong)
    assert shown(desk, pointer).value == wrong
    assert "municipality" in {one.id for one in shown(desk, pointer).checks}
    other = CODE if pointer == NAME else NAME
    assert other in {one.pointer for one in desk.queue(QueueFilter(), reviewer="anna").items}


def test_the_register_spells_a_name_that_is_written_otherwise(desk: Desk) -> None:
    decided(desk, NAME, Action.CORRECT, value="åmåls kommun")
    assert shown(desk, NAME).value == "Åmål"
    assert (shown(desk, CODE).value, desk.report_line(SALA).municipality) == (AMAL, "Åmål")


def test_the_register_names_each_of_its_municipalities_by_name_and_code() -> None:
    register = load_municipalities()
    for one in register.entries:
        assert register.named(one.name) is one
        assert register.named(f"{one.name} kommun") is one
        assert register.with_code(one.code) is one
    assert register.named("Malmö stad") is register.with_code("1280")
    assert register.named("Region Gotland") is register.with_code("0980")
    assert register.named("Hoganas") is None
    assert register.named("en kommun som Sala") is None


def two_readings(folder: Path) -> Archive:
    """An archive with two readings of Höganäs' evaluation and one report of Sala."""
    archive = Archive.at(folder)
    one = spread_gold("hoganas-2018")
    put(archive, one, PDF)
    put(archive, one.model_copy(update={"report_id": "hoganas-2018-2"}), PDF)
    put(archive, spread_gold("sala-2023"), PDF)
    return archive


def decide_name(desk: Desk, report_id: str, name: str) -> None:
    seen = desk.item(report_id, NAME, reviewer="anna").version
    desk.decide(report_id, Order(action=Action.CORRECT, pointer=NAME, value=name), by="anna", seen=seen)


def rows(archive: Archive) -> dict[str, tuple[object, ...]]:
    """The rows of the store's view of reports."""
    with closing(sqlite3.connect(archive.folder / "archive.db")) as store:
        found = store.execute("SELECT report_id, municipality, municipality_code, county, evaluation FROM reports")
        return {row[0]: row[1:] for row in found}


def test_rows_groups_and_pages_follow(tmp_path: Path) -> None:
    archive = two_readings(tmp_path)
    desk = Desk(archive)
    before = rows(archive)
    stands = before["hoganas-2018"][3]
    assert before["hoganas-2018-2"][3] == stands  # they are readings of one evaluation
    decide_name(desk, str(stands), "Åmål")
    other = next(one for one in ("hoganas-2018", "hoganas-2018-2") if one != stands)
    desk.close()
    assert rows(archive)[str(stands)] == ("Åmål", AMAL, "Västra Götalands län", stands)
    assert rows(archive)[other] == ("Höganäs", HOGANAS, "Skåne län", other)
    with open_archive(tmp_path) as answers:
        places = {one.key: one.name for one in answers.places()}
    assert places == {AMAL: "Åmål", HOGANAS: "Höganäs", "1981": "Sala"}


def test_an_archive_of_an_earlier_program_is_put_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = two_readings(tmp_path)
    with monkeypatch.context() as earlier:  # a program that let nothing follow
        earlier.setattr("kompass_extract.review.decisions.apply.let_code_follow", lambda *_: None)
        for room in ("archive.tidy_store", "review.service.tidy_refresh", "review.service.open_items"):
            earlier.setattr(f"kompass_extract.{room}.APPLICATION", 1)
        for room in ("review.service.stored_values", "review.answers.index_refresh"):
            earlier.setattr(f"kompass_extract.{room}.with_agreeing_code", lambda report: report)
        desk = Desk(archive)
        decide_name(desk, "hoganas-2018", "Åmål")
        desk.close()
        with open_archive(tmp_path) as answers:
            assert "Höganäs" not in {one.name for one in answers.places() if one.key == AMAL}
    assert rows(archive)["hoganas-2018"][:3] == ("Åmål", HOGANAS, "Skåne län")
    with open_archive(tmp_path) as answers:
        assert {one.key: one.name for one in answers.places()}[AMAL] == "Åmål"
    Desk(archive).close()
    assert rows(archive)["hoganas-2018"][:3] == ("Åmål", AMAL, "Västra Götalands län")
    assert rows(archive)["hoganas-2018"][3] == "hoganas-2018"


def test_a_report_of_no_known_municipality_can_be_signed(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, sala())
    decided(desk, NAME, Action.CORRECT, value="Nowhereborg")
    accept_all(desk)
    signed = desk.sign(SALA, by="anna").read_text(encoding="utf-8")
    desk.close()
    assert "no-such-municipality" in signed


def test_decisions_give_the_same_report_in_any_order(anna: Reviewer) -> None:
    anna.decide(Action.CORRECT, NAME, after="Åmål")
    anna.decide(Action.CORRECT, "/report/year", after=2019)
    assert apply(anna.report, anna.made).report == apply(anna.report, anna.made[::-1]).report
