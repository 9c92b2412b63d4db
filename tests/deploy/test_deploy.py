"""What an operator is given: units that systemd accepts, commands that exist, alerts on figures that are told."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from kompass_extract.archive import metrics
from kompass_extract.archive.folder import Archive
from kompass_extract.archive.ingestion import ingest
from kompass_extract.cli import main
from tests.support.ingesting import FAST, Inputs, environment

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("kompass-*.*"))
PROGRAM = "/opt/kompass-extract/.venv/bin/"
VALUES = {"port": "8722", "metrics": "127.0.0.1:9477", "address": "127.0.0.1"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_every_unit(tmp_path: Path) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("kompass", "prefect"):
        (programs / name).symlink_to(sys.executable)
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(text.replace(PROGRAM, f"{programs}/"), encoding="utf-8")
    units = [str(tmp_path / unit.name) for unit in UNITS]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, timeout=120, check=False
    )
    said = [line for line in done.stderr.splitlines() if "kompass" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_knows_when_the_timers_are_due() -> None:
    for unit in UNITS:
        for calendar in re.findall(r"^OnCalendar=(.+)$", unit.read_text(encoding="utf-8"), re.M):
            done = subprocess.run(
                ["systemd-analyze", "calendar", calendar], capture_output=True, text=True, timeout=60, check=False
            )
            assert done.returncode == 0, done.stderr
            assert "Next elapse" in done.stdout


def test_each_timer_has_its_service() -> None:
    names = {unit.name for unit in UNITS}
    assert {"kompass-ingest.timer", "kompass-watch.timer", "kompass-backup.timer"} <= names
    assert all(f"{Path(name).stem}.service" in names for name in names)


@pytest.mark.parametrize("unit", [one for one in UNITS if one.suffix == ".service"], ids=lambda one: one.stem)
def test_each_command_of_a_unit_is_one(unit: Path) -> None:
    (line,) = re.findall(r"^ExecStart=(.+)$", unit.read_text(encoding="utf-8"), re.M)
    words = shlex.split(line)
    if words[0] == "/bin/sh":
        words = shlex.split(words[2].removeprefix("exec "))
    assert words[0].startswith(PROGRAM)
    if not words[0].endswith("/kompass"):
        return
    given = [re.sub(r"\$\{(?:\w+_)?(\w+)\}", lambda one: VALUES.get(one[1].lower(), "x"), word) for word in words[1:]]
    command = main.get_command(click.Context(main), given[0])
    assert command is not None
    command.make_context(given[0], given[1:])  # UsageError for an option that it has not


def test_the_alerts_are_on_figures_that_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("KOMPASS_STORE", raising=False)
    Inputs(tmp_path / "in").reports("sala-2023")
    archive = Archive.at(tmp_path / "archive")
    ingest(archive, [tmp_path / "in"], FAST)
    told = set(re.findall(r"^# TYPE (kompass_\w+)", metrics.exposition(archive), re.M))
    wanted = set(re.findall(r"kompass_\w+", (DEPLOY / "prometheus-alerts.yml").read_text(encoding="utf-8")))
    assert wanted
    assert wanted <= told


def test_the_image_has_what_the_program_needs() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for package in ("tesseract-ocr-swe", "tesseract-ocr-osd", "poppler-utils", "postgresql-client"):
        assert package in text
    copied = {name for line in re.findall(r"^COPY (.+)$", text, re.M) for name in line.split()[:-1]}
    assert copied <= {path.name for path in ROOT.iterdir()}
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert not copied & set(ignored)


@pytest.mark.skipif(shutil.which("logrotate") is None, reason="logrotate is not installed")
def test_logrotate_understands_its_file() -> None:
    done = subprocess.run(
        ["logrotate", "--debug", str(DEPLOY / "logrotate")], capture_output=True, text=True, timeout=60, check=False
    )
    assert "error:" not in done.stderr.replace("error: skipping", "")
