"""Fenced processes: what opens foreign files runs in them, with limits on memory and time."""

__all__: list[str] = []
