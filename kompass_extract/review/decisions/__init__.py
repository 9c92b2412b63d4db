"""Reviewers' decisions as values, and a report with its decisions applied."""
