"""Special procedures, hearings, extensions, experts and reminders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _procedures()
    _experts()


def _procedures() -> None:
    op.create_table(
        "case_procedure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expected_days", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("started_by", sa.String(length=64), nullable=False),
        sa.Column("paper_number", sa.String(length=64), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_case.id"], name=op.f("fk_case_procedure_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_procedure")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_case_procedure_case_id_position")),
    )
    op.create_table(
        "case_extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(length=64), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paper_number", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_case.id"], name=op.f("fk_case_extension_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_extension")),
    )
    op.create_index(op.f("ix_case_extension_case_id"), "case_extension", ["case_id"])
    op.create_table(
        "case_hearing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("told_by", sa.String(length=64), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("procedure_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.String(length=200), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("presider", sa.String(length=64), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_case.id"], name=op.f("fk_case_hearing_case_id")),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["case_procedure.id"], name=op.f("fk_case_hearing_procedure_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_hearing")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_hearing_case_id")),
    )
    op.create_table(
        "case_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("clock", sa.String(length=16), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("authority_code", sa.String(length=18), nullable=False),
        sa.Column("escalated", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_case.id"], name=op.f("fk_case_reminder_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reminder")),
        sa.UniqueConstraint(
            "case_id",
            "clock",
            "level",
            "due_on",
            name=op.f("uq_case_reminder_case_id_clock_level_due_on"),
        ),
    )
    op.create_index(op.f("ix_case_reminder_authority_code"), "case_reminder", ["authority_code"])


def _experts() -> None:
    op.create_table(
        "case_expert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=False),
        sa.Column("province", sa.String(length=16), nullable=False),
        sa.Column("field", sa.String(length=100), nullable=False),
        sa.Column("employer", sa.String(length=200), nullable=False),
        sa.Column("employer_digest", sa.String(length=64), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_expert")),
        sa.UniqueConstraint("number", name=op.f("uq_case_expert_number")),
        sa.UniqueConstraint("document_digest", name=op.f("uq_case_expert_document_digest")),
    )
    op.create_index(op.f("ix_case_expert_field"), "case_expert", ["field"])
    op.create_table(
        "case_expert_interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("party_digest", sa.String(length=64), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["case_expert.id"], name=op.f("fk_case_expert_interest_expert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_expert_interest")),
    )
    op.create_index(op.f("ix_case_expert_interest_expert_id"), "case_expert_interest", ["expert_id"])
    op.create_table(
        "case_expert_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("procedure_id", sa.Integer(), nullable=False),
        sa.Column("expert_id", sa.Integer(), nullable=False),
        sa.Column("opinion", sa.Text(), nullable=True),
        sa.Column("opined_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["procedure_id"], ["case_procedure.id"], name=op.f("fk_case_expert_review_procedure_id")
        ),
        sa.ForeignKeyConstraint(
            ["expert_id"], ["case_expert.id"], name=op.f("fk_case_expert_review_expert_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_expert_review")),
        sa.UniqueConstraint(
            "procedure_id", "expert_id", name=op.f("uq_case_expert_review_procedure_id_expert_id")
        ),
    )


def downgrade() -> None:
    for table in (
        "case_expert_review",
        "case_expert_interest",
        "case_expert",
        "case_reminder",
        "case_hearing",
        "case_extension",
        "case_procedure",
    ):
        op.drop_table(table)
