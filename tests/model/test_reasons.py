"""Reasons are codes and parameters; sentences are made from them, in each language, from one catalogue."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from kompass_extract import pipeline
from kompass_extract.content.numbers import CandidateOrigin
from kompass_extract.model.pointers import fields
from kompass_extract.model.reasons import CHECK, Reason, check_reason, codes, entry, reason, render
from kompass_extract.model.report import Check
from kompass_extract.model.schema1 import UNKNOWN_CODE, reason_of_sentence
from kompass_extract.report.confidence.evidence import REASONS
from kompass_extract.review.service.review_errors import RefusedError, problem_of

ROOT = Path(__file__).parent.parent.parent
PACKAGE = ROOT / "kompass_extract"
SENTENCES = (ROOT / "tests" / "data" / "schema1-sentences.txt").read_text("utf-8").splitlines()
MADE_BY_NAME = {"edition-fit-first-form", "edition-fit-second-form", CHECK, UNKNOWN_CODE, "rows"}
"""Codes that are put together or used under a constant's name."""
OF_SCHEMA_1 = {
    "read-badly-score",
    "kind-uncertain-score",
    "kind-uncertain-nearly",
    "uncertain-score",
    "unlike-known-score",
    "list-bounds",
    "areas-missing",
    "decision-not-saved",
    "first-in-column",
    "joined-in-column",
    "joined-over-break",
}
"""Codes that only files of schema 1 hold."""


def places(text: str) -> set[tuple[str, str]]:
    return {(name, form or "") for _, name, form, _ in Formatter().parse(text) if name}


def used_codes() -> Iterator[str]:
    """Every string in the code that is a code of the catalogue."""
    known = set(codes())
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in known:
                yield str(node.value)


@pytest.mark.parametrize("code", codes())
def test_both_languages_say_the_same_parameters(code: str) -> None:
    found = entry(code)
    assert found.en.strip()
    assert found.sv.strip()
    assert places(found.sv) <= places(found.en)
    if code != CHECK:
        assert places(found.sv) == places(found.en) or code == "max-sum-no-total"


def test_no_code_is_left_that_nothing_gives() -> None:
    given = (
        {*used_codes(), *REASONS.values(), *(origin.value for origin in CandidateOrigin)} | MADE_BY_NAME | OF_SCHEMA_1
    )
    assert sorted(set(codes()) - given) == []


def test_each_code_that_is_asked_for_is_in_the_catalogue() -> None:
    asked = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "reason"
                and node.args
            ):
                first = node.args[0]
                asked.extend([first.value] if isinstance(first, ast.Constant) else [])
    assert len(asked) > 60
    assert sorted(set(asked) - set(codes())) == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_schema_1_becomes_a_code_that_says_the_same(sentence: str) -> None:
    found = reason_of_sentence(sentence)
    assert found.code != UNKNOWN_CODE
    assert found.text.replace("0.50", "0.5") == sentence
    assert "{" not in found.said("sv")
    assert found.said("sv") != sentence


def test_a_check_of_schema_1_keeps_its_rows() -> None:
    found = reason_of_sentence("check achieved-percent: 3.1: 7 of 15 is not 54 %; 3.2: 8 of 15 is not 12 %")
    assert (found.code, found.params["check"], found.severity) == (CHECK, "achieved-percent", "error")
    assert found.said("sv") == "3.1: 7 av 15 är inte 54 %; 3.2: 8 av 15 är inte 12 %"


def test_a_sentence_that_nobody_knows_keeps_its_words() -> None:
    found = reason_of_sentence("<b>nobody</b> knows")
    assert (found.code, found.said("sv"), found.said("en")) == (
        UNKNOWN_CODE,
        "<b>nobody</b> knows",
        "<b>nobody</b> knows",
    )


def test_a_code_of_a_later_version_is_shown_by_its_text() -> None:
    later = Reason(code="of-tomorrow", severity="doubt", params={"x": 1}, text="something new")
    assert later.said("en") == "something new"
    assert later.group == "other"


def test_a_reason_is_data_that_survives_json() -> None:
    told = check_reason("rows-total", reason("rows-sum-differs", sum=71, total=70))
    assert Reason.model_validate_json(told.model_dump_json()) == told
    assert told.text == "check rows-total: The rows sum to 71, the total prints 70."
    assert told.said("sv") == "raderna summerar till 71, tabellen säger 70"
    assert told.asks
    assert not told.noted().asks


def test_numbers_kinds_and_lists_are_said_in_the_language() -> None:
    assert (
        render("kind-uncertain-nearly", {"value": 0.61, "kind": "narrative"}, "sv")
        == "osäkert vad det är (0,61; kan vara löpande text)"
    )
    assert reason("rows-count", rows=4, choice=[5, 6]).text == "4 rows, 5 or 6 expected."
    assert reason("rows-count", rows=4, choice=[5, 6]).said("sv") == "4 rader, 5 eller 6 väntades"
    assert reason("area-lacks", area=3, parts=["score", "strengths"]).said("sv") == "område 3 saknar: poäng, styrkor"


def test_a_check_tells_code_parameters_and_sentence() -> None:
    told = reason("rows-sum-differs", sum=71, total=70)
    check = Check.of("rows-total", 3, "failed", told, ["/areas/2/score_table/total/achieved"])
    assert (check.code, check.params, check.message) == (told.code, told.params, told.text)
    old = check.model_dump(exclude={"code", "params"})
    assert Check.model_validate(old) == check


def test_a_refusal_is_told_as_a_reason() -> None:
    told = problem_of(RefusedError(reason("item-too-long", most=20000)))
    assert isinstance(told, Reason)
    assert told.said("sv") == "en text på mer än 20000 tecken kan inte vara en uppgift"
    assert problem_of(ValueError("x")) == "x"


@pytest.mark.parametrize("name", ["sala-2023", "hoganas-2018", "amal-2019-areas-1-4"])
def test_every_reason_of_the_labelled_reports_is_told_in_swedish(name: str) -> None:
    report = pipeline.extract(ROOT / "gold" / "text" / f"{name}.ocr.txt", tools=pipeline.Tools.default(jobs=1))
    given = {one for _, field in fields(report) for one in field.reasons} | {check.found for check in report.checks}
    assert len(given) > 5
    assert sorted(one.code for one in given if one.said("sv") == one.text or not one.said("sv")) == []
