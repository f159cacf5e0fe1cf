"""What the tests of pages share: who signs in, and the stage of needs they look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns.models import Campaign, Role, User
from tests import factories, needs_stage
from tests.factories import TUESDAY
from tests.needs_stage import Stage


@pytest.fixture
def people(instance: Instance) -> dict[Role, User]:
    """A volunteer and a lead of an open campaign."""
    with instance.database.unit() as session:
        campaign: Campaign = factories.campaign(session)
        return {
            Role.VOLUNTEER: factories.volunteer(session, campaign),
            Role.LEAD: factories.user(session, Role.LEAD, campaign),
        }


@pytest.fixture
def stage(database: Database, somme: None) -> Iterator[Stage]:
    """The people of a test of needs, kept; ``visiting.keep`` what is added before asking a page."""
    with database.session(writes=True) as session:
        made = needs_stage.set_up(session)
        database.settle(session, done=True)
        yield made
        session.rollback()


@pytest.fixture
def enter(app: Flask, database: Database, stage: Stage) -> Callable[[User], FlaskClient]:
    """Sign somebody of the stage in; give the client they ask pages with."""

    def signed_in(user: User) -> FlaskClient:
        client = app.test_client()
        with database.unit() as session:
            factories.sign_in(session, client, user, at=TUESDAY)
        return client

    return signed_in


@pytest.fixture
def lead(app: Flask, database: Database) -> FlaskClient:
    """The lead of a campaign without any week yet, signed in."""
    client = app.test_client()
    with database.unit() as session:
        factories.campaign(session)
        factories.sign_in(session, client, factories.user(session, Role.LEAD), at=TUESDAY)
    return client
