"""A WeasyPrint style as CSS for paged media."""

# ruff: noqa: E501 - markup and styles read best an element a line

from __future__ import annotations

from kompass_extract.training.render.story import Ledger, Story
from kompass_extract.training.render.weasy_style import WeasyStyle


def _content(form: str, story: Story, style: WeasyStyle, ledger: Ledger) -> str:
    """A margin box's content: words, or the page's number in the style's form."""
    if form == "page":
        before, _, rest = style.page_form.partition("{n}")
        between, _, after = rest.partition("{N}")
        ledger.add("furniture", style.page_form)
        pages = f' "{between}" counter(pages) "{after}"' if "{N}" in rest else f' "{rest}"'
        return f'"{before}" counter(page){pages}'
    late = (story.report.published_year, story.report.evaluation_date) >= (2019, "2019-11")
    words = form.format(
        title=story.report.title, official=story.place.official, dnr=story.dnr,
        association="Sveriges Kommuner och " + ("Regioner" if late else "Landsting"),
    )  # fmt: skip
    return f'"{ledger.add("furniture", words)}"' if words else "none"


def _page(story: Story, style: WeasyStyle, ledger: Ledger) -> str:
    top, right, bottom, left = style.margins
    boxes = {
        "top-left": style.head_left, "top-right": style.head_right, "bottom-center": style.foot_centre,
    }  # fmt: skip
    made = "".join(
        f"@{place} {{content:{_content(form, story, style, ledger)};font-size:8.5pt;white-space:nowrap}}"
        for place, form in boxes.items()
    )
    empty = "".join(f"@{place} {{content:none}}" for place in boxes)
    return (
        f"@page {{size:A4;margin:{top}mm {right}mm {bottom}mm {left}mm;{made}"
        f"@footnote {{border-top:.5pt solid #000;padding-top:3pt;margin-top:8pt}}}}"
        f"@page :first {{{empty}}} @page land {{size:A4 landscape}} @page bare {{{empty}}}"
    )


def _list_rules(style: WeasyStyle) -> str:
    cells = "table.lists th, table.lists td"
    line = f".6pt solid {style.rule}"
    return {
        "all": f"{cells} {{border:{line}}}", "horizontal": f"{cells} {{border-top:{line};border-bottom:{line}}}",
        "none": "", "frame": f"table.lists {{border:{line}}}",
        "middle": f"table.two td:first-child, table.two th:first-child {{border-right:{line}}}",
    }[style.list_rules]  # fmt: skip


def _table_rules(style: WeasyStyle) -> str:
    line = f".6pt solid {style.rule}"
    return {
        "all": f"table.score th, table.score td {{border:{line}}}", "none": "tr.total td {font-weight:bold}",
        "horizontal": f"table.score tr {{border-bottom:{line}}}",
        "zebra": f"table.score tr:nth-child(even) td {{background:{style.tint}}}",
    }[style.table_rules]  # fmt: skip


def _tables(style: WeasyStyle) -> str:
    """Lists, tables, scores and boxes."""
    heads = f"background:{style.colour};color:#fff" if style.dark_heads else ""
    hang = f"padding-left:{style.indent}em;text-indent:-{style.indent}em" if style.hanging else ""
    width = f"display:inline-block;text-indent:0;width:{style.indent}em" if style.hanging else "margin-right:.45em"
    side = style.box_side if style.narrative_columns == 1 else "wide"
    box = (
        "margin:.6em 0"
        if side == "wide"
        else f"float:{side};width:42mm;margin:0 {'0 6pt 10pt' if side == 'right' else '10pt 6pt 0'}"
    )
    return f""".i {{{hang};margin:0 0 {style.item_gap}em;{"" if style.break_items else "break-inside:avoid;"}}} .m {{{width}}} .d1 {{margin-left:1.8em}}
.i.none {{padding-left:{style.indent if style.hanging else 0}em}} .shape {{width:.7em;height:.7em;color:{style.colour}}}
table {{border-collapse:collapse;width:100%;margin:.7em 0}} th,td {{text-align:left;vertical-align:top;padding:3pt 6pt}}
thead {{display:{"table-header-group" if style.repeat_heads else "table-row-group"}}}
table.lists.two {{table-layout:fixed}} table.lists th {{{heads}}}
table.leftheads th {{width:27%}} td.rm {{width:2.4em}} td.d1 {{padding-left:2em}}
.merged {{text-align:center}} .pair {{display:flex;gap:8mm}} .pair > div {{flex:1 1 0}}
.columns {{columns:2;column-gap:8mm}} .run {{font-weight:bold;margin:.6em 0 .2em}}
.cards .i {{background:{style.tint};padding:5pt 8pt;text-indent:0;border-left:3pt solid {style.colour}}} .cards .m {{width:auto;margin-right:.5em}}
{_list_rules(style)}
table.rub, .rubrics {{break-inside:avoid}} table.rub th, table.rub td {{border:.6pt solid {style.rule}}} .big {{font-size:2em;text-align:center;vertical-align:middle;width:28mm}}
.rubrics {{margin:.4em 0 .8em}} .rh {{font-weight:bold;margin:0 0 .2em}} .rubrics .i, .rub .i {{margin-bottom:.1em}}
.ringbox {{float:right;width:24mm;text-align:center;margin:-6mm 0 3mm 5mm}} .rl {{font-size:8pt}}
.ring {{width:17mm;height:17mm;line-height:16mm;border:1.3mm solid {style.colour};border-radius:50%;font-size:16pt;font-weight:bold;margin:0 auto}}
.bigbox {{float:right;text-align:center;background:{style.tint};padding:3mm 6mm;margin-left:5mm}} .bn {{font-size:30pt;line-height:1.1}}
.sl {{font-weight:bold}} .sh {{text-align:right;font-size:20pt;margin:-12mm 0 2mm;color:{style.colour}}} .sh span {{font-size:9pt}}
.framed {{border:1pt solid {style.colour};text-align:center;padding:2mm;margin:8mm auto 0;width:60mm;font-weight:bold}}
.box {{background:{style.tint};padding:3mm;font-size:.88em;line-height:1.3;{box}}}
.fn {{float:footnote;font-size:8pt;line-height:1.2}}
table.score {{font-size:{style.table_size}em;line-height:1.2}} table.score tr {{break-inside:avoid}} .score th,.score td {{padding:2pt 5pt}}
.score .n {{width:2.8em}} .score .v {{text-align:{style.number_align};vertical-align:{style.number_valign};white-space:{"nowrap" if style.turned_heads else "normal"}}}
.score tr.head th {{vertical-align:bottom;{heads}}} .total td {{font-weight:bold}} tr.sub th {{background:{style.tint}}}
.turn {{height:24mm;width:8mm;position:relative}} .turn span {{position:absolute;bottom:0;left:2mm;transform:rotate(-90deg);transform-origin:0 50%;white-space:nowrap}}
.tp2 > tr > td {{width:50%;padding:0 4mm 0 0}} .tw {{break-inside:auto}} .chart {{display:block;margin:1em auto;max-width:100%}}
{_table_rules(style)}
"""


def weasy_css(story: Story, style: WeasyStyle, ledger: Ledger) -> str:
    """The style sheet of ``story``; its running heads and feet are noted in ``ledger``."""
    return f"""{_page(story, style, ledger)}
* {{box-sizing:border-box}}
body {{font-family:'{style.font}','DejaVu Sans';font-size:{style.size}pt;line-height:{style.leading};margin:0;hyphens:manual}}
p {{margin:0 0 .6em;orphans:2;widows:2}}
.text p {{text-align:{"justify" if style.justify else "left"};hyphens:{"auto" if style.hyphenate else "manual"}}}
.text {{{"columns:2;column-gap:7mm" if style.narrative_columns > 1 else ""}}}
h1,h2,h3,h4 {{font-family:'{style.heading_font}','DejaVu Sans';line-height:1.2;break-after:avoid;margin:1em 0 .4em}}
h1 {{font-size:{style.size * style.heading_scale * 1.15:.1f}pt;color:{style.colour};font-weight:{style.heading_weight};break-before:auto}}
h2 {{font-size:{style.size * style.heading_scale:.1f}pt;color:{style.colour};font-weight:{style.heading_weight}}}
h3 {{font-size:1.05em;font-weight:normal;{style.sub_style.format(c=style.colour)}}} h4 {{font-size:1.05em}}
.area {{{"break-before:page" if style.new_page else ""}}} .last {{break-before:page}} .land {{page:land;break-before:page}}
.protocol {{break-after:page;page:bare}} .blank {{break-after:page;height:1pt;page:bare}}
.cover {{break-after:page;padding-top:60mm;min-height:200mm;text-align:{"center" if style.title_side == "centre" else "left"}}}
.cover p {{hyphens:manual}} .title {{font-size:{style.size * 2.2:.0f}pt;line-height:1.2;color:{style.colour};font-weight:bold}}
.date {{margin-top:8mm}} .evaluators_head {{margin-top:14mm}}
.band {{background:{style.colour};height:18mm;margin:-30mm 0 20mm}}
.stamp {{position:absolute;right:2mm;top:6mm;border:1.2pt solid #334;color:#334;padding:2mm 3mm;font-size:9pt;transform:rotate(-3deg);text-align:left}}
.contents {{break-after:page}} .toc {{display:flex;margin:0 0 .3em}} .tt {{flex:1}} .li {{padding-left:1.2em}} .li::before {{content:"• "}}
{_tables(style)}"""
