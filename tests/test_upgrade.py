"""A database of an earlier version is brought up to date with everything it held (R16)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from sqlalchemy.orm import Session

from appel_solidaire import config as settings
from appel_solidaire import db
from appel_solidaire.db import Database
from campaigns import people, sealing
from campaigns.models import Campaign, Objection, Person, QualityCase, QualityKind, User
from campaigns.objections import Objectors, Who
from campaigns.values import objection_marks
from tests.conftest import ENGINES
from tests.servers import PostgresServer

EVE = "2026-03-30 08:00:00"
# What the first version wrote, in its own words: the models have moved on since.
ROWS = (
    "INSERT INTO campaign (slug, name, state, sweep_percent, pace, own_commune_allowed, created_at)"
    f" VALUES ('c', 'Confinement', 'open', 40, 12, true, '{EVE}')",
    "INSERT INTO household DEFAULT VALUES",
    "INSERT INTO user_account (email, first_name, last_name, role, wants_summary, created_at,"
    f" languages) VALUES ('a@example.org', 'Anne', '', 'volunteer', true, '{EVE}', '')",
    "INSERT INTO person (household_id, title, last_name, first_name, birth_name, name_key, email,"
    " address, postal_code, town, language, manner, schemes, notify_person, home_help, hold,"
    " mayor_opt_out, created_at, updated_at) VALUES (1, 'MME', 'Petit', 'Rose', '', 'petit rose',"
    f" '', '', '', '', '', '', 'APA', '', '', 'La liste dit NPA', false, '{EVE}', '{EVE}')",
)


@pytest.fixture(params=ENGINES)
def first_version(
    request: pytest.FixtureRequest, tmp_path: Path, blank_instance: Path
) -> Iterator[Database]:
    """A database as the first version of the tables left it, with some rows."""
    instance = tmp_path / "instance"
    shutil.copytree(blank_instance, instance)
    env = {}
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        name = server.create()
        env = {"APPEL_DATABASE_URL": server.url(name)}
    else:
        shutil.rmtree(settings.load(instance, env={}).database_file.parent)
    database = Database.of(settings.load(instance, env=env))
    with database.writer.begin() as connection:
        config = db._alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in ROWS:
            connection.execute(sa.text(row))
    yield database
    database.engine.dispose()
    if env:
        server.drop(name)


def test_rows_of_the_first_version_are_all_there_afterwards(first_version: Database) -> None:
    gap = db.version_gap(first_version)
    assert gap is not None
    assert "upgrade" in gap
    db.upgrade(first_version)
    assert db.version_gap(first_version) is None
    with first_version.session() as session:
        person = session.scalars(sa.select(Person)).one()
        assert (person.last_name, person.by_hand, person.merged_into_id) == ("Petit", "", None)
        campaign = session.scalars(sa.select(Campaign)).one()
        assert (campaign.rules, campaign.paper_allowed) == ({}, False)
        assert session.scalars(sa.select(User.trained_at)).one() is None


def test_people_kept_aside_before_appear_among_the_points_to_check(
    first_version: Database,
) -> None:
    db.upgrade(first_version)
    with first_version.session() as session:
        case = session.scalars(sa.select(QualityCase)).one()
        assert (case.kind, case.detail) == (QualityKind.HOLD, "La liste dit NPA")


def test_bringing_up_to_date_twice_changes_nothing(first_version: Database) -> None:
    db.upgrade(first_version)
    db.upgrade(first_version)
    with first_version.session() as session:
        assert len(session.scalars(sa.select(QualityCase)).all()) == 1


def test_whoever_objected_in_the_first_version_is_known_under_other_spellings(
    first_version: Database,
) -> None:
    """Their marks of that time, exact only, are completed from the record that is still held."""
    who = Who("Petit", "Rose", "", date(1941, 3, 7), ())
    key = first_version.keys.objection
    marks = objection_marks(**who._asdict())
    with first_version.writer.begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE person SET stop = 'objected', hold = NULL, birth_date = '1941-03-07',"
                f" stopped_at = '{EVE}'"
            )
        )
        for mark in marks:
            connection.execute(
                sa.text(
                    f"INSERT INTO objection (fingerprint, made_at) VALUES (:mark, '{EVE}')"
                ).bindparams(mark=sealing.fingerprint(key, *mark))
            )
    db.upgrade(first_version)
    asked = who._replace(last_name="PETTIT", first_name="Rosse")._asdict()
    at = datetime(2026, 11, 24, tzinfo=UTC)
    with first_version.session() as session:
        assert not Objectors(key, _kept(session)).has(**asked)
    with first_version.unit() as session:
        assert people.complete_objections(session, at=at) == (1, False)
    with first_version.unit() as session:
        assert Objectors(key, _kept(session)).has(**asked)
        assert people.complete_objections(session, at=at) == (0, False)


def test_of_objectors_who_were_forgotten_only_the_older_marks_are_left(
    first_version: Database,
) -> None:
    db.upgrade(first_version)
    bare = sealing.fingerprint(first_version.keys.objection, "name", "petit rose", "1941-03-07")
    at = datetime(2026, 11, 24, tzinfo=UTC)
    with first_version.unit() as session:
        session.add(Objection(fingerprint=bare, made_at=at))
    with first_version.unit() as session:
        assert people.complete_objections(session, at=at) == (0, True)
        assert _kept(session) == {bare}


def _kept(session: Session) -> set[str]:
    return set(session.scalars(sa.select(Objection.fingerprint)))
