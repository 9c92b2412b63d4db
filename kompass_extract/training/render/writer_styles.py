"""Named styles, pages, heads and feet of an OpenDocument text."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from xml.sax.saxutils import escape

from kompass_extract.training.render.writer_sheet import A4, WriterSheet

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{kind}:1.0"'
    for name, kind in {
        "office": "office", "style": "style", "text": "text", "table": "table", "draw": "drawing",
        "fo": "xsl-fo-compatible", "svg": "svg-compatible",
    }.items()
)  # fmt: skip


class WriterStyles(WriterSheet):
    """The frame that a document's body stands in."""

    def furniture(self) -> tuple[str, str]:
        """Header and footer of all pages but the first."""
        style, story = self.style, self.story
        page = (
            escape(style.page_form)
            .replace("{n}", '<text:page-number text:select-page="current"/>')
            .replace("{N}", "<text:page-count/>")
        )
        self.ledger.add("furniture", style.page_form)
        head = self.other(
            "furniture", style.head.format(title=story.report.title, official=story.place.official, dnr=story.dnr)
        )
        number = f'<text:p text:style-name="Page">{page}</text:p>'
        first = f'<text:p text:style-name="Head">{head}</text:p>'
        return first + (number if style.page_in_head else ""), "" if style.page_in_head else number

    def document(self, body: str) -> str:
        """``body`` with the styles that it uses."""
        style = self.style
        head, foot = self.furniture()
        families = {style.font, style.heading_font}
        faces = "".join(
            f'<style:font-face style:name="{f}" svg:font-family="&apos;{f}&apos;"/>' for f in sorted(families)
        )
        automatic = "".join(
            f'<text:list-style style:name="{name}">{key.removeprefix("LIST>")}</text:list-style>' if key.startswith("LIST>")
            else f'<style:style style:name="{name}" {key}</style:style>' for key, name in self.styles.items()
        )  # fmt: skip
        margins = f'fo:margin-left="{style.left}mm" fo:margin-right="{style.right}mm" fo:margin-top="{style.top}mm" fo:margin-bottom="{style.bottom}mm"'
        space = '<style:header-style><style:header-footer-properties fo:min-height="8mm" fo:margin-bottom="4mm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="8mm" fo:margin-top="4mm"/></style:footer-style>'
        pages = "".join(
            f'<style:page-layout style:name="{name}"><style:page-layout-properties fo:page-width="{w}mm" fo:page-height="{h}mm" style:print-orientation="{o}" {margins}/>{space}</style:page-layout>'
            for name, w, h, o in (("up", *A4, "portrait"), ("wide", A4[1], A4[0], "landscape"))
        )
        furniture = f"<style:header>{head}</style:header><style:footer>{foot}</style:footer>"
        masters = (f'<style:master-page style:name="Standard" style:page-layout-name="up">{furniture}<style:header-first><text:p/></style:header-first><style:footer-first><text:p/></style:footer-first></style:master-page>'
                   f'<style:master-page style:name="Wide" style:page-layout-name="wide">{furniture}</style:master-page>')  # fmt: skip
        return (f'<?xml version="1.0" encoding="UTF-8"?><office:document {SPACES} office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">'
                f"<office:font-face-decls>{faces}</office:font-face-decls><office:styles>{self.named()}</office:styles>"
                f"<office:automatic-styles>{automatic}{pages}</office:automatic-styles><office:master-styles>{masters}</office:master-styles>"
                f"<office:body><office:text>{body}</office:text></office:body></office:document>")  # fmt: skip

    def named(self) -> str:
        """The styles that have names of their own."""
        style = self.style

        def paragraph(name: str, parent: str, look: str, words: str = "", tabs: str = "") -> str:
            inherit = f' style:parent-style-name="{parent}"' if parent else ""
            return (f'<style:style style:name="{name}" style:family="paragraph"{inherit}><style:paragraph-properties {look}>{tabs}</style:paragraph-properties>'
                    f"<style:text-properties {words}/></style:style>")  # fmt: skip

        def stops(*places: tuple[float, str, str]) -> str:
            made = "".join(
                f'<style:tab-stop style:position="{p:.1f}mm" style:type="{kind}" style:leader-style="{leader}" style:leader-text="."/>'
                for p, kind, leader in places
            )
            return f"<style:tab-stops>{made}</style:tab-stops>"

        weight = "bold" if style.heading_bold else "normal"
        sizes = {1: style.heading_size * 1.15, 2: style.heading_size, 3: style.size * 1.08}
        right = stops((self.width, "right", "none"))
        inset = 46 if len(max(style.titles, key=len)) < 20 else 58
        headings = "".join(
            paragraph(f"Heading_20_{level}", "Standard", 'fo:keep-with-next="always" fo:margin-top="5mm" fo:margin-bottom="2mm" fo:text-align="start"',
                      f'style:font-name="{style.heading_font}" fo:font-size="{size:.1f}pt" fo:font-weight="{weight if level < 3 else "bold"}" fo:color="{style.colour if level < 3 else "#000000"}"', right)
            for level, size in sizes.items()
        )  # fmt: skip
        return (
            paragraph("Standard", "", f'fo:margin-bottom="{style.gap}mm" fo:line-height="{style.leading}%" fo:orphans="2" fo:widows="2"',
                      f'style:font-name="{style.font}" fo:font-size="{style.size}pt" fo:language="sv" fo:country="SE"')
            + headings
            + paragraph("Running", "Standard", f'fo:text-align="{"justify" if style.justify else "start"}"')
            + paragraph("Contents", "Standard", 'fo:margin-bottom="1mm"', "", stops((self.width, "right", "dotted")))
            + paragraph("Tabbed", "Standard", f'fo:margin-left="{inset + style.indent}mm" fo:text-indent="-{inset + style.indent}mm"', "",
                        stops((-style.indent, "left", "none"), (0, "left", "none")))
            + paragraph("Footnote", "Standard", 'fo:margin-bottom="0mm" fo:line-height="100%"', 'fo:font-size="8pt"')
            + paragraph("Head", "Standard", "", 'fo:font-size="8.5pt"')
            + paragraph("Page", "Standard", f'fo:text-align="{style.page_align}"', 'fo:font-size="8.5pt"')
        )  # fmt: skip
