"""What the needs are about, where, and how old the people are who have them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference
from campaigns.models import Campaign, Need, NeedState, Person, Territory
from campaigns.overview import ages
from campaigns.overview.area import Needs


@dataclass(frozen=True, slots=True)
class Subject:
    """One category, territory or age band: needs raised since the beginning, and open now."""

    label: str
    raised: int
    is_open: int


@dataclass(frozen=True, slots=True)
class Subjects:
    """The same needs, told apart three ways: each adds up to ``raised`` and ``is_open``.

    Categories and territories come from the commonest, ages from the youngest. A territory whose
    label is empty is none: the coordination of the campaign has these needs.
    """

    raised: int
    is_open: int
    categories: tuple[Subject, ...]
    territories: tuple[Subject, ...]
    ages: tuple[Subject, ...]


def subjects(session: Session, campaign: Campaign, *, on: date, those: Needs = ()) -> Subjects:
    """Count the needs by category, territory and age on a day; ``those`` keeps some of them.

    A need is in the territory that answers for it, wherever the person lives. One statement.
    """
    band = ages.band(on).label("band")
    query = (
        sa.select(
            Need.category,
            Territory.name,
            band,
            sa.func.count(),
            sa.func.count().filter(Need.state != NeedState.CLOSED),
        )
        .select_from(Need)
        .join(Person, Person.id == Need.person_id)
        .outerjoin(Territory, Territory.id == Need.territory_id)
        .where(Need.campaign_id == campaign.id, *those)
        .group_by(Need.category, Territory.name, sa.text("band"))
    )
    counts = [Counter[str]() for _ in range(6)]
    for category, territory, age, raised, is_open in session.execute(query):
        for place, name in enumerate((category, territory or "", age)):
            counts[2 * place][name] += raised
            counts[2 * place + 1][name] += is_open
    words = {code: one.label for code, one in reference.categories().items()}
    by_category = [Subject(words[name], *both) for name, *both in _both(*counts[:2])]
    by_territory = [Subject(name, *both) for name, *both in _both(*counts[2:4])]
    bands = [one for one in ages.LABELS if counts[4][one]]
    return Subjects(
        raised=counts[0].total(),
        is_open=counts[1].total(),
        categories=tuple(by_category),
        territories=tuple(by_territory),
        ages=tuple(Subject(ages.LABELS[one], counts[4][one], counts[5][one]) for one in bands),
    )


def _both(raised: Counter[str], is_open: Counter[str]) -> list[tuple[str, int, int]]:
    """From the commonest, then by name."""
    names = sorted(raised, key=lambda name: (-raised[name], name))
    return [(name, raised[name], is_open[name]) for name in names]
