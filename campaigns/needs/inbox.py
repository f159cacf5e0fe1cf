"""A coordinator's needs, urgent first; a person's needs, for who calls them."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from campaigns import access
from campaigns.models import Campaign, Labelled, Need, NeedState, NeedStep, Person, User


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


def inbox(
    session: Session,
    user: User,
    campaign: Campaign,
    basket: Basket,
    *,
    limit: int = 50,
    offset: int = 0,
) -> list[Need]:
    """The needs of a tab: the most urgent first, then the one whose time runs out first.

    Closed ones come the newest first.
    """
    query = (
        access.visible_needs(session, user, campaign)
        .where(Need.state.in_(STATES[basket]))
        .options(
            joinedload(Need.person).joinedload(Person.commune),
            joinedload(Need.raised_by),
            joinedload(Need.owner),
            selectinload(Need.referrals),
        )
        .limit(limit)
        .offset(offset)
    )
    if basket is Basket.CLOSED:
        query = query.order_by(Need.closed_at.desc(), Need.id.desc())
    else:
        query = query.order_by(Need.urgency, Need.due_at, Need.id)
    return list(session.scalars(query))


def counts(session: Session, user: User, campaign: Campaign) -> dict[Basket, int]:
    """How many needs stand behind each tab: the same query as the tabs."""
    mine = access.visible_needs(session, user, campaign).subquery()
    rows = session.execute(sa.select(mine.c.state, sa.func.count()).group_by(mine.c.state))
    found = {row[0]: int(row[1]) for row in rows}
    return {
        basket: sum(found.get(state, 0) for state in states) for basket, states in STATES.items()
    }


def with_story(session: Session, user: User, need_id: int, campaign: Campaign) -> Need | None:
    """One need a coordinator may read, with all its page shows, or None."""
    return session.scalar(
        access.visible_needs(session, user, campaign)
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
