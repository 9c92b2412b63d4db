"""Two evaluations side by side: figures, and the values that became better or worse, by cause."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kompass_extract.errors import UnreadableFileError
from kompass_extract.training.evaluate.figures import COUNTS
from kompass_extract.training.evaluate.gate import HIGHER_IS_BETTER, LOWER_IS_BETTER
from kompass_extract.training.evaluate.html_trust import Tile
from kompass_extract.training.evaluate.page_templates import percent, render
from kompass_extract.training.evaluate.provenance import Provenance
from kompass_extract.training.evaluate.value_changes import Change, ChangeKind, by_cause, changes, place_of

EVALUATION = "evaluation.json"
_FIGURES = (*HIGHER_IS_BETTER, *LOWER_IS_BETTER, "silent_errors")
_MOST_ROWS = 500  # of each part of the page; the terminal's are fewer
_LONGEST = 300  # characters of a text on the page
_TITLES = {
    ChangeKind.LOST: "Lost: right in A, wrong in B",
    ChangeKind.SILENCED: "Wrong in both, and nobody is asked in B",
    ChangeKind.WON: "Won: wrong in A, right in B",
    ChangeKind.HEARD: "Wrong in both, and asked about in B",
}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """An evaluation as its JSON has it."""

    name: str
    record: Mapping[str, Any]

    @property
    def cases(self) -> dict[str, Mapping[str, Any]]:
        return {one["case"]: one for one in self.record["cases"]}

    @property
    def run(self) -> Provenance:
        known = self.record.get("run") or {"version": self.record.get("version", "not known")}
        names = {one.name for one in fields(Provenance)}
        return Provenance(**{name: value for name, value in known.items() if name in names})


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in both; ``better`` is 1, 0 or -1."""

    name: str
    before: str
    after: str
    change: str
    better: int


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs; over the cases that both have."""

    before: Evaluation
    after: Evaluation
    changes: tuple[Change, ...]
    figures: tuple[FigureRow, ...]
    warnings: tuple[str, ...]

    def of(self, kind: ChangeKind) -> list[Change]:
        return [one for one in self.changes if one.kind is kind]


def load(path: Path) -> Evaluation:
    """The evaluation in a folder, or in a JSON file; UnreadableFileError."""
    file = path / EVALUATION if path.is_dir() else path
    try:
        record = json.loads(file.read_bytes())
        record["cases"], record["figures"]
    except OSError as error:
        raise UnreadableFileError(
            f"{file} could not be read ({error.strerror}). Name an evaluation's folder."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableFileError(f"{file} is no evaluation: run kompass evaluate --out {file.parent}.") from error
    return Evaluation(str(path), record)


def compared(before: Evaluation, after: Evaluation) -> Diff:
    """What differs between two evaluations."""
    old, new = before.cases, after.cases
    common = [name for name in old if name in new]
    found = [one for name in common for one in changes(name, old[name]["errors"], new[name]["errors"])]
    return Diff(before, after, tuple(found), tuple(_figures(before, after)), tuple(_warnings(before, after)))


def _figures(before: Evaluation, after: Evaluation) -> list[FigureRow]:
    rows = []
    for name in _FIGURES:
        old, new = before.record["figures"].get(name), after.record["figures"].get(name)
        if old is None or new is None:
            continue
        sign = 1 if name in HIGHER_IS_BETTER else -1
        better = sign * ((new > old) - (new < old))
        counted = name in COUNTS
        shown, other = (f"{value:g}" if counted else percent(value) for value in (old, new))
        change = f"{new - old:+g}" if counted else f"{100 * (new - old):+.2f}"
        rows.append(FigureRow(name.replace("_", " "), shown, other, change if new != old else "", better))
    return rows


def _warnings(before: Evaluation, after: Evaluation) -> list[str]:
    found, old, new = [], before.cases, after.cases
    if before.record.get("corpus_sha256") != after.record.get("corpus_sha256"):
        found.append("The two were made with other inputs or labels: figures are not comparable as a whole.")
    for one, other, letter in ((old, new, "A"), (new, old, "B")):
        alone = [name for name in one if name not in other]
        if alone:
            found.append(f"In {letter} alone: {', '.join(alone)}.")
    failed = [name for name, case in new.items() if case["error"] and not old.get(name, case)["error"]]
    if failed:
        found.append(f"Without a report in B: {', '.join(failed)}.")
    return found


def page(diff: Diff) -> str:
    """The difference as a page that needs nothing else."""
    parts = [{"title": _TITLES[kind], "count": len(diff.of(kind)), "changes": _rows(diff.of(kind))} for kind in _TITLES]
    causes = [
        {
            "cause": cause, "won": counts[ChangeKind.WON], "lost": counts[ChangeKind.LOST],
            "heard": counts[ChangeKind.HEARD], "silenced": counts[ChangeKind.SILENCED],
        }
        for cause, counts in by_cause(diff.changes)
    ]  # fmt: skip
    return render(
        "diff.html", before=diff.before, after=diff.after, warnings=diff.warnings, tiles=_tiles(diff),
        figures=diff.figures, causes=causes, parts=parts,
    )  # fmt: skip


def _tiles(diff: Diff) -> list[Tile]:
    lost, silenced = len(diff.of(ChangeKind.LOST)), len(diff.of(ChangeKind.SILENCED))
    silent = silenced + sum(bool(one.error["silent"]) for one in diff.of(ChangeKind.LOST))
    return [
        Tile("values won", str(len(diff.of(ChangeKind.WON))), True),
        Tile("values lost", str(lost), lost == 0),
        Tile("new silent errors", str(silent), silent == 0),
    ]


def _rows(found: Sequence[Change]) -> list[dict[str, object]]:
    return [
        {
            "case": one.case, "kind": one.error["kind"], "cause": one.cause, "place": place_of(one.error),
            "pointer": one.error["pointer"], "gold": _cut(one.error["gold"]),
            "before": _reading(one.before), "after": _reading(one.after),
            "silent_after": bool(one.after and one.after["silent"]),
        }
        for one in found[:_MOST_ROWS]
    ]  # fmt: skip


def _reading(error: Mapping[str, Any] | None) -> str:
    """What one of the two read: the label itself where it was right."""
    if error is None:
        return "right"
    text = "nothing" if error["read"] is None else _cut(error["read"])
    return f"{text} ({'silent' if error['silent'] else 'asked'})"


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
