"""A coordinator's needs, urgent first; a person's needs, for who calls them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from campaigns import access
from campaigns.directory import opening_of
from campaigns.models import Campaign, Labelled, Need, NeedState, NeedStep, Person, User
from campaigns.needs import finding
from campaigns.needs.finding import Filters, Sort


class Basket(Labelled):
    """The tabs of the inbox."""

    NEW = "a-prendre", "À prendre en charge"
    IN_PROGRESS = "en-cours", "En cours"
    WITH_PARTNER = "partenaire", "Chez un partenaire"
    WAITING = "en-attente", "En attente de la personne"
    CLOSED = "termines", "Terminés"


STATES: dict[Basket, tuple[NeedState, ...]] = {
    Basket.NEW: (NeedState.NEW,),
    Basket.IN_PROGRESS: (NeedState.TAKEN, NeedState.IN_PROGRESS),
    Basket.WITH_PARTNER: (NeedState.WITH_PARTNER,),
    Basket.WAITING: (NeedState.WAITING,),
    Basket.CLOSED: (NeedState.CLOSED,),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of a tab, how many needs the tab's filters keep in all, and where it starts."""

    needs: list[Need]
    total: int
    offset: int


def page(
    session: Session,
    user: User,
    campaign: Campaign,
    basket: Basket | None,
    filters: Filters,
    *,
    at: datetime,
    limit: int = 50,
    offset: int = 0,
) -> Shown:
    """The needs of a tab the filters keep, sorted, with the absent colleagues' ones.

    Closed ones come the newest first unless another order is asked. None: all tabs, closed last.
    """
    query = _tab(session, user, campaign, basket, filters, at=at)
    query = query.options(*_with_row(in_one=True))
    counted = query.add_columns(sa.func.count().over()).limit(limit)
    rows = session.execute(counted.offset(offset)).unique().all()
    if not rows and offset:  # beyond the last page: the last one
        total = session.execute(counted.limit(1)).unique().all()
        offset = (total[0][1] - 1) // limit * limit if total else 0
        rows = session.execute(counted.offset(offset)).unique().all()
    return Shown([row[0] for row in rows], rows[0][1] if rows else 0, offset)


def ids_from(
    session: Session,
    user: User,
    campaign: Campaign,
    basket: Basket,
    filters: Filters,
    *,
    at: datetime,
    offset: int,
    limit: int,
) -> Sequence[int]:
    """The numbers of a tab's needs from one line on, in the order ``page`` shows them."""
    query = _tab(session, user, campaign, basket, filters, at=at)
    return session.scalars(query.with_only_columns(Need.id).offset(offset).limit(limit)).all()


def _tab(
    session: Session,
    user: User,
    campaign: Campaign,
    basket: Basket | None,
    filters: Filters,
    *,
    at: datetime,
) -> sa.Select[Need]:
    query = access.visible_needs(session, user, campaign, at=at)
    if basket is None:
        query = query.order_by(sa.case((Need.state == NeedState.CLOSED, 1), else_=0))
    else:
        query = query.where(Need.state.in_(STATES[basket]))
    opening = opening_of(session, at.year)
    query = finding.narrowed(query, filters, user=user, opening=opening, at=at)
    if basket is Basket.CLOSED and filters.sort is Sort.URGENT:
        return query.order_by(Need.closed_at.desc(), Need.id.desc())
    return finding.ordered(query, filters.sort)


def inbox(
    session: Session,
    user: User,
    campaign: Campaign,
    basket: Basket,
    *,
    at: datetime,
    limit: int = 50,
    offset: int = 0,
) -> list[Need]:
    """The needs of a tab: the most urgent first, then the one whose time runs out first.

    Closed ones come the newest first.
    """
    query = (
        access.visible_needs(session, user, campaign, at=at)
        .where(Need.state.in_(STATES[basket]))
        .options(*_with_row())
        .limit(limit)
        .offset(offset)
    )
    if basket is Basket.CLOSED:
        query = query.order_by(Need.closed_at.desc(), Need.id.desc())
    else:
        query = query.order_by(Need.urgency, Need.due_at, Need.id)
    return list(session.scalars(query))


def _with_row(*, in_one: bool = False) -> tuple[ORMOption, ...]:
    """What a row shows; ``in_one``: its referrals come with the same query, not a second one."""
    return (
        joinedload(Need.person).joinedload(Person.commune),
        joinedload(Need.raised_by),
        joinedload(Need.owner),
        joinedload(Need.referrals) if in_one else selectinload(Need.referrals),
    )


def by_basket(states: Mapping[NeedState, int]) -> dict[Basket, int]:
    """Counts by state, as the tabs show them."""
    return {basket: sum(states.get(one, 0) for one in kept) for basket, kept in STATES.items()}


def counts(session: Session, user: User, campaign: Campaign, *, at: datetime) -> dict[Basket, int]:
    """How many needs stand behind each tab: the same query as the tabs."""
    mine = access.visible_needs(session, user, campaign, at=at).subquery()
    rows = session.execute(sa.select(mine.c.state, sa.func.count()).group_by(mine.c.state))
    return by_basket({row[0]: int(row[1]) for row in rows})


def chosen(
    session: Session, user: User, campaign: Campaign, ids: Collection[int], *, at: datetime
) -> list[Need]:
    """Those of these needs a coordinator may read, in the inbox's order."""
    query = access.visible_needs(session, user, campaign, at=at).where(Need.id.in_(ids))
    return list(session.scalars(finding.ordered(query.options(*_with_row()), Sort.URGENT)))


def with_story(
    session: Session, user: User, need_id: int, campaign: Campaign, *, at: datetime
) -> Need | None:
    """One need a coordinator may read, with all its page shows, or None."""
    return session.scalar(
        access.visible_needs(session, user, campaign, at=at)
        .where(Need.id == need_id)
        .options(
            joinedload(Need.person).joinedload(Person.commune),
            joinedload(Need.person).selectinload(Person.phones),
            joinedload(Need.raised_by),
            joinedload(Need.owner),
            joinedload(Need.territory),
            selectinload(Need.referrals),
            selectinload(Need.steps).joinedload(NeedStep.by),
        )
    )


def of_person(
    session: Session, person: Person, campaign: Campaign, *, limit: int = 5
) -> Sequence[Need]:
    """A person's needs, newest first, for the page of who calls them.

    Sensitive ones stay out: a volunteer must not learn on a page what was told to somebody else.
    """
    return list(
        session.scalars(
            sa.select(Need)
            .where(
                Need.person_id == person.id,
                Need.campaign_id == campaign.id,
                Need.is_sensitive.is_(False),
            )
            .options(selectinload(Need.steps))
            .order_by(Need.id.desc())
            .limit(limit)
        )
    )
