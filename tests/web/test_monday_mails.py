"""Monday's mails: read before they leave, left by those who want none, and taken up again."""

from __future__ import annotations

import html
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns import sheets, team, weeks
from campaigns.models import (
    Campaign,
    JournalEntry,
    OutgoingMail,
    Role,
    SignInLink,
    User,
)
from tests import factories
from tests.factories import TUESDAY
from tests.web.signing import csrf
from tests.web.visiting import Visitor


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


def read_mails(lead: Visitor) -> str:
    return html.unescape(lead.get("courriels/lundi")).replace("\u00a0", " ")


def left_on(lead: Visitor) -> tuple[Any, Any]:
    """The mails and the ways in that exist."""
    return lead.read(sa.select(OutgoingMail.id)), lead.read(sa.select(SignInLink.id))


def test_before_the_first_week_the_mails_are_read_on_an_example(lead: Visitor) -> None:
    lead.keep(lambda session: session.execute(sa.update(Campaign).values(state="draft")))
    page = read_mails(lead)
    assert page.count("Personne ne le recevrait pour l’instant : ces nombres sont un exemple") == 3
    assert "chaque lundi à 8 heures, une fois la campagne commencée" in page
    for said in ("Votre semaine", "16 foyers vous attendent", "Le tableau de bord"):
        assert said in page


def test_the_mails_of_the_coming_monday_are_read_and_none_is_kept(lead: Visitor) -> None:
    coming = weeks.after(weeks.current(TUESDAY))

    def publish(session: Any) -> User:
        volunteer = factories.volunteer(session, lead.campaign, first_name="Zoé")
        for _ in range(2):
            factories.person(session, lead.campaign)
        plan = sheets.propose(session, lead.campaign, coming, at=TUESDAY)
        sheets.publish(session, plan, by=None, at=TUESDAY)
        return volunteer

    volunteer = lead.keep(publish)
    before = left_on(lead)
    page = read_mails(lead)
    assert "1 personne le recevrait" in page
    assert "2 foyers vous attendent" in page
    assert "Bonjour Éric" in page
    assert "Zoé" not in page
    with lead.database.reading() as session:
        assert team.opt_out_token(session, volunteer) not in page
    assert left_on(lead) == before


def test_while_the_coming_sheets_are_not_published_the_page_says_whose_numbers_it_shows(
    lead: Visitor,
) -> None:
    assert "ces nombres sont ceux de la semaine d’avant" in read_mails(lead)


def test_somebody_who_left_the_monday_mail_comes_back_by_the_same_link(
    lead: Visitor, client: FlaskClient
) -> None:
    who = lead.keep(lambda session: factories.volunteer(session, lead.campaign))
    with lead.database.reading() as session:
        path = f"/ne-plus-recevoir/{team.opt_out_token(session, who)}"

    def press(**form: str) -> str:
        return client.post(path, data=form | {"csrf_token": csrf(client, path)}).text

    assert "Vous ne recevrez plus" in press()
    assert "Le recevoir de nouveau" in client.get(path).text
    assert "Vous recevrez de nouveau" in press(recevoir="oui")
    (wants,) = lead.read(sa.select(User.wants_summary).where(User.id == who.id))
    assert wants


def test_the_lead_sends_the_monday_mail_again_to_who_asks_for_it(lead: Visitor) -> None:
    who = lead.keep(lambda session: factories.volunteer(session, lead.campaign))
    page = f"equipe/{who.id}"
    assert "Le bilan du lundi" not in lead.get(page)
    lead.keep(
        lambda session: team.leave_summaries(session, session.get_one(User, who.id), at=TUESDAY)
    )
    assert "a choisi de ne plus le recevoir" in lead.get(page)
    assert lead.post(f"{page}/bilan")[0] == 303
    assert "Le bilan du lundi" not in lead.get(page)
    assert "summary_opt_in" in list(lead.read(sa.select(JournalEntry.action)))
