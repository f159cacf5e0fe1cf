"""The tables that migrations make are the tables that the models describe."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import campaigns.migrations
from campaigns.models import Base


def differences(engine: sa.Engine, metadata: sa.MetaData) -> list[object]:
    """Say what a migration would have to change for a database to hold what models describe."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))


def test_models_equal_migrations_on_both_engines(engine: sa.Engine) -> None:
    assert differences(engine, Base.metadata) == []


def test_named_constraints_of_the_models_stand_in_the_database(engine: sa.Engine) -> None:
    # Alembic does not compare checks: a rule that is only in the models protects nothing.
    inspector = sa.inspect(engine)
    missing = {
        f"{table.name}.{constraint.name}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    } - {
        f"{table}.{check['name']}"
        for table in Base.metadata.tables
        for check in inspector.get_check_constraints(table)
    }
    assert missing == set()


def test_migrations_are_one_line() -> None:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(campaigns.migrations.__file__).parent))
    script = ScriptDirectory.from_config(config)
    assert len(script.get_heads()) == 1
    assert all(not isinstance(each.down_revision, tuple) for each in script.walk_revisions())


def test_a_column_that_no_migration_made_is_seen(engine: sa.Engine) -> None:
    planted = sa.MetaData()
    for table in Base.metadata.tables.values():
        table.to_metadata(planted)
    next(iter(planted.tables.values())).append_column(sa.Column("planted", sa.Integer()))
    assert len(differences(engine, planted)) == 1
