"""Every address a browser can open, by role: for the test of every page and for the pictures."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import reading
from appel_solidaire.app import create_app
from appel_solidaire.instance import Instance
from campaigns import accounts, launch, needs, team, weeks
from campaigns.models import (
    Call,
    Commune,
    Coverage,
    ImportBatch,
    ImportState,
    Line,
    LinkKind,
    Need,
    NeedState,
    Person,
    Referral,
    ReferralState,
    Role,
    Sheet,
    SourceList,
    User,
    WeekPlan,
)
from importers import batches

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
# For the coordination alone, and the demonstration's door opens on a territory: the journey of
# paper looks at them.
_NOT_PAGES |= {
    f"coordinator.{page}" for page in ("paper", "find_paper", "type_paper", "paper_back")
}

TROUBLES = """Nom;Prénom;Né(e) le;Téléphone;CP;Commune;NIR
DUPONT;Jean et Marie;;01 99 00 30 01;80100;Abbeville;
;;12/03/1941;01 99 00 30 02;80100;Abbeville;
PETIT;Rose;30/02/1940;12 34;80100;Introuvable;
LEROY;Zoé;12/03/1944;;80100;Abbeville;
LEROY;Zoe;;0199003004;80100;Abbeville;
LEROY;Zoé;;0199003004;80100;Abbeville;
"""


@dataclass(frozen=True)
class Address:
    """One page: its endpoint’s name (numbered when it is shown several times) and its path."""

    name: str
    path: str


def addresses(instance: Instance) -> dict[str, list[Address]]:
    """The pages of an instance by folder; one that needs a thing nobody has yet is left out."""
    app = create_app(instance)
    _drop_a_list(instance)
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
        "volunteer.skip": lines[:1],
        "coordinator.inbox": [{}, *({"panier": one.value} for one in needs.Basket)],
        "coordinator.need": [{"need_id": one} for one in _needs(session, coordinator)],
        **{
            f"{folder}.{page}": [{"person_id": one} for one in _records(session, coordinator)]
            for folder in ("coordinator", "lead")
            for page in ("person", "edit_person")
        },
        "lead.member": [{"user_id": volunteer.id}, {"user_id": coordinator.id}],
        "lead.week": [
            *({"week": weeks.after(week, ahead)} for ahead in (-1, 0, 1)),
            *({"week": week, "vue": side} for side in ("territoires", "comparaison")),
        ],
        "lead.week_sheet": [
            {"week": one.week, "user_id": volunteer.id} for one in _plans(session, volunteer)
        ],
        **_lists(session),
    }


def _plans(session: Session, volunteer: User) -> list[WeekPlan]:
    """The last two splits in which this volunteer has a sheet."""
    return list(
        session.scalars(
            sa.select(WeekPlan)
            .join(Sheet, Sheet.plan_id == WeekPlan.id)
            .where(Sheet.volunteer_id == volunteer.id)
            .order_by(WeekPlan.week.desc())
            .limit(2)
        )
    )


def _drop_a_list(instance: Instance) -> None:
    """A list that waits for choices, with a trouble of each kind; once is enough."""
    with instance.database.unit() as session:
        campaign, lead = launch.all_campaigns(session)[0], team.first_of(session, Role.LEAD)
        ready = sa.select(ImportBatch.id).where(ImportBatch.state == ImportState.READY)
        if lead is None or session.scalar(ready.limit(1)) is not None:
            return
        batches.drop(
            session,
            campaign,
            content=TROUBLES.encode(),
            filename="registre.csv",
            source="Registre",
            by=lead,
            at=instance.clock(),
        )
    reading.read_due(instance)


def _lists(session: Session) -> dict[str, list[dict[str, object]]]:
    """Every list for its report; the pages of choices for one that is open."""
    ids = list(session.scalars(sa.select(ImportBatch.id).order_by(ImportBatch.id)))
    ready = session.scalars(
        sa.select(ImportBatch.id).where(ImportBatch.state == ImportState.READY).limit(1)
    )
    one: list[dict[str, object]] = [{"list_id": found} for found in ready]
    sources = session.scalars(sa.select(SourceList.id).order_by(SourceList.id).limit(1))
    return {
        "lead.list_page": [{"list_id": found} for found in ids],
        "lead.list_columns": one,
        "lead.list_lines": one,
        "lead.list_doubts": one,
        "lead.list_couples": one,
        "lead.list_absent": one,
        "lead.list_source": [{"source_id": found} for found in sources],
        "lead.table": [{"slug": slug} for slug in ("volontaires", "territoires", "annuaire")],
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
