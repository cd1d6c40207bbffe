"""Originals that were found spoiled and count no more, each with the copy that takes its place"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLE = "licence_void_copy"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("copy_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("job_number", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("copy_id", name=op.f(f"uq_{TABLE}_copy_id")),
        sa.ForeignKeyConstraint(
            ["copy_id"], ["licence_copy.id"], name=op.f(f"fk_{TABLE}_copy_id_licence_copy")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"],
            ["licence_copy.id"],
            name=op.f(f"fk_{TABLE}_successor_id_licence_copy"),
        ),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {TABLE}_no_{act} BEFORE {act.upper()} ON {TABLE}"
                f" BEGIN SELECT RAISE(ABORT, '{TABLE} is append-only'); END"
            )
    else:
        op.execute(
            f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE}"
            " FOR EACH STATEMENT EXECUTE FUNCTION licence_history_stays()"
        )


def downgrade() -> None:
    op.drop_table(TABLE)
