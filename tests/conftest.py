"""Labels as reports: a report JSON that holds what a gold file says, for tests to damage."""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import pytest

from kompass_extract.errors import KompassError, UnexpectedError
from kompass_extract.model.report import (
    Area,
    BlockInfo,
    BlockKindName,
    Evaluator,
    Evidence,
    Field,
    NarrativeSection,
    OverviewRow,
    PageInfo,
    PipelineInfo,
    Report,
    ReportInfo,
    ReviewState,
    ScoreRow,
    ScoreTable,
    ScoreTotal,
    SourceInfo,
)
from kompass_extract.report import export, summary
from kompass_extract.training.gold import GoldArea, GoldReport, GoldRow, load_gold
from kompass_extract.workers.pool import WorkerSettings
from kompass_extract.workers.protocol import Done, Failed, WorkOrder

if TYPE_CHECKING:
    from kompass_extract.review.service import Desk, DeskSettings

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "gold"
# Reading processes import nothing from the current folder; those of the tests find the tests so.
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
_PLACE = Evidence(page=1, bbox=(72.0, 72.0, 300.0, 90.0))


@dataclass(frozen=True)
class FakeTools:
    engine: str
    jobs: int | None

    @classmethod
    def default(cls, engine: str = "auto", jobs: int | None = None) -> FakeTools:
        return cls(engine, jobs)


class FakePipeline(ModuleType):
    """Gives the report that was set for a file name, or raises what was set for it."""

    Tools = FakeTools

    def __init__(self) -> None:
        super().__init__("kompass_extract.pipeline")
        self.outcomes: dict[str, Report | Exception] = {}
        self.seen: list[tuple[str, FakeTools, Path | None]] = []

    def extract(
        self,
        path: Path,
        *,
        tools: FakeTools,
        progress: Callable[[object], None] | None = None,
        debug_dir: Path | None = None,
    ) -> Report:
        self.seen.append((path.name, tools, debug_dir))
        assert progress is None, "no progress outside of a terminal"
        outcome = self.outcomes[path.name]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


class FakeWorker:
    """Stands for a reading process: answers with what was set in the pipeline, as ``workers.reader`` would."""

    usable = True

    def __init__(self, pipeline: FakePipeline, settings: WorkerSettings) -> None:
        self._pipeline = pipeline
        self._engine = settings.engine

    def read(self, order: WorkOrder, told: object = None) -> Done | Failed:
        assert told is None, "no progress outside of a terminal"
        path, debug_dir = Path(order.path), Path(order.debug_dir) if order.debug_dir else None
        try:
            report = self._pipeline.extract(path, tools=FakeTools(self._engine, order.jobs), debug_dir=debug_dir)
        except KompassError as error:
            return Failed.of(error)
        except Exception as error:
            return Failed.of(UnexpectedError(f"{order.name}: unexpected {type(error).__name__}: {error}"))
        return Done(export.dumps(report), summary.summarize(report, path).record())

    def printed(self) -> str:
        return ""

    def end(self) -> None:
        pass


@pytest.fixture(autouse=True)
def logs_heard() -> None:
    """Loggers that an earlier test's library switched off (Prefect's migrations do) speak again."""
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if name.startswith("kompass_extract") and isinstance(logger, logging.Logger):
            logger.disabled = False


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> FakePipeline:
    import kompass_extract

    fake = FakePipeline()
    monkeypatch.setitem(sys.modules, "kompass_extract.pipeline", fake)
    monkeypatch.setattr(kompass_extract, "pipeline", fake, raising=False)
    monkeypatch.setattr("kompass_extract.workers.fenced.Worker", partial(FakeWorker, fake))
    return fake


def text(value: str | None) -> Field[str]:
    """A field without doubt."""
    return Field[str](value=value, confidence=0.99, needs_review=value is None, evidence=[_PLACE])


def number(value: int | None, *, wanted: bool = True) -> Field[int]:
    """A field without doubt; ``wanted`` False where nothing is printed and nothing is asked."""
    return Field[int](value=value, confidence=0.99, needs_review=value is None and wanted, evidence=[_PLACE])


def report_of(gold: GoldReport) -> Report:
    """The report JSON of a perfect reading of ``gold``."""
    return Report(
        report_id=gold.id,
        source=SourceInfo(
            file_name=f"{gold.id}.pdf", sha256=hashlib.sha256(gold.id.encode()).hexdigest(), kind="scanned", pages=1
        ),
        pipeline=PipelineInfo(version="0", created_at="2026-01-01T00:00:00Z", ocr=None, models={}),
        report=_info(gold),
        areas=[_area(area, gold.edition) for area in gold.areas],
        area_scores_overview=[
            OverviewRow(
                number=row.number,
                label=text(row.label),
                values={key: number(value) for key, value in row.values.items()},
            )
            for row in gold.area_scores_overview
        ],
        blocks=_blocks(gold),
        pages=[PageInfo(number=1, width=595, height=842, rotation=0, kind="scanned", ocr_confidence=0.9)],
        checks=[],
        review=ReviewState(status="pending", open=0, total=0),
    )


def _info(gold: GoldReport) -> ReportInfo:
    return ReportInfo(
        municipality=text(gold.municipality),
        municipality_code=text(gold.municipality_code),
        title=text(gold.title),
        year=number(gold.published_year),
        evaluation_date=text(gold.evaluation_date),
        edition=text(gold.edition),
        total=number(sum(area.printed_score or 0 for area in gold.areas)),
        evaluators=[Evaluator(name=text(one.name), affiliation=text(one.affiliation)) for one in gold.evaluators],
    )


def _area(area: GoldArea, edition: str) -> Area:
    table = area.score_table
    return Area(
        number=area.number,
        area_id=f"{edition}/{area.number}",
        name=text(area.name),
        score=number(area.printed_score),
        rubrics=[text(one) for one in area.rubrics],
        narrative=[
            NarrativeSection(heading=text(one.heading), paragraphs=[text(paragraph) for paragraph in one.paragraphs])
            for one in area.narrative
        ],
        strengths=[text(one) for one in area.strengths],
        improvements=[text(one) for one in area.improvements],
        score_table=ScoreTable(
            heading=text(table.heading),
            rows=[_row(row, edition) for row in table.rows],
            total=ScoreTotal(
                achieved=number(table.total.achieved),
                max=number(table.total.max),
                percent=number(table.total.percent, wanted=False),
            ),
        ),
    )


def _row(row: GoldRow, edition: str) -> ScoreRow:
    return ScoreRow(
        number=row.number,
        question=text(row.question),
        question_id=f"{edition}/{row.number}",
        concept=None,
        match_score=1.0,
        achieved=number(row.achieved),
        max=number(row.max),
        percent=number(row.percent, wanted=False),
    )


def _blocks(gold: GoldReport) -> list[BlockInfo]:
    texts: list[tuple[BlockKindName, int, str]] = [
        (kind, area.number, one) for area in gold.areas for kind, many in _lists(area) for one in many
    ]
    return [
        BlockInfo(id=f"b{index}", page=1, bbox=_PLACE.bbox, kind=kind, confidence=0.9, area=area, text=one)
        for index, (kind, area, one) in enumerate(texts)
    ]


def _lists(area: GoldArea) -> list[tuple[BlockKindName, list[str]]]:
    return [("strength", area.strengths), ("improvement", area.improvements), ("rubric", area.rubrics)]


@pytest.fixture(params=["hoganas-2018", "sala-2023", "amal-2019-areas-1-4"])
def gold(request: pytest.FixtureRequest) -> GoldReport:
    """Each labelled report."""
    return load_gold(GOLD / f"{request.param}.json")


@pytest.fixture
def hoganas() -> GoldReport:
    return load_gold(GOLD / "hoganas-2018.json")


@pytest.fixture
def sala() -> GoldReport:
    return load_gold(GOLD / "sala-2023.json")


@pytest.fixture(scope="module")
def desk_settings() -> DeskSettings | None:
    """How the desk of a module's tests is set."""
    return None


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory, desk_settings: DeskSettings | None) -> Path:
    """An archive with a report to be reviewed, to be copied."""
    from tests.support.desk_archive import desk_of, sala

    folder = tmp_path_factory.mktemp("ready")
    desk_of(folder, sala(), settings=desk_settings).close()
    return folder


@pytest.fixture
def desk(tmp_path: Path, ready: Path, desk_settings: DeskSettings | None) -> Iterator[Desk]:
    """A desk over an archive of the test's own."""
    from kompass_extract.review.service import Desk
    from tests.support.desk_archive import Clock

    shutil.copytree(ready, tmp_path, dirs_exist_ok=True)
    desk = Desk(tmp_path, settings=desk_settings, now=Clock())
    yield desk
    desk.close()
