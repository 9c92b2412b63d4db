"""The tidy tables of version 1.2: the doubt beside each value.  Their rows are put back from the reports' files."""

from __future__ import annotations

from alembic import op

from kompass_extract.archive import tidy_schema

revision, down_revision, branch_labels, depends_on = "0006", "0005", None, None


def upgrade() -> None:
    tidy_schema.remake(op.get_bind())


def downgrade() -> None:
    """Nothing: the tables hold more than the step before needs."""
