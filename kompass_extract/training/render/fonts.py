"""The font families that reports are set in, and the Debian packages that bring them."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

SANS = (
    "Liberation Sans", "DejaVu Sans", "Carlito", "Noto Sans", "Open Sans", "Lato", "Roboto", "FreeSans",
    "TeX Gyre Heros", "Liberation Sans Narrow", "TeX Gyre Adventor",
)  # fmt: skip
SERIF = (
    "Liberation Serif", "DejaVu Serif", "Caladea", "Noto Serif", "TeX Gyre Pagella", "TeX Gyre Schola",
    "Linux Libertine O", "FreeSerif", "TeX Gyre Bonum", "EB Garamond",
)  # fmt: skip
PACKAGES = {
    "Liberation": "fonts-liberation",
    "DejaVu": "fonts-dejavu",
    "Carlito": "fonts-crosextra-carlito",
    "Caladea": "fonts-crosextra-caladea",
    "Noto": "fonts-noto-core",
    "Open Sans": "fonts-open-sans",
    "Lato": "fonts-lato",
    "Roboto": "fonts-roboto-unhinted",
    "Free": "fonts-freefont-ttf",
    "TeX Gyre": "fonts-texgyre",
    "Linux Libertine": "fonts-linuxlibertine",
    "EB Garamond": "fonts-ebgaramond",
}
FC_LIST_SECONDS = 30


def installed_families() -> frozenset[str]:
    """The names of the families that fontconfig knows; none when it is not installed."""
    command = ["fc-list", ":", "family"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FC_LIST_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(name.strip() for line in done.stdout.splitlines() for name in line.split(","))


def missing_packages() -> list[str]:
    """The Debian packages that bring the families not installed here, sorted."""
    absent = set(SANS + SERIF) - installed_families()
    return sorted({package for family in absent for prefix, package in PACKAGES.items() if family.startswith(prefix)})


@lru_cache
def font_file(family: str, style: str = "") -> Path | None:
    """The TrueType file of ``family`` in ``style`` ("bold", "italic" or none); None when there is none."""
    command = ["fc-match", "-f", "%{family}|%{file}", f"{family}:{style}" if style else family]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=FC_LIST_SECONDS, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    name, _, file = done.stdout.partition("|")
    return Path(file) if family in name.split(",") and file.endswith(".ttf") else None
