"""Let officers take cases, write opinions and find cases by index"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STILL_OPEN = sa.text("state NOT IN ('not-accepted', 'closed', 'withdrawn', 'lapsed')")
FOUND = {
    "ix_case_case_holder": ["held_by", "order_on", "id"],
    "ix_case_case_found": ["deciding_authority", "received_at", "id"],
    "ix_case_case_found_item": ["deciding_authority", "item_seq", "received_at", "id"],
    "ix_case_case_found_state": ["deciding_authority", "state", "received_at", "id"],
}


def upgrade() -> None:
    op.add_column("case_case", sa.Column("held_by", sa.String(length=64), nullable=True))
    op.add_column(
        "identity_staff",
        sa.Column("supervisor", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_index(
        "ix_case_case_open",
        "case_case",
        ["deciding_authority", "order_on", "id"],
        postgresql_where=STILL_OPEN,
        sqlite_where=STILL_OPEN,
    )
    for name, columns in FOUND.items():
        op.create_index(name, "case_case", columns)
    op.drop_index("ix_case_case_receiving", "case_case")
    op.create_index(
        "ix_case_case_receiving", "case_case", ["receiving_division", "received_at", "id"]
    )
    op.create_table(
        "case_opinion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("officer_number", sa.String(length=64), nullable=False),
        sa.Column("officer_name", sa.String(length=64), nullable=False),
        sa.Column("authority_code", sa.String(length=18), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["case_case.id"], name=op.f("fk_case_opinion_case_id_case_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_opinion")),
    )
    op.create_index(op.f("ix_case_opinion_case_id"), "case_opinion", ["case_id"])


def downgrade() -> None:
    op.drop_table("case_opinion")
    op.drop_index("ix_case_case_receiving", "case_case")
    op.create_index("ix_case_case_receiving", "case_case", ["receiving_division", "id"])
    for name in (*FOUND, "ix_case_case_open"):
        op.drop_index(name, "case_case")
    with op.batch_alter_table("identity_staff") as table:
        table.drop_column("supervisor")
    with op.batch_alter_table("case_case") as table:
        table.drop_column("held_by")
