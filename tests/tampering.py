"""Changing the journal as somebody would who owns the database, and not the keys."""

from __future__ import annotations

from sqlalchemy.orm import Session

from campaigns.journal.guarding import NAME


def take_guard_away(session: Session) -> None:
    """Drop the triggers that refuse to change the journal, where they are."""
    connection = session.connection()
    on = " ON journal_entry" if connection.dialect.name == "postgresql" else ""
    for name in (NAME, f"{NAME}_unchanged", f"{NAME}_whole"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
