"""Who takes part in the demonstration: volunteers, coordinators, a lead. Nobody of them exists."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import accounts, team
from campaigns.demo import first_days, names, sayings
from campaigns.models import Campaign, Commune, Role, Territory, User
from campaigns.values import fold

DOMAIN = "departement80.example.org"
_SPEAK = 0.1  # of volunteers, a language besides French
_HOW_MANY = ((1, 2, 3), (44, 40, 16))  # half-days a week, and how often
# Who opens the demonstration as a volunteer: two half-days, so that part of the sheet is done.
_FIRST = ((1, "am"), (3, "pm"))

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Office:
    """The people who answer needs, and the lead who publishes."""

    lead: User
    coordination: User
    coordinators: tuple[User, ...]


def hire(session: Session, campaign: Campaign, *, random: Random, at: datetime) -> Office:
    """Open the accounts of the staff: one coordinator a territory, the first a named reader."""
    who = _people(session, random)

    def one(role: Role, place: Territory | None = None, *, by: User | None, reads: bool) -> User:
        first_name, last_name, email = next(who)
        return team.enlist(
            session,
            campaign,
            email=email,
            first_name=first_name,
            last_name=last_name,
            role=role,
            territories=[place] if place else (),
            reads_sensitive=reads,
            by=by,
            at=at,
        )

    lead = one(Role.LEAD, by=None, reads=False)
    one(Role.DPO, by=lead, reads=False)
    coordination = one(Role.COORDINATION, by=lead, reads=False)
    coordinators = tuple(
        one(Role.COORDINATOR, place, by=lead, reads=number == 0)
        for number, place in enumerate(_by_people(session))
    )
    return Office(lead, coordination, coordinators)


def staff(session: Session, campaign: Campaign) -> Office:
    """The same people, read again in another session."""
    return Office(
        lead=team.of_role(session, campaign.id, Role.LEAD)[0],
        coordination=team.of_role(session, campaign.id, Role.COORDINATION)[0],
        coordinators=tuple(team.of_role(session, campaign.id, Role.COORDINATOR)),
    )


def enlist_volunteers(
    session: Session,
    campaign: Campaign,
    *,
    count: int,
    by: User,
    random: Random,
    at: datetime,
    step: Step,
) -> None:
    """Open the accounts of the volunteers with their half-days, language, home and territory."""
    who = _people(session, random)
    communes = session.execute(
        sa.select(Commune.insee, Commune.territory_id, Commune.population).order_by(Commune.insee)
    ).all()
    homes = random.choices(communes, [row.population + 1 for row in communes], k=count)
    for number, home in enumerate(homes):
        first_name, last_name, email = next(who)
        profile = team.Profile(
            first_name,
            last_name,
            languages=random.choice(sayings.LANGUAGES) if random.random() < _SPEAK else "",
            half_days=_half_days(random) if number else _FIRST,
            territory_id=home.territory_id,
        )
        user = team.add_volunteer(session, campaign, profile, email=email, by=by, at=at)
        user.home_insee = home.insee
        accounts.invite(session, user, by=by, at=at)
        first_days.train(session, user, number=number, by=by, at=at)
        step()


def _half_days(random: Random) -> tuple[team.HalfDay, ...]:
    how_many = random.choices(*_HOW_MANY)[0]
    every = [(day, half) for day in range(5) for half in ("am", "pm")]
    return tuple(sorted(random.sample(every, how_many)))


def _people(session: Session, random: Random) -> Iterator[tuple[str, str, str]]:
    """First name, last name and an address nobody has yet."""
    while True:
        first_names = names.WOMEN if random.random() < 0.7 else names.MEN
        first_name, last_name = random.choice(first_names), random.choice(names.LAST).title()
        email = f"{_written(first_name)}.{_written(last_name)}@{DOMAIN}"
        if accounts.by_email(session, email) is None:
            yield first_name, last_name, email


def _written(name: str) -> str:
    return "-".join(fold(name).split())


def _by_people(session: Session) -> list[Territory]:
    """The territories, the most populated first."""
    people = sa.func.sum(Commune.population)
    return list(
        session.scalars(
            sa.select(Territory)
            .outerjoin(Commune, Commune.territory_id == Territory.id)
            .group_by(Territory.id)
            .order_by(people.desc(), Territory.id)
        )
    )
