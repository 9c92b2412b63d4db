"""Everything that can end a run, one class and one exit code per cause; each message says what to do next."""

from __future__ import annotations

import os


def printable(name: str) -> str:
    """A file's name as text that can be stored and printed: bytes that are no UTF-8 are escaped."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


class KompassError(Exception):
    """Base of all errors that a person can act on."""

    exit_code = 1


class UsageError(KompassError):
    """The command was called with something that it cannot take."""

    exit_code = 2


class UnreadableFileError(KompassError):
    """The file is not there, may not be read, or its kind is not one that is taken."""

    exit_code = 10


class NotAPdfError(KompassError):
    """The file says PDF and is not one."""

    exit_code = 11


class EncryptedPdfError(KompassError):
    """The PDF wants a password."""

    exit_code = 12


class TruncatedFileError(KompassError):
    """The file breaks off before its end."""

    exit_code = 13


class NoPagesError(KompassError):
    """The file has no page, or no page with anything on it."""

    exit_code = 14


class PageSizeError(KompassError):
    """A page is too large to be one of paper, or too many pages are declared."""

    exit_code = 15


class OcrMissingError(KompassError):
    """Tesseract or one of its language models is not installed."""

    exit_code = 16


class NotAReportError(KompassError):
    """Readable, but not a Kommunkompassen report."""

    exit_code = 17


class ModelError(KompassError):
    """A model file is missing, of another format, or does not fit the program."""

    exit_code = 18


class OutputError(KompassError):
    """The result could not be written."""

    exit_code = 19


class OcrFailedError(KompassError):
    """The reader crashed or ran out of time on a page."""

    exit_code = 20


class StoreError(KompassError):
    """The archive's store cannot be opened, or what it holds cannot be used."""

    exit_code = 21


class DocumentLimitError(KompassError):
    """A document took more time or memory than one may."""

    exit_code = 22


class DocumentCrashError(KompassError):
    """Reading a document ended the process that read it; ``lost`` has the page that it was reading, and why."""

    exit_code = 23
    lost: tuple[tuple[int, str], ...] = ()


class LostClaimError(KompassError):
    """Somebody else took over a document, because this process seemed to be gone."""

    exit_code = 24


class LinkError(KompassError):
    """A link in a folder leads out of it."""

    exit_code = 25


class RunUnderWayError(KompassError):
    """A run that must be the only one of its kind found another."""

    exit_code = 26


class PrefectServerError(KompassError):
    """Prefect's own server did not start."""

    exit_code = 27


class InterruptedRunError(KompassError):
    """Somebody stopped the run, or another document ended it."""

    exit_code = 28


STOPPED = "The run was stopped. Run the same command again; it goes on where it was."


class BackupError(KompassError):
    """A backup is not whole, or something lies where it is to go."""

    exit_code = 29


class GateError(KompassError):
    """A figure lies below its floor, or the floors are not for this corpus."""

    exit_code = 30


class WatchError(KompassError):
    """The watch cannot go on as a whole: its configuration is wrong, or index pages could not be read."""

    exit_code = 40


class FetchError(KompassError):
    """One address was not fetched; the message says why, for the report."""

    exit_code = 41


class NotifyError(KompassError):
    """A notice to operators could not be sent, or where it should go is not set up."""

    exit_code = 42


class UnexpectedError(KompassError):
    """Something no rule foresaw; the message says what."""


ENDS_THE_RUN: tuple[type[KompassError], ...] = (
    OcrMissingError, ModelError, OutputError, StoreError, InterruptedRunError,
)  # fmt: skip
"""Every document after would end the same way: a missing program or model, a full disk, a lost store."""
