"""What happened to whole reports, comments, and who is to review what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0005", "0002", None, None

_SHA256, _TIME = sa.String(64), sa.String(32)


def upgrade() -> None:
    op.create_table(
        "review_events",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("about", sa.Text()),
    )
    op.create_index("ix_review_events_sha256", "review_events", ["sha256"])
    op.create_table(
        "comments",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_comments_sha256_address", "comments", ["sha256", "address"])
    op.create_table(
        "assignments",
        sa.Column("sha256", _SHA256, primary_key=True),
        sa.Column("reviewer", sa.Text(), nullable=False),
    )
    op.create_index("ix_assignments_reviewer", "assignments", ["reviewer"])


def downgrade() -> None:
    for table in ("assignments", "comments", "review_events"):
        op.drop_table(table)
