"""Every typesetter prints each text of its label; the same seed prints the same; degradations keep what was printed."""

from __future__ import annotations

import json
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium
import pytest

pytest.importorskip("reportlab")
pytest.importorskip("typst")
pytest.importorskip("weasyprint")

from kompass_extract.training.render.__main__ import main
from kompass_extract.training.render.figures_by_group import rows_by
from kompass_extract.training.render.gold_model import RenderedReport, read_gold
from kompass_extract.training.render.sampling import ListMarkStyle, draw_marks, shown
from kompass_extract.training.render.story import Chapter, Story, invent_story
from kompass_extract.training.render.typesetters import TYPESETTERS, Printed, TypesettingJob

GOLD = Path(__file__).resolve().parents[2] / "gold"
QUICK = ("weasyprint", "reportlab", "typst")
SHORTEST_PIECE = 4  # letters


def small_story(seed: int) -> Story:
    """A story cut to two areas."""
    story = invent_story(read_gold(GOLD / "hoganas-2018.json"), random.Random(seed))
    chapters = story.chapters[:2]
    areas = tuple(chapter.area for chapter in chapters)
    cut = story.report.model_copy(update={"areas": areas}), story.composed.model_copy(update={"areas": areas})
    return replace(story, report=cut[0], composed=cut[1], chapters=chapters)


def print_story(name: str, seed: int, out: Path) -> Printed:
    return next(iter(TYPESETTERS[name]([TypesettingJob(small_story(seed), random.Random(seed), out)])))


def letters(text: str) -> str:
    """Letters and digits alone: line ends, hyphens and typographic signs may be printed in other forms."""
    return re.sub(r"[^a-zåäöéü0-9]", "", text.lower())


def text_of(pdf: Path) -> list[str]:
    """The letters of each page."""
    document = pdfium.PdfDocument(pdf)
    return [letters(page.get_textpage().get_text_bounded()) for page in document]


def is_printed(text: str, pages: list[str]) -> bool:
    """Whether ``text`` stands in one piece, or in two with what stands between pages or columns."""
    whole, wanted = "".join(pages), letters(text)
    if wanted in whole:
        return True
    cuts = range(SHORTEST_PIECE, len(wanted) - SHORTEST_PIECE + 1)
    return any(wanted[:cut] in whole and wanted[cut:] in whole for cut in cuts)


def texts_of(report: RenderedReport) -> list[str]:
    """Every text and number of the areas in a label."""
    out: list[str] = []
    for area in report.areas:
        out += [area.name, str(area.printed_score), *area.rubrics, *area.strengths, *area.improvements]
        out += [text for section in area.narrative for text in (section.heading, *section.paragraphs)]
        out += [area.score_table.heading, *(f"{row.number} {row.question}" for row in area.score_table.rows)]
    return out


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", QUICK)
def test_every_text_of_the_label_is_printed(name: str, seed: int, tmp_path: Path) -> None:
    printed = print_story(name, seed, tmp_path)
    pages = text_of(printed.pdf)
    missing = [text for text in texts_of(printed.report) if letters(text) and not is_printed(text, pages)]
    assert not missing, printed.style
    assert all(is_printed(text, pages) for _, text in printed.job.story.cover)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice")
def test_writer_prints_every_text_and_tags_some(tmp_path: Path) -> None:
    jobs = [
        TypesettingJob(renamed(small_story(seed), f"report-{seed}"), random.Random(seed), tmp_path) for seed in range(6)
    ]
    made = list(TYPESETTERS["writer"](jobs))
    assert len(made) == len(jobs)
    for printed in made:
        pages = text_of(printed.pdf)
        missing = [text for text in texts_of(printed.report) if letters(text) and not is_printed(text, pages)]
        assert not missing, printed.style
        assert (b"/StructTreeRoot" in printed.pdf.read_bytes()) == printed.style["tagged"]
    assert {printed.style["tagged"] for printed in made} == {True, False}


def renamed(story: Story, name: str) -> Story:
    return replace(story, report=story.report.model_copy(update={"id": name}))


@pytest.mark.parametrize("name", QUICK)
def test_each_score_row_is_printed_in_order(name: str, tmp_path: Path) -> None:
    printed = print_story(name, 11, tmp_path)
    whole = "".join(text_of(printed.pdf))
    for area in printed.report.areas:
        places = [whole.rfind(letters(row.question)[:24]) for row in area.score_table.rows]
        assert -1 not in places
        assert places == sorted(places)


@pytest.mark.parametrize("name", QUICK)
def test_the_same_seed_prints_the_same(name: str, tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    first, second = (print_story(name, 3, folder) for folder in folders)
    assert (first.report, first.style, first.texts) == (second.report, second.style, second.texts)
    assert text_of(first.pdf) == text_of(second.pdf)


def test_stories_differ_in_what_makes_pages_hard() -> None:
    stories = [small_story(seed) for seed in range(60)]
    areas = [chapter.area for story in stories for chapter in story.chapters]
    lengths = [len(item.split()) for area in areas for item in (*area.strengths, *area.improvements)]
    assert min(lengths) <= 3
    assert max(lengths) >= 40
    assert {story.report.edition for story in stories} >= {"2002", "2010", "2016"}
    assert any(story.decimals for story in stories)
    assert any(1 in depths for story in stories for chapter in story.chapters for depths in chapter.depths)
    assert all(isinstance(chapter, Chapter) and len(chapter.lists[0]) == len(chapter.depths[0])
               for story in stories for chapter in story.chapters)  # fmt: skip


def test_marks_are_no_part_of_items() -> None:
    assert ListMarkStyle("number", "{})").at(1) == "2)"
    assert ListMarkStyle("letter", "{}.").at(0) == "a."
    assert ListMarkStyle("shape", "tick").at(0) == ""
    kinds = {draw_marks(random.Random(seed))[0].kind for seed in range(200)}
    assert kinds == {"glyph", "number", "letter", "shape", "none"}


def test_decimals_have_a_comma() -> None:
    assert [shown(7), shown(7.5), shown(7.0, decimals=True)] == ["7", "7,5", "7,0"]


def test_the_manifest_names_each_file_with_its_typesetter_and_degradation(tmp_path: Path) -> None:
    assert (
        main(["--out", str(tmp_path), "--reports", "2", "--typesetter", "reportlab,typst", "--qualities", "low-dpi"])
        == 0
    )
    lines = [json.loads(line) for line in (tmp_path / "manifest.jsonl").read_text().splitlines()]
    assert [(line["typesetter"], line["quality"]) for line in lines] == [
        ("reportlab", "born-digital"), ("reportlab", "low-dpi"), ("typst", "born-digital"), ("typst", "low-dpi"),
    ]  # fmt: skip
    for line in lines:
        assert (tmp_path / line["file"]).exists()
        assert read_gold(tmp_path / line["label"]).areas
    others = [json.loads(line) for path in tmp_path.glob("*.other.jsonl") for line in path.read_text().splitlines()]
    assert {"cover", "heading", "list_title", "table_head"} <= {other["kind"] for other in others}


def test_figures_are_added_up_by_typesetter() -> None:
    manifest = [{"file": "a.x.pdf", "typesetter": "typst"}, {"file": "b.x.pdf", "typesetter": "typst"}]
    figures = {"items_f1": 1.0, "cells": 10, "cells_right": 0.9, "fields": 50, "review_load": 0.02, "silent_errors": 1}
    cases = [{"case": "a.x", "figures": figures}, {"case": "b.x", "figures": figures | {"items_f1": 0.5}}]
    assert rows_by("typesetter", manifest, cases) == [["typst", "2", "0.750", "0.500", "0.900", "2", "0", "0", "0.020"]]
