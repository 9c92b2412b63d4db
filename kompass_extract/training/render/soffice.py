"""Prints Word documents to PDF with LibreOffice: one private profile for many reports, every print bounded in time."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

EXECUTABLE = "soffice"
PACKAGE = "libreoffice-writer"
TIMEOUT_SECONDS = 60  # a report takes 5 to 10, the first one of a profile twice that
BATCH_SECONDS = 25  # for each report of a run that prints several


class OfficeMissingError(RuntimeError):
    """There is no LibreOffice: ``apt-get install libreoffice-writer``."""


class PrintFailedError(RuntimeError):
    """LibreOffice ended without a PDF or did not end; says what it said."""


@contextmanager
def office_profile(executable: str = EXECUTABLE) -> Iterator[Path]:
    """A profile folder of its own, so that no other LibreOffice is joined; OfficeMissingError when there is none."""
    if shutil.which(executable) is None:
        raise OfficeMissingError(f"{executable} is missing: apt-get install {PACKAGE}")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def print_each(targets: Mapping[Path, Path], profile: Path, *, tagged: bool = False) -> None:
    """Print the documents; one whose layout the office never finishes is left out, and has no PDF then."""
    try:
        print_documents(targets, profile, tagged=tagged, timeout=BATCH_SECONDS)
    except PrintFailedError:
        for document, target in targets.items():
            with suppress(PrintFailedError):
                print_documents({document: target}, profile, tagged=tagged)


def print_documents(
    targets: Mapping[Path, Path], profile: Path, *, tagged: bool = False, executable: str = EXECUTABLE,
    timeout: float = TIMEOUT_SECONDS,
) -> None:  # fmt: skip
    """Write each document as the PDF that it is mapped to, in one run of LibreOffice; their stems must differ.

    ``tagged`` asks for a structure tree.  The run may last ``timeout`` seconds a document; PrintFailedError when a
    PDF is missing.
    """
    options = {"UseTaggedPDF": {"type": "boolean", "value": "true" if tagged else "false"}}
    with TemporaryDirectory() as folder:
        command = [
            executable, "--headless", f"-env:UserInstallation={profile.resolve().as_uri()}",
            "--convert-to", f"pdf:writer_pdf_Export:{json.dumps(options)}", "--outdir", folder, *map(str, targets),
        ]  # fmt: skip
        code, said = _run(command, timeout * len(targets))
        for document, target in targets.items():
            printed = Path(folder) / f"{document.stem}.pdf"
            if code or not printed.exists():
                raise PrintFailedError(
                    f"{document.name}: {executable} ended with {code} and no PDF; "
                    f"{PACKAGE} may be missing: {said.strip()}"
                )
            shutil.move(printed, target)


def _run(command: list[str], timeout: float) -> tuple[int, str]:
    """The exit code and all that was said; the whole group is ended when time is up, not the starting script alone."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            said, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired as error:
            os.killpg(process.pid, signal.SIGKILL)
            raise PrintFailedError(f"{command[-1]}: no PDF after {timeout:g} seconds") from error
    return process.returncode, said
