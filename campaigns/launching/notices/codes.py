"""The trust code: said first by whoever calls, known from the letter alone (B10).

A word and two figures, one for a household: short enough to be said and remembered by somebody
who hears badly, and some nine thousand of them: whoever calls with a guess is wrong.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import Person
from campaigns.reference.table import shipped

_PIECE = 500  # ids in one statement


def fresh(random: Random) -> str:
    """A new code: « PRUNE 47 ». ``random`` is the system's own: a code is a secret."""
    return f"{random.choice(_words())} {random.randrange(10, 100)}"


def give(session: Session, households: Sequence[int], *, random: Random) -> Mapping[int, str]:
    """The code of each of these households; who has none yet is given one, and keeps it."""
    known: dict[int, str] = {}
    for start in range(0, len(households), _PIECE):
        some = households[start : start + _PIECE]
        rows = session.execute(
            sa.select(Person.id, Person.household_id, Person.trust_code)
            .where(Person.household_id.in_(some))
            .order_by(Person.id)
        ).all()
        for row in rows:
            if row.trust_code:
                known.setdefault(row.household_id, row.trust_code)
        missing = [
            {"id": row.id, "trust_code": known.setdefault(row.household_id, fresh(random))}
            for row in rows
            if not row.trust_code
        ]
        if missing:
            session.execute(sa.update(Person), missing)
    return known


@cache
def _words() -> tuple[str, ...]:
    lines = shipped("mots_de_confiance.txt").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
