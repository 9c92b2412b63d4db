"""The extras of the package that commands need, and what is said where one is not installed."""

from __future__ import annotations

from kompass_extract.errors import UsageError

EXTRAS = {
    "backup": "archive",
    "browse": "review",
    "cite": "review",
    "compare": "archive",
    "doctor": "archive",
    "evaluate": "evaluate",
    "export": "export",
    "gold": "train",
    "ingest": "archive",
    "metrics": "archive",
    "notify": "archive",
    "publish": "review",
    "rebuild": "archive",
    "restore": "archive",
    "review": "review",
    "search": "archive",
    "train": "train",
    "watch": "watch",
}
"""The extra that brings what a command imports; what other commands import comes with the package."""

_OF_MODULES = {"prefect": "flows"}
"""The extra of modules that commands import only in a certain environment."""

_OWN = frozenset({"kompass_extract", "flows"})


def missing_extra(command: str | None, error: ModuleNotFoundError) -> UsageError | None:
    """Return the error that names the extra to install; None where a module of this package is missing."""
    module = (error.name or "").partition(".")[0]
    if not module or module in _OWN:
        return None
    extra = _OF_MODULES.get(module) or EXTRAS.get(command or "")
    package = f"kompass-extract[{extra}]" if extra else "kompass-extract"
    return UsageError(f"kompass {command or ''} needs {module}: pip install '{package}'")
