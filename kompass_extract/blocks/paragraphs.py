"""From the lines of one column to paragraphs, headings and list items.

Where does one text end and the next begin?  Order of evidence: a list mark; a space above the line wider than
the column's usual; a change of letter size or weight; text that leaves the indent of its list; a line that
says what list or section begins; a line that ended though the next one's first word had room on it; an indented
first line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kompass_extract.blocks.hyphenation import join_lines
from kompass_extract.model.document import Line
from kompass_extract.pages.components import Rule
from kompass_extract.taxonomy.headers import ITEM_HEADS, SECTION_HEADS, HeaderRole, header_role
from kompass_extract.words.glyph_shapes import LEAST_TALL_SHARE, tall_letters
from kompass_extract.words.page_reader import ReadStrip

# Lengths in em, the height of the body text's capitals.
WIDER_SPACE_EM = 0.42  # more than the usual pitch by this much is a paragraph space
MOST_PITCH_EM = 3.3  # lines of one text are no further apart (line height 2.3 times the font size)
SIZE_CHANGE = 1.16  # ratio of letter heights; a pixel at 150 dpi is 6 % of a capital
SURE_SIZE_CHANGE = 1.4  # the same where the line below begins in lower case, as no heading or text does
WEIGHT_CHANGE = 1.28  # ratio of stroke widths; bold is 1.4 to 1.7 times regular
LEAST_LETTERS_FOR_WEIGHT = 5
OUTDENT_EM = 0.9
RULE_REACH_EM = 0.15
MARK_EM = 0.6  # between a list mark's left edge and that of the lines below it, where an item's lines do not hang
STOP_EM = 3.0  # room for more words on a line that ends a paragraph without a full stop
INDENT_EM = (0.9, 5.0)
ROOM_EM = 0.8  # room beyond the next word that shows an intended line end
HEADLINE_EM = 1.3  # letters this much larger than the body's are a heading's, where sizes measure well
MOST_HEAD_LINES = 3
MOST_SCORE_WORDS = 4
LARGER_EM = 1.1  # lines of letters higher than this stand as much further apart
SHORT_EM = 6.0  # two words of usual length
_ENDS = (".", ":", "?", "!", "”", '"', ")", "…")
_OPENERS = "”\"“„»«'’(["
_LIST_HEADS = ITEM_HEADS | {HeaderRole.RUBRICS}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines that make one block, top to bottom; ``space`` is the white above it in lines (1 = usual pitch)."""

    strips: tuple[ReadStrip, ...]
    space: float

    @property
    def bulleted(self) -> bool:
        return self.strips[0].line.bullet is not None


def split_column(
    strips: Sequence[ReadStrip], right_edge: float, em: float, rules: Sequence[Rule] = (), *, flush: bool = False
) -> list[Stretch]:
    """Split the lines of a column, sorted by baseline, into blocks; ``rules`` are those of the page.

    ``flush``: the report's list items go on below their marks, where the column itself does not tell.
    """
    rows = _rows(strips)
    if not rows:
        return []
    usual = _usual_pitch(rows, em)
    certain = _certain_pitches(rows, right_edge, em)
    flushness = flush_wraps([(above[0], below[0]) for above, below in pairwise(rows)], em)
    flush = flushness > 0 or (flush and not flushness)
    stretches: list[Stretch] = []
    current: list[ReadStrip] = [*rows[0]]
    inside: list[float] = []  # distances between the lines of the current block
    space = 2.0
    for index, (above, below) in enumerate(pairwise(rows)):
        distance = below[0].baseline - above[0].baseline
        pitch = float(median(inside)) if inside else _pitch_near(index, certain, usual)
        if _ruled_off(above, below, rules, em) or _begins(current, above, below, pitch, right_edge, em, flush=flush):
            stretches.append(Stretch(tuple(current), space))
            current, inside, space = [], [], distance / max(1.0, pitch)
        else:
            inside.append(distance)
        current.extend(below)
    stretches.append(Stretch(tuple(current), space))
    return stretches


def _rows(strips: Sequence[ReadStrip]) -> list[list[ReadStrip]]:
    """Strips on one baseline, left to right."""
    rows: list[list[ReadStrip]] = []
    for strip in strips:
        if rows and _same_row(rows[-1][-1], strip):
            rows[-1].append(strip)
            rows[-1].sort(key=lambda s: s.line.box.x0)
        else:
            rows.append([strip])
    return rows


def _same_row(a: ReadStrip, b: ReadStrip) -> bool:
    p, q = a.line.box, b.line.box
    shared = min(p.y1, q.y1) - max(p.y0, q.y0)
    return shared > 0.5 * min(p.height, q.height) and (p.x1 <= q.x0 + 1 or q.x1 <= p.x0 + 1)


def _usual_pitch(rows: Sequence[Sequence[ReadStrip]], em: float) -> float:
    """Distance between the baselines of lines that follow each other in one paragraph, in points."""
    distances = [below[0].baseline - above[0].baseline for above, below in pairwise(rows)]
    close = sorted(distance for distance in distances if 0.9 * em < distance < MOST_PITCH_EM * em)
    if not close:
        return 1.9 * em
    tight = close[0]
    near = [distance for distance in close if distance <= tight + 0.35 * em]
    return float(median(near))


def _certain_pitches(rows: Sequence[Sequence[ReadStrip]], right_edge: float, em: float) -> dict[int, float]:
    """By line, its distance to the next one where that surely goes on: a full line, then one in lower case."""
    found = {}
    for index, (above, below) in enumerate(pairwise(rows)):
        distance = below[0].baseline - above[0].baseline
        full = _room_after(above[-1], below[0], right_edge, em) < ROOM_EM * em
        if full and below[0].line.text[:1].islower() and 0.9 * em < distance < MOST_PITCH_EM * em:
            found[index] = distance
    return found


def _pitch_near(index: int, certain: dict[int, float], usual: float) -> float:
    """The line distance of the nearest text whose lines surely belong together, else the column's usual one."""
    if not certain:
        return usual
    nearest = min(certain, key=lambda other: (abs(other - index), -other))
    return certain[nearest]


def _begins(
    current: Sequence[ReadStrip],
    above: Sequence[ReadStrip],
    below: Sequence[ReadStrip],
    pitch: float,
    right_edge: float,
    em: float,
    *,
    flush: bool,
) -> bool:
    """Whether ``below`` begins a new block after ``current``, whose last line is ``above``.

    ``flush``: the lines of the column's list items begin below their mark.
    """
    first, last = below[0], above[-1]
    distance = first.baseline - above[0].baseline
    larger = max(first.letter_height, last.letter_height)
    usual = pitch * max(1.0, larger / em) if larger > LARGER_EM * em else pitch
    if distance > usual + WIDER_SPACE_EM * em:
        return True
    full = _room_after(last, first, right_edge, em) < ROOM_EM * em
    if first.line.bullet is not None:
        return not (full and _goes_on(first) and last.line.text[-1:].isalpha())  # a speck before a sentence's next line
    start = current[0].line
    text_x = start.box.x0
    hangs = start.bullet is not None and abs(first.line.box.x0 - text_x) < OUTDENT_EM * em
    headline = first.letter_height > HEADLINE_EM * em
    if not hangs and _changes(above, below, full=full and not headline):
        return True
    if start.bullet is not None and first.line.box.x0 < text_x - OUTDENT_EM * em:
        return not (_below_mark(start, first.line, em) and (full if flush else full and _goes_on(first)))
    if _heads_apart(current, below, right_edge, em):
        return True
    if start.bullet is not None:
        return False
    if _ended_on_purpose(last, first, right_edge, em):
        return True
    indent = first.line.box.x0 - min(strip.line.box.x0 for strip in current)
    if len(current) >= 1 and INDENT_EM[0] * em < indent < INDENT_EM[1] * em:
        stops = _room_after(last, first, right_edge, em) > STOP_EM * em and not _goes_on(first)
        return stops or last.line.text.rstrip().endswith(_ENDS)  # poor scans make a comma of a full stop
    return False


def _ruled_off(above: Sequence[ReadStrip], below: Sequence[ReadStrip], rules: Sequence[Rule], em: float) -> bool:
    """Whether a rule of a table stands between two lines: unlike one below words it is longer than the lines."""
    lines = [strip.line.box for strip in (*above, *below)]
    x0, x1 = min(box.x0 for box in lines) - RULE_REACH_EM * em, max(box.x1 for box in lines) + RULE_REACH_EM * em
    y0, y1 = above[-1].baseline, below[0].baseline - 0.5 * below[0].letter_height
    return any(
        rule.horizontal and y0 < rule.box.center_y < y1 and rule.box.x0 < x0 and rule.box.x1 > x1 for rule in rules
    )


def flush_wraps(pairs: Iterable[tuple[ReadStrip, ReadStrip]], em: float) -> int:
    """By how many more list items go on below their mark than below their text, told by lower case.

    ``pairs`` are lines, each with the one below it.
    """
    rests = [
        (item.line, rest.line)
        for item, rest in pairs
        if item.line.bullet is not None and rest.line.bullet is None and _goes_on(rest)
    ]
    flush = sum(_below_mark(item, rest, em) for item, rest in rests)
    return flush - sum(abs(rest.box.x0 - item.box.x0) < OUTDENT_EM * em for item, rest in rests)


def _below_mark(item: Line, rest: Line, em: float) -> bool:
    return item.bullet is not None and abs(rest.box.x0 - item.bullet.x0) < MARK_EM * em


def _goes_on(strip: ReadStrip) -> bool:
    """Whether a line begins in lower case, quotes and brackets aside, as no heading or text does."""
    return strip.line.text.lstrip(_OPENERS)[:1].islower()


def _heads_apart(current: Sequence[ReadStrip], below: Sequence[ReadStrip], right_edge: float, em: float) -> bool:
    """Whether one of both is a whole header, which no other text is on; of a list, though a cut item follows it."""
    if _is_score(below) or _is_score(current):
        return True
    role = _role(current)
    if role in _LIST_HEADS or (role in SECTION_HEADS and not _goes_on(below[0])):
        return True
    text = current[-1].line.text.rstrip()
    if text.endswith(("-", "–", ",", "/")) or not _short(below, right_edge, em):
        return False
    role = _role(below)
    return role in _LIST_HEADS or (role in SECTION_HEADS and text.endswith(_ENDS))


def _is_score(lines: Sequence[ReadStrip]) -> bool:
    """Whether the lines are the chapter's score with its header (`Poäng 75`)."""
    words = [word.text for strip in lines for word in strip.line.words]
    head = " ".join(word for word in words if not word.strip(":.,()").isdigit())
    return len(lines) == 1 and 0 < len(words) <= MOST_SCORE_WORDS and header_role(head) is HeaderRole.SCORE


def _role(lines: Sequence[ReadStrip]) -> HeaderRole | None:
    """What the lines announce when they are a whole header (`Styrkor`, `Sammanfattande analys av område …`)."""
    text = join_lines([strip.line.text for strip in lines]) if len(lines) <= MOST_HEAD_LINES else ""
    return header_role(text) if text and not text.endswith(("-", "–")) else None


def _short(row: Sequence[ReadStrip], right_edge: float, em: float) -> bool:
    """Whether a line leaves so much room that no running text would."""
    return right_edge - row[-1].line.box.x1 > SHORT_EM * em


def _changes(above: Sequence[ReadStrip], below: Sequence[ReadStrip], *, full: bool) -> bool:
    """A change of letter size or weight between two lines long enough to show one.

    Below a ``full`` line, as few headings are, and before lower case only a great change counts.
    """
    a, b = max(above, key=_letters), max(below, key=_letters)
    if min(_letters(a), _letters(b)) < LEAST_LETTERS_FOR_WEIGHT or not (_telling(a) and _telling(b)):
        return False
    goes_on = full or _goes_on(below[0])
    sizes = sorted((a.letter_height, b.letter_height))
    if sizes[1] > (SURE_SIZE_CHANGE if goes_on else SIZE_CHANGE) * sizes[0]:
        return True
    if goes_on:
        return False
    weights = sorted((a.stroke, b.stroke))
    return weights[1] > WEIGHT_CHANGE * weights[0]


def _letters(strip: ReadStrip) -> int:
    return sum(c.isalpha() for word in strip.line.words for c in word.text)


def _telling(strip: ReadStrip) -> bool:
    """Whether enough letters reach above or below an x for their height to tell the size."""
    tall, letters = tall_letters(strip.line.words)
    return tall >= 2 and tall >= LEAST_TALL_SHARE * letters


def _room_after(last: ReadStrip, first: ReadStrip, right_edge: float, em: float) -> float:
    """White that would be left on the line of ``last`` if the first word of ``first`` stood there too, in points."""
    width = first.line.words[0].box.width if first.line.words else 0.0
    return right_edge - last.line.box.x1 - (width + 0.4 * em)


def _ended_on_purpose(last: ReadStrip, first: ReadStrip, right_edge: float, em: float) -> bool:
    """The line above stopped though the next one's first word would have fitted, and a new text begins."""
    room = _room_after(last, first, right_edge, em)
    if room < ROOM_EM * em or not last.line.words:
        return False
    text = last.line.text.rstrip()
    if text.endswith(("-", ",", "/")) or _goes_on(first):
        return False
    return text.endswith(_ENDS) or room > STOP_EM * em
