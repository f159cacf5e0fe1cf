"""A report is read before the pen is taken: what changed in between counts, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from appel_solidaire.db import Database
from campaigns import calls, people
from campaigns.models import Call, Line, Person, Report, StopReason
from tests import factories
from tests.factories import TUESDAY
from tests.web.test_volunteer import Desk
from tests.web.visiting import value_of

Act = Callable[[Session], object]
SAID = {"spoke": "oui", "mood": "bien", "note": "Attend des nouvelles de sa sœur."}


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


@pytest.fixture
def meanwhile(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Act, Mapping[str, str]], TestResponse]:
    """Send a report; once it is read, and before it is kept, somebody else does something."""
    turn, acts = Database.turn_to_writing, list[Callable[[], object]]()

    def later(database: Database, session: Session) -> None:
        while acts:
            acts.pop()()
        turn(database, session)

    monkeypatch.setattr(Database, "turn_to_writing", later)

    def send(act: Act, data: Mapping[str, str]) -> TestResponse:
        def done() -> None:
            with desk.database.unit() as session:
                act(session)

        acts.append(done)
        return desk.client.post(desk.url(), data=data)

    return send


@pytest.fixture
def report(desk: Desk) -> dict[str, str]:
    return desk.hidden() | {"action": "enregistrer", "vu": "0"} | SAID


def _calls(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(sa.select(Call.note).order_by(Call.id)))


def test_a_report_nothing_changed_under_is_read_once(
    desk: Desk, report: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, told = calls.prepare, list[object]()

    def noted(*given: Any, **named: Any) -> calls.Ready:  # Any: whatever the function takes
        told.append(named["filled"])
        return prepare(*given, **named)

    monkeypatch.setattr(calls, "prepare", noted)
    assert desk.client.post(desk.url(), data=report).status_code == 303
    assert len(told) == 1
    assert _calls(desk) == [SAID["note"]]


def test_who_objected_meanwhile_is_not_written_down_and_the_text_is_given_back(
    desk: Desk, meanwhile: Callable[..., TestResponse], report: dict[str, str]
) -> None:
    def object_(session: Session) -> None:
        person = session.get_one(Person, desk.person.id)
        people.stop(session, person, reason=StopReason.OBJECTED, by=desk.other, at=TUESDAY)

    answer = meanwhile(object_, report)
    assert answer.status_code == 422
    assert "plus personne à appeler ici" in answer.text
    assert SAID["note"] in answer.text
    assert _calls(desk) == []


def test_the_call_of_a_colleague_meanwhile_is_kept_too_and_told(
    desk: Desk, meanwhile: Callable[..., TestResponse], report: dict[str, str]
) -> None:
    def call(session: Session) -> None:
        line = session.get_one(Line, desk.line_id)
        person = session.get_one(Person, desk.person.id)
        factories.call(session, line, person, by=desk.other, at=TUESDAY - timedelta(minutes=1))

    assert meanwhile(call, report).status_code == 303
    assert _calls(desk) == ["", SAID["note"]]
    with desk.database.reading() as session:
        said = session.scalars(sa.select(Report.said).order_by(Report.id.desc())).first()
    assert f"{desk.other.first_name} a aussi appelé" in (said or "")


def test_one_s_own_call_from_another_page_meanwhile_is_told_before_a_second_is_kept(
    desk: Desk, meanwhile: Callable[..., TestResponse], report: dict[str, str]
) -> None:
    def call(session: Session) -> None:
        line = session.get_one(Line, desk.line_id)
        person = session.get_one(Person, desk.person.id)
        factories.call(session, line, person, by=desk.caller, at=TUESDAY)

    answer = meanwhile(call, report)
    assert answer.status_code == 422
    assert SAID["note"] in answer.text
    assert _calls(desk) == [""]


def test_the_same_report_kept_meanwhile_is_one_call(
    desk: Desk, app: Flask, meanwhile: Callable[..., TestResponse], report: dict[str, str]
) -> None:
    twin = app.test_client()
    with desk.database.unit() as session:
        factories.sign_in(session, twin, desk.caller, at=TUESDAY)
    token = value_of(twin.get(desk.url()).text, "csrf_token")
    sent: list[int] = []

    def same(session: Session) -> None:
        session.rollback()  # SQLite has one pen: the twin needs it
        sent.append(twin.post(desk.url(), data=report | {"csrf_token": token}).status_code)

    assert meanwhile(same, report).status_code == 303
    assert sent == [303]
    assert _calls(desk) == [SAID["note"]]


def test_a_line_that_passes_to_a_colleague_meanwhile_keeps_the_call(
    desk: Desk, meanwhile: Callable[..., TestResponse], report: dict[str, str]
) -> None:
    def pass_on(session: Session) -> None:
        session.get_one(Line, desk.line_id).sheet.volunteer_id = desk.other.id

    answer = meanwhile(pass_on, report)
    assert answer.status_code == 303
    assert _calls(desk) == [SAID["note"]]
    with desk.database.reading() as session:
        said = session.scalars(sa.select(Report.said)).one()
    assert f"passée à {desk.other.first_name}" in said


def test_a_line_that_goes_back_to_the_pool_meanwhile_is_laid_on_the_sheet_again(
    desk: Desk, meanwhile: Callable[..., TestResponse], report: dict[str, str]
) -> None:
    def take_away(session: Session) -> None:
        session.delete(session.get_one(Line, desk.line_id))

    assert meanwhile(take_away, report).status_code == 303
    with desk.database.reading() as session:
        found = session.execute(sa.select(Call.note, Line.household_id).join(Call.line)).all()
    assert found == [(SAID["note"], desk.person.household_id)]
