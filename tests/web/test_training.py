"""The training as the browser sends it, without JavaScript; what stays closed until it is done."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appel_solidaire.db import Database
from campaigns import training
from campaigns.models import Call, Campaign, JournalEntry, Need, QuizAttempt, Rehearsal, Role, User
from tests import factories
from tests.conftest import Clock
from tests.factories import TUESDAY
from tests.web.visiting import Visitor, token_of

NAME = "Paulette Dupont"
HOME = "/benevole/formation"


class Beginner:
    """A volunteer on their first day: somebody to call, nothing done yet."""

    def __init__(self, app: Flask, database: Database, *, required: bool) -> None:
        self.database = database
        self.client: FlaskClient = app.test_client()
        with database.unit() as session:
            campaign = factories.campaign(session)
            factories.person(session, campaign, last_name="Dupont", first_name="Paulette")
            self.user = factories.volunteer(session, campaign)
            plan = factories.published(session, campaign)
            (line,) = factories.lines(session, plan)
            self.line, self.campaign_id = f"/benevole/appels/{line.id}", campaign.id
            campaign.training_required = required
            factories.sign_in(session, self.client, self.user, at=TUESDAY)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **form: str) -> TestResponse:
        data = {"csrf_token": token_of(self.client.get(HOME).text)} | form
        return self.client.post(path, data=data)

    def right(self) -> dict[str, str]:
        with self.database.reading() as session:
            user = session.get_one(User, self.user.id)
            asked = training.quiz(session, user, at=TUESDAY).asked
            return {one.question.code: one.question.right for one in asked}

    def count(self, model: type) -> int:
        with self.database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0

    def state(self) -> User:
        with self.database.session() as session:
            return session.get_one(User, self.user.id)

    def done(self) -> None:
        self.post(f"{HOME}/quiz", **self.right())
        self.post(f"{HOME}/charte", agreed="y")
        assert self.post(SHOPPING, **SHOPPING_REPORT).status_code == 303
        assert self.post(ALERT, alerte="1", spoke="oui", mood="inquietant").status_code == 303


SHOPPING, ALERT = f"{HOME}/repetition/des-courses", f"{HOME}/repetition/une-alerte"
SHOPPING_REPORT = {
    "action": "enregistrer",
    "spoke": "oui",
    "mood": "bien",
    "wish": "HEBDO",
    "need_count": "1",
    "besoin-0-category": "ALI_COURSES",
    "besoin-0-agreement": "oui",
}


@pytest.fixture
def beginner(app: Flask, database: Database) -> Beginner:
    return Beginner(app, database, required=True)


@pytest.fixture
def free(app: Flask, database: Database) -> Beginner:
    """The same, in a campaign that only proposes the training."""
    return Beginner(app, database, required=False)


def test_where_training_is_required_no_real_name_is_shown_before_it_is_done(
    beginner: Beginner,
) -> None:
    for path in (
        "/benevole/",
        beginner.line,
        f"{beginner.line}/passer",
        "/benevole/rendre-le-reste",
    ):
        answer = beginner.get(path)
        assert (answer.status_code, answer.location) == (303, HOME), path
    pages = [HOME, *(f"{HOME}/lire/{n}" for n in range(1, 6)), f"{HOME}/quiz", f"{HOME}/charte"]
    for path in (*pages, SHOPPING, ALERT, f"{ALERT}/alerte", "/benevole/guide"):
        answer = beginner.get(path)
        assert answer.status_code == 200, path
        assert "Dupont" not in answer.text, path


def test_a_number_is_not_shown_and_a_report_not_kept_before_it_but_its_words_are_given_back(
    beginner: Beginner,
) -> None:
    said = "Aime parler de son jardin."
    for path, form in (("/numero", {"phone_id": "1"}), ("", {"spoke": "oui", "note": said})):
        answer = beginner.post(beginner.line + path, **form)
        assert answer.status_code == 403
        assert NAME not in answer.text
    assert said in answer.text
    assert beginner.count(Call) == 0


def test_danger_is_never_closed(beginner: Beginner) -> None:
    assert beginner.get(f"{beginner.line}/alerte").status_code == 200


def test_once_everything_is_done_the_real_names_appear(beginner: Beginner) -> None:
    beginner.done()
    assert beginner.state().trained_at == TUESDAY
    assert NAME in beginner.get("/benevole/").text
    assert NAME in beginner.get(beginner.line).text


def test_where_it_is_only_proposed_the_sheet_opens_and_offers_it(free: Beginner) -> None:
    page = free.get("/benevole/").text
    assert NAME in page
    assert "Vous débutez" in page
    free.done()
    assert "Vous débutez" not in free.get("/benevole/").text


def test_a_wrong_answer_is_explained_kept_and_asked_again(beginner: Beginner) -> None:
    right = beginner.right()
    code, letter = next(iter(right.items()))
    wrong = next(one for one in "abc" if one != letter)
    answer = beginner.post(f"{HOME}/quiz", **(right | {code: wrong}))
    assert (answer.status_code, answer.location) == (303, f"{HOME}/quiz")
    page = beginner.get(f"{HOME}/quiz").text
    assert "Une réponse est à revoir" in page
    assert page.count("Pas tout à fait.") == 1
    assert page.count(" checked>") == 5
    answer = beginner.post(f"{HOME}/quiz", **right)
    assert answer.location == f"{HOME}/charte"
    assert beginner.count(QuizAttempt) == 2


def test_a_question_left_out_is_named_and_what_was_ticked_stays(beginner: Beginner) -> None:
    right = beginner.right()
    code, _ = right.popitem()
    answer = beginner.post(f"{HOME}/quiz", **right)
    assert answer.status_code == 422
    assert f'href="#{code}"' in answer.text
    assert answer.text.count(" checked>") == 4
    assert beginner.count(QuizAttempt) == 0


def test_the_charter_wants_its_box_ticked(beginner: Beginner) -> None:
    answer = beginner.post(f"{HOME}/charte")
    assert answer.status_code == 422
    assert 'href="#agreed"' in answer.text
    assert beginner.state().charter_at is None
    assert beginner.post(f"{HOME}/charte", agreed="y").status_code == 303
    assert beginner.state().charter_at == TUESDAY


def test_a_year_later_the_charter_is_asked_again_and_nothing_else(
    beginner: Beginner, clock: Clock, database: Database
) -> None:
    beginner.done()
    clock.move(days=366)
    with database.unit() as session:
        factories.sign_in(session, beginner.client, beginner.user, at=clock())
    assert beginner.get("/benevole/").location == HOME
    assert "Lire la charte" in beginner.get(HOME).text
    beginner.post(f"{HOME}/charte", agreed="y")
    assert beginner.get("/benevole/").status_code == 200


def test_a_rehearsal_is_banded_adds_a_need_and_keeps_what_was_typed(beginner: Beginner) -> None:
    page = beginner.get(SHOPPING).text
    assert "cette personne n’existe pas, rien n’est enregistré" in page
    added = beginner.post(SHOPPING, action="ajouter", spoke="oui", mood="bien", note="Jardin.")
    assert added.status_code == 200
    assert 'name="besoin-0-category"' in added.text
    assert "Jardin." in added.text
    begun = beginner.post(SHOPPING, action="ajouter:ALI_COURSES").text
    assert 'value="oui" checked' in begun
    assert '<option selected value="ALI_COURSES">' in begun
    missed = beginner.post(SHOPPING, action="enregistrer", spoke="oui", mood="bien", note="Jardin.")
    assert missed.status_code == 422
    assert "ajoutez un besoin" in missed.text
    assert "Jardin." in missed.text


def test_a_rehearsal_writes_nothing_but_that_it_was_done(beginner: Beginner) -> None:
    calls, journal = beginner.count(Call), beginner.count(JournalEntry)
    answer = beginner.post(SHOPPING, **SHOPPING_REPORT)
    assert (answer.status_code, answer.location) == (303, HOME)
    assert (beginner.count(Call), beginner.count(Need), beginner.count(Rehearsal)) == (calls, 0, 1)
    assert beginner.count(JournalEntry) == journal + 1
    assert "Mme E." in beginner.get(HOME).text


def test_the_urgent_path_of_a_rehearsal_alerts_nobody_and_leads_back_to_the_report(
    beginner: Beginner,
) -> None:
    refused = beginner.post(ALERT, spoke="oui", mood="inquietant")
    assert refused.status_code == 422
    assert "lancez l’alerte" in refused.text
    page = beginner.get(f"{ALERT}/alerte").text
    assert "<strong>15</strong>" in page
    back = beginner.post(f"{ALERT}/alerte")
    assert back.status_code == 200
    assert re.search(r'name="alerte" value="1"', back.text)
    assert beginner.count(Need) == 0
    assert beginner.post(ALERT, alerte="1", spoke="oui", mood="inquietant").status_code == 303


def test_what_a_rehearsal_would_entail_is_said_before_saving(beginner: Beginner) -> None:
    said = beginner.post(f"{SHOPPING}/effet", spoke="oui", mood="bien", wish="HEBDO").text
    assert "Mme E." in said
    assert beginner.count(Rehearsal) == 0


def test_a_free_text_too_long_is_refused_in_a_rehearsal_as_in_a_call(beginner: Beginner) -> None:
    answer = beginner.post(SHOPPING, **(SHOPPING_REPORT | {"note": "a" * 501}))
    assert answer.status_code == 422
    assert "500 caractères" in answer.text


def test_somebody_of_no_campaign_may_train_all_the_same(app: Flask, database: Database) -> None:
    beginner = Beginner(app, database, required=True)
    with database.unit() as session:
        session.execute(sa.text("DELETE FROM membership"))
    assert beginner.get(HOME).status_code == 200
    assert beginner.get(SHOPPING).status_code == 200
    assert beginner.get("/benevole/").status_code == 403


# The lead's side --------------------------------------------------------------------------------


@pytest.fixture
def lead(client: FlaskClient, database: Database) -> Visitor:
    return Visitor(client, database, role=Role.LEAD, prefix="/pilotage/")


def test_the_lead_sees_who_is_where_and_decides(lead: Visitor) -> None:
    who: User = lead.keep(lambda session: factories.volunteer(session, _first(session)))
    assert "Formation à commencer" in lead.get("equipe")
    assert lead.post(f"equipe/{who.id}/formee-autrement")[0] == 303
    (found,) = lead.read(sa.select(User).where(User.id == who.id))
    assert found.trained_at == TUESDAY
    assert "Charte à renouveler" in lead.get(f"equipe/{who.id}")
    assert lead.post(f"equipe/{who.id}/formee-autrement")[0] == 422
    assert lead.post(f"equipe/{who.id}/redemander-la-formation")[0] == 303
    (found,) = lead.read(sa.select(User).where(User.id == who.id))
    assert found.trained_at is None
    noted = lead.read(sa.select(JournalEntry.action).where(JournalEntry.object_id == who.id))
    assert {"training_waived", "training_asked"} <= set(noted)


def test_the_training_of_a_member_of_staff_is_nobodys_business(lead: Visitor) -> None:
    anne: User = lead.keep(
        lambda session: factories.user(session, Role.COORDINATION, _first(session))
    )
    assert lead.post(f"equipe/{anne.id}/formee-autrement")[0] == 404
    assert "Sa formation" not in lead.get(f"equipe/{anne.id}")


def _first(session: object) -> Campaign:
    return session.scalars(sa.select(Campaign)).first()  # type: ignore[attr-defined, no-any-return]  # a session
