"""Write the API pages into a folder: python scripts/make_docs.py build/docs."""

from __future__ import annotations

import sys
from pathlib import Path

import pdoc

import kompass_extract

MODULES = (
    "kompass_extract",
    "kompass_extract.errors",
    "kompass_extract.settings",
    "kompass_extract.model.report",
    "kompass_extract.model.reasons",
)


def main(folder: str) -> None:
    """Write a page for each public module; public names, which load when first used, are loaded before."""
    for name in kompass_extract.__all__:
        setattr(kompass_extract, name, getattr(kompass_extract, name))
    pdoc.render.configure(docformat="google", show_source=False)
    pdoc.pdoc(*MODULES, output_directory=Path(folder))


if __name__ == "__main__":
    main(sys.argv[1])
