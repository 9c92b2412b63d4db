"""Where the model files lie, and what they are."""

from __future__ import annotations

import os
from pathlib import Path

from kompass_extract.errors import ModelError

FOLDER_VARIABLE = "KOMPASS_MODELS"


def folders() -> tuple[Path, ...]:
    """The folders searched: the one named by KOMPASS_MODELS alone, or the checkout's and the wheel's."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named:
        return (Path(named),)
    package = Path(__file__).resolve().parent
    return (package.parent / "models", package / "_models")


def path(name: str) -> Path:
    """The model file or folder ``name``; ModelError when it is in none of the folders."""
    for folder in folders():
        if (folder / name).exists():
            return folder / name
    searched = ", ".join(str(folder) for folder in folders())
    raise ModelError(f"model {name} not found in {searched}: run 'kompass train' or set {FOLDER_VARIABLE}")
