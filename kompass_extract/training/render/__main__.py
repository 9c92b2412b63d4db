"""``python -m kompass_extract.training.render``: invents, typesets and scans reports."""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from kompass_extract.training.fit_labels.gold_strings import report_files
from kompass_extract.training.render.chromium import ChromiumMissingError
from kompass_extract.training.render.fonts import missing_packages
from kompass_extract.training.render.gold_model import RenderedReport, read_gold, write_gold
from kompass_extract.training.render.scanner import ALL_QUALITIES, QUALITIES, scan
from kompass_extract.training.render.soffice import OfficeMissingError, PrintFailedError
from kompass_extract.training.render.story import Story, invent_story, plain_story
from kompass_extract.training.render.typesetters import TYPESETTERS, Printed, TypesettingJob

GOLD = Path(__file__).resolve().parents[3] / "gold"
CANNOT_TAKE, CANNOT_PRINT = 2, 3  # exit codes: something that the command cannot take; what typesets lacks or fails


@dataclass(frozen=True, slots=True)
class RenderOrder:
    """What to render: how many reports, from which labels, by which typesetters, at which scan qualities."""

    out: Path
    reports: int
    qualities: str
    seed: int
    typesetters: tuple[str, ...]
    content: str
    sources: tuple[Path, ...]


def _typesetters(context: click.Context, option: click.Parameter, value: str) -> tuple[str, ...]:
    """The typesetters that are named; BadParameter for an unknown one."""
    names = tuple(TYPESETTERS) if value == "all" else tuple(value.split(","))
    if unknown := set(names) - set(TYPESETTERS):
        raise click.BadParameter(
            f"unknown typesetter {', '.join(sorted(unknown))}: choose among {', '.join(TYPESETTERS)} or all"
        )
    return names


def _qualities(wanted: str, index: int) -> list[str]:
    """The scan qualities of the report number ``index``; ValueError for an unknown one."""
    common = [name for name in QUALITIES if name != "english-text-layer"]
    every = [name for name in ALL_QUALITIES if name != "english-text-layer"]
    named = {
        "none": [],
        "born-digital": [],
        "all": common,
        "one": [_in_turn(common, index)],
        "any": [_in_turn(every, index)],
    }.get(wanted, wanted.split(","))
    if unknown := set(named) - set(ALL_QUALITIES):
        raise ValueError(f"unknown quality {', '.join(sorted(unknown))}: choose among {', '.join(ALL_QUALITIES)}")
    return named


def _in_turn(names: list[str], index: int) -> str:
    """One of ``names`` for each ``index``, one further with every round: it meets other sources then."""
    return names[(index + index // len(names)) % len(names)]


def _unique(report: RenderedReport, taken: set[str]) -> RenderedReport:
    """``report`` with ``-2``, ``-3`` ... on its id where it is taken."""
    number, name = 2, report.id
    while name in taken:
        name, number = f"{report.id}-{number}", number + 1
    taken.add(name)
    return report.model_copy(update={"id": name})


def _stories(order: RenderOrder, sources: list[RenderedReport]) -> Iterator[tuple[Story, random.Random]]:
    """What each report tells, and the generator that its style is drawn from."""
    taken: set[str] = set()
    for index in range(order.reports):
        rng = random.Random(f"{order.seed}/{index}")
        source = sources[index % len(sources)]
        story = plain_story(source, rng) if order.content == "plain" else invent_story(source, rng)
        report, composed = _unique(story.report, set(taken)), _unique(story.composed, taken)
        yield replace(story, report=report, composed=composed), rng


def _save(printed: Printed) -> None:
    """The report's label, its style and its other texts beside the PDF."""
    report = printed.report
    plain = tuple(line.replace("\t", " ") for line in report.front_matter)
    write_gold(report.model_copy(update={"front_matter": plain}), printed.pdf.parent / f"{report.id}.gold.json")
    stem = str(printed.pdf).removesuffix(".born-digital.pdf")
    Path(f"{stem}.layout.json").write_text(json.dumps(printed.style, ensure_ascii=False, indent=1) + "\n")
    texts = "".join(json.dumps({"kind": k, "text": t}, ensure_ascii=False) + "\n" for k, t in printed.texts)
    Path(f"{stem}.other.jsonl").write_text(texts)


def _render(order: RenderOrder, sources: list[RenderedReport], plans: list[list[str]]) -> None:
    """Invent, typeset and scan one report a plan; print the path of each PDF and write the manifest."""
    names = order.typesetters
    jobs = [
        TypesettingJob(story, rng, order.out, order.content == "various") for story, rng in _stories(order, sources)
    ]
    with (order.out / "manifest.jsonl").open("a", encoding="utf-8") as manifest:
        for place, name in enumerate(names):
            own = range(place, len(jobs), len(names))
            places = {id(jobs[index]): index for index in own}
            for printed in TYPESETTERS[name]([jobs[index] for index in own]):
                index = places[id(printed.job)]
                _save(printed)
                for quality in ("born-digital", *plans[index]):
                    target = Path(str(printed.pdf).replace(".born-digital.", f".{quality}."))
                    if quality != "born-digital":
                        scan(printed.pdf, target, quality, seed=printed.job.rng.randrange(2**31))
                    click.echo(target)
                    line = {
                        "file": target.name, "label": f"{printed.report.id}.gold.json", "id": printed.report.id,
                        "typesetter": name, "quality": quality, "seed": order.seed, "index": index,
                        "edition": printed.report.edition, "source": printed.report.source_report,
                        "style": printed.style,
                    }  # fmt: skip
                    manifest.write(json.dumps(line, ensure_ascii=False) + "\n")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Directory for PDF and label files.")
@click.option("--reports", type=click.IntRange(min=1), default=12, show_default=True, help="How many to invent.")
@click.option(
    "--qualities",
    default="one",
    show_default=True,
    help=f"Comma-separated among {', '.join(ALL_QUALITIES)}; or 'none', 'all' and 'one' (of the first seven), 'any' "
    "(one of them all).",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same reports.")
@click.option(
    "--typesetter",
    "typesetters",
    default="chromium",
    show_default=True,
    callback=_typesetters,
    help=f"Comma-separated among {', '.join(TYPESETTERS)}, taken in turn; or 'all'.",
)
@click.option(
    "--content",
    type=click.Choice(["various", "plain"]),
    default="various",
    show_default=True,
    help="various: items of all lengths, covers, notes, decimals; plain: the labels' own words.",
)
@click.option(
    "--from",
    "sources",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Label file to take texts from; all of gold/ where none is given.",
)
def render(**given: Any) -> None:
    """Invent reports from gold labels, typeset them, scan them.

    \b
    Examples:
      python -m kompass_extract.training.render --out rendered --reports 12 --qualities clean300,fax200 --seed 1
      python -m kompass_extract.training.render --out rendered --reports 12 --qualities one --seed 1
      python -m kompass_extract.training.render --out rendered --qualities none --from gold/hoganas-2018.json
      python -m kompass_extract.training.render --out rendered --reports 28 --seed 9 --typesetter all
    """
    order = RenderOrder(**given)
    sources = [read_gold(path) for path in order.sources or report_files(GOLD)]
    try:
        plans = [_qualities(order.qualities, index) for index in range(order.reports)]
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if missing := missing_packages():
        click.echo(f"fonts are missing, others stand in for them: apt-get install {' '.join(missing)}", err=True)
    order.out.mkdir(parents=True, exist_ok=True)
    _render(order, sources, plans)


def main(argv: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    try:
        render.main(argv, prog_name="python -m kompass_extract.training.render", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return CANNOT_TAKE
    except (ChromiumMissingError, OfficeMissingError, PrintFailedError) as error:
        click.echo(str(error), err=True)
        return CANNOT_PRINT
    return 0


if __name__ == "__main__":
    sys.exit(main())
