"""Prefect flows: tasks of a few lines around the package's public functions, and nothing else."""
