"""The package is laid out as the way of the data: a module imports only what comes before it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kompass_extract import errors

PACKAGE = Path(__file__).parent.parent / "kompass_extract"

WAY = (
    # ground
    "process", "errors", "settings", "resources", "model", "taxonomy",
    # the way of a page
    "pages", "words", "repair", "blocks", "labels", "content", "report", "pipeline", "api",
    # around it
    "workers", "archive", "review", "watch", "web", "training", "cli",
)  # fmt: skip
ROOMS = tuple(name for name in WAY if (PACKAGE / name).is_dir())
MOST_ENTRIES = 24  # at the package's top, the way a newcomer first sees it
PRINTS = {"cli", "training/render/__main__.py", "training/render/figures_by_group.py"}  # commands
_READ_WHAT_THEY_RENDER = {
    "training/fit_letters/rendered.py",  # lets an English model damage text it has typeset
    "training/render/scanner.py",  # gives a scan the text layer that a scanner's own program would
}
_CLEAN_OF_PRINTS = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if not {path.relative_to(PACKAGE).parts[0], path.relative_to(PACKAGE).as_posix()} & PRINTS
)


def stage(path: Path) -> str:
    """The room, or the module at the top, that a file belongs to."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a file, lazily or for types too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stages_imported(tree: ast.AST) -> set[str]:
    prefix = "kompass_extract."
    return {name.removeprefix(prefix).partition(".")[0] for name in imported(tree) if name.startswith(prefix)} - {
        "__version__"
    }


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_comes_before_it(path: Path) -> None:
    own = stage(path)
    if own == "__init__":
        return
    assert own in WAY, f"{own} has no place on the way yet: put it where the data passes it"
    before = set(WAY[: WAY.index(own) + 1])
    late = stages_imported(ast.parse(path.read_text(encoding="utf-8"))) - before
    assert not late, f"{own} imports {sorted(late)}, which come after it"


def test_the_top_of_the_package_is_the_way_and_nothing_else() -> None:
    names = {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"}
    assert names == {"__init__.py", "py.typed", *(name if name in ROOMS else f"{name}.py" for name in WAY)}
    assert len(names) <= MOST_ENTRIES


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_says_what_it_gives(room: str) -> None:
    tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert any(ast.unparse(target) == "__all__" for node in assigned for target in node.targets)


def test_no_two_modules_have_one_name() -> None:
    files = [path for path in PACKAGE.rglob("*.py") if not path.name.startswith("__")]
    twice = {path.name for path in files if sum(path.name == other.name for other in files) > 1}
    assert not twice, f"one name with two meanings: {sorted(twice)}"


def test_no_two_classes_have_one_name() -> None:
    defined: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                defined.setdefault(node.name.lstrip("_"), set()).add(str(path.relative_to(PACKAGE)))
    twice = {name: sorted(places) for name, places in defined.items() if len(places) > 1}
    assert not twice, f"one name with two meanings: {twice}"


@pytest.mark.parametrize("path", _CLEAN_OF_PRINTS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_prints_or_exits(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    names = {func.id for func in calls if isinstance(func, ast.Name)}
    attributes = {ast.unparse(func) for func in calls if isinstance(func, ast.Attribute)}
    assert not names & {"print", "exit", "quit"}
    assert not attributes & {"sys.exit", "click.echo", "sys.stdout.write", "sys.stderr.write", "os._exit"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_nothing_in_the_package_imports_prefect(path: Path) -> None:
    assert not any(name.split(".")[0] == "prefect" for name in imported(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_one_model_format_that_cannot_run_code(path: Path) -> None:
    modules = {name.split(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
    assert not modules & {"pickle", "joblib", "dill", "cloudpickle", "shelve"}


def test_the_ocr_engines_are_imported_by_their_package_alone() -> None:
    foreign = {"pytesseract", "tesserocr", "rapidocr"}
    users = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if foreign & {name.split(".")[0] for name in imported(ast.parse(path.read_text(encoding="utf-8")))}
    }
    assert {user for user in users if not user.startswith("words/engines/")} <= _READ_WHAT_THEY_RENDER


def test_foreign_files_are_opened_in_reading_processes_alone() -> None:
    """PDFium, and what opens files with it, is for the way of a page and for what ``workers`` runs behind the fence."""
    opens = {
        "pypdfium2", "kompass_extract.pages.open_source", "kompass_extract.pages.source.open_source",
        "kompass_extract.pages.source.open_pdf", "kompass_extract.pages.source.load_page",
        "kompass_extract.pages.image.load_upright", "kompass_extract.pages.image.page_marks",
        "kompass_extract.words.relook.PageRelook",
    }  # fmt: skip
    users = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if opens & set(imported(ast.parse(path.read_text(encoding="utf-8"))))
    }
    outside = {user for user in users if not user.startswith(("pages/", "words/"))}
    behind_the_fence = {"workers/drawing.py", "workers/reader.py", "workers/room_views.py"}
    assert outside == {"pipeline.py", "report/debug_pictures.py", "training/render/scanner.py", *behind_the_fence}
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).as_posix() not in {"api.py", "workers/reader.py"}:
            assert "pipeline.extract(" not in path.read_text(encoding="utf-8"), path


def test_each_cause_has_one_exit_code_and_all_stand_in_one_place() -> None:
    causes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.KompassError)]
    own = [one.exit_code for one in causes if "exit_code" in vars(one)]
    assert len(own) == len(set(own))
    elsewhere = re.compile(r"^ +exit_code = ", re.MULTILINE)
    sources = [*PACKAGE.rglob("*.py"), *PACKAGE.parent.glob("flows/*.py")]
    found = {path.name for path in sources if elsewhere.search(path.read_text(encoding="utf-8"))}
    assert found == {"errors.py"}
