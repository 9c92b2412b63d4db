"""Everything that can end a run, one class and one exit code per cause; each message says what to do next."""

from __future__ import annotations


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
