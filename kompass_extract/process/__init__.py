"""What a process is allowed: nothing that a library would send or fetch by itself, and limits of memory and time."""

from kompass_extract.process.quiet import keep_quiet

__all__ = ["keep_quiet"]
