"""Keeping a count to some territories: a coordinator reads the lead's figures about their own."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import access
from campaigns.models import Call, Campaign, Commune, Line, Person, Territory, User

Needs = tuple[sa.ColumnElement[bool], ...]  # conditions on needs; none keeps them all


@dataclass(frozen=True, slots=True)
class Area:
    """What a page of figures is kept to: the ids of some ``territories`` (None: all of them), and
    the ``needs`` its reader may open, wherever the people live."""

    territories: tuple[int, ...] | None = None
    needs: Needs = ()


EVERYWHERE = Area()


def of(session: Session, reader: User, campaign: Campaign, *, at: datetime) -> Area:
    """What a coordinator's figures are kept to, with those they stand in for at that instant."""
    territories = access.territories_of(session, reader, at=at)
    allowed = access.visible_needs(session, reader, campaign, at=at).whereclause
    return Area(
        None if territories is None else tuple(sorted(territories)),
        () if allowed is None else (allowed,),
    )


def names(session: Session, area: Area) -> list[str]:
    """The territories of an area by name; all there are when it is kept to none."""
    query = sa.select(Territory.name).order_by(Territory.name, Territory.id)
    if area.territories is not None:
        query = query.where(Territory.id.in_(area.territories))
    return list(session.scalars(query))


def lives(within: Collection[int] | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that keeps who lives in these territories; none for the whole campaign.

    Who has no known commune lives in none of them.
    """
    if within is None:
        return ()
    return (Person.insee.in_(_communes(within)),)


def was_called(within: Collection[int] | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that keeps the calls to who lives in these territories."""
    if within is None:
        return ()
    people = sa.select(Person.id).where(Person.insee.in_(_communes(within)))
    return (Call.person_id.in_(people),)


def is_home(within: Collection[int] | None) -> tuple[sa.ColumnElement[bool], ...]:
    """The condition that keeps the lines of households with somebody of these territories."""
    if within is None:
        return ()
    homes = sa.select(Person.household_id).where(Person.insee.in_(_communes(within)))
    return (Line.household_id.in_(homes),)


def _communes(within: Collection[int]) -> sa.Select[str]:
    return sa.select(Commune.insee).where(Commune.territory_id.in_(sorted(within)))
