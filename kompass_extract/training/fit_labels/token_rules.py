"""Writes spaCy's rules for Swedish tokens and sentences to ``labels/tokens.json``, from which reports are read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import spacy
from spacy.attrs import ORTH
from spacy.lang.sv.lex_attrs import _num_words
from spacy.language import Language
from spacy.pipeline import Sentencizer
from spacy.tokenizer import Tokenizer

from kompass_extract import labels
from kompass_extract.labels.spacy_tokens import RULES_FILE, load_rules
from kompass_extract.process.files import write_whole

RULES_PATH = Path(labels.__file__).parent / RULES_FILE


def swedish() -> Language:
    """spaCy's blank Swedish pipeline with its sentence splitter, whose rules are taken over."""
    language = spacy.blank("sv")
    language.add_pipe("sentencizer")
    return language


def spacy_rules() -> dict[str, object]:
    """The rules of the installed spaCy, as ``labels.spacy_tokens.TokenRules`` has them."""
    language = swedish()
    tokenizer = language.tokenizer
    assert isinstance(tokenizer, Tokenizer)
    bare = Tokenizer(
        language.vocab,
        prefix_search=tokenizer.prefix_search,
        suffix_search=tokenizer.suffix_search,
        infix_finditer=tokenizer.infix_finditer,
        url_match=tokenizer.url_match,
    )
    searches = (tokenizer.find_prefix, tokenizer.find_infix, tokenizer.find_suffix)
    cut = [case for case in tokenizer.rules if " " in case or any(search(case) for search in searches)]
    return {
        "specials": {case: [part[ORTH] for part in parts] for case, parts in tokenizer.rules.items()},
        "cut_specials": sorted([token.text for token in bare(case)] for case in cut),
        "prefix": _pattern(tokenizer.prefix_search),
        "suffix": _pattern(tokenizer.suffix_search),
        "infix": _pattern(tokenizer.infix_finditer),
        "url": _pattern(tokenizer.url_match),
        "stop_words": sorted(language.Defaults.stop_words),
        "number_words": sorted(_num_words),
        "sentence_ends": sorted(Sentencizer.default_punct_chars),
    }


def write_rules(path: Path = RULES_PATH) -> bool:
    """Write the rules of the installed spaCy where they are not those of the file; True if they were not."""
    rules = json.dumps(spacy_rules(), ensure_ascii=False, indent=0, sort_keys=True) + "\n"
    if path.exists() and path.read_text("utf-8") == rules:
        return False
    write_whole(path, rules)
    load_rules.cache_clear()
    return True


def _pattern(search: Callable[..., object]) -> str:
    """The regular expression whose bound method a tokenizer was given."""
    compiled = getattr(search, "__self__", None)
    assert isinstance(compiled, re.Pattern)
    return str(compiled.pattern)
