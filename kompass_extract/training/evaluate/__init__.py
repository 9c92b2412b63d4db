"""Measuring the pipeline against labelled reports."""
