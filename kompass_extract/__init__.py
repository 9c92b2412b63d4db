"""From the printed Kommunkompassen report to checked data: a page becomes lines, blocks, areas, a report."""

from kompass_extract.process.quiet import keep_quiet

__version__ = "0.1.0"

keep_quiet()
