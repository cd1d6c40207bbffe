"""Guard the status history of licences: entries are added, never changed or deleted"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("licence_status", "licence_seal_use")
INDEX = "ix_licence_status_due"


def upgrade() -> None:
    op.create_index(INDEX, "licence_status", ["status", "effective_on"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def downgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table in TABLES:
        for act in ("update", "delete") if on_sqlite else ("change",):
            op.execute(f"DROP TRIGGER {table}_no_{act}" + ("" if on_sqlite else f" ON {table}"))
    if not on_sqlite:
        op.execute("DROP FUNCTION licence_history_stays()")
    op.drop_index(INDEX, "licence_status")


def _guard_sqlite() -> None:
    for table in TABLES:
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION licence_history_stays() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION licence_history_stays()"
        )
