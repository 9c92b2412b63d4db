"""The cover: which blocks stand on it, and which of them are the title.

The cover ends where the contents list, chapter 1 or running text begins.  A title names the instrument, an
evaluation or the municipality, or is set in the largest letters; names, dates and organisations are not titles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.content.metadata.metadata_values import MetadataReading, confidence, places
from kompass_extract.content.metadata.people import (
    apart_from_people,
    is_label,
    is_people,
    lists_people,
    names_evaluators,
    people_blocks,
    people_in_rows,
)
from kompass_extract.content.metadata.stamps import without_stamps
from kompass_extract.model.document import Block, Form, Page
from kompass_extract.model.reasons import reason
from kompass_extract.taxonomy import Taxonomy
from kompass_extract.taxonomy.fold import fold
from kompass_extract.taxonomy.section_numbers import without_section_number

# A cover has no text as long as this, in characters; the paragraphs of chapter 1 are longer.
MAX_COVER_TEXT = 240
MAX_COVER_PAGES = 2
MOST_SHEETS_BEFORE = 8  # of a protocol that the report is bound to
LEAST_SHEET_TEXT = 500  # characters of such a sheet; a cover has fewer
# Letters at least this share of the cover's largest belong to the title without a word of titles in them.
LARGE = 0.8
LARGE_YEAR = 0.6  # the same of a year by itself below the title: text of the cover is smaller
TITLE_WORDS = re.compile(r"kommunkompas|komm?unk|utvarder|analys|rapport")
_SHEET = re.compile(
    r"^(sammantrades)?protokoll( |$)|protokollsutdrag|^justerandes|utdragsbestyrk|^tjansteskrivelse|^missiv\b"
    r"|^foredragningslista|^kallelse( till| |$)|^beslutet (ska )?skickas"
)
_CONTENTS = re.compile(r"^\w?innehall(sforteckning)?$")  # spaces taken out, a sign before it misread
_CHAPTER_ONE = re.compile(
    r"^1\s{1,20}\S{0,40}\s{0,20}(vad ar|inledning|bakgrund|om kommunkompassen)|^vad ar kommunkompassen"
)
_CONTENTS_LINE = re.compile(r"(?<!\.)\.{4,}+\s*+\d++$|…\s*+\d++$")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATE_ONLY = re.compile(
    r"^((slut)?rapport(en|datum)? |besok(sdatum)? |datum )?(\d{1,2} )?"
    r"(januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december|hosten|varen)?"
    r" ?(20\d\d)?( \d\d \d\d)?$"
)
_ORGANISATION = re.compile(r"^(sveriges kommuner( och (landsting|regioner))?|sk[lr]|skl skr|www .*|https? .*)$")
MIN_TITLE_CONFIDENCE = 0.6
LEAST_LOGO, REPEATED = 8, 85.0  # letters of a logo, and likeness (0..100) from which on it repeats the title's words


def from_cover(pages: Sequence[Page]) -> Sequence[Page]:
    """The pages from the cover on: without the sheets of a protocol that the report is bound to."""
    return pages[_cover_page(pages) :]


def cover_blocks(pages: Sequence[Page], taxonomy: Taxonomy) -> list[Block]:
    """The blocks before the contents list, chapter 1 or running text, page furniture and figures left out.

    ``pages`` begin with the cover.
    """
    found: list[Block] = []
    for page in pages[:MAX_COVER_PAGES]:
        shown = [block for block in page.blocks if block.form not in _NOT_COVER and block.text.strip()]
        ends = next((place for place, block in enumerate(shown) if _ends_cover(block, taxonomy)), None)
        for block in without_stamps(shown[:ends]):
            found.extend(apart_from_people(block, taxonomy))
        if ends is not None:
            break
    return people_in_rows(found)


def _cover_page(pages: Sequence[Page]) -> int:
    """Place of the page with the cover: the first, or behind sheets of a protocol the first that is a title page."""
    for place, page in enumerate(pages[: MOST_SHEETS_BEFORE + 1]):
        if _is_sheet(page):
            continue
        if _is_title_page(page):
            return place
        if sum(len(block.text) for block in page.blocks) < LEAST_SHEET_TEXT:
            break
    return next((place for place, page in enumerate(pages) if not _is_sheet(page)), 0)


def _is_sheet(page: Page) -> bool:
    """Whether a page is one of a meeting's: its protocol, agenda or covering letter, however short."""
    return any(_SHEET.search(fold(block.text)) for block in page.blocks if len(block.text) <= MAX_COVER_TEXT)


def _is_title_page(page: Page) -> bool:
    """A page of few words that names the instrument in its largest letters."""
    shown = [block for block in page.blocks if block.form not in _NOT_COVER]
    largest = max((block.size for block in shown), default=0.0)
    named = any("kommunkompas" in fold(b.text).replace(" ", "") for b in shown if b.size >= LARGE * largest)
    return named and sum(len(block.text) for block in shown) < LEAST_SHEET_TEXT


_NOT_COVER = frozenset({Form.FURNITURE, Form.FIGURE})


def read_title(cover: Sequence[Block], taxonomy: Taxonomy) -> MetadataReading[str]:
    """The title's blocks joined in reading order; None when no block of the cover is one."""
    named = set(map(id, people_blocks(cover, taxonomy)))
    candidates = [block for block in cover if id(block) not in named and _may_be_title(block, taxonomy)]
    candidates = _on_title_page(candidates, cover, taxonomy)
    largest = max((block.size for block in candidates), default=0.0)
    worded = [block for block in candidates if _is_worded(block, taxonomy) and not _is_sentence(block, largest)]
    varied = bool(candidates) and min(block.size for block in cover) < LARGE * largest
    chosen = [b for b in candidates if b in worded or (varied and b.size >= LARGE * largest)]
    chosen = _with_year(chosen, cover, LARGE_YEAR * largest) if worded else []
    parts = _without_repeats(chosen)
    if not parts:
        return MetadataReading(None, 0.0, reasons=(reason("no-title"),))
    text = " ".join(_without_dates(part) for part in parts)
    sure = confidence(parts) if len(parts) <= 3 else MIN_TITLE_CONFIDENCE
    return MetadataReading(text, round(sure, 4), text, places(parts))


def _on_title_page(candidates: Sequence[Block], cover: Sequence[Block], taxonomy: Taxonomy) -> list[Block]:
    """The candidates of the page that has the largest words of a title, up to the line that names the evaluators."""
    worded = [block for block in candidates if _is_worded(block, taxonomy)]
    if not worded:
        return []
    page = max(worded, key=lambda block: block.size).page
    own = [block for block in candidates if block.page == page]
    labels = (place for place, block in enumerate(cover) if block.page == page and is_label(block.text))
    above = set(map(id, cover[: next(labels, len(cover))]))
    before = [block for block in own if id(block) in above]
    return before if any(_is_worded(block, taxonomy) for block in before) else own


def _without_dates(block: Block) -> str:
    """A title block's text without the lines that are the date of the report: `Maj 2019` below `Analys av …`."""
    dated = [line for line in block.lines if _DATE_ONLY.match(fold(line.text)) and not _YEAR.fullmatch(line.text)]
    if not dated or len(dated) == len(block.lines):
        return block.text.strip()
    return join_lines([line.text for line in block.lines if line not in dated]).strip()


def _with_year(chosen: Sequence[Block], cover: Sequence[Block], height: float) -> list[Block]:
    """The title's blocks, and a year in large letters right below the last of them where none of them has a year."""
    if not chosen or any(_YEAR.search(block.text) for block in chosen):
        return list(chosen)
    place = next(index for index, block in enumerate(cover) if block is chosen[-1])
    below = cover[place + 1 : place + 2]
    return [*chosen, *(block for block in below if _YEAR.fullmatch(block.text.strip()) and block.size >= height)]


def _without_repeats(blocks: Sequence[Block]) -> list[Block]:
    """The blocks but those whose words a larger one, or an earlier one, says too: a logo, a title printed twice."""
    keys = [fold(block.text) for block in blocks]
    kept: list[Block] = []
    for index, block in enumerate(blocks):
        earlier = fold(" ".join(part.text for part in kept))
        within_larger = any(
            other.size > block.size and _says(keys[place], keys[index]) for place, other in enumerate(blocks)
        )
        if keys[index] not in earlier and not within_larger:
            kept.append(block)
    return kept


def _says(text: str, words: str) -> bool:
    """Whether a text holds the words, or most of their letters: a logo's small print is read with mistakes."""
    if words in text:
        return True
    return len(words) >= LEAST_LOGO and fuzz.partial_ratio(words.replace(" ", ""), text.replace(" ", "")) >= REPEATED


def begins_chapters(block: Block) -> bool:
    """Whether a block is the heading of chapter 1, or running text; a line of the list of contents is neither."""
    text = block.text.strip()
    if len(text) > MAX_COVER_TEXT:
        return True
    return bool(_CHAPTER_ONE.match(fold(text))) and not text[-1:].isdigit()


def _ends_cover(block: Block, taxonomy: Taxonomy) -> bool:
    text = block.text.strip()
    key = fold(text)
    return (
        len(text) > MAX_COVER_TEXT
        or (block.form is Form.ROW and not lists_people(block))
        or bool(_CONTENTS.match(key.replace(" ", "")) or _CHAPTER_ONE.match(key) or _CONTENTS_LINE.search(text))
        or taxonomy.area_heading(without_section_number(text)) is not None
    )


def _may_be_title(block: Block, taxonomy: Taxonomy) -> bool:
    key = fold(block.text)
    if block.form not in {Form.PARAGRAPH, Form.ITEM} or not key or key.isdigit():
        return False
    return not (
        _DATE_ONLY.match(key) or _ORGANISATION.match(key) or names_evaluators(block.text) or is_people(block, taxonomy)
    )


def _is_sentence(block: Block, largest: float) -> bool:
    """Whether a block is running text and no title: it ends as a sentence, in letters smaller than the largest."""
    return block.text.rstrip().endswith(".") and block.size < LARGE * largest


def _is_worded(block: Block, taxonomy: Taxonomy) -> bool:
    return bool(TITLE_WORDS.search(fold(block.text))) or bool(taxonomy.municipalities.mentions(block.text))
