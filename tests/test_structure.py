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
    "quiet",
    "limits",
    "errors",
    "geometry",
    "document",
    "report",
    "pointers",
    "settings",
    "models",
    "hyphens",
    "strays",
    "mark_columns",
    "runs",
    "ink",
    "taxonomy",
    "chapters",
    # from the file to words and blocks
    "scan",
    "page",
    "textlayer",
    "ocr",
    "layout.run_page",
    "layout.list_marks",
    "layout.strips",
    "strip_picture",
    "letter_shapes",
    "second_look",
    "reading",
    "recorded",
    "repair",
    "engines",
    "pages",
    "misread",
    "layout",
    "textfile",
    "restored",
    "recognise",
    "classify",
    # from blocks to the report
    "numbers",
    "readings",
    "continuation",
    "tables",
    "areas",
    "metadata",
    "checks",
    "confidence",
    "fields",
    "report_info",
    "report_areas",
    "assemble",
    "review",
    "export",
    # around
    "debug",
    "pipeline",
    "summary",
    "workers",
    "archive",
    "watch",
    "evaluate",
    "train",
    "web",
    "cli",
)
_READS_WHAT_IT_RENDERS = {
    "training/fit_letters/rendered.py"
}  # training only: lets an English model damage text it has typeset
_CLEAN_OF_PRINTS = sorted(path for path in PACKAGE.rglob("*.py") if path.relative_to(PACKAGE).parts[0] != "cli")


def stage(path: Path) -> str:
    """The module or package of the way that a file belongs to."""
    return stage_of(".".join(path.relative_to(PACKAGE).with_suffix("").parts))


def stage_of(module: str) -> str:
    """As ``stage``, of a dotted name below the package; the way may name one module of a package apart."""
    first, _, rest = module.partition(".")
    inner = f"{first}.{rest.partition('.')[0]}"
    return inner if inner in WAY else first


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a file, lazily or for types too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stages_imported(tree: ast.AST) -> set[str]:
    prefix = "kompass_extract."
    return {stage_of(name.removeprefix(prefix)) for name in imported(tree) if name.startswith(prefix)} - {"__version__"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_what_comes_before_it(path: Path) -> None:
    own = stage(path)
    if own == "__init__":
        return
    assert own in WAY, f"{own} has no place on the way yet: put it where the data passes it"
    before = set(WAY[: WAY.index(own) + 1])
    late = stages_imported(ast.parse(path.read_text(encoding="utf-8"))) - before
    assert not late, f"{own} imports {sorted(late)}, which come after it"


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
    assert {user for user in users if not user.startswith("ocr/")} <= _READS_WHAT_IT_RENDERS


def test_each_cause_has_one_exit_code_and_all_stand_in_one_place() -> None:
    causes = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, errors.KompassError)]
    own = [one.exit_code for one in causes if "exit_code" in vars(one)]
    assert len(own) == len(set(own))
    elsewhere = re.compile(r"^ +exit_code = ", re.MULTILINE)
    sources = [*PACKAGE.rglob("*.py"), *PACKAGE.parent.glob("flows/*.py")]
    found = {path.name for path in sources if elsewhere.search(path.read_text(encoding="utf-8"))}
    assert found == {"errors.py"}
