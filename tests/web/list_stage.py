"""What the tests of a list's pages share: a lead, a small list with its troubles, and the gestures."""

from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import undefer
from werkzeug.test import TestResponse

from appel_solidaire import reading
from appel_solidaire.instance import Instance
from campaigns.models import ImportBatch, Role
from importers.choices import Choices
from tests import factories
from tests.importers import files

HEADERS = ("NOM", "Prénom", "Téléphone", "CP", "Commune", "NIR", "Divers")
RENEE = ("DUPONT", "Renée", "06 39 98 00 12", "80000", "Amiens", "241039912345644", "")
PAUL = ("MARTIN", "Paul", "03 53 01 00 15", "80000", "Amiens", "", "")
NAMELESS = ("", "", "03 53 01 00 16", "80000", "Amiens", "", "")
NO_PHONE = ("LEFÈVRE", "Zoé", "", "80000", "Introuvable", "", '=HYPERLINK("https://x.example.org")')
LIST = files.xlsx([HEADERS, RENEE, PAUL, NAMELESS, NO_PHONE])


@pytest.fixture
def lead(app: Flask, instance: Instance) -> FlaskClient:
    """The lead of a campaign, signed in."""
    client = app.test_client()
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        factories.commune(session)
        someone = factories.user(session, Role.LEAD, campaign)
        factories.sign_in(session, client, someone, at=instance.clock())
    return client


def token(client: FlaskClient, path: str = "/pilotage/listes") -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def drop(
    client: FlaskClient, content: bytes = LIST, name: str = "liste.xlsx", source: str = "IODAS"
) -> TestResponse:
    """Post a file as the page does."""
    return client.post(
        "/pilotage/listes",
        data={"csrf_token": token(client), "source": source, "file": (BytesIO(content), name)},
    )


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Press a button of a page of lists."""
    return client.post(path, data={"csrf_token": token(client), **fields})


def plain(said: str) -> str:
    """A text as it is read: without tags, spaces made plain."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", said)))


def text(client: FlaskClient, path: str) -> str:
    """What a page says."""
    answer = client.get(path)
    assert answer.status_code == 200
    return plain(answer.text)


def dropped(client: FlaskClient, instance: Instance, content: bytes = LIST) -> str:
    """Drop a list and let a worker read it; gives the address of its page."""
    path = drop(client, content).location
    assert reading.read_due(instance) == 1
    return path


def entered(client: FlaskClient, instance: Instance, path: str) -> None:
    """Confirm a list and let a worker take its people in."""
    assert press(client, f"{path}/confirmer").status_code == 303
    assert reading.read_due(instance) == 1


def count(instance: Instance, model: type) -> int:
    with instance.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def batch_of(instance: Instance, list_id: int = 1) -> ImportBatch:
    """A list, with its file."""
    with instance.database.reading() as session:
        batch = session.get_one(ImportBatch, list_id, options=[undefer(ImportBatch.content)])
        session.expunge(batch)
        return batch


def choices_of(instance: Instance, list_id: int = 1) -> Choices:
    """What was decided about a list so far."""
    with instance.database.reading() as session:
        return Choices.of(session.get_one(ImportBatch, list_id).choices)


def report(instance: Instance, list_id: int = 1, **said: Any) -> None:
    """Put something into the report of a list, as the reading would."""
    with instance.database.unit() as session:
        batch = session.get_one(ImportBatch, list_id)
        batch.report = {**batch.report, **said}
