"""What every typesetter needs to know of a report: the parts of its front matter, its structure, soft hyphens."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pyphen

from kompass_extract.training.render.compose import SUMMARY_AFTER
from kompass_extract.training.render.gold_model import RenderedArea, RenderedReport, RenderedSection

_SWEDISH = pyphen.Pyphen(lang="sv")
_PIECE = 3  # letters, the fewest that a line end cuts off
_LONG = 8  # letters: only longer words are hyphenated
_SHORT = 70  # characters: longer lines of the front matter are running text, not headings or list entries
_SECTIONS = ("Utvärderingen", "Sammanfattning av resultat", "Jämförelser", "Sammanfattande kommentarer")
COMPARISONS = "Jämförelser"  # the heading that charts and overview stand above


@dataclass(frozen=True, slots=True)
class Front:
    """``contents`` as (title, page); ``body`` as (kind, text), a kind being "h1", "h3", "li" or "p".

    ``chapter`` heads the areas, ``last`` the score tables, which ``lead`` opens.
    """

    contents: tuple[tuple[str, str], ...]
    body: tuple[tuple[str, str], ...]
    chapter: str
    last: str
    lead: str


def is_label(text: str) -> bool:
    """Whether ``text`` is short and no sentence, as list entries are."""
    return len(text) < _SHORT and not text.endswith((".", ":", "?", "!"))


def front_matter(report: RenderedReport) -> Front:
    """The parts of what ``compose`` wrote before and after the areas."""
    lines = list(report.front_matter)
    start = lines.index("Innehåll") + 1
    contents = [line.partition("\t") for line in lines[start:] if "\t" in line]
    body, chapter = [], ""
    for line in lines[start + len(contents) : -3]:
        if line.startswith(("1", "2")) and line.endswith(("Kommunkompassen?", "genomgång")):
            chapter, kind = line[0], "h1"
        elif chapter == "2" and line in _SECTIONS:
            kind = "h3"
        else:
            listed = is_label(line) or (chapter == "1" and len(line) < _SHORT and not line.endswith(":"))
            kind = "li" if listed else "p"
        body.append((kind, line))
    return Front(tuple((title, page) for title, _, page in contents), tuple(body), *lines[-3:])


def structure_of(report: RenderedReport) -> str:
    """Recognise the structure of ``report`` by the headings of its first area."""
    headings = [section.heading for section in report.areas[0].narrative]
    if SUMMARY_AFTER in headings or (len(headings) > 1 and headings[1] in report.areas[0].rubrics):
        return "sub_areas"
    return "rubric_list" if any(h.startswith("Sammanfattande analys") for h in headings) else "rubric_table"


def sections_around_lists(area: RenderedArea) -> tuple[RenderedSection, list[RenderedSection], list[RenderedSection]]:
    """The opening section, those between it and the lists, and those after the lists."""
    first, *rest = area.narrative
    after = [section for section in rest if section.heading == SUMMARY_AFTER]
    return first, [section for section in rest if section.heading != SUMMARY_AFTER], after


def has_percent(area: RenderedArea) -> bool:
    """Whether the area's score table has a column of percents."""
    return any(row.percent is not None for row in area.score_table.rows)


def hyphenated(text: str) -> str:
    """``text`` with soft hyphens in its long words, which leave pieces of three letters or more."""
    return " ".join(_cut(word) if len(word) > _LONG and word.isalpha() else word for word in text.split(" "))


def _cut(word: str) -> str:
    cuts = [0]
    for cut in _SWEDISH.positions(word):
        if cut - cuts[-1] >= _PIECE and len(word) - cut >= _PIECE:
            cuts.append(int(cut))
    return "\u00ad".join(word[a:b] for a, b in pairwise([*cuts, len(word)]))
