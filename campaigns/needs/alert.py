"""The red button: the coordination is told at once, the caller sees who takes over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import access, care, directory, journal, reference, routing, rows
from campaigns.models import (
    Campaign,
    Need,
    NeedState,
    NeedStep,
    Person,
    Referral,
    Result,
    Urgency,
    User,
)
from campaigns.needs.dangers import ANY, Danger, Way, danger
from campaigns.needs.raising import Draft, add_to, raise_anew
from campaigns.needs.referring import refer, tell_again
from campaigns.needs.steps import note
from campaigns.reference import Mode

SAME_ALARM = timedelta(minutes=10)  # pressed again meanwhile, the red button rings once
SAME_CALL = timedelta(hours=2)  # the report of the call in which it was pressed
_KIND = "alert_"
_TEXT = "Alerte donnée pendant l’appel : {}."


def sound_alarm(
    session: Session,
    person: Person,
    heard: Danger = ANY,
    *,
    way: Way | None = None,
    words: str = "",
    campaign: Campaign,
    by: User,
    at: datetime,
) -> Need:
    """Tell the coordination at once of a danger heard; the caller stays on the line.

    ``way`` is the button pressed (the danger's most urgent unless told), ``words`` what the caller
    had time to write. Pressed twice, it rings once: the alarm just given is the answer, with what
    was heard since, made more urgent when the second press is. A debriefing is proposed to whoever
    called.
    """
    way = way or heard.ways[0]
    session.execute(sa.select(Person.id).where(Person.id == person.id).with_for_update())
    urgency = routing.urgency(heard.category, way.answers)
    given = _just_given(session, person, heard, campaign=campaign, by=by, at=at)
    if given is not None and given.urgency <= urgency:
        return _hear_more(session, given, heard, words, by=by, at=at)
    text = f"{_TEXT.format(heard.heard)} {words}".strip()
    draft = Draft(heard.category, text=text, agreement=way.agreement, answers=way.answers)
    if given is not None:
        need = add_to(session, given, draft, campaign=campaign, by=by, at=at)
    else:
        need = raise_anew(session, draft, campaign=campaign, person=person, call=None, by=by, at=at)
    _tell_coordination(session, need, at=at)
    note(need, _KIND + heard.code, f"Alerte : {heard.heard}.", by=by, at=at)
    care.offer_debrief(session, campaign, need, by=by, at=at)
    journal.record(session, "alarm_sounded", about=need, by=by, at=at, urgency=urgency.value)
    session.flush()  # who acts next reads the version it has now
    return need


def unseen(session: Session, user: User, campaign: Campaign, *, at: datetime) -> Sequence[Need]:
    """Vital emergencies and alerts of callers that nobody has acknowledged.

    The vital ones first, each from the oldest on.

    They stay on top of every page of whoever may read them.
    """
    return session.scalars(
        access.visible_needs(session, user, campaign, at=at)
        .where(
            Need.urgency.in_((Urgency.U0, Urgency.U1)),
            Need.acknowledged_at.is_(None),
            sa.or_(Need.urgency == Urgency.U0, _is_alert()),
        )
        .options(joinedload(Need.person).joinedload(Person.commune), joinedload(Need.raised_by))
        .order_by(Need.urgency, Need.raised_at, Need.id)
    ).all()


def mine(session: Session, user: User, need_id: int, *, campaign: Campaign) -> Need | None:
    """An alert this caller gave, with who takes care of it; None for anybody else's."""
    return session.scalar(
        sa.select(Need)
        .where(
            Need.id == need_id,
            Need.campaign_id == campaign.id,
            Need.raised_by_id == user.id,
            _is_alert(),
        )
        .options(
            joinedload(Need.person).joinedload(Person.commune),
            joinedload(Need.owner),
            selectinload(Need.steps),
        )
    )


def given_by(
    session: Session, user: User, campaign: Campaign, *, since: datetime
) -> Sequence[Need]:
    """The alerts a caller gave since an instant, the newest first."""
    return session.scalars(
        sa.select(Need)
        .where(
            Need.campaign_id == campaign.id,
            Need.raised_by_id == user.id,
            Need.raised_at >= since,
            _is_alert(),
        )
        .options(joinedload(Need.person), joinedload(Need.owner))
        .order_by(Need.id.desc())
        .limit(5)
    ).all()


def of_call(
    session: Session, person: Person, *, campaign: Campaign, by: User, at: datetime
) -> list[int]:
    """Ids of the alerts given during the call whose report is being kept, not tied to one yet."""
    asked = {"person_id": person.id, "campaign_id": campaign.id, "user_id": by.id}
    found = rows.read(session, of_this_call(), {**asked, "since": at - SAME_CALL})
    return list(found.scalars())


@cache
def of_this_call() -> sa.Select[int]:
    """The statement of ``of_call``, which every report asks: built once."""
    return sa.select(Need.id).where(
        Need.person_id == sa.bindparam("person_id"),
        Need.campaign_id == sa.bindparam("campaign_id"),
        Need.raised_by_id == sa.bindparam("user_id"),
        Need.call_id.is_(None),
        Need.raised_at > sa.bindparam("since"),
        sa.or_(Need.result.is_(None), Need.result != Result.WITHDRAWN),
        _is_alert(),
    )


def danger_of(need: Need) -> Danger:
    """What was heard when this alert was given: the last thing chosen, « autre » when none was."""
    codes = [step.kind.removeprefix(_KIND) for step in need.steps if step.kind.startswith(_KIND)]
    chosen = [code for code in codes if code != ANY.code]
    return danger(chosen[-1] if chosen else "") or ANY


def _is_alert() -> sa.ColumnElement[bool]:
    return (
        sa.select(sa.literal(1))
        .where(NeedStep.need_id == Need.id, NeedStep.kind.startswith(_KIND, autoescape=True))
        .exists()
    )


def _just_given(
    session: Session,
    person: Person,
    heard: Danger,
    *,
    campaign: Campaign,
    by: User,
    at: datetime,
) -> Need | None:
    return session.scalar(
        sa.select(Need)
        .where(
            Need.person_id == person.id,
            Need.campaign_id == campaign.id,
            Need.category == heard.category,
            Need.raised_by_id == by.id,
            Need.raised_at > at - SAME_ALARM,
            Need.state != NeedState.CLOSED,
        )
        .order_by(Need.urgency, Need.id)
        .limit(1)
    )


def _hear_more(
    session: Session, given: Need, heard: Danger, words: str, *, by: User, at: datetime
) -> Need:
    """Add to an alarm just given what was chosen or written since; the same again adds nothing.

    Whoever has seen it already is written to: their page does not tell them by itself.
    """
    is_other = heard is not ANY and heard is not danger_of(given)
    added = words if words and words not in given.text else ""
    if not is_other and not added:
        return given
    said = f"{heard.heard}. {added}".strip() if is_other else added
    kind = f"{_KIND}{heard.code}" if is_other else "added"
    note(given, kind, f"Ajouté à l’alerte : {said}", by=by, at=at)
    # Without its version: a coordinator’s page, open since the alert, is still right.
    text = f"{said} — Avant : {given.text}"[:500]
    session.execute(sa.update(Need).where(Need.id == given.id).values(text=text, moved_at=at))
    if given.acknowledged_at is not None:
        tell_again(session, given, at=at)
    session.flush()  # who reads it next reads its steps
    return given


def _tell_coordination(session: Session, need: Need, *, at: datetime) -> Referral | None:
    """Whatever the routes say, whoever coordinates the campaign hears of an alert."""
    if any(one.destination == reference.COORDINATION for one in need.referrals):
        return None
    office = routing.coordination(directory.Directory(session))
    reason = "Une alerte donnée pendant un appel est toujours dite à la coordination."
    return refer(session, need, routing.Step(office, Mode.MAIL, reason, rank=1), at=at)
