"""``python -m kompass_extract.training.render``: invents, typesets and scans reports."""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from kompass_extract.training.render.chromium import ChromiumMissingError, browser_page, print_pdf
from kompass_extract.training.render.compose import compose
from kompass_extract.training.render.css import furniture
from kompass_extract.training.render.fonts import missing_packages
from kompass_extract.training.render.gold_model import GoldReport, read_gold, write_gold
from kompass_extract.training.render.layouts import as_printed, draw_layout
from kompass_extract.training.render.page_html import page_html
from kompass_extract.training.render.places import PLACES
from kompass_extract.training.render.scanner import QUALITIES, scan
from kompass_extract.training.render.soffice import OfficeMissingError, PrintFailedError, office_profile, print_docx
from kompass_extract.training.render.wording import Occasion

GOLD = Path(__file__).resolve().parents[3] / "gold"
EXAMPLES = """examples:
  %(prog)s --out /tmp/rendered --reports 12 --qualities clean300,fax200 --seed 1
  %(prog)s --out /tmp/rendered --reports 12 --qualities one --seed 1   (one quality a report, in turn)
  %(prog)s --out /tmp/rendered --reports 4 --qualities none --from gold/hoganas-2018.json
  %(prog)s --out /tmp/rendered --reports 4 --qualities none --seed 5 --typesetter word
"""
TYPESETTERS = ("chromium", "word")
Typesetter = Callable[[GoldReport, random.Random], Path]  # typesets a report with its label beside; the PDF's path


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m kompass_extract.training.render",
        description="Invent reports from gold labels, typeset them, scan them.",
        epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, help="directory for PDF and label files")
    parser.add_argument("--reports", type=int, default=12, help="how many reports to invent (default 12)")
    parser.add_argument(
        "--qualities", default="one", help=f"comma-separated among {', '.join(QUALITIES)}; or 'one', 'all', 'none'"
    )
    parser.add_argument("--seed", type=int, default=1, help="same seed, same reports (default 1)")
    parser.add_argument(
        "--typesetter", choices=TYPESETTERS, default="chromium",
        help="chromium: web pages; word: Word documents printed by LibreOffice (default chromium)",
    )  # fmt: skip
    parser.add_argument(
        "--from",
        dest="sources",
        type=Path,
        action="append",
        help="label file to take texts from (default: all of gold/)",
    )
    return parser.parse_args(argv)


def _qualities(wanted: str, index: int) -> list[str]:
    """The scan qualities of the report number ``index``; ValueError for an unknown one."""
    common = [name for name in QUALITIES if name != "english-text-layer"]
    named = {"none": [], "all": common, "one": [common[(index + index // len(common)) % len(common)]]}.get(
        wanted, wanted.split(",")
    )
    if unknown := set(named) - set(QUALITIES):
        raise ValueError(f"unknown quality {', '.join(sorted(unknown))}: choose among {', '.join(QUALITIES)}")
    return named


def _unique(report: GoldReport, taken: set[str]) -> GoldReport:
    """``report`` with ``-2``, ``-3`` ... on its id where it is taken."""
    number, name = 2, report.id
    while name in taken:
        name, number = f"{report.id}-{number}", number + 1
    taken.add(name)
    return report.model_copy(update={"id": name})


def _save(report: GoldReport, layout: dict[str, object], target: Path) -> None:
    """The report's label and the layout of ``target`` beside it."""
    plain = tuple(line.replace("\t", " ") for line in report.front_matter)
    write_gold(report.model_copy(update={"front_matter": plain}), target.parent / f"{report.id}.gold.json")
    described = Path(str(target).replace(".born-digital.pdf", ".layout.json"))
    described.write_text(json.dumps(layout, ensure_ascii=False, indent=1) + "\n")


def _make(report: GoldReport, page: Page, out: Path, rng: random.Random) -> Path:
    """Typeset ``report`` born digital and write its label and layout beside it."""
    layout = draw_layout(rng, report)
    report = as_printed(report, layout)
    place = next((p for p in PLACES if p.name == report.municipality), PLACES[0])
    year, month = (int(part) for part in report.evaluation_date.split("-"))
    occasion = Occasion(place, year, month, report.published_year)
    target = out / f"{report.id}.{layout.lists}-{layout.rules}.born-digital.pdf"
    print_pdf(
        page, page_html(report, layout), target,
        furniture=furniture(layout, occasion, rng.randint(10, 28)), margins=(layout.margin_left, layout.margin_right),
    )  # fmt: skip
    _save(report, asdict(layout), target)
    return target


def _make_in_word(report: GoldReport, profile: Path, out: Path, rng: random.Random) -> Path:
    """The same by a Word document, which prints the label's words as they are."""
    from kompass_extract.training.render.word import word_document
    from kompass_extract.training.render.word_layout import draw_word_layout

    layout = draw_word_layout(rng, report)
    target = out / f"{report.id}.word-{layout.lists}-{layout.score_place}.born-digital.pdf"
    with TemporaryDirectory() as folder:
        document = Path(folder) / f"{report.id}.docx"
        word_document(report, layout).save(str(document))
        print_docx(document, target, profile)
    _save(report, asdict(layout), target)
    return target


@contextmanager
def _typesetter(name: str, out: Path) -> Iterator[Typesetter]:
    """What typesets reports into ``out``; one browser or one office profile for all of them."""
    if name == "word":
        with office_profile() as profile:
            yield lambda report, rng: _make_in_word(report, profile, out, rng)
    else:
        with browser_page() as page:
            yield lambda report, rng: _make(report, page, out, rng)


def _render(arguments: argparse.Namespace, sources: list[GoldReport], plans: list[list[str]]) -> None:
    """Invent, typeset and scan one report a plan, and print the path of each PDF."""
    taken: set[str] = set()
    with _typesetter(arguments.typesetter, arguments.out) as typeset:
        for index, qualities in enumerate(plans):
            rng = random.Random(f"{arguments.seed}/{index}")
            report = _unique(compose(sources[index % len(sources)], rng), taken)
            digital = typeset(report, rng)
            print(digital, flush=True)
            for quality in qualities:
                target = Path(str(digital).replace(".born-digital.", f".{quality}."))
                scan(digital, target, quality, seed=rng.randrange(2**31))
                print(target, flush=True)


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
