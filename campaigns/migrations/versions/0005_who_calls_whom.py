"""a household reserved for a voice, or kept from one; calls found by their number"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('pairing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('volunteer_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('reserved', 'never', name='kind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('reason', sa.String(length=200), nullable=False),
    sa.Column('last_on', sa.Date(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_by_id IS NULL)', name=op.f('ck_pairing_ended_together')),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_pairing_by_id')),
    sa.ForeignKeyConstraint(['ended_by_id'], ['user_account.id'], name=op.f('fk_pairing_ended_by_id')),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_pairing_household_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['user_account.id'], name=op.f('fk_pairing_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pairing'))
    )
    op.create_index('ix_pairing_household_id', 'pairing', ['household_id'], unique=False)
    op.create_index('ix_pairing_volunteer_id', 'pairing', ['volunteer_id'], unique=False)
    op.create_index('ix_call_phone_id', 'call', ['phone_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_call_phone_id', table_name='call')
    op.drop_table('pairing')
