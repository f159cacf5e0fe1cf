"""Keeping a count to some territories: a coordinator reads the lead's figures about their own."""

from collections.abc import Collection

import sqlalchemy as sa

from campaigns.models import Call, Commune, Person


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


def _communes(within: Collection[int]) -> sa.Select[str]:
    return sa.select(Commune.insee).where(Commune.territory_id.in_(sorted(within)))
