"""Foreign files are read in fenced processes: limited, isolated, silent, and gone with the command."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pypdfium2
import pytest

from kompass_extract import errors
from kompass_extract.workers.fenced import FencedReader, extract
from kompass_extract.workers.pool import Limits, WorkerSettings
from tests.support.hostile_pdfs import KINDS

SCANS = Path(__file__).parent.parent.parent / "gold" / "scans"
KOMPASS = Path(sys.executable).parent / "kompass"
PROCESSOR_SECONDS, RESIDENT_KB = 60.0, 1_500_000  # that a hostile file may take
WAIT_SECONDS = 300.0  # bound of every wait here, far above what is needed
EXIT_CODES = {
    one.exit_code for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.KompassError)
}


def few_pages(folder: Path, count: int) -> Path:
    """The first pages of a scan: enough that processes are started for them."""
    whole, few = pypdfium2.PdfDocument(SCANS / "hoganas-2018.fax200.pdf"), pypdfium2.PdfDocument.new()
    few.import_pages(whole, list(range(count)))
    path = folder / "few.pdf"
    few.save(path)
    return path


def measured(command: list[str | Path], folder: Path) -> tuple[int, float, int, str]:
    """Exit code, seconds of processor time, most resident kilobytes of one process, and what was printed."""
    with (folder / "printed").open("w+b") as printed:
        process = subprocess.Popen(command, cwd=folder, stdout=printed, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        printed.seek(0)
        text = printed.read().decode()
    return process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, text


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_page_ends_as_a_report_or_a_named_error(kind: str, tmp_path: Path) -> None:
    (tmp_path / "hostile.pdf").write_bytes(KINDS[kind]())
    code, seconds, resident, printed = measured([KOMPASS, "extract", "hostile.pdf", "--out", "out"], tmp_path)
    assert code in EXIT_CODES
    assert "kompass: hostile.pdf" in printed
    assert "Traceback" not in printed
    assert seconds < PROCESSOR_SECONDS
    assert resident < RESIDENT_KB


def test_a_page_that_is_too_much_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    whole, made = pypdfium2.PdfDocument(SCANS / "hoganas-2018.born-digital.pdf"), pypdfium2.PdfDocument.new()
    (tmp_path / "hostile.pdf").write_bytes(KINDS["forms-in-forms"]())
    made.import_pages(whole)
    made.import_pages(pypdfium2.PdfDocument(tmp_path / "hostile.pdf"))
    made.save(tmp_path / "report.pdf")
    report = extract(tmp_path / "report.pdf", jobs=2)
    assert report.report_id == "hoganas-2018"
    failures = {page.number: page.failure for page in report.pages if page.failure}
    assert list(failures) == [len(whole) + 1]
    assert "processor time" in str(failures[len(whole) + 1]) or "ended the process" in str(failures[len(whole) + 1])


@pytest.mark.parametrize("name", ["missing.pdf", "empty.txt"])
def test_errors_come_out_of_the_process_as_they_are(name: str, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    expected = errors.UnreadableFileError if name == "missing.pdf" else errors.NoPagesError
    with FencedReader() as reader, pytest.raises(expected, match=re.escape(str(tmp_path / name))):
        reader.read(tmp_path / name, jobs=1)


def test_memory_is_limited_in_the_process(tmp_path: Path) -> None:
    settings = WorkerSettings(limits=Limits(memory_bytes=60_000_000))
    with pytest.raises((errors.DocumentLimitError, errors.DocumentCrashError, errors.UnexpectedError)):
        extract(SCANS / "hoganas-2018.born-digital.pdf", settings=settings)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL], ids=["TERM", "INT", "KILL"])
def test_no_process_and_no_file_outlives_the_command(sent: signal.Signals, tmp_path: Path) -> None:
    temporary, out = tmp_path / "tmp", tmp_path / "out"
    temporary.mkdir()
    path = few_pages(tmp_path, 6)
    command = subprocess.Popen(
        [KOMPASS, "extract", path, "--out", out, "--jobs", "2"], cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(temporary)}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=_hear_sigint,  # noqa: PLW1509 - background jobs of a shell do not hear it
    )  # fmt: skip
    family = _family_of(command.pid, 4)  # the reader, its two page processes, and what counts their resources
    command.send_signal(sent)
    command.communicate(timeout=WAIT_SECONDS)
    _, alive = psutil.wait_procs(family, timeout=WAIT_SECONDS)
    assert not alive
    assert command.returncode != 0
    assert not list(temporary.iterdir())
    assert not out.exists() or not list(out.iterdir())


def _hear_sigint() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _family_of(pid: int, count: int) -> list[psutil.Process]:
    """All descendants once there are so many of them."""
    parent = psutil.Process(pid)
    for _ in range(int(WAIT_SECONDS / 0.05)):
        family = parent.children(recursive=True)
        if len(family) >= count:
            return family
        psutil.wait_procs([parent], timeout=0.05)
    raise AssertionError("the processes did not start")


FOREIGN = ("statistics", "random", "click", "signal", "queue", "struct")


def planted(folder: Path) -> Path:
    """Modules in the current folder that leave a mark when imported, and settings that break who reads them."""
    mark = folder / "imported"
    for name in FOREIGN:
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r})\nraise SystemExit('foreign')\n")
    (folder / ".env").write_bytes(b"PREFECT_API_URL=\xe5\n")
    (folder / "prefect.toml").write_text("= [")
    (folder / "pyproject.toml").write_text("[[tool.prefect")
    return mark


def test_extract_imports_nothing_from_the_current_folder(tmp_path: Path) -> None:
    mark, path = planted(tmp_path), few_pages(tmp_path, 4)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [KOMPASS, "extract", path.name, "--out", "out", "--jobs", "2"], cwd=tmp_path, env=environment,
        capture_output=True, text=True, timeout=WAIT_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode in {0, errors.NotAReportError.exit_code}, done.stderr
    assert not mark.exists()


@pytest.mark.slow
def test_ingest_takes_nothing_from_the_current_folder_and_asks_no_proxy(tmp_path: Path) -> None:
    mark = planted(tmp_path)
    shutil.copy(SCANS / "hoganas-2018.born-digital.pdf", tmp_path / "a.pdf")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment |= {"http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "socks5://127.0.0.1:9"}
    done = subprocess.run(
        [KOMPASS, "ingest", "a.pdf", "--archive", "archive", "--json"], cwd=tmp_path, env=environment,
        capture_output=True, text=True, timeout=WAIT_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [one["status"] for one in json.loads(done.stdout)["done"]] == ["done"]
    assert not mark.exists()


def test_a_prefect_server_that_is_down_is_said(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("Kommunkompassen\n", "utf-8")
    done = subprocess.run(
        [KOMPASS, "ingest", "report.txt", "--archive", "archive"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PREFECT_API_URL": "http://127.0.0.1:9/api"}, timeout=WAIT_SECONDS,
    )  # fmt: skip
    assert done.returncode == errors.PrefectServerError.exit_code
    assert "No Prefect server answers at http://127.0.0.1:9/api" in done.stderr
    assert "Traceback" not in done.stderr
