"""The rules by which ``labels.swedish_tokens`` cuts words, taken from spaCy's blank Swedish pipeline.

Written anew with a new spaCy: ``python -m kompass_extract.training.fit_labels.token_rules``.
"""

from __future__ import annotations

import json
from pathlib import Path

from kompass_extract import labels
from kompass_extract.labels.swedish_tokens import RULES_FILE, TokenRules
from kompass_extract.process.files import write_whole


def rules_of_spacy() -> TokenRules:
    """The rules that the installed spaCy has for Swedish."""
    import spacy
    from spacy.lang.sv.lex_attrs import _num_words
    from spacy.pipeline import Sentencizer
    from spacy.symbols import ORTH

    tokenizer = spacy.blank("sv").tokenizer
    searches = {
        "prefix": tokenizer.prefix_search, "suffix": tokenizer.suffix_search,
        "infix": tokenizer.infix_finditer, "address": tokenizer.url_match,
    }  # fmt: skip
    return TokenRules(
        **{name: search.__self__.pattern for name, search in searches.items()},
        cases={text: tuple(str(part[ORTH]) for part in parts) for text, parts in tokenizer.rules.items()},
        stop_words=frozenset(spacy.blank("sv").Defaults.stop_words),
        number_words=frozenset(_num_words),
        sentence_ends=frozenset(Sentencizer.default_punct_chars),
    )


def write(folder: Path) -> Path:
    """Write the rules into the folder of the room that uses them."""
    path = folder / RULES_FILE
    write_whole(path, json.dumps(rules_of_spacy().record(), ensure_ascii=True, indent=1) + "\n")
    return path


if __name__ == "__main__":
    write(Path(labels.__file__).parent)
