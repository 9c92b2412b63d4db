"""A reading process has the processor time that it was given, however long it read before."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reading processes are fenced by Linux alone")

BURN = """
import time
from kompass_extract.process import limits
limits.fence(0)
counted = time.clock_gettime(-8)
while time.clock_gettime(-8) - counted < {before}:
    pass
time.process_time = lambda: 0.0  # it falls behind what the kernel counts
{limit}
    counted = time.clock_gettime(-8)
    while time.clock_gettime(-8) - counted < {within}:
        pass
print("read")
"""


def ended(limit: str, *, before: float, within: float) -> int:
    code = BURN.format(limit=limit, before=before, within=within)
    return subprocess.run([sys.executable, "-c", code], check=False, timeout=120, stdout=subprocess.DEVNULL).returncode


@pytest.mark.parametrize("limit", ["with limits.processor_time(1.0):", "if not limits.allow(1.0):"])
def test_time_is_counted_from_where_the_kernel_counts(limit: str) -> None:
    assert ended(limit, before=2.5, within=0.2) == 0
    assert ended(limit, before=0.2, within=4.0) == -signal.SIGXCPU
