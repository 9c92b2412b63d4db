"""More aligned text: gold reports set in many fonts, made worse as scans are, and read by the English model.

Run as ``python -m kompass_extract.training.fit_letters.rendered OUT`` where the fonts and Tesseract's English model are
installed; each line of text is drawn and read by itself, so that raw and truth stay aligned.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from kompass_extract.errors import ModelError
from kompass_extract.training.fit_letters.sources import gold_prose, gold_reports

FONTS = (  # file names as fontconfig's packages install them: Debian fonts-liberation, -crosextra-*, -dejavu, ...
    "LiberationSerif-Regular", "LiberationSerif-Bold", "LiberationSans-Regular", "LiberationSans-Bold",
    "Carlito-Regular", "Carlito-Bold", "Caladea-Regular", "Caladea-Bold", "DejaVuSans", "DejaVuSerif",
    "EBGaramond12-Regular", "Lato-Regular", "FreeSerif", "FreeSans", "LiberationSerif-Italic",
)  # fmt: skip
FONT_FOLDER = Path("/usr/share/fonts")
LINE_WIDTH = 82  # characters; about a line of a report
HEIGHTS = (24, 28, 32, 38, 44)  # pixels of a font's em: 10 to 12 points at 150 to 300 dpi
LINES_PER_FONT = 60  # consecutive lines set alike
TESSDATA = "/usr/share/tesseract-ocr/5/tessdata"


@dataclass(frozen=True)
class Scan:
    """How a line is made worse: blur radius and noise in pixels and grey levels, black and white or grey."""

    blur: float
    noise: float
    fax: bool


def lines_of(report: Path) -> Iterator[str]:
    """The report's running text in lines of print."""
    for text in gold_prose(report):
        line = ""
        for word in text.split():
            if line and len(line) + len(word) >= LINE_WIDTH:
                yield line
                line = ""
            line = f"{line} {word}".strip()
        if len(line) > 3:
            yield line


def read_rendered(lines: Sequence[str], seed: int) -> list[str]:
    """What the English model reads in the drawn lines, one string per line."""
    try:
        from tesserocr import PSM, PyTessBaseAPI
    except ImportError as error:
        raise ModelError("reading rendered text needs the package tesserocr") from error
    chance = random.Random(seed)
    read = []
    with PyTessBaseAPI(path=TESSDATA, lang="eng", psm=PSM.SINGLE_LINE) as reader:
        reader.SetVariable("tessedit_do_invert", "0")
        for start in range(0, len(lines), LINES_PER_FONT):
            font = ImageFont.truetype(str(_font_file(chance.choice(FONTS))), chance.choice(HEIGHTS))
            scan = Scan(chance.choice((0.0, 0.5, 0.8, 1.1)), chance.choice((0.0, 8.0, 20.0)), chance.random() < 0.25)
            for line in lines[start : start + LINES_PER_FONT]:
                reader.SetImage(draw(line, font, scan, chance))
                read.append(" ".join(reader.GetUTF8Text().split()))
    return read


def draw(line: str, font: ImageFont.FreeTypeFont, scan: Scan, chance: random.Random) -> Image.Image:
    """The line as a scanner would give it: black on white, grey or fax."""
    size = int(font.size)
    image = Image.new("L", (int(font.getlength(line)) + 2 * size, 2 * size), 255)
    ImageDraw.Draw(image).text((size, size * 0.4), line, font=font, fill=chance.randint(0, 60))
    image = image.rotate(chance.uniform(-0.15, 0.15), resample=Image.Resampling.BICUBIC, fillcolor=255)
    if scan.blur:
        image = image.filter(ImageFilter.GaussianBlur(scan.blur))
    if scan.noise:
        grain = np.random.default_rng(chance.getrandbits(32)).normal(0, scan.noise, (image.height, image.width))
        image = Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))
    return image.point(lambda grey: 255 if grey > 150 else 0) if scan.fax else image


def _font_file(name: str) -> Path:
    found = sorted(FONT_FOLDER.rglob(f"{name}.[to]tf"))
    if not found:
        raise ModelError(f"font {name} is not installed")
    return found[0]


def write(gold_dir: Path, out: Path, seed: int = 2026) -> None:
    """Reads every gold report that has no aligned text of its own, and writes the pairs into ``out``."""
    for report in gold_reports(gold_dir):
        if (gold_dir / "text" / f"{report.stem}.restored.txt").exists():
            continue
        lines = list(lines_of(report))
        for name, text in (("ocr", read_rendered(lines, seed)), ("restored", lines)):
            (out / f"letters.{report.stem}.{name}.txt").write_text("\n".join(text), "utf-8")


if __name__ == "__main__":
    write(Path("gold"), Path(sys.argv[1]))
