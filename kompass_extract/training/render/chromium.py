"""Prints HTML to PDF with the system's Chromium: one browser for many reports, every step bounded in time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page, sync_playwright

EXECUTABLE = "/usr/bin/chromium"
TIMEOUT_MS = 60_000
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")


class ChromiumMissingError(RuntimeError):
    """There is no Chromium: ``apt-get install chromium``."""


@contextmanager
def browser_page(executable: str = EXECUTABLE) -> Iterator[Page]:
    """A page of a fresh, headless browser; ChromiumMissingError when the program is not installed."""
    if not Path(executable).exists():
        raise ChromiumMissingError(f"{executable} is missing: apt-get install chromium")
    with TemporaryDirectory() as profile, sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            profile, executable_path=executable, args=list(ARGUMENTS), headless=True, timeout=TIMEOUT_MS
        )
        try:
            page = context.new_page()
            page.set_default_timeout(TIMEOUT_MS)
            yield page
        finally:
            context.close()


def print_pdf(page: Page, html: str, target: Path, *, furniture: tuple[str, str], margins: tuple[int, int]) -> None:
    """Typeset ``html`` on A4 with ``furniture`` (header, footer) and ``margins`` (left, right) in millimetres."""
    page.set_content(html, wait_until="load")
    page.pdf(
        path=target, format="A4", print_background=True, display_header_footer=True,
        header_template=furniture[0], footer_template=furniture[1],
        margin={"top": "24mm", "bottom": "22mm", "left": f"{margins[0]}mm", "right": f"{margins[1]}mm"},
    )  # fmt: skip
