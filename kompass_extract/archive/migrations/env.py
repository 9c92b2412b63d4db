"""Runs the steps over the connection that ``archive.store`` hands in, within its transaction."""

from __future__ import annotations

from alembic import context

from kompass_extract.archive.schema import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata)
context.run_migrations()
