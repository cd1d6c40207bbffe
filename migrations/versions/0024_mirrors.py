"""The screen at a window that is turned to the citizen"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "case_mirror",
        sa.Column("staff", sa.String(length=64), nullable=False),
        sa.Column("sign_in", sa.String(length=64), nullable=False),
        sa.Column("draft_number", sa.String(length=32), nullable=False),
        sa.Column("address_digest", sa.String(length=64), nullable=True),
        sa.Column("screen_digest", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_version", sa.Integer(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("staff", name=op.f("pk_case_mirror")),
        sa.UniqueConstraint("address_digest", name=op.f("uq_case_mirror_address_digest")),
        sa.UniqueConstraint("screen_digest", name=op.f("uq_case_mirror_screen_digest")),
    )


def downgrade() -> None:
    op.drop_table("case_mirror")
