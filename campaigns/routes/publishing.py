"""Publishing a routing table: the one before is kept as replaced, and one may go back to it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import journal, reference
from campaigns.models import Campaign, RouteTable, TableState, User
from campaigns.refusal import Refusal
from campaigns.routes import drafting, tables
from campaigns.routing import Rule


def publish(
    session: Session,
    campaign: Campaign,
    *,
    note: str,
    seen: str | None = None,
    by: User,
    at: datetime,
) -> RouteTable:
    """Put the draft in force: the next needs follow it, those already sent stay where they are.

    ``seen`` is the print of the draft the lead tried. Refusal when there is none, when it is
    another since, when it changes nothing, or when a kind of need has no row for everybody.
    """
    tables.hold(session, campaign)
    draft = drafting.draft_of(session, campaign)
    if draft is None:
        raise Refusal("Il n’y a pas de brouillon à publier.")
    drafting.held(session, draft)
    rules = tables.of_rows(draft.rows)
    if seen is not None and seen != tables.fingerprint(rules):
        raise Refusal(
            "Quelqu’un a changé ce brouillon depuis votre essai\u00a0: voici l’essai refait. "
            "Regardez-le, puis publiez."
        )
    if without := drafting.orphans(rules):
        labels = ", ".join(reference.categories()[code].label for code in without[:3])
        raise Refusal(f"Ces besoins n’ont aucune ligne pour tout le monde : {labels}.")
    before = set(tables.in_force(session, campaign))
    if set(rules) == before:
        raise Refusal("Ce brouillon est identique à la table en vigueur : rien à publier.")
    told = drafting.known(session)
    for rule in rules:
        if rule not in before:
            drafting.check(rule, told)  # an office may have closed since the row was written
    draft.note = " ".join(note.split())[:300]
    _enter(session, campaign, draft, by=by, at=at)
    journal.record(session, "routes_published", about=draft, by=by, at=at, number=draft.number)
    return draft


def go_back(
    session: Session, campaign: Campaign, table_id: int, *, by: User, at: datetime
) -> RouteTable:
    """Put in force again a table that was replaced; 0 is the one that ships with the house.

    It gets a number of its own: the history is never rewritten. The draft, if any, stays.
    """
    tables.hold(session, campaign)
    old = None if table_id == 0 else one(session, campaign, table_id)
    if table_id and (old is None or old.state is not TableState.REPLACED):
        raise Refusal("Cette table n’est pas une ancienne table de la campagne.")
    rules: Sequence[Rule] = tables.of_rows(old.rows) if old else tables.house_rules()
    if set(rules) == set(tables.in_force(session, campaign)):
        raise Refusal("C’est déjà la table en vigueur.")
    table = RouteTable(
        campaign_id=campaign.id,
        number=drafting.next_number(session, campaign),
        note=f"Retour à la table n° {old.number}" if old else "Retour à la table d’origine",
        made_at=at,
        made_by_id=by.id,
        state=TableState.REPLACED,
        rows=[tables.row_of(rule) for rule in rules],
    )
    session.add(table)
    session.flush()  # the journal needs table.id
    _enter(session, campaign, table, by=by, at=at)
    journal.record(session, "routes_taken_back", about=table, by=by, at=at, number=table.number)
    return table


def one(session: Session, campaign: Campaign, table_id: int) -> RouteTable | None:
    """A table of the campaign with its rows, or None."""
    return session.scalar(
        sa.select(RouteTable)
        .where(RouteTable.campaign_id == campaign.id, RouteTable.id == table_id)
        .options(selectinload(RouteTable.rows))
    )


def history(session: Session, campaign: Campaign, *, limit: int = 30) -> list[RouteTable]:
    """The tables that are or were in force, the newest first."""
    return list(
        session.scalars(
            sa.select(RouteTable)
            .where(RouteTable.campaign_id == campaign.id, RouteTable.state != TableState.DRAFT)
            .order_by(RouteTable.published_at.desc(), RouteTable.id.desc())
            .limit(limit)
        )
    )


def _enter(
    session: Session, campaign: Campaign, table: RouteTable, *, by: User, at: datetime
) -> None:
    session.execute(
        sa.update(RouteTable)
        .where(RouteTable.campaign_id == campaign.id, RouteTable.state == TableState.PUBLISHED)
        .values(state=TableState.REPLACED)
    )
    table.state = TableState.PUBLISHED
    table.published_at, table.published_by_id = at, by.id
    session.flush()  # what is in force is read from the rows
    tables.forget(session)
