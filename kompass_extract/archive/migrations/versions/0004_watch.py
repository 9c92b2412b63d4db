"""What a watch remembers of links and pages, and the notices to operators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0004", "0003", None, None

_TIME = sa.String(32)


def upgrade() -> None:
    op.create_table(
        "store_watched_links",
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("checked_at", _TIME, nullable=False),
    )
    op.create_table(
        "store_watched_pages",
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("read_at", _TIME),
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column("alarm_since", _TIME),
    )
    op.create_table(
        "store_notices",
        sa.Column("key", sa.String(200), primary_key=True),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("sent", _TIME),
        sa.Column("attempted", _TIME),
        sa.Column("taken_by", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
    )


def downgrade() -> None:
    for table in ("store_notices", "store_watched_pages", "store_watched_links"):
        op.drop_table(table)
