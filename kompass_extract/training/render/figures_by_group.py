"""Says how a drawn set was read, by typesetter and by degradation.

Run as ``python -m kompass_extract.training.render.figures_by_group DRAWN EVALUATED``.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

COLUMNS = ("reports", "items F1", "worst", "cells", "silent", "of", "silent scores", "review")


def rows_by(
    key: str, manifest: Sequence[Mapping[str, object]], cases: Sequence[Mapping[str, object]]
) -> list[list[str]]:
    """A row for each value of the manifest's ``key``: figures over the cases that have it."""
    values = {str(line["file"]).removesuffix(".pdf"): str(line[key]) for line in manifest}
    groups: dict[str, list[Mapping[str, float]]] = defaultdict(list)
    for case in cases:
        figures = case["figures"]
        if isinstance(figures, Mapping) and str(case["case"]) in values:
            groups[values[str(case["case"])]].append(figures)
    return [[name, *_figures(group)] for name, group in sorted(groups.items())]


def _figures(group: Sequence[Mapping[str, float]]) -> list[str]:
    items = [figures.get("items_f1") or 0 for figures in group]
    cells = sum(f.get("cells") or 0 for f in group)
    right = sum((f.get("cells_right") or 0) * (f.get("cells") or 0) for f in group)
    fields = sum(f.get("fields") or 0 for f in group)
    asked = sum((f.get("review_load") or 0) * (f.get("fields") or 0) for f in group)
    return [
        str(len(group)),
        f"{sum(items) / len(items):.3f}", f"{min(items):.3f}", f"{right / cells:.3f}" if cells else "-",
        f"{sum(f.get('silent_errors') or 0 for f in group):.0f}", f"{sum(f.get('judged') or 0 for f in group):.0f}",
        f"{sum(f.get('silent_scores') or 0 for f in group):.0f}", f"{asked / fields:.3f}" if fields else "-",
    ]  # fmt: skip


def table(key: str, rows: Sequence[Sequence[str]]) -> str:
    """``rows`` as a Markdown table."""
    lines = [[key, *COLUMNS], ["---"] * (len(COLUMNS) + 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(argv: list[str] | None = None) -> int:
    """Print a table by typesetter and one by degradation."""
    parser = argparse.ArgumentParser(
        prog="python -m kompass_extract.training.render.figures_by_group", description=__doc__
    )
    parser.add_argument("drawn", type=Path, help="folder that python -m kompass_extract.training.render wrote")
    parser.add_argument("evaluated", type=Path, help="folder that kompass evaluate wrote")
    arguments = parser.parse_args(argv)
    lines = (arguments.drawn / "manifest.jsonl").read_text(encoding="utf-8").splitlines()
    manifest = [json.loads(line) for line in lines]
    cases = json.loads((arguments.evaluated / "evaluation.json").read_text(encoding="utf-8"))["cases"]
    for key in ("typesetter", "quality"):
        print(table(key, rows_by(key, manifest, cases)) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
