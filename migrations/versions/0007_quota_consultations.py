"""Ask the other side about a case, and withdraw agreed lines"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

LINE = ("item_seq", "year", "holder_code", "kind", "first_code")
ONE_LINE = "uq_quota_quota_item_seq_year_holder_code_kind_first_code"
IN_USE = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.drop_table("quota_consent")  # Nothing could write to it yet.
    op.create_table(
        "quota_consultation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("case_number", sa.String(length=50), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("item_seq", sa.Integer(), nullable=False),
        sa.Column("asking_code", sa.String(length=18), nullable=False),
        sa.Column("asked_code", sa.String(length=18), nullable=False),
        sa.Column("holder_code", sa.String(length=18), nullable=False),
        sa.Column("holder_name", sa.String(length=100), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amounts", sa.JSON(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("letter", sa.String(length=200), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("answer_letter", sa.String(length=200), nullable=True),
        sa.Column("answer_words", sa.Text(), nullable=True),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_code"], ["catalog_authority.code"], name=op.f("fk_quota_consultation_asked_code")),
        sa.ForeignKeyConstraint(["asking_code"], ["catalog_authority.code"], name=op.f("fk_quota_consultation_asking_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quota_consultation")),
        sa.UniqueConstraint("case_number", "round", name=op.f("uq_quota_consultation_case_number_round")),
        sa.UniqueConstraint("number", name=op.f("uq_quota_consultation_number")),
    )
    with op.batch_alter_table("quota_quota") as table:
        table.add_column(sa.Column("withdrawn_by", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        table.drop_constraint(ONE_LINE, type_="unique")
    op.create_index(
        "ix_quota_quota_line", "quota_quota", LINE, unique=True, sqlite_where=IN_USE, postgresql_where=IN_USE
    )


def downgrade() -> None:
    op.drop_index("ix_quota_quota_line", "quota_quota")
    with op.batch_alter_table("quota_quota") as table:
        table.create_unique_constraint(ONE_LINE, LINE)
        table.drop_column("withdrawn_at")
        table.drop_column("withdrawn_by")
    op.drop_table("quota_consultation")
    op.create_table(
        "quota_consent",
        sa.Column("case_number", sa.String(length=50), nullable=False),
        sa.Column("authority_code", sa.String(length=18), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("consented_by", sa.String(length=64), nullable=False),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["authority_code"], ["catalog_authority.code"], name=op.f("fk_quota_consent_authority_code")),
        sa.PrimaryKeyConstraint("case_number", name=op.f("pk_quota_consent")),
    )
