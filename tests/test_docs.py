"""The Python examples of the documentation do what they say."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

import kompass_extract

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["README.md", "docs/api.md"])
def test_examples_do_what_they_say(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / name), module_relative=False, encoding="utf-8")
    assert tried > 0
    assert failed == 0


def test_the_page_of_the_interface_names_all_of_it() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert not [name for name in kompass_extract.__all__ if name != "__version__" and f"`{name}`" not in page]


@pytest.mark.parametrize("name", [name for name in kompass_extract.__all__ if name != "__version__"])
def test_what_is_public_is_explained(name: str) -> None:
    public = getattr(kompass_extract, name)
    assert public.__doc__
    methods = [one for key, one in vars(public).items() if not key.startswith("_") and callable(one)]
    assert all(one.__doc__ for one in methods)


@pytest.mark.skipif(find_spec("pdoc") is None, reason="pdoc is not installed")
def test_api_pages_are_made_from_docstrings(tmp_path: Path) -> None:
    command = [sys.executable, "scripts/make_docs.py", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300, capture_output=True)
    page = (tmp_path / "kompass_extract.html").read_text(encoding="utf-8")
    assert all(name in page for name in kompass_extract.__all__)
    assert "Read one report and return it" in page
    assert "Calibrated probability" in (tmp_path / "kompass_extract/model/report.html").read_text(encoding="utf-8")
