"""What is known about a Field: each signal of doubt on a report that has it, and on one that has not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import astuple, replace

import pytest

from kompass_extract.content.chapters import collect_areas, find_chapters
from kompass_extract.content.metadata import read_metadata
from kompass_extract.content.score_tables import read_score_tables
from kompass_extract.model.document import BlockKind, LabelledBlock, Line, Word
from kompass_extract.model.geometry import Box, union
from kompass_extract.model.report import Report
from kompass_extract.report.assemble import assemble, edition_evidence
from kompass_extract.report.confidence import Family, FieldEvidence, Known, gather
from kompass_extract.report.confidence.evidence import REASONS, SIGNALS, USED
from kompass_extract.report.confidence.metadata_evidence import metadata_evidence
from kompass_extract.report.confidence.text_evidence import begins_with_sign, is_odd, twice
from kompass_extract.report.confidence.wording_evidence import name_doubt, signs_differ, wording_doubts
from kompass_extract.taxonomy import load_taxonomy
from tests.support import builders
from tests.support.builders import Writer

TAXONOMY = load_taxonomy()
SALA = builders.gold("sala-2023")
Found = dict[str, FieldEvidence]


def draft(blocks: Sequence[LabelledBlock]) -> Report:
    document = builders.document(blocks)
    areas, tables = collect_areas(find_chapters(blocks, TAXONOMY), TAXONOMY), read_score_tables(blocks, TAXONOMY)
    metadata = read_metadata(document.pages, TAXONOMY)
    edition = TAXONOMY.decide_edition(edition_evidence(areas, tables, metadata.year.value))
    return assemble(document, blocks, areas, tables, metadata, edition, models={}, created_at="2026-01-01T00:00:00Z")


def evidence(blocks: Sequence[LabelledBlock], knows: Callable[[str], bool] | None = None) -> Found:
    return gather(draft(blocks), blocks, builders.document(blocks).pages, Known(TAXONOMY, knows))


@pytest.fixture(scope="module")
def blocks() -> tuple[LabelledBlock, ...]:
    return builders.report_blocks(SALA, Writer())


@pytest.fixture(scope="module")
def found(blocks: tuple[LabelledBlock, ...]) -> Found:
    return evidence(blocks)


def changed(
    blocks: Sequence[LabelledBlock], text: str, change: Callable[[LabelledBlock], LabelledBlock]
) -> tuple[LabelledBlock, ...]:
    """The blocks with those of that text changed."""
    assert any(labelled.block.text == text for labelled in blocks)
    return tuple(change(labelled) if labelled.block.text == text else labelled for labelled in blocks)


def read_otherwise(blocks: Sequence[LabelledBlock], change: Callable[[Word], Word], text: str) -> Found:
    only = {labelled.block.id for labelled in blocks if labelled.block.text == text}
    return evidence(builders.damaged(blocks, change, lambda one: one.block.id in only))


def test_every_field_of_a_good_report_has_evidence_and_little_doubt(found: Found) -> None:
    families = {one.family for one in found.values()}
    assert families == set(Family)
    areas = SALA["areas"]
    assert sum(one.kind == "strength" for one in found.values()) == sum(len(area["strengths"]) for area in areas)
    strong = ("early_break", "inner_mark", "first_mark", "repeated", "misfit", "known_wording", "no_mark")
    doubts = {(pointer, name) for pointer, one in found.items() for name in strong if getattr(one, name) >= 0.5}
    assert not doubts
    assert all(0 <= value <= 3 for one in found.values() for value in astuple(one)[2:])


def test_every_signal_has_words_and_is_used() -> None:
    assert set(REASONS) == set(SIGNALS)
    assert {name for names in USED.values() for name in names} == set(SIGNALS)


def test_reading_shows_in_the_words(blocks: tuple[LabelledBlock, ...]) -> None:
    text = SALA["areas"][0]["strengths"][0]
    worse = read_otherwise(blocks, lambda word: replace(word, confidence=0.5, alternatives=("?",)), text)
    one = worse["/areas/0/strengths/0"]
    assert (one.misread, one.doubtful_words, one.two_readings) == pytest.approx((0.5, 1.0, 1.0))
    assert worse["/areas/0/strengths/1"].doubtful_words == 0


def test_unknown_words_are_told_by_the_lexicon(blocks: tuple[LabelledBlock, ...]) -> None:
    one = evidence(blocks, lambda word: word != "kommunen")["/areas/0/strengths/0"]
    assert one.unknown_words < evidence(blocks, lambda _: False)["/areas/0/strengths/0"].unknown_words == 1.0


def merged(blocks: Sequence[LabelledBlock], kind: BlockKind) -> tuple[LabelledBlock, ...]:
    """The first two short items of a kind as one block, the lines of the second below those of the first."""
    first, second = [one for one in blocks if one.kind is kind and one.area == 1][:2]
    lines = (*first.block.lines, *second.block.lines)
    text = f"{first.block.text} {second.block.text}"
    whole = replace(first, block=replace(first.block, lines=lines, text=text, box=union(one.box for one in lines)))
    return tuple(whole if one is first else one for one in blocks if one is not second)


def test_two_items_in_one_end_a_line_early(blocks: tuple[LabelledBlock, ...], found: Found) -> None:
    pointer = "/areas/0/strengths/0"
    assert found[pointer].early_break == 0
    assert evidence(merged(blocks, BlockKind.STRENGTH))[pointer].early_break > 0.5


def test_a_list_mark_inside_and_at_the_beginning(blocks: tuple[LabelledBlock, ...]) -> None:
    text = SALA["areas"][0]["strengths"][1]

    def marked(labelled: LabelledBlock) -> LabelledBlock:
        first, *rest = labelled.block.lines
        dash = Word("–", Box(first.box.x0 - 9, first.box.y0, first.box.x0 - 4, first.box.y1), 0.9)
        lines = (Line(union([dash.box, first.box]), (dash, *first.words)), *rest)
        return replace(labelled, block=replace(labelled.block, lines=lines, text=f"– {labelled.block.text}"))

    assert evidence(changed(blocks, text, marked))["/areas/0/strengths/1"].first_mark == 1


def test_an_item_unlike_its_list(blocks: tuple[LabelledBlock, ...]) -> None:
    text = SALA["areas"][0]["strengths"][2]
    small = changed(
        blocks, text, lambda one: replace(one, block=replace(one.block, bulleted=False, size=14.0, column=None))
    )
    one = evidence(small)["/areas/0/strengths/2"]
    assert (one.no_mark, one.other_size, one.other_column) == (1.0, 1.0, 1.0)


def test_an_uncertain_label_is_a_doubt(blocks: tuple[LabelledBlock, ...]) -> None:
    text = SALA["areas"][0]["improvements"][0]
    one = evidence(changed(blocks, text, lambda old: replace(old, confidence=0.4)))["/areas/0/improvements/0"]
    assert one.label > 0.4


def test_numbers_that_agree_are_confirmed_and_others_not(blocks: tuple[LabelledBlock, ...], found: Found) -> None:
    assert found["/areas/0/score_table/rows/0/achieved"].unconfirmed == 0
    assert found["/areas/1/score"].unconfirmed == 0
    score = str(SALA["areas"][1]["printed_score"])
    other = builders.damaged(
        blocks, lambda word: replace(word, text="3"), lambda one: one.block.text == score and one.area == 2
    )
    doubted = evidence(other)["/areas/1/score"]
    assert doubted.unconfirmed == 1
    assert doubted.failed + doubted.warned > 0


@pytest.mark.parametrize(
    ("text", "marked"),
    [("– Strategi för styrning", True), ("= Social hållbarhet", True), (".— Ekologi", True), ("”Silverpriset”", False),
     ("Strategi – för styrning", False), ("–", False), ("(se ovan)", False)],
)  # fmt: skip
def test_signs_that_stand_for_list_marks(text: str, marked: bool) -> None:
    assert begins_with_sign(text) is marked


@pytest.mark.parametrize(
    ("word", "odd"),
    [("=", True), ("–", False), ("H0Q22", True), ("kvalit|et", True), ("2018-12", False), ("50%", False),
     ("3.2", False), ("kommunen", False), ("20-talet", False), ("COVID19", False), ("f6r", True)],
)  # fmt: skip
def test_odd_words(word: str, odd: bool) -> None:
    assert is_odd(word) is odd


def test_a_word_twice_running() -> None:
    assert twice("Kommunkompassen KOMMUNKOMPASSEN analys")
    assert not twice("att kommunen är den kommun som kommun")


def test_a_misread_wording_is_near_and_a_drifted_one_is_not() -> None:
    wordings = ["Politisk styrning", "Uppföljning och analys"]
    assert wording_doubts("Politisk styrning", wordings) == (0.0, 0.0)
    assert wording_doubts("Polltisk styming", wordings)[1] == 1.0
    assert wording_doubts("Något helt annat om nämnder", wordings)[1] == 0.0
    assert wording_doubts("Vad som helst", []) == (0.0, 0.0)


def test_a_paragraph_among_the_lists_is_out_of_place(blocks: tuple[LabelledBlock, ...]) -> None:
    item = next(one for one in reversed(blocks) if one.kind is BlockKind.IMPROVEMENT and one.area == 3)
    text = SALA["areas"][2]["narrative"][-1]["paragraphs"][-1]
    moved = next(one for one in blocks if one.block.text == text)
    rest = [one for one in blocks if one is not moved]
    at = rest.index(item) + 1
    strayed = evidence((*rest[:at], moved, *rest[at:]))
    assert sum(one.apart for one in strayed.values() if one.kind == "paragraph") == 1
    assert not any(one.apart for one in evidence(blocks).values() if one.kind == "paragraph")


def test_a_text_that_goes_on_over_a_page_after_a_full_stop(blocks: tuple[LabelledBlock, ...]) -> None:
    first = next(one for one in blocks if one.kind is BlockKind.NARRATIVE and len(one.block.lines) > 2)
    pages = [Line(one.box, one.words, one.bullet) for one in first.block.lines]
    text = " ".join(one.text for one in pages)
    low = pages[0].box
    stop = replace(pages[1].words[-1], text="slut.")
    columns = (Line(pages[1].box, (*pages[1].words[:-1], stop)), Line(low, pages[0].words), *pages[2:])
    whole = replace(first, block=replace(first.block, lines=columns, text=text))
    broken = evidence(tuple(whole if one is first else one for one in blocks))
    assert sum(one.stop_break for one in broken.values()) == 1
    assert not any(one.stop_break for one in evidence(blocks).values())


def test_a_title_confirms_the_municipality_as_a_word_only() -> None:
    info = draft(builders.report_blocks(SALA, Writer())).report
    glued = info.model_copy(update={"title": info.title.model_copy(update={"value": "Utvärdering avSala kommun"})})
    doubts = [
        {pointer: one.unconfirmed for pointer, _, one in metadata_evidence(each)}["/report/municipality"]
        for each in (info, glued)
    ]
    assert doubts == [0, 1]


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("Kommunen som arbetsgivare - personalpolitik", 0),
        ("Kommunen som arbetsgivare – personalpolitik", 0),
        ("KOMMUNEN SOM ARBETSGIVARE - PERSONALPOLITIK", 0),
        ("Kommunen som arbetsgivare -", 1),
        ("Kommunen som arbelsgivare - personalpolitik", 1),
        ("Något som ingen upplaga har", 0),
    ],
)
def test_a_name_must_be_a_known_one_sign_by_sign_or_another(text: str, doubt: float) -> None:
    assert name_doubt(text, ["Kommunen som arbetsgivare - personalpolitik", "Kommunen som arbetsgivare"]) == doubt


def test_names_that_differ_in_a_sign_alone() -> None:
    assert signs_differ("Kvalitet - utveckling", "Kvalitet utveckling") == 1
    assert signs_differ("Kvalitet - utveckling", "KVALITET – UTVECKLING") == 0
    assert signs_differ("Kvalitet", "Utveckling") == 0


def low_start(blocks: Sequence[LabelledBlock], *, marked: bool) -> FieldEvidence:
    """The evidence of an item that begins in lower case in a list whose other items have marks at one indent."""
    items = [one for one in blocks if one.kind is BlockKind.STRENGTH and one.area == 1]
    chosen = items[1].block.id

    def with_mark(one: LabelledBlock) -> LabelledBlock:
        lines = list(one.block.lines)
        if marked or one.block.id != chosen:
            lines[0] = replace(lines[0], bullet=Box(60, lines[0].box.y0 + 3, 64, lines[0].box.y0 + 7))
        text = one.block.text
        if one.block.id == chosen:
            text = text[:1].lower() + text[1:]
            first = lines[0].words[0]
            lines[0] = replace(lines[0], words=(replace(first, text=first.text.lower()), *lines[0].words[1:]))
        return replace(one, block=replace(one.block, text=text, lines=tuple(lines)))

    ids = {one.block.id for one in items}
    return evidence([with_mark(one) if one.block.id in ids else one for one in blocks])["/areas/0/strengths/1"]


def test_lower_case_is_no_doubt_of_an_item_with_its_own_mark(blocks: tuple[LabelledBlock, ...]) -> None:
    assert low_start(blocks, marked=False).starts_low == 1
    assert low_start(blocks, marked=True).starts_low == 0
