"""The calls of a campaign, row by row; their notes stay where they are (reliability.md, c2)."""

from collections.abc import Iterator
from functools import cache
from typing import Any  # a row of columns of several types

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, weeks
from campaigns.exports.tables import Asked, Cells, Column, Columns, Source, pages
from campaigns.models import Call, Commune, Person, Territory

COLUMNS = (
    Column("call", "numéro de l’appel"),
    Column("at", "jour et heure"),
    Column("week", "semaine (année et numéro)"),
    Column("reference", "numéro de la fiche de la personne"),
    Column("last_name", "nom"),
    Column("first_name", "prénom"),
    Column("insee", "code INSEE de la commune"),
    Column("territory", "code du territoire"),
    Column("volunteer", "numéro de compte de la personne qui a appelé"),
    Column("outcome", "code de l’issue"),
    Column("outcome_label", "issue de l’appel"),
    Column("conversation", "il y a eu une conversation"),
    Column("mood", "comment va la personne : bien, fragile, inquietant"),
    Column("wish", "rythme souhaité à cet appel"),
)


def within(query: sa.Select[*Columns], asked: Asked) -> sa.Select[*Columns]:
    """Keep the calls asked for, each with the person’s commune and territory."""
    kept = (
        query.select_from(Call)
        .join(Person, Person.id == Call.person_id)
        .outerjoin(Commune, Commune.insee == Person.insee)
        .outerjoin(Territory, Territory.id == Commune.territory_id)
        .where(Call.campaign_id == asked.campaign.id, asked.scope.covers(Commune.territory_id))
    )
    return kept if asked.since is None else kept.where(Call.at >= asked.since)


def _count(session: Session, asked: Asked) -> int:
    return session.scalar(within(sa.select(sa.func.count(Call.id)), asked)) or 0


def _rows(session: Session, asked: Asked) -> Iterator[Cells]:
    # Columns alone: a hundred thousand calls as objects take twice the time.
    query = within(
        sa.select(
            Call.id,
            Call.at,
            Call.person_id,
            Person.last_name,
            Person.first_name,
            Person.insee,
            Territory.code,
            Call.volunteer_id,
            Call.outcome,
            Call.is_conversation,
            Call.mood,
            Call.wish,
        ),
        asked,
    )
    week_of = cache(weeks.of)  # of a few hundred days
    for page in pages(session, query.order_by(Call.at, Call.id)):
        for row in page:
            yield _written(row, week_of(weeks.local_day(row[1])))


def _written(row: sa.Row[*tuple[Any, ...]], week: str) -> Cells:
    call, at, person, last, first, insee, territory, by, outcome, is_conversation, mood, wish = row
    return (
        call,
        at,
        week,
        f"P-{person}",
        last,
        first,
        insee,
        territory,
        f"U-{by}",
        outcome,
        reference.outcomes()[outcome].label,
        is_conversation,
        mood.value if mood else None,
        wish.value if wish else None,
    )


NAMED_CALLS = Source(COLUMNS, _count, _rows)
