"""Delegations on file, and the cases received under one"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

UNTOLD = "未登记公告方式"
DELEGATED = sa.text("delegate_authority IS NOT NULL")
rules = sa.table(
    "catalog_rule",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("basis", sa.Text),
    sa.column("valid_from", sa.Date),
    sa.column("content", sa.JSON),
)


def upgrade() -> None:
    op.add_column("case_case", sa.Column("delegate_authority", sa.String(length=18), nullable=True))
    op.create_index(
        "ix_case_case_delegate",
        "case_case",
        ["delegate_authority", "order_on", "id"],
        postgresql_where=DELEGATED,
        sqlite_where=DELEGATED,
    )
    _change_content(_with_document)


def downgrade() -> None:
    _change_content(_without_document)
    op.drop_index("ix_case_case_delegate", "case_case")
    op.drop_column("case_case", "delegate_authority")


def _change_content(changed) -> None:  # type: ignore[no-untyped-def]
    """Delegations that were published without the particulars of their document keep what they said of it."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(rules).where(rules.c.kind == "delegation")).all():
        bind.execute(rules.update().where(rules.c.id == row.id).values(content=changed(row)))


def _with_document(row):  # type: ignore[no-untyped-def]
    told = {
        "document_number": row.basis,
        "document_date": row.valid_from.isoformat(),
        "announced": UNTOLD,
    }
    return {**told, **row.content}


def _without_document(row):  # type: ignore[no-untyped-def]
    dropped = ("document_number", "document_date", "announced")
    return {name: value for name, value in row.content.items() if name not in dropped}
