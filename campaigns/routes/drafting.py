"""The draft of a routing table: begun from the one in force, changed row by row, or imported."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from campaigns import journal, reference
from campaigns.models import Campaign, Commune, RouteRow, RouteTable, TableState, Territory, User
from campaigns.reference import Mode
from campaigns.refusal import Refusal
from campaigns.routes import destinations, tables
from campaigns.routing import AUDIENCES, Rule

RANKS = range(1, 10)


class Overtaken(Refusal):
    """Another lead changed the draft meanwhile: ``row`` is what the row has become, None when it is
    gone. What was typed is still on the page, and saving again keeps it."""

    def __init__(self, say: str, row: RouteRow | None = None) -> None:
        super().__init__(say)
        self.row = row


@dataclass(frozen=True, slots=True)
class Known:
    """What a rule may name: read once, it checks a whole table."""

    destinations: frozenset[str]
    territories: frozenset[str]
    communes: frozenset[str]
    closed: frozenset[str] = frozenset()  # offices nobody stands in for


def draft_of(session: Session, campaign: Campaign) -> RouteTable | None:
    """The table being written, or None."""
    return session.scalar(
        sa.select(RouteTable)
        .where(RouteTable.campaign_id == campaign.id, RouteTable.state == TableState.DRAFT)
        .options(selectinload(RouteTable.rows))
        .order_by(RouteTable.id.desc())
        .limit(1)
    )


def start(session: Session, campaign: Campaign, *, by: User, at: datetime) -> RouteTable:
    """The draft of a campaign: the one there is, or a copy of the table in force."""
    tables.hold(session, campaign)
    return draft_of(session, campaign) or _made(
        session, campaign, tables.in_force(session, campaign), by=by, at=at
    )


def replace(
    session: Session, campaign: Campaign, rules: Sequence[Rule], *, by: User | None, at: datetime
) -> RouteTable:
    """Make these rules the draft, in place of the one there was (a table that is imported)."""
    tables.hold(session, campaign)
    found = draft_of(session, campaign)
    if found is None:
        return _made(session, campaign, rules, by=by, at=at)
    found.rows = [tables.row_of(rule) for rule in rules]
    found.made_at, found.made_by_id = at, by.id if by else None
    journal.record(session, "routes_drafted", about=found, by=by, at=at, rows=len(rules))
    return found


def drop(
    session: Session, campaign: Campaign, *, seen: str | None = None, by: User, at: datetime
) -> None:
    """Throw the draft away; the table in force stays.

    ``seen`` is the print of the draft the page showed: Refusal when it is another by now, or gone.
    """
    found = draft_of(session, campaign)
    if found is None:
        raise Refusal("Il n’y a pas de brouillon.")
    held(session, found)
    if seen is not None and seen != tables.fingerprint(tables.of_rows(found.rows)):
        raise Overtaken(
            "Ce brouillon a changé depuis que vous l’avez ouvert\u00a0: regardez-le avant de "
            "l’abandonner."
        )
    journal.record(session, "routes_dropped", about=("routetable", found.id), by=by, at=at)
    session.delete(found)


def add_row(session: Session, table: RouteTable, rule: Rule, *, by: User, at: datetime) -> None:
    """Add a row to the draft; Refusal names the field that is unknown, or that it is there."""
    held(session, table)
    check(rule, known(session))
    _refuse_twice(rule, table.rows)
    table.rows.append(tables.row_of(rule))
    journal.record(
        session, "routes_drafted", about=table, by=by, at=at, category=rule.route.category
    )


def change_row(
    session: Session,
    table: RouteTable,
    row_id: int,
    rule: Rule,
    *,
    seen: str,
    by: User,
    at: datetime,
) -> None:
    """Change a row of the draft. ``seen`` is the print of the row as the page showed it.

    Refusal as ``add_row``; Overtaken when somebody else changed or took that row away meanwhile.
    """
    held(session, table)
    found = _row(table, row_id, seen)
    check(rule, known(session))
    _refuse_twice(rule, [row for row in table.rows if row is not found])
    fresh = tables.row_of(rule)
    for field in ("rank", "destination", "condition", "mode", "territory_code", "insee",
                  "audience"):  # fmt: skip
        setattr(found, field, getattr(fresh, field))
    journal.record(
        session, "routes_drafted", about=table, by=by, at=at, category=rule.route.category
    )


def drop_row(
    session: Session, table: RouteTable, row_id: int, *, seen: str, by: User, at: datetime
) -> None:
    """Take a row away from the draft; a need keeps one row for everybody at least.

    ``seen`` and Overtaken as for ``change_row``.
    """
    held(session, table)
    found = _row(table, row_id, seen)
    others = [row for row in table.rows if row.category == found.category and row is not found]
    if not any(not tables.rule_of(row).is_narrowed for row in others):
        raise Refusal(
            "C’est la dernière ligne de ce besoin pour tout le monde : "
            "ajoutez-en une autre d’abord."
        )
    table.rows.remove(found)
    journal.record(session, "routes_drafted", about=table, by=by, at=at, category=found.category)


def known(session: Session) -> Known:
    """What rules may name in this instance."""
    return Known(
        destinations=destinations.known(session),
        territories=frozenset(session.scalars(sa.select(Territory.code))),
        communes=frozenset(session.scalars(sa.select(Commune.insee))),
        closed=destinations.closed(session),
    )


def check(rule: Rule, told: Known) -> None:
    """Refuse a rule that names what does not exist, with the field it stands in."""
    route = rule.route
    if route.category not in reference.categories():
        raise Refusal(f"Besoin inconnu : « {route.category} ».", field="category")
    if route.rank not in RANKS:
        raise Refusal("Indiquez un rang entre 1 et 9.", field="rank")
    if route.destination in told.closed:
        raise Refusal(
            f"« {route.destination} » est fermé et n’a pas de suppléant\u00a0: choisissez un autre "
            "destinataire.",
            field="destination",
        )
    if not route.destination or route.destination not in told.destinations:
        raise Refusal(
            f"Destinataire inconnu : « {route.destination} ». Choisissez un code de l’annuaire, "
            "TERRITOIRE, CCAS, MAIRIE ou COORDINATION.",
            field="destination",
        )
    if route.condition not in reference.CONDITIONS:
        raise Refusal(f"Condition inconnue : « {route.condition} ».", field="condition")
    if route.mode not in list(Mode):
        raise Refusal("Choisissez le courriel ou le téléphone.", field="mode")
    if rule.territory_code and rule.territory_code not in told.territories:
        raise Refusal(f"Territoire inconnu : « {rule.territory_code} ».", field="territory_code")
    if rule.insee and rule.insee not in told.communes:
        raise Refusal(
            f"« {rule.insee} » n’est pas le code INSEE d’une commune d’ici.", field="insee"
        )
    if rule.insee and rule.territory_code:
        raise Refusal("Choisissez une commune ou un territoire, pas les deux.", field="insee")
    if rule.audience and rule.audience not in AUDIENCES:
        raise Refusal(
            f"Public inconnu : « {rule.audience} ». Publics : {', '.join(AUDIENCES)}.",
            field="audience",
        )


def orphans(rules: Iterable[Rule]) -> list[str]:
    """The kinds of need for which a table has no row for everybody."""
    served = {rule.route.category for rule in rules if not rule.is_narrowed}
    return [code for code in reference.categories() if code not in served]


def _made(
    session: Session, campaign: Campaign, rules: Sequence[Rule], *, by: User | None, at: datetime
) -> RouteTable:
    table = RouteTable(
        campaign_id=campaign.id,
        number=next_number(session, campaign),
        made_at=at,
        made_by_id=by.id if by else None,
        rows=[tables.row_of(rule) for rule in rules],
    )
    session.add(table)
    session.flush()  # the journal needs table.id
    journal.record(session, "routes_drafted", about=table, by=by, at=at, rows=len(rules))
    return table


def next_number(session: Session, campaign: Campaign) -> int:
    """The number of a campaign's next table."""
    last = sa.select(sa.func.max(RouteTable.number)).where(RouteTable.campaign_id == campaign.id)
    return (session.scalar(last) or 0) + 1


def held(session: Session, table: RouteTable) -> None:
    """The draft as it stands now: nobody else changes it before this transaction ends.

    Overtaken when it was published or abandoned meanwhile.
    """
    session.flush()  # what was written here is read again below
    lock = sa.select(RouteTable.state).where(RouteTable.id == table.id).with_for_update()
    if session.scalar(lock) is not TableState.DRAFT:
        raise Overtaken("Ce brouillon vient d’être publié ou abandonné par quelqu’un d’autre.")
    for row in table.rows:
        session.expire(row)
    session.expire(table)


def _row(table: RouteTable, row_id: int, seen: str) -> RouteRow:
    """The row of this number; in a draft begun again since, the one that reads the same."""
    known = {tables.fingerprint([tables.rule_of(row)]): row for row in table.rows}
    found = next((row for row in table.rows if row.id == row_id), None) or known.get(seen)
    if found is None:
        raise Overtaken(
            "Cette ligne n’est plus dans le brouillon\u00a0: quelqu’un l’a retirée. Ce que vous "
            "avez tapé est encore là\u00a0; enregistrez de nouveau pour l’ajouter."
        )
    if known.get(seen) is not found:
        raise Overtaken(
            "Quelqu’un a changé cette ligne pendant que vous écriviez\u00a0: la voici, au-dessus. "
            "Ce que vous avez tapé est encore là\u00a0; enregistrez de nouveau pour la remplacer.",
            found,
        )
    return found


def _refuse_twice(rule: Rule, rows: Sequence[RouteRow]) -> None:
    if rule in tables.of_rows(list(rows)):
        raise Refusal("Cette ligne est déjà dans le brouillon.", field="destination")
