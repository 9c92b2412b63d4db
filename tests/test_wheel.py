"""A wheel holds all that reading needs, puts one package into site-packages, and works far from the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from kompass_extract import resources
from kompass_extract.errors import ModelError
from kompass_extract.pipeline import MODELS

ROOT = Path(__file__).parent.parent
SOURCES = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "kompass_extract", "flows", "models")
BOUND_SECONDS = 300

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> str:
    """What a command prints; it sees neither the checkout nor what the tests see."""
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "KOMPASS_MODELS"}}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=environment, capture_output=True, text=True,
        timeout=BOUND_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the checkout."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    options = ("--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", built, source, cwd=built)
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an empty environment with the wheel in it, which borrows the dependencies of this one."""
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", home, cwd=home)
    python = home / "bin" / "python"
    options = ("--no-deps", "--no-index", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, wheel, cwd=home)
    specs = [find_spec(name) for name in ("numpy", "spacy", "pydantic", "prefect", "fastapi")]
    borrowed = {str(Path(spec.origin).parents[1]) for spec in specs if spec is not None and spec.origin}
    site = next((home / "lib").glob("python*/site-packages"))
    (site / "borrowed.pth").write_text("\n".join(sorted(borrowed)) + "\n", encoding="utf-8")
    return home / "bin"


def test_nothing_lies_beside_the_package(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {name for name in tops if not name.endswith(".dist-info")} == {"kompass_extract"}


def test_the_wheel_holds_models_data_and_flows(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    files = (path for path in (ROOT / "kompass_extract").rglob("*") if path.is_file() and path.suffix != ".pyc")
    assert not {path.relative_to(ROOT).as_posix() for path in files} - names
    assert {f"kompass_extract/_models/{name}" for name in (*MODELS, "letters.card.json", "README.md")} <= names
    assert {f"kompass_extract/flows/{path.name}" for path in (ROOT / "flows").glob("*.py")} <= names
    assert not [name for name in names if name.startswith("kompass_extract/_models/") and name.endswith(".txt")]


def test_the_command_reads_a_report_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "gold/scans/hoganas-2018.born-digital.pdf", tmp_path / "report.pdf")
    run(installed / "kompass", "extract", "report.pdf", "--out", "json", cwd=tmp_path)
    assert '"value": "Höganäs"' in next((tmp_path / "json").glob("*.json")).read_text(encoding="utf-8")


def test_a_script_reads_a_report_far_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "gold/text/sala-2023.ocr.txt", tmp_path / "report.txt")
    script = "import kompass_extract as k; print(k.__file__, k.extract('report.txt').report.municipality.value)"
    place, name = run(installed / "python", "-P", "-c", script, cwd=tmp_path).split()
    assert Path(place).is_relative_to(installed.parent)
    assert name == "Sala"


def test_the_flows_are_found_inside_the_package(installed: Path, tmp_path: Path) -> None:
    script = (
        "from kompass_extract.cli.flow_modules import flow_module as f;"
        "print(f('ingest').read_document.fn.__module__, f('local_server')._SERVE)"
    )
    printed = run(installed / "python", "-P", "-c", script, cwd=tmp_path).split()
    assert printed == ["kompass_extract.flows.ingest", "kompass_extract.flows.local_server"]


def test_a_missing_model_says_where_it_was_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMPASS_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match=str(tmp_path)):
        resources.path("blocks.onnx")
