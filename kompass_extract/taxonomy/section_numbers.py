"""Numbers of sections before headings: `3.2 Område 2 …`, `3. Detaljerad genomgång`."""

from __future__ import annotations

import re

_SECTION_NUMBER = re.compile(r"^\W*\d{1,2}(\.\d{1,2})*\.?\s+(?=[OÖÓ0Q][mM])")


def without_section_number(text: str) -> str:
    """An area's heading without the number of its section; any other text as it is."""
    return _SECTION_NUMBER.sub("", text)
