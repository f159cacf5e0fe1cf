"""Two of everything, and everybody who may knock: what the access matrix and the gate's tests walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.instance import Instance
from campaigns import accounts, launch, mails, needs, printing, quality, team
from campaigns.models import (
    Absence,
    Agreement,
    Campaign,
    CampaignState,
    Line,
    LinkKind,
    Membership,
    Need,
    OutgoingMail,
    Person,
    QualityKind,
    ReturnedSheet,
    Role,
    SourceList,
    Territory,
    User,
    WeekPlan,
)
from importers import batches
from tests import factories
from tests.factories import EVE, WEEK

NOBODYS = 999_999
# Words that stand on one record only: met elsewhere, something leaked.
CANARIES = {"a": "Quetzalcoa", "b": "Quetzalbeo", "r": "Quetzalrio", "2": "Quetzaldeu"}
TOWNS = {"80620": "HDS", "80021": "AMI"}  # commune → code of its territory


@dataclass
class Scene:
    """The people by the name of their part; the things by name, as the values an address needs."""

    people: dict[str, User] = field(default_factory=dict)
    things: dict[str, dict[str, object]] = field(default_factory=dict)
    owners: dict[str, frozenset[str]] = field(default_factory=dict)

    def add(self, name: str, *owners: str, **values: object) -> None:
        """Note a thing, whose it is, and what stands for it in addresses and forms."""
        self.things[name] = values
        self.owners[name] = frozenset(owners)


def build(instance: Instance) -> Scene:
    """Write the scene into an empty instance and keep it."""
    scene = Scene()
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=EVE)
        campaign = factories.campaign(session)
        _people(session, campaign, scene)
        _calls(session, campaign, scene)
        session.execute(
            sa.delete(Membership).where(Membership.user_id == scene.people["volunteer_removed"].id)
        )
        _needs(session, campaign, scene)
        _lead_things(session, campaign, scene)
        _off_screen(session, campaign, scene)
        _links(session, instance, scene)
    return scene


def _people(session: Session, campaign: Campaign, scene: Scene) -> None:
    here = {code: _territory(session, code).id for code in TOWNS.values()}
    for name in ("volunteer_a", "volunteer_b", "volunteer_removed"):
        scene.people[name] = factories.volunteer(session, campaign)
    scene.people["disabled"] = factories.volunteer(session, campaign, half_days=())
    for name, role, territories in (
        ("coordinator_1", Role.COORDINATOR, [here["HDS"]]),
        ("coordinator_2", Role.COORDINATOR, [here["AMI"]]),
        ("coordination", Role.COORDINATION, []),
        ("lead", Role.LEAD, []),
        ("dpo", Role.DPO, []),
    ):
        scene.people[name] = factories.user(session, role, campaign, territories=territories)


def _calls(session: Session, campaign: Campaign, scene: Scene) -> None:
    for letter in "abr":
        factories.person(session, campaign, last_name=CANARIES[letter], insee="80620")
    plan = factories.published(session, campaign)
    for name in ("volunteer_a", "volunteer_b", "volunteer_removed"):
        (line,) = factories.lines(session, plan, whose=scene.people[name])
        _line(session, scene, line, plan, letter=name.removeprefix("volunteer_")[0], owner=name)
    absence = Absence(
        user_id=scene.people["volunteer_a"].id,
        first_on=EVE.date() + timedelta(days=20),
        last_on=EVE.date() + timedelta(days=21),
    )
    session.add(absence)
    session.flush()
    scene.add("absence_a", "volunteer_a", absence_id=absence.id)


def _line(
    session: Session, scene: Scene, line: Line, plan: WeekPlan, *, letter: str, owner: str
) -> None:
    (person,) = line.household.people
    person.last_name = CANARIES[letter]
    # Taken off a campaign, a volunteer keeps no line: who had it does not matter any more.
    owners = () if owner == "volunteer_removed" else (owner,)
    scene.add(
        f"line_{letter}",
        *owners,
        line_id=line.id,
        person_id=person.id,
        phone_id=person.phones[0].id,
    )


def _records(session: Session, peronne: Person, amiens: Person, scene: Scene) -> None:
    """Each coordinator reads the records of their own territory; the lead reads them all."""
    for number, whom in ((1, peronne), (2, amiens)):
        whom.hold = None
        case = quality.open_case(session, whom, kind=QualityKind.OTHER, detail="À voir", at=EVE)
        session.flush()
        owners = (f"coordinator_{number}", "coordination", "lead")
        scene.add(f"record_{number}", *owners, person_id=whom.id, other="P-0")
        scene.add(f"case_{number}", *owners, case_id=case.id)


def _needs(session: Session, campaign: Campaign, scene: Scene) -> None:
    amiens = factories.person(session, campaign, last_name=CANARIES["2"], insee="80021")
    peronne = session.get_one(Person, scene.things["line_a"]["person_id"])
    for name, whom, category, owners in (
        ("need_1", peronne, "ALI_COURSES", ("coordinator_1", "coordination")),
        ("need_2", amiens, "ALI_COURSES", ("coordinator_2", "coordination")),
        ("need_sensitive", peronne, "PRO_VIOLENCES", ("coordination",)),
    ):
        need = needs.raise_(
            session,
            needs.Draft(category, text="Ne peut plus faire ses courses", agreement=Agreement.YES),
            campaign=campaign,
            person=whom,
            call=None,
            by=scene.people["volunteer_a"],
            at=EVE,
        )
        session.flush()
        scene.add(name, *owners, need_id=need.id, version=need.version)
        if name == "need_1":
            _partner_link(session, need, scene)
    _records(session, peronne, amiens, scene)


def _partner_link(session: Session, need: Need, scene: Scene) -> None:
    referral = next(item for item in need.referrals if not needs.is_internal(item))
    scene.add("partner_link", "anybody", token=needs.partner_token(session, referral))


def _off_screen(session: Session, campaign: Campaign, scene: Scene) -> None:
    campaign.paper_allowed = True
    by = scene.people["coordination"]
    whose = [scene.people["volunteer_a"].id]
    (issued,) = printing.issue(
        session, campaign, week=WEEK, kind="pdf", volunteers=whose, by=by, at=EVE
    )
    report = {"day": "2026-11-24", "rows": []}
    back = ReturnedSheet(issued_id=issued.id, sha256="", returned_at=EVE, report=report)
    session.add(back)
    session.flush()
    scene.add("paper", "coordination")
    scene.add("issued", "coordination", issued_id=issued.id)
    scene.add("no_issued", issued_id=NOBODYS)
    scene.add("returned", "coordination", returned_id=back.id)
    scene.add("no_returned", returned_id=NOBODYS)


def _lead_things(session: Session, campaign: Campaign, scene: Scene) -> None:
    mails.post(
        session,
        "invitation",
        to=scene.people["volunteer_b"],
        key="scene",
        about={"link": 0},
        at=EVE,
    )
    mail = session.scalars(sa.select(OutgoingMail).where(OutgoingMail.dedup_key == "scene")).one()
    mails.stamp_failed(session, mail.id, at=EVE, reply="550", is_final=True, spread=0)
    scene.add("mail", "lead", mail_id=mail.id)
    scene.add("campaign", "lead", campaign_id=campaign.id)
    scene.add("week", "lead", week=WEEK)
    scene.add("no_week", week="2026-W60")
    volunteer = scene.people["volunteer_a"]
    scene.add("sheet_a", "lead", week=WEEK, user_id=volunteer.id)
    scene.add("no_sheet", week=WEEK, user_id=NOBODYS)
    other = factories.campaign(session, "autre")
    for name, of, owners in (
        ("list", campaign, ["lead"]),
        ("list_of_another_campaign", other, []),
    ):
        batch = batches.drop(
            session,
            of,
            content=f"Nom;Prénom;Téléphone\n{name};Rose;01 99 00 12 34\n".encode(),
            filename="liste.csv",
            source="Registre",
            encoding="utf-8",
            by=scene.people["lead"],
            at=EVE,
        )
        session.flush()
        scene.add(name, *owners, list_id=batch.id)
    other.state = CampaignState.CLOSED
    source = SourceList(name="Source de la scène", created_at=EVE)
    session.add(source)
    session.flush()
    scene.add("source", "lead", source_id=source.id)
    scene.add("table", "lead", slug="annuaire")
    scene.add("no_table", slug="rien")
    scene.add("member", "lead", user_id=scene.people["volunteer_b"].id)
    for name, field_name in (
        ("no_line", "line_id"),
        ("no_need", "need_id"),
        ("no_absence", "absence_id"),
        ("no_campaign", "campaign_id"),
        ("no_mail", "mail_id"),
        ("no_member", "user_id"),
        ("no_list", "list_id"),
        ("no_source", "source_id"),
        ("no_record", "person_id"),
        ("no_case", "case_id"),
    ):
        scene.add(name, **{"version": 1, "phone_id": 1, "person_id": 1} | {field_name: NOBODYS})


def _links(session: Session, instance: Instance, scene: Scene) -> None:
    at = instance.clock()
    volunteer, lead = scene.people["volunteer_b"], scene.people["lead"]
    weekly = accounts.make_link(
        session, volunteer, kind=LinkKind.WEEKLY, at=at, expires_at=at + timedelta(days=3)
    )
    scene.add("weekly_link", "anybody", token=accounts.token_of(session, weekly))
    # Its own holder may use it, but not at the door of staff.
    scene.add("weekly_link_of_a_volunteer", token=accounts.token_of(session, weekly))
    scene.add("enrolment", "anybody", token=accounts.invite(session, lead, by=None, at=at))
    scene.add("opt_out", "anybody", token=team.opt_out_token(session, volunteer))
    scene.add("no_link", token=f"{NOBODYS}-abc")
    scene.add("demo_role", "anybody", slug="benevole")


def _territory(session: Session, code: str) -> Territory:
    return session.scalars(sa.select(Territory).where(Territory.code == code)).one()
