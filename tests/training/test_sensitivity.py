"""Constants are varied one at a time, everywhere they are used, and are what they were afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompass_extract.blocks import furniture, parts, row_assignment
from kompass_extract.errors import UsageError
from kompass_extract.model.document import Document
from kompass_extract.pages.source import open_source
from kompass_extract.pipeline import read_document
from kompass_extract.training.evaluate.sensitivity import NamedConstant, Sensitivity, constants, vary
from kompass_extract.words.page_reader import PageReading
from kompass_extract.words.workers import read_pages
from tests.support.recorded_scans import SCANS, recorded_tools

SCAN = SCANS / "hoganas-2018.born-digital.pdf"


class RecordedDocuments:
    """The recorded readings of the gold scans, in the place of those of a reading process."""

    tools = recorded_tools()

    def document(self, path: Path) -> Document:
        return read_document(open_source(path), self.tools)

    def readings(self, path: Path) -> list[PageReading]:
        source = open_source(path)
        return read_pages(source, self.tools.readers, self.tools.settings, jobs=1, cache=self.tools.cache_of(source))


def test_the_constants_of_a_room_are_found_with_their_values() -> None:
    found = {(one.module.rpartition(".")[2], one.name): one.value for one in constants("blocks")}
    assert found["furniture", "EDGE_SHARE"] == furniture.EDGE_SHARE
    assert found["parts", "LARGER_LETTERS"] == parts.LARGER_LETTERS
    costs = {one.place: one.value for one in constants("blocks") if one.name == "COSTS"}
    assert costs["crossed"] == row_assignment.COSTS.crossed
    assert not any(isinstance(value, bool | str) for value in found.values())


def test_a_whole_number_changes_by_one_at_least() -> None:
    few, many, share = (NamedConstant("m", "A", value) for value in (2, 20, 0.5))
    assert [few.varied(0.8), few.varied(1.2)] == [1, 3]
    assert [many.varied(0.8), many.varied(1.2)] == [16, 24]
    assert [share.varied(0.8), share.varied(1.2)] == [pytest.approx(0.4), pytest.approx(0.6)]


def test_a_constant_that_changes_results_is_told_and_put_back() -> None:
    before, told = furniture.EDGE_SHARE, []
    found = vary("blocks", [SCAN], RecordedDocuments(), seconds=600, progress=told.append, only=["twin_tables"])
    assert [one.constant for one in found] == [one for one in constants("blocks") if one.module.endswith("twin_tables")]
    assert len(told) == len(found)
    assert before == furniture.EDGE_SHARE


def test_nothing_is_varied_when_the_time_is_over() -> None:
    told: list[str] = []
    assert vary("blocks", [SCAN], RecordedDocuments(), seconds=-1, progress=told.append, only=["twin_tables"]) == []
    assert "the time is over" in told[0]


def test_the_report_says_what_changes_nothing() -> None:
    constant = NamedConstant("kompass_extract.blocks.parts", "A", 0.5, 1)
    assert str(Sensitivity(constant, 0, 0)) == "blocks.parts.A[1] = 0.5: changes nothing"
    assert str(Sensitivity(constant, None, 3)) == "blocks.parts.A[1] = 0.5: smaller fails, larger 3"


def test_a_room_that_cannot_be_varied_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="blocks, labels, content, report"):
        constants("words")
