"""Standard streams that are full, closed or know no Swedish letters: a message and an exit code, never a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kompass_extract.errors import OutputError, UnreadableFileError, WatchError

KOMPASS = str(Path(sys.executable).parent / "kompass")
TEXT = Path(__file__).parents[2] / "gold" / "text" / "sala-2023.ocr.txt"
WAIT_SECONDS = 300.0  # far above what is needed
COMMANDS = [["--help"], ["schema"], ["extract", "--help"], ["extract", "a.txt", "--out", "out"]]
ASCII = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(TEXT, tmp_path / "a.txt")
    return tmp_path


def ran(command: list[str] | str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command, cwd=folder, shell=isinstance(command, str), capture_output=True, timeout=WAIT_SECONDS, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_full_disk_behind_standard_output_is_said(command: list[str], folder: Path) -> None:
    done = ran(f"{KOMPASS} {' '.join(command)} > /dev/full", folder)
    assert done.returncode == OutputError.exit_code
    assert done.stderr.count(b"\n") <= 3
    assert b"could not be printed (No space left on device). What was written stays." in done.stderr
    if "a.txt" in command:
        assert (folder / "out" / "sala-2023.json").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_closed_pipe_is_no_traceback(command: list[str], folder: Path) -> None:
    done = ran(f"( {KOMPASS} {' '.join(command)}; echo $? > code ) | true", folder)
    assert int((folder / "code").read_text()) in {1, OutputError.exit_code}
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_stop_no_command(command: list[str], closed: str, folder: Path) -> None:
    done = ran(f"{KOMPASS} {' '.join(command)} {closed}", folder)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    if "a.txt" in command:
        assert (folder / "out" / "sala-2023.json").read_bytes().startswith(b"{")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_both_streams_full_still_give_the_exit_code(command: list[str], folder: Path) -> None:
    assert ran(f"{KOMPASS} {' '.join(command)} > /dev/full 2> /dev/full", folder).returncode == OutputError.exit_code


@pytest.mark.parametrize("name", [b"K\xe5re.txt", "Åmål – 2016.txt".encode()], ids=["Latin-1", "UTF-8"])
def test_any_name_is_read_on_a_terminal_of_ascii(name: bytes, folder: Path) -> None:
    os.rename(os.fsencode(folder / "a.txt"), os.path.join(os.fsencode(folder), name))  # noqa: PTH104, PTH118
    done = ran([KOMPASS, "extract", os.fsdecode(name), "--out", "út"], folder, **ASCII)
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stdout + done.stderr
    assert len(list(folder.glob("*/sala-2023.json"))) == 1


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["extract", os.fsdecode(b"N\xe5x.pdf"), "--out", "out"], UnreadableFileError.exit_code, b"\\xe5x.pdf"),
        (["watch", "--config", os.fsdecode(b"\xe5.toml")], WatchError.exit_code, b"\\xe5.toml"),
    ],
)
@pytest.mark.parametrize("terminal", [ASCII, {}], ids=["ASCII", "as it is"])
def test_errors_name_what_cannot_be_shown(
    command: list[str], code: int, said: bytes, terminal: dict[str, str], folder: Path
) -> None:
    done = ran([KOMPASS, *command], folder, **terminal)
    assert done.returncode == code
    assert said in done.stderr
    assert b"Traceback" not in done.stderr
