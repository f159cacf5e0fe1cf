"""Two people of one line whom the register has already, each with a record of their own."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from campaigns import values
from campaigns.models import Person, Phone
from importers.cleaning import CleanRow
from importers.couples import Named

Together = Callable[[CleanRow, Named, Named], bool]


def known(session: Session) -> Together:
    """Tell whether the two a line seems to name are two people we know in one household.

    A line that was split once is then split again, and nobody of it goes missing. Namesakes who
    live elsewhere are no proof: the household has the number of the line, or its address.
    """

    def ask(row: CleanRow, one: Named, other: Named) -> bool:
        keys = [values.name_key(each.last_name, each.first_name) for each in (one, other)]
        first, second = aliased(Person), aliased(Person)
        households = set(
            session.scalars(
                sa.select(first.household_id)
                .join(second, second.household_id == first.household_id)
                .where(
                    first.name_key == keys[0],
                    second.name_key == keys[1],
                    first.id != second.id,
                    first.merged_into_id.is_(None),
                    second.merged_into_id.is_(None),
                )
            )
        )
        return bool(households) and _is_theirs(session, row, households)

    return ask


def _is_theirs(session: Session, row: CleanRow, households: set[int]) -> bool:
    """Does one of these households have a number of the line, or its address?"""
    numbers = {phone.e164 for phone in row.phones if phone.e164}
    people = session.execute(
        sa.select(Person.address, Person.insee, Phone.e164)
        .outerjoin(Phone, Phone.person_id == Person.id)
        .where(Person.household_id.in_(households))
    )
    street = values.fold(row.address)
    return any(
        e164 in numbers or (street and insee == row.insee and values.fold(address) == street)
        for address, insee, e164 in people
    )
