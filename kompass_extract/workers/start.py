"""The start of every reading process: ``python -P -m kompass_extract.workers.start MODULE PARENT MEMORY ARGUMENT...``.

The process is tied to its parent and limited before the module with the libraries is imported.
"""

from __future__ import annotations

import importlib
import sys

from kompass_extract.process import limits


def command(module: str, parent: int, memory_bytes: int, arguments: list[str]) -> list[str]:
    """The command line that runs ``module.main(arguments)`` fenced, as a child of the process ``parent``."""
    start = [sys.executable, "-P", "-m", "kompass_extract.workers.start"]
    return [*start, module, str(parent), str(memory_bytes), *arguments]


def _main(module: str, parent: str, memory_bytes: str, *arguments: str) -> None:
    limits.follow(int(parent))
    limits.fence(int(memory_bytes))
    importlib.import_module(module).main(list(arguments))


if __name__ == "__main__":
    _main(*sys.argv[1:])
