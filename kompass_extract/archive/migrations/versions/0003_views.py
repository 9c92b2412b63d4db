"""The store's own tables get a prefix; typed views take the plain names.

The tidy tables are made as this version of the program describes them: they hold nothing that the reports' files do
not hold, and a later step that needs other columns makes them anew.
"""

from __future__ import annotations

from alembic import op

from kompass_extract.archive import tidy_schema

revision, down_revision, branch_labels, depends_on = "0003", "0002", None, None

_TABLES = (
    "documents", "files", "versions", "runs", "claims", "failures", "report_ids", "reports", "fields",
    "reviews", "decisions", "review_items", "holds",
)  # fmt: skip
_OPEN_FIELDS = """
CREATE VIEW open_fields AS
SELECT f.report_id, r.municipality, r.year, r.edition, f.area, f.kind, f.value, f.raw, f.confidence, f.reasons,
       f.page, f.pointer, f.rank, f.position
FROM fields AS f JOIN reports AS r ON r.report_id = f.report_id
WHERE f.open
"""


def upgrade() -> None:
    op.execute("DROP VIEW open_fields")
    for name in _TABLES:
        op.rename_table(name, f"store_{name}")
    tidy_schema.remake(op.get_bind())


def downgrade() -> None:
    tidy_schema.drop(op.get_bind())
    for name in _TABLES:
        op.rename_table(f"store_{name}", name)
    op.execute(_OPEN_FIELDS)
