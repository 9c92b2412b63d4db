"""The report's own arithmetic, each check on areas that fit and on one that does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kompass_extract.model.report import (
    Area,
    Check,
    Evaluator,
    NarrativeSection,
    NumberField,
    OverviewRow,
    PageInfo,
    ScoreRow,
    ScoreTable,
    ScoreTotal,
    TextField,
)
from kompass_extract.report.checks import (
    CheckContext,
    area_checks,
    missing_areas,
    overview_checks,
    run_checks,
    sum_of_areas,
)
from kompass_extract.report.checks.overview_checks import own_column
from kompass_extract.report.fields import missing_number
from kompass_extract.taxonomy.fold import similarity

MAXIMA = (15, 25, 25, 20, 15)
ACHIEVED = (14, 20, 12, 17, 12)
CONTEXT = CheckContext(
    max_points={f"3.{n + 1}": frozenset({most}) for n, most in enumerate(MAXIMA)},
    questions={3: frozenset({5})},
    sure=0.99,
    likeness=similarity,
)


def text(value: str | None) -> TextField:
    return TextField(value=value, confidence=0.99, needs_review=value is None)


def number(value: int | None, confidence: float = 0.995) -> NumberField:
    return NumberField(value=value, confidence=confidence, needs_review=value is None)


def row(index: int, **cells: NumberField) -> ScoreRow:
    achieved, most = ACHIEVED[index], MAXIMA[index]
    return ScoreRow(
        number=f"3.{index + 1}",
        question=text("Fråga"),
        question_id=f"2016/3.{index + 1}",
        concept="concept",
        match_score=1.0,
        achieved=cells.get("achieved", number(achieved)),
        max=cells.get("max", number(most)),
        percent=cells.get("percent", number(round(100 * achieved / most))),
    )


def area(number_: int = 3, rows: list[ScoreRow] | None = None, score: NumberField | None = None, **total: int) -> Area:
    sums = {"achieved": 75, "max": 100, "percent": 75, **total}
    return Area(
        number=number_,
        area_id=f"2016/{number_}",
        name=text("Politisk styrning och kontroll"),
        score=score or number(75),
        rubrics=[text("Politiska mål")],
        narrative=[NarrativeSection(heading=text("Allmänt"), paragraphs=[text("Text.")])],
        strengths=[text("Styrka")],
        improvements=[text("Möjlighet")],
        score_table=ScoreTable(
            heading=text("Politisk styrning och kontroll"),
            rows=rows if rows is not None else [row(index) for index in range(5)],
            total=ScoreTotal(**{name: number(value) for name, value in sums.items()}),
        ),
    )


def failing(one: Area) -> dict[str, Check]:
    return {check.id: check for check in area_checks(one, "/areas/0", CONTEXT) if check.status != "ok"}


def test_an_area_that_fits_passes_everything() -> None:
    checks = list(area_checks(area(), "/areas/0", CONTEXT))
    assert {check.status for check in checks} == {"ok"}
    assert len({check.id for check in checks}) >= 8


def with_row(index: int, **cells: NumberField) -> Area:
    return area(rows=[row(i, **(cells if i == index else {})) for i in range(5)])


@pytest.mark.parametrize(
    ("broken", "check", "field"),
    [
        (lambda: with_row(1, max=number(30)), "max-edition", "rows/1/max"),
        (lambda: with_row(1, max=number(30)), "max-sum", "rows/1/max"),
        (lambda: with_row(0, achieved=number(16)), "achieved-max", "rows/0/achieved"),
        (lambda: with_row(3, achieved=number(11)), "achieved-percent", "rows/3/percent"),
        (lambda: with_row(3, achieved=number(11)), "rows-total", "total/achieved"),
        (lambda: area(percent=57), "total-percent", "total/percent"),
        (lambda: area(max=10), "max-sum", "total/max"),
        (lambda: with_row(2, achieved=number(None)), "rows-total", "rows/2/achieved"),
    ],
)
def test_what_does_not_fit_fails_with_its_fields(broken: Callable[[], Area], check: str, field: str) -> None:
    found = failing(broken())
    assert found[check].status == "failed"
    assert f"/areas/0/score_table/{field}" in found[check].fields


def test_roundings_are_no_failure() -> None:
    rounded = area(
        rows=[row(0, percent=number(90)), *(row(i) for i in range(1, 5))], achieved=77, percent=77, score=number(77)
    )
    assert failing(rounded) == {}


def test_a_row_too_few_fails() -> None:
    assert "row-count" in failing(area(rows=[row(i) for i in range(4)]))


def test_what_an_area_lacks_is_said() -> None:
    bare = area().model_copy(update={"strengths": [], "score": number(None)})
    check = failing(bare)["presence"]
    assert check.status == "failed"
    assert set(check.fields) == {"/areas/0/strengths", "/areas/0/score"}


def test_chapter_against_table_is_the_reports_own_only_when_both_were_read_well() -> None:
    assert failing(area(score=number(74)))["chapter-table"].status == "warning"
    assert failing(area(score=number(74, 0.9)))["chapter-table"].status == "failed"


def test_names_that_differ_are_a_warning() -> None:
    other = area().model_copy(update={"name": text("Verksamhetsutveckling")})
    assert failing(other)["area-name"].status == "warning"


def test_missing_areas_are_named() -> None:
    found = list(missing_areas([area(n) for n in (1, 2, 3, 5, 6, 7)]))
    assert [(check.area, check.status) for check in found] == [(4, "failed"), (8, "failed")]
    (whole,) = missing_areas([area(n) for n in range(1, 9)])
    assert (whole.area, whole.status) == (None, "ok")


@pytest.mark.parametrize(("names", "status"), [((), "failed"), (("Anna",), "warning"), (("Anna", "Bo"), "ok")])
def test_evaluators_that_were_not_found_are_told(names: tuple[str, ...], status: str) -> None:
    people = [Evaluator(name=text(name), affiliation=text("SKL")) for name in names]
    found = {check.id: check for check in run_checks([], [], number(None), [], CONTEXT, people)}
    assert found["evaluators"].status == status
    assert found["evaluators"].fields == ["/report/evaluators"]
    assert "evaluators" not in {check.id for check in run_checks([], [], number(None), [], CONTEXT)}


def overview(values: list[int], total: int) -> list[OverviewRow]:
    rows = [
        OverviewRow(number=n + 1, label=text("Område"), values={"Sala 2023": number(v)}) for n, v in enumerate(values)
    ]
    return [*rows, OverviewRow(number=None, label=text("Totalt"), values={"Sala 2023": number(total)})]


def test_overview_is_held_against_chapters_and_its_own_sum() -> None:
    areas = [area(n) for n in range(1, 9)]
    assert all(check.status == "ok" for check in overview_checks(areas, overview([75] * 8, 600), CONTEXT))
    found = [c for c in overview_checks(areas, overview([57] + [75] * 7, 600), CONTEXT) if c.status != "ok"]
    assert {(check.id, check.area) for check in found} == {("chapter-overview", 1), ("overview-sum", None)}
    assert "/area_scores_overview/0/values/Sala 2023" in found[0].fields


@pytest.mark.parametrize(("total", "status"), [(600, "ok"), (602, "warning"), (610, "warning"), (900, "failed")])
def test_sum_of_the_areas(total: int, status: str) -> None:
    (check,) = sum_of_areas([area(n) for n in range(1, 9)], number(total), CONTEXT)
    assert check.status == status


def test_sum_of_areas_read_badly_fails() -> None:
    areas = [area(n, score=number(75, 0.8)) for n in range(1, 9)]
    (check,) = sum_of_areas(areas, number(900), CONTEXT)
    assert check.status == "failed"


def test_a_percent_unlike_all_others_rounding_is_asked_about() -> None:
    areas = [area(n) for n in range(1, 9)]
    areas[2] = with_row(2, percent=number(49))
    checks = run_checks(areas, [], number(None), [], CONTEXT)
    (check,) = [check for check in checks if check.id == "percent-rounding"]
    assert check.status == "failed"
    assert "/areas/2/score_table/rows/2/percent" in check.fields
    assert "percent-rounding" not in {c.id for c in run_checks([area()], [], number(None), [], CONTEXT)}


def test_one_table_without_the_percents_of_the_others_fails() -> None:
    absent = NumberField(value=None, confidence=0.99, needs_review=False)
    bare = area(rows=[row(i, percent=absent) for i in range(5)])
    checks = run_checks([area(1), bare], [], number(None), [], CONTEXT)
    (check,) = [check for check in checks if check.id == "percent-columns"]
    assert check.fields[0] == "/areas/1/score_table/rows/0/percent"


def test_failed_pages_are_findings() -> None:
    page = PageInfo(
        number=7, width=595, height=842, rotation=0, kind="scanned", ocr_confidence=0.0, failure="timed out after 120 s"
    )
    (check,) = [c for c in run_checks([], [], number(None), [page], CONTEXT) if c.id == "page-failed"]
    assert check.status == "failed"
    assert "timed out" in check.message


def test_checks_change_nothing_and_repeat() -> None:
    areas = [area(n) for n in range(1, 9)]
    before = [one.model_dump_json() for one in areas]
    first = run_checks(areas, overview([75] * 8, 600), number(600), [], CONTEXT)
    assert first == run_checks(areas, overview([75] * 8, 600), number(600), [], CONTEXT)
    assert [one.model_dump_json() for one in areas] == before


def head_check(head: str, year: int | None) -> list[Check]:
    """The checks of chapter 2's table whose one column, headed ``head``, repeats the chapters' scores."""
    areas = [area(index) for index in range(1, 9)]
    overview = [OverviewRow(number=one.number, label=text("Område"), values={head: one.score}) for one in areas]
    context = replace(CONTEXT, year=year)
    return [check for check in overview_checks(areas, overview, context) if check.id == "overview-heads"]


@pytest.mark.parametrize(
    ("head", "year", "status"),
    [
        ("Åmål 2019", 2019, "ok"),
        ("Åmål 2018", 2019, "ok"),
        ("Åmål 2016", 2019, "failed"),
        ("Medel 2011-2016", 2016, "ok"),
    ],
)
def test_the_column_of_this_report_is_not_headed_by_an_older_year(head: str, year: int, status: str) -> None:
    (check,) = head_check(head, year)
    assert check.status == status
    assert bool(check.fields) is (status == "failed")


def test_a_head_without_a_year_or_a_report_without_one_says_nothing() -> None:
    assert head_check("Poäng", 2019) == []
    assert head_check("Åmål 2016", None) == []


def test_rows_that_may_be_none_of_the_questions_are_named() -> None:
    rows = [*(row(index) for index in range(5)), row(4).model_copy(update={"number": "3.6", "question_id": None})]
    checked = {check.id: check for check in area_checks(area(rows=rows), "/areas/0", CONTEXT)}
    assert checked["row-count"].status == "failed"
    assert checked["row-count"].fields == [
        "/areas/0/score_table/rows",
        *(f"/areas/0/score_table/rows/5/{cell}" for cell in ("achieved", "max", "percent")),
    ]


def test_a_question_that_stands_twice_names_both_rows() -> None:
    rows = [row(0), row(0), *(row(index) for index in range(2, 5))]
    checked = {check.id: check for check in area_checks(area(rows=rows), "/areas/0", CONTEXT)}
    named = {pointer for pointer in checked["row-count"].fields if pointer.endswith("/achieved")}
    assert named == {f"/areas/0/score_table/rows/{index}/achieved" for index in (0, 1)}


def test_an_overview_that_lacks_a_row_or_a_value_is_told() -> None:
    whole = overview([10] * 8, 80)
    cut = [*whole[:3], whole[3].model_copy(update={"values": {}}), *whole[4:]]
    for rows, status in ((whole, "ok"), (whole[1:], "warning"), (cut, "warning")):
        found = {check.id: check for check in overview_checks([], rows, CONTEXT)}
        assert found["overview-rows"].status == status
    assert not list(overview_checks([], [], CONTEXT))


@pytest.mark.parametrize(
    ("score", "confidence", "status"),
    [(76, 0.98, "failed"), (74, 0.98, "warning"), (74, 0.9, "failed"), (73, 0.98, "failed"), (25, 0.98, "failed")],
)
def test_numbers_one_apart_that_look_unlike_are_the_reports_own(score: int, confidence: float, status: str) -> None:
    assert failing(area(score=number(score, confidence)))["chapter-table"].status == status


def test_the_overviews_own_column_is_found_whichever_place_it_has() -> None:
    areas = [area(number_=index, score=number(60 + index)) for index in range(1, 9)]
    rows = [
        OverviewRow(number=index, label=text("x"), values={"2011": number(20), "2018": number(60 + index)})
        for index in range(1, 9)
    ]
    assert own_column(areas, rows, None) == "2018"
    assert own_column(areas, [row.model_copy(update={"values": {"2011": number(20)}}) for row in rows], 2018) is None


def test_a_total_that_cannot_be_checked_is_asked_about() -> None:
    rows = overview([10] * 8, 80)
    lost = rows[3].model_copy(update={"values": {key: missing_number("lost") for key in rows[3].values}})
    found = {check.id: check for check in overview_checks([], [*rows[:3], lost, *rows[4:]], CONTEXT)}
    assert found["overview-sum"].status == "failed"
    assert all(pointer.startswith("/area_scores_overview/8/") for pointer in found["overview-sum"].fields)


@pytest.mark.parametrize(
    ("score", "status"), [(75, "ok"), (74, "warning"), (73, "warning"), (60, "failed"), (90, "failed")]
)
def test_a_chapter_far_from_its_table_is_no_slip_of_the_authors(score: int, status: str) -> None:
    checked = {check.id: check for check in area_checks(area(score=number(score)), "/areas/0", CONTEXT)}
    assert checked["chapter-table"].status == status


def test_a_total_that_none_of_the_areas_confirms_is_doubted_alone() -> None:
    areas = [area(n) for n in range(1, 9)]
    (check,) = sum_of_areas(areas, number(100), CONTEXT)
    assert check.status != "ok"
    assert check.fields == ["/report/total"]
