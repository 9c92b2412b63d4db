"""How fast letters are restored: ``python benchmarks/letters_speed.py [FILE]``.

Times are of the processor, not the wall, so that a busy machine does not count; the first round meets every
word for the first time, the second knows them all.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from kompass_extract import resources
from kompass_extract.repair import load
from kompass_extract.repair.repairer import MODEL

DAMAGED = Path(__file__).parent.parent / "gold" / "text" / "amal-2019-areas-1-4.ocr.txt"


def main(file: Path) -> None:
    start = time.process_time()
    repairer = load()
    print(f"loading    {time.process_time() - start:8.2f} s   {resources.path(MODEL).stat().st_size / 1e6:.1f} MB")
    text = file.read_text("utf-8")
    words = len(text.split())
    for name, subject in (("new words", text), ("known words", text), ("repaired", repairer.repair_text(text).text)):
        if name == "new words":
            repairer = load()
        start = time.process_time()
        repairer.repair_text(subject)
        print(f"{name:11}{words / (time.process_time() - start):8.0f} words a second")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DAMAGED)
