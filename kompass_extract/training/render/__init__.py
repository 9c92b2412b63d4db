"""Typesets gold reports in many layouts and scans them in several qualities; not part of the runtime."""
