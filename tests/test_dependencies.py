"""What is imported is declared, in the extra of the room that imports it, and nothing else is declared."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kompass_extract import cli
from kompass_extract.cli.extras import EXTRAS, missing_extra

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "kompass_extract"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

ROOM_EXTRAS = {
    "archive": "archive",
    "review": "archive",  # the decisions need nothing; their store is the archive's
    "watch": "watch",
    "web": "review",
    "training": "train",
    "flows": "flows",
}
"""The extra that a room belongs to; the core where none is named."""

DISTRIBUTIONS = {
    "PIL": "pillow",
    "argon2": "argon2-cffi",
    "axe_playwright_python": "axe-playwright-python",
    "cv2": "opencv-python-headless",
    "docx": "python-docx",
    "prefect_dask": "prefect-dask",
    "prometheus_client": "prometheus-client",
    "sklearn": "scikit-learn",
}
"""What a module is called where it is installed from, if not by its own name."""

LOADED_OTHERWISE = {
    "rapidocr": "its recognition model is found in the installed package",
    "python-multipart": "FastAPI reads forms with it",
    "psycopg": "SQLAlchemy loads it for postgresql:// addresses",
    "hunspell-sv": "its word lists are read from where they are installed",
    "setuptools": "builds the package",
    "fastapi": "Prefect's own; its version is bounded",
    "sqlalchemy": "Prefect's own; its version is bounded",
    "httpx": "Starlette's test client uses it",
    "mypy": "a program",
    "pytest-xdist": "a plugin of pytest",
    "ruff": "a program",
}
"""What is declared and imported nowhere, and why."""

ELSEWHERE = {
    ("cli", "prometheus-client"): "kompass metrics serves with it",
    ("cli", "uvicorn"): "kompass review serves with it",
    ("review", "pyarrow"): "kompass export writes Parquet with it",
    ("review", "reportlab"): "kompass export --pages pdf draws with it",
    ("review", "xlsxwriter"): "kompass export writes the workbook with it",
    ("flows", "prefect_dask"): "only where a Dask runner is asked for",
}
"""Imports that belong to another extra than that of their room."""


def declared(name: str) -> set[str]:
    """The distributions of an extra, those of the extras it names included; the core's for an empty name."""
    listed = PROJECT["optional-dependencies"][name] if name else PROJECT["dependencies"]
    found: set[str] = set()
    for requirement in listed:
        match = re.match(r"([A-Za-z0-9-]+)(?:\[([\w,-]+)\])?", requirement)
        assert match
        if match[1] == PROJECT["name"]:
            found |= {one for extra in match[2].split(",") for one in declared(extra)}
        else:
            found.add(match[1])
    return found


def imports(files: Iterable[Path]) -> Iterator[str]:
    """The distribution of each foreign module that the files import."""
    own = {"kompass_extract", "flows", "tests", "benchmarks"} | set(sys.stdlib_module_names)
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            modules = {name.partition(".")[0] for name in names} - own
            yield from (DISTRIBUTIONS.get(module, module) for module in modules)


def room_files(room: str) -> list[Path]:
    if room == "flows":
        return sorted((ROOT / "flows").glob("*.py"))
    one = PACKAGE / f"{room}.py"
    return [one] if one.exists() else sorted((PACKAGE / room).rglob("*.py"))


ROOMS = sorted({path.stem for path in PACKAGE.iterdir() if path.suffix in {"", ".py"} and path.name[0] != "_"})


@pytest.mark.parametrize("room", [*ROOMS, "flows"])
def test_a_room_imports_only_what_its_extra_declares(room: str) -> None:
    given = declared("") | (declared(ROOM_EXTRAS[room]) if room in ROOM_EXTRAS else set())
    given |= {DISTRIBUTIONS.get(module, module) for where, module in ELSEWHERE if where == room}
    assert set(imports(room_files(room))) <= given


def test_tests_and_benchmarks_import_only_what_is_declared() -> None:
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]
    assert set(imports(files)) <= declared("") | declared("all") | declared("dev")


USERS = ("kompass_extract", "flows", "tests", "benchmarks", "scripts")


def test_nothing_is_declared_that_is_not_used() -> None:
    files = [path for part in USERS for path in (ROOT / part).rglob("*.py")]
    used = set(imports(files)) | LOADED_OTHERWISE.keys()
    extras = PROJECT["optional-dependencies"]
    assert {one for name in ("", *extras) for one in declared(name)} <= used


def test_each_extra_of_a_command_is_one() -> None:
    assert set(EXTRAS.values()) <= PROJECT["optional-dependencies"].keys()
    assert EXTRAS.keys() <= set(cli.main.list_commands(click.Context(cli.main)))
    users = PROJECT["optional-dependencies"].keys() - {"all", "build", "dev"}
    assert declared("all") == {one for name in users for one in declared(name)}


def test_a_command_names_the_extra_it_misses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "fastapi", None)
    for name in [name for name in sys.modules if name.startswith("kompass_extract.web")]:
        monkeypatch.delitem(sys.modules, name)
    result = CliRunner().invoke(cli.main, ["review", "--archive", str(tmp_path)])
    assert result.exit_code == 2
    assert "kompass review needs fastapi: pip install 'kompass-extract[review]'" in result.output


def test_what_a_named_server_needs_is_the_extra_of_the_flows() -> None:
    missing = missing_extra("watch", ModuleNotFoundError(name="prefect.flows"))
    assert missing is not None
    assert "kompass-extract[flows]" in str(missing)


def test_a_missing_module_of_its_own_is_no_missing_extra() -> None:
    assert missing_extra("review", ModuleNotFoundError(name="kompass_extract.nothing")) is None


BLOCKED = """
import sys
for name in {blocked!r}:
    sys.modules[name] = None
import kompass_extract
report = kompass_extract.extract({path!r})
assert report.report.municipality.value == "Sala", report.report.municipality
assert report.rows("items")
"""


def test_a_report_is_read_with_the_core_alone() -> None:
    extras = declared("all") - declared("") - {"jinja2", "markupsafe"}  # spaCy needs these, too
    modules = {**{one: one.replace("-", "_") for one in extras}, **{v: k for k, v in DISTRIBUTIONS.items()}}
    blocked = sorted(modules[one] for one in extras)
    code = BLOCKED.format(blocked=blocked, path=str(ROOT / "gold/text/sala-2023.ocr.txt"))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
