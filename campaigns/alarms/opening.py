"""Opening an alarm: after a call that says so, or by hand; who is told, and by when."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal, mails, rows, team, weeks
from campaigns.alarms import heat, silence, thresholds
from campaigns.models import (
    Alarm,
    AlarmWhy,
    Call,
    Campaign,
    Enrolment,
    Labelled,
    Need,
    Person,
    Role,
    StopReason,
    User,
    Wish,
)
from campaigns.needs.absences import stand_in
from campaigns.reference import outcomes
from campaigns.refusal import Refusal
from campaigns.retry import Attempt, Mood, Rules, next_slot

_ISOLATED = "LIEN_ISOLEMENT"
_CONFUSED = "CONFUSION"
_LOOKED_AT = 60  # attempts: more than a year of weekly calls, some of them tried twice
_EVENING = time(20, 0)  # the day of a heat alert ends


class Worry(Labelled):
    """What a volunteer ticks on the call page; each opens an alarm at once."""

    FALL = "chute", "J’ai entendu un bruit de chute"
    WORDS = "propos", "Ses propos m’inquiètent, et c’est nouveau"
    DOUBT = "doute", "J’ai un doute : quelqu’un devrait vérifier"


_WHY = {
    Worry.FALL: (AlarmWhy.FALL, "Un bruit de chute a été entendu par {}."),
    Worry.WORDS: (AlarmWhy.WORDS, "Des propos inquiétants et nouveaux, d’après {}."),
    Worry.DOUBT: (AlarmWhy.BY_HAND, "{} a un doute et demande de vérifier."),
}
_URGENT = frozenset({AlarmWhy.FALL, AlarmWhy.WORDS})
# Asked by every call nobody answered: built once.
_ATTEMPTS = (
    sa.select(Call.at, Call.outcome, Call.mood)
    .where(
        Call.enrolment_id == sa.bindparam("enrolment_id"),
        Call.outcome != "NON_TRAITE",
        Call.report_id != sa.bindparam("report_id"),
    )
    .order_by(Call.at.desc(), Call.id.desc())
    .limit(
        sa.literal_column(str(_LOOKED_AT))
    )  # a constant: a number would be written anew each time
)


def after_call(
    session: Session,
    call: Call,
    enrolment: Enrolment,
    *,
    worry: Worry | None = None,
    rules: Rules,
    by: User,
    at: datetime,
) -> Alarm | None:
    """Open the alarm a call calls for; None when it calls for none, or one is open already.

    Nothing is read when somebody simply talked. ``rules`` are the campaign’s contact hours.
    """
    ending = outcomes()[call.outcome]
    if worry is None and not ending.no_answer and call.outcome != _CONFUSED:
        return None
    campaign = session.get_one(Campaign, call.campaign_id)
    if worry is not None:
        why, say = _WHY[worry]
        opened = _open(session, enrolment, campaign, why, say.format(by.first_name), by=by, at=at)
    else:
        opened = _by_itself(session, call, enrolment, campaign, rules=rules, at=at)
    if opened is not None:
        follow_up(enrolment, rules, at=at)
    return opened


def open_by_hand(
    session: Session, enrolment: Enrolment, campaign: Campaign, *, say: str, by: User, at: datetime
) -> Alarm | None:
    """A coordinator doubts: open an alarm in their own words; None when one is open already."""
    return _open(session, enrolment, campaign, AlarmWhy.BY_HAND, say, by=by, at=at)


def doubt(
    session: Session, enrolment: Enrolment, campaign: Campaign, *, say: str, by: User, at: datetime
) -> Alarm:
    """Open an alarm on what somebody told the coordination by telephone: a neighbour, a relative.

    Refusal without a word, for somebody who died, and when an alarm is open already.
    """
    if not say.strip():
        raise Refusal("Écrivez en une phrase ce qui inquiète.", field="doubt")
    if enrolment.person.stop is StopReason.DIED:
        raise Refusal("Cette personne est notée comme décédée.", field="doubt")
    made = open_by_hand(session, enrolment, campaign, say=say.strip(), by=by, at=at)
    if made is None:
        raise Refusal(
            "On la cherche déjà : ouvrez sa levée de doute, et notez-y ceci comme un essai.",
            field="doubt",
        )
    return made


def _by_itself(
    session: Session,
    call: Call,
    enrolment: Enrolment,
    campaign: Campaign,
    *,
    rules: Rules,
    at: datetime,
) -> Alarm | None:
    history, is_fragile = _history(session, enrolment, call)
    if call.outcome == _CONFUSED:
        if not _is_new(history):
            return None
        say = "Propos confus, alors que la conversation allait bien les fois d’avant."
        return _open(session, enrolment, campaign, AlarmWhy.WORDS, say, by=None, at=at)
    found = _unusual(session, enrolment, campaign, history, is_fragile, rules=rules, at=at)
    if found is None:
        return None
    why = AlarmWhy.HEAT if found.in_heat else AlarmWhy.SILENCE
    return _open(session, enrolment, campaign, why, found.say, by=None, at=at)


def _unusual(
    session: Session,
    enrolment: Enrolment,
    campaign: Campaign,
    history: list[Attempt],
    is_fragile: bool,
    *,
    rules: Rules,
    at: datetime,
) -> silence.Why | None:
    """Ask the rule; what else it must know is read only when it would decide."""

    def ask(*, is_fragile: bool, found_at: datetime | None = None) -> silence.Why | None:
        return silence.silence(
            history,
            now=at,
            thresholds=thresholds.of(campaign.thresholds),
            rules=rules,
            known=silence.Known(enrolment.wish is Wish.WEEKLY, is_fragile),
            in_heat=heat.is_on(campaign, weeks.local_day(at)),
            found_at=found_at,
        )

    if ask(is_fragile=True) is None:
        return None
    is_fragile = is_fragile or _is_isolated(session, enrolment)
    last = sa.select(sa.func.max(Alarm.closed_at)).where(
        Alarm.person_id == enrolment.person_id, Alarm.campaign_id == campaign.id
    )
    return ask(is_fragile=is_fragile, found_at=session.scalar(last))


def _history(session: Session, enrolment: Enrolment, call: Call) -> tuple[list[Attempt], bool]:
    """The last attempts, oldest first, and whether the last conversation left a worry.

    The call just logged may not be written yet: it is added, never read.
    """
    asked = {"enrolment_id": enrolment.id, "report_id": call.report_id}
    made = rows.read(session, _ATTEMPTS, asked).all()
    mood = next((row.mood for row in made if row.mood is not None), None)
    history = [Attempt(row.at, row.outcome) for row in reversed(made)]
    return [*history, Attempt(call.at, call.outcome)], mood in {Mood.FRAGILE, Mood.WORRYING}


def _is_new(history: list[Attempt]) -> bool:
    """The confusion just heard was never heard before, in somebody who used to talk."""
    before = history[:-1]
    return any(one.ending.conversation for one in before) and not any(
        one.outcome == _CONFUSED for one in before
    )


def _is_isolated(session: Session, enrolment: Enrolment) -> bool:
    need = sa.select(Need.id).where(
        Need.person_id == enrolment.person_id,
        Need.campaign_id == enrolment.campaign_id,
        Need.category == _ISOLATED,
    )
    return session.scalar(need.limit(1)) is not None


def _open(
    session: Session,
    enrolment: Enrolment,
    campaign: Campaign,
    why: AlarmWhy,
    say: str,
    *,
    by: User | None,
    at: datetime,
) -> Alarm | None:
    """One open alarm a person, whoever is first."""
    session.execute(sa.select(Person.id).where(Person.id == enrolment.person_id).with_for_update())
    already = sa.select(Alarm.id).where(
        Alarm.person_id == enrolment.person_id,
        Alarm.campaign_id == campaign.id,
        Alarm.closed_at.is_(None),
    )
    if session.scalar(already.limit(1)) is not None:
        return None
    person = enrolment.person
    alarm = Alarm(
        campaign_id=campaign.id,
        person_id=person.id,
        territory_id=person.commune.territory_id if person.commune else None,
        volunteer_id=enrolment.last_volunteer_id,
        why=why,
        say=say[:300],
        opened_at=at,
        opened_by_id=by.id if by else None,
        due_at=_due(campaign, why, at=at),
    )
    session.add(alarm)
    session.flush()  # its mails and the journal name alarm.id
    enrolment.is_alarm = True
    journal.record(session, "alarm_opened", about=alarm, by=by, at=at, why=why.value)
    for user in readers(session, alarm):
        key = f"alarm:{alarm.id}:{user.id}"
        mails.post(session, "alarm_opened", to=user, key=key, about={"alarm": alarm.id}, at=at)
    return alarm


def readers(session: Session, alarm: Alarm) -> list[User]:
    """Who is told of an alarm: its territory’s coordinators (deputies for who is away), else the
    coordination."""
    here: list[User] = []
    if alarm.territory_id is not None:
        here = team.coordinators_of(
            session, alarm.territory_id, campaign_id=alarm.campaign_id, sensitive=False
        )
    told = here or team.of_role(session, alarm.campaign_id, Role.COORDINATION)
    present = {one.id: one for one in (stand_in(session, user, alarm.opened_at) for user in told)}
    return list(present.values())


def _due(campaign: Campaign, why: AlarmWhy, *, at: datetime) -> datetime:
    """Before the end of the day in a heat alert; two hours after a fall; a day otherwise."""
    limits = thresholds.of(campaign.thresholds)
    soon = at + timedelta(hours=limits.urgent_hours)
    if why in _URGENT:
        return soon
    today = weeks.local_day(at)
    if heat.is_on(campaign, today):
        return max(soon, weeks.at(today, _EVENING.hour))
    return at + timedelta(hours=limits.deadline_hours)


def follow_up(enrolment: Enrolment, rules: Rules, *, at: datetime) -> None:
    """Somebody calls again the next day at the latest, before everybody but promised call-backs."""
    if enrolment.appointment_at is not None:
        return
    tomorrow = weeks.local_day(at, rules.timezone) + timedelta(days=1)
    following = next_slot(weeks.at(tomorrow, 0, tz=rules.timezone), rules)
    planned = enrolment.not_before_at
    enrolment.not_before_at = following if planned is None else min(planned, following)
