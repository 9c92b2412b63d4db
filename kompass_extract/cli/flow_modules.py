"""The flows: beside the package in a checkout, inside it in a wheel.

Nothing in the package imports Prefect, so a command asks for them here.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parent.parent


def flow_module(name: str) -> Any:
    """Return the flows' module ``name``; ModuleNotFoundError where something that it needs is not installed."""
    with contextlib.chdir(Path(__file__).parent):  # Prefect takes settings from files of the current folder
        if (_PACKAGE / "flows").is_dir():
            return importlib.import_module(f"kompass_extract.flows.{name}")
        root = str(_PACKAGE.parent)
        if root not in sys.path:
            sys.path.append(root)
        return importlib.import_module(f"flows.{name}")
