"""Somebody signed in with a test client: asks pages, sends forms, looks at the rows afterwards."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appel_solidaire.db import Database
from campaigns.models import Need, Organisation, Role
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import Stage
from tests.web.signing import csrf


class Visitor:
    """A session of one role, in its folder of pages, at the time of the tests' clock."""

    def __init__(
        self,
        client: FlaskClient,
        database: Database,
        *,
        role: Role,
        prefix: str,
        has_campaign: bool = True,
    ) -> None:
        self.client, self.database, self.prefix = client, database, prefix
        with database.unit() as session:
            if has_campaign:
                self.campaign = factories.campaign(session, name="Confinement")
            else:
                session.add(Organisation(id=1, name="D", of_name="du D", departement="80"))
            self.me = factories.user(session, role, first_name="Éric", last_name="Legrand")
            factories.sign_in(session, client, self.me, at=TUESDAY)

    def get(self, path: str = "") -> str:
        """The text of a page that answers 200, redirections followed."""
        response = self.client.get(self.prefix + path, follow_redirects=True)
        assert response.status_code == 200
        return response.text

    def post(self, path: str, **form: Any) -> tuple[int, str]:
        """Send a form with the token of the pages; its status and text."""
        data = form | {"csrf_token": csrf(self.client)}
        response = self.client.post(self.prefix + path, data=data)
        return response.status_code, response.text

    def keep(self, write: Callable[[Session], Any]) -> Any:
        """Write rows in a transaction of their own, and keep them."""
        with self.database.unit() as session:
            return write(session)

    def read(self, query: sa.Select[Any]) -> Any:
        """The rows as they stand now."""
        with self.database.session() as session:
            return session.scalars(query).all()


def token_of(page: str) -> str:
    """The CSRF token of a page."""
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def value_of(page: str, name: str) -> str:
    """What the field of a name holds on a page."""
    tag = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    found = re.search(r'value="([^"]*)"', tag)
    return found.group(1) if found else ""


def read(client: FlaskClient, address: str, status: int = 200) -> str:
    """The text of a page as its reader sees it, once its status is the one expected."""
    answer = client.get(address)
    assert answer.status_code == status
    return html.unescape(answer.text)


def send(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Send a form with the token of this visitor's own pages."""
    return client.post(address, data={"csrf_token": csrf(client), **fields})


def keep(database: Database, stage: Stage) -> None:
    """Keep what a test added to its stage, before a page is asked for it."""
    database.settle(stage.session, done=True)


def need_now(database: Database, need_id: int) -> Need:
    """A need as it stands now."""
    with database.reading() as session:
        found = session.get_one(Need, need_id)
        session.expunge(found)
        return found
