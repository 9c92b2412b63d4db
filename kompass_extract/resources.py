"""Find the model files."""

from __future__ import annotations

import os
from pathlib import Path

from kompass_extract.errors import ModelError

FOLDER_VARIABLE = "KOMPASS_MODELS"


def folders() -> tuple[Path, ...]:
    """Return the folders to search: only the one named by KOMPASS_MODELS, or the checkout's and the wheel's."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return (Path(named),)
    package = Path(__file__).resolve().parent
    return (package.parent / "models", package / "_models")


def path(name: str) -> Path:
    """Return the model file or folder ``name``; raise ModelError if no folder has it."""
    for folder in folders():
        if (folder / name).exists():
            return folder / name
    searched = ", ".join(str(folder) for folder in folders())
    raise ModelError(f"model {name} not found in {searched}: run 'kompass train' or set {FOLDER_VARIABLE}")
