"""A gold report as a Word document in a given layout; what the gold label says is what the document says."""

from __future__ import annotations

from io import BytesIO

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.section import _Footer, _Header
from docx.shared import Mm, Pt, RGBColor
from PIL import Image, ImageDraw, ImageFont

from kompass_extract.training.render.gold_model import RenderedArea, RenderedReport, RenderedSection
from kompass_extract.training.render.structure import COMPARISONS, Front, front_matter, sections_around_lists
from kompass_extract.training.render.word_layout import BORDERS, BULLETS, SCORES_WITH_ITEMS, WordLayout
from kompass_extract.training.render.word_tables import WordSheet, add_list_tables, add_overview, add_score_table
from kompass_extract.training.render.word_xml import (
    LIST_STYLE,
    add_pieces,
    emphasise,
    frame,
    paragraph_style,
    set_borders,
    set_bullet,
    set_font,
    set_language,
    set_widths,
    shade,
    start_page,
)

FURNITURE_SIZE = 8.5  # points
SIDE_SHADE = "EDEDED"
APPENDIX = (
    ("Bilaga 1 Intervjuade funktioner",
     ("Kommunstyrelsens ordförande och vice ordförande", "Kommundirektör och förvaltningschefer",
      "Enhetschefer inom vård och omsorg samt skola", "Fackliga företrädare")),
    ("Bilaga 2 Granskade dokument",
     ("Budget och verksamhetsplan", "Årsredovisning", "Personalpolicy och lönekriterier",
      "Riktlinjer för medborgardialog")),
)  # fmt: skip


def _set_styles(document: Document, layout: WordLayout) -> None:
    normal = paragraph_style(document, "Normal")
    set_font(normal, layout.font, layout.size)
    set_language(normal, "sv-SE")
    normal.paragraph_format.space_after = Pt(layout.paragraph_gap)
    normal.paragraph_format.line_spacing = layout.leading
    levels = zip(layout.heading_sizes, layout.heading_colours, strict=True)
    for level, (size, colour) in enumerate(levels, 1):
        heading = paragraph_style(document, f"Heading {level}")
        set_font(heading, layout.font, size)
        heading.font.bold = layout.heading_bold
        heading.font.color.rgb = RGBColor.from_string(colour)
    set_bullet(document, *BULLETS[layout.bullet])
    paragraph_style(document, LIST_STYLE).paragraph_format.space_after = Pt(layout.item_gap)


def _set_page(document: Document, layout: WordLayout, report: RenderedReport) -> float:
    """Paper, margins, header and footer; the width of the text in millimetres."""
    section, (width, height) = document.sections[0], layout.page
    left, right, top, bottom = layout.margins
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = layout.two_sided
    wanted: list[tuple[_Header | _Footer, str]] = [(section.header, layout.header), (section.footer, layout.footer)]
    if layout.two_sided:
        wanted.append((section.even_page_header, "PAGE|\t\t|{title}"))
    for place, text in wanted:
        if text:
            words = text.format(municipality=report.municipality, title=report.title)
            add_pieces(place.paragraphs[0], words, FURNITURE_SIZE)
    return width - left - right


def _add_text(sheet: WordSheet, words: str) -> None:
    paragraph = sheet.document.add_paragraph(sheet.text(words))
    if sheet.layout.justify:
        paragraph.alignment = ALIGN.JUSTIFY


def _add_bold(sheet: WordSheet, words: str, size: float = 0) -> None:
    run = sheet.document.add_paragraph().add_run(words)
    run.bold, run.font.size = True, Pt(size) if size else None


def _add_cover(sheet: WordSheet, report: RenderedReport) -> None:
    for _ in range(8):
        sheet.document.add_paragraph()
    _add_bold(sheet, report.title, 26)
    for _ in range(3):
        sheet.document.add_paragraph()
    sheet.document.add_paragraph(report.evaluator_line)
    start_page(sheet.document)


def _add_contents(sheet: WordSheet, front: Front) -> None:
    _add_bold(sheet, "Innehåll", 16)
    for title, page in front.contents:
        form = sheet.document.add_paragraph(f"{title}\t{page}").paragraph_format
        form.space_after = Pt(3)
        form.tab_stops.add_tab_stop(Mm(sheet.width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        form.left_indent = Mm(6) if title.startswith("Område") else None
    start_page(sheet.document)


def _add_chart(sheet: WordSheet, report: RenderedReport) -> None:
    """A column for each area's score (0..100), as a picture like those pasted from a spreadsheet."""
    picture = Image.new("RGB", (1200, 520), "white")
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=22)
    for index, area in enumerate(report.areas):
        x, score = 60 + index * 140, area.score_table.total.achieved
        draw.rectangle((x, 460 - score * 4, x + 80, 460), fill="#4472C4")
        draw.text((x + 25, 432 - score * 4), str(score), fill="black", font=font)
        draw.text((x + 32, 470), str(area.number), fill="black", font=font)
    draw.line((40, 460, 1180, 460), fill="black", width=2)
    file = BytesIO()
    picture.save(file, "PNG")
    sheet.document.add_picture(file, width=Mm(sheet.width * 0.9))


def _add_front(sheet: WordSheet, report: RenderedReport, front: Front) -> None:
    """Cover, contents, chapters 1 and 2 and the heading over the areas."""
    _add_cover(sheet, report)
    _add_contents(sheet, front)
    for kind, words in front.body:
        if kind == "h3" and words == COMPARISONS:
            if sheet.layout.chart:
                _add_chart(sheet, report)
            add_overview(sheet, report.area_scores_overview)
        if kind == "p":
            _add_text(sheet, words)
        elif kind == "li":
            sheet.document.add_paragraph(sheet.text(words), style=LIST_STYLE)
        else:
            sheet.document.add_heading(words, int(kind[1]))
    sheet.document.add_heading(front.chapter, 1)


def _add_rubrics(sheet: WordSheet, area: RenderedArea, heading: str) -> None:
    _add_bold(sheet, heading)
    for rubric in area.rubrics:
        sheet.document.add_paragraph(sheet.text(rubric), style=LIST_STYLE)


def _add_score_cells(sheet: WordSheet, area: RenderedArea) -> None:
    """Rubrics and score in a table of two columns: a grid with heads, or a shaded field at the side."""
    layout, grid = sheet.layout, sheet.layout.score_place == "table"
    table = sheet.document.add_table(rows=2 if grid else 1, cols=2)
    set_borders(table, BORDERS["grid" if grid else "none"])
    rubrics, score = table.rows[-1].cells
    heads = zip(table.rows[0].cells, ("Rubriker", "Poäng") if grid else ("Delområden", "Områdets poäng"), strict=True)
    for cell, words in heads:
        cell.text = words
        emphasise(cell)
    for index, rubric in enumerate(area.rubrics):
        paragraph = rubrics.paragraphs[0] if grid and index == 0 else rubrics.add_paragraph()
        paragraph.style = LIST_STYLE
        paragraph.add_run(sheet.text(rubric))
    number = score.paragraphs[0] if grid else score.add_paragraph()
    run = number.add_run(str(area.printed_score))
    run.font.size = Pt(28 if grid else 32)
    number.alignment = ALIGN.CENTER
    if not grid:
        score.paragraphs[0].alignment = ALIGN.CENTER
        run.font.color.rgb = RGBColor.from_string(layout.heading_colours[0])
        shade(score, SIDE_SHADE)
    set_widths(table, [sheet.width * 0.75, sheet.width * 0.25])
    sheet.document.add_paragraph()


def _add_score(sheet: WordSheet, area: RenderedArea) -> None:
    """The area's rubrics, and its score where that does not stand with the lists."""
    place = sheet.layout.score_place
    if place in ("table", "side"):
        _add_score_cells(sheet, area)
        return
    if place == "frame":
        for words, size in (("Poäng", 11), (str(area.printed_score), 36)):
            paragraph = sheet.document.add_paragraph()
            paragraph.alignment = ALIGN.CENTER
            run = paragraph.add_run(words)
            run.bold, run.font.size = True, Pt(size)
            frame(paragraph, sheet.layout.heading_colours[1])
    elif place in ("line", "slash"):
        _add_bold(sheet, f"Poäng: {area.printed_score}" + (" av 100" if place == "slash" else ""))
    _add_rubrics(sheet, area, "Rubriker" if place in ("line", "slash") else "Utvärderade delområden")


def _add_section(sheet: WordSheet, section: RenderedSection) -> None:
    sheet.document.add_heading(section.heading, 3)
    for paragraph in section.paragraphs:
        _add_text(sheet, paragraph)


def _add_area(sheet: WordSheet, area: RenderedArea) -> None:
    """One area's chapter: score and rubrics, text, lists."""
    layout = sheet.layout
    if layout.area_on_new_page and area.number > 1:
        start_page(sheet.document)
    sheet.document.add_heading(layout.area_heading.format(n=area.number, name=area.name), 2)
    first, before, after = sections_around_lists(area)
    late = layout.score_place in SCORES_WITH_ITEMS
    if not late:
        _add_score(sheet, area)
    _add_section(sheet, first)
    if late:
        _add_score(sheet, area)
    for section in before:
        _add_section(sheet, section)
    if layout.lists == "sequential":
        for words, items in zip(layout.list_heads, (area.strengths, area.improvements), strict=True):
            sheet.document.add_heading(words, 3)
            for item in items:
                sheet.document.add_paragraph(sheet.text(item), style=LIST_STYLE)
    else:
        add_list_tables(sheet, area)
    for section in after:
        _add_section(sheet, section)


def _add_last(sheet: WordSheet, report: RenderedReport, front: Front) -> None:
    """The chapter of score tables, across the page where the layout turns it, and the appendix."""
    document, width = sheet.document, sheet.width
    if sheet.layout.landscape:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE
        upright, tall = sheet.layout.page
        section.page_width, section.page_height = Mm(tall), Mm(upright)
        width += tall - upright
    else:
        start_page(document)
    document.add_heading(front.last, 1)
    _add_text(sheet, front.lead)
    for area in report.areas:
        add_score_table(sheet, area, width)
    if sheet.layout.appendix:
        start_page(document)
        for heading, entries in APPENDIX:
            document.add_heading(heading, 1)
            for entry in entries:
                document.add_paragraph(entry, style=LIST_STYLE)


def word_document(report: RenderedReport, layout: WordLayout) -> Document:
    """The whole report as one Word document, not yet saved."""
    document = docx.Document()
    _set_styles(document, layout)
    sheet = WordSheet(document, layout, _set_page(document, layout, report))
    front = front_matter(report)
    _add_front(sheet, report, front)
    for area in report.areas:
        _add_area(sheet, area)
    _add_last(sheet, report, front)
    return document
