"""A report as it is typed: kept, given back, thrown away; never a second call nobody meant."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from appel_solidaire import schedule
from appel_solidaire.db import Database
from appel_solidaire.instance import Instance
from campaigns import calls, sheets
from campaigns.models import (
    Call,
    JournalEntry,
    Line,
    Person,
    Report,
    ReportDraft,
    SignedSession,
    User,
    WeekPlan,
)
from campaigns.refusal import Refusal
from tests import factories
from tests.conftest import Clock
from tests.factories import TUESDAY, WEEK
from tests.web.visiting import token_of, value_of

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
NOTE = "Attend le passage de sa fille."


class Desk:
    """Michelle at her desk: a couple on one line, a colleague, and the pages as forms send them."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database = app, database
        self.client: FlaskClient = app.test_client()
        with database.unit() as session:
            self.campaign = factories.campaign(session)
            self.person = factories.person(session, self.campaign, last_name="Dupont")
            home = self.person.household
            self.spouse = factories.person(
                session, self.campaign, last_name="Dupont", first_name="Marcel", household=home
            )
            self.me = factories.volunteer(session, self.campaign)
            plan = factories.published(session, self.campaign)
            (self.line,) = factories.lines(session, plan)
            self.colleague = factories.volunteer(session, self.campaign, half_days=())
            factories.sign_in(session, self.client, self.me, at=TUESDAY)

    def url(self, tail: str = "") -> str:
        return f"/benevole/appels/{self.line.id}{tail}"

    def page(self, tail: str = "") -> str:
        return self.client.get(self.url(tail)).text

    def fields(self, page: str) -> dict[str, str]:
        names = ("key", "vu", "person_id", "phone_id", "need_count")
        return {"csrf_token": token_of(page)} | {name: value_of(page, name) for name in names}

    def type(self, fields: dict[str, str], **answers: str) -> TestResponse:
        return self.client.post(self.url("/brouillon"), data=fields | answers)

    def save(self, fields: dict[str, str], **answers: str) -> TestResponse:
        return self.client.post(self.url(), data=fields | {"action": "enregistrer"} | answers)

    def count(self, model: type) -> int:
        with self.database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


def test_what_was_typed_is_given_back_as_it_was(desk: Desk, clock: Clock) -> None:
    fields = desk.fields(desk.page())
    answer = desk.type(
        fields,
        spoke="oui",
        mood="fragile",
        note=NOTE,
        need_count="1",
        **{"besoin-0-category": "ALI_COURSES", "besoin-0-text": "Ne porte plus ses courses."},
    )
    assert answer.status_code == 200
    assert "Brouillon gardé à 10\u00a0h" in answer.text
    clock.move(minutes=30)
    page = desk.page()
    assert "Vous aviez commencé ce compte rendu aujourd’hui à 10\u00a0h\u00a0: il est rendu" in page
    assert NOTE in page
    assert re.search(r'id="mood-1" value="fragile" checked', page)
    assert "Ne porte plus ses courses." in page
    assert "Sera transmis" in page  # where the need goes is shown again
    assert value_of(page, "key") == fields["key"]  # sent from both pages, it is one call


def test_typing_is_neither_a_call_nor_an_act_of_the_journal(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    before = desk.count(JournalEntry)
    for _ in range(3):
        desk.type(fields, spoke="oui", note=NOTE)
    assert desk.count(JournalEntry) == before
    assert (desk.count(ReportDraft), desk.count(Report), desk.count(Call)) == (1, 0, 0)


def test_each_of_a_couple_has_their_own_draft(desk: Desk) -> None:
    desk.type(desk.fields(desk.page()), spoke="oui", note=NOTE)
    other = desk.page(f"?personne={desk.spouse.id}")
    assert NOTE not in other
    desk.type(desk.fields(other), spoke="oui", note="Marcel va bien.")
    assert NOTE in desk.page(f"?personne={desk.person.id}")
    assert "Marcel va bien." in desk.page(f"?personne={desk.spouse.id}")


def test_a_draft_belongs_to_its_volunteer_alone(desk: Desk) -> None:
    desk.type(desk.fields(desk.page()), spoke="oui", note=NOTE)
    other = desk.app.test_client()
    with desk.database.unit() as session:
        line = session.get_one(Line, desk.line.id)
        line.sheet.volunteer_id = desk.colleague.id
        factories.sign_in(session, other, session.get_one(User, desk.colleague.id), at=TUESDAY)
    page = other.get(desk.url()).text
    assert "compte-rendu" in page
    assert NOTE not in page
    assert "Vous aviez commencé" not in page


def test_starting_afresh_throws_the_draft_away(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    desk.type(fields, spoke="oui", note=NOTE)
    answer = desk.client.post(
        desk.url("/brouillon/effacer"),
        data={"csrf_token": fields["csrf_token"], "person_id": fields["person_id"]},
    )
    assert answer.status_code == 303
    assert NOTE not in desk.client.get(answer.location).text
    assert desk.count(ReportDraft) == 0


def test_saving_ends_the_draft_and_a_slow_page_does_not_bring_it_back(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    desk.type(fields, spoke="sonne", note=NOTE)
    assert desk.save(fields, spoke="sonne", note=NOTE).status_code == 303
    assert desk.count(ReportDraft) == 0
    assert "Déjà enregistré" in desk.type(fields, spoke="sonne", note=NOTE).text
    assert desk.count(ReportDraft) == 0


def test_leaving_asks_what_becomes_of_the_draft(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    token = {"csrf_token": fields["csrf_token"]}
    assert desk.client.post(desk.url("/quitter"), data=token).status_code == 303
    desk.type(fields, spoke="oui", note=NOTE)
    asked = desk.client.post(desk.url("/quitter"), data=token)
    assert asked.status_code == 200
    assert "Vous aviez commencé à écrire" in asked.text
    assert desk.count(ReportDraft) == 1
    kept = desk.client.post(desk.url("/quitter"), data=token | {"brouillon": "garder"})
    assert (kept.status_code, desk.count(ReportDraft)) == (303, 1)
    gone = desk.client.post(desk.url("/quitter"), data=token | {"brouillon": "effacer"})
    assert (gone.status_code, desk.count(ReportDraft)) == (303, 0)


def test_two_pages_do_not_write_over_each_other_unless_told(desk: Desk) -> None:
    first, second = desk.fields(desk.page()), desk.fields(desk.page())
    assert desk.type(first, spoke="oui", note=NOTE).status_code == 200
    refused = desk.type(second, spoke="oui", note="Autre chose.")
    assert refused.status_code == 409
    assert NOTE in desk.page()
    assert desk.type(first, spoke="oui", note=f"{NOTE} Et bien.").status_code == 200
    told = desk.type(second, note="Autre chose.", **{"a-la-place": "1"})
    assert told.status_code == 200
    assert "Autre chose." in desk.page()
    with desk.database.reading() as session:
        (kept,) = session.scalars(sa.select(ReportDraft)).one().fields.values()
    assert "a-la-place" not in dict(kept["sent"])


def test_a_page_that_says_nothing_else_takes_the_place_of_the_draft(desk: Desk) -> None:
    first, second = desk.fields(desk.page()), desk.fields(desk.page())
    desk.type(first, spoke="oui")
    assert desk.type(second, spoke="sonne").status_code == 200
    assert desk.save(second, spoke="sonne", note=NOTE).status_code == 303
    third = desk.fields(desk.page("?encore=1"))
    assert desk.type(third, spoke="oui", note="Plus tard.").status_code == 200


@SQLITE
def test_nothing_is_typed_any_more_about_somebody_erased(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    desk.type(fields, spoke="oui", note=NOTE)
    with desk.database.unit() as session:
        session.get_one(Person, desk.person.id).forgotten_at = TUESDAY
        session.execute(sa.delete(ReportDraft))
    assert desk.type(fields, spoke="oui", note=NOTE).status_code == 422
    assert desk.count(ReportDraft) == 0


@SQLITE
def test_a_script_is_told_what_became_of_a_report(desk: Desk) -> None:
    fields, said = desk.fields(desk.page()), {"X-Said": "1"}
    report = fields | {"action": "enregistrer", "spoke": "sonne"}
    saved = desk.client.post(desk.url(), data=report, headers=said)
    assert (saved.status_code, "Location" in saved.headers) == (204, False)
    assert desk.client.get(saved.headers["X-Said"], follow_redirects=True).status_code == 200
    other = desk.client.post(desk.url(), data=report | {"note": NOTE}, headers=said)
    assert (other.status_code, other.headers["X-Said"]) == (409, "1")
    stranger = desk.app.test_client().post(desk.url(), data=report, headers=said)
    assert (stranger.status_code, stranger.headers["X-Said"]) == (401, "1")
    assert "X-Said" not in desk.client.post(desk.url(), data=report).headers


@SQLITE
def test_a_draft_larger_than_any_report_is_refused(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    assert desk.type(fields, note="x" * 20_001).status_code == 422
    assert desk.type(fields, **{f"f{number}": "x" for number in range(301)}).status_code == 422
    assert desk.count(ReportDraft) == 0


@SQLITE
def test_a_draft_of_anything_at_all_still_opens(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    desk.type(
        fields, key="x", vu="many", need_count="-3", asked_day="demain", mood="furieux", spoke="?"
    )
    page = desk.page()
    assert "Vous aviez commencé" in page
    assert len(value_of(page, "key")) >= 16
    answer = desk.save(desk.fields(page), spoke="sonne")
    assert answer.status_code == 303


@SQLITE
def test_drafts_are_purged_a_week_after_their_own(
    desk: Desk, instance: Instance, clock: Clock
) -> None:
    desk.type(desk.fields(desk.page()), spoke="oui", note=NOTE)
    clock.move(days=12)  # Sunday of the week after
    schedule.run_due(instance)
    assert desk.count(ReportDraft) == 1
    clock.move(days=1)
    schedule.run_due(instance)
    assert desk.count(ReportDraft) == 0


@SQLITE
def test_a_line_with_a_draft_is_not_dealt_again_under_its_volunteer(desk: Desk) -> None:
    desk.type(desk.fields(desk.page()), spoke="oui", note=NOTE)
    with desk.database.unit() as session:
        plan = session.scalars(sa.select(WeekPlan).where(WeekPlan.week == WEEK)).one()
        with pytest.raises(Refusal):
            sheets.moving.unpublish(session, plan, by=desk.me, at=TUESDAY + timedelta(hours=1))


# After Back ---------------------------------------------------------------------------------


def test_a_page_already_saved_says_so(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    desk.save(fields, spoke="sonne")
    page = desk.page()
    assert "Cet appel est déjà enregistré" in page
    assert 'id="compte-rendu"' not in page
    assert 'id="compte-rendu"' in desk.page("?encore=1")


def test_a_page_opened_before_another_was_saved_asks_before_a_second_call(desk: Desk) -> None:
    first, second = desk.fields(desk.page()), desk.fields(desk.page())
    assert first["key"] != second["key"]
    assert desk.save(first, spoke="sonne").status_code == 303
    asked = desk.save(second, spoke="oui", mood="bien", wish="HEBDO", note=NOTE)
    assert asked.status_code == 422
    assert "Vous avez déjà enregistré un appel à cette personne" in asked.text
    assert NOTE in asked.text
    calls_before = desk.count(Call)
    again = desk.fields(asked.text) | {"spoke": "oui", "mood": "bien", "wish": "HEBDO"}
    assert desk.save(again).status_code == 303
    assert desk.count(Call) == calls_before + 1


def test_when_another_try_is_due_the_page_opens_as_ever(desk: Desk, clock: Clock) -> None:
    desk.save(desk.fields(desk.page()), spoke="sonne")
    clock.move(hours=4)
    with desk.database.unit() as session:
        factories.sign_in(session, desk.client, session.get_one(User, desk.me.id), at=clock())
        person = session.get_one(Person, desk.person.id)
        factories.enrolment(session, person).not_before_at = clock() - timedelta(minutes=1)
    assert 'id="compte-rendu"' in desk.page()


@SQLITE
def test_a_report_sent_two_hundred_times_is_one_call(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    answers = {
        desk.save(fields, spoke="oui", mood="bien", note=NOTE).status_code for _ in range(200)
    }
    assert answers == {303}
    assert (desk.count(Report), desk.count(Call)) == (1, 1)


# Without a network --------------------------------------------------------------------------


def test_the_key_is_one_a_volunteer_and_week(desk: Desk, clock: Clock) -> None:
    def key(client: FlaskClient, **form: str) -> TestResponse:
        token = token_of(client.get("/benevole/").text)
        return client.post("/benevole/hors-ligne/cle", data={"csrf_token": token} | form)

    mine = key(desk.client).json or {}
    assert len(mine["cle"]) == 43  # 32 bytes
    assert mine["semaine"] == WEEK
    assert key(desk.client).json == mine
    other = desk.app.test_client()
    with desk.database.unit() as session:
        factories.sign_in(session, other, session.get_one(User, desk.colleague.id), at=TUESDAY)
    assert (key(other).json or {})["cle"] != mine["cle"]
    assert (key(desk.client, semaine="2026-W47").json or {})["cle"] != mine["cle"]
    for closed in ("2026-W46", "2026-W49", "x"):
        assert key(desk.client, semaine=closed).status_code == 422
    clock.move(days=7)
    with desk.database.unit() as session:
        factories.sign_in(session, desk.client, session.get_one(User, desk.me.id), at=clock())
    assert (key(desk.client).json or {})["cle"] != mine["cle"]
    # A report written on Sunday evening leaves on Monday: last week's key is given once more.
    assert (key(desk.client, semaine=WEEK).json or {})["cle"] == mine["cle"]


@SQLITE
def test_the_page_of_bad_days_names_nobody(desk: Desk) -> None:
    page = desk.client.get("/benevole/hors-ligne").text
    for word in (desk.me.first_name, desk.me.email, "Dupont", "csrf_token"):
        assert word not in page


@SQLITE
def test_nothing_the_page_asks_by_itself_keeps_a_session_open(desk: Desk, clock: Clock) -> None:
    def seen() -> object:
        with desk.database.reading() as session:
            return session.scalar(sa.select(sa.func.max(SignedSession.seen_at)))

    token = {"csrf_token": token_of(desk.page())}
    before = seen()
    clock.move(minutes=5)
    assert desk.client.get("/benevole/hors-ligne/jeton").status_code == 200
    desk.client.post("/benevole/hors-ligne/cle", data=token)
    desk.client.post(desk.url("/en-cours"), data=token)
    assert desk.client.get("/pouls").json == {"secondes": 55 * 60}
    assert seen() == before
    assert desk.client.post("/rester", data=token).json == {"secondes": 60 * 60}
    assert seen() != before
    clock.move(hours=11, minutes=40)
    with desk.database.unit() as session:
        session.execute(sa.update(SignedSession).values(seen_at=clock()))
    # Twelve hours after it was opened nothing puts the end off.
    assert (desk.client.post("/rester", data=token).json or {})["secondes"] == 15 * 60


def test_typing_is_activity(desk: Desk, clock: Clock) -> None:
    fields = desk.fields(desk.page())
    for _ in range(3):
        clock.move(minutes=50)
        assert desk.type(fields, spoke="oui", note=NOTE).status_code == 200


def test_no_draft_is_found_of_a_report_saved_elsewhere(desk: Desk) -> None:
    fields = desk.fields(desk.page())
    desk.type(fields, spoke="sonne", note=NOTE)
    with desk.database.unit() as session:
        line = session.get_one(Line, desk.line.id)
        session.add(
            Report(user_id=desk.me.id, key=fields["key"], digest="", line_id=line.id, received_at=TUESDAY)
        )  # fmt: skip
        session.flush()
        me = session.get_one(User, desk.me.id)
        assert calls.drafts.find(session, line, person_id=desk.person.id, by=me) is None
        assert not calls.drafts.is_begun(session, line, by=me)
