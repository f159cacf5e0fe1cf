"""People the coordination looks for: sought rung by rung, found, or handed on."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import access, alarms, weeks
from campaigns.demo.cast import Office
from campaigns.models import (
    Alarm,
    AlarmEnding,
    AlarmWhy,
    Campaign,
    Commune,
    Enrolment,
    Person,
    Rung,
    Stage,
    User,
)
from campaigns.needs import signals

_SHUT = "Une voisine signale des volets fermés depuis hier matin."
_NO_ANSWER_AT_DOOR = "L’aide à domicile a trouvé porte close ce matin."
# Who a record names besides the person, drawn for whoever is looked for and names nobody yet.
_CONTACTS: Final = (
    ("Rose, sa fille, 06 39 98 00 41", "ADMR, passage le mardi", "M. Petit, au 14"),
    ("Michel, son fils, 06 39 98 00 57", "", "Mme Leroy, en face"),
    ("Une nièce, 06 39 98 00 63", "ADMR, chaque matin", ""),
    ("", "CCAS, repas le midi", "M. Morel, au rez-de-chaussée"),
)
_MISSED: Final[Mapping[Rung, str]] = {
    Rung.OTHER_NUMBER: "Sonne dans le vide.",
    Rung.CONTACT: "Message laissé, rappelle ce soir.",
    Rung.HOME_HELP: "Pas de passage prévu avant demain.",
    Rung.NEIGHBOUR: "Pas chez lui à cette heure.",
}
_REACHED: Final[Mapping[Rung, str]] = {
    Rung.OTHER_NUMBER: "A décroché : le téléphone fixe était en panne.",
    Rung.CONTACT: "L’a eue hier soir, le téléphone était mal raccroché.",
    Rung.HOME_HELP: "Vue ce matin, tout va bien.",
    Rung.NEIGHBOUR: "A sonné chez elle : elle n’entend plus le téléphone.",
}
_AWAY_SAID: Final = "Partie chez sa sœur, c’était prévu."
_IN_HOSPITAL_SAID: Final = "Hospitalisée depuis deux jours, sortie attendue la semaine prochaine."
_REACHES, _AWAY, _IN_HOSPITAL = 0.45, 0.2, 0.12
_FIRST_LOOK = timedelta(minutes=15)

Desk = Callable[[int | None], User]


def search(session: Session, campaign: Campaign, *, desk: Desk, at: datetime) -> int:
    """Let each coordinator take their alarms one rung further; give how many acts were done.

    ``desk`` says who answers for a territory. A stream of chance of its own: the rest of the
    story stays as it was told.
    """
    rows = session.scalars(
        sa.select(Alarm)
        .where(
            Alarm.campaign_id == campaign.id,
            Alarm.closed_at.is_(None),
            Alarm.opened_at < at - _FIRST_LOOK,
        )
        .options(joinedload(Alarm.person).selectinload(Person.phones), selectinload(Alarm.steps))
        .order_by(Alarm.id)
    ).all()
    heard = alarms.heard_since(session, rows)
    for alarm in rows:
        by = alarm.owner or desk(alarm.territory_id)
        if alarm.id in heard:
            _close(session, alarm, AlarmEnding.FOUND_WELL, heard[alarm.id].outcome, by=by, at=at)
        elif alarm.owner is None:
            _know(alarm.person)
            alarms.take(session, alarm, by=by, version=alarm.version, at=at)
        else:
            _next_rung(session, alarm, by=by, at=at)
    return len(rows)


def look(session: Session, campaign: Campaign, office: Office, *, at: datetime) -> int:
    """Open two alarms where the demonstration's coordinator works: one person is found already,
    one not yet; give how many were opened.

    What comes together in one commune is counted as well.
    """
    signals.look(session, campaign, at=at)
    by, since = office.coordinators[0], _this_morning(at)
    opened = 0
    for enrolment, say in zip(
        _long_unheard(session, campaign, by, at=at), (_NO_ANSWER_AT_DOOR, _SHUT), strict=False
    ):
        _know(enrolment.person)
        alarm = alarms.open_by_hand(session, enrolment, campaign, say=say, by=by, at=since)
        if alarm is None:
            continue
        opened += 1
        alarms.take(session, alarm, by=by, version=alarm.version, at=since)
        if say == _NO_ANSWER_AT_DOOR:
            _reach(session, alarm, Rung.CONTACT, by=by, at=since + timedelta(minutes=40))
        else:
            tried_at = since + timedelta(minutes=25)
            _miss(session, alarm, Rung.OTHER_NUMBER, by=by, at=tried_at)
    return opened


def _long_unheard(
    session: Session, campaign: Campaign, user: User, *, at: datetime
) -> list[Enrolment]:
    """Two people of a coordinator's territories called already, the longest ago."""
    here = access.territories_of(session, user, at=at) or []
    sought = sa.select(Alarm.person_id).where(Alarm.campaign_id == campaign.id)
    return list(
        session.scalars(
            sa.select(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .join(Commune, Commune.insee == Person.insee)
            .options(joinedload(Enrolment.person).selectinload(Person.phones))
            .where(
                Enrolment.campaign_id == campaign.id,
                Enrolment.last_conversation_at.is_not(None),
                Enrolment.is_alarm.is_(False),
                Enrolment.stage.in_((Stage.ROSTER, Stage.RESTING)),
                Enrolment.person_id.not_in(sought),
                Person.stop.is_(None),
                Person.hold.is_(None),
                Commune.territory_id.in_(here),
            )
            .order_by(Enrolment.last_conversation_at, Enrolment.id)
            .limit(2)
        )
    )


def _this_morning(at: datetime) -> datetime:
    """Four hours ago, or the evening before when nobody works at that hour."""
    since = at - timedelta(hours=4)
    day = weeks.local_day(since)
    if weeks.at(day, 8) <= since <= weeks.at(day, 18):
        return since
    return weeks.at(weeks.local_day(at - timedelta(hours=22)), 17)


def _know(person: Person) -> None:
    """Keep who the record names; complete it for the steps to have somebody to ask."""
    contact, help_, key = _CONTACTS[person.id % len(_CONTACTS)]
    person.notify_person = person.notify_person or contact
    person.home_help = person.home_help or help_
    person.key_holder = person.key_holder or key


def _next_rung(session: Session, alarm: Alarm, *, by: User, at: datetime) -> None:
    """Try whom the record names next; when nobody is left, the mairie goes and looks."""
    random = Random(f"{alarm.id} {at:%Y-%m-%dT%H}")
    known = [step for step in alarms.ladder(alarm) if step.rung in _REACHED]
    rung = next(
        (step.rung for step in known if (step.known or step.phones) and not step.tries), None
    )
    if rung is None:
        _hand_on(session, alarm, by=by, at=at)
    elif random.random() >= _REACHES:
        _miss(session, alarm, rung, by=by, at=at)
    elif rung is Rung.CONTACT and random.random() < _AWAY + _IN_HOSPITAL:
        _gone(session, alarm, is_away=random.random() < 0.6, by=by, at=at)
    else:
        _reach(session, alarm, rung, by=by, at=at)


def _hand_on(session: Session, alarm: Alarm, *, by: User, at: datetime) -> None:
    said = "Le garde champêtre passe cet après-midi et nous rappelle."
    alarms.note_try(session, alarm, Rung.TOWN, reached=True, say=said, by=by, at=at)
    if alarm.why is AlarmWhy.SILENCE:
        _close(
            session, alarm, AlarmEnding.PASSED_ON, "À la mairie, qui passe la voir.", by=by, at=at
        )
    else:
        _close(session, alarm, AlarmEnding.FOUND_WELL, "La mairie l’a vue.", by=by, at=at)


def _gone(session: Session, alarm: Alarm, *, is_away: bool, by: User, at: datetime) -> None:
    said = _AWAY_SAID if is_away else _IN_HOSPITAL_SAID
    ending = AlarmEnding.AWAY if is_away else AlarmEnding.HOSPITAL
    alarms.note_try(session, alarm, Rung.CONTACT, reached=True, say=said, by=by, at=at)
    until = weeks.local_day(at) + timedelta(days=9)
    version = alarm.version
    alarms.close(session, alarm, ending, note=said, until=until, by=by, version=version, at=at)


def _reach(session: Session, alarm: Alarm, rung: Rung, *, by: User, at: datetime) -> None:
    said = _REACHED[rung]
    alarms.note_try(session, alarm, rung, reached=True, say=said, by=by, at=at)
    _close(session, alarm, AlarmEnding.FOUND_WELL, said, by=by, at=at)


def _miss(session: Session, alarm: Alarm, rung: Rung, *, by: User, at: datetime) -> None:
    alarms.note_try(session, alarm, rung, reached=False, say=_MISSED[rung], by=by, at=at)


def _close(
    session: Session, alarm: Alarm, ending: AlarmEnding, note: str, *, by: User, at: datetime
) -> None:
    alarms.close(session, alarm, ending, note=note, by=by, version=alarm.version, at=at)
