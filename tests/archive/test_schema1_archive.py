"""An archive that version 0.1.0 made (schema 1, decisions of one reviewer) is brought over; nothing is lost."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import IngestSettings, ingest
from kompass_extract.model.pointers import fields
from kompass_extract.model.report import SCHEMA_VERSION, Report
from kompass_extract.model.schema1 import UNKNOWN_CODE
from kompass_extract.report.export import load_report
from kompass_extract.review.service import Desk
from kompass_extract.review.service.rebuild import rebuild

MADE_BY_0_1 = Path(__file__).parents[1] / "data" / "archive-schema1.zip"
TEXT = Path(__file__).parents[2] / "gold" / "text" / "hoganas-2018.ocr.txt"
REPORT_ID = "hoganas-2018"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    with zipfile.ZipFile(MADE_BY_0_1) as packed:
        packed.extractall(tmp_path / "archive")
    return Archive.at(tmp_path / "archive", None)


def require_decisions(report: Report) -> None:
    """The four decisions that were made with version 0.1.0."""
    corrected, score = report.areas[0].strengths[0], report.areas[1].score
    assert (corrected.value, corrected.review and corrected.review.by) == ("En rättad styrka.", "anna")
    assert (score.value, score.review and score.review.action) == (61, "corrected")
    rejected, accepted = report.areas[2].improvements[0], report.areas[3].strengths[1]
    assert (rejected.value, rejected.review and rejected.review.action) == (None, "rejected")
    assert accepted.review is not None
    assert accepted.review.action == "accepted"


def test_a_report_of_schema_1_has_its_reasons_as_codes(archive: Archive) -> None:
    report = load_report(archive.report_path(REPORT_ID))
    assert report.schema_version.startswith("1.")
    given = [reason for _, field in fields(report) for reason in field.reasons]
    assert given
    assert UNKNOWN_CODE not in {reason.code for reason in given}
    assert all(check.code for check in report.checks)


def test_the_review_goes_on_where_it_was(archive: Archive) -> None:
    require_decisions(Desk(archive).report(REPORT_ID))


def test_a_store_made_anew_holds_the_same_decisions(archive: Archive) -> None:
    rebuild(archive)
    require_decisions(Desk(archive).report(REPORT_ID))


@pytest.mark.slow
def test_a_new_reading_of_the_file_carries_the_decisions_over(archive: Archive, tmp_path: Path) -> None:
    inputs = tmp_path / "in"
    inputs.mkdir()
    (inputs / TEXT.name).write_bytes(TEXT.read_bytes())
    summary = ingest(archive, [inputs], IngestSettings())
    assert [outcome.report_id for outcome in summary.outcomes] == [REPORT_ID]
    assert load_report(archive.report_path(REPORT_ID)).schema_version == SCHEMA_VERSION
    require_decisions(Desk(archive).report(REPORT_ID))
