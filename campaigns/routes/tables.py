"""The routing table in force: the campaign's own once it has published one, else the house's."""

import hashlib
from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import directory, reference, routing
from campaigns.models import Campaign, Person, RouteRow, RouteTable, TableState
from campaigns.reference import Route
from campaigns.routing import Rule

_REMEMBERED = "rules_in_force"
_YOUNG = 26  # « moins de 26 ans »


def in_force(session: Session, campaign: Campaign) -> tuple[Rule, ...]:
    """The rules needs follow now, in the order of the table; asked once a session.

    A campaign that never published a table follows the one that ships with the house.
    """
    known: dict[int, tuple[Rule, ...]] = session.info.setdefault(_REMEMBERED, {})
    if campaign.id not in known:
        known[campaign.id] = of_rows(_published(session, campaign)) or house_rules()
    return known[campaign.id]


def for_person(
    session: Session, campaign: Campaign, person: Person, category: str
) -> tuple[Route, ...]:
    """The rows of a category that are for this person, as ``routing.route`` reads them."""
    return routing.narrowed(
        in_force(session, campaign),
        category,
        place=directory.place_of(session, person),
        audiences=audiences_of(person),
    )


def audiences_of(person: Person) -> frozenset[str]:
    """The audiences somebody belongs to, by what their list says: APA, PCH, RSA, REGISTRE."""
    return frozenset(person.schemes.split()) & frozenset(routing.AUDIENCES)


def facts_known(person: Person, *, today: date | None = None) -> dict[str, bool | None]:
    """What the list already tells about the conditions of the routes.

    With ``today``, the age settles « moins de 26 ans » too.
    """
    schemes = person.schemes.split()
    known: dict[str, bool | None] = {}
    if schemes:
        known["allocataire_rsa"] = "RSA" in schemes
        known["plan_apa_pch"] = bool({"APA", "PCH"} & set(schemes))
    if today is not None and person.birth_date is not None:
        born = person.birth_date
        age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
        known["moins_de_26_ans"] = age < _YOUNG
    return known


def house_rules() -> tuple[Rule, ...]:
    """The table that ships with the house (``besoins_routes.csv``)."""
    return routing.everywhere(reference.routes())


def of_rows(rows: list[RouteRow]) -> tuple[Rule, ...]:
    """Rows of a table, as rules."""
    return tuple(rule_of(row) for row in rows)


def rule_of(row: RouteRow) -> Rule:
    """A row of a table, as a rule."""
    route = Route(row.category, row.rank, row.destination, row.condition, row.mode)
    return Rule(route, row.territory_code, row.insee, row.audience)


def row_of(rule: Rule) -> RouteRow:
    """A rule, as a row of no table yet."""
    route = rule.route
    return RouteRow(
        category=route.category,
        rank=route.rank,
        destination=route.destination,
        condition=route.condition,
        mode=route.mode,
        territory_code=rule.territory_code,
        insee=rule.insee,
        audience=rule.audience,
    )


def fingerprint(rules: Iterable[Rule]) -> str:
    """What tells a table, or one row, from what it was when a page showed it; order is nothing."""
    written = "\n".join(sorted(repr(rule) for rule in rules))
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def hold(session: Session, campaign: Campaign) -> None:
    """Of two who begin or publish at once, the second sees what the first did."""
    session.execute(sa.select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    forget(session)


def forget(session: Session) -> None:
    """Another table is in force from now on."""
    session.info.pop(_REMEMBERED, None)


def _published(session: Session, campaign: Campaign) -> list[RouteRow]:
    return list(
        session.scalars(
            sa.select(RouteRow)
            .join(RouteTable, RouteTable.id == RouteRow.table_id)
            .where(
                RouteTable.campaign_id == campaign.id,
                RouteTable.state == TableState.PUBLISHED,
            )
            .order_by(RouteRow.category, RouteRow.rank, RouteRow.id)
        )
    )
