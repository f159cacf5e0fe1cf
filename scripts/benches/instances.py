"""Throw-away instances, on each engine there is: what a bench fills and forgets."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from appel_solidaire import config, db
from appel_solidaire.instance import Instance


def engines() -> list[str]:
    """``sqlite``, and ``postgresql`` when APPEL_DATABASE_URL names a server."""
    return ["sqlite", *(["postgresql"] if os.environ.get("APPEL_DATABASE_URL") else [])]


@contextmanager
def fresh(engine: str) -> Iterator[Instance]:
    """An empty, migrated instance in a temporary folder, removed afterwards."""
    with _database(engine) as url, on(url) as instance:
        yield instance


@contextmanager
def on(url: str | None) -> Iterator[Instance]:
    """A migrated instance in a temporary folder, on an empty PostgreSQL database or on its own."""
    env = {"APPEL_DATABASE_URL": url} if url else {}
    with tempfile.TemporaryDirectory(prefix="appel-bench-") as folder:
        instance = Instance.of(config.load(Path(folder), env=env))
        db.upgrade(instance.database)
        try:
            yield instance
        finally:
            instance.database.engine.dispose()


@contextmanager
def _database(engine: str) -> Iterator[str | None]:
    """On PostgreSQL a database of the bench's own: the one the URL names is not touched."""
    if engine == "sqlite":
        yield None
        return
    url = make_url(os.environ["APPEL_DATABASE_URL"]).set(drivername="postgresql")
    name = f"appel_bench_{secrets.token_hex(4)}"
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield url.set(database=name).render_as_string(hide_password=False)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
