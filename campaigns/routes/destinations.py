"""What a routing table may send to, and the words for it."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import directory, reference, routing
from campaigns.models import Office, Territory


def known(session: Session) -> frozenset[str]:
    """Every code a rule may name: offices that are open, cells, what depends on the place."""
    offices = session.scalars(sa.select(Office.code).where(Office.closed_at.is_(None)))
    territories = session.scalars(sa.select(Territory.code))
    return frozenset(
        {
            *routing.GENERIC,
            *routing.BY_PLACE,
            *(row.destination for row in reference.routes()),
            *offices,
            *(f"TERRITOIRE_{code}" for code in territories),
        }
    )


def closed(session: Session) -> frozenset[str]:
    """The codes of offices that closed and have no open deputy: a rule may name them no more."""
    gone = session.scalars(sa.select(Office.code).where(Office.closed_at.is_not(None))).all()
    found = directory.Directory(session)
    return frozenset(code for code in gone if found(code) is None)


def words(session: Session) -> Mapping[str, str]:
    """The words of each code: « CCAS de la commune, sinon la mairie », « CPAM de la Somme »."""
    stems = {kind.stem: kind.label for kind in routing.KINDS.values() if kind.by_place}
    offices = {row.code: row.name for row in session.execute(sa.select(Office.code, Office.name))}
    territories = {
        f"TERRITOIRE_{code}": name
        for code, name in session.execute(sa.select(Territory.code, Territory.name))
    }
    near = {code: f"{label} de la commune ou du territoire" for code, label in stems.items()}
    # Without a directory yet, a code is read by its kind: « CRIP » and the like.
    kinds = {kind.stem: kind.label for kind in routing.KINDS.values()}
    return {**kinds, **near, **territories, **offices, **routing.GENERIC}


def offered(session: Session) -> list[tuple[str, str]]:
    """The codes proposed while typing: all but the offices of one commune, which are many."""
    said = words(session)
    wide = session.scalars(
        sa.select(Office.code).where(Office.closed_at.is_(None), Office.scope != "commune")
    )
    territories = session.scalars(sa.select(Territory.code))
    codes = {
        *routing.GENERIC,
        *routing.BY_PLACE,
        *wide,
        *(f"TERRITOIRE_{code}" for code in territories),
    }
    return sorted(((code, said[code]) for code in codes), key=lambda one: (one[1], one[0]))
