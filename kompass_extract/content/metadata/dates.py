"""When the evaluation was made, and of which year the report is.

The month comes from the sentence that says so (`genomfördes i december år 2018`), damaged or not.  A season is
no month: it gives None with a reason.  The year comes from the title, else the cover, else that sentence, else
the date in the running header; where two of them disagree, both are named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from kompass_extract.content.metadata.metadata_values import MetadataReading, places
from kompass_extract.model.document import Block, Form
from kompass_extract.model.reasons import Reason, reason
from kompass_extract.taxonomy.fold import fold

MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november",
    "december",
)  # fmt: skip
_SEASONS = {"hosten": "hösten", "host": "hösten", "varen": "våren", "sommaren": "sommaren", "vintern": "vintern"}
_YEAR = re.compile(r"^20[0-3]\d$")
_YEAR_IN_TEXT = re.compile(r"(?<!\d)(20[0-3]\d)(?!\d)")
_ISO_DATE = re.compile(r"(?<!\d)(20[0-3]\d)[-.\s](0[1-9]|1[0-2])[-.\s]([0-3]\d)(?!\d)")
_SENTENCE = re.compile(r"(?<=[a-zåäöéA-ZÅÄÖ0-9)][.!?])\s+(?=[A-ZÅÄÖ])")
_ABOUT = re.compile(r"utv\w{1,3}rd|kompass|interv|besok|samtal|^(genomford|utford)\w*\b")
_EVALUATION = re.compile(r"utv\w{1,3}rdering")
_TWO_MONTHS = re.compile(rf"\b({'|'.join(MONTHS)}) (?:och |till )?({'|'.join(MONTHS)})\b")
_MADE = re.compile(r"\b(genomfor\w*|genomfo\w*|utford\w*|gjord\w*|agde rum|skedde|fordes|holls|besok\w*)\b")
_EARLIER = re.compile(r"\b(forra|tidigare|foregaende|senaste?|forsta utvarderingen|redan|forsta genomfordes)\b")
_OF_COPY = re.compile(r"\b(tryck\w*|utskri\w*|reviderad\w*|version|beslut\w*|faststalld\w*|antagen|upplaga|isbn)\b")
"""What dates a copy, a print or a decision and not the report."""
# A month is at least this like its name, and a year stands at most this many words behind it.
MONTH_LIKENESS = 0.80
MAX_WORDS_TO_YEAR = 4
SURE, WITHOUT_YEAR, TWO_MONTHS, FROM_HEADER = 0.99, 0.6, 0.6, 0.8
MAX_BODY_BLOCKS = 150
# Years between an evaluation and its report that are nothing unusual.
USUAL_DELAY = 1


@dataclass(frozen=True, slots=True)
class _Dated:
    month: int | None
    year: int | None
    season: str
    weight: float
    earlier: bool
    sentence: str
    block: Block


def read_evaluation_date(body: Sequence[Block], year: int | None) -> MetadataReading[str]:
    """`YYYY-MM` from the sentence about this evaluation; ``year`` is the report's, for sentences without one."""
    found = [dated for block in body[:MAX_BODY_BLOCKS] if block.form is not Form.FURNITURE for dated in _dated(block)]
    found = [dated for dated in found if year is None or dated.year is None or dated.year <= year + 1]
    if not found:
        return MetadataReading(None, 0.0, reasons=(reason("no-evaluation-date"),))
    best = max(found, key=lambda dated: (dated.weight, dated.year or 0))
    where, raw = places([best.block]), best.sentence
    if best.month is None:
        season = f"{best.season} {best.year or year or ''}".strip()
        return MetadataReading(None, 0.0, raw, where, (reason("only-season", season=season),))
    if best.year is None and year is None:
        return MetadataReading(None, 0.0, raw, where, (reason("only-month", month=MONTHS[best.month - 1]),))
    reasons: tuple[Reason, ...] = ()
    sure = SURE if best.weight >= 2 else 0.8
    if best.year is None:
        sure, reasons = sure * WITHOUT_YEAR, (reason("month-year-from-report"),)
    if best.earlier:
        reasons = (*reasons, reason("earlier-evaluation"))
    if _TWO_MONTHS.search(fold(raw)):
        sure, reasons = sure * TWO_MONTHS, (*reasons, reason("two-months"))
    value = f"{best.year if best.year is not None else year}-{best.month:02d}"
    return MetadataReading(value, round(sure * best.block.confidence, 4), raw, where, reasons)


def read_year(
    title: MetadataReading[str], cover: Sequence[Block], evaluation: MetadataReading[str], furniture: Sequence[Block]
) -> MetadataReading[int]:
    """The year of the report, by the order of evidence above."""
    candidates: list[MetadataReading[int]] = []
    for year in _years(title.value or ""):
        candidates.append(MetadataReading(year, min(SURE, title.confidence), title.raw, title.places))
    page = title.places[0].page if title.places else None
    for block in sorted(cover, key=lambda block: page is not None and block.page != page):
        years = [] if _OF_COPY.search(fold(block.text)) else _years(block.text)
        candidates.extend(MetadataReading(y, SURE * block.confidence, block.text, places([block])) for y in years)
    for raw in (evaluation.value or "", evaluation.raw or ""):
        for year in _years(raw)[:1]:
            candidates.append(MetadataReading(year, max(evaluation.confidence, 0.8), evaluation.raw, evaluation.places))
    for block in furniture:
        iso = _ISO_DATE.search(block.text)
        if iso is not None:
            candidates.append(MetadataReading(int(iso[1]), FROM_HEADER * block.confidence, block.text, places([block])))
            break
    if not candidates:
        return MetadataReading(None, 0.0, reasons=(reason("no-year"),))
    first = candidates[0]
    named = {reading.value for reading in candidates if reading.value is not None}
    others = sorted(year for year in named if first.value is not None and abs(year - first.value) > USUAL_DELAY)
    if not others:
        return first
    told = reason("other-years", years=", ".join(map(str, others)))
    return MetadataReading(first.value, round(first.confidence * 0.95, 4), first.raw, first.places, (told,))


def _dated(block: Block) -> list[_Dated]:
    return [dated for sentence in _SENTENCE.split(block.text) if (dated := _of_sentence(sentence, block)) is not None]


def _of_sentence(sentence: str, block: Block) -> _Dated | None:
    key = fold(sentence)
    if not _ABOUT.search(key):
        return None
    made = bool(_MADE.search(key))
    earlier = bool(_EARLIER.search(key))
    weight = 1.0 + made + 0.5 * bool(_EVALUATION.search(key)) - earlier
    words = key.split()
    for place, word in enumerate(words):
        dated = _month_and_year(words, place) or (_of_week(words[place + 1 :]) if word in {"vecka", "v"} else None)
        if dated is not None and (dated[1] is not None or made):
            return _Dated(*dated, "", weight, earlier, sentence, block)
    season = next((word for word in words if word in _SEASONS), None)
    if season is None or not made:
        return None
    year = next((int(word) for word in words[words.index(season) :] if _YEAR.match(word)), None)
    return _Dated(None, year, _SEASONS[season], weight - 0.5, earlier, sentence, block)


def _month_and_year(words: Sequence[str], place: int) -> tuple[int, int | None] | None:
    """The month named at ``place`` and the year behind it: `november ar 2019`, `2019 11 05`."""
    if _YEAR.match(words[place]) and len(words) > place + 2 and re.fullmatch(r"[0-3]\d", words[place + 2]):
        number = re.fullmatch(r"0[1-9]|1[0-2]", words[place + 1])
        return (int(number[0]), int(words[place])) if number else None
    month = _month(words[place])
    if month is None:
        return None
    after = words[place + 1 : place + 1 + MAX_WORDS_TO_YEAR]
    return month, next((int(word) for word in after if _YEAR.match(word)), None)


def _of_week(words: Sequence[str]) -> tuple[int, int] | None:
    year = next((int(word) for word in words[1:6] if _YEAR.match(word)), None)
    if year is None or not 1 <= int(words[0]) <= 53:
        return None
    try:
        return date.fromisocalendar(year, int(words[0]), 3).month, year
    except ValueError:
        return None


def _month(word: str) -> int | None:
    if word in MONTHS:
        return MONTHS.index(word) + 1
    likeness = {number: fuzz.ratio(word, name) / 100.0 for number, name in enumerate(MONTHS, 1) if len(name) > 4}
    best = max(likeness, key=lambda number: likeness[number])
    return best if likeness[best] >= MONTH_LIKENESS and len(word) > 4 else None


def _years(text: str) -> list[int]:
    return [int(match) for match in _YEAR_IN_TEXT.findall(text)]
