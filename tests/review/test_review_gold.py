"""From a text over the review to a gold report that evaluation finds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from kompass_extract import pipeline
from kompass_extract.archive.folder import Archive
from kompass_extract.cli import main
from kompass_extract.errors import UsageError
from kompass_extract.model.document import BlockKind
from kompass_extract.model.report import Report
from kompass_extract.review import Action
from kompass_extract.review.service import Desk
from kompass_extract.review.service.desk_values import Order, QueueFilter, Saved
from kompass_extract.training.evaluate import cases
from kompass_extract.training.evaluate.adopt import adopt
from kompass_extract.training.evaluate.label_files import labels_of
from kompass_extract.training.evaluate.score import score_report
from kompass_extract.training.fit_labels.corpus import kept_examples
from kompass_extract.training.fit_labels.gold_strings import load_gold as training_gold
from kompass_extract.training.gold import load_gold
from tests.support.desk_archive import desk_of
from tests.support.reviewed import gold_report

GOLD = Path(__file__).parents[2] / "gold"
SALA, SOURCE = "sala-2023", GOLD / "text" / "sala-2023.ocr.txt"


@pytest.fixture(scope="module")
def reading() -> Report:
    return pipeline.extract(SOURCE, tools=pipeline.Tools.default(jobs=1))


@pytest.fixture
def archive(tmp_path: Path, reading: Report) -> Path:
    """An archive with the reading and its input, nothing decided."""
    folder = tmp_path / "archive"
    desk_of(folder, reading).close()
    stored = folder / "files" / reading.source.sha256[:2] / f"{reading.source.sha256}.txt"
    stored.parent.mkdir(parents=True)
    shutil.copyfile(SOURCE, stored)
    return folder


def review(folder: Path) -> Report:
    """Decide all that is open and sign."""
    desk = Desk(folder)
    while (one := desk.next_item(QueueFilter(), reviewer="anna")) is not None:
        item = desk.item(SALA, one.pointer, reviewer="anna")
        action = Action.REJECT if item.value is None and item.check is None else Action.ACCEPT
        assert isinstance(
            desk.decide(SALA, Order(action=action, pointer=one.pointer), by="anna", seen=item.version), Saved
        )
    desk.sign(SALA, by="anna")
    report = desk.report(SALA)
    desk.close()
    return report


def gold_add(folder: Path, gold: Path, *more: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["gold", "add", SALA, "--archive", str(folder), "--gold", str(gold), *more])
    return result.exit_code, result.output


def test_a_reviewed_report_becomes_a_gold_report_that_evaluation_finds(archive: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold"
    report = review(archive)
    code, output = gold_add(archive, gold)
    assert code == 0, output
    (case,) = cases.gold_cases(gold)
    assert (case.gold_id, case.quality) == (SALA, "text")
    assert case.path.read_bytes() == SOURCE.read_bytes()
    labels = load_gold(case.gold_path)
    score = score_report(report, labels)
    assert not [one for one in score.judgements if one.status != "right"]
    assert [one.id for one in training_gold(gold)] == [SALA]
    assert [area.strengths for area in labels.areas] == [[one.value for one in area.strengths] for area in report.areas]


def test_the_labels_are_nearly_those_that_a_careful_person_wrote(archive: Path, tmp_path: Path) -> None:
    review(archive)
    gold_add(archive, tmp_path / "gold")
    made, wanted = load_gold(tmp_path / "gold" / f"{SALA}.json"), load_gold(GOLD / f"{SALA}.json")
    assert (made.municipality_code, made.published_year, made.edition) == ("1981", 2023, "2020")
    assert [area.printed_score for area in made.areas] == [area.printed_score for area in wanted.areas]
    assert [area.score_table.total for area in made.areas] == [area.score_table.total for area in wanted.areas]
    ours = [text for area in made.areas for text in (*area.strengths, *area.improvements)]
    theirs = [text for area in wanted.areas for text in (*area.strengths, *area.improvements)]
    assert len(set(ours) & set(theirs)) > 0.9 * len(theirs)


def test_a_report_that_is_not_reviewed_is_refused(archive: Path, tmp_path: Path) -> None:
    code, output = gold_add(archive, tmp_path / "gold")
    assert code == UsageError.exit_code
    assert "not reviewed" in output
    assert not (tmp_path / "gold").exists()


def test_a_report_that_the_archive_lacks_is_refused(archive: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main, ["gold", "add", "nowhere-1999", "--archive", str(archive), "--gold", str(tmp_path / "gold")]
    )
    assert result.exit_code == UsageError.exit_code


def test_a_gold_report_is_written_over_only_on_demand(archive: Path, tmp_path: Path) -> None:
    review(archive)
    gold = tmp_path / "gold"
    assert gold_add(archive, gold)[0] == 0
    code, output = gold_add(archive, gold)
    assert code == UsageError.exit_code
    assert "--force" in output
    assert gold_add(archive, gold, "--force")[0] == 0


def reviewed(report: Report, **changes: object) -> Report:
    info = report.report.model_copy(update=changes)
    state = report.review.model_copy(update={"status": "reviewed"})
    return report.model_copy(update={"report": info, "review": state})


def test_a_report_without_what_labels_need_is_refused() -> None:
    report = gold_report()
    nameless = report.report.title.model_copy(update={"value": None})
    with pytest.raises(UsageError, match="lacks title"):
        labels_of(reviewed(report, title=nameless), SALA)


def test_labels_say_how_far_people_looked() -> None:
    labels = labels_of(reviewed(gold_report()), SALA)
    assert "0 of 459 values were decided" in labels.notes[0]
    assert json.loads(labels.model_dump_json())["areas"][0]["score_table"]["rows"][0]["number"] == "1.1"


def test_a_scans_blocks_are_kept_with_their_labels(archive: Path, tmp_path: Path, reading: Report) -> None:
    review(archive)
    signed = archive / "reviewed" / f"{SALA}.json"
    report = json.loads(signed.read_text(encoding="utf-8"))
    report["source"]["kind"] = "born_digital"
    signed.write_text(json.dumps(report), encoding="utf-8")
    tools = pipeline.Tools.default(jobs=1)
    adopted = adopt(Archive.at(archive), SALA, tmp_path / "gold", tools=tools, quality="office200")
    assert adopted.source.name == "sala-2023.office200.txt"
    assert adopted.blocks is not None
    (example,) = kept_examples(tmp_path / "gold")
    assert (example.report, example.municipality) == (SALA, "Sala")
    assert {BlockKind.STRENGTH, BlockKind.IMPROVEMENT, BlockKind.NARRATIVE, BlockKind.SCORE_TABLE} <= set(example.kinds)
    strengths = sum(len(area.strengths) for area in reading.areas)
    assert sum(kind is BlockKind.STRENGTH for kind in example.kinds) > 0.9 * strengths
