"""Take in real seals; keep SM2 signatures and platform seals beside the file"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("licence_seal", sa.Column("picture_digest", sa.String(length=64)))
    op.add_column("licence_seal", sa.Column("diameter_mm", sa.Integer()))
    op.add_column("licence_document", sa.Column("sm2_signature", sa.LargeBinary()))
    op.add_column("licence_document", sa.Column("platform_seal", sa.LargeBinary()))
    op.create_table(
        "licence_seal_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seal_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("diameter_mm", sa.Integer(), nullable=False),
        sa.Column("picture_digest", sa.String(length=64), nullable=False),
        sa.Column("certificate_digest", sa.String(length=64), nullable=False),
        sa.Column("imported_by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seal_id"], ["licence_seal.id"], name=op.f("fk_licence_seal_import_seal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence_seal_import")),
    )
    op.create_index(
        op.f("ix_licence_seal_import_seal_id"), "licence_seal_import", ["seal_id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("licence_seal_import")
    for table, names in (
        ("licence_document", ("platform_seal", "sm2_signature")),
        ("licence_seal", ("diameter_mm", "picture_digest")),
    ):
        for name in names:
            op.drop_column(table, name)
