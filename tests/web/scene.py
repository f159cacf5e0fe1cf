"""Two of everything, and everybody who may knock: what the access matrix and the gate's tests walk."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire.instance import Instance
from campaigns import (
    accounts,
    alarms,
    care,
    directory,
    launch,
    mails,
    needs,
    pairing,
    printing,
    quality,
    routes,
    sealing,
    team,
)
from campaigns.models import (
    Absence,
    Agreement,
    Appointment,
    Campaign,
    CampaignState,
    CareKind,
    DeskSlot,
    GoodNewsKind,
    Line,
    LinkKind,
    MeetingKind,
    Membership,
    Need,
    NeedQuestion,
    Office,
    OutgoingMail,
    PairingKind,
    Person,
    QualityKind,
    ReturnedSheet,
    Review,
    Role,
    SavedView,
    SourceList,
    Territory,
    User,
    Voucher,
    WeakSignal,
    WeekPlan,
)
from campaigns.records import mairies, suggested
from importers import batches
from tests import factories
from tests.factories import EVE, TUESDAY, WEEK
from tests.web import scene_announcing, scene_exports, scene_forgetting, scene_rights, scene_texts

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
        _review(session, scene)
        session.execute(
            sa.delete(Membership).where(Membership.user_id == scene.people["volunteer_removed"].id)
        )
        _needs(session, campaign, scene)
        _lead_things(session, campaign, scene)
        _off_screen(session, campaign, scene)
        # After paper has left: its call closes the line that was issued.
        _cared_for(session, campaign, scene)
        _watch(session, campaign, scene)
        _links(session, instance, scene)
        scene_announcing.add(session, campaign, scene.people, scene.add)
        scene_exports.add(session, campaign, scene.people, _territory(session, "HDS"), scene.add)
        scene_texts.add(session, scene.add)
        scene_forgetting.add(session, scene.add)
        scene_rights.add(session, campaign, scene.people, scene.add)
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


def _review(session: Session, scene: Scene) -> None:
    """The first report of somebody is read again: here of who leaves the campaign afterwards."""
    of = scene.things["line_r"]
    line, whom = session.get_one(Line, of["line_id"]), session.get_one(Person, of["person_id"])
    logged = factories.call(session, line, whom, by=scene.people["volunteer_removed"], at=EVE)
    session.flush()
    review = session.scalars(sa.select(Review).where(Review.call_id == logged.calls[0].id)).one()
    scene.add("review", "coordination", review_id=review.id)
    scene.add("no_review", review_id=NOBODYS)


def _records(session: Session, peronne: Person, amiens: Person, scene: Scene) -> None:
    """Each coordinator reads the records of their own territory; the lead reads them all."""
    for number, whom in ((1, peronne), (2, amiens)):
        whom.hold = None
        case = quality.open_case(session, whom, kind=QualityKind.OTHER, detail="À voir", at=EVE)
        session.flush()
        owners = (f"coordinator_{number}", "coordination", "lead")
        scene.add(f"record_{number}", *owners, person_id=whom.id, other="P-0")
        scene.add(f"case_{number}", *owners, case_id=case.id)
        decided = pairing.decide(
            session, whom, scene.people["volunteer_removed"], kind=PairingKind.NEVER, reason="La scène.",
            last_on=None, by=scene.people["lead"], at=EVE,
        )  # fmt: skip
        scene.add(f"voice_{number}", *owners, person_id=whom.id, pairing_id=decided.id)


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
            _work_on(session, campaign, need, scene)
    _records(session, peronne, amiens, scene)
    _routes(session, campaign, scene)


def _routes(session: Session, campaign: Campaign, scene: Scene) -> None:
    """A draft of the table; an office that has been asked whether its entry is right."""
    draft = routes.start(session, campaign, by=scene.people["lead"], at=EVE)
    row = next(one for one in draft.rows if one.category == "ALI_COURSES")
    scene.add("category", "lead", code="ALI_COURSES", row_id=row.id)
    scene.add("no_category", code="RIEN", row_id=NOBODYS)
    scene.add("shown_field", "lead", field="age")
    scene.add("no_shown_field", field="birth_date")
    scene.add("no_routes", table_id=NOBODYS)
    office = session.scalars(sa.select(Office).where(Office.code == "CCAS_80620")).one()
    office.nonce, office.confirm_asked_at = sealing.fresh_nonce(), EVE
    scene.add("office", "lead", office_id=office.id)
    scene.add("no_office", office_id=NOBODYS)
    scene.add("office_link", "anybody", token=directory.confirming.token(session, office))
    scene.add("territory", "lead", territory_id=_territory(session, "HDS").id)
    scene.add("no_territory", territory_id=NOBODYS)
    scene.add("coordinator", "lead", user_id=scene.people["coordinator_1"].id)


def _work_on(session: Session, campaign: Campaign, need: Need, scene: Scene) -> None:
    """What a coordinator's week leaves: a question, a voucher, a meeting, a slot, a view, days off."""
    by, volunteer = scene.people["coordinator_1"], scene.people["volunteer_a"]
    when = EVE + timedelta(days=10)
    question = NeedQuestion(
        need_id=need.id, to=volunteer, asked_by=by, text="Depuis quand ?", asked_at=EVE
    )
    voucher = Voucher(need_id=need.id, amount_cents=5_000, asked_at=EVE, asked_by_id=by.id)
    meeting = Appointment(
        need_id=need.id, kind=MeetingKind.HOME, at=when, made_at=EVE, made_by_id=by.id
    )
    office = session.scalars(sa.select(Office).order_by(Office.id).limit(1)).one()
    slot = DeskSlot(office_id=office.id, starts_at=when, places=2)
    view = SavedView(user_id=by.id, name="Urgents", filters={"urgence": "U1"})
    away = Absence(
        user_id=by.id,
        first_on=when.date(),
        last_on=when.date(),
        deputy_id=scene.people["coordination"].id,
    )
    made = {
        "question": (question, ("volunteer_a",)),
        "voucher": (voucher, ("coordinator_1", "coordination")),
        "meeting": (meeting, ("coordinator_1", "coordination")),
        "slot": (slot, ("coordinator_1", "coordinator_2", "coordination")),
        "view": (view, ("coordinator_1",)),
        "absence": (away, ("coordinator_1",)),
    }
    names = {"question": "question_a", "slot": "slot", "absence": "away_1"}
    session.add_all(row for row, _ in made.values())
    session.flush()
    of_need = {"need_id": need.id, "version": need.version}
    for kind, (row, owners) in made.items():
        scene.add(names.get(kind, f"{kind}_1"), *owners, **{**of_need, f"{kind}_id": row.id})
        nobodys = "no_away" if kind == "absence" else f"no_{kind}"
        scene.add(nobodys, **{**of_need, f"{kind}_id": NOBODYS})
    scene.add("voucher_lead", "lead", **of_need, voucher_id=voucher.id)
    scene.add("away_lead", "lead", user_id=by.id, absence_id=away.id)
    scene.add("no_away_lead", user_id=by.id, absence_id=NOBODYS)


def _cared_for(session: Session, campaign: Campaign, scene: Scene) -> None:
    """A call of today, an alert, somebody to ring back and a good moment, all of volunteer_a."""
    by, things = scene.people["volunteer_a"], scene.things["line_a"]
    whom, line = (
        session.get_one(Person, things["person_id"]),
        session.get_one(Line, things["line_id"]),
    )
    logged = factories.call(session, line, whom, by=by, at=TUESDAY)
    scene.add("call_a", "volunteer_a", call_id=logged.calls[0].id)
    alert = needs.sound_alarm(session, whom, campaign=campaign, by=by, at=TUESDAY)
    scene.add("alert_a", "volunteer_a", need_id=alert.id)
    asked = care.ask(session, campaign, CareKind.TALK, by=by, at=TUESDAY)
    scene.add("care_a", "volunteer_a", request_id=asked.id)
    scene.add("care_a_desk", "coordination", request_id=asked.id)
    told = care.good.tell(session, campaign, GoodNewsKind.STORY, "Un rire.", by=by, at=TUESDAY)
    session.flush()
    scene.add("news_desk", "coordination", news_id=told.id)
    scene.add("care_desk", "coordination")
    scene.add("no_call", call_id=NOBODYS)
    scene.add("no_care", request_id=NOBODYS)


def _partner_link(session: Session, need: Need, scene: Scene) -> None:
    referral = next(item for item in need.referrals if not needs.is_internal(item))
    scene.add("partner_link", "anybody", token=needs.partner_token(session, referral))


def _watch(session: Session, campaign: Campaign, scene: Scene) -> None:
    """An alarm in each territory, a signal in one, somebody a mairie proposes, its link."""
    for number, record in ((1, "record_1"), (2, "record_2")):
        whom = session.get_one(Person, scene.things[record]["person_id"])
        made = alarms.open_by_hand(
            session,
            factories.enrolment(session, whom),
            campaign,
            say="Doute de la scène.",
            by=scene.people["coordination"],
            at=EVE,
        )
        assert made
        owners = (f"coordinator_{number}", "coordination")
        scene.add(f"alarm_{number}", *owners, alarm_id=made.id, version=made.version)
    signal = WeakSignal(
        campaign_id=campaign.id, category="ALI_COURSES", insee="80620", count=6,
        opened_at=EVE, last_at=EVE,
    )  # fmt: skip
    session.add(signal)
    session.flush()
    scene.add("signal_1", "coordinator_1", "coordination", signal_id=signal.id)
    office = session.scalars(sa.select(Office).where(Office.code == "MAIRIE_80620")).first()
    office = office or session.scalars(sa.select(Office).where(Office.kind == "mairie")).first()
    assert office
    office.nonce = office.nonce or "scene"
    scene.add("suggest_link", "anybody", token=mairies.office_token(session, office, campaign))
    told = suggested.Proposal(
        "Neuve", "Rose", phone="01 99 00 55 55", agreed_on=EVE.date(), said_by="L’accueil"
    )
    proposal = suggested.propose(session, campaign, office, told, at=EVE)
    scene.add("proposals", "coordination")
    scene.add("proposal", "coordination", suggestion_id=proposal.id)
    scene.add("number", "anybody", number=1)
    for name, values in (
        ("no_alarm", {"alarm_id": NOBODYS, "version": 1}),
        ("no_signal", {"signal_id": NOBODYS}),
        ("no_suggest_link", {"token": "1-1-x"}),
    ):
        scene.add(name, **values)


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
    scene.add("mail", "lead", "coordination", mail_id=mail.id)
    scene.add("campaign", "lead", "volunteer_a", "volunteer_b", campaign_id=campaign.id)
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
        ("no_voice", "pairing_id"),
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
    scene.add("help", "anybody", slug="volontaire")
    scene.add("help_picture", "anybody", slug="volontaire-feuille")
    scene.add("no_help", slug="personne")
    volunteers = ("volunteer_a", "volunteer_b", "volunteer_removed")
    scene.add("scenario", *volunteers, slug="des-courses")
    scene.add("no_scenario", slug="rien")
    scene.add("training_page", *volunteers, number=1)
    scene.add("no_training_page", number=9)


def _territory(session: Session, code: str) -> Territory:
    return session.scalars(sa.select(Territory).where(Territory.code == code)).one()
