"""Notes where a Python process reaches in the network, and what it opens to write; loaded from PYTHONPATH at its start.

Each note is a line of the file that KOMPASS_TEST_GUARD names: "net ADDRESS", "name HOST" or "write PATH".
"""

from __future__ import annotations

import os
import sys

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_CALLS = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
_NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}


def _guard(notes: int) -> None:
    def note(kind: str, what: object) -> None:
        text = os.fsdecode(what) if isinstance(what, bytes | str) else str(what)
        os.write(notes, f"{kind} {text}".encode("utf-8", "backslashreplace").replace(b"\n", b"\\n") + b"\n")

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in _CALLS:
            address = arguments[1]
            if isinstance(address, tuple):
                note("net", address[0])
        elif event in _NAMES:
            note("name", arguments[0])
        elif event == "open":
            path, mode, flags = arguments
            writes = (isinstance(flags, int) and flags & _WRITES) or (isinstance(mode, str) and set(mode) & set("wax+"))
            if writes and not isinstance(path, int):
                note("write", path if isinstance(path, bytes | str) else repr(path))

    sys.addaudithook(hook)


if "KOMPASS_TEST_GUARD" in os.environ:
    _guard(os.open(os.environ["KOMPASS_TEST_GUARD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
