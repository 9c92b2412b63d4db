"""The archive: every input under its hash, every report, and a store that knows what was done with them.

The report JSON files are the product; the store is an index over them that ``kompass rebuild`` makes anew.
"""

from kompass_extract.archive.folder import Archive

__all__ = ["Archive"]
