"""spaCy's Swedish tokenizer, sentence splitter and stop words, loaded without spaCy's command line.

``import spacy`` loads the libraries of its command line (typer, weasel, httpx, jinja2), which take a third of its start
and are used by nothing here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

_COMMAND_LINE = ("spacy.cli", "spacy.cli.info")
_starting = Lock()


@lru_cache(maxsize=1)
def swedish() -> Language:
    """The blank Swedish pipeline with its sentence splitter."""
    with _starting:
        if "spacy" not in sys.modules:
            with _without_command_line():
                import spacy
        import spacy

    language = spacy.blank("sv")
    language.add_pipe("sentencizer")
    return language


@contextmanager
def _without_command_line() -> Iterator[None]:
    """Lets spaCy start with an empty command line, which is loaded as usual by who imports it after that."""
    for name in _COMMAND_LINE:
        sys.modules[name] = ModuleType(name)
    vars(sys.modules["spacy.cli.info"])["info"] = _info
    try:
        yield
    finally:
        for name in _COMMAND_LINE:
            sys.modules.pop(name, None)
        if "spacy" in sys.modules:
            vars(sys.modules["spacy"]).pop("cli", None)


def _info(*args: object, **more: object) -> object:
    """``spacy.info`` of a spaCy that was started here."""
    from spacy.cli.info import info

    return info(*args, **more)  # type: ignore[arg-type]
