"""Every address a browser can open, by role: for the test of every page and for the pictures."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.app import create_app
from appel_solidaire.instance import Instance
from campaigns import accounts, launch, needs, team, weeks
from campaigns.models import (
    Call,
    Commune,
    Coverage,
    ImportBatch,
    Line,
    LinkKind,
    Need,
    NeedState,
    Person,
    Referral,
    ReferralState,
    Role,
    Sheet,
    User,
    WeekPlan,
)

# Folder of pages → the demonstration's door into it.
DOORS = {
    "public": None,
    "partner": None,
    "volunteer": "benevole",
    "coordinator": "coordination",
    "lead": "pilotage",
    "dpo": "donnees",
}
_NOT_PAGES = {"static", "public.health", "public.pulse", "public.home", "lead.corrections"}


@dataclass(frozen=True)
class Address:
    """One page: its endpoint’s name (numbered when it is shown several times) and its path."""

    name: str
    path: str


def addresses(instance: Instance) -> dict[str, list[Address]]:
    """The pages of an instance by folder; one that needs a thing nobody has yet is left out."""
    app = create_app(instance)
    with instance.database.unit() as session:
        things = _things(session, instance)
    found: dict[str, list[Address]] = {folder: [] for folder in DOORS}
    with app.test_request_context():
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
            if "GET" not in (rule.methods or ()) or rule.endpoint in _NOT_PAGES:
                continue
            folder, _, name = rule.endpoint.partition(".")
            every = things.get(rule.endpoint, [] if rule.arguments else [{}])
            for number, values in enumerate(every, 1):
                label = f"{name}-{number}" if len(every) > 1 else name
                path = app.url_for(rule.endpoint, **values)  # type: ignore[arg-type]  # any value
                found[folder].append(Address(label, path))
    return found


def _things(session: Session, instance: Instance) -> dict[str, list[dict[str, object]]]:
    """What stands in the addresses, by endpoint: of the people the demonstration's doors open."""
    now = instance.clock()
    week = weeks.current(now)
    volunteer, coordinator = (
        team.first_of(session, role) for role in (Role.VOLUNTEER, Role.COORDINATOR)
    )
    assert volunteer
    assert coordinator
    links = {
        kind: accounts.make_link(
            session, user, kind=kind, at=now, expires_at=weeks.ends_at(weeks.after(week))
        )
        for kind, user in ((LinkKind.WEEKLY, volunteer), (LinkKind.ENROL, coordinator))
    }
    lines = [{"line_id": one} for one in _lines(session, volunteer, week)]
    return {
        "public.enter": [
            {"token": accounts.token_of(session, links[LinkKind.WEEKLY])},
            {"token": "1-x"},
        ],
        "public.enrol": [{"token": accounts.token_of(session, links[LinkKind.ENROL])}],
        "public.opt_out": [{"token": team.opt_out_token(session, volunteer)}],
        "public.demo_role": [{"slug": "benevole"}],
        "partner.door": [{"token": one} for one in _partners(session)],
        "volunteer.call": lines,
        "volunteer.alert": lines[:1],
        "coordinator.inbox": [{}, *({"panier": one.value} for one in needs.Basket)],
        "coordinator.need": [{"need_id": one} for one in _needs(session, coordinator)],
        **{
            f"{folder}.{page}": [{"person_id": one} for one in _records(session, coordinator)]
            for folder in ("coordinator", "lead")
            for page in ("person", "edit_person")
        },
        "lead.member": [{"user_id": volunteer.id}, {"user_id": coordinator.id}],
        "lead.week": [{"week": weeks.after(week, ahead)} for ahead in (-1, 0, 1)],
        "lead.list_page": [{"list_id": one} for one in session.scalars(sa.select(ImportBatch.id))],
    }


def _lines(session: Session, volunteer: User, week: str) -> list[int]:
    """A household never called, one tried already, one of several people."""
    mine = (
        sa.select(Line.id)
        .join(Sheet, Sheet.id == Line.sheet_id)
        .join(WeekPlan, WeekPlan.id == Line.plan_id)
        .where(Sheet.volunteer_id == volunteer.id, WeekPlan.week == week, Line.closed_at.is_(None))
        .order_by(Line.id)
    )
    tried = sa.select(sa.literal(1)).where(Call.line_id == Line.id).exists()
    return [
        one
        for query in (mine.where(~tried), mine.where(tried))
        if (one := session.scalar(query.limit(1))) is not None
    ]


def _needs(session: Session, coordinator: User) -> list[int]:
    """One need in each state, among those of this coordinator."""
    campaign = launch.all_campaigns(session)[0]
    found = (
        needs.inbox(session, coordinator, campaign, basket, limit=1) for basket in needs.Basket
    )
    return [one.id for some in found for one in some]


def _records(session: Session, coordinator: User) -> list[int]:
    """Somebody called before, and somebody kept aside, in this coordinator's territories."""
    mine = sa.select(Coverage.territory_id).where(Coverage.user_id == coordinator.id)
    here = sa.select(Person.id).join(Commune).where(Commune.territory_id.in_(mine))
    called = sa.select(Call.person_id)
    return [
        one
        for query in (here.where(Person.id.in_(called)), here.where(Person.hold.is_not(None)))
        if (one := session.scalar(query.order_by(Person.id).limit(1))) is not None
    ]


def _partners(session: Session) -> list[str]:
    referrals = session.scalars(
        sa.select(Referral)
        .join(Need)
        .where(
            Need.state != NeedState.CLOSED,
            Referral.state.in_((ReferralState.SENT, ReferralState.READ)),
            Referral.territory_id.is_(None),
            Referral.link_expires_at.is_not(None),
        )
        .order_by(Referral.id)
        .limit(1)
    )
    return [needs.partner_token(session, one) for one in referrals]
