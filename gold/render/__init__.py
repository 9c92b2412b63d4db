"""Typesets gold reports in many layouts and scans them in several qualities; a tool of the project, not of the runtime."""
