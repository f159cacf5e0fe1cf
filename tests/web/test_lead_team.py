"""The lead's team: volunteers and staff are added, invited, changed and let go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import accounts
from campaigns.models import Campaign, OutgoingMail, Role, SignInLink, Territory, User
from tests import factories
from tests.factories import TUESDAY
from tests.web.visiting import Visitor, token_of


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


@pytest.fixture
def keep(lead: Visitor) -> Callable[[Callable[[Session], Any]], Any]:
    return lead.keep


@pytest.fixture
def campaign(lead: Visitor) -> Campaign:
    return lead.campaign


VOLUNTEER = {
    "volontaire-first_name": "Karim",
    "volontaire-last_name": "Benali",
    "volontaire-email": "karim@example.org",
    "volontaire-languages": "arabe",
    "volontaire-half_days": ["0-am", "3-pm", "9-am"],
    "volontaire-pace": "9",
    "volontaire-territory": "",
}


def test_a_volunteer_is_added_and_shown_with_their_half_days(lead: Visitor) -> None:
    assert lead.post("equipe/volontaires", **VOLUNTEER)[0] == 303
    page = lead.get("equipe")
    for text in ("Karim Benali", "lun. matin, jeu. après-midi", "arabe", "À inviter"):
        assert text in page


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("first_name", "", "Indiquez le prénom."),
        ("email", "pas une adresse", "n’est pas valable"),
        ("pace", "douze", "nombre entier"),
        ("pace", "61", "entre 1 et 60"),
    ],
)
def test_a_refused_volunteer_gives_everything_back(
    lead: Visitor, field: str, value: str, said: str
) -> None:
    status, page = lead.post("equipe/volontaires", **VOLUNTEER | {f"volontaire-{field}": value})
    assert status == 422
    assert said in page
    assert f'href="#volontaire-{field}"' in page
    assert 'value="Benali"' in page
    assert lead.read(sa.select(User).where(User.role == Role.VOLUNTEER)) == []


def test_everybody_not_yet_invited_is_invited_once(
    lead: Visitor, keep: Any, campaign: Campaign
) -> None:
    keep(lambda session: [factories.volunteer(session, campaign) for _ in range(3)])
    assert "Envoyer les 3 invitations" in lead.get("equipe")
    assert lead.post("equipe/invitations")[0] == 303
    assert lead.post("equipe/invitations")[0] == 303
    assert len(lead.read(sa.select(OutgoingMail))) == 3
    assert "pas encore été" not in lead.get("equipe")


def test_the_invitation_of_a_volunteer_opens_their_session(
    lead: Visitor, keep: Any, campaign: Campaign, app: Flask, database: Database
) -> None:
    who = keep(lambda session: factories.volunteer(session, campaign))
    lead.post(f"equipe/{who.id}/inviter")
    with database.reading() as session:
        (mail,) = session.scalars(sa.select(OutgoingMail)).all()
        link = session.get_one(SignInLink, mail.about["link"])
        token = accounts.token_of(session, link)
    visitor = app.test_client()
    page = visitor.get(f"/entrer/{token}").text
    answer = visitor.post(f"/entrer/{token}", data={"csrf_token": token_of(page)})
    assert answer.status_code == 303
    assert visitor.get("/benevole/disponibilites").status_code == 200


def test_a_coordinator_is_added_with_territories_and_invited(
    lead: Visitor, keep: Any, database: Database
) -> None:
    place = keep(factories.commune).territory_id
    form = {
        "membre-first_name": "Anne",
        "membre-email": "anne@example.org",
        "membre-role": "coordinator",
        "membre-reads_sensitive": "y",
    }
    status, page = lead.post("equipe/membres", **form)
    assert status == 422
    assert "au moins un territoire" in page
    assert lead.post("equipe/membres", **form, **{"membre-territories": str(place)})[0] == 303
    assert "besoins sensibles" in lead.get("equipe")
    with database.reading() as session:
        name = session.get_one(Territory, place).name
    assert name in lead.get("equipe")
    assert [mail.kind for mail in lead.read(sa.select(OutgoingMail))] == ["invitation"]


def test_nobody_is_added_with_a_role_that_is_not_offered(lead: Visitor) -> None:
    form = {"membre-first_name": "A", "membre-email": "a@example.org", "membre-role": "volunteer"}
    status, page = lead.post("equipe/membres", **form)
    assert status == 422
    assert "Choisissez un rôle" in page


def test_what_is_noted_of_a_volunteer_is_changed(
    lead: Visitor, keep: Any, campaign: Campaign
) -> None:
    who = keep(lambda session: factories.volunteer(session, campaign))
    assert 'value="0-am" checked' in lead.get(f"equipe/{who.id}")
    form = {"first_name": "Zofia", "last_name": "Nowak", "half_days": "4-pm", "territory": ""}
    assert lead.post(f"equipe/{who.id}", **form)[0] == 303
    page = lead.get(f"equipe/{who.id}")
    assert "Zofia Nowak" in page
    assert 'value="4-pm" checked' in page
    assert 'value="0-am" checked' not in page
    assert lead.post(f"equipe/{who.id}", **form | {"first_name": ""})[0] == 422


def test_a_member_of_staff_has_no_half_days_to_change(lead: Visitor, keep: Any) -> None:
    who = keep(lambda session: factories.user(session, Role.DPO))
    assert "Demi-journées" not in lead.get(f"equipe/{who.id}")
    assert lead.post(f"equipe/{who.id}", first_name="X")[0] == 404


def test_an_account_is_closed_but_never_ones_own(
    lead: Visitor, keep: Any, campaign: Campaign
) -> None:
    who = keep(lambda session: factories.volunteer(session, campaign))
    assert lead.post(f"equipe/{who.id}/fermer")[0] == 303
    assert lead.client.get(f"/pilotage/equipe/{who.id}").status_code == 404
    status, page = lead.post(f"equipe/{lead.me.id}/fermer")
    assert status == 422
    assert "votre propre compte" in page
    assert "Fermer ce compte" not in lead.get(f"equipe/{lead.me.id}")


def test_a_long_list_is_read_by_what_its_volunteers_wait_for(lead: Visitor, keep: Any) -> None:
    def add(session: Session) -> None:
        came = factories.volunteer(session, lead.campaign, first_name="Venue")
        factories.sign_in(session, lead.client.application.test_client(), came, at=TUESDAY)
        factories.volunteer(session, lead.campaign, first_name="Nouvelle", half_days=())

    keep(add)
    page = lead.get("equipe")
    assert "Jamais venus · 1" in page.replace("\u00a0", " ")
    assert ("Venue" in page, "Nouvelle" in page, "Suspendus" in page) == (True, True, False)
    page = lead.get("equipe?voir=jamais-venus")
    assert ("Venue" in page, "Nouvelle" in page) == (False, True)
    assert "Personne ici" in lead.get("equipe?voir=suspendus")
    assert "Venue" in lead.get("equipe?voir=autre")
