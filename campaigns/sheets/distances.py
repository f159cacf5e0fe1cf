"""How far territories lie apart: what the organisation says, else what the map of communes says."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import planner, reference
from campaigns.models import Commune, Organisation, TerritoryDistance


def between(session: Session) -> dict[tuple[int, int], int]:
    """Steps between territories by their ids, both ways; a pair not listed is simply far.

    Two territories are neighbours when communes of theirs touch, wherever the organisation draws
    them: nothing is to be told twice when it draws them anew. Rows of ``TerritoryDistance``
    replace what the map says, pair by pair.
    """
    said = session.execute(
        sa.select(TerritoryDistance.first_id, TerritoryDistance.second_id, TerritoryDistance.steps)
    ).all()
    found = planner.steps_between(_touching(session))
    for first_id, second_id, steps in said:
        found[first_id, second_id] = found[second_id, first_id] = steps
    return found


def _touching(session: Session) -> set[tuple[int, int]]:
    departement = session.scalar(sa.select(Organisation.departement))
    borders = reference.neighbours(departement) if departement else ()
    if not borders:
        return set()
    home = {
        row.insee: row.territory_id
        for row in session.execute(sa.select(Commune.insee, Commune.territory_id))
    }
    pairs = ((home.get(one), home.get(other)) for one, other in borders)
    return {(one, other) for one, other in pairs if one is not None and other is not None}
