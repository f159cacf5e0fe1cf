"""The database itself refuses to change the journal, or to let go more than what expired.

Nothing is paid when a line is added: only changes and deletions are looked at. Who owns the
database can take these triggers away: that is what the chain and its heads are for.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

NAME = "journal_entry_kept"
_EXPIRED = "COALESCE((SELECT MAX(entry_id) FROM journal_mark WHERE why = 'expired'), 0)"
_SAY = "the journal is only added to"
_SQLITE = (
    f"CREATE TRIGGER IF NOT EXISTS {NAME}_unchanged BEFORE UPDATE ON journal_entry "
    f"BEGIN SELECT RAISE(ABORT, '{_SAY}'); END",
    f"CREATE TRIGGER IF NOT EXISTS {NAME} BEFORE DELETE ON journal_entry "
    f"WHEN OLD.id > {_EXPIRED} BEGIN SELECT RAISE(ABORT, '{_SAY}'); END",
)
_POSTGRESQL = (
    f"CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    f"IF TG_OP = 'DELETE' THEN IF OLD.id <= {_EXPIRED} THEN RETURN OLD; END IF; END IF; "
    f"RAISE EXCEPTION '{_SAY}'; END $$",
    f"CREATE TRIGGER {NAME} BEFORE UPDATE OR DELETE ON journal_entry "
    f"FOR EACH ROW EXECUTE FUNCTION {NAME}()",
    f"CREATE TRIGGER {NAME}_whole BEFORE TRUNCATE ON journal_entry "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {NAME}()",
)
_IS_THERE = sa.text("SELECT 1 FROM pg_trigger WHERE tgname = :name").bindparams(name=NAME)


def guard(session: Session) -> None:
    """Put the triggers in place unless they are; needs the rights of the tables' owner."""
    connection = session.connection()
    statements: Sequence[str] = _SQLITE
    if connection.dialect.name == "postgresql":
        if session.scalar(_IS_THERE):
            return  # nothing to lock
        statements = _POSTGRESQL
    for statement in statements:
        connection.exec_driver_sql(statement)
