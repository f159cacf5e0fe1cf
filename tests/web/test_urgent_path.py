"""The urgent path and the care of callers, as browsers send them without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from appel_solidaire import escalation
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import needs
from campaigns.models import (
    Agreement,
    Call,
    Campaign,
    CareKind,
    CareRequest,
    GoodNews,
    Need,
    Organisation,
    OutgoingMail,
    Person,
    Role,
    User,
)
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


def _sound(town: Town, page: str = "/benevole/alerte", **form: str) -> tuple[int, str]:
    return town.post(town.caller, page, page, **form)


def test_a_word_asked_in_the_morning_never_swallows_an_alert_about_nobody_known(
    town: Town, clock: Clock, instance: Instance
) -> None:
    town.post(town.caller, "/benevole/prendre-soin", "/benevole/prendre-soin", mots="Un doute")
    asked = town.one(CareRequest)
    path = f"/coordination/prendre-soin/{asked.id}/prendre"
    town.post(town.desk, "/coordination/prendre-soin", path)
    with town.database.unit() as session:
        factories.user(session, Role.LEAD, email="pilote@example.org")
    _sound(town, person_id="personne", cas="feu:maintenant", mots="Rue des Lilas")
    _, page = _sound(town, person_id="personne", cas="feu:maintenant", mots="Rue des Lilas")
    assert "Personne n’a encore répondu" in page
    assert 'href="tel:18"' in page  # what to ring stays at hand
    banner = town.desk.get("/coordination/alertes").text
    assert banner.count("Claire attend votre appel") == 1  # pressed twice, it rings once
    assert "Rue des Lilas" in banner
    clock.move(minutes=29)
    assert _written_to(town, "pilote@example.org", instance) == 0
    clock.move(minutes=1)
    assert _written_to(town, "pilote@example.org", instance) == 1
    clock.move(minutes=1)
    assert _written_to(town, "pilote@example.org", instance) == 1  # once
    with town.database.unit() as session:
        anne = session.scalars(sa.select(User).where(User.first_name == "Anne")).one()
        factories.sign_in(session, town.desk, anne, at=clock())
    alert = next(one for one in _all(town, CareRequest) if "Lilas" in one.words)
    path = f"/coordination/prendre-soin/{alert.id}/prendre"
    assert town.post(town.desk, "/coordination/prendre-soin", path)[0] == 200
    assert "Claire attend votre appel" not in town.desk.get("/coordination/alertes").text
    assert "Anne vous rappelle" in town.caller.get("/benevole/alerte").text


def _all(town: Town, model: type[T]) -> list[T]:
    with town.database.session() as session:
        return list(session.scalars(sa.select(model)))


def _written_to(town: Town, address: str, instance: Instance) -> int:
    escalation.run_due(instance)
    return sum(mail.to_address == address for mail in _all(town, OutgoingMail))


def test_what_is_chosen_after_a_first_press_is_told_and_shown(town: Town) -> None:
    _sound(town, person_id=str(town.person_id), cas="autre:maintenant")
    _, page = _sound(
        town, person_id=str(town.person_id), cas="feu:maintenant", mots="Porte fermée à clé"
    )
    need = town.one(Need)
    assert "Porte fermée à clé" in need.text
    assert "Fumée, gaz, incendie" in need.text
    assert "Sortez si vous le pouvez" in page
    assert f'name="version" value="{need.version}"' in town.desk.get("/coordination/alertes").text


def test_an_alert_made_more_urgent_stays_the_callers_own(town: Town) -> None:
    with town.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        old = needs.Draft("PRO_VIOLENCES", text="Crie le soir", agreement=Agreement.YES)
        needs.raise_(
            session, old, campaign=campaign, person=session.get_one(Person, town.person_id),
            call=None, by=session.scalars(sa.select(User).where(User.first_name == "Anne")).one(),
            at=TUESDAY - timedelta(days=9),
        )  # fmt: skip
    _sound(town, person_id=str(town.person_id), cas="violence:accord")
    status, page = _sound(town, person_id=str(town.person_id), cas="violence:maintenant")
    assert status == 200
    assert "L’alerte est donnée" in page
    assert [one.urgency for one in _all(town, Need)] == ["U1", "U0"]


def test_at_night_nobody_is_told_to_wait_for_a_closed_coordination(
    town: Town, clock: Clock
) -> None:
    assert "fermée à cette heure" not in town.caller.get("/benevole/alerte").text
    with town.database.unit() as session:
        organisation = session.get_one(Organisation, 1)
        organisation.on_call_phone = "+33199000015"
        clock.move(hours=16)  # two in the morning
        claire = session.scalars(sa.select(User).where(User.first_name == "Claire")).one()
        factories.sign_in(session, town.caller, claire, at=clock())
    assert "fermée à cette heure" in town.caller.get("/benevole/alerte").text
    _, given = _sound(town, person_id=str(town.person_id), cas="malaise:maintenant")
    assert "appelez vous-même les secours" in given
    assert 'href="tel:+33199000015"' in given


def test_a_missing_address_is_asked_for_not_promised(town: Town) -> None:
    _, given = _sound(town, person_id=str(town.person_id), cas="malaise:maintenant")
    assert "La coordination a l’adresse" in given
    with town.database.unit() as session:
        person = session.get_one(Person, town.person_id)
        person.address, person.insee, person.town = "", None, "Doingt-les-Bains"
    need = town.one(Need)
    given = town.caller.get(f"/benevole/alertes/{need.id}").text
    assert "Doingt-les-Bains" in given
    assert "La coordination a l’adresse" not in given
    assert "demandez-la, avec l’étage" in given
    assert "Doingt-les-Bains" in town.caller.get(f"/benevole/appels/{town.line_id}/alerte").text


def test_the_114_is_written_to_and_every_number_is_read_offline(town: Town) -> None:
    page = town.caller.get("/benevole/hors-ligne").text
    for number in ("15", "17", "18", "112", "115", "119", "3114", "3919", "3133", "116006"):
        assert f'href="tel:{number}"' in page
    assert 'href="sms:114"' in page
    assert 'href="tel:114"' not in page
    assert "personne n’est d’astreinte" in page  # whether the coordination answers, and where


def test_an_alert_that_cannot_leave_says_so_with_the_numbers(town: Town) -> None:
    path = f"/benevole/appels/{town.line_id}/alerte"
    stale = town.caller.post(path, data={"person_id": str(town.person_id), "csrf_token": "vieux"})
    gone = town.caller.post(
        "/benevole/appels/999999/alerte",
        data={"csrf_token": token_of(town.caller.get(path).text), "cas": "malaise:maintenant"},
    )
    town.caller.delete_cookie("session")
    for answer, status in ((stale, 400), (gone, 404)):
        assert answer.status_code == status
        assert "L’alerte n’est pas partie" in answer.text
        assert 'href="tel:15"' in answer.text


def test_an_alert_pressed_by_mistake_is_taken_back_until_somebody_opens_it(town: Town) -> None:
    _sound(town, person_id=str(town.person_id), cas="autre:maintenant")
    need = town.one(Need)
    page, path = f"/benevole/alertes/{need.id}", f"/benevole/alertes/{need.id}/erreur"
    assert town.post(town.caller, page, path)[0] == 200
    assert need.reference not in town.desk.get("/coordination/alertes").text
    # Taken back, it tells nobody: an alert that a report of the same call is rings anew.
    _report(town, spoke="oui", mood="inquietant")
    again = _all(town, Need)[-1]
    assert again.id != need.id
    _sound(town, person_id=str(town.person_id), cas="autre:maintenant")
    opened = _all(town, Need)[-1]
    town.desk.get(f"/coordination/besoins/{opened.id}")
    page, path = f"/benevole/alertes/{opened.id}", f"/benevole/alertes/{opened.id}/erreur"
    assert "par erreur" not in town.caller.get(page).text
    status, said = town.post(town.caller, page, path)
    assert (status, "s’occupe déjà" in said) == (422, True)


def test_a_banner_asked_again_after_the_session_ended_stays_what_it_was(
    town: Town, clock: Clock
) -> None:
    clock.move(minutes=31)
    answer = town.desk.get("/coordination/alertes", headers={"HX-Request": "true"})
    assert answer.status_code == 401  # htmx leaves the page alone; a redirect would fill it
    assert town.desk.get("/coordination/alertes").status_code == 303


def test_the_red_button_of_a_rehearsal_never_leads_to_a_real_alert(town: Town) -> None:
    rehearsed = "/benevole/formation/repetition/une-alerte"
    for page in (rehearsed, f"{rehearsed}/alerte"):
        assert 'href="/benevole/alerte"' not in town.caller.get(page).text
        assert f'class="alert-link" href="{rehearsed}/alerte"' in town.caller.get(page).text
    assert 'class="alert-link" href="/benevole/alerte"' in town.caller.get("/benevole/").text
