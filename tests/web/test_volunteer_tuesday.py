"""The week that changes, on the volunteer's own pages: absences, the rest, five more, a colleague
on the same household."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from appel_solidaire.db import Database
from campaigns import sheets
from campaigns.models import (
    Absence,
    Availability,
    Barred,
    Call,
    Campaign,
    Line,
    Person,
    SheetNotice,
    Skip,
    SoftLock,
    User,
)
from tests import factories as make
from tests.conftest import Clock
from tests.factories import TUESDAY

ON_SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)


class Pair:
    """Claire, who has two households on her sheet, and Paul, who has room; both signed in."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.database = database
        self.claire, self.paul = app.test_client(), app.test_client()
        with database.unit() as session:
            campaign = make.campaign(session)
            claire = make.volunteer(session, campaign, first_name="Claire")
            people = [make.person(session, campaign, last_name=name) for name in ("Un", "Deux")]
            plan = make.published(session, campaign)
            paul = make.volunteer(session, campaign, first_name="Paul")
            found = {line.household_id: line.id for line in make.lines(session, plan)}
            self.line, self.other = (found[one.household_id] for one in people)
            self.person, self.campaign_id = people[0].id, campaign.id
            self.ids = {"claire": claire.id, "paul": paul.id}
            make.sign_in(session, self.claire, claire, at=TUESDAY)
            make.sign_in(session, self.paul, paul, at=TUESDAY)

    def post(self, who: FlaskClient, path: str, **form: Any) -> tuple[int, str]:
        page = who.get("/benevole/disponibilites").text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token
        answer = who.post(
            f"/benevole/{path}", data=form | {"csrf_token": token[1]}, follow_redirects=True
        )
        return answer.status_code, answer.text

    def sheet(self, who: FlaskClient) -> str:
        return who.get("/benevole/").text

    def hidden(self, who: FlaskClient, line: int) -> dict[str, str]:
        page = who.get(f"/benevole/appels/{line}").text
        names = ("key", "person_id", "phone_id", "need_count", "vu")
        return {name: value_of(page, name) for name in names}

    def save(self, who: FlaskClient, line: int, hidden: dict[str, str]) -> tuple[int, str]:
        return self.post(who, f"appels/{line}", **hidden, action="enregistrer", spoke="sonne")

    def keep(self, write: Callable[[Session, Campaign, User, User], object]) -> None:
        with self.database.unit() as session:
            campaign = session.get_one(Campaign, self.campaign_id)
            claire = session.get_one(User, self.ids["claire"])
            write(session, campaign, claire, session.get_one(User, self.ids["paul"]))

    def rows(self, model: type) -> list[Any]:
        with self.database.session() as session:
            return list(session.scalars(sa.select(model)))


def value_of(page: str, name: str) -> str:
    tag = next(tag for tag in re.findall(r"<input[^>]*>", page) if f'name="{name}"' in tag)
    found = re.search(r'value="([^"]*)"', tag)
    return found[1] if found else ""


@pytest.fixture
def pair(app: Flask, database: Database) -> Pair:
    return Pair(app, database)


# The sheet -------------------------------------------------------------------------------------


def test_an_absence_today_hands_the_sheet_on_and_the_colleague_reads_it(pair: Pair) -> None:
    status, page = pair.post(pair.claire, "absences", first_on="2026-11-24", last_on="2026-11-29")
    assert status == 200
    assert "2 foyers changent de voix" in page
    his = pair.sheet(pair.paul)
    assert "2 foyers rejoignent votre feuille" in his
    assert "Claire ne peut pas appeler ces jours-ci" in his
    assert "Sur votre feuille depuis mardi 24 novembre" in his
    assert "0 sur 2 faits" in his
    assert "Plus personne sur votre feuille" in pair.sheet(pair.claire)
    (notice,) = pair.rows(SheetNotice)
    status, his = pair.post(pair.paul, "changements-lus", **{"jusqu-a": str(notice.id)})
    assert "rejoignent votre feuille" not in his
    status, page = pair.post(pair.claire, f"absences/{pair.rows(Absence)[0].id}/retirer")
    assert "L’absence est retirée" in page


def test_giving_back_the_rest_says_what_happens_first(pair: Pair) -> None:
    page = pair.claire.get("/benevole/rendre-le-reste").text
    assert "2\u00a0foyers restent" in page
    assert len(pair.rows(Line)) == 2
    status, page = pair.post(pair.claire, "rendre-le-reste")
    assert (status, "2 foyers changent de voix" in page) == (200, True)
    assert "Il ne reste personne" in pair.claire.get("/benevole/rendre-le-reste").text


def test_five_more_are_given_or_it_says_why_not(pair: Pair, clock: Clock) -> None:
    _, page = pair.post(pair.paul, "cinq-de-plus")
    assert "Personne n’attend d’appel pour l’instant" in page

    def three_more(session: Session, campaign: Campaign, *_: User) -> None:
        for _ in range(3):
            make.person(session, campaign)

    pair.keep(three_more)
    _, page = pair.post(pair.paul, "cinq-de-plus")
    assert "3 foyers de plus sur la feuille" in page
    clock.move(days=7)
    with pair.database.unit() as session:
        make.sign_in(session, pair.paul, session.get_one(User, pair.ids["paul"]), at=clock())
    _, page = pair.post(pair.paul, "cinq-de-plus")
    assert "Aucune feuille n’est publiée cette semaine" in page
    status, page = pair.post(pair.paul, "rendre-le-reste")
    assert (status, "Aucune feuille n’est publiée" in page) == (422, True)


def test_the_regulars_are_said_in_one_sentence(pair: Pair) -> None:
    assert "Vos habitués" not in pair.sheet(pair.claire)
    pair.keep(lambda session, *_: session.execute(
        sa.update(Line).where(Line.id == pair.line).values(kept_voice=True)
    ))  # fmt: skip
    assert "1\u00a0foyer sur 2 connaît déjà votre voix (50\u00a0%)" in pair.sheet(pair.claire)


def test_pace_limit_and_languages_are_ones_own_to_say(pair: Pair) -> None:
    said = {"pace": "8", "weekly_limit": "16", "languages": " portugais,  arabe "}
    assert pair.post(pair.claire, "habitudes", **said)[0] == 200
    (claire,) = [one for one in pair.rows(User) if one.id == pair.ids["claire"]]
    assert (claire.pace, claire.weekly_limit, claire.languages) == (8, 16, "portugais, arabe")
    for wrong in ({"pace": "0"}, {"weekly_limit": "9999"}, {"languages": "x" * 200}, {"pace": "a"}):
        status, page = pair.post(pair.claire, "habitudes", **said | wrong)
        assert (status, "À corriger" in page) == (422, True), wrong


# Passing on ------------------------------------------------------------------------------------


def test_who_knows_the_person_passes_them_on_in_two_taps(pair: Pair) -> None:
    assert (
        "Je connais cette personne" in pair.claire.get(f"/benevole/appels/{pair.line}/passer").text
    )
    assert pair.post(pair.claire, f"appels/{pair.line}/passer")[0] == 422
    status, page = pair.post(pair.claire, f"appels/{pair.line}/passer", raison="known")
    assert (status, "déjà chez un collègue" in page) == (200, True)
    assert [one.volunteer_id for one in pair.rows(Barred)] == [pair.ids["claire"]]
    assert [one.reason.value for one in pair.rows(Skip)] == ["known"]
    assert pair.claire.get(f"/benevole/appels/{pair.line}").status_code == 404
    assert pair.paul.get(f"/benevole/appels/{pair.line}").status_code == 200


def test_with_nobody_free_it_says_that_the_person_waits(pair: Pair) -> None:
    pair.keep(lambda session, _, __, paul: setattr(paul, "suspended_at", TUESDAY))
    _, page = pair.post(pair.claire, f"appels/{pair.line}/passer", raison="heavy")
    assert "cette fiche attend une place" in page


# Two on one household ----------------------------------------------------------------------------


def test_a_colleague_sees_who_is_calling_and_since_when(pair: Pair, clock: Clock) -> None:
    pair.claire.get(f"/benevole/appels/{pair.line}")
    pair.keep(lambda session, *_: move_to_paul(session, pair))
    clock.move(minutes=4)
    assert "Appel en cours par Claire depuis 4\u00a0min" in pair.sheet(pair.paul)
    page = pair.paul.get(f"/benevole/appels/{pair.line}").text
    assert "Appel en cours par Claire</strong> depuis 4\u00a0min" in page
    assert "Enregistrer et passer au suivant" in page
    clock.move(minutes=12)
    assert "Appel en cours par" not in pair.paul.get(f"/benevole/appels/{pair.line}").text


def move_to_paul(session: Session, pair: Pair) -> None:
    """The line goes to Paul while Claire's page is open: the lead gave it, say."""
    line = session.get_one(Line, pair.line)
    paul = session.get_one(User, pair.ids["paul"])
    made = sheets.moving.join(
        session, session.get_one(Campaign, pair.campaign_id), paul, by=paul, at=TUESDAY
    )
    assert made.given == 0
    sheet = make.Sheet(plan_id=line.plan_id, volunteer_id=paul.id)
    session.add(sheet)
    session.flush()
    line.sheet_id = sheet.id


def test_a_report_for_a_line_that_moved_is_kept_and_told(pair: Pair) -> None:
    hidden = pair.hidden(pair.claire, pair.line)
    pair.keep(lambda session, *_: move_to_paul(session, pair))
    his = pair.hidden(pair.paul, pair.line)
    assert pair.save(pair.paul, pair.line, his)[0] == 200
    status, page = pair.save(pair.claire, pair.line, hidden)
    assert status == 200
    assert "Paul a aussi appelé, à 10\u00a0h" in page
    assert "Cette fiche était passée à Paul" in page
    assert {call.volunteer_id for call in pair.rows(Call)} == set(pair.ids.values())
    assert "Claire a appelé un foyer de votre feuille" in pair.sheet(pair.paul)
    alert = f"/benevole/appels/{pair.line}/alerte?personne={pair.person}"
    assert pair.claire.get(alert).status_code == 200
    shown = pair.post(pair.claire, f"appels/{pair.line}/effet", **hidden, spoke="sonne")
    assert "Nouvel essai" in shown[1]


def test_a_stranger_who_never_opened_the_person_sends_no_report(pair: Pair) -> None:
    hidden = pair.hidden(pair.claire, pair.line)
    assert pair.save(pair.paul, pair.line, hidden)[0] == 404
    alert = f"/benevole/appels/{pair.line}/alerte?personne={pair.person}"
    assert pair.paul.get(alert).status_code == 404
    assert pair.rows(Call) == []


def test_the_lock_lives_with_the_page(pair: Pair, clock: Clock) -> None:
    pair.claire.get(f"/benevole/appels/{pair.line}")
    clock.move(minutes=10)
    assert pair.post(pair.claire, f"appels/{pair.line}/en-cours")[0] == 200
    (lock,) = pair.rows(SoftLock)
    assert (lock.since, lock.until - clock()) == (TUESDAY, sheets.locks.LIFE)
    old, now = ({"page-fermee": str(at.timestamp())} for at in (TUESDAY, clock()))
    assert pair.post(pair.claire, f"appels/{pair.line}/quitter", **old)[0] == 204
    assert len(pair.rows(SoftLock)) == 1  # a page opened since still has it
    assert pair.post(pair.claire, f"appels/{pair.line}/quitter", **now)[0] == 204
    assert pair.rows(SoftLock) == []
    hidden = pair.hidden(pair.claire, pair.line)
    assert len(pair.rows(SoftLock)) == 1
    pair.save(pair.claire, pair.line, hidden)
    assert [lock.household_id for lock in pair.rows(SoftLock)] != [
        pair.rows(Person)[0].household_id
    ]
    pair.claire.get(f"/benevole/appels/{pair.line}")
    assert "Mes appels" in pair.post(pair.claire, f"appels/{pair.line}/quitter")[1]


def test_opening_a_call_costs_two_statements_more_for_its_lock(
    pair: Pair, count_queries: Callable[[], int]
) -> None:
    pair.claire.get(f"/benevole/appels/{pair.line}")  # caches of reference data
    before = count_queries()
    pair.claire.get(f"/benevole/appels/{pair.line}")
    assert count_queries() - before <= 24


def test_the_sheet_costs_few_queries(pair: Pair, count_queries: Callable[[], int]) -> None:
    pair.sheet(pair.claire)
    before = count_queries()
    pair.sheet(pair.claire)
    assert count_queries() - before <= 17


def test_weekend_half_days_are_offered_where_the_campaign_calls_then(pair: Pair) -> None:
    def works_on_saturday(_session: Session, campaign: Campaign, *_: User) -> None:
        campaign.rules = {"working_days": [0, 1, 2, 3, 4, 5]}

    answer = pair.post(pair.claire, "disponibilites", **{"demi-journee": ["1-am", "5-am"]})
    assert "Samedi" not in answer[1]
    pair.keep(works_on_saturday)
    status, page = pair.post(pair.claire, "disponibilites", **{"demi-journee": ["5-am", "6-am"]})
    assert status == 200
    assert "Samedi matin" in page
    assert "Dimanche" not in page
    with pair.database.reading() as session:
        ticked = sa.select(Availability.weekday).where(Availability.user_id == pair.ids["claire"])
        assert session.scalars(ticked).all() == [5]
