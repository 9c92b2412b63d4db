"""Swedish tokens and sentences as spaCy's blank Swedish pipeline makes them, from the rules that it has for Swedish.

The rules are data that ``training.fit_labels.token_rules`` takes from spaCy; a test compares the tokens of both.  spaCy
itself takes a second of processor time to start, a third of what a text report takes in all.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files

RULES_FILE = "swedish_tokens.json"
_SPANS = re.compile(r"\s+|\S+")


@dataclass(frozen=True, slots=True)
class SwedishToken:
    """A word, a sign or more white space than the one space between words."""

    text: str
    space: bool = False  # whether one space follows that belongs to no token

    @property
    def is_punct(self) -> bool:
        return all(unicodedata.category(char)[0] == "P" for char in self.text)

    @property
    def is_space(self) -> bool:
        return self.text.isspace()


@dataclass(frozen=True)
class TokenRules:
    """Where words are cut: signs at their ends and within them, and the texts that are cut in their own way."""

    prefix: str
    suffix: str
    infix: str
    address: str
    cases: Mapping[str, tuple[str, ...]]
    stop_words: frozenset[str]
    number_words: frozenset[str]
    sentence_ends: frozenset[str]
    _known: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, record: Mapping[str, object]) -> TokenRules:
        """The rules of a record as ``record`` gives it."""
        patterns = {name: str(record[name]) for name in ("prefix", "suffix", "infix", "address")}
        cases, words = record["cases"], {name: record[name] for name in ("stop_words", "number_words", "sentence_ends")}
        assert isinstance(cases, Mapping)
        sets = {name: frozenset(map(str, each)) for name, each in words.items() if isinstance(each, Iterable)}
        return cls(**patterns, cases={text: tuple(parts) for text, parts in cases.items()}, **sets)

    def record(self) -> dict[str, object]:
        """The rules as JSON values."""
        return {
            "prefix": self.prefix, "suffix": self.suffix, "infix": self.infix, "address": self.address,
            "cases": {text: list(parts) for text, parts in sorted(self.cases.items())},
            "stop_words": sorted(self.stop_words), "number_words": sorted(self.number_words),
            "sentence_ends": sorted(self.sentence_ends),
        }  # fmt: skip

    def tokens(self, text: str) -> list[SwedishToken]:
        """The tokens of a text, white space of more than one space among them."""
        found: list[SwedishToken] = []
        for span in _SPANS.findall(text):
            spaced = span[0] == " " and bool(found)
            if spaced:
                found[-1] = SwedishToken(found[-1].text, space=True)
            found.extend(SwedishToken(part) for part in self._parts(span[spaced:]))
        return self._with_cases(found)

    def sentence_starts(self, tokens: Sequence[SwedishToken]) -> list[int]:
        """The index of each sentence's first token: the first after a sentence's end that is no sign itself."""
        starts, ended = [0] if tokens else [], False
        for index, token in enumerate(tokens):
            ends = token.text in self.sentence_ends
            if ended and not ends and not token.is_punct:
                starts.append(index)
                ended = False
            elif ends:
                ended = True
        return starts

    def is_number(self, text: str) -> bool:
        """Whether a token is a number, a fraction or a numeral."""
        bare = (text[1:] if text.startswith(("+", "-", "±", "~")) else text).replace(",", "").replace(".", "")
        parts = bare.split("/")
        if bare.isdigit() or (len(parts) == 2 and parts[0].isdigit() and parts[1].isdigit()):
            return True
        return bare.lower() in self.number_words

    def _parts(self, span: str) -> tuple[str, ...]:
        """A text without white space, or white space alone, cut to tokens; letters alone are one."""
        if not span:
            return ()
        if span.isalpha() and span not in self.cases:
            return (span,)
        if span not in self._known:
            self._known[span] = self.cases.get(span) or tuple(self._cut(span, self.cases))
        return self._known[span]

    def _cut(self, span: str, cases: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
        """Signs at the start, what is left, signs at the end."""
        before, core, after = self._without_affixes(span, cases)
        yield from before
        if core in cases:
            yield from cases[core]
        elif core and (core.isalpha() or self._address.match(core)):
            yield core
        elif core:
            yield from self._within(core)
        yield from reversed(after)

    def _without_affixes(self, core: str, cases: Mapping[str, tuple[str, ...]]) -> tuple[list[str], str, list[str]]:
        before: list[str] = []
        after: list[str] = []
        length = 0
        while core and len(core) != length and core not in cases:
            length = len(core)
            found = self._prefix.search(core)
            start = found.end() - found.start() if found else 0
            if start and core[start:] in cases:
                before.append(core[:start])
                return before, core[start:], after
            found = self._suffix.search(core[start:])
            end = found.end() - found.start() if found else 0
            if end and core[:-end] in cases:
                after.append(core[-end:])
                return before, core[:-end], after
            both = start + end <= length
            if start:
                before.append(core[:start])
            if end and (both or not start):
                after.append(core[-end:])
            core = core[start : length - end] if both else core[start:]
        return before, core, after

    def _within(self, core: str) -> Iterator[str]:
        """A text cut at the signs within it."""
        start = 0
        for match in self._infix.finditer(core):
            if match.start() == 0:
                continue
            if match.start() != start:
                yield core[start : match.start()]
            if match.group():
                yield match.group()
            start = match.end()
        if core[start:]:
            yield core[start:]

    def _with_cases(self, tokens: list[SwedishToken]) -> list[SwedishToken]:
        """The tokens, those together that are a case of its own (an emoticon) when put together."""
        texts = tuple(token.text for token in tokens)
        spans = {
            (len(case), -start)
            for start, text in enumerate(texts)
            for case in self._case_parts.get(text, ())
            if texts[start : start + len(case)] == case
        }
        if not spans:
            return tokens
        seen: set[int] = set()
        chosen: dict[int, int] = {}
        for length, start in sorted(spans, reverse=True):  # the longest, of those the first
            own = range(-start, -start + length)
            if own[0] not in seen and own[-1] not in seen:
                chosen[own[0]] = length
            seen.update(own)
        return list(self._joined(tokens, chosen))

    def _joined(self, tokens: Sequence[SwedishToken], lengths: Mapping[int, int]) -> Iterator[SwedishToken]:
        """The tokens with the cases that begin at these places, in as many tokens each."""
        index = 0
        while index < len(tokens):
            own = tokens[index : index + lengths.get(index, 1)]
            text = "".join(token.text + " " * token.space for token in own[:-1]) + own[-1].text
            if index in lengths and text in self.cases:
                *first, last = self.cases[text]
                yield from map(SwedishToken, first)
                yield SwedishToken(last, own[-1].space)
            else:
                yield from own
            index += len(own)

    @cached_property
    def _case_parts(self) -> dict[str, list[tuple[str, ...]]]:
        """The tokens that cases with signs in them would be by the other rules, by the first."""
        found: dict[str, list[tuple[str, ...]]] = {}
        for text in self.cases:
            if self._prefix.search(text) or self._infix.search(text) or self._suffix.search(text) or " " in text:
                parts = tuple(self._cut(text, {}))
                found.setdefault(parts[0], []).append(parts)
        return found

    @cached_property
    def _prefix(self) -> re.Pattern[str]:
        return re.compile(self.prefix)

    @cached_property
    def _suffix(self) -> re.Pattern[str]:
        return re.compile(self.suffix)

    @cached_property
    def _infix(self) -> re.Pattern[str]:
        return re.compile(self.infix)

    @cached_property
    def _address(self) -> re.Pattern[str]:
        return re.compile(self.address)


@lru_cache(maxsize=1)
def token_rules() -> TokenRules:
    """The rules of the package."""
    return TokenRules.of(json.loads(files("kompass_extract.labels").joinpath(RULES_FILE).read_text("utf-8")))
