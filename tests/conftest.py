"""What every test may ask for: a database on each engine, an application, real servers, a page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from appel_solidaire import config as settings
from appel_solidaire import db
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from tests import browser as browsers
from tests import needs_stage, once, servers
from tests.needs_stage import Stage
from tests.no_skips import pytest_make_collect_report, pytest_runtest_makereport
from tests.servers import PostgresServer, SmtpSink
from tests.site import serving

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

__all__ = ["pytest_make_collect_report", "pytest_runtest_makereport"]  # hooks of pytest
ENGINES = ["sqlite", "postgresql"]
once.compile_once()


# The servers ------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it."""
    with servers.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def _valkey_server() -> Iterator[str]:
    with servers.valkey() as url:
        yield url


@pytest.fixture
def redis_url(_valkey_server: str) -> str:
    """The URL of a real, empty Redis-compatible server."""
    import redis

    with redis.Redis.from_url(_valkey_server) as client:
        client.flushall()
    return _valkey_server


@pytest.fixture
def smtp_sink(tmp_path: Path) -> Iterator[SmtpSink]:
    """A real SMTP server that keeps what it accepts."""
    with servers.smtp_sink(tmp_path / "smtp") as sink:
        yield sink


# The database, on each engine ---------------------------------------------------------------


@pytest.fixture(scope="session")
def blank_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance whose embedded database is migrated and empty; tests work on copies of it."""
    folder = tmp_path_factory.mktemp("blank") / "instance"
    _migrate(settings.load(folder, env={}))
    return folder


@pytest.fixture(scope="session")
def blank_postgres(postgres_server: PostgresServer, blank_instance: Path) -> Iterator[str]:
    """Name of a PostgreSQL database that is migrated and empty; tests work on copies of it."""
    name = postgres_server.create()
    env = {"APPEL_DATABASE_URL": postgres_server.url(name)}
    _migrate(settings.load(blank_instance, env=env))
    yield name
    postgres_server.drop(name)


def _migrate(config: Config) -> None:
    database = db.Database.of(config)
    db.upgrade(database)
    database.engine.dispose()


@pytest.fixture(scope="session")
def somme_instance(blank_instance: Path) -> Path:
    """An instance whose embedded database holds the places and offices of the Somme."""
    folder = blank_instance.with_name("somme")
    shutil.copytree(blank_instance, folder)
    _found(settings.load(folder, env={}))
    return folder


@pytest.fixture(scope="session")
def somme_postgres(
    postgres_server: PostgresServer, blank_postgres: str, somme_instance: Path
) -> Iterator[str]:
    """Name of a PostgreSQL database that holds the places and offices of the Somme."""
    name = postgres_server.create(template=blank_postgres)
    _found(settings.load(somme_instance, env={"APPEL_DATABASE_URL": postgres_server.url(name)}))
    yield name
    postgres_server.drop(name)


def _found(config: Config) -> None:
    database = db.Database.of(config)
    with database.unit() as session:
        needs_stage.found(session)
    database.engine.dispose()


@pytest.fixture
def somme() -> None:
    """Asked for by a test whose database is to hold the Somme from its start: eight hundred
    offices copied with the file, where writing them again takes longer than most tests."""


@pytest.fixture(params=ENGINES)
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Config]:
    """The settings of an instance of this test's own, on each engine: migrated and empty, or with
    the places of ``somme`` when the test asks for them.

    For one engine only: ``@pytest.mark.parametrize("config", ["sqlite"], indirect=True)``.
    """
    ground = "somme" if "somme" in request.fixturenames else "blank"
    instance = tmp_path / "instance"
    shutil.copytree(request.getfixturevalue(f"{ground}_instance"), instance)
    if request.param == "sqlite":
        yield settings.load(instance, env={})
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create(template=request.getfixturevalue(f"{ground}_postgres"))
    yield settings.load(instance, env={"APPEL_DATABASE_URL": server.url(name)})
    server.drop(name)


@dataclass
class Clock:
    """The time as the program is told it; it only moves when a test moves it."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> datetime:
        """Let some time pass, in the words of timedelta: ``clock.move(hours=3)``."""
        self.at += timedelta(**by)
        return self.at


@pytest.fixture
def clock() -> Clock:
    """A quiet Tuesday at ten, Paris time, in week 48 of 2026."""
    return Clock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))


@pytest.fixture
def instance(config: Config, clock: Clock) -> Iterator[Instance]:
    """This test's instance, opened, at the time of its clock."""
    opened = Instance.of(config, clock=clock)
    yield opened
    opened.database.engine.dispose()


@pytest.fixture
def database(instance: Instance) -> db.Database:
    """The database of this test's instance."""
    return instance.database


@pytest.fixture
def engine(database: db.Database) -> sa.Engine:
    """The engine of this test's database."""
    return database.engine


@pytest.fixture
def session(database: db.Database) -> Iterator[Session]:
    """A writing session of this test's database; nothing of it is kept."""
    with database.session(writes=True) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def stage(session: Session, somme: None) -> Stage:
    """The people of a test of needs, in the Somme; nothing of it is kept."""
    return needs_stage.set_up(session)


# The application ----------------------------------------------------------------------------


@pytest.fixture
def app(instance: Instance) -> Flask:
    """The application of this test's instance."""
    from appel_solidaire.app import create_app

    return create_app(instance)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor who is not signed in."""
    return app.test_client()


@pytest.fixture
def site(config: Config, smtp_sink: SmtpSink) -> Iterator[str]:
    """The address of the whole program, served for real on this test's instance: web and worker
    processes, mails to the ``smtp_sink``, the real clock."""
    env = {"APPEL_SMTP_URL": smtp_sink.url, "APPEL_DATABASE_URL": config.database_url or ""}
    with serving(config.instance, env=env) as address:
        yield address


# The browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The distribution's Chromium. Not for the whole run: its event loop would stay in the way
    of tests that run their own."""
    with browsers.chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a wide screen; the test fails if the page complained of anything."""
    with browsers.watched_page(browser, size=browsers.DESK) as (opened, complaints):
        yield opened
    assert complaints == []


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    """A page on a phone; the test fails if the page complained of anything."""
    with browsers.watched_page(browser, size=browsers.PHONE) as (opened, complaints):
        yield opened
    assert complaints == []


@pytest.fixture
def count_queries(engine: sa.Engine) -> Callable[[], int]:
    """How many statements this test's database has run so far."""
    run = 0

    def note(*_: object) -> None:
        nonlocal run
        run += 1

    sa.event.listen(engine, "before_cursor_execute", note)
    return lambda: run
