"""The archive's pages: what people read, search, compare and cite; served, or written as a static site.

Pages are made of ``AnswerArchive`` alone.  ``views`` says what a page holds, ``links`` where others are, so that the
same templates serve a running server and files on any web server.
"""

__all__: list[str] = []
