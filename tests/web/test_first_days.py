"""First days where things are not plain: two campaigns, a pause, a charter that turns a year old."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns.models import Call, Campaign, CampaignState, Membership, Role, User
from campaigns.sheets import moving
from tests import factories
from tests.conftest import Clock
from tests.factories import TUESDAY
from tests.web import signing
from tests.web.test_training import ALERT, HOME, Beginner
from tests.web.visiting import token_of, value_of

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
pytestmark = SQLITE


def _plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.fixture
def caller(app: Flask, database: Database) -> Beginner:
    """A volunteer with somebody to call, in a campaign that only proposes the training."""
    return Beginner(app, database, required=False)


def _second(caller: Beginner, state: CampaignState, *, required: bool = False) -> str:
    """A newer campaign with the same volunteer and somebody else to call; the page of that call."""
    with caller.database.unit() as session:
        other = factories.campaign(session, "canicule")
        session.add(Membership(campaign_id=other.id, user_id=caller.user.id))
        factories.person(session, other, last_name="Exemple", first_name="Odile")
        plan = factories.published(session, other)
        (line,) = factories.lines(session, plan)
        other.state, other.training_required = state, required
        return f"/benevole/appels/{line.id}"


def _report(caller: Beginner) -> dict[str, str]:
    """Nobody answered, on the page of the call as it was opened."""
    page = caller.get(caller.line).text
    hidden = {name: value_of(page, name) for name in ("key", "person_id", "vu", "need_count")}
    return hidden | {"action": "enregistrer", "spoke": "sonne", "situation_sonne": "NON_REPONSE"}


def _change(caller: Beginner, **columns: object) -> None:
    with caller.database.unit() as session:
        for one in session.scalars(sa.select(Campaign)):
            for name, value in columns.items():
                setattr(one, name, value)


# Two campaigns ----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.PAUSED])
def test_a_newer_campaign_that_does_not_run_never_hides_the_sheet_of_the_one_that_does(
    caller: Beginner, state: CampaignState
) -> None:
    _second(caller, state)
    assert "Paulette Dupont" in caller.get("/benevole/").text
    assert caller.get(caller.line).status_code == 200


def test_a_sheet_says_that_another_campaign_waits_and_opens_it(caller: Beginner) -> None:
    _second(caller, CampaignState.OPEN)
    page = _plain(caller.get("/benevole/").text)
    assert "Odile Exemple" in page
    assert "Vous appelez aussi pour « essai » : 1 foyer à appeler cette semaine" in page
    answer = caller.post(f"/benevole/campagne/{caller.campaign_id}")
    assert (answer.status_code, answer.location) == (303, "/benevole/")
    page = _plain(caller.get("/benevole/").text)
    assert "Paulette Dupont" in page
    assert "Vous appelez aussi pour « canicule »" in page


def test_a_report_is_kept_in_the_campaign_of_its_line_whatever_sheet_is_open(
    caller: Beginner,
) -> None:
    _second(caller, CampaignState.OPEN)
    report = _report(caller)
    caller.post(f"/benevole/campagne/{caller.campaign_id + 1}")
    assert "Odile Exemple" in caller.get("/benevole/").text
    assert caller.post(caller.line, **report).status_code == 303
    with caller.database.reading() as session:
        assert session.scalars(sa.select(Call.campaign_id)).all() == [caller.campaign_id]


def test_a_campaign_that_asks_for_the_training_leaves_the_way_to_the_other(
    caller: Beginner,
) -> None:
    _second(caller, CampaignState.OPEN, required=True)
    assert caller.get("/benevole/").location == HOME
    assert "Vous appelez aussi pour « essai »" in _plain(caller.get(HOME).text)
    caller.post(f"/benevole/campagne/{caller.campaign_id}")
    assert "Paulette Dupont" in caller.get("/benevole/").text


def test_the_page_of_an_alert_tells_no_name_before_the_training_and_still_alerts(
    caller: Beginner,
) -> None:
    assert "Paulette Dupont" in caller.get("/benevole/alerte").text
    _change(caller, training_required=True)
    page = caller.get("/benevole/alerte")
    assert page.status_code == 200
    assert "Paulette" not in page.text
    assert "112" in page.text


# Nobody to call ---------------------------------------------------------------------------------


def test_a_paused_sheet_shows_who_waits_and_no_way_to_call_them(caller: Beginner) -> None:
    assert f'href="{caller.line}"' in caller.get("/benevole/").text
    _change(caller, state=CampaignState.PAUSED)
    page = caller.get("/benevole/").text
    assert "Paulette Dupont" in page
    assert caller.line not in page
    assert "À appeler maintenant" not in _plain(page)


@pytest.mark.parametrize(
    ("state", "next_thing"),
    [
        (CampaignState.PAUSED, "quand elle reprendra"),
        (CampaignState.CLOSED, "Merci pour chaque appel"),
        (CampaignState.DRAFT, "vous recevrez un courriel"),
    ],
)
def test_an_empty_sheet_promises_no_monday_that_will_not_come(
    caller: Beginner, state: CampaignState, next_thing: str
) -> None:
    _change(caller, state=state)
    with caller.database.unit() as session:
        session.execute(sa.text("DELETE FROM line"))
        session.execute(sa.text("DELETE FROM sheet"))
    page = caller.get("/benevole/").text
    assert next_thing in page
    assert "Elle arrive le lundi matin" not in page
    assert "Vos fiches vous attendent" not in page


def test_whoever_is_suspended_is_told_so_and_whom_to_ring(caller: Beginner) -> None:
    with caller.database.unit() as session:
        user = session.get_one(User, caller.user.id)
        campaign = session.get_one(Campaign, caller.campaign_id)
        lead = factories.user(session, Role.LEAD, campaign)
        session.execute(sa.text("UPDATE organisation SET coordination_phone = '+33353010080'"))
        moving.suspend(session, campaign, user, by=lead, at=TUESDAY)
        factories.sign_in(session, caller.client, user, at=TUESDAY)
    page = _plain(caller.get("/benevole/").text)
    assert "La coordination a suspendu vos appels" in page
    assert "03 53 01 00 80" in page
    assert "Elle arrive le lundi matin" not in page


# The training -----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["charter", "training"])
def test_a_call_begun_before_the_names_close_keeps_its_report(
    caller: Beginner, clock: Clock, asked: str
) -> None:
    with caller.database.unit() as session:
        user = session.get_one(User, caller.user.id)
        user.trained_at = user.charter_at = clock() - timedelta(days=365) + timedelta(minutes=5)
        if asked == "training":
            user.trained_at = user.charter_at = None
        else:
            session.get_one(Campaign, caller.campaign_id).training_required = True
    report = _report(caller)
    clock.move(minutes=10)
    _change(caller, training_required=True)
    answer = caller.post(caller.line, **report)
    assert answer.status_code == 303
    assert caller.count(Call) == 1
    assert caller.get(str(answer.location)).location == HOME
    assert "Votre compte rendu est enregistré." in caller.get(HOME).text


def test_whoever_owes_the_charter_alone_is_not_sent_through_the_training_again(
    app: Flask, database: Database
) -> None:
    caller = Beginner(app, database, required=True)
    with database.unit() as session:
        user = session.get_one(User, caller.user.id)
        user.trained_at = user.charter_at = TUESDAY - timedelta(days=400)
    page = caller.client.get("/benevole/", follow_redirects=True).text
    assert "la charte d’abord" in page
    assert "il ne reste que la charte" in page
    assert "dizaine de minutes" not in page


def test_an_alert_given_late_in_a_rehearsal_loses_nothing_of_what_was_noted(
    caller: Beginner,
) -> None:
    noted = {"spoke": "oui", "mood": "inquietant", "note": "Deuxième étage."}
    refused = caller.post(ALERT, action="enregistrer", **noted)
    assert 'name="action" value="alerte"' in refused.text
    page = caller.post(ALERT, action="alerte", **noted).text
    assert '<input type="hidden" name="note" value="Deuxième étage.">' in page
    back = caller.post(f"{ALERT}/alerte", **noted).text
    assert "Deuxième étage." in back
    assert 'value="inquietant" checked' in back


@pytest.mark.parametrize(
    ("slug", "given", "advice"),
    [
        ("une-alerte", {"spoke": "oui"}, "lancez l’alerte d’abord"),
        ("des-courses", {"spoke": "plus_tard", "situation_plus_tard": "RAPPEL_DATE"}, "a répondu"),
        ("des-courses", {"spoke": "messagerie"}, "a répondu"),
    ],
)
def test_a_rehearsal_says_what_is_beside_the_point_before_what_is_missing(
    caller: Beginner, slug: str, given: dict[str, str], advice: str
) -> None:
    page = caller.post(f"{HOME}/repetition/{slug}", **given)
    assert page.status_code == 422
    assert advice in page.text
    assert 'name="asked_day"' in page.text


# The way in -------------------------------------------------------------------------------------


def test_an_invitation_says_welcome_and_promises_no_sheet_yet(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    who = people[Role.VOLUNTEER]
    first = app.test_client().get(f"/entrer/{signing.invitation(instance, who)}").text
    assert "Bienvenue" in first
    assert "feuille d’appels" not in first
    weekly = app.test_client().get(f"/entrer/{signing.weekly_link(instance, who)}").text
    assert "Votre feuille d’appels vous attend" in weekly


def test_a_used_link_pressed_again_leads_whoever_is_in_back_to_their_pages(
    app: Flask, instance: Instance, people: dict[Role, User]
) -> None:
    path = f"/entrer/{signing.invitation(instance, people[Role.VOLUNTEER])}"
    client = app.test_client()
    assert (
        client.post(path, data={"csrf_token": token_of(client.get(path).text)}).status_code == 303
    )
    again = client.get(path)
    assert again.status_code == 410
    assert "déjà dans votre espace" in _plain(again.text)
    assert "Recevoir un nouveau lien" not in again.text
    assert "Recevoir un nouveau lien" in app.test_client().get(path).text
