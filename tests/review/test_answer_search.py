"""Search in Swedish: inflections, compounds, letters, phrases and filters, and judged queries against plain FTS5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kompass_extract import AnswerArchive, Choice, PassageChoice, open_archive
from kompass_extract.cli import main
from kompass_extract.errors import GateError, UsageError
from kompass_extract.model.report import Report
from kompass_extract.review.answers.snippets import CUT, WIDTH, snippet
from kompass_extract.review.answers.swedish_words import stem
from kompass_extract.training.evaluate.gate import load, require_search, with_search
from kompass_extract.training.evaluate.search_scores import TOP, load_queries, ndcg, score_search
from tests.conftest import GOLD
from tests.support.answers_archive import filled, many
from tests.support.reviewed import changed, gold_report

ITEMS = PassageChoice(kinds=("strength", "improvement"))
LEAST_NDCG = 0.8  # of the judged queries; 0.857 was measured, 0.634 with plain FTS5
LEAST_GAIN = 0.1  # over plain FTS5


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnswerArchive]:
    with open_archive(filled(tmp_path_factory.mktemp("search"))) as opened:
        yield opened


def with_strengths(*texts: str, doubts: bool = False) -> Report:
    """A report whose first area has these strengths and no others."""
    report = gold_report("sala-2023")
    area = report.areas[0].model_copy(update={"improvements": [], "narrative": []})
    kept = [area.strengths[0].model_copy(update={"value": text, "needs_review": doubts}) for text in texts]
    return report.model_copy(update={"areas": [area.model_copy(update={"strengths": kept})]})


def found(folder: Path, query: str, *texts: str) -> list[str]:
    """The texts that answer a query, in order."""
    many(folder, [with_strengths(*texts)])
    with open_archive(folder) as archive:
        return [hit.text for hit in archive.search(query)]


def test_an_inflected_word_answers_as_itself(tmp_path: Path) -> None:
    assert found(tmp_path, "brukarråden", "Ett brukarråd", "Flera råd") == ["Ett brukarråd"]


def test_a_word_is_found_within_a_compound_and_ranked_behind_itself(tmp_path: Path) -> None:
    texts = ("En medborgardialog hålls", "Dialogen hålls årligen", "Ett dialogforum finns", "Annat arbete")
    assert found(tmp_path, "dialog", *texts)[0] == texts[1]
    assert set(found(tmp_path, "dialog", *texts)) == set(texts[:3])


def test_the_last_part_of_a_compound_answers_behind_the_whole(tmp_path: Path) -> None:
    texts = ("En dialog hålls", "En medborgardialog hålls")
    assert found(tmp_path, "medborgardialoger", *texts) == [texts[1], texts[0]]


def test_letters_are_kept_apart_and_others_come_last(tmp_path: Path) -> None:
    texts = ("Arbetet för låg frånvaro", "Varje lag har ett mål")
    assert found(tmp_path, "låg", *texts) == [texts[0], texts[1]]
    assert found(tmp_path, "lag", *texts) == [texts[1], texts[0]]


def test_a_phrase_wants_its_words_side_by_side(tmp_path: Path) -> None:
    texts = ("De politiska målen är tydliga", "Målen är inte politiska")
    assert found(tmp_path, '"politiska mål"', *texts) == [texts[0]]
    assert set(found(tmp_path, "politiska mål", *texts)) == set(texts)


def test_words_that_the_index_has_a_meaning_for_are_words(tmp_path: Path) -> None:
    texts = ('Enheten "NEAR" och AND samt OR*',)
    for query in ("NEAR", "AND OR", 'near("x', "enheten*", "-enheten", "^enheten", "stems:enheten", "'; DROP TABLE x"):
        found(tmp_path, query, *texts)
    assert found(tmp_path, "NEAR", *texts) == list(texts)


def test_a_query_without_a_word_says_so(archive: AnswerArchive) -> None:
    for query in ("", '""', " - "):
        with pytest.raises(UsageError, match="Give a word"):
            archive.search(query)


def test_a_hit_says_where_it_stands_and_how_sure_it_is(tmp_path: Path) -> None:
    many(tmp_path, [changed(with_strengths("Ett brukarråd", doubts=True), {"/areas/0/score": 88}, asked=True)])
    with open_archive(tmp_path) as archive:
        (hit,) = archive.search("brukarråd")
        assert archive.search("brukarråd", passages=PassageChoice(min_score=70)) == []
    assert (hit.key, hit.municipality, hit.year, hit.area) == ("sala-2023/1/strength/1", "Sala", 2023, 1)
    assert (hit.score, hit.score_needs_review, hit.needs_review) == (88, True, True)
    assert hit.page == 1
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["brukarråd"]


def test_filters_keep_what_they_name(archive: AnswerArchive) -> None:
    def hits(reports: Choice | None = None, **passages: object) -> list[tuple[str, int, str, float | None]]:
        chosen = PassageChoice(**passages)  # type: ignore[arg-type]
        found = archive.search("utveckla", reports=reports or Choice(), passages=chosen, limit=500)
        assert found
        return [(hit.report_id, hit.area, hit.kind, hit.score) for hit in found]

    assert {kind for _, _, kind, _ in hits(kinds=("improvement",))} == {"improvement"}
    assert {area for _, area, _, _ in hits(areas=(3, 4))} == {3, 4}
    assert all((score or 0) >= 70 for _, _, _, score in hits(min_score=70))
    assert {report for report, _, _, _ in hits(Choice(editions=("2020",)))} == {"sala-2023"}
    assert {report for report, _, _, _ in hits(Choice(counties=("Skåne",), years=(2018,)))} == {"hoganas-2018"}
    assert {report for report, _, _, _ in hits(Choice(municipalities=("Åmål",)))} == {"amal-2019-areas-1-4"}
    assert {area for _, area, _, _ in hits(concept="citizen-dialogue")} == {1}
    with pytest.raises(UsageError, match="citizen-dialogue"):
        hits(concept="no-such-concept")


def test_more_like_this_finds_the_same_matter_in_other_reports(archive: AnswerArchive) -> None:
    hits = archive.like("hoganas-2018/4/improvement/2", passages=ITEMS, limit=3)
    assert "amal-2019-areas-1-4/4/improvement/5" in [hit.key for hit in hits]
    assert all(hit.report_id != "hoganas-2018" for hit in hits)
    assert [hit.rank for hit in hits] == sorted((hit.rank for hit in hits), reverse=True)
    for key in ("nothing", "sala-2023/1/strength/99", "sala-2023/x/strength/1"):
        with pytest.raises(UsageError):
            archive.like(key)


def test_a_snippet_shows_the_found_words_in_a_long_text() -> None:
    text = "Inledning utan innehåll. " * 30 + "Här finns brukarråd. " + "Avslutning följer. " * 30
    short, marks = snippet(text, {stem("brukarråd")})
    assert len(short) <= WIDTH + 2 * len(CUT)
    assert short.startswith(CUT)
    assert short.endswith(CUT)
    assert [short[start:end] for start, end in marks] == ["brukarråd"]


def test_the_judged_queries_name_items_of_the_labelled_reports(archive: AnswerArchive) -> None:
    keys = {f"{row['report_id']}/{row['area']}/{row['kind']}/{row['position']}" for row in archive.table("items")}
    queries = load_queries(GOLD)
    assert len(queries) == 30
    for one in queries:
        assert one.judged.keys() <= keys, one.query


def test_judged_queries_are_answered_better_than_by_plain_fts5(archive: AnswerArchive) -> None:
    score = score_search(GOLD)
    assert score.ndcg >= LEAST_NDCG, score.by_query
    assert score.gain >= LEAST_GAIN, score.by_query
    require_search(score, load(GOLD / "floors.json"))
    ours = [
        ndcg([hit.key for hit in archive.search(one.query, passages=ITEMS, limit=TOP)], one.judged)
        for one in load_queries(GOLD)
    ]
    assert sum(ours) / len(ours) == pytest.approx(score.ndcg), "an archive answers as what is measured"


def test_the_gate_names_a_search_that_fell_below_its_floors(tmp_path: Path) -> None:
    floors, score = load(GOLD / "floors.json"), score_search(GOLD)
    worse = replace(score, ndcg=score.ndcg - 0.01)
    with pytest.raises(GateError, match="ndcg_at_10"):
        require_search(worse, floors)
    with pytest.raises(GateError, match="ndcg_at_10"):
        with_search(floors, worse, floors)
    lowered = with_search(floors, worse, floors, allow_lower=True)
    require_search(worse, lowered)
    with pytest.raises(GateError, match="judged queries"):
        require_search(replace(score, queries_sha256="0" * 64), floors)
    require_search(score, floors.model_copy(update={"search": None}))


def test_the_command_judges_the_search(tmp_path: Path) -> None:
    found = CliRunner().invoke(main, ["evaluate", "search", "--gold", str(GOLD), "--gate"])
    assert found.exit_code == 0, found.output
    assert "Gate passed" in found.output
    assert found.output.count("\n") >= 31
    nothing = CliRunner().invoke(main, ["evaluate", "search", "--gold", str(tmp_path)])
    assert nothing.exit_code != 0
    assert "no judged queries" in nothing.output


def test_ndcg_is_one_for_the_best_order_and_less_for_others() -> None:
    judged = {"a": 2, "b": 1, "c": 1}
    assert ndcg(["a", "b", "c"], judged) == ndcg(["a", "c", "b"], judged) == 1.0
    assert 0 < ndcg(["b", "a", "c"], judged) < 1
    assert ndcg(["x"], judged) == 0.0


def test_what_a_search_cannot_take_is_refused(tmp_path: Path) -> None:
    with open_archive(filled(tmp_path / "archive", "sala-2023")) as archive:
        with pytest.raises(UsageError, match="limit is -1"):
            archive.search("dialog", limit=-1)
        with pytest.raises(UsageError, match="limit is 0"):
            archive.like("sala-2023/1/strength/1", limit=0)
    with pytest.raises(UsageError, match="no kind of passage"):
        PassageChoice(kinds=("strengths",))
    with pytest.raises(UsageError, match="editions takes several values"):
        Choice(editions="2020")  # type: ignore[arg-type]
