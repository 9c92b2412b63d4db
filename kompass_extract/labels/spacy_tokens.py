"""Swedish tokens and sentences as spaCy's blank Swedish pipeline gives them, from its rules in ``tokens.json``.

``kompass train`` writes the rules from the installed spaCy (``training.fit_labels.token_rules``), and a test compares
the tokens of both over whole reports and over random texts.  Reading a report then loads a file instead of spaCy,
whose import takes longer than labelling a report.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import groupby

RULES_FILE = "tokens.json"
_PLAIN = re.compile("[A-Za-zÅÄÖåäöÉéÜü]+").fullmatch  # no affix or infix of any rule is made of these letters alone


@dataclass(frozen=True)
class TokenRules:
    """spaCy's rules: special cases (chunk to its tokens), regular expressions and word lists."""

    specials: dict[str, tuple[str, ...]]
    cut_specials: frozenset[tuple[str, ...]]
    prefix: str
    suffix: str
    infix: str
    url: str
    stop_words: frozenset[str]
    number_words: frozenset[str]
    sentence_ends: frozenset[str]

    @cached_property
    def longest(self) -> int:
        """Tokens into which affixes cut a special case at most."""
        return max(map(len, self.cut_specials), default=0)

    @cached_property
    def cut_parts(self) -> frozenset[str]:
        """The first tokens of special cases that affixes cut."""
        return frozenset(parts[0] for parts in self.cut_specials)

    @cached_property
    def prefix_search(self) -> re.Pattern[str]:
        return re.compile(self.prefix)

    @cached_property
    def suffix_search(self) -> re.Pattern[str]:
        return re.compile(self.suffix)

    @cached_property
    def infix_search(self) -> re.Pattern[str]:
        return re.compile(self.infix)

    @cached_property
    def url_match(self) -> re.Pattern[str]:
        return re.compile(self.url)


@lru_cache(maxsize=1)
def load_rules() -> TokenRules:
    """The rules of ``tokens.json``."""
    data = json.loads(files("kompass_extract.labels").joinpath(RULES_FILE).read_text("utf-8"))
    return TokenRules(
        specials={chunk: tuple(parts) for chunk, parts in data["specials"].items()},
        cut_specials=frozenset(map(tuple, data["cut_specials"])),
        prefix=data["prefix"],
        suffix=data["suffix"],
        infix=data["infix"],
        url=data["url"],
        stop_words=frozenset(data["stop_words"]),
        number_words=frozenset(data["number_words"]),
        sentence_ends=frozenset(data["sentence_ends"]),
    )


def tokenize(text: str) -> list[str]:
    """The tokens of a text; white space beyond a single blank between two words is a token, too."""
    tokens: list[str] = []
    ends: set[int] = set()  # places of tokens that end a chunk: none goes on behind it
    for chunk in _chunks(text):
        tokens.extend(_of_chunk(chunk))
        ends.add(len(tokens) - 1)
    return _with_special_cases(tokens, ends)


def sentence_starts(tokens: Sequence[str]) -> list[int]:
    """Places of the tokens that begin a sentence: the first, and what follows an end and its closing signs."""
    ends = load_rules().sentence_ends
    starts = [0] if tokens else []
    ended = False
    for place, token in enumerate(tokens):
        if token in ends:
            ended = True
        elif ended and not is_punctuation(token):
            starts.append(place)
            ended = False
    return starts


@lru_cache(maxsize=2**14)
def is_punctuation(token: str) -> bool:
    """True if all signs of a token are of Unicode's category P."""
    return all(unicodedata.category(sign)[0] == "P" for sign in token)


def is_stop_word(token: str) -> bool:
    """True if a token is one of the Swedish stop words."""
    return token.lower() in load_rules().stop_words


def is_number(token: str) -> bool:
    """True if a token is a number in digits, a fraction or a Swedish number word."""
    bare = token[1:] if token.startswith(("+", "-", "±", "~")) else token
    bare = bare.replace(",", "").replace(".", "")
    if bare.isdigit() or bare.lower() in load_rules().number_words:
        return True
    above, slash, below = bare.partition("/")
    return bool(slash) and above.isdigit() and below.isdigit()


def _chunks(text: str) -> Iterator[str]:
    """Stretches of text and of white space; a single blank between two stretches belongs to none."""
    for number, (blank, signs) in enumerate(groupby(text, str.isspace)):
        chunk = "".join(signs)
        if blank and number and chunk[0] == " ":
            chunk = chunk[1:]
        if chunk:
            yield chunk


@lru_cache(maxsize=2**14)
def _of_chunk(chunk: str) -> tuple[str, ...]:
    """The tokens of a stretch: prefixes and suffixes taken off, the rest cut at infixes."""
    rules = load_rules()
    if chunk in rules.specials:
        return rules.specials[chunk]
    if _PLAIN(chunk):
        return (chunk,)
    prefixes, rest, suffixes = _split_affixes(chunk, rules)
    return (*prefixes, *_split_infixes(rest, rules), *reversed(suffixes))


def _split_affixes(chunk: str, rules: TokenRules) -> tuple[list[str], str, list[str]]:
    """Take prefixes and suffixes off until none is left or a special case is."""
    prefixes: list[str] = []
    suffixes: list[str] = []
    size = 0
    while chunk and len(chunk) != size and chunk not in rules.specials:
        size = len(chunk)
        before = _length(rules.prefix_search.search(chunk))
        if before and chunk[before:] in rules.specials:
            return [*prefixes, chunk[:before]], chunk[before:], suffixes
        after = _length(rules.suffix_search.search(chunk[before:]))
        if after and chunk[:-after] in rules.specials:
            return prefixes, chunk[:-after], [*suffixes, chunk[-after:]]
        if before and after and before + after > size:
            after = 0
        if before:
            prefixes.append(chunk[:before])
        if after:
            suffixes.append(chunk[-after:])
        chunk = chunk[before : size - after]
    return prefixes, chunk, suffixes


def _length(match: re.Match[str] | None) -> int:
    return 0 if match is None else match.end() - match.start()


def _split_infixes(chunk: str, rules: TokenRules) -> Sequence[str]:
    """Cut a stretch without affixes at its infixes, each of which is a token; an address of the web stays whole."""
    if not chunk:
        return ()
    if chunk in rules.specials:
        return rules.specials[chunk]
    infixes = [] if _PLAIN(chunk) else list(rules.infix_search.finditer(chunk))
    if not infixes or rules.url_match.match(chunk):
        return (chunk,)
    parts, start = [], 0
    for infix in infixes:
        if infix.start() == 0:
            continue
        parts += [chunk[start : infix.start()], infix[0]]
        start = infix.end()
    return [part for part in (*parts, chunk[start:]) if part]


def _with_special_cases(tokens: list[str], ends: Container[int]) -> list[str]:
    """The tokens, with the special cases that affixes cut put together again: the longest first, then from the left.

    One that overlaps another that was considered before is left as it is, as in spaCy.
    """
    rules = load_rules()
    places = [place for place, token in enumerate(tokens) if token in rules.cut_parts]
    found = [
        (start, start + length)
        for length in range(rules.longest, 0, -1)
        for start in places
        if start + length <= len(tokens) and tuple(tokens[start : start + length]) in rules.cut_specials
    ]
    seen: set[int] = set()
    chosen: dict[int, int] = {}
    for start, end in found:
        if start not in seen and end - 1 not in seen:
            chosen[start] = end
        seen.update(range(start, end))
    result: list[str] = []
    place = 0
    while place < len(tokens):
        end = chosen.get(place, place + 1)
        whole = "".join(tokens[place:end])
        if place in chosen and whole in rules.specials and not any(one in ends for one in range(place, end - 1)):
            result.extend(rules.specials[whole])
        else:
            result.extend(tokens[place:end])
        place = end
    return result
