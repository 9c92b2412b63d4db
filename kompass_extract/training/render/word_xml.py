"""What Word documents can have and python-docx has no call for: fields, shades, borders, list marks, frames."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docx.document import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")
LIST_STYLE = "List Bullet"
FIELDS = ("PAGE", "NUMPAGES")
WHITE = "FFFFFF"
FRAME_WIDTH = 1900  # twentieths of a point, the frame that a score stands in beside the text
Edge = tuple[int, str]  # eighths of a point, hexadecimal colour


def paragraph_style(document: Document, name: str) -> ParagraphStyle:
    """The paragraph style called ``name``; TypeError when it is of another kind."""
    style = document.styles[name]
    if not isinstance(style, ParagraphStyle):
        raise TypeError(f"{name} is no paragraph style")
    return style


def set_font(style: ParagraphStyle, family: str, size: float) -> None:
    """``style`` in ``family`` at ``size`` points, instead of the template's theme."""
    style.font.name, style.font.size = family, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{kind}"), None)
    for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{kind}"), family)


def set_language(style: ParagraphStyle, code: str) -> None:
    """``style`` in the language ``code``, such as ``sv-SE``."""
    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    properties.append(parse_xml(f'<w:lang {nsdecls("w")} w:val="{code}"/>'))


def set_bullet(document: Document, mark: str, family: str) -> None:
    """The mark of the document's bulleted list, and the face it is taken from."""
    numbering = document.part.numbering_part.element
    own = paragraph_style(document, LIST_STYLE).element.pPr.numPr.numId.val
    numbers = {int(n.get(qn("w:numId"))): n.find(qn("w:abstractNumId")) for n in numbering.findall(qn("w:num"))}
    wanted = numbers[own].get(qn("w:val"))
    for abstract in numbering.findall(qn("w:abstractNum")):
        if abstract.get(qn("w:abstractNumId")) != wanted:
            continue
        for level in abstract.findall(qn("w:lvl")):
            level.find(qn("w:lvlText")).set(qn("w:val"), mark)
            for old in level.findall(qn("w:rPr")):
                level.remove(old)
            faces = " ".join(f'w:{kind}="{family}"' for kind in ("ascii", "hAnsi", "cs"))
            level.append(parse_xml(f'<w:rPr {nsdecls("w")}><w:rFonts {faces} w:hint="default"/></w:rPr>'))


def add_pieces(paragraph: Paragraph, text: str, size: float) -> None:
    """Append ``text`` at ``size`` points; pieces between ``|`` that are names of FIELDS become such fields."""
    for piece in text.split("|"):
        if piece in FIELDS:
            _add_field(paragraph, piece)
        else:
            paragraph.add_run(piece)
    for run in paragraph.runs:
        run.font.size = Pt(size)


def _add_field(paragraph: Paragraph, code: str) -> None:
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        paragraph.add_run()._r.append(element)


def add_row(table: Table) -> _Row:
    """A new last row of ``table``."""
    row: _Row = table.add_row()
    return row


def start_page(document: Document) -> None:
    """What follows stands on a new page."""
    document.add_page_break()


def shade(cell: _Cell, colour: str) -> None:
    """Fill ``cell`` with a hexadecimal colour."""
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{colour}"/>')
    )


def emphasise(cell: _Cell, *, size: float | None = None, colour: str | None = None) -> None:
    """Everything in ``cell`` bold, at ``size`` points and in ``colour`` where these are given."""
    for run in (run for paragraph in cell.paragraphs for run in paragraph.runs):
        run.bold = True
        run.font.size = Pt(size) if size else run.font.size
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)


def set_borders(table: Table, edges: Mapping[str, Edge]) -> None:
    """Rules on the named EDGES of ``table`` and none on the others."""
    rules = ""
    for edge in EDGES:
        size, colour = edges.get(edge, (0, ""))
        drawn = f'w:val="single" w:sz="{size}" w:space="0" w:color="{colour}"' if size else 'w:val="nil"'
        rules += f"<w:{edge} {drawn}/>"
    element = parse_xml(f"<w:tblBorders {nsdecls('w')}>{rules}</w:tblBorders>")
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is None:
        table._tbl.tblPr.append(element)
    else:
        look.addprevious(element)


def set_widths(table: Table, widths: Sequence[float]) -> None:
    """Fixed column widths in millimetres, left to right; a merged cell keeps the sum that it has."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        cells = row.cells
        if len({id(cell._tc) for cell in cells}) == len(widths):
            for cell, width in zip(cells, widths, strict=True):
                cell.width = Mm(width)


def repeat_row(row: _Row) -> None:
    """Print ``row`` anew on each page that its table goes on over."""
    row._tr.get_or_add_trPr().append(parse_xml(f'<w:tblHeader {nsdecls("w")} w:val="true"/>'))


def keep_row(row: _Row) -> None:
    """Never break ``row`` over pages."""
    row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))


def frame(paragraph: Paragraph, colour: str) -> None:
    """Put ``paragraph`` into a bordered frame at the right margin that the text flows around."""
    edges = "".join(f'<w:{edge} w:val="single" w:sz="6" w:space="1" w:color="{colour}"/>' for edge in EDGES[:4])
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:framePr {nsdecls("w")} w:w="{FRAME_WIDTH}" w:hSpace="180" w:wrap="around" w:vAnchor="text" '
            'w:hAnchor="margin" w:xAlign="right" w:y="1"/>'
        )
    )
    properties.append(parse_xml(f"<w:pBdr {nsdecls('w')}>{edges}</w:pBdr>"))
