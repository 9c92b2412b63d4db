"""The JSON Schema explains every field, bounds what has bounds and allows additions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from kompass_extract.model.report import SCHEMA_VERSION
from kompass_extract.report import export
from kompass_extract.training.gold import GoldReport
from tests.conftest import report_of

SCHEMA = export.schema()
OBJECTS = {"Report": SCHEMA, **SCHEMA["$defs"]}
NUMBERS = ("achieved", "max", "percent")


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, schema in OBJECTS.items():
        for key, value in schema.get("properties", {}).items():
            yield f"{name}.{key}", value


def described(value: dict[str, Any]) -> bool:
    return bool(value.get("description", "").strip())


@pytest.mark.parametrize("name", OBJECTS)
def test_each_object_says_what_it_is(name: str) -> None:
    assert described(OBJECTS[name])


@pytest.mark.parametrize(("name", "value"), list(properties()), ids=lambda one: one if isinstance(one, str) else "")
def test_each_field_says_what_it_holds(name: str, value: dict[str, Any]) -> None:
    assert described(value), name
    assert value["description"].endswith(".")


def test_it_has_a_name_with_its_version() -> None:
    assert SCHEMA["$id"] == f"urn:kompass-extract:report:{SCHEMA_VERSION}"


def test_probabilities_pages_and_areas_have_bounds() -> None:
    bounds = {name: (value.get("minimum"), value.get("maximum")) for name, value in properties()}
    assert bounds["BlockInfo.confidence"] == bounds["ScoreRow.match_score"] == (0.0, 1.0)
    assert bounds["Area.number"] == (1, 8)
    assert bounds["Evidence.page"] == (1, None)


def test_additions_are_allowed(gold: GoldReport) -> None:
    record = json.loads(export.dumps(report_of(gold)))
    record["later"] = record["areas"][0]["later"] = {"anything": 1}
    jsonschema.validate(record, SCHEMA)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("value", "valid"), [(0, True), (100, True), (None, True), (-1, False), (101, False)])
def test_points_and_percents_lie_between_0_and_100(hoganas: GoldReport, name: str, value: object, valid: bool) -> None:
    record = json.loads(export.dumps(report_of(hoganas)))
    record["areas"][0]["score_table"]["rows"][0][name]["value"] = value
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(record) is valid


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("year", 2018, True), ("year", 1918, False), ("year", 20180, False),
        ("evaluation_date", "2018-12", True), ("evaluation_date", "december 2018", False),
        ("total", 800, True), ("total", 801, False),
    ],
)  # fmt: skip
def test_years_dates_and_totals_have_bounds(hoganas: GoldReport, name: str, value: object, valid: bool) -> None:
    record = json.loads(export.dumps(report_of(hoganas)))
    record["report"][name]["value"] = value
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(record) is valid


@pytest.mark.parametrize(("version", "valid"), [("2.0", True), ("2.7", True), ("1.4", False), ("3.0", False)])
def test_the_version_is_that_of_this_format(hoganas: GoldReport, version: str, valid: bool) -> None:
    record = {**json.loads(export.dumps(report_of(hoganas))), "schema_version": version}
    assert jsonschema.Draft202012Validator(SCHEMA).is_valid(record) is valid


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("source", "pages"), -1), (("source", "sha256"), "abc"), (("pages", 0, "number"), 0),
        (("pages", 0, "width"), -1), (("review", "open"), -1), (("checks", 0, "area"), 9), (("blocks", 0, "page"), 0),
        (("blocks", 0, "area"), 9),
    ],
)  # fmt: skip
def test_counts_pages_and_areas_have_bounds(hoganas: GoldReport, path: tuple[str | int, ...], value: object) -> None:
    record = json.loads(export.dumps(report_of(hoganas)))
    if not record["checks"]:
        record["checks"] = [
            {"id": "x", "area": 1, "status": "ok", "fields": [], "code": "", "params": {}, "message": ""}
        ]
    validator, place = jsonschema.Draft202012Validator(SCHEMA), record
    assert validator.is_valid(record)
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not validator.is_valid(record)
