"""The flows, which lie beside the package: nothing in the package imports Prefect, so a command asks for them here."""

from __future__ import annotations

import contextlib
import importlib
import sys
from pathlib import Path
from typing import Any

from kompass_extract.errors import UsageError


def flow_module(name: str) -> Any:
    """The module ``flows.<name>``; UsageError where something that it needs is not installed."""
    with contextlib.chdir(Path(__file__).parent):  # Prefect takes settings from files of the current folder
        try:
            return importlib.import_module(f"flows.{name}")
        except ModuleNotFoundError as error:
            if error.name not in {"flows", f"flows.{name}"}:
                raise UsageError(f"The flows need {error.name}, which is not installed. Run make install.") from error
        sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
        importlib.invalidate_caches()
        return importlib.import_module(f"flows.{name}")
