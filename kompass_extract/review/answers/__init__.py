"""Answers from an archive: tables, search, comparison and export, over one index that follows the store.

The command, the pages and Python ask ``AnswerArchive``; none of them reads the index itself.
"""

from kompass_extract.review.answers.answer_archive import AnswerArchive, open_archive

__all__ = ["AnswerArchive", "open_archive"]
