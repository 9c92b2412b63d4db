"""Writing and reading report JSON: whole or not at all, in a stable order.

A file is written beside its target and renamed into place, so that a reader sees the old report or the new
one and nothing in between.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kompass_extract.errors import OutputError, UnreadableFileError
from kompass_extract.model.report import Report

_MAX_SAME_ID = 1000  # reports of one municipality and year in one directory; above any real archive
_WHAT_TO_DO = {
    errno.ENOSPC: "the disk is full; make room and run the same command again",
    errno.EDQUOT: "the disk quota is used up; make room and run the same command again",
    errno.EACCES: "no permission to write there; choose another --out or change its permissions",
    errno.EPERM: "no permission to write there; choose another --out or change its permissions",
    errno.EROFS: "the file system is read-only; choose another --out",
    errno.ENOTDIR: "a part of the path is a file; choose another --out",
    errno.EEXIST: "a file of that name is in the way; choose another --out",
    errno.ENAMETOOLONG: "the path is too long; choose a shorter --out",
}


def write_report(report: Report, out_dir: Path) -> Path:
    """Write ``<report_id>.json`` into ``out_dir`` (made where missing) and return its path; OutputError."""
    path = out_dir / f"{report.report_id}.json"
    write_text(path, dumps(report))
    return path


def dumps(report: Report) -> str:
    """The report as it stands in its file: UTF-8 letters kept, keys in the models' order, newline at the end."""
    return report.to_json()


def write_text(path: Path, text: str) -> None:
    """Write ``path`` atomically, its directory too where it is missing; OutputError says what to do."""
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", suffix=".part", delete=False
        ) as file:
            temporary = Path(file.name)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_readable_mode())
        temporary.replace(path)
        temporary = None
    except OSError as error:
        advice = _WHAT_TO_DO.get(error.errno or 0, error.strerror or str(error))
        raise OutputError(f"{path} could not be written: {advice}.") from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def _readable_mode() -> int:
    """The mode a file opened in the usual way would get; temporary files are made for their owner alone."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def load_report(path: Path) -> Report:
    """Read a report JSON; UnreadableFileError where it is missing, not JSON, or not a report."""
    try:
        return Report.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UnreadableFileError(f"{path} could not be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(str(part) for part in first["loc"])
        raise UnreadableFileError(
            f"{path} is not a report JSON of this version: {first['msg']} at /{place}. Extract the report anew."
        ) from error


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of report files, from the models that write them."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Report.model_json_schema(mode="serialization"),
    }


def placed(report: Report, out_dir: Path, *, force: bool = False) -> Report:
    """The report under an id that is free in ``out_dir``, or that already holds the same input file.

    Two inputs that give one id become ``amal-2019`` and ``amal-2019-2``; the same input (by sha256) takes its own
    place again.  OutputError where that place holds decisions of a reviewer, unless ``force``.
    """
    for count in range(1, _MAX_SAME_ID + 1):
        report_id = report.report_id if count == 1 else f"{report.report_id}-{count}"
        path = out_dir / f"{report_id}.json"
        present = _present(path)
        if present is None:
            return report.model_copy(update={"report_id": report_id})
        sha256, reviewed = present
        if sha256 != report.source.sha256:
            continue
        if reviewed and not force:
            raise OutputError(
                f"{path} holds decisions of a reviewer, which a new extraction would lose. "
                "Choose another --out, or say --force."
            )
        return report.model_copy(update={"report_id": report_id})
    raise OutputError(f"{out_dir} already holds {_MAX_SAME_ID} reports named {report.report_id}. Choose another --out.")


def _present(path: Path) -> tuple[str, bool] | None:
    """The input's sha256 and whether a review was begun, of the report at ``path``; None where nothing is there.

    A file that is no report JSON counts as another input's, so that it is never written over.
    """
    try:
        data = json.loads(path.read_bytes())
        return str(data["source"]["sha256"]), data.get("review", {}).get("status") != "pending"
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutputError(
            f"{path} is in the way and cannot be read: {error.strerror}. Choose another --out."
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", False
