"""Concrete help in the demonstration: calls, questions, vouchers, appointments, desks."""

from datetime import datetime, timedelta
from random import Random
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.models import (
    Campaign,
    DeskSlot,
    MeetingKind,
    Need,
    NeedQuestion,
    NeedState,
    User,
    VoucherState,
)
from campaigns.needs import asking, meetings, vouchers, working
from campaigns.needs.working import Reached

_VOUCHERS: Final = frozenset({"ALI_URGENCE", "ALI_COURSES", "DRO_BUDGET", "LOG_ENERGIE"})
_MEETINGS: Final = frozenset({"ADM_COURRIER", "NUM_DEMARCHES", "AUT_APA", "SAN_DROITS"})
_WORKED: Final = frozenset({NeedState.TAKEN, NeedState.IN_PROGRESS, NeedState.WAITING})
_QUESTIONS: Final = (
    "Peut-elle se déplacer, ou faut-il aller chez elle ?",
    "A-t-elle dit depuis quand cela dure ?",
    "Y a-t-il quelqu’un autour d’elle qui pourrait aider ?",
)
_ANSWERS: Final = (
    "Elle sort avec une canne, jusqu’à l’arrêt du car.",
    "Depuis le début du mois, m’a-t-elle dit.",
    "Je ne sais pas, je lui demanderai la prochaine fois.",
)


def lend_a_hand(
    session: Session, campaign: Campaign, need: Need, *, by: User, decider: User, at: datetime
) -> int:
    """Let who follows a need do something concrete about it; give how many acts were done.

    A stream of chance of its own: the rest of the story stays as it was told.
    """
    if need.state not in _WORKED:
        return 0
    random = Random(f"{need.id} {at:%Y-%m-%dT%H}")
    drawn = random.random()
    if drawn < 0.15:
        _call(session, need, random, by=by, at=at)
    elif drawn < 0.22:
        _ask(session, need, random, by=by, at=at)
    elif drawn < 0.5 and need.category in _VOUCHERS:
        _voucher(session, campaign, need, random, by=by, decider=decider, at=at)
    elif drawn < 0.5 and need.category in _MEETINGS:
        _meet(session, need, random, by=by, at=at)
    else:
        return 0
    return 1


def open_desks(session: Session, *, by: User, at: datetime) -> None:
    """Keep two mornings at each of the first desks of the directory."""
    if session.scalar(sa.select(DeskSlot.id).limit(1)) is not None:
        return
    day = weeks.local_day(at)
    for office in meetings.desks(session)[:3]:
        for ahead in (3, 10):
            starts_at = weeks.at(day + timedelta(days=ahead), 9, 30)
            meetings.open_slot(session, office, starts_at=starts_at, places=4, by=by, at=at)


def answer_questions(session: Session, *, at: datetime) -> None:
    """Volunteers answer most of what they were asked."""
    waiting = session.scalars(
        sa.select(NeedQuestion).where(NeedQuestion.answered_at.is_(None)).order_by(NeedQuestion.id)
    ).all()
    for question in waiting:
        random = Random(f"{question.id} {at:%Y-%m-%dT%H}")
        need = session.get_one(Need, question.need_id)
        if need.state is not NeedState.CLOSED and random.random() < 0.6:
            words = random.choice(_ANSWERS)
            asking.answer_question(session, question, words, by=question.to, at=at)


def _call(session: Session, need: Need, random: Random, *, by: User, at: datetime) -> None:
    reached = random.choice((Reached.NO_ANSWER, Reached.MESSAGE, Reached.SPOKE))
    working.log_call(session, need, reached, words="", by=by, version=need.version, at=at)


def _ask(session: Session, need: Need, random: Random, *, by: User, at: datetime) -> None:
    asked = asking.askable(session, need, at=at)
    if asked:
        text = random.choice(_QUESTIONS)
        asking.ask(session, need, asked[0], text, by=by, version=need.version, at=at)


def _voucher(
    session: Session,
    campaign: Campaign,
    need: Need,
    random: Random,
    *,
    by: User,
    decider: User,
    at: datetime,
) -> None:
    slips = vouchers.of_need(session, need)
    waiting = [slip.voucher for slip in slips if slip.voucher.state is VoucherState.ASKED]
    if waiting:
        number = f"BS-{1000 + waiting[0].id}"
        vouchers.grant(
            session,
            waiting[0],
            number,
            campaign=campaign,
            by=decider,
            version=need.version,
            at=at,
        )
    elif not slips:
        vouchers.ask_voucher(
            session,
            need,
            random.choice(("30", "50", "80")),
            campaign=campaign,
            why="Courses de la quinzaine",
            by=by,
            version=need.version,
            at=at,
        )


def _meet(session: Session, need: Need, random: Random, *, by: User, at: datetime) -> None:
    if meetings.of_need(session, need):
        return
    day = weeks.local_day(at) + timedelta(days=random.randint(2, 9))
    meetings.book(
        session,
        need,
        MeetingKind.HOME,
        when=weeks.at(day, random.choice((9, 10, 14, 15)), 30),
        place="",
        with_whom="l’assistante sociale du secteur",
        by=by,
        version=need.version,
        at=at,
    )
