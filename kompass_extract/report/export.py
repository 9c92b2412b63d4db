"""Writing and reading report JSON: whole or not at all, in a stable order.

A file gets its name when all of it is on the disk, so that a reader sees the old report or the new one and nothing
in between, and a killed process leaves nothing behind.
"""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kompass_extract.errors import OutputError, UnreadableFileError
from kompass_extract.process.files import write_whole

if TYPE_CHECKING:  # its models take a fifth of a second: whoever only places a written report does without
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


def dumps(report: Report) -> str:
    """The report as it stands in its file: UTF-8 letters kept, keys in the models' order, newline at the end."""
    return _dumped(report.model_dump(mode="json"))


def _dumped(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write ``path`` atomically, its directory too where it is missing; OutputError says what to do."""
    _write(path, text, exclusive=False)


def _write(path: Path, text: str, *, exclusive: bool) -> bool:
    """Write a file atomically; with ``exclusive`` False is returned where one of that name exists already."""
    try:
        write_whole(path, text, exclusive=exclusive)
    except FileExistsError as error:
        if exclusive and path.exists():
            return False
        raise _output_error(path, error) from error
    except OSError as error:
        raise _output_error(path, error) from error
    return True


def _output_error(path: Path, error: OSError) -> OutputError:
    advice = _WHAT_TO_DO.get(error.errno or 0, error.strerror or str(error))
    return OutputError(f"{path} could not be written: {advice}.")


def load_report(path: Path) -> Report:
    """Read a report JSON; UnreadableFileError where it is missing, not JSON, or not a report."""
    from pydantic import ValidationError

    from kompass_extract.model.report import Report

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
    from kompass_extract.model.report import SCHEMA_VERSION, Report

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:kompass-extract:report:{SCHEMA_VERSION}",
        **Report.model_json_schema(mode="serialization"),
    }


def place(text: str, out_dir: Path, *, force: bool = False) -> Path:
    """Write a report's JSON under an id that is free in ``out_dir``, or that already holds the same input file.

    Two inputs that give one id become ``amal-2019`` and ``amal-2019-2``; the same input (by sha256) takes its own
    place again.  Several processes may place reports at once.  OutputError where that place holds decisions of a
    reviewer, unless ``force``.
    """
    record = json.loads(text)
    wanted, sha256 = record["report_id"], record["source"]["sha256"]
    for count in range(1, _MAX_SAME_ID + 1):
        report_id = wanted if count == 1 else f"{wanted}-{count}"
        path = out_dir / f"{report_id}.json"
        body = text if count == 1 else _dumped({**record, "report_id": report_id})
        present = _present(path)
        if present is None:
            if _write(path, body, exclusive=True):
                return path
            present = _present(path) or ("", False)  # another process was quicker
        if present[0] != sha256:
            continue
        if present[1] and not force:
            raise OutputError(
                f"{path} holds decisions of a reviewer, which a new extraction would lose. "
                "Choose another --out, or say --force."
            )
        write_text(path, body)
        return path
    raise OutputError(f"{out_dir} already holds {_MAX_SAME_ID} reports named {wanted}. Choose another --out.")


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
