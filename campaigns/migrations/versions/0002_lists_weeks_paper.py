"""lists come back, weeks move, sheets leave the screen"""

import sqlalchemy as sa
from alembic import op



revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('source_list',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('purpose', sa.String(length=300), nullable=False),
    sa.Column('legal_basis', sa.String(length=200), nullable=False),
    sa.Column('is_register', sa.Boolean(), nullable=False),
    sa.Column('informed_on', sa.Date(), nullable=True),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_list')),
    sa.UniqueConstraint('name', name=op.f('uq_source_list_name'))
    )
    op.create_table('territory_distance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.CheckConstraint('first_id < second_id', name=op.f('ck_territory_distance_in_order')),
    sa.ForeignKeyConstraint(['first_id'], ['territory.id'], name=op.f('fk_territory_distance_first_id')),
    sa.ForeignKeyConstraint(['second_id'], ['territory.id'], name=op.f('fk_territory_distance_second_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_territory_distance')),
    sa.UniqueConstraint('first_id', 'second_id', name=op.f('uq_territory_distance_first_id_second_id'))
    )
    op.create_table('skip',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('plan_id', sa.Integer(), nullable=False),
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('volunteer_id', sa.Integer(), nullable=False),
    sa.Column('reason', sa.Enum('known', 'heavy', 'language', 'other', name='reason_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_skip_household_id')),
    sa.ForeignKeyConstraint(['plan_id'], ['week_plan.id'], name=op.f('fk_skip_plan_id')),
    sa.ForeignKeyConstraint(['volunteer_id'], ['user_account.id'], name=op.f('fk_skip_volunteer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_skip'))
    )
    op.create_index('ix_skip_household_id', 'skip', ['household_id'], unique=False)
    op.create_index('ix_skip_volunteer_id', 'skip', ['volunteer_id'], unique=False)

    op.create_table('soft_lock',
    sa.Column('household_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['household_id'], ['household.id'], name=op.f('fk_soft_lock_household_id')),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_soft_lock_user_id')),
    sa.PrimaryKeyConstraint('household_id', name=op.f('pk_soft_lock'))
    )
    op.create_index('ix_soft_lock_user_id', 'soft_lock', ['user_id'], unique=False)

    op.create_table('source_decision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('source_id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_source_decision_by_id')),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_source_decision_campaign_id')),
    sa.ForeignKeyConstraint(['source_id'], ['source_list.id'], name=op.f('fk_source_decision_source_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_source_decision')),
    sa.UniqueConstraint('source_id', 'campaign_id', name=op.f('uq_source_decision_source_id_campaign_id'))
    )
    op.create_table('issued_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=4), nullable=False),
    sa.Column('number', sa.String(length=16), nullable=False),
    sa.Column('with_names', sa.Boolean(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('issued_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('issued_by_id', sa.Integer(), nullable=True),
    sa.CheckConstraint("kind IN ('pdf', 'xlsx')", name=op.f('ck_issued_sheet_kind_known')),
    sa.ForeignKeyConstraint(['issued_by_id'], ['user_account.id'], name=op.f('fk_issued_sheet_issued_by_id')),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_issued_sheet_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_sheet')),
    sa.UniqueConstraint('number', name=op.f('uq_issued_sheet_number'))
    )
    op.create_index('ix_issued_sheet_sheet_id', 'issued_sheet', ['sheet_id'], unique=False)

    op.create_table('sheet_notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('say', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['sheet_id'], ['sheet.id'], name=op.f('fk_sheet_notice_sheet_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sheet_notice'))
    )
    op.create_index('ix_sheet_notice_sheet_id', 'sheet_notice', ['sheet_id'], unique=False)

    op.create_table('correction',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=40), nullable=False),
    sa.Column('before', sa.String(length=300), nullable=False),
    sa.Column('after', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('exported_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_correction_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_correction_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_correction'))
    )
    op.create_index('ix_correction_exported_at', 'correction', ['exported_at'], unique=False)
    op.create_index('ix_correction_person_id', 'correction', ['person_id'], unique=False)

    op.create_table('import_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_change_batch_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_import_change_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_change')),
    sa.UniqueConstraint('batch_id', 'person_id', name=op.f('uq_import_change_batch_id_person_id'))
    )
    op.create_index('ix_import_change_person_id', 'import_change', ['person_id'], unique=False)

    op.create_table('match_choice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('row_key', sa.String(length=64), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('is_same', sa.Boolean(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_match_choice_by_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_match_choice_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_choice')),
    sa.UniqueConstraint('row_key', 'person_id', name=op.f('uq_match_choice_row_key_person_id'))
    )
    op.create_index('ix_match_choice_person_id', 'match_choice', ['person_id'], unique=False)

    op.create_table('provenance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('source', sa.String(length=60), nullable=False),
    sa.Column('last_batch_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['last_batch_id'], ['import_batch.id'], name=op.f('fk_provenance_last_batch_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_provenance_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_provenance')),
    sa.UniqueConstraint('source', 'person_id', name=op.f('uq_provenance_source_person_id'))
    )
    op.create_index('ix_provenance_person_id', 'provenance', ['person_id'], unique=False)

    op.create_table('quality_case',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('number', 'moved', 'died', 'care_home', 'double', 'place', 'hold', 'absent', 'other', name='kind_known', native_enum=False, create_constraint=True, length=24), nullable=False),
    sa.Column('detail', sa.String(length=300), nullable=False),
    sa.Column('other_id', sa.Integer(), nullable=True),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('opened_by_id', sa.Integer(), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by_id', sa.Integer(), nullable=True),
    sa.Column('result', sa.String(length=300), nullable=False),
    sa.CheckConstraint("(closed_at IS NOT NULL) OR (result = '')", name=op.f('ck_quality_case_result_when_closed')),
    sa.ForeignKeyConstraint(['closed_by_id'], ['user_account.id'], name=op.f('fk_quality_case_closed_by_id')),
    sa.ForeignKeyConstraint(['opened_by_id'], ['user_account.id'], name=op.f('fk_quality_case_opened_by_id')),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_quality_case_other_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_quality_case_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quality_case'))
    )
    op.create_index('ix_quality_case_open', 'quality_case', ['kind', 'closed_at'], unique=False)
    op.create_index('ix_quality_case_other_id', 'quality_case', ['other_id'], unique=False)
    op.create_index('ix_quality_case_person_id', 'quality_case', ['person_id'], unique=False)

    op.create_table('returned_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('issued_id', sa.Integer(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('returned_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['user_account.id'], name=op.f('fk_returned_sheet_by_id')),
    sa.ForeignKeyConstraint(['issued_id'], ['issued_sheet.id'], name=op.f('fk_returned_sheet_issued_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_returned_sheet'))
    )
    op.create_index('ix_returned_sheet_issued_id', 'returned_sheet', ['issued_id'], unique=False)

    # Columns are added in place: rebuilding a table of 26,400 people would hold everybody up.
    no = sa.false()
    for name in ('auto_publish', 'training_required', 'paper_allowed', 'paper_full_names', 'is_register'):
        op.add_column('campaign', sa.Column(name, sa.Boolean(), nullable=False, server_default=no))
    op.add_column('campaign', sa.Column('rules', sa.JSON(), nullable=False, server_default='{}'))

    op.add_column('import_batch', sa.Column('is_enrichment', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('import_batch', sa.Column('choices', sa.JSON(), nullable=False, server_default='{}'))
    op.add_column('import_batch', sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('import_batch', sa.Column('asked_by_id', sa.Integer(), sa.ForeignKey('user_account.id', name='fk_import_batch_asked_by_id'), nullable=True), inline_references=True)
    op.add_column('import_batch', sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True))

    op.add_column('line', sa.Column('moved_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('line', sa.Column('moved_why', sa.String(length=200), nullable=False, server_default=''))

    op.add_column('person', sa.Column('key_holder', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('person', sa.Column('best_half', sa.String(length=2), nullable=False, server_default=''))
    op.add_column('person', sa.Column('by_hand', sa.String(length=300), nullable=False, server_default=''))
    op.add_column('person', sa.Column('merged_into_id', sa.Integer(), sa.ForeignKey('person.id', name='fk_person_merged_into_id'), nullable=True), inline_references=True)
    op.create_index('ix_person_merged_into_id', 'person', ['merged_into_id'], unique=False)

    op.add_column('user_account', sa.Column('only_territory', sa.Boolean(), nullable=False, server_default=no))
    op.add_column('user_account', sa.Column('trained_at', sa.DateTime(timezone=True), nullable=True))

    # People already kept aside appear among the points to check.
    op.execute(
        "INSERT INTO quality_case (person_id, kind, detail, opened_at, result) "
        "SELECT id, 'hold', hold, updated_at, '' FROM person WHERE hold IS NOT NULL"
    )


def downgrade() -> None:
    for table, names in {
        'user_account': ('trained_at', 'only_territory'),
        'line': ('moved_why', 'moved_at'),
        'import_batch': ('undone_at', 'asked_by_id', 'asked_at', 'choices', 'is_enrichment'),
        'campaign': ('is_register', 'paper_full_names', 'paper_allowed', 'training_required', 'auto_publish', 'rules'),
    }.items():
        for name in names:
            op.drop_column(table, name)
    op.drop_index('ix_person_merged_into_id', 'person')
    for name in ('merged_into_id', 'by_hand', 'best_half', 'key_holder'):
        op.drop_column('person', name)
    for table in (
        'returned_sheet',
        'quality_case',
        'provenance',
        'match_choice',
        'import_change',
        'correction',
        'sheet_notice',
        'issued_sheet',
        'source_decision',
        'soft_lock',
        'skip',
        'territory_distance',
        'source_list',
    ):
        op.drop_table(table)
