"""A coordinator’s acts on an alarm: take it, note each try, close it with what was found."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from campaigns import journal, people, quality, weeks
from campaigns.models import (
    Alarm,
    AlarmEnding,
    AlarmStep,
    Enrolment,
    QualityKind,
    Rung,
    StopReason,
    User,
)
from campaigns.refusal import Refusal

HOSPITAL_DAYS = 14  # handbook, section 7: suspended 14 days or to the date
# What happened to the person, by ending: without these words the next reader knows nothing.
_MUST_TELL: Mapping[AlarmEnding, str] = {
    AlarmEnding.PASSED_ON: "Dites à qui vous l’avez transmis.",
    AlarmEnding.RESCUE: "Dites qui est intervenu, en une phrase.",
    AlarmEnding.DIED: "Dites qui vous l’a appris.",
}
FALSE_ALARMS = frozenset({AlarmEnding.FOUND_WELL, AlarmEnding.AWAY})


class Changed(StaleDataError):  # noqa: N818  a state to tell the user, not a fault
    """A colleague changed the alarm since this page was shown; nothing was overwritten.

    ``who`` is their first name, None when nobody can be named.
    """

    def __init__(self, alarm: Alarm) -> None:
        super().__init__("alarm changed since the page was shown")
        self.alarm_id, self.reference = alarm.id, alarm.reference
        self.who = alarm.owner.first_name if alarm.owner else None


def take(session: Session, alarm: Alarm, *, by: User, version: int, at: datetime) -> None:
    """One owner at a time. Refusal when a colleague has it already, with their name."""
    _hold(session, alarm, version)
    _still_open(alarm)
    if alarm.owner is not None and alarm.owner_id != by.id:
        raise Refusal(f"{alarm.owner.first_name} s’en occupe déjà. Rien n’a été changé.")
    alarm.owner = by
    journal.record(session, "alarm_taken", about=alarm, by=by, at=at)
    session.flush()  # the version moves on with the act


def note_try(
    session: Session,
    alarm: Alarm,
    rung: Rung,
    *,
    reached: bool,
    say: str,
    by: User,
    at: datetime,
) -> AlarmStep:
    """Note who was asked and what came of it; who notes first answers for the alarm.

    No version is asked: two tries noted at once are two tries. Refusal without a word.
    """
    _lock(session, alarm)
    _still_open(alarm)
    if not say.strip():
        raise Refusal("Écrivez en quelques mots ce que cela a donné.", field="say")
    step = AlarmStep(
        alarm_id=alarm.id, rung=rung, reached=reached, say=say.strip()[:300], by_id=by.id, at=at
    )
    alarm.steps.append(step)
    if alarm.owner_id is None:
        alarm.owner = by
    journal.record(session, "alarm_try", about=alarm, by=by, at=at, rung=rung.value)
    session.flush()  # the version moves on with the act
    return step


def close(
    session: Session,
    alarm: Alarm,
    ending: AlarmEnding,
    *,
    note: str,
    until: date | None = None,
    by: User,
    version: int,
    at: datetime,
) -> None:
    """Close an alarm with what was found, and write it on the person.

    ``until`` is the last day away or in hospital. Refusal when a day or a word is missing.
    """
    _hold(session, alarm, version)
    _still_open(alarm)
    _check(ending, note=note, until=until, today=weeks.local_day(at))
    alarm.ending, alarm.closed_at, alarm.closed_by_id = ending, at, by.id
    alarm.note = note.strip()[:500]
    alarm.owner = alarm.owner or by
    _write_on_person(session, alarm, ending, until=until, by=by, at=at)
    journal.record(session, "alarm_closed", about=alarm, by=by, at=at, ending=ending.value)
    session.flush()  # the version moves on with the act


def _check(ending: AlarmEnding, *, note: str, until: date | None, today: date) -> None:
    if ending in _MUST_TELL and not note.strip():
        raise Refusal(_MUST_TELL[ending], field="note")
    if ending is AlarmEnding.AWAY and until is None:
        raise Refusal("Indiquez jusqu’à quel jour la personne est absente.", field="until")
    if until is None:
        return
    if ending not in {AlarmEnding.AWAY, AlarmEnding.HOSPITAL}:
        raise Refusal("Ce jour ne va pas avec cette fin\u00a0: retirez-le.", field="until")
    if not today <= until <= today + timedelta(days=366):
        raise Refusal("Choisissez un jour à venir, dans l’année.", field="until")


def _write_on_person(
    session: Session,
    alarm: Alarm,
    ending: AlarmEnding,
    *,
    until: date | None,
    by: User,
    at: datetime,
) -> None:
    enrolment = session.scalar(
        sa.select(Enrolment).where(
            Enrolment.campaign_id == alarm.campaign_id, Enrolment.person_id == alarm.person_id
        )
    )
    if enrolment is not None:
        # Passed on or rescued, nobody has heard the person yet: the next call stays a follow-up.
        enrolment.is_alarm = ending in {AlarmEnding.PASSED_ON, AlarmEnding.RESCUE}
    if ending is AlarmEnding.DIED:
        people.stop(session, alarm.person, reason=StopReason.DIED, by=by, at=at)
        detail = f"Appris pendant la levée de doute {alarm.reference}."
        kind = QualityKind.DIED
        quality.open_case(session, alarm.person, kind=kind, detail=detail, by=by, at=at)
    elif ending in {AlarmEnding.AWAY, AlarmEnding.HOSPITAL} and enrolment is not None:
        today = weeks.local_day(at)
        back = until + timedelta(days=1) if until else today + timedelta(days=HOSPITAL_DAYS)
        enrolment.suspended_until, enrolment.appointment_at = back, None
        enrolment.not_before_at = weeks.at(back, 0)  # the cycle goes on that day


def _hold(session: Session, alarm: Alarm, version: int) -> None:
    """Lock the alarm as it is now; ``Changed`` when it is not what the page showed."""
    _lock(session, alarm)
    if alarm.version != version:
        raise Changed(alarm)


def _lock(session: Session, alarm: Alarm) -> None:
    """Keep everybody else from changing it meanwhile, and see it as it is now."""
    held = sa.select(Alarm.version).where(Alarm.id == alarm.id).with_for_update()
    if session.scalar(held) != alarm.version:
        session.expire(alarm)  # somebody changed it since it was read


def _still_open(alarm: Alarm) -> None:
    if alarm.closed_at is not None:
        raise Refusal("Cette levée de doute est close : elle ne change plus.")
