"""Where the letter model's words and sentences come from: named, licensed sources, read at training time only."""

from __future__ import annotations

import html
import json
import os
import re
import sysconfig
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from kompass_extract.errors import ModelError

ROOT_VARIABLE = "KOMPASS_CORPORA"
_DROPPED = re.compile(r"(?is)<(script|style|pre|code|kbd)\b.*?</\1>")
_BREAKS = re.compile(r"(?i)</?(p|div|h\d|li|td|th|tr|br|dt|dd|title)\b[^>]*>")
_TAG = re.compile(r"<[^>]+>")
_NOT_PROSE = {"id", "municipality_code", "edition", "corrections", "discrepancies", "notes", "source_text"}


@dataclass(frozen=True)
class LetterSource:
    """A source of words or text, as the model card names it."""

    name: str
    origin: str
    licence: str
    used_for: str


SOURCES = (
    LetterSource("wordfreq", "PyPI wordfreq, Swedish large list", "data CC BY-SA 4.0", "word frequencies"),
    LetterSource(
        "hunspell-sv", "PyPI hunspell-sv (Den stora svenska ordlistan)", "LGPL 3.0", "inflected forms, compounding"
    ),
    LetterSource("libreoffice-help-sv", "Debian libreoffice-help-sv", "MPL 2.0", "counts of word sequences"),
    LetterSource("gimp-help-sv", "Debian gimp-help-sv", "GFDL 1.2+", "counts of word sequences"),
    LetterSource("cfi-sv", "Debian cfi-sv (Copyright finns inte)", "public domain", "counts of word sequences"),
    LetterSource("phrases", "models/letters.phrases.txt, written for it", "as the program", "counts of word sequences"),
    LetterSource("gold", "labelled reports of this repository", "public documents", "domain words, the channel"),
)

CORPORA = (  # Debian documentation packages: (package, folder, pattern)
    ("libreoffice-help-sv", "usr/share/libreoffice/help/sv", "**/*.html"),
    ("gimp-help-sv", "usr/share/gimp/2.0/help/sv", "**/*.html"),
    ("cfi-sv", "usr/share/doc/cfi-sv", "**/*.html*"),
)


def debian_root() -> Path:
    """Where the documentation packages are unpacked: the system itself, or the folder KOMPASS_CORPORA."""
    return Path(os.environ.get(ROOT_VARIABLE, "/"))


def gold_reports(gold_dir: Path) -> list[Path]:
    """The labelled reports of a gold folder, by name; other JSON files there are passed over."""
    return [path for path in sorted(gold_dir.glob("*.json")) if '"municipality"' in path.read_text("utf-8")[:400]]


def gold_prose(report: Path) -> Iterator[str]:
    """The printed texts of a gold report, one string each."""
    yield from _strings(json.loads(report.read_text("utf-8")))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NOT_PROSE:
                yield from _strings(item)


def corpus_lines(root: Path, packages: Container[str] | None = None) -> Iterator[str]:
    """Distinct lines of running Swedish from the documentation packages below ``root``: from all, or from these."""
    seen: set[str] = set()
    found = 0
    for package, folder, pattern in CORPORA:
        if packages is not None and package not in packages:
            continue
        for path in sorted((root / folder).glob(pattern)):
            found += 1
            for line in _plain(path):
                if len(line) > 20 and line not in seen and _is_swedish(line):
                    seen.add(line)
                    yield line
    if not found:
        names = " ".join(name for name, _, _ in CORPORA)
        raise ModelError(f"no Swedish documentation below {root}: install the Debian packages {names}")


def is_installed(root: Path, package: str) -> bool:
    """Whether a package of ``CORPORA`` has its texts below ``root``."""
    return any(
        next((root / folder).glob(pattern), None) is not None for name, folder, pattern in CORPORA if name == package
    )


def _plain(path: Path) -> Iterator[str]:
    import gzip

    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    text = _TAG.sub("", _BREAKS.sub("\0", _DROPPED.sub(" ", text)))
    for part in html.unescape(text).split("\0"):
        yield " ".join(part.split())


def _is_swedish(line: str) -> bool:
    words = line.lower().split()
    common = sum(word in _COMMON for word in words)
    return common >= max(1, len(words) // 12) and any(letter in line for letter in "åäöÅÄÖ")


_COMMON = frozenset({"och", "att", "är", "som", "en", "ett", "det", "på", "för", "av", "med", "den", "till", "inte"})


def wordfreq_counts() -> dict[str, float]:
    """Relative frequencies of Swedish word forms, lower case."""
    try:
        import wordfreq
    except ImportError as error:
        raise ModelError("training needs the package wordfreq: pip install wordfreq") from error
    frequencies: dict[str, float] = wordfreq.get_frequency_dict("sv", wordlist="large")
    return frequencies


def hunspell_folder() -> Path:
    """The folder of the installed package hunspell-sv."""
    folder = Path(sysconfig.get_path("data")) / "share" / "hunspell"
    if not (folder / "sv_SE.dic").exists():
        raise ModelError("training needs the package hunspell-sv: pip install hunspell-sv")
    return folder


def foreign_counts(number: int) -> dict[str, float]:
    """Costs (nats) of the ``number`` most frequent English and Norwegian words that have only ASCII or ø, æ, å."""
    import math

    import wordfreq

    costs: dict[str, float] = {}
    for language in ("en", "nb"):
        for word in wordfreq.top_n_list(language, number):
            if word.isalpha() and len(word) > 2:
                cost = -math.log(wordfreq.word_frequency(word, language))
                costs[word] = min(cost, costs.get(word, cost))
    return costs
