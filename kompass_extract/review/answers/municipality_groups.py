"""An operator's groups of municipalities: a CSV that comparisons take, ``groups.csv`` of the archive's folder.

A name that no municipality has is an error: else the group's mean would be that of the others, and nobody would see.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from kompass_extract.archive.folder import Archive
from kompass_extract.errors import UsageError
from kompass_extract.review.answers.archive_names import UnknownNameError, municipality_name
from kompass_extract.taxonomy import load_taxonomy

FILE = "groups.csv"
Groups = Mapping[str, Sequence[str]]
"""Municipalities by the name of their group."""


def groups_of(archive: Archive) -> Groups:
    """Return the groups that stand in the archive's folder, none where the file is not there; UsageError."""
    path = archive.folder / FILE
    return groups_from(path) if path.is_file() else {}


def groups_from(path: Path) -> dict[str, list[str]]:
    """Read a CSV with the columns ``group`` and ``municipality`` (a name or a code); UsageError."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}). Give a CSV file in UTF-8.") from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter=";" if first.count(";") > first.count(",") else ",")
    if not {"group", "municipality"} <= set(rows.fieldnames or ()):
        raise UsageError(f"{path} lacks the columns group and municipality. Name them in its first line.")
    entries = load_taxonomy().municipalities.entries
    codes, names = {one.code: one.name for one in entries}, tuple(one.name for one in entries)
    groups: dict[str, list[str]] = {}
    for row in rows:
        group, named = (row["group"] or "").strip(), (row["municipality"] or "").strip()
        if not group or not named:
            raise UsageError(f"{path}, line {rows.line_num}: a group or a municipality is missing. Give both.")
        name = codes.get(named) or municipality_name(named)
        if name not in names:
            raise UnknownNameError(named, names, f"{path}, line {rows.line_num}: there is no municipality {named}.")
        groups.setdefault(group, []).append(name)
    return groups
