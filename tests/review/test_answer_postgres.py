"""The archive asked where its store is on PostgreSQL: the same answers as from SQLite, kept by what all share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kompass_extract import AnswerArchive, Choice, PassageChoice, open_archive
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.schema import ReportRow
from kompass_extract.archive.store import Store
from kompass_extract.review import Action
from kompass_extract.review.answers import postgres_passages, text_search
from kompass_extract.review.answers.answer_values import Hit
from kompass_extract.training.evaluate.search_scores import load_queries
from tests.conftest import GOLD
from tests.support.answers_archive import IDS
from tests.support.desk_archive import SALA, STRENGTH, decided, desk_of, put
from tests.support.postgres import emptied, running_postgres
from tests.support.reviewed import changed, gold_report

MORE = (
    "lag", "låg", "dialog", "medborgardialogerna", "kommunen", "utveckla", "AND OR", "NEAR", "'; DROP TABLE x", "och",
    '"politiska mål" uppföljning', '"kommunen har"', "xylofon", "\\x 'a", "e-tjänster: öppna & data | !nej <-> *",
)  # fmt: skip
LIKE = ("hoganas-2018/4/improvement/2", "sala-2023/1/strength/1", "sala-2023/1/narrative/1.1")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running_postgres() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    return emptied(server)


@pytest.fixture
def both(tmp_path: Path, url: str) -> Iterator[tuple[AnswerArchive, AnswerArchive]]:
    """The labelled reports in a store on SQLite and in one on PostgreSQL."""
    places = (Archive.at(tmp_path / "sqlite"), Archive.at(tmp_path / "postgres", url))
    for place in places:
        for name in IDS:
            put(place, gold_report(name))
    with AnswerArchive(places[0]) as sqlite, AnswerArchive(places[1]) as postgres:
        yield sqlite, postgres


def require_same(both: tuple[AnswerArchive, AnswerArchive], *queries: str, limit: int = 50) -> int:
    """Every query has the same hits in both, of the same rank, in the same order; how many those were."""
    count = 0
    for query in queries:
        one, other = (archive.search(query, limit=limit) for archive in both)
        assert one == other, query
        count += len(one)
    return count


def test_every_query_has_the_same_answers_in_the_same_order(both: tuple[AnswerArchive, AnswerArchive]) -> None:
    judged = [one.query for one in load_queries(GOLD)]
    assert require_same(both, *judged, *MORE) > 500


def test_filters_and_likeness_give_the_same_too(both: tuple[AnswerArchive, AnswerArchive]) -> None:
    reports = (Choice(editions=("2016",)), Choice(counties=("Skåne",), years=(2018,)), Choice(municipalities=("Åmål",)))
    passages = (
        PassageChoice(kinds=("improvement",)), PassageChoice(areas=(3, 4), min_score=60),
        PassageChoice(concept="citizen-dialogue"),
    )  # fmt: skip
    for chosen in reports:
        for wanted in passages:
            one, other = (archive.search("kommunen", reports=chosen, passages=wanted) for archive in both)
            assert one == other
    reviewed = Choice(reviewed_only=True)
    assert [archive.search("kommunen", reports=reviewed) for archive in both] == [[], []]
    for key in LIKE:
        found: list[list[Hit]] = [archive.like(key) for archive in both]
        assert found[0] == found[1]
        assert found[0]


def test_words_that_are_in_more_passages_than_are_ranked_answer_the_same(
    both: tuple[AnswerArchive, AnswerArchive], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_search, "MOST_SCANNED", 20)
    monkeypatch.setattr(text_search, "MOST_CANDIDATES", 10)
    assert require_same(both, "kommunen", "och", "utveckla mål", "medborgare dialog", limit=10) == 40


def test_a_decision_is_found_at_once_by_all_who_ask(tmp_path: Path, url: str) -> None:
    desk = desk_of(tmp_path / "one", gold_report("sala-2023"), url=url)
    with open_archive(tmp_path / "one", store=url) as archive:
        assert archive.search("xylofonorkester") == []
        decided(desk, STRENGTH, Action.CORRECT, value="En xylofonorkester för alla")
        assert [hit.report_id for hit in archive.search("xylofonorkestern")] == [SALA]
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "reports").symlink_to(tmp_path / "one" / "reports")
    with open_archive(tmp_path / "two", store=url) as elsewhere:
        assert [hit.report_id for hit in elsewhere.search("xylofonorkestern")] == [SALA]
    desk.close()


def test_what_is_gone_is_taken_out_and_the_vocabulary_forgets_it(tmp_path: Path, url: str) -> None:
    place = Archive.at(tmp_path, url)
    put(place, changed(gold_report("sala-2023"), {STRENGTH: "En xylofonorkester"}))
    put(place, gold_report("hoganas-2018"))
    with AnswerArchive(place) as archive:
        assert archive.search("xylofonorkester")
        store = Store.open(place)
        with store.write() as session:
            session.delete(session.get_one(ReportRow, SALA))
        archive._looked = float("-inf")
        assert archive.search("xylofonorkester") == []
        with store.read() as session:
            left = session.execute(
                text("SELECT count(*) FROM store_vocabulary WHERE stem LIKE 'xylofon%' AND passages > 0")
            )
            assert left.scalar_one() == 0
            assert session.execute(text("SELECT DISTINCT report_id FROM store_passages")).all() == [("hoganas-2018",)]
        store.close()


def test_an_index_of_another_version_is_made_anew(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Archive.at(tmp_path, url)
    put(place, gold_report("sala-2023"))
    with AnswerArchive(place) as archive:
        whole = archive.search("kommunen")
    monkeypatch.setattr(postgres_passages, "VERSION", 99)
    monkeypatch.setattr(
        postgres_passages, "_TABLES",
        (*postgres_passages._TABLES[:-1], "COMMENT ON TABLE store_passages IS 'version 99'"),
    )  # fmt: skip
    with AnswerArchive(place) as archive:
        assert archive.search("kommunen") == whole


def test_a_text_of_more_words_than_positions_is_kept(tmp_path: Path, url: str) -> None:
    place = Archive.at(tmp_path, url)
    put(place, changed(gold_report("sala-2023"), {STRENGTH: "ord " * 20_000 + "xylofon"}))
    with AnswerArchive(place) as archive:
        assert [hit.key for hit in archive.search("xylofon")] == ["sala-2023/1/strength/1"]


def test_exports_come_from_a_store_on_postgresql(both: tuple[AnswerArchive, AnswerArchive], tmp_path: Path) -> None:
    one, other = (archive.export(tmp_path / name, formats=["csv"]) for name, archive in zip("ab", both, strict=True))
    assert one.rows == other.rows
    for file in (tmp_path / "a" / "csv").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / "csv" / file.name).read_bytes()
