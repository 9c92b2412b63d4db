"""The pages' words are complete and say the same in both languages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from kompass_extract.model.document import BlockKind
from kompass_extract.model.tidy_columns import tables
from kompass_extract.review import Action, ListName
from kompass_extract.review.decisions.item_kinds import FieldKind
from kompass_extract.review.service.desk_values import ReasonClass, ReviewStatus
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


def test_each_table_and_column_of_the_data_is_described_in_swedish() -> None:
    described = {
        text for one in tables().values() for text in (one.description, *(column.description for column in one.columns))
    }
    written = tomllib.loads((WEB / "browse" / "dictionary.toml").read_text("utf-8"))
    assert written.keys() == described
    assert all(Words("sv").described(text) == written[text] for text in described)
    assert all(Words("en").described(text) == text for text in described)


def test_what_templates_and_code_ask_for_is_there() -> None:
    sources = [*WEB.glob("templates/**/*.html")]
    asked = {key for path in sources for key in _ASKED.findall(path.read_text("utf-8"))}
    assert len(asked) > 100
    assert asked <= set(table())


def test_no_words_are_left_that_nothing_asks_for() -> None:
    text = "".join(path.read_text("utf-8") for path in [*WEB.glob("templates/**/*.html"), *WEB.glob("**/*.py")])
    groups = set(_GROUPS.findall(text)) | {"part", "blockkind", "help", "compare", "role"}
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
