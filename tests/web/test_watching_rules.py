"""What the lead decides about silence, signals and heat, and the sheets that follow at once."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from appel_solidaire.db import Database
from campaigns.models import Campaign, Enrolment, JournalEntry, Line, Person, Stage, Wish
from tests import factories
from tests.factories import EVE, TUESDAY
from tests.web.signing import csrf

PAGE = "/pilotage/regles/silence"
UNTIL = {"until": (TUESDAY.date() + timedelta(days=4)).isoformat()}


def read(client: FlaskClient) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def send(client: FlaskClient, address: str, status: int = 303, /, **fields: object) -> str:
    answer = client.post(address, data={"csrf_token": csrf(client), **fields})
    assert answer.status_code == status, answer.text
    return html.unescape(answer.text)


def kept(database: Database) -> dict[str, object]:
    """The thresholds as the campaign keeps them."""
    with database.reading() as session:
        found: dict[str, object] = session.scalars(sa.select(Campaign.thresholds)).one()
        return found


# Signals ----------------------------------------------------------------------------------------


def test_the_lead_changes_from_how_many_needs_a_signal_is_shown(
    lead: FlaskClient, database: Database
) -> None:
    assert 'value="6"' in read(lead)
    send(lead, "/pilotage/regles/signaux", **{"signal-needs": "4", "signal-days": "14"})
    assert kept(database) == {"signals": {"needs": 4, "days": 14}}
    assert 'value="14"' in read(lead)
    with database.reading() as session:
        acts = sa.select(JournalEntry.detail).where(JournalEntry.action == "settings_changed")
        assert [one["names"] for one in session.scalars(acts)] == [["signals"]]
    send(lead, "/pilotage/regles/signaux", **{"signal-needs": "4", "signal-days": "14"})
    with database.reading() as session:
        assert len(session.scalars(acts).all()) == 1


@pytest.mark.parametrize(
    ("needs", "days"), [("2", "10"), ("6", "61"), ("six", "10"), ("", "10"), ("9" * 40, "10")]
)
def test_a_threshold_nobody_could_use_is_refused_and_what_was_typed_stays(
    lead: FlaskClient, database: Database, needs: str, days: str
) -> None:
    fields = {"signal-needs": needs, "signal-days": days}
    page = send(lead, "/pilotage/regles/signaux", 422, **fields)
    assert f'value="{days}"' in page
    assert "Choisissez entre" in page or "Indiquez un nombre" in page
    assert kept(database) == {}


def test_the_thresholds_of_silence_and_of_signals_leave_one_another_alone(
    lead: FlaskClient, database: Database
) -> None:
    told = {"tries": 4, "bands": 2, "days": 2, "answered": 2, "of_last": 3, "heat_tries": 3}
    send(lead, PAGE, **told, deadline_hours=24, urgent_hours=2)
    send(lead, "/pilotage/regles/signaux", **{"signal-needs": "4", "signal-days": "14"})
    assert kept(database) == {"silence": {"tries": 4}, "signals": {"needs": 4, "days": 14}}


# The heat alert ---------------------------------------------------------------------------------


def test_an_alert_without_published_sheets_says_where_to_publish_them(lead: FlaskClient) -> None:
    assert "Compléter les feuilles" not in read(lead)
    send(lead, "/pilotage/regles/chaleur", **UNTIL)
    page = read(lead)
    assert "ne sont pas publiées" in page
    assert "/pilotage/feuilles/2026-W48" in page
    said = send(lead, "/pilotage/regles/chaleur/completer", 422)
    assert "ne sont pas publiées" in said


def test_one_button_puts_everybody_the_alert_makes_due_on_a_sheet(
    lead: FlaskClient, database: Database
) -> None:
    with database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        by = factories.volunteer(
            session, campaign, half_days=[(1, "am"), (1, "pm"), (3, "am"), (3, "pm")]
        )
        called = factories.person(session, campaign)
        plan = factories.published(session, campaign)
        (line,) = factories.lines(session, plan)
        # Called this morning: the line is closed, the next call was due in a month.
        factories.call(session, line, called, by=by, at=TUESDAY - timedelta(hours=1))
        monthly = factories.enrolment(session, called)
        monthly.wish, monthly.stage = Wish.MONTHLY, Stage.ROSTER
        later = factories.enrolment(session, factories.person(session, campaign))
        later.wish, later.stage = Wish.WEEKLY, Stage.ROSTER
        later.next_due_on = TUESDAY.date() + timedelta(days=30)
        monthly.next_due_on = later.next_due_on
    assert _on_sheets(database) == set()
    send(lead, "/pilotage/regles/chaleur", **UNTIL)
    assert "2\u00a0personnes à appeler ne sont encore sur aucune feuille" in read(lead)
    send(lead, "/pilotage/regles/chaleur/completer")
    assert _on_sheets(database) == {called.id, later.person_id}
    page = read(lead)
    assert "sont complètes" in page
    assert "Compléter les feuilles" not in page


def test_who_finds_no_room_in_an_alert_is_counted_on_the_page(
    lead: FlaskClient, database: Database
) -> None:
    with database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        factories.volunteer(session, campaign, half_days=[(0, "am")])  # over when it is Tuesday
        called = factories.person(session, campaign)
        plan = factories.published(session, campaign)
        factories.lines(session, plan)[0].closed_at = TUESDAY
        factories.enrolment(session, called).stage = Stage.RESTING
        for _ in range(3):
            due = factories.enrolment(session, factories.person(session, campaign))
            due.wish, due.stage, due.next_due_on = Wish.WEEKLY, Stage.ROSTER, EVE.date()
    send(lead, "/pilotage/regles/chaleur", **UNTIL)
    send(lead, "/pilotage/regles/chaleur/completer")
    page = read(lead)
    assert "3\u00a0personnes attendent une place" in page
    assert "Compléter les feuilles" not in page


def _on_sheets(database: Database) -> set[int]:
    """Ids of the people who stand open on a sheet."""
    with database.reading() as session:
        return set(
            session.scalars(
                sa.select(Person.id)
                .join(Line, Line.household_id == Person.household_id)
                .join(Enrolment, Enrolment.person_id == Person.id)
                .where(Line.closed_at.is_(None))
            )
        )
