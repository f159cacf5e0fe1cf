"""The alarms a coordinator reads, with their steps; what a volunteer is told of theirs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import access
from campaigns.alarms.handling import FALSE_ALARMS
from campaigns.models import Alarm, AlarmStep, Call, Campaign, Person, Phone, Rung, User
from campaigns.reference import outcomes

PAGE = 50
# What to say at each rung: nothing of the scheme, nothing of the reason but the worry itself.
_SAY = {
    Rung.OTHER_NUMBER: "Laissez sonner longtemps. Pas de message : il inquiète plus qu’il n’aide.",
    Rung.CONTACT: "« Nous prenons régulièrement de ses nouvelles et nous n’arrivons pas à la "
    "joindre. L’avez-vous vue ou eue au téléphone ces jours-ci ? »",
    Rung.HOME_HELP: "« L’avez-vous vue à votre dernier passage ? Quand est le prochain ? »",
    Rung.NEIGHBOUR: "« Pouvez-vous sonner chez elle et me rappeler ? N’entrez pas seul si rien "
    "ne répond. »",
    Rung.TOWN: "« Une personne que nous appelons ne répond plus. Quelqu’un peut-il passer "
    "aujourd’hui ? »",
    Rung.POLICE: "Dites depuis quand, qui a été essayé, l’adresse, qui a les clés.",
    Rung.RESCUE: "S’il y a des signes de danger. Seuls les secours décident d’ouvrir une porte.",
}
_HEARD = tuple(code for code, one in outcomes().items() if one.contact)


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder: what is known of it, what to say, the tries made so far.

    ``phones`` belong to the person (other numbers); ``known`` is what their record holds.
    """

    rung: Rung
    known: str
    say: str
    phones: tuple[Phone, ...]
    tries: tuple[AlarmStep, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody gave news of the person since the alarm was opened."""

    at: datetime
    by: str
    outcome: str
    is_conversation: bool


@dataclass(frozen=True, slots=True)
class Rate:
    """How many alarms were closed, and how many of them were false: they teach the thresholds."""

    closed: int
    false_ones: int


def inbox(
    session: Session, user: User, campaign: Campaign, *, at: datetime, limit: int = PAGE
) -> list[Alarm]:
    """The alarms open in a coordinator’s territories, the one whose time runs out first."""
    return list(
        session.scalars(
            _visible(user, campaign, at)
            .where(Alarm.closed_at.is_(None))
            .order_by(Alarm.due_at, Alarm.id)
            .limit(limit)
        )
    )


def closed(
    session: Session, user: User, campaign: Campaign, *, at: datetime, limit: int = 20
) -> list[Alarm]:
    """The alarms closed last."""
    return list(
        session.scalars(
            _visible(user, campaign, at)
            .where(Alarm.closed_at.is_not(None))
            .order_by(Alarm.closed_at.desc(), Alarm.id.desc())
            .limit(limit)
        )
    )


def open_count(session: Session, user: User, campaign: Campaign, *, at: datetime) -> int:
    """How many alarms are open, for the top of the inbox."""
    mine = _mine(user, campaign, at).where(Alarm.closed_at.is_(None))
    return session.scalar(sa.select(sa.func.count()).select_from(mine.subquery())) or 0


def one(
    session: Session, user: User, alarm_id: int, campaign: Campaign, *, at: datetime
) -> Alarm | None:
    """One alarm a coordinator may read, with all its page shows, or None."""
    return session.scalar(
        _visible(user, campaign, at)
        .where(Alarm.id == alarm_id)
        .options(
            joinedload(Alarm.territory),
            joinedload(Alarm.person).selectinload(Person.phones),
            selectinload(Alarm.steps).joinedload(AlarmStep.by),
        )
    )


def ladder(alarm: Alarm) -> list[Step]:
    """Who to try, in this order, with what the record knows (handbook, section 8)."""
    person = alarm.person
    phones = tuple(phone for phone in person.phones if phone.invalid_at is None)
    known = {
        Rung.OTHER_NUMBER: "" if phones else "Aucun numéro utilisable.",
        Rung.CONTACT: person.notify_person,
        Rung.HOME_HELP: person.home_help,
        Rung.NEIGHBOUR: person.key_holder,
        Rung.TOWN: person.commune.name if person.commune else person.town,
    }
    return [
        Step(
            rung=rung,
            known=known.get(rung, ""),
            say=_SAY[rung],
            phones=phones if rung is Rung.OTHER_NUMBER else (),
            tries=tuple(step for step in alarm.steps if step.rung is rung),
        )
        for rung in Rung
    ]


def heard_since(session: Session, alarms: Sequence[Alarm]) -> dict[int, Heard]:
    """Who gave news since each alarm was opened, by the alarm’s id: any caller, or they rang."""
    opened = {alarm.person_id: alarm for alarm in alarms if alarm.closed_at is None}
    if not opened:
        return {}
    rows = session.execute(
        sa.select(Call.person_id, Call.at, Call.outcome, Call.is_conversation, User.first_name)
        .join(User, User.id == Call.volunteer_id)
        .where(
            Call.person_id.in_(opened),
            Call.campaign_id == alarms[0].campaign_id,
            Call.at > min(alarm.opened_at for alarm in opened.values()),
            Call.outcome.in_(_HEARD),
        )
        .order_by(Call.at, Call.id)
    )
    found: dict[int, Heard] = {}
    for row in rows:
        alarm = opened[row.person_id]
        if row.at > alarm.opened_at:
            label = outcomes()[row.outcome].label
            found[alarm.id] = Heard(row.at, row.first_name, label, row.is_conversation)
    return found


def last_heard(session: Session, alarm: Alarm) -> datetime | None:
    """The instant of the person’s last conversation, before or after the alarm."""
    return session.scalar(
        sa.select(sa.func.max(Call.at)).where(
            Call.person_id == alarm.person_id,
            Call.campaign_id == alarm.campaign_id,
            Call.is_conversation.is_(True),
        )
    )


def rate(
    session: Session, user: User, campaign: Campaign, *, since: datetime, at: datetime
) -> Rate:
    """How the alarms closed since an instant ended: how many, and how many were false."""
    mine = _mine(user, campaign, at).where(Alarm.closed_at >= since).subquery()
    false_ones = sa.func.count().filter(mine.c.ending.in_(sorted(FALSE_ALARMS)))
    row = session.execute(sa.select(sa.func.count(), false_ones).select_from(mine)).one()
    return Rate(*row)


def told_to(session: Session, user: User, campaign: Campaign, *, since: datetime) -> list[Alarm]:
    """What came out of the alarms about people a volunteer called, the newest first."""
    asked = {"user_id": user.id, "campaign_id": campaign.id, "since": since}
    return list(session.scalars(_told(), asked))


@cache
def _told() -> sa.Select[Alarm]:
    """Asked by every sheet: built once."""
    me = sa.bindparam("user_id", type_=sa.Integer)
    campaign_id = sa.bindparam("campaign_id", type_=sa.Integer)
    called = sa.select(Call.person_id).where(
        Call.volunteer_id == me, Call.campaign_id == campaign_id
    )
    return (
        sa.select(Alarm)
        .options(joinedload(Alarm.person))
        .where(
            Alarm.campaign_id == campaign_id,
            Alarm.closed_at >= sa.bindparam("since"),
            sa.or_(
                Alarm.volunteer_id == me,
                Alarm.opened_by_id == me,
                sa.and_(Alarm.volunteer_id.is_(None), Alarm.person_id.in_(called)),
            ),
        )
        .order_by(Alarm.closed_at.desc(), Alarm.id.desc())
        .limit(5)
    )


def of_people(session: Session, campaign: Campaign, ids: Collection[int]) -> dict[int, Alarm]:
    """The open alarm, else the last one closed, of some people, by the person’s id."""
    rows = session.scalars(
        sa.select(Alarm)
        .where(Alarm.campaign_id == campaign.id, Alarm.person_id.in_(ids))
        .order_by(Alarm.id)
    )
    return {alarm.person_id: alarm for alarm in rows}


def _visible(user: User, campaign: Campaign, at: datetime) -> sa.Select[Alarm]:
    return _mine(user, campaign, at).options(
        joinedload(Alarm.person).joinedload(Person.commune), joinedload(Alarm.owner)
    )


def _mine(user: User, campaign: Campaign, at: datetime) -> sa.Select[Alarm]:
    return sa.select(Alarm).where(
        Alarm.campaign_id == campaign.id,
        access.reader_of(user, campaign, at=at).covers(Alarm.territory_id),
    )
