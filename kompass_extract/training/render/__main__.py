"""``python -m kompass_extract.training.render``: invents, typesets and scans reports."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kompass_extract.training.render.chromium import ChromiumMissingError
from kompass_extract.training.render.fonts import missing_packages
from kompass_extract.training.render.gold_model import RenderedReport, read_gold, write_gold
from kompass_extract.training.render.scanner import ALL_QUALITIES, QUALITIES, scan
from kompass_extract.training.render.soffice import OfficeMissingError, PrintFailedError
from kompass_extract.training.render.story import Story, invent_story, plain_story
from kompass_extract.training.render.typesetters import TYPESETTERS, Printed, TypesettingJob

GOLD = Path(__file__).resolve().parents[3] / "gold"
EXAMPLES = """examples:
  %(prog)s --out /tmp/rendered --reports 12 --qualities clean300,fax200 --seed 1
  %(prog)s --out /tmp/rendered --reports 12 --qualities one --seed 1   (one quality a report, in turn)
  %(prog)s --out /tmp/rendered --reports 4 --qualities none --from gold/hoganas-2018.json
  %(prog)s --out /tmp/rendered --reports 4 --qualities none --seed 5 --typesetter word
  %(prog)s --out /tmp/rendered --reports 28 --qualities one --seed 9 --typesetter all
"""


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m kompass_extract.training.render",
        description="Invent reports from gold labels, typeset them, scan them.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="directory for PDF and label files")
    parser.add_argument("--reports", type=int, default=12, help="how many reports to invent (default 12)")
    parser.add_argument(
        "--qualities",
        default="one",
        help=f"comma-separated among {', '.join(ALL_QUALITIES)}; or 'none', 'all' and 'one' (of the first seven), "
        "'any' (one of them all)",
    )
    parser.add_argument("--seed", type=int, default=1, help="same seed, same reports (default 1)")
    parser.add_argument(
        "--typesetter", default="chromium",
        help=f"comma-separated among {', '.join(TYPESETTERS)}, taken in turn; or 'all' (default chromium)",
    )  # fmt: skip
    parser.add_argument(
        "--content", choices=("various", "plain"), default="various",
        help="various: items of all lengths, covers, notes, decimals; plain: the labels' own words (default various)",
    )  # fmt: skip
    parser.add_argument(
        "--from",
        dest="sources",
        type=Path,
        action="append",
        help="label file to take texts from (default: all of gold/)",
    )
    arguments = parser.parse_args(argv)
    if arguments.typesetter != "all" and (unknown := set(arguments.typesetter.split(",")) - set(TYPESETTERS)):
        parser.error(f"unknown typesetter {', '.join(sorted(unknown))}: choose among {', '.join(TYPESETTERS)} or all")
    return arguments


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


def _stories(arguments: argparse.Namespace, sources: list[RenderedReport]) -> Iterator[tuple[Story, random.Random]]:
    """What each report tells, and the generator that its style is drawn from."""
    taken: set[str] = set()
    for index in range(arguments.reports):
        rng = random.Random(f"{arguments.seed}/{index}")
        source = sources[index % len(sources)]
        story = plain_story(source, rng) if arguments.content == "plain" else invent_story(source, rng)
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


def _render(arguments: argparse.Namespace, sources: list[RenderedReport], plans: list[list[str]]) -> None:
    """Invent, typeset and scan one report a plan; print the path of each PDF and write the manifest."""
    names = list(TYPESETTERS) if arguments.typesetter == "all" else arguments.typesetter.split(",")
    jobs = [
        TypesettingJob(story, rng, arguments.out, arguments.content == "various")
        for story, rng in _stories(arguments, sources)
    ]
    with (arguments.out / "manifest.jsonl").open("a", encoding="utf-8") as manifest:
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
                    print(target, flush=True)
                    line = {
                        "file": target.name, "label": f"{printed.report.id}.gold.json", "id": printed.report.id,
                        "typesetter": name, "quality": quality, "seed": arguments.seed, "index": index,
                        "edition": printed.report.edition, "source": printed.report.source_report,
                        "style": printed.style,
                    }  # fmt: skip
                    manifest.write(json.dumps(line, ensure_ascii=False) + "\n")


def main(argv: list[str] | None = None) -> int:
    """Run the command; 2 for something that it cannot take, 3 when what typesets is missing or fails."""
    arguments = _arguments(argv)
    sources = [
        read_gold(path) for path in arguments.sources or sorted(set(GOLD.glob("*.json")) - {GOLD / "floors.json"})
    ]
    try:
        plans = [_qualities(arguments.qualities, index) for index in range(arguments.reports)]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if missing := missing_packages():
        print(f"fonts are missing, others stand in for them: apt-get install {' '.join(missing)}", file=sys.stderr)
    arguments.out.mkdir(parents=True, exist_ok=True)
    try:
        _render(arguments, sources, plans)
    except (ChromiumMissingError, OfficeMissingError, PrintFailedError) as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
