"""Reviews, decisions, open items and holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0002", "0001", None, None

_SHA256, _TIME, _ID = sa.String(64), sa.String(32), sa.String(40)
_ORDER = ("priority", "doubt", "report_id", "position")


def upgrade() -> None:
    _reviews()
    _decisions()
    _items()


def downgrade() -> None:
    for table in ("holds", "review_items", "decisions", "reviews"):
        op.drop_table(table)


def _reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("sha256", _SHA256, sa.ForeignKey("documents.sha256"), nullable=False),
        sa.Column("json_sha256", _SHA256),
        sa.Column("sampling", sa.String(60), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("double_reading", sa.Boolean(), nullable=False),
        sa.Column("signed_by", sa.Text()),
        sa.Column("signed_at", _TIME),
        sa.UniqueConstraint("sha256"),
    )


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("id", _ID, nullable=False),
        sa.Column("sha256", _SHA256, sa.ForeignKey("documents.sha256"), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("decided_at", _TIME, nullable=False),
        sa.Column("voids", _ID),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_decisions_sha256_number", "decisions", ["sha256", "number"])
    op.create_index("ix_decisions_reviewer_number", "decisions", ["reviewer", "number"])


def _items() -> None:
    op.create_table(
        "review_items",
        sa.Column("review_id", sa.Integer(), sa.ForeignKey("reviews.id"), primary_key=True),
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("report_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("area", sa.Integer()),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("page", sa.Integer()),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("doubt", sa.Float(), nullable=False),
        sa.Column("sampled", sa.Boolean(), nullable=False),
        sa.Column("first_reader", sa.Text()),
        sa.Column("edition", sa.String(20)),
        sa.Column("municipality", sa.Text()),
    )
    op.create_index("ix_review_items_queue", "review_items", list(_ORDER))
    for column in ("kind", "area", "reason", "municipality"):
        op.create_index(f"ix_review_items_{column}", "review_items", [column, *_ORDER])
    op.create_index("ix_review_items_report", "review_items", ["report_id", "priority", "doubt", "position"])
    op.create_index("ix_review_items_facets", "review_items", ["area", "kind", "reason", "edition", "municipality"])
    op.create_index("ix_review_items_first_reader", "review_items", ["first_reader"])
    op.create_table(
        "holds",
        sa.Column("review_id", sa.Integer(), sa.ForeignKey("reviews.id"), primary_key=True),
        sa.Column("address", sa.Text(), primary_key=True),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
    )
