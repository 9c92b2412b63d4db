"""Files that nobody made on purpose, and some that somebody did: each ends as a report or as a named error, in bounds.

Mutations of the labelled files' texts and of a born-digital page.  ``make test`` reads a hundred, ``make fuzz`` two
thousand (``KOMPASS_FUZZ``); both are seeded, so that a failure comes again.  ``KOMPASS_FUZZ_SEED`` draws other files.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pypdfium2 as pdfium
import pytest
from hypothesis import HealthCheck, Phase, event, given, seed, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
GOLD = ROOT / "gold"
FILES = int(os.environ.get("KOMPASS_FUZZ", "100"))
SEED = os.environ.get("KOMPASS_FUZZ_SEED")
PDF_SHARE = 10  # one in so many files is a PDF: where its layer is no good it is read by Tesseract
CPU_SECONDS, RESIDENT_MB = 60, 1_500
PIECE = 6_000  # bytes of a text: two areas
LONGEST_RUN = 30_000  # characters
Test = TypeVar("Test", bound=Callable[..., None])
OUTCOMES = frozenset(
    {
        "report", "NotAReportError", "NoPagesError", "UnreadableFileError", "TruncatedFileError", "NotAPdfError",
        "EncryptedPdfError", "PageSizeError", "DocumentCrashError", "DocumentLimitError",
    }
)  # fmt: skip
RUNS = (
    b" ", b".", b"-", b"1", b"a", b"|", b"<", b"\t", b"\r", b"\xff", b"_", b"*", b"&#", b"<td", b"<li ", b"</ul ",
    b"1.1 ", b"1 1 ", b"A ", b"och ", b"\xcc\x81", b"\xc3", b"\xc2\xad", b"www.", b"{", b"a-", b"a1", b"(", b"\x0c",
    b"&#9", "•".encode(), "” ".encode(), "…".encode(), "Ã¥".encode(),
)  # fmt: skip


@cache
def texts() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted((GOLD / "text").glob("*.txt")))


@cache
def page() -> bytes:
    """One page of a born-digital report."""
    with pdfium.PdfDocument(GOLD / "scans" / "hoganas-2018.born-digital.pdf") as whole:
        one = pdfium.PdfDocument.new()
        one.import_pages(whole, [0])
        target = io.BytesIO()
        one.save(target)
        return target.getvalue()


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """``data`` with a few places cut, doubled, overwritten, or filled with a long run of one thing."""
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        end = place + draw(st.integers(1, 400))
        kind = draw(st.sampled_from(["cut", "double", "byte", "run", "digits", "end"]))
        unit = draw(st.sampled_from(RUNS))
        middle = {
            "cut": b"",
            "double": data[place:end] * draw(st.integers(2, 20)),
            "byte": bytes((draw(st.integers(0, 255)),)),
            "run": unit * (draw(st.integers(1, LONGEST_RUN)) // len(unit)),
            "digits": b"9" * draw(st.integers(1, 6_000)),
            "end": b"",
        }[kind]
        data = (
            data[:place] + middle + (b"" if kind == "end" else data[end if kind in {"cut", "double"} else place + 1 :])
        )
    return data


@st.composite
def text_files(draw: st.DrawFn) -> bytes:
    whole = draw(st.sampled_from(texts()))
    start = draw(st.integers(0, max(0, len(whole) - PIECE)))
    return draw(mutated(b"Kommunkompassen\n" + whole[start : start + PIECE]))


class Reader:
    """A fenced process that reads one file after another; started anew when one has ended it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def outcome(self, data: bytes, ending: str) -> tuple[int, str]:
        """Resident megabytes and what came of the file; the signal that ended the process where one did."""
        path = self._folder / f"file.{ending}"
        path.write_bytes(data)
        process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{path}\n")
        process.stdin.flush()
        said = process.stdout.readline()
        if not said:
            self.close()
            return 0, f"! ended by {process.returncode}"
        memory, _, what = said.rstrip("\n").partition("\t")
        return int(memory), what

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.support.fuzz_worker", str(CPU_SECONDS)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        return self._process

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    made = Reader(tmp_path_factory.mktemp("fuzz"))
    yield made
    made.close()


def seeded(files: int) -> Callable[[Test], Test]:
    """Examples in a fixed order; a failure is told as found, since shrinking reads hundreds of files more."""
    examples = settings(
        max_examples=files, derandomize=SEED is None, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate),
    )  # fmt: skip
    return lambda test: examples(test if SEED is None else seed(int(SEED))(test))


def require_bounds(memory: int, what: str) -> None:
    event(what)
    assert what in OUTCOMES
    assert memory <= RESIDENT_MB


@pytest.mark.slow
@seeded(FILES - FILES // PDF_SHARE)
@given(data=text_files())
def test_mutated_texts_end_as_a_report_or_a_named_error(reader: Reader, data: bytes) -> None:
    require_bounds(*reader.outcome(data, "txt"))


@pytest.mark.slow
@seeded(FILES // PDF_SHARE)
@given(data=st.data())
def test_mutated_pdfs_end_as_a_report_or_a_named_error(reader: Reader, data: st.DataObject) -> None:
    require_bounds(*reader.outcome(data.draw(mutated(page())), "pdf"))
