"""The command in real processes, what it leaves behind, and when it is a flow of Prefect."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest
from click.testing import CliRunner

from flows import local_server, runners, telling
from kompass_extract.archive import ingestion
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.results import Summary
from kompass_extract.cli import main
from tests.support.ingesting import Inputs, environment, orders, report_ids, rows

TEXT = Path(__file__).parents[2] / "gold" / "text" / "sala-2023.ocr.txt"
SECONDS = 280  # for a command on a busy machine; it takes 15 s on an idle one


COMMAND = "from kompass_extract.cli import main; main()"
QUICK = f"""
from kompass_extract.archive import ingestion as ingest
class Quick(ingest.IngestSettings):
    worker: str = "tests.support.ingest_worker"
    quiet_seconds: float = 0.0
ingest.IngestSettings = Quick
{COMMAND}
"""
"""The command with the reading process of tests."""


def begun(*arguments: str, cwd: Path, script: str = COMMAND, **variables: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "KOMPASS_"))}
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**clean, "PYTHONPATH": str(Path(__file__).parents[2]), **variables},
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    with process:
        try:
            out, err = process.communicate(timeout=SECONDS)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def kompass(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command as it is, but of one version: whoever edits the source meanwhile would have all read again."""
    same = "from kompass_extract.archive import fingerprint; fingerprint.report_version = lambda: 'the same';"
    return ended(begun(*arguments, cwd=cwd, script=same + COMMAND))


@pytest.mark.slow
def test_a_folder_is_read_summed_up_and_not_read_again(tmp_path: Path) -> None:
    inputs, archive = Inputs(tmp_path / "in"), Archive.at(tmp_path / "archive")
    inputs.write("a letter|*.txt", "Dear all\n")
    (inputs.folder / "sala.txt").write_bytes(TEXT.read_bytes())
    (inputs.folder / "sala copy.txt").write_bytes(TEXT.read_bytes())
    first = kompass("ingest", "in", "--archive", "archive", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "1 done, 1 skipped (1 duplicate), 1 failed" in first.stdout
    assert "Traceback" not in first.stderr
    assert report_ids(archive) == ["sala-2023"]
    assert not (archive.folder / "prefect").exists(), "no server is started for it"
    second = kompass("ingest", "in", "--archive", "archive", "--json", cwd=tmp_path)
    assert second.returncode == 0, second.stderr
    record = json.loads(second.stdout)
    assert (record["unchanged"], record["done"]) == (2, [])
    assert rows(archive, "SELECT status FROM store_runs") == [("done",), ("done",)]
    assert not [one for one in psutil.process_iter(["cmdline"]) if str(tmp_path) in " ".join(one.info["cmdline"] or [])]


@pytest.mark.slow
def test_two_commands_at_once_share_the_work_and_neither_fails(tmp_path: Path) -> None:
    """Both begin with an archive that is not there: its store, and Prefect's books, are made by one of them."""
    inputs, archive = Inputs(tmp_path / "in"), Archive.at(tmp_path / "archive")
    inputs.reports(*(f"sala-{2000 + number % 4}" for number in range(24)))
    variables = environment(tmp_path)
    both = [
        begun("ingest", "in", "--archive", "archive", "--json", cwd=tmp_path, script=QUICK, **variables)
        for _ in range(2)
    ]
    results = [ended(process) for process in both]
    assert [one.returncode for one in results] == [0, 0], results
    assert len(orders(tmp_path)) == len(report_ids(archive)) == 24, "each is read once"
    records = [json.loads(one.stdout) for one in results]
    assert sum(len(one["done"]) for one in records) == 24
    assert [len(one["done"]) + one["unchanged"] for one in records] == [24, 24], "each says what became of all"
    assert rows(archive, "SELECT status FROM store_runs") == [("done",), ("done",)]
    assert rows(archive, "SELECT * FROM store_claims") == []


def test_a_full_disk_ends_the_command_with_its_code_and_leaves_no_broken_file(tmp_path: Path) -> None:
    """No file may grow beyond 600 kB: the copy of a larger input cannot be written."""
    inputs = Inputs(tmp_path / "in")
    inputs.write("large.txt", "x" * 3_000_000)
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000));"
        "from pathlib import Path; from kompass_extract.archive.folder import Archive;"
        "from kompass_extract.archive.ingestion import ingest; from kompass_extract.errors import KompassError\n"
        "try: ingest(Archive.at(Path('archive')), [Path('in')])\n"
        "except KompassError as error: print(error); sys.exit(error.exit_code)"
    )
    variables = {**environment(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, **variables},
    )  # fmt: skip
    assert done.returncode == 19, done.stderr
    assert "Make room" in done.stdout
    assert not [path for path in (tmp_path / "archive" / "files").rglob("*") if path.is_file()]


def test_the_server_answers_only_who_knows_the_secret_and_ends_with_the_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PREFECT_API_URL", "PREFECT_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(local_server, "_SERVE", "tests.support.serve_nothing")
    with local_server.local_server(tmp_path / "prefect") as server:
        server.ready()
        assert os.environ["PREFECT_API_URL"].startswith("http://127.0.0.1:")
        assert os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
        process = server.process
        assert process is not None
        assert process.poll() is None
    assert process.poll() is not None
    assert "PREFECT_API_URL" not in os.environ


def test_a_server_that_the_user_names_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as named:
        threading.Thread(target=named.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{named.server_port}/api"
        monkeypatch.setenv("PREFECT_API_URL", address)
        with local_server.local_server(tmp_path / "prefect") as server:
            assert server.process is None
            server.ready()
        named.shutdown()
    assert not (tmp_path / "prefect").exists()
    assert os.environ["PREFECT_API_URL"] == address


def test_a_server_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path / "prefect"))
    monkeypatch.setattr(local_server, "_SERVE", "tests.no_such_module")
    with (
        pytest.raises(local_server.PrefectServerError, match=r"server\.log"),
        local_server.local_server(tmp_path / "prefect") as server,
    ):
        server.ready()
    assert "no_such_module" in (tmp_path / "prefect" / "server.log").read_text(encoding="utf-8")


def test_a_stopped_command_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ingestion, "ingest", stopped)
    result = CliRunner().invoke(main, ["ingest", str(tmp_path), "--archive", str(tmp_path / "archive")])
    assert result.exit_code == 28
    assert "goes on where it was" in result.output


@pytest.mark.slow
def test_sigterm_ends_a_run_as_ctrl_c_does(tmp_path: Path) -> None:
    """systemd stops a service so: the run is closed in the books, and no reading process is left."""
    inputs, archive = Inputs(tmp_path / "in"), Archive.at(tmp_path / "archive")
    inputs.write("hang.txt", "hang")
    variables = environment(tmp_path)
    process = begun("ingest", "in", "--archive", "archive", cwd=tmp_path, script=QUICK, **variables)
    end = time.monotonic() + SECONDS
    while not orders(tmp_path) and time.monotonic() < end:
        time.sleep(0.05)
    readers = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    done = ended(process)
    assert done.returncode == 28, done.stderr
    assert "goes on where it was" in done.stderr
    assert rows(archive, "SELECT status FROM store_runs") == [("failed",)]
    assert rows(archive, "SELECT * FROM store_claims") == []
    assert readers
    assert not psutil.wait_procs(readers, timeout=20)[1]


@pytest.mark.parametrize("variable", ["PREFECT_API_URL", "KOMPASS_RUNNER"])
def test_a_named_server_or_another_runner_makes_it_a_flow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    given: list[tuple[object, ...]] = []

    def start(*arguments: object) -> Summary:
        given.append(arguments)
        return Summary(1, (), 0.0)

    server = SimpleNamespace(ready=lambda: None)
    modules = {
        "local_server": SimpleNamespace(local_server=lambda home: nullcontext(server)),
        "ingest": SimpleNamespace(start=start),
        "telling": telling,
        "runners": runners,
    }
    monkeypatch.setattr(sys.modules["kompass_extract.cli.ingest_runs"], "flow_module", modules.__getitem__)
    for name in ("PREFECT_API_URL", "KOMPASS_RUNNER", "KOMPASS_DASK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "http://127.0.0.1:9/api" if variable == "PREFECT_API_URL" else "dask:2")
    Inputs(tmp_path / "in").reports("sala-2023")
    result = CliRunner().invoke(main, ["ingest", str(tmp_path / "in"), "--archive", str(tmp_path / "archive")])
    assert result.exit_code == 0, result.output
    assert [arguments[0] for arguments in given] == [(tmp_path / "in",)]
    assert telling.LISTENER.get() is None


def test_a_server_that_is_named_and_down_ends_the_command_with_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    Inputs(tmp_path / "in").reports("sala-2023")
    result = CliRunner().invoke(main, ["ingest", str(tmp_path / "in"), "--archive", str(tmp_path / "archive")])
    assert result.exit_code == 27
    assert "No Prefect server answers at http://127.0.0.1:9/api" in result.output


def test_a_store_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    away = f"postgresql+psycopg://kompass@/nowhere?host={tmp_path}"
    (tmp_path / "report.txt").write_text("Kommunkompassen\n", "utf-8")
    given = ["ingest", str(tmp_path / "report.txt"), "--archive", str(tmp_path / "archive"), "--store", away]
    result = CliRunner().invoke(main, given)
    assert result.exit_code == 21
    assert "Is the server running" in result.output
    assert "\n" not in result.output.strip(), "one line, not what the library says besides"


SCHEDULED = """
import uuid
from prefect.server.database.orm_models import FlowRun
from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session
engine = create_engine("sqlite://")
FlowRun.__table__.create(engine)
with Session(engine) as session:
    runs = [{"id": uuid.uuid4(), "flow_id": uuid.uuid4(), "state": {"type": "SCHEDULED"}} for _ in range(3)]
    session.execute(insert(FlowRun), runs)
    print(session.scalar(select(func.count()).select_from(FlowRun)))
"""


def test_prefects_server_can_insert_the_runs_of_a_schedule(tmp_path: Path) -> None:
    """As its scheduler does it: with SQLAlchemy 2.1 it could not, and no schedule ever began."""
    process = begun(cwd=tmp_path, script=SCHEDULED, PREFECT_HOME=str(tmp_path / "prefect"))
    assert ended(process).stdout.split() == ["3"]


@pytest.mark.parametrize("address", ["foo", "http://", "ftp://127.0.0.1/api", "http://[::1/api"])
def test_an_api_address_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("PREFECT_API_URL", address)
    with (
        pytest.raises(local_server.PrefectServerError, match=re.escape(repr(address))),
        local_server.local_server(tmp_path / "prefect"),
    ):
        pass
