"""Who was never reached: by commune, age band and scheme, and what is more than chance (L30)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Campaign, Commune, Enrolment, Person
from campaigns.overview import ages, chance

NO_SCHEME = "sans aide connue"
NOWHERE = "commune inconnue"


@dataclass(frozen=True, slots=True)
class Group:
    """People who share a commune, an age band or a scheme: how many, how many never reached.

    ``others_share`` is the share never reached among everybody else. ``differs`` only when the
    difference is larger than chance (``chance``).
    """

    name: str
    people: int
    never: int
    others_share: float
    differs: bool

    @property
    def share(self) -> float:
        """The share never reached."""
        return self.never / self.people if self.people else 0.0

    @property
    def is_behind(self) -> bool:
        """Less often reached than the others, beyond chance."""
        return self.differs and self.share > self.others_share


@dataclass(frozen=True, slots=True)
class Equity:
    """Who was never reached among those nobody must stop calling, counted three ways.

    A person with two schemes counts in both. Nothing is masked here: who shows it does.
    """

    people: int
    never: int
    communes: tuple[Group, ...]
    bands: tuple[Group, ...]
    schemes: tuple[Group, ...]


def equity(
    session: Session, campaign: Campaign, *, on: date, within: Sequence[int] | None = None
) -> Equity:
    """Compare who was never spoken to; ages are those ``on`` a day.

    ``within`` keeps the people of some territories (ids); None: everybody. One statement.
    """
    rows = _rows(session, campaign, on, within)
    towns, aged, schemes = (defaultdict[str, list[int]](lambda: [0, 0]) for _ in range(3))
    people = never = 0
    for town, band, words, count, missed in rows:
        people += count
        never += missed
        _add(towns[town or NOWHERE], count, missed)
        _add(aged[ages.LABELS[band]], count, missed)
        for scheme in words.split() or [NO_SCHEME]:
            _add(schemes[scheme], count, missed)
    by_age = {label: aged[label] for label in ages.LABELS.values() if label in aged}
    return Equity(
        people,
        never,
        communes=_groups(towns, people, never),
        bands=tuple(
            sorted(_groups(by_age, people, never), key=lambda one: [*by_age].index(one.name))
        ),
        schemes=_groups(schemes, people, never),
    )


def _rows(
    session: Session, campaign: Campaign, on: date, within: Sequence[int] | None
) -> Iterator[sa.Row[str | None, str, str, int, int]]:
    band = ages.band(on).label("band")
    query = (
        sa.select(
            Commune.name,
            band,
            Person.schemes,
            sa.func.count(),
            sa.func.count().filter(Enrolment.last_conversation_at.is_(None)),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .where(Enrolment.campaign_id == campaign.id, Person.stop.is_(None), Person.hold.is_(None))
        .group_by(Commune.insee, Commune.name, sa.text("band"), Person.schemes)
    )
    if within is not None:
        query = query.where(Commune.territory_id.in_(within))
    return iter(session.execute(query))


def _add(cell: list[int], count: int, missed: int) -> None:
    cell[0] += count
    cell[1] += missed


def _groups(cells: dict[str, list[int]], people: int, never: int) -> tuple[Group, ...]:
    """The groups, the least reached first; each is compared with everybody else."""
    chances = {
        name: chance.apart(missed, count, never - missed, people - count)
        for name, (count, missed) in cells.items()
    }
    apart = chance.beyond(chances)
    groups = [
        Group(
            name,
            count,
            missed,
            (never - missed) / (people - count) if people > count else 0.0,
            name in apart,
        )
        for name, (count, missed) in cells.items()
    ]
    return tuple(sorted(groups, key=lambda one: (-one.share, -one.people, one.name)))
