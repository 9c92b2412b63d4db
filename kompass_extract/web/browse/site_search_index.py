"""The index that a static site's search runs on: stems, what they stand in, and the texts in parts.

The browser has no stemmer: the index holds the stem of every word of the archive, so that words answer as they do on
the server.  ``search.js`` reads what is written here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from kompass_extract.review.answers import AnswerArchive
from kompass_extract.review.answers.choice_sql import concept_areas
from kompass_extract.review.answers.passage_stream import Passage
from kompass_extract.review.answers.swedish_words import STOP_WORDS, stem, stems, unaccented, words
from kompass_extract.taxonomy import load_taxonomy
from kompass_extract.web.browse.concept_names import questions_of_concepts

PASSAGES_A_PART = 500  # texts in one file: a search fetches the parts of what it shows
_MORE = 0x80  # set in every byte of a number but its last
KINDS = ("strength", "improvement", "narrative")


def write_index(archive: AnswerArchive, folder: Path) -> int:
    """Write the index into ``folder`` and return how many passages there are; each evaluation answers once."""
    folder.mkdir(parents=True, exist_ok=True)
    passages = list(archive.passages(once=True))
    lines = [stems(one.text) for one in passages]
    postings = _postings(lines)
    known = sorted(postings)
    packed = [_packed(postings[one]) for one in known]
    (folder / "postings.bin").write_bytes(b"".join(packed))
    numbers = {one: number for number, one in enumerate(known)}
    spelled = sorted({word for one in passages for word, _, _ in words(one.text)})
    reports = {one.report_id: one for one in passages}
    places = {report_id: number for number, report_id in enumerate(reports)}
    _write(folder / "index.json", {
        "part": PASSAGES_A_PART,
        "stops": sorted(STOP_WORDS),
        "stems": "\n".join(known), "plain": "\n".join(map(unaccented, known)), "sizes": [len(one) for one in packed],
        "words": "\n".join(spelled), "word_stems": [numbers[stem(one)] for one in spelled],
        "reports": [
            [one.report_id, one.municipality, one.place, one.year, one.edition, one.county] for one in reports.values()
        ],
        "concepts": {
            one.id: [list(place) for place in concept_areas(one.id)]
            for one in load_taxonomy().concepts if one.id in questions_of_concepts()
        },
        "report": [places[one.report_id] for one in passages],
        "kind": [KINDS.index(one.kind) for one in passages],
        "area": [one.area for one in passages],
        "at": [one.place_in_list for one in passages],
        "page": [one.page or 0 for one in passages],
        "score": [one.score for one in passages],
        "waits": [one.needs_review + 2 * one.score_needs_review for one in passages],
        "length": [len(one) for one in lines],
    })  # fmt: skip
    for number, part in enumerate(_parts(passages)):
        _write(folder / f"texts-{number}.json", [one.text for one in part])
    return len(passages)


def _postings(lines: Iterable[list[str]]) -> dict[str, list[tuple[int, int]]]:
    """Return the passages of each stem, with how often it stands in them."""
    found: dict[str, list[tuple[int, int]]] = {}
    for number, line in enumerate(lines):
        for one, times in Counter(line).items():
            found.setdefault(one, []).append((number, times))
    return found


def _packed(postings: list[tuple[int, int]]) -> bytes:
    """Return postings as numbers of seven bits a byte: the step to the next passage, and how often."""
    packed = bytearray()
    before = -1
    for number, times in postings:
        for value in (number - before, times):
            rest = value
            while rest >= _MORE:
                packed.append(rest % _MORE | _MORE)
                rest //= _MORE
            packed.append(rest)
        before = number
    return bytes(packed)


def _parts(passages: list[Passage]) -> Iterator[list[Passage]]:
    for first in range(0, len(passages), PASSAGES_A_PART):
        yield passages[first : first + PASSAGES_A_PART]


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
