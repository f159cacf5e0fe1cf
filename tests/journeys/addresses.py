"""Every address a browser can open, by role: for the test of every page and for the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import exporting, help_pages, reading
from appel_solidaire.app import create_app
from appel_solidaire.instance import Instance
from campaigns import (
    accounts,
    directory,
    documents,
    exports,
    guide,
    launch,
    needs,
    reference,
    routes,
    scanning,
    sealing,
    team,
    training,
    weeks,
)
from campaigns.models import (
    Alarm,
    Call,
    Commune,
    Coverage,
    ExportState,
    ImportBatch,
    ImportState,
    Line,
    LinkKind,
    Need,
    NeedQuestion,
    NeedState,
    Office,
    Person,
    Referral,
    ReferralState,
    Role,
    Sheet,
    SourceList,
    User,
    WeakSignal,
    WeekPlan,
)
from campaigns.records import mairies
from campaigns.retention import runs
from importers import batches
from tests.journeys import announced_shown, rights_shown

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
_NOT_PAGES |= {"lead.routes_workbook", "dpo.document_pdf", "public.help_pdf", "public.help_picture"}
_NOT_PAGES |= {"volunteer.offline_token", "coordinator.alerts"}  # parts of a page
# The monitor of mails is the coordination’s; the lead’s is the same page.
_NOT_PAGES |= {"coordinator.mails"}
_NOT_PAGES |= {"coordinator.suggestions", "coordinator.suggestion"}
# For the coordination alone, and the demonstration's door opens on a territory: the journey of
# paper looks at them.
_NOT_PAGES |= {
    f"coordinator.{page}"
    for page in (
        "reviews",
        "review",
        "paper",
        "find_paper",
        "type_paper",
        "paper_back",
        "asked",
        "asked_one",
        "look_after",
        "texts",
        "text",
    )
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
    _begin_a_guide(instance)
    _take_exports(instance)
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


def _a_purge(session: Session, *, at: datetime) -> int:
    """A purge that found little: the demonstration is too young to forget anybody."""
    run = runs.start(session, before=runs.sums(session), by=None, at=at)
    session.flush()
    hold = runs.take(session, at=at)
    assert hold is not None
    while runs.step(session, hold, at=at):
        continue
    runs.finish(session, hold, after=runs.sums(session), files={}, at=at)
    return run.id


def _things(session: Session, instance: Instance) -> dict[str, list[dict[str, object]]]:
    """What stands in the addresses, by endpoint: of the people the demonstration's doors open."""
    now = instance.clock()
    week = weeks.current(now)
    volunteer, coordinator = (
        team.first_of(session, role) for role in (Role.VOLUNTEER, Role.COORDINATOR)
    )
    assert volunteer
    announced_shown.add(session, volunteer, at=now)
    assert coordinator
    links = {
        kind: accounts.make_link(
            session, user, kind=kind, at=now, expires_at=weeks.ends_at(weeks.after(week))
        )
        for kind, user in ((LinkKind.WEEKLY, volunteer), (LinkKind.ENROL, coordinator))
    }
    lines = [{"line_id": one} for one in _lines(session, volunteer, week)]
    office = _office_and_draft(session, at=now)
    return {
        "public.enter": [
            {"token": accounts.token_of(session, links[LinkKind.WEEKLY])},
            {"token": "1-x"},
        ],
        "public.enrol": [{"token": accounts.token_of(session, links[LinkKind.ENROL])}],
        "public.fewer": [{"token": team.opt_out_token(session, coordinator)}],
        "public.figures": [{"slug": _public(session)}],
        "public.help_page": [{"slug": slug} for slug in help_pages.GUIDES],
        "public.opt_out": [{"token": team.opt_out_token(session, volunteer)}],
        "public.demo_role": [{"slug": "benevole"}],
        "partner.door": [{"token": one} for one in _partners(session)],
        "volunteer.training_reading": [{"number": number} for number in (1, 4)],
        "volunteer.rehearsal": [{"slug": slug} for slug in training.SCENARIOS],
        "volunteer.rehearsal_alert": [{"slug": "une-alerte"}],
        "volunteer.call": lines,
        "volunteer.alert": lines[:1],
        "volunteer.correct": [{"call_id": one} for one in _calls_of(session, volunteer)],
        "coordinator.ringing_person": [
            {"person_id": one} for one in _records(session, coordinator)
        ],
        "coordinator.tell_need": [{"person_id": one} for one in _records(session, coordinator)],
        "volunteer.skip": lines[:1],
        "volunteer.ask_right": lines[:1],
        "volunteer.question": [{"question_id": one} for one in _questions(session, volunteer)],
        "coordinator.inbox": [{}, *({"panier": one.value} for one in needs.Basket)],
        "coordinator.need": [{"need_id": one} for one in _needs(session, coordinator, at=now)],
        "coordinator.services": [{"need_id": one} for one in _needs(session, coordinator, at=now)],
        "coordinator.need_sheet": [{"need_id": one} for one in _with_partner(session, coordinator)],
        "coordinator.alarm": [{"alarm_id": one} for one in _alarms(session, coordinator)],
        "coordinator.signal": [{"signal_id": one} for one in _signals(session)],
        "partner.suggest": [{"token": _suggesting(session)}, {"token": "1-1-x"}],
        "partner.suggestion_kept": [{"number": 1}],
        **{
            f"{folder}.{page}": [{"person_id": one} for one in _records(session, coordinator)]
            for folder in ("coordinator", "lead")
            for page in ("person", "edit_person", "voice")
        },
        "dpo.purge_report": [{"run_id": _a_purge(session, at=now)}],
        "dpo.document": [{"slug": slug} for slug in documents.TITLES],
        "dpo.seen": [{"slug": "volontaire", "path": ""}],
        "lead.seen": [{"slug": "donnees", "path": ""}],
        "dpo.text": [{"finding_id": one} for one in _texts_to_read_again(session, at=now)],
        "lead.copy_campaign": [{"campaign_id": one} for one in _campaigns(session)],
        "lead.moving_campaign": [
            {"campaign_id": one, "vers": state}
            for one in _campaigns(session)
            for state in ("paused", "closed")
        ],
        "lead.cover_member": [{"user_id": coordinator.id}],
        "lead.deputies": [{"user_id": coordinator.id}],
        "lead.route_category": [{"code": "ALI_COURSES"}],
        "lead.office": [{"office_id": office.id}],
        "lead.closing_office": [{"office_id": office.id}],
        "lead.territory": [{"territory_id": directory.territories(session)[0].id}],
        "partner.confirm_door": [{"token": directory.confirming.token(session, office)}],
        "lead.member": [{"user_id": volunteer.id}, {"user_id": coordinator.id}],
        "lead.week": [
            *({"week": weeks.after(week, ahead)} for ahead in (-1, 0, 1)),
            *({"week": week, "vue": side} for side in ("territoires", "comparaison")),
        ],
        "lead.week_sheet": [
            {"week": one.week, "user_id": volunteer.id} for one in _plans(session, volunteer)
        ],
        **_lists(session),
        **rights_shown.things(session, at=now),
    }


def _texts_to_read_again(session: Session, *, at: datetime) -> list[int]:
    """A note that says an illness, found as the night finds it; none before the first call."""
    call = session.scalars(sa.select(Call).order_by(Call.id).limit(1)).first()
    if call is None:
        return []
    call.note = "Elle est diabétique, passer le matin."
    place = scanning.KINDS["call"]
    session.flush()  # the reading asks the database
    scanning.keep(session, scanning.read(session, place, scanning.Mark(), at=at), at=at)
    return [one.id for one in scanning.waiting(session, limit=1)]


def _campaigns(session: Session) -> list[int]:
    return [one.id for one in launch.running(session)[:1]]


def _office_and_draft(session: Session, *, at: datetime) -> Office:
    """A draft of the routing table, and an office that is asked whether its entry is right."""
    lead = team.first_of(session, Role.LEAD)
    assert lead
    routes.start(session, launch.all_campaigns(session)[0], by=lead, at=at)
    with_address = sa.select(Office).where(Office.email != "", Office.closed_at.is_(None))
    office = session.scalars(with_address.order_by(Office.id)).first()
    assert office
    office.nonce, office.confirm_asked_at = office.nonce or sealing.fresh_nonce(), at
    return office


def _alarms(session: Session, coordinator: User) -> list[int]:
    """An alarm still open and one closed, of this coordinator's territories."""
    mine = sa.select(Coverage.territory_id).where(Coverage.user_id == coordinator.id)
    here = sa.select(Alarm.id).where(Alarm.territory_id.in_(mine)).order_by(Alarm.id.desc())
    return [
        one
        for query in (
            here.where(Alarm.closed_at.is_(None)),
            here.where(Alarm.closed_at.is_not(None)),
        )
        if (one := session.scalar(query.limit(1))) is not None
    ]


def _signals(session: Session) -> list[int]:
    return list(session.scalars(sa.select(WeakSignal.id).order_by(WeakSignal.id).limit(1)))


def _suggesting(session: Session) -> str:
    """The link by which a mairie proposes somebody."""
    office = session.scalars(
        sa.select(Office).where(Office.kind == "mairie").order_by(Office.id).limit(1)
    ).one()
    office.nonce = office.nonce or sealing.fresh_nonce()
    return mairies.office_token(session, office, launch.all_campaigns(session)[0])


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


def _take_exports(instance: Instance) -> None:
    """An export that is ready and one that failed; once is enough."""
    with instance.database.unit() as session:
        campaign, lead = launch.all_campaigns(session)[0], team.first_of(session, Role.LEAD)
        if lead is None or exports.of_campaign(session, campaign, by=lead):
            return
        for kind in (exports.Kind.PEOPLE, exports.Kind.NEEDS):
            wanted = exports.Wanted(kind, exports.Form.XLSX)
            made = exports.ask(session, campaign, wanted, by=lead, at=instance.clock())
        made.state, made.error = ExportState.FAILED, "La préparation s’est arrêtée."
    exporting.write_due(instance)


def _begin_a_guide(instance: Instance) -> None:
    """A draft with a slip: the pages of the guide have something to show; once is enough."""
    with instance.database.unit() as session:
        campaign, lead = launch.all_campaigns(session)[0], team.first_of(session, Role.LEAD)
        if lead is None or guide.drafts.find(session, campaign) is not None:
            return
        source, now = guide.versions.current(session, campaign), instance.clock()
        draft = guide.drafts.begin(session, campaign, source, by=lead, at=now)
        text = draft.markdown.replace("{prénom}", "{surnom}", 1)
        guide.drafts.write(session, campaign, text, seen=draft.version, by=lead, at=now)


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
        "lead.table": [
            {"slug": slug} for slug in ("volontaires", "territoires", "annuaire", "orientation")
        ],
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


def _public(session: Session) -> str:
    """The first campaign, its figures shown to anybody."""
    campaign = launch.all_campaigns(session)[0]
    campaign.is_public = True
    return campaign.slug


def _needs(session: Session, coordinator: User, *, at: datetime) -> list[int]:
    """One need in each state, among those of this coordinator."""
    campaign = launch.all_campaigns(session)[0]
    found = (
        needs.inbox(session, coordinator, campaign, basket, at=at, limit=1)
        for basket in needs.Basket
    )
    return [one.id for some in found for one in some]


def _questions(session: Session, volunteer: User) -> list[int]:
    """The last question this volunteer was asked."""
    asked = sa.select(NeedQuestion.id).where(NeedQuestion.to_id == volunteer.id)
    return list(session.scalars(asked.order_by(NeedQuestion.id.desc()).limit(1)))


def _calls_of(session: Session, volunteer: User) -> list[int]:
    """The volunteer’s last call: corrected when it is of today, else the page says why not."""
    mine = sa.select(Call.id).where(Call.volunteer_id == volunteer.id)
    return list(session.scalars(mine.order_by(Call.id.desc()).limit(1)))


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


def _with_partner(session: Session, coordinator: User) -> list[int]:
    """One need of this coordinator's that a partner outside has."""
    mine = sa.select(Coverage.territory_id).where(Coverage.user_id == coordinator.id)
    return list(
        session.scalars(
            sa.select(Need.id)
            .join(Referral)
            .where(Need.territory_id.in_(mine), Need.is_sensitive.is_(False))
            .where(Referral.territory_id.is_(None), Referral.office_id.is_not(None))
            .where(Referral.destination != reference.COORDINATION)
            .order_by(Need.id)
            .limit(1)
        )
    )


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
