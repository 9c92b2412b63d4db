"""What ends the reading of one document or of a whole run, beside the errors of reading itself."""

from __future__ import annotations

from kompass_extract.errors import KompassError, ModelError, OcrMissingError, OutputError


class StoreError(KompassError):
    """The store cannot be opened, or what it holds cannot be used."""

    exit_code = 21


class DocumentLimitError(KompassError):
    """A document took more time or memory than one may."""

    exit_code = 22


class DocumentCrashError(KompassError):
    """Reading a document ended the process that read it."""

    exit_code = 23


class UnexpectedError(KompassError):
    """Something no rule foresaw; the message says what."""

    exit_code = 1


class LostClaimError(KompassError):
    """Somebody else took over a document, because this process seemed to be gone."""

    exit_code = 24


class RunUnderWayError(KompassError):
    """A run that must be the only one of its kind found another."""

    exit_code = 26


class InterruptedRunError(KompassError):
    """Somebody stopped the run, or another document ended it."""

    exit_code = 28


ENDS_THE_RUN: tuple[type[KompassError], ...] = (
    OcrMissingError, ModelError, OutputError, StoreError, InterruptedRunError,
)  # fmt: skip
"""Every document after would end the same way: a missing program or model, a full disk, a lost store."""
