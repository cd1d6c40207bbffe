"""Record how papers are served and who agreed to electronic service"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('case_service_consent',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('recorded_by', sa.String(length=64), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['case_id'], ['case_case.id'], name=op.f('fk_case_service_consent_case_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_service_consent'))
    )
    op.create_index(op.f('ix_case_service_consent_case_id'), 'case_service_consent', ['case_id'], unique=False)
    op.create_table('case_service',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('papers', sa.JSON(), nullable=False),
    sa.Column('result', sa.Boolean(), nullable=False),
    sa.Column('way', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=True),
    sa.Column('relation', sa.String(length=40), nullable=False),
    sa.Column('address', sa.Text(), nullable=True),
    sa.Column('tracking', sa.String(length=50), nullable=True),
    sa.Column('consent_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('witness', sa.Text(), nullable=True),
    sa.Column('served_by', sa.String(length=64), nullable=False),
    sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('served_on', sa.Date(), nullable=True),
    sa.Column('failure', sa.Text(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['case_case.id'], name=op.f('fk_case_service_case_id')),
    sa.ForeignKeyConstraint(['consent_id'], ['case_service_consent.id'], name=op.f('fk_case_service_consent_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_service')),
    sa.UniqueConstraint('number', name=op.f('uq_case_service_number'))
    )
    op.create_index(op.f('ix_case_service_case_id'), 'case_service', ['case_id'], unique=False)
    op.create_index('ix_case_service_under_way', 'case_service', ['state', 'begun_at'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_case_service_under_way', table_name='case_service')
    op.drop_index(op.f('ix_case_service_case_id'), table_name='case_service')
    op.drop_table('case_service')
    op.drop_index(op.f('ix_case_service_consent_case_id'), table_name='case_service_consent')
    op.drop_table('case_service_consent')
