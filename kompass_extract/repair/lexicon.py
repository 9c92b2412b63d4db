"""Tell whether a word is Swedish as written."""

from __future__ import annotations

from kompass_extract.repair.candidates import MAX_PARTS, SHORTEST_HEAD
from kompass_extract.repair.trie import CODES, NO_WORD, ROOT, Trie

SHORTEST_FIRST = 3  # letters of a first part
_MARKED = {"a": "aåä", "o": "oö"}


def knows(trie: Trie, word: str, parts: int = MAX_PARTS) -> bool:
    """Tell whether a lower-case word is listed, or a compound of listed first parts and a listed last part."""
    base, parent = trie.base, trie.parent
    node = ROOT
    seams = []
    for place, letter in enumerate(word, start=1):
        code = CODES.get(letter)
        if code is None or parent[base[node] + code] != node:
            break
        node = base[node] + code
        if trie.first[node] != NO_WORD and SHORTEST_FIRST <= place <= len(word) - SHORTEST_HEAD:
            seams.append(place)
    else:
        if trie.word[node] != NO_WORD:
            return True
    return parts > 1 and any(knows(trie, word[place:], parts - 1) for place in reversed(seams))


def lists(trie: Trie, word: str) -> bool:
    """Tell whether a lower-case word is listed, either as written or with its dots restored."""
    base, parent = trie.base, trie.parent
    nodes = [ROOT]
    for letter in word:
        nodes = [
            base[node] + CODES[form]
            for node in nodes
            for form in _MARKED.get(letter, letter)
            if form in CODES and parent[base[node] + CODES[form]] == node
        ]
    return any(trie.word[node] != NO_WORD for node in nodes)
