"""A real Chromium, and the review pages of a small archive served to it."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kompass_extract.archive.folder import Archive
from kompass_extract.model.report import Report
from kompass_extract.review.service import Desk
from kompass_extract.web.app import create_app
from kompass_extract.web.web_settings import WebSettings
from tests.support.review_archive import PDF, doubt, doubted, gold_report, put

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
WAIT_MS = 30_000
expect.set_options(timeout=WAIT_MS)  # a machine under load is slow, not wrong
SCREEN = {"width": 1280, "height": 800}

REPORT = "hoganas-2018"
SCORE = "/areas/0/score_table/rows/0/achieved"
ITEM = "/areas/2/strengths/0"
QUESTION = "/areas/3/score_table/rows/1/question"
TITLE = "/report/title"
IMPROVEMENT = "/areas/1/improvements/0"
ASKED = (SCORE, TITLE, ITEM, IMPROVEMENT, QUESTION)


@dataclass(frozen=True)
class Served:
    """Pages that are being served, and the desk behind them."""

    url: str
    desk: Desk
    archive: Archive

    def item(self, pointer: str, **more: str) -> str:
        extra = "".join(f"&{name}={value}" for name, value in more.items())
        return f"{self.url}/item?report={REPORT}&p={pointer}{extra}"


def doubtful() -> Report:
    """The labelled report with one doubt of each sort; what stands there is right."""
    report = gold_report(REPORT)
    achieved = report.areas[0].score_table.rows[0].achieved.value or 0
    others = (achieved - 1, achieved + 2)
    question = report.areas[3].score_table.rows[1].question.value or ""
    doubts = {
        SCORE: doubt(achieved, "the evidence leaves several readings", *others, confidence=0.4),
        TITLE: doubt(None, "no title was found before the list of contents or chapter 1", confidence=0.0),
        ITEM: doubt(report.areas[2].strengths[0].value, "the rest of a text whose beginning was not found"),
        IMPROVEMENT: doubt(report.areas[1].improvements[0].value, "its kind is uncertain (0.61, nearly narrative)"),
        QUESTION: doubt(question, "matches 2016/4.2 weakly (0.66)", confidence=0.7),
    }
    return doubted(report, doubts)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium without a profile of its own."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS, timeout=60_000)
        yield started
        started.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one report, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    put(Archive.at(folder), doubtful(), PDF)
    return folder


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Serves an archive in this process until the test ends."""
    running: list[tuple[uvicorn.Server, threading.Thread, Desk]] = []

    def start(archive: Archive, reviewer: str | None = "Anna", access: str = "access.db") -> Served:
        desk = Desk(archive)
        settings = WebSettings(
            access=tmp_path / access, picture_cache=archive.cache / "pictures", port=0, reviewer=reviewer
        )
        server = uvicorn.Server(uvicorn.Config(create_app(desk, settings), port=0, log_level="error", access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        running.append((server, thread, desk))
        for _ in range(400):
            if server.started:
                break
            time.sleep(0.02)
        port = cast(int, server.servers[0].sockets[0].getsockname()[1])
        return Served(f"http://127.0.0.1:{port}", desk, archive)

    yield start
    for server, thread, desk in running:
        server.should_exit = True
        thread.join(10)
        desk.close()


@pytest.fixture
def served(serve: Callable[..., Served], filled: Path, tmp_path: Path) -> Served:
    """The small archive's pages, for the reviewer Anna."""
    folder = tmp_path / "archive"
    shutil.copytree(filled, folder)
    return serve(Archive.at(folder))


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without cookies, at the size that the pages must be usable at."""
    made = browser.new_context(viewport=SCREEN)  # type: ignore[arg-type]
    made.set_default_timeout(WAIT_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab; an error of the pages' own script fails the test."""
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    yield tab
    assert errors == []
