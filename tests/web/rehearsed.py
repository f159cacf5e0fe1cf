"""A database of a scene that is walked by many requests: each runs for real, and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import journal


def keep_nothing(database: Database) -> None:
    """Everything runs for real up to the commit, which becomes a roll-back: no request changes what
    the next one finds."""

    def rehearse(session: Session, *, done: bool) -> None:
        if done:
            journal.write_pending(session)
            session.flush()
        journal.forget_pending(session)
        session.info.pop("waiting", None)
        session.rollback()

    database.settle = rehearse  # type: ignore[method-assign]  # for this one database only


@contextmanager
def for_good(database: Database) -> Iterator[None]:
    """Keep what is done in the block, all the same."""
    rehearse = database.settle
    del database.settle
    try:
        yield
    finally:
        database.settle = rehearse  # type: ignore[method-assign]  # as it was
