"""The needs of a campaign, row by row; what the person said stays on the need’s page."""

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import reference, weeks
from campaigns.exports.tables import Asked, Cells, Column, Columns, Source, pages
from campaigns.models import Need, Person, Referral, Territory

COLUMNS = (
    Column("need", "numéro du besoin"),
    Column("raised_at", "jour et heure où il a été transmis"),
    Column("week", "semaine (année et numéro)"),
    Column("reference", "numéro de la fiche de la personne"),
    Column("last_name", "nom"),
    Column("first_name", "prénom"),
    Column("insee", "code INSEE de la commune"),
    Column("territory", "code du territoire"),
    Column("category", "code de la catégorie"),
    Column("category_label", "catégorie"),
    Column("family", "famille de la catégorie"),
    Column("topic", "thématique de data·inclusion (schéma v1) ; vide quand aucune ne convient"),
    Column("urgency", "urgence, de U0 (vitale) à U3"),
    Column("state", "où il en est"),
    Column("destinations", "à qui il a été adressé"),
    Column("acknowledged_at", "pris en charge le"),
    Column("closed_at", "clos le"),
    Column("result", "résultat à la clôture"),
)


def within(query: sa.Select[*Columns], asked: Asked) -> sa.Select[*Columns]:
    """Keep the needs asked for, each with its person and territory.

    The sensitive ones (violence, children, ill-treatment, suicide) leave with who may read them.
    """
    kept = (
        query.select_from(Need)
        .join(Person, Person.id == Need.person_id)
        .outerjoin(Territory, Territory.id == Need.territory_id)
        .where(
            Need.campaign_id == asked.campaign.id,
            asked.scope.covers(Need.territory_id),
            sa.or_(Need.is_sensitive.is_(False), asked.scope.opens_sensitive(Need.territory_id)),
        )
    )
    return kept if asked.since is None else kept.where(Need.raised_at >= asked.since)


def _count(session: Session, asked: Asked) -> int:
    return session.scalar(within(sa.select(sa.func.count(Need.id)), asked)) or 0


def _rows(session: Session, asked: Asked) -> Iterator[Cells]:
    query = within(
        sa.select(Need, Person.last_name, Person.first_name, Person.insee, Territory.code), asked
    )
    for page in pages(session, query.order_by(Need.raised_at, Need.id)):
        sent = _destinations(session, [row[0].id for row in page])
        for need, last_name, first_name, insee, territory in page:
            who: Cells = (f"P-{need.person_id}", last_name, first_name, insee, territory)
            yield _written(need, who, tuple(sent[need.id]))


def _destinations(session: Session, ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for need_id, name in session.execute(
        sa.select(Referral.need_id, Referral.name)
        .where(Referral.need_id.in_(ids))
        .order_by(Referral.need_id, Referral.id)
    ):
        found[need_id].append(name)
    return found


def _written(need: Need, who: Cells, sent: tuple[str, ...]) -> Cells:
    category = reference.categories()[need.category]
    return (
        need.reference,
        need.raised_at,
        weeks.of(weeks.local_day(need.raised_at)),
        *who,
        need.category,
        category.label,
        category.family,
        reference.topics().get(need.category),
        need.urgency.value,
        need.state.label,
        sent,
        need.acknowledged_at,
        need.closed_at,
        need.result.label if need.result else None,
    )


NAMED_NEEDS = Source(COLUMNS, _count, _rows)
