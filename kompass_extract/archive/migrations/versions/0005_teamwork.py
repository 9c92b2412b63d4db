"""What happened to whole reports, comments, who is to review what, and which readings are of one evaluation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kompass_extract.archive import tidy_schema

revision, down_revision, branch_labels, depends_on = "0005", "0004", None, None

_SHA256, _TIME = sa.String(64), sa.String(32)


def upgrade() -> None:
    op.create_table(
        "store_review_events",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("event", sa.String(20), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("about", sa.Text()),
    )
    op.create_index("ix_review_events_sha256", "store_review_events", ["sha256"])
    op.create_table(
        "store_comments",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("sha256", _SHA256, nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_comments_sha256_address", "store_comments", ["sha256", "address"])
    op.create_table(
        "store_assignments",
        sa.Column("sha256", _SHA256, primary_key=True),
        sa.Column("reviewer", sa.Text(), nullable=False),
    )
    op.create_index("ix_assignments_reviewer", "store_assignments", ["reviewer"])
    tidy_schema.remake(op.get_bind())  # with the table of further readings, and views that show which count


def downgrade() -> None:
    tidy_schema.drop(op.get_bind())
    for table in ("store_evaluations", "store_assignments", "store_comments", "store_review_events"):
        op.drop_table(table)
