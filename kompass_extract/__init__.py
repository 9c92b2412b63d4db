"""Turn Kommunkompassen reports into checked data: a page becomes lines, blocks, areas, a report.

>>> import kompass_extract
>>> report = kompass_extract.extract("sala-2023.pdf")  # doctest: +SKIP
>>> report.rows("items")[0]["text"]  # doctest: +SKIP

``kompass_extract.__all__`` is the public interface; other modules may change without notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kompass_extract.process import keep_quiet

if TYPE_CHECKING:
    from kompass_extract.api import Extractor as Extractor
    from kompass_extract.api import extract as extract
    from kompass_extract.errors import KompassError as KompassError
    from kompass_extract.model.report import Area as Area
    from kompass_extract.model.report import Field as Field
    from kompass_extract.model.report import Report as Report
    from kompass_extract.review.answers.answer_archive import AnswerArchive as AnswerArchive
    from kompass_extract.review.answers.answer_archive import open_archive as open_archive
    from kompass_extract.review.answers.answer_values import Choice as Choice
    from kompass_extract.review.answers.answer_values import Comparison as Comparison
    from kompass_extract.review.answers.answer_values import Hit as Hit
    from kompass_extract.review.answers.answer_values import PassageChoice as PassageChoice
    from kompass_extract.settings import ReadingSettings as ReadingSettings

__version__ = "0.2.0"

keep_quiet()

_PUBLIC = {
    "extract": "kompass_extract.api",
    "Extractor": "kompass_extract.api",
    "Report": "kompass_extract.model.report",
    "Area": "kompass_extract.model.report",
    "Field": "kompass_extract.model.report",
    "ReadingSettings": "kompass_extract.settings",
    "KompassError": "kompass_extract.errors",
    "open_archive": "kompass_extract.review.answers.answer_archive",
    "AnswerArchive": "kompass_extract.review.answers.answer_archive",
    "Choice": "kompass_extract.review.answers.answer_values",
    "PassageChoice": "kompass_extract.review.answers.answer_values",
    "Hit": "kompass_extract.review.answers.answer_values",
    "Comparison": "kompass_extract.review.answers.answer_values",
}
__all__ = [
    "AnswerArchive", "Area", "Choice", "Comparison", "Extractor", "Field", "Hit", "KompassError", "PassageChoice",
    "ReadingSettings", "Report", "__version__", "extract", "open_archive",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Load a public name when it is first used, so that importing the package costs nothing."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
