"""A layout as CSS, and as the header and footer that the browser prints on each page."""

from __future__ import annotations

from kompass_extract.training.render.layouts import Layout
from kompass_extract.training.render.wording import Occasion

_HEADING = {
    "bold": "font-weight:bold", "plain": "font-weight:normal",
    "underline": "font-weight:bold;text-decoration:underline",
    "caps": "font-weight:bold;text-transform:uppercase",
}  # fmt: skip
_SUB = {"bold": "font-weight:bold", "italic": "font-style:italic;font-weight:bold", "colour": "font-weight:normal",
        "caps": "font-weight:bold;text-transform:uppercase;font-size:0.95em"}  # fmt: skip
_LINE = "1px solid #000"


def _item_rules(layout: Layout) -> str:
    cell = "table.items th, table.items td, table.rubrics th, table.rubrics td"
    return {
        "grid": f"{cell} {{border:{_LINE}}}",
        "horizontal": f"{cell} {{border-top:{_LINE};border-bottom:{_LINE}}}",
        "none": "",
        "box": f"table.items, table.rubrics {{border:{_LINE}}}",
        "column": f"table.items td.l, table.items th.l {{border-right:{_LINE}}}",
    }[layout.rules]


def _score_rules(layout: Layout) -> str:
    return {
        "grid": f"table.score th, table.score td {{border:{_LINE}}}",
        "horizontal": "table.score tr {border-bottom:0.7px solid #777}",
        "none": "table.score tr.total td {font-weight:bold}",
        "zebra": "table.score tr:nth-child(even) td {background:#eee}",
    }[layout.score_rules]


def stylesheet(layout: Layout) -> str:
    """The report's CSS."""
    counted = {"none": "none", "number": "decimal", "letter": "lower-alpha"}
    marker = counted.get(layout.bullet, f'"{layout.bullet}\\00a0\\00a0"')
    shade = "background:#d9e2ec;" if layout.shaded_head else ""
    head = "table-header-group" if layout.repeat_head else "table-row-group"
    caps = "text-transform:uppercase;" if layout.caps_list_heads else ""
    whole = "" if layout.break_items else "break-inside:avoid;"
    colour = layout.heading_colour if layout.sub_heading == "colour" else "inherit"
    return f"""
* {{box-sizing:border-box}}
body {{font-family:'{layout.body_font}';font-size:{layout.size}pt;line-height:{layout.leading};margin:0;
  text-align:{"justify" if layout.justify else "left"};hyphens:manual;orphans:2;widows:2}}
p {{margin:0 0 {layout.paragraph_gap}em}}
h1,h2,h3 {{font-family:'{layout.heading_font}';text-align:left;break-after:avoid;line-height:1.2}}
h1,h2 {{color:{layout.heading_colour};{_HEADING[layout.heading_style]};margin:1.2em 0 .5em}}
h1 {{font-size:{layout.size * layout.heading_scale * 1.1:.1f}pt}}
h2 {{font-size:{layout.size * layout.heading_scale:.1f}pt}}
h3 {{font-size:{layout.size * 1.08:.1f}pt;color:{colour};{_SUB[layout.sub_heading]};margin:1em 0 .35em}}
ul {{margin:.2em 0 .6em;padding-left:1.4em}}
ul.items {{list-style-type:{marker};padding-left:{layout.bullet_indent}em;margin:.1em 0}}
ul.items li {{margin-bottom:{layout.item_gap}em;orphans:1;widows:1;{whole}}}
ul.rubrics {{list-style-type:"{layout.rubric_bullet}\\00a0\\00a0"}}
table {{border-collapse:collapse;width:100%;margin:.8em 0;text-align:left}}
th {{text-align:left;vertical-align:bottom;{shade}}}
td {{vertical-align:top}}
table.items thead {{display:{head}}}
table.items th {{{caps}padding:3px {layout.gutter / 2}px}}
table.items td {{padding:4px {layout.gutter / 2}px;orphans:1;widows:1}}
table.items col.l {{width:{layout.left_share}%}}
table.rubrics {{break-inside:avoid}}
table.rubrics td, table.rubrics th {{padding:3px 8px}}
td.big, th.big {{text-align:center}}
td.big {{font-size:1.7em;vertical-align:middle}}
{_item_rules(layout)}
table.score {{font-size:{layout.score_scale}em;line-height:1.2;{"" if layout.break_tables else "break-inside:avoid;"}}}
table.score tr {{break-inside:avoid}}
table.score th, table.score td {{padding:2px 6px}}
table.score .n {{width:2.6em}}
table.score .q {{width:{layout.question_share}%;text-align:left}}
table.score .v {{text-align:{layout.number_align};vertical-align:{layout.number_valign}}}
table.score td.n {{vertical-align:{layout.number_valign if layout.number_valign != "middle" else "top"}}}
{_score_rules(layout)}
table.overview th, table.overview td {{padding:2px 6px;border-bottom:0.7px solid #888}}
table.overview .v {{text-align:right}}
.cover {{height:225mm;padding-top:70mm;break-after:page;text-align:{"center" if layout.cover == "centre" else "left"}}}
.cover h1 {{font-size:{layout.size * 2.1:.1f}pt;text-align:inherit}}
.logo {{border:2px solid {layout.heading_colour};width:32mm;padding:6mm 2mm;text-align:center;margin:-50mm 0 40mm}}
.toc {{break-after:page}}
.toc div {{display:flex;text-align:left}} .toc .dots {{flex:1;overflow:hidden;white-space:nowrap}}
.toc .sub {{padding-left:1.2em}}
.new {{break-before:page}}
.chart {{display:block;margin:1em auto;break-inside:avoid;max-width:100%}}
"""


def furniture(layout: Layout, occasion: Occasion, day: int) -> tuple[str, str]:
    """The header and the footer as the browser wants them; an empty span where there is none."""
    page = layout.page_form.format(n='<span class="pageNumber"></span>', N='<span class="totalPages"></span>')
    late = occasion.published > occasion.year
    date = f"{occasion.published}-{1 if late else min(12, occasion.month + 1):02d}-{day:02d}"
    words = {"o": occasion.association_name, "d": date, "p": page, "-": ""}
    cells = "".join(f"<span>{words[key]}</span>" for key in layout.furniture_order)
    place = "center" if len(layout.furniture_order) == 1 else "space-between"
    style = (
        f"font-family:'{layout.body_font}';font-size:8pt;width:100%;display:flex;justify-content:{place};"
        f"padding:0 {layout.margin_right}mm 0 {layout.margin_left}mm"
    )
    full, empty = f'<div style="{style}">{cells}</div>', "<span></span>"
    number = f'<div style="{style}"><span></span><span>{page}</span></div>'
    org = f'<div style="{style}"><span>{words["o"]}</span><span>{date}</span></div>'
    forms = {"header": (full, empty), "footer": (empty, full), "both": (org, number), "none": (empty, empty)}
    return forms[layout.furniture]
