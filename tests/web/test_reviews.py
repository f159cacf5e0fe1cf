"""The coordination reads reports again; the volunteer reads its kind words, and what they did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appel_solidaire.db import Database
from campaigns import calls, needs, overview, retry
from campaigns.models import (
    Agreement,
    Campaign,
    GoodNews,
    GoodNewsKind,
    JournalEntry,
    Mood,
    Need,
    NeedState,
    Result,
    Review,
    Role,
    User,
)
from campaigns.retry import Spoke
from tests import factories
from tests.factories import TUESDAY
from tests.web.visiting import token_of

PAGE = "/coordination/relectures"
OWN = "/benevole/mon-bilan"
NOTE = "Demande si le portage peut reprendre le mercredi."


@dataclass
class Place:
    """A report waiting to be read again, with its need; its volunteer and the coordination."""

    database: Database
    volunteer: FlaskClient
    anne: FlaskClient
    bruno: FlaskClient
    review_id: int
    user_id: int

    def send(self, client: FlaskClient, path: str, **form: str) -> TestResponse:
        page = client.get("/accessibilite").text
        return client.post(path, data={"csrf_token": token_of(page)} | form)

    def read(self, **form: str) -> TestResponse:
        return self.send(self.anne, f"{PAGE}/{self.review_id}", **form)

    def review(self) -> Review:
        with self.database.session() as session:
            return session.get_one(Review, self.review_id)


@pytest.fixture
def place(app: Flask, database: Database) -> Place:
    clients = [app.test_client() for _ in range(3)]
    with database.unit() as session:
        campaign = factories.campaign(session)
        town = factories.commune(session, "80620", "Péronne")
        person = factories.person(
            session, campaign, insee=town.insee, last_name="Dupont", first_name="Paulette"
        )
        claire = factories.volunteer(session, campaign, first_name="Claire", last_name="Martin")
        anne = factories.user(session, Role.COORDINATION, campaign)
        bruno = factories.user(session, Role.COORDINATION, campaign)
        plan = factories.published(session, campaign)
        (line,) = factories.lines(session, plan)
        filled = calls.Filled(
            key="k" * 24,
            person_id=person.id,
            answers=retry.Answers(Spoke.YES, mood=Mood.WELL, has_needs=True),
            note=NOTE,
            drafts=(needs.Draft("ALI_PORTAGE", text="Le mercredi", agreement=Agreement.YES),),
        )
        calls.log(session, line, filled=filled, campaign=campaign, by=claire, at=TUESDAY)
        for client, user in zip(clients, (claire, anne, bruno), strict=True):
            factories.sign_in(session, client, user, at=TUESDAY)
        session.flush()
        review = session.scalars(sa.select(Review)).one()
        return Place(database, *clients, review.id, claire.id)


def test_the_coordination_reads_what_was_noted_and_nothing_it_may_not_see(place: Place) -> None:
    page = place.anne.get(PAGE).text.replace("\u00a0", " ")
    for words in (
        NOTE,
        "Claire Martin",
        "Portage de repas",
        "Le mercredi",
        "1 compte rendu attend",
    ):
        assert words in page
    assert "Dupont" not in page[page.index("<h1") :]


def test_nothing_to_say_is_one_button(place: Place) -> None:
    answer = place.read(action="merci", proposed="2", remark="perdu")
    assert answer.status_code == 303
    assert (place.review().reviewed_at, place.review().remark) == (TUESDAY, "")
    assert "Tout est relu" in place.anne.get(PAGE).text
    assert "Un mot de la coordination" not in place.volunteer.get(OWN).text


def test_a_proposed_remark_is_sent_as_it_is(place: Place) -> None:
    assert place.read(action="envoyer", proposed="0").status_code == 303
    assert place.review().remark.startswith("Beau compte rendu")


def test_a_proposed_remark_may_be_adapted_first(place: Place) -> None:
    adapted = place.read(action="adapter", proposed="1")
    assert adapted.status_code == 200
    assert "Merci pour ce besoin bien décrit" in adapted.text.partition("<textarea")[2]
    assert place.review().reviewed_at is None
    place.read(action="envoyer", proposed="1", remark="Merci, Claire.")
    assert place.review().remark == "Merci, Claire."


@pytest.mark.parametrize(("remark", "words"), [("", "Choisissez une remarque"), ("a" * 501, "500")])
def test_an_empty_or_endless_remark_is_refused_and_given_back(
    place: Place, remark: str, words: str
) -> None:
    answer = place.read(action="envoyer", remark=remark)
    assert answer.status_code == 422
    assert words in answer.text
    assert remark in answer.text
    assert place.review().reviewed_at is None


def test_the_second_reader_is_told_and_replaces_nothing(place: Place) -> None:
    place.read(action="envoyer", remark="Merci.")
    answer = place.send(
        place.bruno, f"{PAGE}/{place.review_id}", action="envoyer", remark="Autre chose."
    )
    assert answer.status_code == 422
    assert "vient d’être relu" in answer.text
    assert place.review().remark == "Merci."


def test_reading_again_stands_in_the_journal_without_the_words(place: Place) -> None:
    place.read(action="envoyer", remark="Merci, Claire.")
    with place.database.reading() as session:
        entry = session.scalars(
            sa.select(JournalEntry).where(JournalEntry.action == "report_reviewed")
        ).one()
        assert (entry.object_id, entry.detail) == (place.review_id, {})
        assert (
            overview.acts(session)[0].about.replace("\u00a0", " ")
            == f"relecture n° {place.review_id}"
        )


def test_the_volunteer_reads_the_remark_kindly_until_they_say_so(place: Place) -> None:
    place.read(action="envoyer", remark="Merci, Claire.")
    assert "La coordination a relu vos comptes rendus" in place.volunteer.get("/benevole/").text
    page = place.volunteer.get(OWN).text
    assert "Merci, Claire." in page
    assert place.send(place.volunteer, f"{OWN}/remarques-lues", **{"jusqu-a": str(place.review_id)}).status_code == 303  # fmt: skip
    assert "La coordination a relu vos comptes rendus" not in place.volunteer.get("/benevole/").text
    assert "Les mots déjà lus" in place.volunteer.get(OWN).text


# What I did -------------------------------------------------------------------------------------


def test_the_own_page_counts_what_this_volunteer_did_and_what_became_of_it(place: Place) -> None:
    with place.database.unit() as session:
        need = session.scalars(sa.select(Need)).one()
        need.state, need.result, need.closed_at = NeedState.CLOSED, Result.SOLVED, TUESDAY
        need.closing_note = "Repris dès mercredi."
        session.add(
            GoodNews(
                campaign_id=need.campaign_id,
                by_id=place.user_id,
                kind=GoodNewsKind.THANKS,
                text="« Votre voix me fait du bien. »",
                at=TUESDAY,
            )  # fmt: skip
        )
    page = place.volunteer.get(OWN).text.replace("\u00a0", " ")
    for words in (
        "appel passé",
        "besoin transmis, dont 1 résolu",
        "Repris dès mercredi.",
        "Votre voix",
    ):
        assert words in page
    assert "Dupont" not in page


def test_a_sensitive_need_says_neither_its_subject_nor_its_course(place: Place) -> None:
    with place.database.unit() as session:
        need = session.scalars(sa.select(Need)).one()
        need.category, need.is_sensitive = "PRO_VIOLENCES", True
    page = place.volunteer.get(OWN).text
    assert "Signalement confié à la coordination" in page
    assert "iolence" not in page


def test_the_own_page_of_somebody_who_begins_is_kind(app: Flask, database: Database) -> None:
    client = app.test_client()
    with database.unit() as session:
        campaign = factories.campaign(session)
        factories.sign_in(session, client, factories.volunteer(session, campaign), at=TUESDAY)
    assert "Tout commence au premier appel" in client.get(OWN).text


def test_nobody_elses_calls_and_needs_are_counted(place: Place) -> None:
    with place.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        other = factories.volunteer(session, campaign)
        mine = session.get_one(User, place.user_id)
        assert overview.own(session, other, campaign).calls == 0
        found = overview.own(session, mine, campaign)
        assert (found.calls, found.conversations, found.people, found.raised) == (1, 1, 1, 1)
        assert found.needs[0].raised_at - TUESDAY == timedelta(0)
