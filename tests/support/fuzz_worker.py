"""Reads the files whose paths come in on standard input, each within limits, and says what came of each.

Run as ``python -m tests.support.fuzz_worker CPU_SECONDS``.  A file that takes more processor time ends the process
(SIGXCPU).
"""

from __future__ import annotations

import resource
import sys
import traceback
from pathlib import Path

from kompass_extract import pipeline
from kompass_extract.errors import KompassError

ADDRESS_SPACE = 6 << 30  # bytes; libraries reserve far more than they use, so what is resident is measured besides


def main(cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tools = pipeline.Tools.default(jobs=1)
    for line in sys.stdin:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = int(used.ru_utime + used.ru_stime) + cpu_seconds + 1
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
        try:
            pipeline.extract(Path(line.rstrip("\n")), tools=tools)
            said = "report"
        except KompassError as error:
            said = type(error).__name__
        except BaseException:  # whatever it is, it is what the test is after
            said = "! " + " | ".join(traceback.format_exc().splitlines()[-6:])
        resident_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
        print(f"{resident_mb}\t{said}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
