"""An archive that the reading process of tests reads into, and a folder of its inputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kompass_extract.archive.folder import Archive
from tests.support.ingesting import Inputs, environment


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """An archive in the test's folder, which is not there yet."""
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("KOMPASS_STORE", raising=False)
    return Archive.at(tmp_path / "archive")


@pytest.fixture
def inputs(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path / "in")
