"""From the printed Kommunkompassen report to checked data: a page becomes lines, blocks, areas, a report."""

__version__ = "0.1.0"
