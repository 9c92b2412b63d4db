"""Documents, runs, claims, reports, fields and failures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "0001", None, None, None

_SHA256, _TIME = sa.String(64), sa.String(32)

_OPEN_FIELDS = """
CREATE VIEW open_fields AS
SELECT f.report_id, r.municipality, r.year, r.edition, f.area, f.kind, f.value, f.raw, f.confidence, f.reasons,
       f.page, f.pointer, f.rank, f.position
FROM fields AS f JOIN reports AS r ON r.report_id = f.report_id
WHERE f.open
"""


def upgrade() -> None:
    _inputs()
    _work()
    _reports()
    _fields()
    op.execute(_OPEN_FIELDS)


def downgrade() -> None:
    op.execute("DROP VIEW open_fields")
    for table in ("failures", "fields", "reports", "report_ids", "claims", "runs", "versions", "files", "documents"):
        op.drop_table(table)


def _document(**options: object) -> sa.Column[str]:
    return sa.Column("sha256", _SHA256, sa.ForeignKey("documents.sha256"), nullable=False, **options)  # type: ignore[arg-type]


def _inputs() -> None:
    op.create_table(
        "documents",
        sa.Column("sha256", _SHA256, primary_key=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("stored", sa.Text(), nullable=False),
        sa.Column("first_seen", _TIME, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("path", sa.Text(), primary_key=True),
        _document(index=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("inode", sa.String(32), nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
    )
    op.create_table(
        "versions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("address", sa.Text(), nullable=False),
        _document(index=True),
        sa.Column("etag", sa.Text()),
        *(sa.Column(name, sa.Text()) for name in ("last_modified", "page", "title", "final_address")),
        sa.Column("fetched_at", _TIME, nullable=False),
        sa.Column("checked_at", _TIME, nullable=False),
    )
    op.create_index("ix_versions_address_fetched_at", "versions", ["address", "fetched_at"])


def _work() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False, index=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("fingerprint", _SHA256),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("ended", _TIME),
        sa.Column("heartbeat", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("done", "skipped", "failed", "to_review")),
        sa.Column("summary", sa.Text()),
    )
    op.create_table(
        "claims",
        _document(primary_key=True),
        sa.Column("fingerprint", _SHA256, primary_key=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), nullable=False, index=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.Column("claimed_at", _TIME, nullable=False),
        sa.Column("heartbeat", sa.Float(), nullable=False),
    )
    op.create_table(
        "failures",
        _document(primary_key=True),
        sa.Column("fingerprint", _SHA256, primary_key=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), nullable=False, index=True),
        sa.Column("error", sa.String(60), nullable=False),
        sa.Column("exit_code", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("lasting", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", _TIME, nullable=False),
    )


def _reports() -> None:
    op.create_table(
        "report_ids",
        sa.Column("report_id", sa.Text(), primary_key=True),
        _document(index=True),
    )
    op.create_table(
        "reports",
        sa.Column("report_id", sa.Text(), sa.ForeignKey("report_ids.report_id"), primary_key=True),
        _document(unique=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), index=True),
        sa.Column("municipality", sa.Text(), index=True),
        sa.Column("municipality_code", sa.String(10)),
        sa.Column("year", sa.Integer(), index=True),
        sa.Column("edition", sa.String(20), index=True),
        sa.Column("total_score", sa.Integer()),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("pages", "failed_pages", "failed_checks")),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("json_sha256", _SHA256, nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("fingerprint", _SHA256, nullable=False),
        sa.Column("created", _TIME, nullable=False),
    )
    op.create_index("ix_reports_status_report_id", "reports", ["status", "report_id"])


def _fields() -> None:
    op.create_table(
        "fields",
        sa.Column("report_id", sa.Text(), sa.ForeignKey("reports.report_id", ondelete="CASCADE"), primary_key=True),
        sa.Column("pointer", sa.Text(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("area", sa.Integer()),
        sa.Column("page", sa.Integer()),
        sa.Column("value", sa.Text()),
        sa.Column("raw", sa.Text()),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
    )
    for name, columns in (
        ("queue", ["rank", "confidence", "report_id", "position"]),
        ("open_report", ["report_id", "rank", "confidence", "position"]),
        ("open_kind", ["kind", "area", "rank", "confidence"]),
    ):
        only_open = sa.text("open")
        op.create_index(f"ix_fields_{name}", "fields", columns, sqlite_where=only_open, postgresql_where=only_open)
