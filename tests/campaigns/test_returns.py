"""Sheets that come back: each row once, in words when it cannot, side by side when it disagrees."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from appel_solidaire.db import Database
from campaigns import calls, people, printing, retry, returns
from campaigns.models import (
    Agreement,
    Call,
    Campaign,
    Enrolment,
    IssuedSheet,
    Line,
    Need,
    OutgoingMail,
    Person,
    ReturnedSheet,
    Role,
    StopReason,
    WeekPlan,
    Wish,
)
from campaigns.refusal import Refusal
from campaigns.returns import Fix, State, Written
from tests import factories
from tests.factories import TUESDAY, WEEK
from tests.returns_stage import LATER, SENT, Out, sent


@pytest.fixture
def out(database: Database) -> Out:
    return sent(database)


def test_each_filled_row_becomes_the_call_the_page_would_have_logged(out: Out) -> None:
    back = out.receive(out.row(0, "1", wish="H"), out.row(1, "5"), Written(out.codes[2]))
    assert out.calls() == [(0, "JOINT_OK"), (1, "NON_REPONSE")]
    assert [row.state for row in back.rows] == [State.DONE, State.DONE]
    (first, _) = out.read(sa.select(Call).order_by(Call.id))
    assert (first.volunteer_id, first.wish) == (out.volunteer_id, Wish.WEEKLY)
    assert out.read(sa.select(Enrolment.wish).where(Enrolment.person_id == out.people[0])) == [
        Wish.WEEKLY
    ]


def test_a_sheet_returned_twice_changes_nothing_and_says_so(out: Out) -> None:
    rows = (out.row(0, "1", called_at="9:30"), out.row(1, "2", needs="N2", agreement="O"))
    out.receive(*rows)
    again = out.receive(*rows, at=LATER + timedelta(days=1))
    assert [row.state for row in again.rows] == [State.KNOWN, State.KNOWN]
    assert "Déjà enregistré" in again.rows[0].say
    assert len(out.calls()) == 2
    assert len(out.read(sa.select(Need))) == 1


def test_a_row_filled_otherwise_the_second_time_waits_beside_what_is_recorded(out: Out) -> None:
    out.receive(out.row(0, "5"))
    back = out.receive(out.row(0, "1"))
    (row,) = back.waiting
    assert row.state is State.CONFLICT
    assert "Sonne, ne répond pas" in row.recorded
    assert out.calls() == [(0, "NON_REPONSE")]
    both = out.settle(back, p0=Fix(out.row(0, "1"), keep_both=True))
    assert both.rows[0].state is State.DONE
    assert out.calls() == [(0, "NON_REPONSE"), (0, "JOINT_OK")]
    assert out.receive(out.row(0, "1")).rows[0].state is State.KNOWN


def test_an_hour_that_differs_is_a_disagreement_too(out: Out) -> None:
    out.receive(out.row(0, "5", called_at="9:30"))
    assert out.receive(out.row(0, "5", called_at="9:45")).rows[0].state is State.CONFLICT
    assert out.receive(out.row(0, "5")).rows[0].state is State.KNOWN


def test_somebody_called_on_screen_meanwhile_is_shown_side_by_side(out: Out) -> None:
    out.on_screen(0, at=TUESDAY, spoke=retry.Spoke.NO_ANSWER)
    back = out.receive(out.row(0, "1", called_at="15:00"))
    assert "appelée entre-temps" in back.waiting[0].say
    ignored = out.settle(back, p0=Fix(out.row(0, "1", called_at="15:00"), ignore=True))
    assert ignored.rows[0].state is State.IGNORED
    assert out.calls() == [(0, "NON_REPONSE")]
    assert not ignored.waiting
    again = out.receive(out.row(0, "1", called_at="15:00"))
    assert again.rows[0].state is State.IGNORED


def test_a_call_before_the_sheet_went_out_is_no_disagreement(out: Out) -> None:
    out.on_screen(0, at=SENT - timedelta(hours=1), spoke=retry.Spoke.NO_ANSWER)
    assert out.receive(out.row(0, "1")).rows[0].state is State.DONE


def test_an_earlier_call_kept_afterwards_does_not_undo_what_a_later_one_decided(out: Out) -> None:
    out.on_screen(
        0,
        at=LATER - timedelta(hours=1),
        spoke=retry.Spoke.YES,
        mood=retry.Mood.WELL,
        wish=Wish.MONTHLY,
    )
    query = sa.select(Enrolment).where(Enrolment.person_id == out.people[0])
    (before,) = out.read(query)
    back = out.receive(out.row(0, "5", called_at="10:30"))
    out.settle(back, p0=Fix(out.row(0, "5", called_at="10:30"), keep_both=True))
    (after,) = out.read(query)
    assert out.calls() == [(0, "JOINT_OK"), (0, "NON_REPONSE")]
    for name in ("stage", "wish", "next_due_on", "not_before_at", "cycle_started_at"):
        assert getattr(after, name) == getattr(before, name), name


def test_a_need_goes_where_it_goes_from_the_page(out: Out) -> None:
    out.receive(out.row(0, "2", needs="n3 A4", agreement="o", note="Ne cuisine plus."))
    found = out.read(sa.select(Need).order_by(Need.id))
    assert [need.category for need in found] == ["ALI_PORTAGE", "AUT_TELEASSISTANCE"]
    assert {need.agreement for need in found} == {Agreement.YES}
    assert found[0].text == "Ne cuisine plus."
    assert out.calls() == [(0, "JOINT_BESOIN")]


def test_an_objection_takes_effect_at_once(out: Out) -> None:
    out.receive(out.row(0, "9"))
    (stopped,) = out.read(sa.select(Person).where(Person.stop.is_not(None)))
    assert (stopped.id, stopped.stop) == (out.people[0], StopReason.OBJECTED)


def test_a_worrying_person_raises_the_alert_of_the_page(out: Out) -> None:
    out.receive(out.row(0, "3", note="Parle de ne plus se lever."))
    (need,) = out.read(sa.select(Need))
    assert need.urgency == "U1"
    assert out.calls() == [(0, "JOINT_ALERTE")]


def test_a_vital_emergency_on_a_returned_row_alerts_at_once_and_without_agreement(
    out: Out,
) -> None:
    out.receive(out.row(0, "2", needs="S1", agreement="V", note="Ne respire plus bien."))
    (need,) = out.read(sa.select(Need))
    assert (need.urgency, need.agreement) == ("U0", Agreement.VITAL)
    (mail,) = out.read(sa.select(OutgoingMail))
    assert (mail.kind, mail.next_at <= LATER) == ("need_referred", True)
    assert set(mail.about) == {"need", "referral"}  # ids: the text stays here


@pytest.mark.parametrize(
    ("told", "field", "words"),
    [
        ({"outcome": ""}, "outcome", "Il manque le code"),
        ({"outcome": "77"}, "outcome", "n’est pas dans la liste"),
        ({"outcome": "5", "needs": "N2", "agreement": "O"}, "needs", "personne n’a été joint"),
        ({"needs": "ZZ", "agreement": "O"}, "needs", "n’est pas dans la liste"),
        ({"needs": "N2"}, "agreement", "d’accord"),
        ({"needs": "X3", "agreement": "O"}, "note", "une phrase"),
        ({"called_on": "16/11"}, "called_on", "semaine de la feuille"),
        ({"called_on": "26/11"}, "called_on", "plus tard que maintenant"),
        ({"called_on": "23/11"}, "called_on", "ne peut pas dater d’avant"),
        ({"called_at": "25:00"}, "called_at", "L’heure ne se lit pas"),
        ({"outcome": "8"}, "asked_on", "jour convenu"),
        ({"outcome": "5", "wish": "J"}, "wish", "Personne n’a répondu"),
        ({"wish": "Z"}, "wish", "n’est pas dans la liste"),
        ({"asked_at": "10:00"}, "asked_on", "Il manque le jour"),
    ],
)
def test_a_contradiction_is_told_in_a_sentence_and_the_other_rows_go_on(
    out: Out, told: dict[str, str], field: str, words: str
) -> None:
    wrong = replace(out.row(0, note="" if told.get("needs") == "X3" else "Va mal"), **told)
    back = out.receive(wrong, out.row(1, "1"))
    (row,) = back.waiting
    assert (row.state, row.field) == (State.WRONG, field)
    assert words in row.say
    assert row.written == wrong
    assert out.calls() == [(1, "JOINT_OK")]


def test_a_row_is_corrected_without_typing_the_others_again(out: Out) -> None:
    back = out.receive(out.row(0, "77"), out.row(1, "1"))
    fixed = out.settle(back, p0=Fix(out.row(0, "4", asked_on="jeu", asked_at="10h")))
    assert [row.state for row in fixed.rows] == [State.DONE, State.DONE]
    assert sorted(out.calls()) == [(0, "JOINT_ECOURTE"), (1, "JOINT_OK")]


def test_what_was_typed_is_forgotten_once_it_is_a_call(out: Out) -> None:
    back = out.receive(out.row(0, "1", note="Aime le jardin"))
    assert "jardin" not in str(back.returned.report)
    assert out.read(sa.select(Call.note)) == ["Aime le jardin"]


def test_a_code_of_another_sheet_is_seen(out: Out) -> None:
    mistyped = out.codes[0][:-1] + ("A" if out.codes[0][-1] != "A" else "B")
    back = out.receive(replace(out.row(1), code=mistyped))
    assert back.waiting[0].field == "code"
    assert out.calls() == []


def test_a_row_without_a_code_is_told_and_may_be_ignored(out: Out) -> None:
    back = out.receive(Written("", "1"), out.row(1, "5"))
    assert out.calls() == [(1, "NON_REPONSE")]
    (row,) = back.waiting
    assert "ajoutée sous celles de la feuille" in row.say
    assert not out.settle(back, p0=Fix(Written("", "1"), ignore=True)).waiting


def test_a_line_given_back_is_not_guessed(out: Out, database: Database) -> None:
    with database.unit() as session:
        (issued,) = session.scalars(sa.select(IssuedSheet))
        session.execute(sa.delete(Line).where(Line.id == issued.lines[0][0]))
    back = out.receive(out.row(0, "1"), out.row(1, "1"))
    assert "n’est plus sur la feuille" in back.rows[0].say
    assert out.calls() == [(1, "JOINT_OK")]


def test_an_empty_sheet_is_refused(out: Out) -> None:
    with pytest.raises(Refusal, match="Aucune ligne"):
        out.receive(Written(out.codes[0]), Written(out.codes[1], called_on="24/11"))
    assert out.read(sa.select(ReturnedSheet)) == []


def test_a_day_left_blank_is_that_of_the_row_above(out: Out) -> None:
    out.receive(
        out.row(0, "5", called_on="mar", called_at="10:05"), replace(out.row(1, "5"), called_on="")
    )
    found = out.read(sa.select(Call).order_by(Call.id))
    assert [call.at.date() for call in found] == [TUESDAY.date()] * 2


def test_what_is_struck_out_on_paper_is_named_with_its_code(out: Out, database: Database) -> None:
    def struck() -> list[returns.Struck]:
        with database.reading() as session:
            campaign = session.scalars(sa.select(Campaign)).one()
            return returns.to_strike(session, campaign, WEEK)

    assert struck() == []
    with database.unit() as session:
        person = session.get_one(Person, out.people[1])
        people.stop(session, person, reason=StopReason.OBJECTED, by=None, at=TUESDAY)
    (one,) = struck()
    assert one.code == out.codes[1]
    assert "ne souhaite plus" in one.why


def test_a_couple_that_does_not_answer_counts_once(database: Database) -> None:
    with database.unit() as session:
        campaign = factories.campaign(session, paper_allowed=True)
        volunteer = factories.volunteer(session, campaign)
        by = factories.user(session, Role.COORDINATION, campaign)
        first = factories.person(session, campaign)
        second = factories.person(session, campaign, household=first.household)
        plan = factories.published(session, campaign)
        (issued,) = printing.issue(
            session, campaign, week=WEEK, kind="xlsx", volunteers=[volunteer.id], by=by, at=SENT
        )
        seats = printing.seats(session, campaign, [issued], week=WEEK)[issued.id]
        issued_id, by_id, couple = issued.id, by.id, [first.id, second.id]
        assert session.get_one(WeekPlan, plan.id)
    codes = [seat.code for seat in seats]
    assert [code[:3] for code in codes] == ["01a", "01b"]
    rows = [Written(code, "5", called_on="24/11") for code in codes]
    returned = returns.receive(database.unit, issued_id, rows, day=None, by_id=by_id, at=LATER)
    with database.reading() as session:
        back = returns.back(session, session.scalars(sa.select(Campaign)).one(), returned)
        assert back
        assert [row.state for row in back.rows] == [State.DONE, State.KNOWN]
        found = session.scalars(sa.select(Call.person_id).order_by(Call.person_id)).all()
        assert found == couple


def test_a_report_cut_half_way_is_finished_by_dropping_the_sheet_again(
    out: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = calls.log, []

    def cut(*args: Any, **more: Any) -> Any:
        seen.append(1)
        if len(seen) == 2:
            raise RuntimeError("cut")
        return real(*args, **more)

    rows = [out.row(place, "1") for place in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr(calls, "log", cut)
        with pytest.raises(RuntimeError, match="cut"):
            out.receive(*rows)
    assert out.calls() == [(0, "JOINT_OK")]
    again = out.receive(*rows)
    assert [row.state for row in again.rows] == [State.KNOWN, State.DONE, State.DONE]
    assert len(out.calls()) == 3
