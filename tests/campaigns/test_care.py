"""Care for who calls: asked the same day, never a third hard call in a row, good moments."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import calls, care, needs, retry, sheets
from campaigns.models import (
    Agreement,
    Campaign,
    CareKind,
    GoodNewsKind,
    NeedStep,
    OutgoingMail,
    Role,
    Urgency,
    User,
)
from campaigns.refusal import Refusal
from campaigns.retry import Mood, Spoke
from tests import factories
from tests.factories import TUESDAY, WEEK


@pytest.fixture
def essai(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def claire(session: Session, essai: Campaign) -> User:
    return factories.volunteer(session, essai, last_name="Martin")


def _mails(session: Session) -> list[str]:
    return list(session.scalars(sa.select(OutgoingMail.to_address).order_by(OutgoingMail.id)))


def test_a_word_asked_reaches_each_of_the_coordination_once(
    session: Session, essai: Campaign, claire: User
) -> None:
    anne = factories.user(session, Role.COORDINATION, essai)
    asked = care.ask(session, essai, CareKind.TALK, by=claire, at=TUESDAY, words="Dur.")
    again = care.ask(session, essai, CareKind.TALK, by=claire, at=TUESDAY)
    assert again is asked
    assert _mails(session) == [anne.email]
    mail = session.scalars(sa.select(OutgoingMail)).one()
    assert mail.about == {"care": asked.id}
    assert care.waiting_count(session, essai) == 1


def test_two_of_the_coordination_do_not_ring_the_same_caller(
    session: Session, essai: Campaign, claire: User
) -> None:
    anne = factories.user(session, Role.COORDINATION, essai, first_name="Anne")
    odile = factories.user(session, Role.COORDINATION, essai, first_name="Odile")
    asked = care.ask(session, essai, CareKind.TALK, by=claire, at=TUESDAY)
    session.flush()
    care.take(session, asked, by=anne, at=TUESDAY)
    session.flush()
    with pytest.raises(Refusal, match="Anne s’en occupe"):
        care.take(session, asked, by=odile, at=TUESDAY)
    with pytest.raises(Refusal):
        care.close(session, asked, " ", by=anne, at=TUESDAY)
    care.close(session, asked, "Nous avons parlé.", by=anne, at=TUESDAY)
    session.flush()
    assert care.waiting(session, essai) == []


def test_the_alarm_proposes_one_debriefing_a_day(
    session: Session, essai: Campaign, claire: User
) -> None:
    whom = factories.person(session, essai, insee=factories.commune(session).insee)
    for code in ("malaise", "violence"):
        danger = needs.danger(code)
        assert danger is not None
        needs.sound_alarm(session, whom, danger, campaign=essai, by=claire, at=TUESDAY)
    (offered,) = care.of_volunteer(session, essai, claire, at=TUESDAY)
    assert offered.kind is CareKind.DEBRIEF
    care.decline(session, offered, by=claire, at=TUESDAY)
    session.flush()
    assert care.waiting(session, essai) == []


def test_every_danger_has_numbers_a_category_and_an_urgency(session: Session) -> None:
    for danger in needs.DANGERS:
        assert danger.lines(), danger.code
        assert danger.ways, danger.code
        assert all(way.agreement is not Agreement.NO for way in danger.ways)


@pytest.mark.parametrize("code", [one.code for one in needs.DANGERS])
def test_any_danger_reaches_the_coordination_and_stays_until_seen(
    session: Session, essai: Campaign, claire: User, code: str
) -> None:
    anne = factories.user(session, Role.COORDINATION, essai)
    whom = factories.person(session, essai, insee=factories.commune(session).insee)
    danger = needs.danger(code)
    assert danger is not None
    need = needs.sound_alarm(session, whom, danger, campaign=essai, by=claire, at=TUESDAY)
    assert need.urgency <= Urgency.U1
    assert any(one.destination == "COORDINATION" for one in need.referrals)
    assert anne.email in _mails(session)
    assert needs.alert.unseen(session, anne, essai, at=TUESDAY) == [need]
    assert needs.alert.danger_of(need) is danger
    needs.take(session, need, by=anne, version=need.version, at=TUESDAY)
    assert needs.alert.unseen(session, anne, essai, at=TUESDAY) == []
    shown = needs.alert.mine(session, claire, need.id, campaign=essai)
    assert shown is not None
    assert shown.owner is anne


def test_a_danger_become_immediate_makes_the_same_alert_vital(
    session: Session, essai: Campaign, claire: User
) -> None:
    whom = factories.person(session, essai, insee=factories.commune(session).insee)
    danger = needs.danger("enfant")
    assert danger is not None
    first = needs.sound_alarm(
        session, whom, danger, way=danger.way("signaler"), campaign=essai, by=claire, at=TUESDAY
    )
    assert first.urgency == "U1"
    second = needs.sound_alarm(session, whom, danger, campaign=essai, by=claire, at=TUESDAY)
    assert second is first
    assert first.urgency == "U0"


def test_an_alert_given_during_a_call_is_the_calls_own(
    session: Session, essai: Campaign, claire: User
) -> None:
    factories.person(session, essai, insee=factories.commune(session).insee)
    (line,) = factories.lines(session, factories.published(session, essai))
    (whom,) = line.household.people
    alert = needs.sound_alarm(session, whom, campaign=essai, by=claire, at=TUESDAY)
    version = alert.version
    said = {"spoke": Spoke.YES, "mood": Mood.WORRYING}
    logged = factories.call(session, line, whom, by=claire, at=TUESDAY, **said)
    session.expire_all()
    assert (alert.call_id, alert.version) == (logged.calls[0].id, version)
    assert logged.needs == ()
    kinds = session.scalars(sa.select(NeedStep.kind).where(NeedStep.need_id == alert.id))
    assert "alert_autre" in set(kinds)


def test_a_hard_call_asks_for_a_word_and_its_mood_is_kept(
    session: Session, essai: Campaign, claire: User
) -> None:
    factories.person(session, essai)
    (line,) = factories.lines(session, factories.published(session, essai))
    (whom,) = line.household.people
    filled = calls.Filled(
        "k" * 16, whom.id, retry.Answers(spoke=Spoke.YES, mood=Mood.WELL), is_heavy=True
    )
    logged = calls.log(session, line, filled=filled, campaign=essai, by=claire, at=TUESDAY)
    call = logged.calls[0]
    assert calls.own.hard_call(session, logged.report.id, by=claire) == call.id
    assert [one.kind for one in care.waiting(session, essai)] == [CareKind.DIFFICULT]
    care.feel(session, essai, call, care.CallerMood.TALK, by=claire, at=TUESDAY)
    session.flush()
    assert calls.own.hard_call(session, logged.report.id, by=claire) is None
    assert [one.kind for one in care.waiting(session, essai)] == [CareKind.TALK]


def test_after_two_hard_calls_the_light_ones_come_first(
    session: Session, essai: Campaign, claire: User
) -> None:
    for _ in range(5):
        factories.person(session, essai)
    mine = factories.lines(session, factories.published(session, essai))
    hard = mine[2].household
    long_ago = TUESDAY - timedelta(days=20)
    factories.call(
        session,
        mine[2],
        hard.people[0],
        by=claire,
        at=long_ago,
        spoke=Spoke.YES,
        mood=Mood.WORRYING,
    )
    enrolment = factories.enrolment(session, hard.people[0])
    enrolment.not_before_at = enrolment.appointment_at = None
    enrolment.is_alarm = True
    enrolment.not_before_at = long_ago
    mine[2].closed_at = mine[2].next_at = None

    def order(at: datetime) -> list[int]:
        session.flush()
        now = sheets.queue(session, claire, essai, week=WEEK, now=at).now
        return [one.line.household_id for one in now]

    assert order(TUESDAY)[0] == hard.id
    for minute, line in enumerate(mine[:2]):
        at = TUESDAY + timedelta(minutes=minute)
        said = {"spoke": Spoke.YES, "mood": Mood.WORRYING}
        factories.call(session, line, line.household.people[0], by=claire, at=at, **said)
    assert order(TUESDAY + timedelta(minutes=5))[-1] == hard.id
    afternoon = TUESDAY + timedelta(hours=5)
    assert order(afternoon)[0] == hard.id


def test_a_break_is_due_after_an_hour_of_calls_and_not_after_one(
    session: Session, essai: Campaign, claire: User
) -> None:
    for _ in range(8):
        factories.person(session, essai)
    for number, line in enumerate(factories.lines(session, factories.published(session, essai))):
        at = TUESDAY + timedelta(minutes=10 * number)
        factories.call(session, line, line.household.people[0], by=claire, at=at)
    due = care.resting.break_is_due
    assert not due(session, essai, claire, at=TUESDAY + timedelta(minutes=50))
    assert due(session, essai, claire, at=TUESDAY + timedelta(minutes=71))
    assert not due(session, essai, claire, at=TUESDAY + timedelta(minutes=100))


@pytest.mark.parametrize(
    "text",
    [
        "Un thé avec Mme Le Goff.",
        "Chez LE GOFF, on chante !",
        "Merci à Aïcha-Marie.",
        "« Aïcha » rit.",
    ],
)
def test_no_name_is_shared_whatever_stands_around_it(
    session: Session, essai: Campaign, claire: User, text: str
) -> None:
    anne = factories.user(session, Role.COORDINATION, essai)
    whom = factories.person(session, essai, last_name="Le Goff", first_name="Aïcha Marie")
    news = care.good.tell(session, essai, GoodNewsKind.STORY, text, by=claire, at=TUESDAY)
    told = care.good.Told(news, claire, whom)
    with pytest.raises(Refusal, match="nomme encore"):
        care.good.share(session, told, text, by=anne, at=TUESDAY)
    care.good.share(session, told, "Le soir, d’une voix claire, elle chante.", by=anne, at=TUESDAY)


def test_a_good_moment_is_shared_once_no_name_is_left_in_it(
    session: Session, essai: Campaign, claire: User
) -> None:
    anne = factories.user(session, Role.COORDINATION, essai)
    with pytest.raises(Refusal):
        care.good.tell(session, essai, GoodNewsKind.THANKS, "  ", by=claire, at=TUESDAY)
    care.good.tell(session, essai, GoodNewsKind.OFFER, "Claire Martin coud.", by=claire, at=TUESDAY)
    session.flush()
    (told,) = care.good.to_read(session, essai)
    with pytest.raises(Refusal, match="nomme encore"):
        care.good.share(session, told, "Claire MARTIN coud.", by=anne, at=TUESDAY)
    care.good.share(session, told, "Une dame propose de coudre.", by=anne, at=TUESDAY)
    session.flush()
    assert care.good.shared(session, essai, at=TUESDAY) == ["Une dame propose de coudre."]
    assert care.good.shared_count(session, essai, WEEK) == 1
    with pytest.raises(Refusal, match="cette offre"):
        care.good.settle(session, told, "", by=anne, at=TUESDAY)
    care.good.settle(session, told, "Elle coud pour sa voisine.", by=anne, at=TUESDAY)
    session.flush()
    assert care.good.offers(session, essai) == []


def test_the_coordination_notes_who_rings_and_the_known_voice_stays(
    session: Session, essai: Campaign, claire: User
) -> None:
    anne = factories.user(session, Role.COORDINATION, essai)
    whom = factories.person(session, essai)
    with pytest.raises(Refusal, match="aucune feuille"):
        calls.ringing.heard(session, essai, whom, said="bien", by=anne, at=TUESDAY)
    (line,) = factories.lines(session, factories.published(session, essai))
    factories.call(session, line, whom, by=claire, at=TUESDAY, spoke=Spoke.YES, mood=Mood.WELL)
    later = TUESDAY + timedelta(hours=1)
    logged = calls.ringing.heard(session, essai, whom, said="fragile", by=anne, at=later)
    assert logged.calls[0].rang_back
    assert factories.enrolment(session, whom).last_volunteer_id == claire.id
