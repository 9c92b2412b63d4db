"""The values that are passed from room to room; no logic that belongs to one of them.

Lengths are points (1/72 inch) from the page's upper left corner, pages count from 1, probabilities are 0 to 1.
"""

__all__ = ["document", "geometry", "pointers", "readings", "report"]
