"""The tidy tables with the line of a text file beside the page.  Their rows are put back from the reports' files."""

from __future__ import annotations

from alembic import op

from kompass_extract.archive import tidy_schema

revision, down_revision, branch_labels, depends_on = "0007", "0006", None, None

COLUMNS = "5b20118e4bc496dc"
"""``tidy_schema.columns_hash`` of the tables that this step makes: other columns need a further step."""


def upgrade() -> None:
    tidy_schema.remake(op.get_bind())


def downgrade() -> None:
    """Nothing: the tables hold more than the step before needs."""
