"""What a report says about itself as a whole: municipality, title, year, evaluation, evaluators, total.

Order of evidence: the cover, then the sentence of chapter 2 that tells of the evaluation, then running text and
running headers.  The municipality is the one that title and text agree on; evaluators' home municipalities and
those compared with are mentioned, too, and must not win.  Nothing read is changed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kompass_extract.content.metadata.cover import begins_chapters, cover_blocks, from_cover, read_title
from kompass_extract.content.metadata.dates import read_evaluation_date, read_year
from kompass_extract.content.metadata.metadata_values import (
    EvaluatorReading,
    Metadata,
    MetadataReading,
    OverviewReading,
    confidence,
    places,
)
from kompass_extract.content.metadata.overview_table import FROM_TEXT, overview_rows, read_total
from kompass_extract.content.metadata.people import is_people, outsiders, read_evaluators
from kompass_extract.model.document import Block, Form, Page
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.taxonomy import MunicipalityMatch, Taxonomy
from kompass_extract.taxonomy.fold import fold
from kompass_extract.taxonomy.section_numbers import without_section_number

__all__ = [
    "FROM_TEXT",
    "EvaluatorReading",
    "Metadata",
    "MetadataReading",
    "OverviewReading",
    "overview_rows",
    "read_metadata",
]

# What a mention of a municipality counts, by where it stands.
TITLE_WEIGHT, COVER_WEIGHT, EVALUATION_WEIGHT, CHAPTER_WEIGHT, BODY_WEIGHT = 8.0, 2.0, 4.0, 3.0, 0.3
_EVALUATION_OF = re.compile(r"utvarderingen av|utvardering av|visas\b.{0,400}\btotalpoang|kompassen i")
_CHAPTER_TWO = re.compile(r"^2\b")
MAX_BODY_BLOCKS = 200
# Below this share of the evidence, another municipality has nearly as much.
CLEAR_SCORE = 0.75


def read_metadata(pages: Sequence[Page], taxonomy: Taxonomy) -> Metadata:
    """The metadata of the report on ``pages``; every value is None with a reason where it was not found."""
    pages = from_cover(pages)
    cover = cover_blocks(pages, taxonomy)
    blocks = [block for page in pages for block in page.blocks]
    on_cover = {id(block) for block in cover}
    furniture = [block for block in blocks if block.form is Form.FURNITURE]
    body = [block for block in blocks if id(block) not in on_cover and block.form not in {Form.FURNITURE, Form.FIGURE}]
    begins = (place for place in range(len(body)) if _begins_areas(body, place, taxonomy))
    front = body[: next(begins, len(body))][:MAX_BODY_BLOCKS]
    title = read_title(cover, taxonomy)
    told = [*cover, *front]
    rough = read_year(title, cover, read_evaluation_date(told, None), furniture)
    evaluation = read_evaluation_date(told, rough.value)
    year = read_year(title, cover, evaluation, furniture)
    overview = overview_rows(front, taxonomy)
    name, code = _municipality(title, cover, front or body[:MAX_BODY_BLOCKS], taxonomy)
    return Metadata(
        municipality=name,
        municipality_code=code,
        title=title,
        year=year,
        evaluation_date=evaluation,
        evaluators=outsiders(read_evaluators(cover, _before_chapters(front), front, taxonomy), name.value, taxonomy),
        total=read_total(overview, front, year.value),
        overview=overview,
    )


def _begins_areas(body: Sequence[Block], place: int, taxonomy: Taxonomy) -> bool:
    """The first chapter of an area, and not its line in the list of contents, whose page number may be lost."""
    heading = taxonomy.area_heading(without_section_number(body[place].text))
    if heading is None or heading.page is not None or heading.score < 0.7 or body[place].form is not Form.PARAGRAPH:
        return False
    beside = (*body[max(0, place - 1) : place], *body[place + 1 : place + 2])
    return all(taxonomy.area_heading(without_section_number(block.text)) is None for block in beside)


def _before_chapters(front: Sequence[Block]) -> Sequence[Block]:
    """What stands between the cover and the running text of chapter 1, the list of contents included."""
    begins = (place for place, block in enumerate(front) if begins_chapters(block))
    return front[: next(begins, 0)]


def _municipality(
    title: MetadataReading[str], cover: Sequence[Block], body: Sequence[Block], taxonomy: Taxonomy
) -> tuple[MetadataReading[str], MetadataReading[str]]:
    weighted = [(title.value or "", TITLE_WEIGHT)]
    weighted += [(block.text, 0.0 if is_people(block, taxonomy) else COVER_WEIGHT) for block in cover]
    weighted += [(block.text, _weight(block, taxonomy)) for block in body]
    match = taxonomy.municipalities.find_in(weighted)
    if match is None:
        lost = (reason("no-municipality"),)
        return MetadataReading(None, 0.0, reasons=lost), MetadataReading(None, 0.0, reasons=lost)
    source = _sources(match, cover, body, taxonomy)
    reasons: tuple[Reason, ...] = ()
    if match.score < CLEAR_SCORE and match.runner_up:
        reasons = (reason("named-nearly-as-often", name=match.runner_up),)
    sure = round(match.score * confidence(source), 4)
    where = places(source)
    return MetadataReading(match.name, sure, match.as_read, where, reasons), MetadataReading(
        match.code, sure, match.as_read, where, reasons
    )


def _weight(block: Block, taxonomy: Taxonomy) -> float:
    key = fold(block.text)
    if is_people(block, taxonomy):
        return 0.0
    if _EVALUATION_OF.search(key):
        return EVALUATION_WEIGHT
    return CHAPTER_WEIGHT if _CHAPTER_TWO.match(key) and len(key) < 120 else BODY_WEIGHT


def _sources(
    match: MunicipalityMatch, cover: Sequence[Block], body: Sequence[Block], taxonomy: Taxonomy
) -> list[Block]:
    """The first block that names the municipality, the cover's before others."""
    for block in (*cover, *body):
        if any(mention.municipality.code == match.code for mention in taxonomy.municipalities.mentions(block.text)):
            return [block]
    return []
