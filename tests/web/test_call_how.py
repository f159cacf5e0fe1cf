"""How somebody likes to be called: said during a call, read before the next one."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from appel_solidaire.db import Database
from campaigns.models import Campaign, Correction, Enrolment, Person
from tests import factories
from tests.conftest import Clock
from tests.web.test_volunteer import Desk

SPOKEN = {"spoke": "oui", "mood": "bien", "wish": "HEBDO"}


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


def record(desk: Desk) -> Person:
    with desk.database.session() as session:
        return session.get_one(Person, desk.person.id)


def keep(desk: Desk, **columns: object) -> None:
    with desk.database.unit() as session:
        person = session.get_one(Person, desk.person.id)
        for name, value in columns.items():
            setattr(person, name, value)


def test_what_she_prefers_is_kept_for_the_next_caller_and_no_list_undoes_it(desk: Desk) -> None:
    keep(desk, by_hand="town")
    how = {"moment": "pm", "moment-vu": "", "facon": " Parler fort ", "facon-vu": ""}
    assert desk.send(**SPOKEN, **how).status_code == 303
    kept = record(desk)
    assert (kept.best_half, kept.manner) == ("pm", "Parler fort")
    assert set(kept.by_hand.split()) == {"town", "best_half", "manner"}
    assert desk.count(Correction) == 2  # carried into the source software later
    page = desk.client.get(desk.url("?encore=1")).text
    assert "Plutôt l’après-midi</span>" in page
    assert "Parler fort" in page


def test_her_preference_is_read_on_the_sheet(desk: Desk) -> None:
    keep(desk, best_half="am")
    assert "Préfère le matin" in desk.client.get("/benevole/").text


def test_a_page_opened_before_a_correction_does_not_undo_it(desk: Desk) -> None:
    keep(desk, manner="Laisser sonner longtemps", best_half="am")
    shown = {"moment-vu": "", "moment": "", "facon-vu": "", "facon": ""}
    assert desk.send(**SPOKEN, **shown).status_code == 303
    assert (record(desk).manner, record(desk).best_half) == ("Laisser sonner longtemps", "am")


@pytest.mark.parametrize(
    "answers",
    [
        {"spoke": "sonne", "moment": "pm", "facon": "Parler fort"},
        SPOKEN | {"moment": "soir"},
        SPOKEN,
    ],
    ids=["nobody answered", "no such moment", "nothing said"],
)
def test_what_nobody_said_changes_nothing(desk: Desk, answers: dict[str, str]) -> None:
    assert desk.send(**answers).status_code in {303, 422}
    assert (record(desk).best_half, record(desk).manner) == ("", "")
    assert desk.count(Correction) == 0


def test_what_was_typed_comes_back_with_a_missing_answer(desk: Desk) -> None:
    answer = desk.send(spoke="oui", moment="am", facon="Parler fort")
    assert answer.status_code == 422
    assert '<option value="am" selected>' in answer.text
    assert 'value="Parler fort"' in answer.text


ROSE = "Rose, sa fille, 06 39 98 00 45"


def asks_contact(desk: Desk) -> None:
    with desk.database.unit() as session:
        session.get_one(Campaign, desk.campaign_id).asks_contact = True


def test_who_to_notify_is_asked_once_where_the_campaign_provides_for_it(desk: Desk) -> None:
    assert "Qui prévenir" not in desk.client.get(desk.url()).text
    asks_contact(desk)
    assert "Qui prévenir" in desk.client.get(desk.url()).text
    assert desk.send(**SPOKEN, prevenir=f" {ROSE} ").status_code == 303
    assert record(desk).notify_person == ROSE
    assert "notify_person" in record(desk).by_hand.split()  # no later list undoes it
    page = desk.client.get(desk.url("?encore=1")).text
    assert "Une personne à prévenir est déjà notée" in page
    assert "Qui prévenir" not in page
    assert "Rose" not in page  # the coordination alone needs it


def test_a_known_contact_is_not_undone_by_a_page_opened_before(desk: Desk) -> None:
    asks_contact(desk)
    data = desk.hidden() | {"action": "enregistrer", "prevenir": "Quelqu’un d’autre"} | SPOKEN
    keep(desk, notify_person=ROSE)
    assert desk.client.post(desk.url(), data=data).status_code == 303
    assert record(desk).notify_person == ROSE


@pytest.mark.parametrize("is_asked", [False, True])
def test_who_to_notify_is_kept_only_when_asked_and_told(desk: Desk, *, is_asked: bool) -> None:
    if is_asked:
        asks_contact(desk)
    answers = {"spoke": "sonne"} if is_asked else SPOKEN
    assert desk.send(**answers, prevenir=ROSE).status_code == 303
    assert record(desk).notify_person == ""


def test_who_to_notify_comes_back_with_a_missing_answer(desk: Desk) -> None:
    asks_contact(desk)
    answer = desk.send(spoke="oui", prevenir=ROSE)
    assert answer.status_code == 422
    assert f'value="{ROSE}"' in answer.text


def test_a_guardian_is_told_in_a_sentence_and_never_named_to_the_volunteer(desk: Desk) -> None:
    assert "Quelqu’un l’aide pour ses papiers" not in desk.client.get(desk.url()).text
    keep(desk, guardian="Mme Garant, 03 53 01 00 45")
    page = desk.client.get(desk.url()).text
    assert "Quelqu’un l’aide pour ses papiers" in page
    assert "Garant" not in page


def test_an_hour_already_past_is_not_shown_beside_whom_to_call_now(
    desk: Desk, clock: Clock
) -> None:
    for hours, is_shown in ((-1, False), (1, True)):
        with desk.database.unit() as session:
            enrolment = session.scalars(sa.select(Enrolment)).one()
            enrolment.not_before_at = clock() + timedelta(hours=hours)
        assert ('class="tag wait"' in desk.client.get("/benevole/").text) is is_shown


def test_who_is_about_to_call_outside_the_agreed_hours_is_told_them(
    desk: Desk, clock: Clock
) -> None:
    pages = ("/benevole/", desk.url())
    for path in pages:
        assert "Ce n’est pas le moment d’appeler" not in desk.client.get(path).text
    clock.move(hours=3)  # one o’clock in Paris: people have lunch
    with desk.database.unit() as session:
        factories.sign_in(session, desk.client, desk.caller, at=clock())
    for path in pages:
        page = desk.client.get(path).text
        assert "Ce n’est pas le moment d’appeler" in page
        assert "On appelle du lundi au vendredi" in page
    assert desk.send(**SPOKEN).status_code == 303


def test_a_second_message_is_not_to_be_left_before_she_is_spoken_to(desk: Desk) -> None:
    warning = "Un message a déjà été laissé"
    assert warning not in desk.client.get(desk.url()).text
    assert desk.send(spoke="messagerie", message_left="oui").status_code == 303
    assert warning in desk.client.get(desk.url("?encore=1")).text
