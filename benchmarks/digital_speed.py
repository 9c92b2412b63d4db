"""Processor time of `kompass extract` on what needs no OCR: a born-digital report and a text file.

Three figures, each the best of several rounds: one command for the born-digital report, each further one of a batch,
and one command for a text.  ``ratio`` is against the aim; ``against_python`` is against a fixed piece of Python
measured in the same round, which suffers from a busy machine as the command does.  Processor time counts the command
and every process it waited for.  Modules are compiled before the first round, as an installation has them.

    .venv/bin/python benchmarks/digital_speed.py --rounds 5
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

GOLD = Path(__file__).resolve().parent.parent / "gold"
DIGITAL, TEXT = GOLD / "scans" / "hoganas-2018.born-digital.pdf", GOLD / "text" / "sala-2023.ocr.txt"
AIMS = {"digital": 3.0, "digital_in_batch": 1.5, "text": 1.5}  # seconds, of a report of 25 pages on an idle core
BATCH = 4  # further copies in one command
FIXED = "sum(i * i % 7 for i in range(5_000_000))"


def processor_seconds(command: list[str], compiled: Path | None = None) -> float:
    """User and system time of a command and of every process it waited for; its modules are kept in ``compiled``."""
    kept = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(compiled)} if compiled else {}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=600, env={**os.environ, **kept})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def extract(inputs: list[Path], out: Path) -> float:
    """Processor seconds of one command over the inputs."""
    program = "from kompass_extract.cli import main; main()"
    files = [str(path) for path in inputs]
    command = [sys.executable, "-c", program, "extract", *files, "--out", str(out), "--json"]
    return processor_seconds(command, out.parent.parent / "compiled")


def one_round(folder: Path) -> dict[str, float]:
    """Each figure once, in seconds, and the fixed piece of Python."""
    copies = [shutil.copy(DIGITAL, folder / f"copy{number}.pdf") for number in range(BATCH)]
    alone = extract([DIGITAL], folder / "alone")
    batch = extract([DIGITAL, *map(Path, copies)], folder / "batch")
    return {
        "digital": alone,
        "digital_in_batch": (batch - alone) / BATCH,
        "text": extract([TEXT], folder / "text"),
        "python": processor_seconds([sys.executable, "-c", FIXED]),
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = []
    with tempfile.TemporaryDirectory() as folder:
        first = Path(folder) / "first"
        first.mkdir()
        extract([DIGITAL, TEXT], first / "out")
        for number in range(parser.parse_args().rounds):
            place = Path(folder) / f"round{number}"
            place.mkdir()
            rounds.append(one_round(place))
    best = {
        name: {
            "seconds": round(min(one[name] for one in rounds), 2),
            "ratio": round(min(one[name] for one in rounds) / aim, 2),
            "against_python": round(min(one[name] / one["python"] for one in rounds), 2),
        }
        for name, aim in AIMS.items()
    }
    print(json.dumps(best, indent=2))


if __name__ == "__main__":
    main()
