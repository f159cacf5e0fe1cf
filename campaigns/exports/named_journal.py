"""The journal, row by row: references and codes, and who acted."""

import json
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.exports.tables import Asked, Cells, Column, Columns, Source, pages
from campaigns.models import JournalEntry, User

COLUMNS = (
    Column("entry", "numéro de la ligne du journal"),
    Column("at", "jour et heure"),
    Column("actor", "numéro de compte ; vide pour le logiciel et les liens des partenaires"),
    Column("actor_name", "qui a agi"),
    Column("actor_role", "avec quel rôle"),
    Column("action", "code de l’acte"),
    Column("object_kind", "sur quoi : person, need, call…"),
    Column("object_id", "son numéro"),
    Column("detail", "précisions : des numéros, des comptes et des codes"),
)


def within(query: sa.Select[*Columns], asked: Asked) -> sa.Select[*Columns]:
    """Keep the entries asked for; the journal is the organisation’s, not a campaign’s."""
    return query if asked.since is None else query.where(JournalEntry.at >= asked.since)


def _count(session: Session, asked: Asked) -> int:
    return session.scalar(within(sa.select(sa.func.count(JournalEntry.id)), asked)) or 0


def _rows(session: Session, asked: Asked) -> Iterator[Cells]:
    query = within(
        sa.select(JournalEntry, User.first_name, User.last_name).outerjoin(
            User, User.id == JournalEntry.actor_id
        ),
        asked,
    )
    for page in pages(session, query.order_by(JournalEntry.id)):
        for entry, first_name, last_name in page:
            yield _written(entry, f"{first_name or ''} {last_name or ''}".strip())


def _written(entry: JournalEntry, actor: str) -> Cells:
    return (
        entry.id,
        entry.at,
        f"U-{entry.actor_id}" if entry.actor_id else None,
        actor or None,
        entry.actor_role,
        entry.action,
        entry.object_kind,
        entry.object_id,
        json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else None,
    )


NAMED_JOURNAL = Source(COLUMNS, _count, _rows)
