"""The pages' words and the reasons' translations are complete and say the same in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from kompass_extract import pipeline
from kompass_extract.model.document import BlockKind
from kompass_extract.model.pointers import fields
from kompass_extract.review import Action, ListName
from kompass_extract.review.decisions.item_kinds import FieldKind
from kompass_extract.review.service.desk_values import ReasonClass, RefusedError, ReviewStatus
from kompass_extract.web.reasons import Phrase, phrases, reason_text, translated
from kompass_extract.web.web_settings import LANGUAGES
from kompass_extract.web.words import Words, table

WEB = Path(__file__).parents[2] / "kompass_extract" / "web"
_ASKED = re.compile(r"""\bt\(\s*'([a-z_0-9]+\.[a-z_0-9]+)'""")
_GROUPS = re.compile(r"""(?:t|named)\('([a-z_]+)\.?'\s*[~,]""")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(table()))
def test_both_languages_have_words_with_the_same_places(key: str) -> None:
    swedish, english = table()[key]
    assert swedish.strip()
    assert english.strip()
    assert places(swedish) == places(english)


def test_what_templates_and_code_ask_for_is_there() -> None:
    sources = [*WEB.glob("templates/*.html")]
    asked = {key for path in sources for key in _ASKED.findall(path.read_text("utf-8"))}
    assert len(asked) > 100
    assert asked <= set(table())


def test_no_words_are_left_that_nothing_asks_for() -> None:
    text = "".join(path.read_text("utf-8") for path in [*WEB.glob("templates/*.html"), *WEB.glob("*.py")])
    groups = set(_GROUPS.findall(text)) | {"part", "blockkind", "help"}
    unused = [key for key in table() if key not in text and key.partition(".")[0] not in groups]
    assert unused == []


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("kind", [*FieldKind]),
        ("reason", [*ReasonClass]),
        ("action", [*Action, "read"]),
        ("blockkind", [*BlockKind]),
        ("list", get_args(ListName)),
        ("status", get_args(ReviewStatus)),
    ],
)
def test_whatever_the_report_can_hold_has_a_name(group: str, names: list[str]) -> None:
    for name in names:
        for language in LANGUAGES:
            assert Words(language).named(group, name) != str(name) or language == "en"


@pytest.mark.parametrize("phrase", phrases(), ids=lambda phrase: phrase.example)
def test_each_reason_is_told_by_its_own_pattern(phrase: Phrase) -> None:
    first = next(one for one in phrases() if one.pattern.fullmatch(phrase.example))
    assert first is phrase
    said = translated(phrase.example)
    assert said is not None
    assert "{" not in said
    assert said != phrase.example


def test_a_failed_check_is_said_in_words() -> None:
    reason = "check rows-total: The rows sum to 71, the total prints 70."
    assert reason_text(reason, "sv") == "Raderna summerar till 71, tabellen säger 70"
    assert reason_text(reason, "en") == "The rows sum to 71, the total prints 70."
    several = "check achieved-percent: 3.1: 7 of 15 is not 54 %; 3.2: 8 of 15 is not 12 %"
    assert reason_text(several, "sv") == "3.1: 7 av 15 är inte 54 %; 3.2: 8 av 15 är inte 12 %"


def test_an_unknown_reason_is_shown_as_it_is() -> None:
    assert reason_text("<b>nobody</b> knows", "sv") == "<b>nobody</b> knows"
    assert RefusedError("x").args == ("x",)


_REASONED = (
    "report/fields.py",
    "report/checks/*.py",
    "report/head.py",
    "report/areas.py",
    "content/chapters.py",
    "content/joining.py",
    "model/readings.py",
    "content/score_tables/settle.py",
    "content/score_tables/table_reader.py",
    "content/metadata/*.py",
    "taxonomy/decide.py",
    "taxonomy/match.py",
    "report/confidence/evidence.py",
    "report/confidence/verdicts.py",
    "review/decisions/edits.py",
    "review/decisions/apply.py",
)
"""The modules that say why a person is asked; a sentence of theirs without its Swedish fails the test below."""
_PROSE = re.compile(r"[^\\|]*[a-z]{2,}[^\\|]* [a-z]{2,}[^\\|]*")
_BEGUN = (
    "matches no question of the edition7",
    "7; 7 follows from the other numbers",
    "7 of 7 area names and 7 of 7 questions are those of 7",
    "two readers differ: 7 7, 7 7",
    "7 7: may be parts of one text, or several texts.",
    "7 7: may be parts of one text, several texts, or of another list.",
    "The chapter prints 7, the table totals 7",
    "Chapter 2 prints 7, the area's chapter 7",
    "7: the report disagrees with itself.",
    "7 rows, 7 expected",
    "; a question stands twice.",
)
"""Sentences whose parts are put in elsewhere than where they stand; their examples are in ``reasons.toml``."""


def sentences() -> Iterator[str]:
    """Every piece of prose in the code that makes reasons and checks, `7` for what is put in; docstrings left out."""
    for path in (path for name in _REASONED for path in sorted(WEB.parent.glob(name))):
        tree = ast.parse(path.read_text("utf-8"))
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
        parts |= {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                yield "".join(map(_piece, node.values))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
                yield node.value


def _piece(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    return "'7'" if isinstance(part, ast.FormattedValue) and part.conversion == ord("r") else "7"


def test_every_sentence_that_the_code_can_give_as_a_reason_is_translated() -> None:
    prose = {one for one in sentences() if _PROSE.fullmatch(one)} - set(_BEGUN)
    assert len(prose) > 100
    assert sorted(one for one in prose if translated(one.removeprefix("check 7: ")) is None) == []


@pytest.mark.parametrize("name", ["sala-2023", "hoganas-2018", "amal-2019-areas-1-4"])
def test_every_reason_of_the_labelled_reports_is_translated(name: str) -> None:
    source = WEB.parent.parent / "gold" / "text" / f"{name}.ocr.txt"
    report = pipeline.extract(source, tools=pipeline.Tools.default(jobs=1))
    given = {reason for _, field in fields(report) for reason in field.reasons}
    given |= {check.message for check in report.checks}
    plain = {re.sub(r"^check [a-z-]+: ", "", reason) for reason in given}
    assert len(plain) > 5
    assert sorted(one for one in plain if translated(one) is None) == []
