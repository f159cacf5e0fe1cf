"""A person rings the coordination: were they called, by whom, and what they say now."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import retry, sealing, weeks
from campaigns.calls.filled import Filled
from campaigns.calls.logging import Logged, log
from campaigns.models import Campaign, Line, Person, User, WeekPlan
from campaigns.refusal import Refusal
from campaigns.retry import Mood, Spoke

LATER = "rappeler"
STOP = "plus"


def last_line(session: Session, campaign: Campaign, person: Person, *, at: datetime) -> Line | None:
    """The household's line of this week, else its last one; None when nobody ever had it."""
    return session.scalar(
        sa.select(Line)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(
            Line.household_id == person.household_id,
            WeekPlan.campaign_id == campaign.id,
            WeekPlan.published_at.is_not(None),
            WeekPlan.week <= weeks.current(at),
        )
        .order_by(WeekPlan.week.desc())
        .limit(1)
    )


def heard(
    session: Session,
    campaign: Campaign,
    person: Person,
    *,
    said: str,
    wish: str | None = None,
    asked: datetime | date | None = None,
    note: str = "",
    by: User,
    at: datetime,
) -> Logged:
    """Note a call the coordination received: no attempt, and a waiting line is freed.

    ``said`` is how the person is (a ``Mood``), ``LATER`` (on ``asked``) or ``STOP``. Refusal when
    nothing was said, and for somebody who never stood on a sheet.
    """
    line = last_line(session, campaign, person, at=at)
    if line is None:
        raise Refusal(
            "Cette personne n’a encore été sur aucune feuille : son premier appel viendra. "
            "Notez ce qu’elle dit sur sa fiche."
        )
    answers = _answers(said, wish=wish, asked=asked)
    filled = Filled(
        key=sealing.fresh_nonce(),
        person_id=person.id,
        answers=answers,
        note=note.strip()[:500],
        rang_back=True,
    )
    return log(session, line, filled=filled, campaign=campaign, by=by, at=at)


def _answers(said: str, *, wish: str | None, asked: datetime | date | None) -> retry.Answers:
    if said == LATER:
        return retry.Answers(spoke=Spoke.LATER, asked=asked, wish=wish)
    if said == STOP:
        return retry.Answers(spoke=Spoke.YES, situation="REFUS_DEFINITIF")
    known = {one.value: one for one in Mood}
    if said not in known:
        raise Refusal("Dites ce qu’elle souhaite, ou comment elle va.", field="said")
    return retry.Answers(spoke=Spoke.YES, mood=known[said], wish=wish)
