"""spaCy's start without its command line, in a process of its own."""

from __future__ import annotations

import subprocess
import sys


def told(code: str) -> list[str]:
    start = "import sys\nfrom kompass_extract.labels.swedish_language import swedish\n"
    done = subprocess.run([sys.executable, "-c", start + code], capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.split("\n")[:-1]


def test_words_and_sentences_are_spacys() -> None:
    code = "doc = swedish()('Mål finns t.ex. här. De är få.')\nprint(*doc, sep='|')\nprint(*doc.sents, sep='|')"
    assert told(code) == ["Mål|finns|t.ex.|här|.|De|är|få|.", "Mål finns t.ex. här.|De är få."]


def test_the_command_line_is_loaded_when_it_is_asked_for_and_not_before() -> None:
    code = (
        "swedish()\nprint('typer' in sys.modules, 'spacy.cli' in sys.modules)\n"
        "import spacy, spacy.cli\nprint('typer' in sys.modules, callable(spacy.cli.download))\n"
        "print(spacy.info(silent=True)['spacy_version'] == spacy.__version__)"
    )
    assert told(code) == ["False False", "True True", "True"]


def test_a_spacy_that_was_loaded_before_is_used() -> None:
    assert told("import spacy\nprint(type(swedish()) is type(spacy.blank('sv')), 'spacy.cli' in sys.modules)") == [
        "True True"
    ]
