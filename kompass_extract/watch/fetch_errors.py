"""Why an address was not fetched: it was refused by our own rules, or it could not be had this time."""

from __future__ import annotations

from kompass_extract.errors import FetchError


class FetchRefusedError(FetchError):
    """A rule of ours forbids it: asking again would be refused again."""


class PdfFoundError(FetchRefusedError):
    """A PDF lies where a page was looked for."""


class NotAPdfFoundError(FetchRefusedError):
    """Something else lies where a PDF was looked for."""


class UnavailableError(FetchError):
    """It may be there another time: asking again is worth a try."""


class GoneError(FetchError):
    """Asking again at once is of no use; ``status`` is the server's, None where it was not the server that said so."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
