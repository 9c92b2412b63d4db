"""The evaluation as one page that needs nothing else: figures, errors with their pictures, calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING

from rapidfuzz.distance import Levenshtein

from kompass_extract import __version__
from kompass_extract.model.pointers import fields as report_fields
from kompass_extract.training.evaluate import compare, figure_charts, html_trust
from kompass_extract.training.evaluate.evaluation import CaseResult, by_quality, pooled
from kompass_extract.training.evaluate.figures import Figures, by_kind, confusion, figures
from kompass_extract.training.evaluate.html_trust import percent
from kompass_extract.training.evaluate.judge import Judgement
from kompass_extract.training.evaluate.place_pictures import picture

if TYPE_CHECKING:
    from kompass_extract.training.evaluate.letter_scores import LettersEvaluation

_MAX_PICTURES = 60  # per case; a case with more errors has one cause, which shows in these
_PLACES = 2  # pictures of one value: one that goes on over a page break has two places
_MAX_ERRORS = 300  # rows per case
_BEFORE = 60  # characters of a long text shown before its first difference
_LONGEST = 700  # characters shown of a text
_COLUMNS = (
    ("items_f1", "items F1"),
    ("item_cer", "item errors"),
    ("narrative_cer", "narrative errors"),
    ("rubrics_f1", "rubrics F1"),
    ("cells_right", "cells"),
    ("question_ids_right", "question ids"),
    ("metadata_right", "metadata"),
    ("block_kinds_right", "block kinds"),
    ("silent_errors", "silent"),
    ("silent_scores", "silent scores"),
    ("silent_items", "silent items"),
    ("review_load", "review load"),
)
_COUNTS = frozenset(field.name for field in fields(Figures) if field.type == "int")
_STYLE = """
:root{--ink:#1d2430;--soft:#66707f;--line:#d8dde5;--bad:#b3261e;--good:#1b7f4b;--wash:#f5f7fa}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);margin:2rem auto;max-width:1280px;padding:0 1rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.4rem}table{border-collapse:collapse;width:100%}
th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{font-weight:600;color:var(--soft);font-size:.85rem}td.n{text-align:right;font-variant-numeric:tabular-nums}
tr.silent td:first-child{border-left:4px solid var(--bad)}del{background:#fbdcd9;text-decoration:none}
ins{background:#d5f0e0;text-decoration:none}.soft{color:var(--soft)}.bad{color:var(--bad)}
img{max-width:520px;border:1px solid var(--line);display:block;margin:.3rem 0}.scroll{overflow-x:auto}
.rest{fill:#e3e7ee}.part{fill:#2c5aa0}td.n,th.n{text-align:right}
svg text{font:12px system-ui,sans-serif;fill:var(--soft)}.plane{fill:var(--wash);stroke:var(--line)}
.dot{fill:#2c5aa0;opacity:.8}.curve{fill:none;stroke:#2c5aa0;stroke-width:2}.guide{stroke:var(--soft);stroke-dasharray:4}
.tiles{display:flex;gap:1rem;flex-wrap:wrap;margin:1.2rem 0}.tile{border:1px solid var(--line);border-radius:8px;
padding:.7rem 1.1rem;min-width:8.5rem}.tile b{display:block;font-size:1.7rem;line-height:1.2;color:var(--good)}
.tile.off b{color:var(--bad)}.tile span{color:var(--soft);font-size:.85rem}.errors{table-layout:fixed}
.errors td{overflow-wrap:anywhere}.errors img{max-width:100%}figure{margin:1rem 0 0}figcaption{font-weight:600}
.why{color:var(--soft);font-size:.85rem}
summary{cursor:pointer;padding:.4rem 0;font-weight:600}.charts{display:flex;gap:2rem;flex-wrap:wrap}
"""


def page(results: Sequence[CaseResult], letters: LettersEvaluation | None = None) -> str:
    """The whole page; pictures are made from the cases' inputs."""
    judged = [judgement for result in results if result.score for judgement in result.score.judgements]
    body = "".join(
        (
            "<h1>How the reports were read</h1>",
            f"<p class=soft>kompass {escape(__version__)}, {len(results)} inputs, {len(judged)} values compared. "
            "A value is silent when it is wrong and nobody was asked to look at it.</p>",
            html_trust.aims(results),
            _overview(results),
            html_trust.confidence(results),
            html_trust.questions_asked(results),
            _kinds(judged),
            _confusion(results),
            _letters(letters),
            "<h2>Errors</h2>",
            *(_case(result) for result in results),
        )
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Evaluation</title><style>{_STYLE}</style><body>{body}</body></html>\n"
    )


def _overview(results: Sequence[CaseResult]) -> str:
    rows = [
        _row([result.case.name], figures([result.score]))
        if result.score
        else f"<tr><td>{escape(result.case.name)}<td colspan={len(_COLUMNS)} class=bad>{escape(result.error or '')}"
        for result in results
    ]
    rows += [_row([f"all {quality}"], one) for quality, one in by_quality(results).items()]
    rows.append(_row(["all"], pooled(results)))
    head = "".join(f"<th class=n>{escape(title)}" for _, title in _COLUMNS)
    return f"<h2>Figures</h2><div class=scroll><table><tr><th>{head}{''.join(rows)}</table></div>"


def _row(names: Sequence[str], one: Figures) -> str:
    cells = "".join(
        f"<td class=n>{getattr(one, name) if name in _COUNTS else percent(getattr(one, name))}" for name, _ in _COLUMNS
    )
    return f"<tr>{''.join(f'<td>{escape(name)}' for name in names)}{cells}"


def _kinds(judged: Sequence[Judgement]) -> str:
    rows = "".join(
        f"<tr><td>{one.kind.replace('_', ' ')}"
        + "".join(
            f"<td class=n>{count or ''}"
            for count in (one.right, one.wrong, one.missing, one.extra, one.silent, one.needless)
        )
        + f"<td>{figure_charts.bars([one.share_right])} {percent(one.share_right)}"
        for one in by_kind(judged)
    )
    names = ("right", "wrong", "missing", "extra", "silent", "right, yet asked")
    head = "<tr><th>kind" + "".join(f"<th class=n>{name}" for name in names) + "<th>share right"
    return f"<h2>By kind of value</h2><div class=scroll><table>{head}{rows}</table></div>"


def _confusion(results: Sequence[CaseResult]) -> str:
    counts = confusion([result.score for result in results if result.score])
    kinds = sorted({kind for pair in counts for kind in pair})
    head = "".join(f"<th class=n>{kind.replace('_', ' ')}" for kind in kinds)
    rows = "".join(
        f"<tr><th>{gold.replace('_', ' ')}"
        + "".join(
            f"<td class='n{'' if gold == read else ' bad'}'>{counts.get((gold, read), '') or ''}" for read in kinds
        )
        for gold in kinds
    )
    return f"<h2>Kinds of blocks</h2><p class=soft>Down: labelled. Across: read.</p><table><tr><th>{head}{rows}</table>"


def _letters(result: LettersEvaluation | None) -> str:
    if result is None:
        return ""
    note = "Swedish letters restored in text of an English reader, beside other ways to do it; unseen text."
    return f"<h2>Letters</h2><p class=soft>{note}</p><pre class=scroll>{escape(result.table())}</pre>"


def _case(result: CaseResult) -> str:
    if result.score is None:
        return f"<p><b>{escape(result.case.name)}</b> <span class=bad>{escape(result.error or '')}</span></p>"
    errors = [one for one in result.score.judgements if one.status != "right"]
    errors.sort(key=lambda one: not one.silent)
    blocks = [block for block in result.score.blocks if not block.right]
    rows = "".join(_error(one, result, index < _MAX_PICTURES) for index, one in enumerate(errors[:_MAX_ERRORS]))
    rows += "".join(
        f"<tr><td>block<td>p. {block.page}<td>{' or '.join(block.gold)}<td>{block.read}: {escape(_cut(block.text))}"
        for block in blocks[:_MAX_ERRORS]
    )
    silent = sum(one.silent for one in errors)
    title = f"{escape(result.case.name)}: {len(errors)} errors, {silent} silent, {len(blocks)} blocks of another kind"
    widths = "<colgroup><col style='width:9rem'><col style='width:6rem'><col><col></colgroup>"
    head = f"{widths}<tr><th>value<th>area, page<th>labelled<th>read"
    table = f"<div class=scroll><table class=errors>{head}{rows}</table></div>" if rows else ""
    return f"<details{' open' if silent else ''}><summary>{title}</summary>{table}</details>"


def _error(one: Judgement, result: CaseResult, with_picture: bool) -> str:
    places = one.evidence[:_PLACES] if with_picture and result.report else ()
    images = [picture(result.case.path, result.report.pages if result.report else (), [place]) for place in places]
    shown = "".join(f'<img loading="lazy" src="{image}" alt="the place on the page">' for image in images if image)
    gold, read = _difference(one.gold, one.read)
    place = ", ".join(str(part) for part in (one.area, f"p. {one.evidence[0].page}" if one.evidence else None) if part)
    confidence = "" if one.confidence is None else f"<div class=soft>confidence {one.confidence:.3f}</div>"
    field = dict(report_fields(result.report)).get(one.pointer) if result.report and one.asked else None
    why = f"<div class=why>{escape('; '.join(one.text for one in field.reasons))}</div>" if field is not None else ""
    doubt = "silent" if one.silent else "asked"
    return (
        f"<tr class={doubt}><td>{one.kind.replace('_', ' ')}<div class=soft>{one.status}, {doubt}</div>"
        f"<td>{place}<td>{gold}<td>{read}{confidence}{why}{shown}"
    )


def _difference(gold: str | None, read: str | None) -> tuple[str, str]:
    """Both texts with what is only in one of them marked, from a little before the first difference."""
    if gold is None or read is None:
        return (escape(_cut(gold or "")), escape(_cut(read or "")))
    gold, read = compare.strict(gold), compare.strict(read)
    codes = Levenshtein.opcodes(gold, read)
    first = min((code.src_start for code in codes if code.tag != "equal"), default=0)
    start = max(0, first - _BEFORE) if max(len(gold), len(read)) > _LONGEST else 0
    left, right = ["… "] * (start > 0), ["… "] * (start > 0)
    shown = 0
    for code in codes:
        skipped = max(0, min(start, code.src_end) - code.src_start) if code.tag == "equal" else 0
        before = gold[code.src_start + skipped : code.src_end][: max(0, _LONGEST - shown)]
        after = read[code.dest_start + skipped : code.dest_end][: max(0, _LONGEST - shown)]
        shown += max(len(before), len(after))
        left.append(_marked(before, "del", code.tag))
        right.append(_marked(after, "ins", code.tag))
    more = " …" if shown >= _LONGEST else ""
    return "".join(left) + more, "".join(right) + more


def _marked(text: str, element: str, tag: str) -> str:
    return escape(text) if tag == "equal" or not text else f"<{element}>{escape(text)}</{element}>"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
