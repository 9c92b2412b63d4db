"""Values of text inputs say which lines of the file they were read from, and have no boxes."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from kompass_extract import pipeline
from kompass_extract.blocks import read_text
from kompass_extract.model.evidence_places import lines_of
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.model.report import Report
from kompass_extract.pages import open_source
from kompass_extract.report import draft, export, judge, on_file
from kompass_extract.review import Action, Target
from kompass_extract.review.decisions.item_kinds import kind_of
from tests.support.recorded_scans import SCANS, recorded_tools
from tests.support.reviewed import Reviewer

TEXT = SCANS.parent / "text" / "amal-2019-areas-1-4.restored.txt"
_NOT_LETTERS = re.compile(r"[\W_]+")
TABLE = """\
<table>
<tr><th>Styrkor</th><th>Förbättringsområden</th></tr>
<tr>
<td><ul><li>Kommunen har en god dialog med medborgarna</li></ul></td>
<td><ul><li>Kommunen kan bli tydligare i sina mål</li></ul></td>
</tr>
</table>"""


@cache
def both() -> tuple[Report, Report]:
    """A text's report with the boxes that earlier versions gave it, and with lines."""
    tools = recorded_tools()
    document = pipeline.read_document(open_source(TEXT), tools)
    blocks = pipeline.label(document, tools)
    content = pipeline.content.read(blocks, document.pages, tools.taxonomy)
    made = draft(document, blocks, content, models={}, created_at="2026-01-01T00:00:00Z", taxonomy=tools.taxonomy)
    boxed = judge(made, blocks, document.pages, model=tools.confidence, known=tools.known)
    return boxed, on_file(boxed, document)


def letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()


def placeless(node: object) -> object:
    if isinstance(node, dict):
        return {name: placeless(one) for name, one in node.items() if name not in ("bbox", "line", "last_line")}
    return [placeless(one) for one in node] if isinstance(node, list) else node


def test_a_texts_values_stand_on_lines_of_their_words_and_nothing_else_of_the_report_changes() -> None:
    boxed, lined = both()
    lines = TEXT.read_text("utf-8").split("\n")
    told = 0
    for pointer, field in report_fields(lined):
        for place in field.evidence:
            assert place.bbox is None
            assert lines_of(place)
        printed = pointer not in ("/report/edition", "/report/municipality_code")
        if field.evidence and isinstance(field.value, str) and printed:
            text = letters("".join(lines[line - 1] for place in field.evidence for line in lines_of(place)))
            told += letters(field.raw or field.value)[:12] in text
    assert told > 150
    assert placeless(boxed.model_dump()) == placeless(lined.model_dump())


def test_blocks_of_a_text_have_lines_in_the_files_order() -> None:
    _, lined = both()
    assert all(block.bbox is None for block in lined.blocks)
    assert {(page.width, page.height) for page in lined.pages} == {(None, None)}
    assert all(min(page.extent) > 0 for page in lined.pages)
    lines = TEXT.read_text("utf-8").split("\n")
    for block in lined.blocks:
        own = letters("".join(lines[line - 1] for line in lines_of(block)))
        assert letters(block.text)[:8] in own


def test_the_file_of_a_text_is_valid_and_a_page_has_no_lines() -> None:
    boxed, lined = both()
    jsonschema.validate(json.loads(export.dumps(lined)), export.schema())
    place = json.loads(export.dumps(lined))["areas"][0]["name"]["evidence"][0]
    assert place["bbox"] is None
    assert place["line"] <= place["last_line"]
    assert set(json.loads(export.dumps(boxed))["areas"][0]["name"]["evidence"][0]) == {"page", "bbox"}
    assert Report.model_validate_json(export.dumps(lined)) == lined


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Ett stycke.\n\n\nEtt till.\n", [1, 4]),
        ("Ett stycke.\r\n\r\nEtt till.\r\n", [1, 3]),
        ("Ett stycke.\n\fEtt till.\n\fEtt tredje.\n", [1, 2, 3]),
        ("Ett stycke. \fEtt till.\n\nEtt tredje.\n", [1, 1, 3]),
        ("Ett stycke.\rEtt\u2028till.\r\rEtt tredje.", [1, 2, 2, 4]),
    ],
)
def test_lines_are_counted_as_editors_count_them(tmp_path: Path, text: str, numbers: list[int]) -> None:
    (tmp_path / "a.txt").write_bytes(text.encode())
    document = read_text(tmp_path / "a.txt")
    first = [line.in_file[0] for block in document.blocks for line in block.lines if line.in_file]
    assert first == numbers


def test_a_table_row_over_several_lines_is_where_it_begins_to_where_it_ends(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TABLE, "utf-8")
    spans = {block.text: block.lines[0].in_file for block in read_text(tmp_path / "a.txt").blocks}
    assert spans["Styrkor"] == (2, 2)
    assert spans["Kommunen har en god dialog med medborgarna"] == (3, 6)
    assert spans["Kommunen kan bli tydligare i sina mål"] == (3, 6)


def test_a_table_of_values_has_the_line() -> None:
    boxed, lined = both()
    for old, new in zip(boxed.rows("items"), lined.rows("items"), strict=True):
        assert (old["line"], new["x0"]) == (None, None)
        assert new["line"]
        assert old["x0"] is not None
    assert list(lined.rows("items")[0])[-1] == "line"


def test_decisions_about_the_boxes_that_texts_had_are_found_again_on_their_lines() -> None:
    boxed, lined = both()
    anna = Reviewer(boxed)
    for pointer, field in list(report_fields(boxed))[::3]:
        if field.value is not None:
            anna.decide(Action.ACCEPT, pointer)
    for index, block in enumerate(boxed.blocks[::9]):
        place, kind = (block.place,), "page_furniture" if block.kind == "front_matter" else block.kind
        if kind in ("page_furniture", "figure", "heading"):
            anna.decide(
                Action.SET_KIND, f"/blocks/{9 * index}", after=kind, before=block.kind, reading=block.text,
                kind="block", area=None, places=place,
            )  # fmt: skip
    kinds = {kind_of(one.pointer) for one in anna.made}
    assert len(kinds) > 12
    result = anna.on(lined).result
    assert result.orphaned == ()
    assert result.contradicted == ()
    assert placeless(result.report.model_dump()) == placeless(anna.result.report.model_dump())
    assert sum(field.review is not None for _, field in report_fields(result.report)) > 80


def test_an_item_that_was_added_at_a_box_comes_to_its_place_among_lines() -> None:
    boxed, lined = both()
    anna = Reviewer(boxed)
    first, second = boxed.areas[0].strengths[:2]
    target = Target(area=boxed.areas[0].number, list="strengths")
    anna.decide(Action.ADD, target=target, after="En styrka till", places=(first.evidence[0],), kind="strength", area=1)
    report = anna.on(lined).result.report
    assert [one.value for one in report.areas[0].strengths[:3]] == [first.value, "En styrka till", second.value]
    place = report.areas[0].strengths[1].evidence[0]
    assert place.bbox is None
    assert abs((place.line or 0) - (lined.areas[0].strengths[0].evidence[0].line or 0)) < 25


def test_a_blocks_kind_is_that_of_the_item_read_from_it_though_others_stand_on_its_line() -> None:
    _, lined = both()
    anna = Reviewer(lined)
    item = lined.areas[0].strengths[1]
    index = next(at for at, block in enumerate(lined.blocks) if block.id == item.blocks[0])
    block = lined.blocks[index]
    anna.decide(
        Action.SET_KIND, f"/blocks/{index}", after="improvement", reading=block.text, kind="block", area=None,
        target=Target(area=lined.areas[0].number, list="improvements"), places=(block.place,),
    )  # fmt: skip
    area = anna.result.report.areas[0]
    assert item.value in [one.value for one in area.improvements]
    assert item.value not in [one.value for one in area.strengths]
    kinds = [(old.kind, new.kind) for old, new in zip(lined.blocks, anna.result.report.blocks, strict=True)]
    assert [pair for pair in kinds if pair[0] != pair[1]] == [("strength", "improvement")]
