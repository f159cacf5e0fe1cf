"""A word of the lead on every sheet, a question and its answer, the room, on their pages."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import Announcement, Campaign, Question, Role
from tests import factories
from tests.factories import TUESDAY
from tests.web.signing import csrf

LEAD, SHEET, DESK = "/pilotage/annonces", "/benevole/", "/coordination/questions"
Clients = dict[Role, FlaskClient]


@pytest.fixture
def clients(app: Flask, database: Database) -> Clients:
    """The lead, a volunteer, the coordination and a coordinator of territories, signed in."""
    found = {}
    with database.unit() as session:
        campaign = factories.campaign(session)
        for role in (Role.LEAD, Role.VOLUNTEER, Role.COORDINATION, Role.COORDINATOR):
            user = factories.user(session, role, campaign, first_name="Karim", last_name="Roussel")
            found[role] = app.test_client()
            factories.sign_in(session, found[role], user, at=TUESDAY)
    return found


def read(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text).replace("\u00a0", " ")


def send(client: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    answer = client.post(path, data={"csrf_token": csrf(client), **form})
    return answer.status_code, html.unescape(answer.text).replace("\u00a0", " ")


def only(database: Database, column: sa.ColumnExpressionArgument[int]) -> int:
    with database.reading() as session:
        found: int = session.scalars(sa.select(column)).one()
        return found


def test_a_word_stands_on_the_sheet_until_it_was_read_and_the_lead_counts_it(
    clients: Clients, database: Database
) -> None:
    lead, karim = clients[Role.LEAD], clients[Role.VOLUNTEER]
    said = "Réunion jeudi à 18 heures."
    assert send(lead, LEAD, text=said, until="2026-11-27")[0] == 303
    assert "Personne ne l’a encore lue, sur 1 volontaire" in read(lead, LEAD)
    assert said in read(karim, SHEET)
    number = only(database, Announcement.id)
    assert send(karim, f"/benevole/annonces/{number}/lu")[0] == 303
    assert said not in read(karim, SHEET)
    assert "Lue par 1 volontaire sur 1" in read(lead, LEAD)
    assert send(lead, f"{LEAD}/{number}/retirer")[0] == 303
    assert "Aucune annonce en ce moment" in read(lead, LEAD)


def test_a_word_that_names_somebody_is_read_again_once_and_then_said(
    clients: Clients, database: Database
) -> None:
    lead = clients[Role.LEAD]
    form = {"text": "Mme Roux\r\na la grippe.", "until": "2026-11-27"}
    status, page = send(lead, LEAD, **form)
    assert status == 422
    assert "« Mme Roux » : le nom de quelqu’un" in page
    assert "« grippe » : une maladie" in page
    assert "Publier tel quel" in page
    changed = {**form, "text": "M. Petit a la grippe.", "seen": "Mme Roux a la grippe."}
    assert send(lead, LEAD, **changed)[0] == 422  # other words than those read again
    assert send(lead, LEAD, **form, seen="Mme Roux a la grippe.")[0] == 303
    assert only(database, Announcement.id)


def test_what_is_refused_stays_on_the_page(clients: Clients) -> None:
    status, page = send(clients[Role.LEAD], LEAD, text="Bravo à tous.", until="2026-11-01")
    assert (status, "Bravo à tous.</textarea>" in page, "Ce jour est passé" in page) == (
        422,
        True,
        True,
    )
    status, page = send(clients[Role.LEAD], f"{LEAD}/salle", url="http://salle.example.org")
    assert (status, 'value="http://salle.example.org"' in page) == (422, True)
    assert "commence par https://" in page


def test_a_question_goes_to_the_coordination_and_its_answer_comes_back(
    clients: Clients, database: Database
) -> None:
    karim, odile = clients[Role.VOLUNTEER], clients[Role.COORDINATION]
    assert "question d’un volontaire" not in read(odile, "/coordination/")
    asked = "Qui livre des repas le soir ?"
    assert send(karim, "/benevole/demander", text=asked)[0] == 303
    assert "1 question d’un volontaire attend" in read(odile, "/coordination/")
    assert "question d’un volontaire" not in read(clients[Role.COORDINATOR], "/coordination/")
    assert asked in read(odile, DESK)
    path = f"{DESK}/{only(database, Question.id)}"
    answer = {"answer": "Le portage, Karim Roussel.", "is_shared": "y", "shared_as": asked}
    status, page = send(odile, path, **answer)
    assert (status, "« Roussel » nomme quelqu’un" in page) == (422, True)
    assert "Le portage, Karim Roussel.</textarea>" in page
    assert send(odile, path, **answer | {"answer": "Le portage."})[0] == 303
    assert "Le portage." in read(karim, SHEET)
    assert "Roussel" not in read(karim, "/benevole/questions-frequentes")
    assert "Le portage." in read(karim, "/benevole/questions-frequentes")
    number = path.rpartition("/")[2]
    assert send(karim, f"/benevole/demander/{number}/lu")[0] == 303
    assert "Le portage." not in read(karim, SHEET)
    assert "Le portage." in read(karim, "/benevole/demander")
    status, page = send(odile, path, answer="Un second avis.")
    assert (status, "Ce que vous aviez écrit : Un second avis." in page) == (422, True)
    assert send(odile, f"{path}/ne-plus-partager")[0] == 303
    assert "Le portage." not in read(karim, "/benevole/questions-frequentes")
    assert send(odile, f"{path}/partager", shared_as="Et le soir ?")[0] == 303
    assert "Et le soir ?" in read(karim, "/benevole/questions-frequentes")


def test_the_room_is_shown_to_volunteers_when_there_is_one(
    clients: Clients, database: Database
) -> None:
    karim, url = clients[Role.VOLUNTEER], "https://visio.example.org/salle"
    assert "Salle d’entraide" not in read(karim, "/benevole/prendre-soin")
    assert send(clients[Role.LEAD], f"{LEAD}/salle", url=url)[0] == 303
    with database.reading() as session:
        assert session.scalars(sa.select(Campaign.help_room_url)).one() == url
    for page in ("/benevole/prendre-soin", "/benevole/demander"):
        assert f'<a href="{url}" rel="noopener noreferrer">Salle d’entraide ouverte</a>' in read(
            karim, page
        )
