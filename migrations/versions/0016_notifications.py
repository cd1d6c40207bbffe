"""Keep contacts for messages, and the messages"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('notification_contact',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('address', sa.Text(), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['identity_person.id'], name=op.f('fk_notification_contact_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification_contact')),
    sa.UniqueConstraint('person_id', 'channel', name=op.f('uq_notification_contact_person_id_channel'))
    )
    op.create_table('notification_message',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('case_number', sa.String(length=50), nullable=False),
    sa.Column('topic', sa.String(length=48), nullable=False),
    sa.Column('occasion', sa.String(length=64), nullable=False),
    sa.Column('channel', sa.String(length=16), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('last_error', sa.String(length=100), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['identity_person.id'], name=op.f('fk_notification_message_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notification_message')),
    sa.UniqueConstraint('case_number', 'occasion', 'channel', name=op.f('uq_notification_message_case_number_occasion_channel')),
    sa.UniqueConstraint('number', name=op.f('uq_notification_message_number'))
    )
    op.create_index('ix_notification_message_state', 'notification_message', ['state', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_notification_message_state', table_name='notification_message')
    op.drop_table('notification_message')
    op.drop_table('notification_contact')
