"""The urgent path and the care of callers, as browsers send them without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import Call, Campaign, CareKind, CareRequest, GoodNews, Need, Role, User
from tests import factories
from tests.conftest import Clock
from tests.factories import TUESDAY
from tests.web.visiting import token_of

T = TypeVar("T")


class Town:
    """A caller and the coordination, each with a browser, and one person on the sheet."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.database = database
        self.caller, self.desk = app.test_client(), app.test_client()
        with database.unit() as session:
            campaign = factories.campaign(session)
            town = factories.commune(session, "80620", "Péronne")
            self.person = factories.person(
                session, campaign, insee=town.insee, last_name="Dupont", address="1 rue des Lilas",
                trust_code="LILAS",
            )  # fmt: skip
            self.number = self.person.phones[0].e164.replace("+33", "0")
            claire = factories.volunteer(session, campaign, first_name="Claire")
            anne = factories.user(session, Role.COORDINATION, campaign, first_name="Anne")
            (line,) = factories.lines(session, factories.published(session, campaign))
            self.line_id, self.person_id = line.id, self.person.id
            factories.sign_in(session, self.caller, claire, at=TUESDAY)
            factories.sign_in(session, self.desk, anne, at=TUESDAY)

    def post(self, who: FlaskClient, page: str, path: str, **form: str) -> tuple[int, str]:
        data = form | {"csrf_token": token_of(who.get(page).text)}
        answer = who.post(path, data=data, follow_redirects=True)
        return answer.status_code, answer.text

    def one(self, model: type[T]) -> T:
        with self.database.session() as session:
            return session.scalars(sa.select(model)).one()


@pytest.fixture
def town(app: Flask, database: Database) -> Town:
    return Town(app, database)


def test_an_alert_from_anywhere_is_seen_taken_and_told_back(town: Town) -> None:
    page = town.caller.get("/benevole/alerte").text
    assert "Lilas" not in page
    assert "Péronne" in page
    status, given = town.post(
        town.caller, "/benevole/alerte", "/benevole/alerte",
        person_id=str(town.person_id), cas="suicide:maintenant",
    )  # fmt: skip
    assert status == 200
    assert "Personne n’a encore répondu" in given
    assert "3114" in given
    assert "Est-ce que vous pensez à mourir" in given
    banner = town.desk.get("/coordination/").text
    assert "Je m’en occupe maintenant" in banner
    assert "Claire" in banner
    found = re.search(r'/coordination/besoins/(\d+)/prendre"', banner)
    assert found
    version = banner.partition('name="version" value="')[2].partition('"')[0]
    status, _ = town.post(
        town.desk, "/coordination/", f"/coordination/besoins/{found[1]}/prendre", version=version
    )
    assert status == 200
    assert "Je m’en occupe maintenant" not in town.desk.get("/coordination/alertes").text
    told = town.caller.get(f"/benevole/alertes/{found[1]}/etat").text
    assert "Anne s’en occupe depuis 10" in told


def test_an_alert_without_a_person_says_what_is_missing_and_keeps_the_words(town: Town) -> None:
    status, page = town.post(
        town.caller, "/benevole/alerte", "/benevole/alerte", cas="feu:maintenant", mots="Fumée"
    )
    assert status == 422
    assert "de qui il s’agit" in page
    assert "Fumée" in page
    heard = page.partition("Fumée, gaz, incendie")[0].rpartition("<details")[2]
    assert " open" in heard  # what was chosen stays at hand


def test_an_alert_about_nobody_of_ones_own_has_the_coordination_ring_back(town: Town) -> None:
    status, _ = town.post(
        town.caller, "/benevole/alerte", "/benevole/alerte", person_id="personne", cas="autre"
    )
    assert status == 200
    asked = town.one(CareRequest)
    assert asked.kind is CareKind.TALK
    assert "à être rappelé" in town.desk.get("/coordination/").text
    page = town.desk.get("/coordination/prendre-soin").text
    assert "souhaite en parler" in page


def test_the_trust_code_is_shown_to_whoever_calls(town: Town) -> None:
    assert "LILAS" in town.caller.get(f"/benevole/appels/{town.line_id}").text


def _report(town: Town, **answers: str) -> tuple[int, str]:
    page = town.caller.get(f"/benevole/appels/{town.line_id}?encore=1").text
    names = ("key", "person_id", "phone_id", "need_count", "vu")
    hidden = {
        name: page.partition(f'name="{name}"')[2].partition('value="')[2].partition('"')[0]
        for name in names
    }
    data = hidden | {"csrf_token": token_of(page), "action": "enregistrer"} | answers
    answer = town.caller.post(f"/benevole/appels/{town.line_id}", data=data, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_hard_call_leads_to_a_word_before_the_next_one(town: Town) -> None:
    status, page = _report(town, spoke="oui", mood="bien", heavy="y")
    assert status == 200
    assert "Comment allez-vous" in page
    call = town.one(Call)
    town.post(
        town.caller, "/benevole/prendre-soin", f"/benevole/appels-faits/{call.id}/humeur",
        humeur="parler",
    )  # fmt: skip
    asked = town.one(CareRequest)
    assert asked.kind is CareKind.TALK


def test_a_report_is_corrected_the_same_day_and_no_later(town: Town, clock: Clock) -> None:
    _report(town, spoke="sonne")
    call = town.one(Call)
    path = f"/benevole/comptes-rendus/{call.id}"
    assert 'value="sonne" checked' in town.caller.get(path).text
    seen = town.post(town.caller, path, path, spoke="oui", mood="bien", key="0" * 16, action="voir")
    assert seen[0] == 200
    assert 'class="effect"' in seen[1]
    status, page = town.post(
        town.caller, path, path, spoke="oui", mood="bien", key="0" * 16, note="Bien.",
        person_id=str(town.person_id), need_count="0", action="enregistrer",
    )  # fmt: skip
    assert status == 200
    assert "corrigé à 10" in page
    corrected = town.one(Call)
    assert (corrected.outcome, corrected.note) == ("JOINT_OK", "Bien.")
    clock.move(days=1)
    with town.database.unit() as session:
        caller = session.get_one(User, corrected.volunteer_id)
        factories.sign_in(session, town.caller, caller, at=clock())
    assert "se corrige le jour même" in town.caller.get(path).text


def test_who_rings_back_is_found_by_number_among_ones_own(town: Town) -> None:
    _, page = town.post(town.caller, "/benevole/rappels", "/benevole/rappels", cherche=town.number)
    assert "Dupont" in page
    status, page = town.post(
        town.caller, "/benevole/rappels", "/benevole/rappels/ouvrir", person_id=str(town.person_id)
    )
    assert status == 200
    assert 'name="rang_back" value="y"' in page
    assert _report(town, spoke="oui", mood="bien", rang_back="y")[0] == 200
    call = town.one(Call)
    assert call.rang_back


def test_the_desk_says_who_called_and_notes_what_is_said(town: Town) -> None:
    _report(town, spoke="sonne")
    _, page = town.post(
        town.desk, "/coordination/rappels", "/coordination/rappels", cherche=town.number
    )
    assert "Oui, nous l’avons appelée" in page
    assert "Claire" in page
    path = f"/coordination/rappels/{town.person_id}"
    assert "LILAS" in town.desk.get(path).text
    status, page = town.post(town.desk, path, path, said="bien", wish="HEBDO")
    assert status == 200
    assert "C’est noté" in page
    # They rang since: it is still Claire who called them.
    again = town.desk.get(path).text
    assert "Oui, nous vous avons appelée : <strong>Claire" in again.replace("\u00a0", " ")


def test_a_good_moment_goes_from_the_box_to_every_sheet(town: Town) -> None:
    town.post(
        town.caller, "/benevole/bons-moments", "/benevole/bons-moments",
        kind="thanks", text="Elle a dit merci.",
    )  # fmt: skip
    news = town.one(GoodNews)
    assert "Elle a dit merci" not in town.caller.get("/benevole/").text
    town.post(
        town.desk, "/coordination/prendre-soin",
        f"/coordination/bons-moments/{news.id}/partager", texte="Un grand merci.",
    )  # fmt: skip
    assert "Un grand merci." in town.caller.get("/benevole/").text


def test_a_hidden_number_is_dialled_with_its_prefix(town: Town) -> None:
    town.post(town.caller, "/benevole/disponibilites", "/benevole/numero-masque", masquer="y")
    page = town.caller.get(f"/benevole/appels/{town.line_id}").text
    phone = page.partition('name="phone_id" value="')[2].partition('"')[0]
    _, shown = town.post(
        town.caller, "/benevole/alerte", f"/benevole/appels/{town.line_id}/numero", phone_id=phone
    )
    assert 'href="tel:%2331%23+33' in shown


def test_an_alert_is_nobody_elses(town: Town, app: Flask) -> None:
    town.post(
        town.caller, "/benevole/alerte", "/benevole/alerte",
        person_id=str(town.person_id), cas="malaise:maintenant",
    )  # fmt: skip
    need = town.one(Need)
    assert need.raised_at - TUESDAY < timedelta(seconds=1)
    other = app.test_client()
    with town.database.unit() as session:
        campaign = session.get_one(Campaign, need.campaign_id)
        paul = factories.volunteer(session, campaign, half_days=())
        factories.sign_in(session, other, paul, at=TUESDAY)
    assert other.get(f"/benevole/alertes/{need.id}").status_code == 404
