"""A mairie that checks its entry of the directory reads where to propose somebody, when asked."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import directory, sealing
from campaigns.models import Office, Role, User
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import PERONNE, set_up
from tests.web.signing import csrf

INVITED = "proposez-la à l’équipe"


@pytest.fixture
def entries(database: Database, somme: None) -> dict[str, str]:
    """By kind, the path of the page where a mairie and a service of Péronne check their entry."""
    with database.unit() as session:
        set_up(session)
        return {
            "mairie": _asked(session, Office.kind == "mairie", Office.insee == PERONNE),
            "other": _asked(session, Office.kind.not_in(("mairie", "ccas", "cias"))),
        }


def _asked(session: Session, *which: sa.ColumnElement[bool]) -> str:
    office = session.scalars(
        sa.select(Office).where(Office.closed_at.is_(None), *which).order_by(Office.id).limit(1)
    ).one()
    office.email, office.nonce = "accueil@example.org", sealing.fresh_nonce()
    office.confirm_asked_at = TUESDAY
    session.flush()
    return f"/partenaire/annuaire/{directory.confirming.token(session, office)}"


@pytest.fixture
def odile(app: Flask, database: Database, entries: dict[str, str]) -> FlaskClient:
    """The coordination of the campaign."""
    assert entries
    client = app.test_client()
    with database.unit() as session:
        odile = session.scalars(sa.select(User).where(User.role == Role.COORDINATION)).one()
        factories.sign_in(session, client, odile, at=TUESDAY)
    return client


def _read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text)


def _show(client: FlaskClient, said: str) -> None:
    sent = {"csrf_token": csrf(client), "montrer": said}
    assert client.post("/coordination/propositions/annuaire", data=sent).status_code == 303


def test_the_confirmation_page_points_to_the_proposal_only_when_the_coordination_wants_it(
    app: Flask, odile: FlaskClient, entries: dict[str, str]
) -> None:
    mairie = app.test_client()
    assert INVITED not in _read(mairie, entries["mairie"])
    _show(odile, "oui")
    assert "Ne plus le montrer" in _read(odile, "/coordination/propositions")
    page = _read(mairie, entries["mairie"])
    assert INVITED in page
    link = page.split('href="/partenaire/proposer/')[1].split('"')[0]
    assert "Proposer une personne" in _read(mairie, f"/partenaire/proposer/{link}")
    _show(odile, "non")
    assert INVITED not in _read(mairie, entries["mairie"])


def test_a_service_that_is_no_mairie_is_never_asked_to_propose_anybody(
    app: Flask, odile: FlaskClient, entries: dict[str, str]
) -> None:
    _show(odile, "oui")
    assert INVITED not in _read(app.test_client(), entries["other"])
