"""The volunteer's pages, as the browser sends them without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appel_solidaire.db import Database
from campaigns.models import (
    Absence,
    Call,
    Campaign,
    JournalEntry,
    Need,
    OutgoingMail,
    Person,
    Report,
    User,
    Wish,
)
from tests import factories
from tests.conftest import Clock
from tests.factories import TUESDAY
from tests.web.visiting import value_of

BENEFITS = ("APA", "RSA", "1941", "rue des Lilas")


class Desk:
    """A volunteer at their desk: one line, a client that is signed in, the page's hidden fields."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.database = database
        self.client: FlaskClient = app.test_client()
        with database.unit() as session:
            campaign = factories.campaign(session)
            town = factories.commune(session, "80620", "Péronne")
            self.person = factories.person(
                session, campaign, insee=town.insee, schemes="APA", address="1 rue des Lilas",
                last_name="Dupont", first_name="Paulette",
            )  # fmt: skip
            self.caller = factories.volunteer(session, campaign)
            other = factories.volunteer(session, campaign, half_days=())
            plan = factories.published(session, campaign)
            (line,) = factories.lines(session, plan)
            self.line_id, self.campaign_id, self.other = line.id, campaign.id, other
            factories.sign_in(session, self.client, self.caller, at=TUESDAY)

    def url(self, tail: str = "") -> str:
        return f"/benevole/appels/{self.line_id}{tail}"

    def hidden(self) -> dict[str, str]:
        # « encore »: a report made today is told instead of a page to fill in again.
        page = self.client.get(self.url("?encore=1")).text
        names = ("csrf_token", "key", "person_id", "phone_id", "need_count")
        return {name: value_of(page, name) for name in names}

    def send(self, **answers: str) -> TestResponse:
        return self.client.post(
            self.url(), data=self.hidden() | {"action": "enregistrer"} | answers
        )

    def count(self, model: type) -> int:
        with self.database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


def test_the_sheet_shows_who_to_call_and_why(desk: Desk) -> None:
    page = desk.client.get("/benevole/").text
    assert "Paulette Dupont" in page
    assert "0 sur 1" in page
    assert "premier appel" in page


def test_no_page_of_the_volunteer_tells_a_benefit_a_birth_date_or_an_address(desk: Desk) -> None:
    for path in ("/benevole/", desk.url(), desk.url("/alerte")):
        page = desk.client.get(path).text
        main = page[page.index("<main") :]
        # What the program says to everybody of anybody: the guide, the list of needs.
        ours = r'<div class="guide-text">.*?</div>|<template.*?</template>'
        said = re.sub(ours, "", main, flags=re.S)
        assert not [word for word in BENEFITS if word in said], path


def test_the_number_is_shown_on_demand_and_that_is_noted(desk: Desk) -> None:
    page = desk.client.get(desk.url()).text
    assert "tel:" not in page
    data = {"csrf_token": desk.hidden()["csrf_token"], "phone_id": desk.hidden()["phone_id"]}
    shown = desk.client.post(desk.url("/numero"), data=data)
    assert shown.status_code == 200
    assert 'href="tel:+336399800' in shown.text or 'href="tel:+33639980' in shown.text
    with desk.database.reading() as session:
        shown_count = sa.select(sa.func.count()).where(JournalEntry.action == "number_shown")
        assert session.scalar(shown_count) == 1


def test_a_saved_conversation_leads_on_and_says_what_comes_next(desk: Desk) -> None:
    answer = desk.send(spoke="oui", mood="bien", wish="HEBDO", note="Aime parler de son jardin.")
    assert answer.status_code == 303
    page = desk.client.get(answer.location, follow_redirects=True).text
    assert "C’est enregistré." in page
    assert "1 sur 1" in page
    with desk.database.reading() as session:
        call = session.scalars(sa.select(Call)).one()
        assert (call.outcome, call.wish, call.note) == (
            "JOINT_OK", Wish.WEEKLY, "Aime parler de son jardin.",
        )  # fmt: skip


def test_a_missing_answer_gives_the_page_back_with_the_text(desk: Desk) -> None:
    answer = desk.send(spoke="oui", note="Texte à ne pas perdre")
    assert answer.status_code == 422
    assert "Dites comment va la personne" in answer.text
    assert "Texte à ne pas perdre" in answer.text
    assert answer.text.count("Erreur") >= 1
    assert desk.count(Call) == desk.count(Report) == 0


def test_adding_a_need_keeps_what_was_typed(desk: Desk) -> None:
    data = desk.hidden() | {"action": "ajouter", "spoke": "oui", "note": "Déjà écrit"}
    page = desk.client.post(desk.url(), data=data).text
    assert "Besoin 1" in page
    assert "Déjà écrit" in page
    assert value_of(page, "need_count") == "1"


def _with_need(**more: str) -> dict[str, str]:
    return {
        "spoke": "oui",
        "mood": "fragile",
        "need_count": "1",
        "besoin-0-category": "ALI_PORTAGE",
        "besoin-0-text": "Le portage du mercredi a cessé.",
        "besoin-0-agreement": "oui",
    } | more


def test_a_need_is_saved_only_after_its_destination_was_shown(desk: Desk) -> None:
    first = desk.send(**_with_need())
    assert first.status_code == 422
    assert "vérifiez où partent ces besoins" in first.text
    assert "Coordination de la campagne" in first.text or "Territoire" in first.text
    assert desk.count(Need) == 0
    seen = value_of(first.text, "besoin-0-seen")
    second = desk.send(**_with_need(**{"besoin-0-seen": seen}))
    assert second.status_code == 303
    with desk.database.reading() as session:
        need = session.scalars(sa.select(Need)).one()
        assert (need.category, need.text) == ("ALI_PORTAGE", "Le portage du mercredi a cessé.")
        assert need.referrals
        assert all(referral.reason for referral in need.referrals)


def test_a_need_without_its_agreement_is_asked_for(desk: Desk) -> None:
    seen = value_of(desk.send(**_with_need()).text, "besoin-0-seen")
    answer = desk.send(**_with_need(**{"besoin-0-seen": seen, "besoin-0-agreement": ""}))
    assert answer.status_code == 422
    assert "d’accord pour que ce besoin soit transmis" in answer.text
    assert desk.count(Need) == 0


def test_a_question_answered_raises_the_urgency_shown(desk: Desk) -> None:
    urgent = _with_need(**{"besoin-0-q-ALI_PORTAGE_1": "oui"})
    assert "Urgent, jour même" in desk.send(**urgent).text


def test_a_double_sending_is_one_call(desk: Desk) -> None:
    data = desk.hidden() | {"action": "enregistrer", "spoke": "oui", "mood": "bien"}
    first, second = (desk.client.post(desk.url(), data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert desk.count(Call) == 1


def test_the_same_page_sent_with_other_words_shows_both(desk: Desk) -> None:
    data = desk.hidden() | {"action": "enregistrer", "spoke": "sonne", "note": "Un"}
    assert desk.client.post(desk.url(), data=data).status_code == 303
    answer = desk.client.post(desk.url(), data=data | {"note": "Deux"})
    assert answer.status_code == 409
    assert "déjà été enregistré" in answer.text
    assert "Deux" in answer.text
    assert "Un" in answer.text
    assert desk.count(Call) == 1


def test_the_effect_is_said_before_saving(desk: Desk) -> None:
    answer = desk.client.post(desk.url("/effet"), data=desk.hidden() | {"spoke": "sonne"})
    assert answer.status_code == 200
    assert "Nouvel essai" in answer.text
    assert desk.count(Call) == 0


@pytest.mark.parametrize("wrong", [{"spoke": "zut"}, {"spoke": "oui", "mood": "zut"}])
def test_an_answer_the_page_never_offered_is_told_before_saving(
    desk: Desk, wrong: dict[str, str]
) -> None:
    answer = desk.client.post(desk.url("/effet"), data=desk.hidden() | wrong)
    assert answer.status_code == 200
    assert "Choisissez une des réponses de la page." in answer.text


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_preview_does_not_wait_for_who_is_writing(desk: Desk) -> None:
    hidden = desk.hidden()
    with desk.database.unit() as session:
        session.execute(sa.text("SELECT 1"))  # SQLite's one pen is taken from here on
        for tail in ("/effet", "/besoin"):
            answer = desk.client.post(desk.url(tail), data=hidden | {"spoke": "sonne"})
            assert answer.status_code == 200


def test_the_alarm_tells_the_coordination_at_once(desk: Desk) -> None:
    hidden = desk.hidden()
    data = {"csrf_token": hidden["csrf_token"], "person_id": hidden["person_id"]}
    answer = desk.client.post(desk.url("/alerte"), data=data)
    assert answer.status_code == 303
    assert "La coordination est prévenue" in desk.client.get(answer.location).text
    with desk.database.reading() as session:
        need = session.scalars(sa.select(Need)).one()
        assert (need.category, need.urgency.value) == ("SAN_VITAL", "U0")


def test_the_alarm_pressed_twice_rings_once(desk: Desk) -> None:
    hidden = desk.hidden()
    data = {"csrf_token": hidden["csrf_token"], "person_id": hidden["person_id"]}
    for _ in range(2):
        assert desk.client.post(desk.url("/alerte"), data=data).status_code == 303
    assert desk.count(Need) == 1


def test_the_alarm_stays_possible_for_somebody_stopped_meanwhile(desk: Desk) -> None:
    hidden = desk.hidden()
    with desk.database.unit() as session:
        session.get_one(Person, desk.person.id).hold = "À vérifier"
    assert "Alerter maintenant" in desk.client.get(desk.url("/alerte")).text
    data = {"csrf_token": hidden["csrf_token"], "person_id": hidden["person_id"]}
    assert desk.client.post(desk.url("/alerte"), data=data).status_code == 303
    assert desk.count(Need) == 1


@pytest.mark.parametrize("value", ["9" * 30, "2147483648", "-1", "x\x00y", "1e309", "٣"])
def test_a_value_no_database_holds_is_answered_in_french(desk: Desk, value: str) -> None:
    assert desk.client.get(f"/benevole/appels/{desk.line_id}?fait={value}").status_code < 500
    for field in ("note", "person_id", "phone_id", "asked_day", "need_count"):
        answer = desk.send(**{"spoke": "sonne", field: value})
        assert answer.status_code in {303, 422, 409}, field
        if answer.status_code == 422:
            assert "<h1" in answer.text


def test_a_sheet_closes_a_week_after_its_own(desk: Desk, clock: Clock) -> None:
    assert desk.client.get(desk.url()).status_code == 200
    clock.move(days=14)
    with desk.database.unit() as session:
        factories.sign_in(session, desk.client, desk.caller, at=clock())
    assert desk.client.get(desk.url()).status_code == 404


def test_a_colleague_does_not_see_the_line(desk: Desk, app: Flask) -> None:
    stranger = app.test_client()
    with desk.database.unit() as session:
        factories.sign_in(session, stranger, session.get_one(User, desk.other.id), at=TUESDAY)
    assert stranger.get(desk.url()).status_code == 404


def test_half_days_and_absences_are_kept(desk: Desk) -> None:
    token = desk.hidden()["csrf_token"]
    ticked = {"csrf_token": token, "demi-journee": ["1-pm", "4-am", "9-zz"]}
    assert desk.client.post("/benevole/disponibilites", data=ticked).status_code == 303
    page = desk.client.get("/benevole/disponibilites").text
    assert page.count(" checked") == 2
    wrong = {"csrf_token": token, "first_on": "2026-12-10", "last_on": "2026-12-01"}
    refused = desk.client.post("/benevole/absences", data=wrong)
    assert refused.status_code == 422
    assert "avant son début" in refused.text
    right = wrong | {"last_on": "2026-12-20"}
    assert desk.client.post("/benevole/absences", data=right).status_code == 303
    assert desk.count(Absence) == 1


def test_a_person_s_page_costs_few_queries_whatever_the_campaign(
    desk: Desk, count_queries: Callable[[], int]
) -> None:
    desk.client.get(desk.url())  # caches of reference data
    before = count_queries()
    desk.client.get(desk.url())
    assert count_queries() - before <= 22


def test_nothing_personal_stands_in_the_mail_of_a_need(desk: Desk) -> None:
    seen = value_of(desk.send(**_with_need()).text, "besoin-0-seen")
    desk.send(**_with_need(**{"besoin-0-seen": seen}))
    with desk.database.reading() as session:
        names = {session.get_one(Person, desk.person.id).last_name, "portage", "Péronne"}
        for mail in session.scalars(sa.select(OutgoingMail)):
            assert not [name for name in names if name in str(mail.about)]
            assert session.get(Campaign, desk.campaign_id) is not None
