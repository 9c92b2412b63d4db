"""What a process is allowed: nothing that a library would send or fetch by itself, and limits of memory and time."""

__all__: list[str] = []
