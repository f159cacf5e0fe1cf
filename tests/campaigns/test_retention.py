"""Each rule keeps until its day, and not a day longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import journal
from campaigns.models import (
    Agreement,
    Alarm,
    AlarmWhy,
    Call,
    Campaign,
    CampaignState,
    Export,
    ExportState,
    ImportBatch,
    ImportChunk,
    ImportState,
    JournalEntry,
    LinkKind,
    MailState,
    Need,
    NeedState,
    OutgoingMail,
    Person,
    Provenance,
    Result,
    Role,
    SignedSession,
    SignInFailure,
    SignInLink,
    SourceList,
    User,
)
from campaigns.refusal import Refusal
from campaigns.retention import idle, passes, people, rules
from campaigns.retention.passes import Cutoffs
from tests import factories
from tests.factories import EVE, TUESDAY

DAY = timedelta(days=1)
MOST = {rule.key: rule.most for rule in rules.RULES}


def purge(session: Session, rule: str, *, at: datetime) -> None:
    """Do every pass of a rule."""
    session.flush()
    after: int | None = 0
    while after is not None:
        after = passes.run(session, rule, Cutoffs(MOST, at), after=after).cursor
    journal.write_pending(session)
    session.expire_all()


def closed(session: Session) -> Campaign:
    return factories.campaign(session, state=CampaignState.CLOSED, closed_at=TUESDAY)


def called(session: Session, campaign: Campaign, **answers: Any) -> Person:
    caller = factories.volunteer(session, campaign)
    person = factories.person(session, campaign)
    (line,) = factories.lines(session, factories.published(session, campaign))
    factories.call(session, line, person, by=caller, at=TUESDAY, **answers)
    session.flush()
    return person


def need_of(session: Session, campaign: Campaign, person: Person, **columns: Any) -> Need:
    by = factories.volunteer(session, campaign)
    values = {
        "category": "ALI_COURSES",
        "urgency": "U2",
        "agreement": Agreement.YES,
        "text": "Ne peut plus faire ses courses",
        "raised_at": EVE,
        "due_at": EVE,
        "moved_at": EVE,
        "raised_by_id": by.id,
        "state": NeedState.CLOSED,
        "closed_at": TUESDAY,
        "result": Result.SOLVED,
    } | columns
    made = Need(campaign_id=campaign.id, person_id=person.id, **values)
    session.add(made)
    session.flush()
    return made


# What each rule lets go, made so that its time begins on Tuesday; and how it shows that it went.
def _uncontacted(session: Session) -> Callable[[], bool]:
    factories.person(session, closed(session))
    return lambda: session.scalar(sa.select(Person.forgotten_at)) is not None


def _contacted(session: Session) -> Callable[[], bool]:
    campaign = factories.campaign(session)
    called(session, campaign)
    campaign.state, campaign.closed_at = CampaignState.CLOSED, TUESDAY
    return lambda: session.scalar(sa.select(Person.forgotten_at)) is not None


def _need_text(session: Session) -> Callable[[], bool]:
    campaign = factories.campaign(session)
    need_of(session, campaign, factories.person(session, campaign))
    return lambda: session.scalar(sa.select(Need.text)) == ""


def _note(session: Session) -> Callable[[], bool]:
    called(session, factories.campaign(session))
    session.execute(sa.update(Call).values(note="Un mot"))
    return lambda: session.scalar(sa.select(Call.note)) == ""


def _file(session: Session) -> Callable[[], bool]:
    batch = ImportBatch(
        campaign_id=factories.campaign(session).id, source="IODAS", filename="l.csv",
        sha256="0" * 64, content=b"Canari", state=ImportState.READY, created_at=TUESDAY,
    )  # fmt: skip
    session.add(batch)
    session.flush()
    session.add(ImportChunk(batch_id=batch.id, number=0, rows=[["Canari"]]))
    return lambda: (
        session.scalar(sa.select(ImportBatch.content)) is None
        and session.scalar(sa.select(ImportChunk.id)) is None
        and session.scalar(sa.select(ImportBatch.state)) is ImportState.CANCELLED
    )


def _mail(session: Session) -> Callable[[], bool]:
    mail = OutgoingMail(
        dedup_key="k", kind="sign_in", to_address="a@example.org", about={"link": 7},
        state=MailState.SENT, posted_at=TUESDAY, next_at=TUESDAY, sent_at=TUESDAY,
    )  # fmt: skip
    session.add(mail)
    found = sa.select(OutgoingMail.to_address, OutgoingMail.about)
    return lambda: tuple(session.execute(found).one()) == ("", {})


def _reason(session: Session) -> Callable[[], bool]:
    campaign = factories.campaign(session)
    export = Export(
        campaign_id=campaign.id, kind="people", form="csv", is_named=True, asked_at=TUESDAY,
        reason="Suivi de Mme Quetzal", state=ExportState.EXPIRED,
        asked_by_id=factories.user(session, Role.LEAD, campaign).id,
    )  # fmt: skip
    session.add(export)
    return lambda: session.scalar(sa.select(Export.reason)) == ""


def _account(session: Session) -> Callable[[], bool]:
    """A volunteer who was told long ago, and never came."""
    factories.volunteer(
        session,
        factories.campaign(session),
        last_seen_at=TUESDAY,
        created_at=EVE,
        inactive_told_at=TUESDAY,
    )
    return lambda: session.scalar(sa.select(User.forgotten_at)) is not None


def _traces(session: Session) -> Callable[[], bool]:
    user = factories.user(session, Role.LEAD)
    for number, at in enumerate((TUESDAY, TUESDAY + 400 * DAY)):
        key = {"key_hash": f"{number}", "user_id": user.id}
        session.add(SignedSession(**key, opened_at=at, seen_at=at))
        made = {"made_at": at, "expires_at": at, "nonce": f"{number}"}
        session.add(SignInLink(user_id=user.id, kind=LinkKind.AGAIN, **made))
    session.add(SignInFailure(key_hash="x", at=TUESDAY))
    left = (SignedSession, SignInLink, SignInFailure)
    return lambda: [len(session.scalars(sa.select(one)).all()) for one in left] == [1, 1, 0]


def _journal(session: Session) -> Callable[[], bool]:
    lead = factories.user(session, Role.LEAD)
    for at in (TUESDAY, TUESDAY + 400 * DAY):
        journal.record(session, "heat_on", about=lead, by=lead, at=at)
    journal.write_pending(session)
    return lambda: session.scalar(sa.select(sa.func.count(JournalEntry.id))) == 1


RULES = {
    "uncontacted": (_uncontacted, "uncontacted"),
    "contacted": (_contacted, "contacted"),
    "words of a need": (_need_text, "words"),
    "words of a call": (_note, "words"),
    "files": (_file, "files"),
    "words of an export": (_reason, "words"),
    "mails": (_mail, "mails"),
    "accounts": (_account, "accounts"),
    "traces": (_traces, "traces"),
    "journal": (_journal, "journal"),
}


# The day itself is still kept of the journal: what is older goes, and lines come in their order.
AT_THE_HOUR = {name: name != "journal" for name in RULES}


@pytest.mark.parametrize("days", [-1, 0, 1], ids=["the day before", "its day", "the day after"])
@pytest.mark.parametrize("name", RULES)
def test_a_rule_keeps_until_its_day_and_lets_go_then(
    session: Session, name: str, days: int
) -> None:
    build, rule = RULES[name]
    is_gone = build(session)
    purge(session, rule, at=TUESDAY + (MOST[rule] + days) * DAY)
    assert is_gone() is (AT_THE_HOUR[name] if days == 0 else days > 0)


def test_every_rule_is_tried_at_its_boundary() -> None:
    assert {rule for _, rule in RULES.values()} | {"backups"} == set(MOST)  # files: test_purging


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_the_reason_of_an_export_being_written_is_kept(session: Session) -> None:
    is_gone = _reason(session)
    session.flush()
    session.execute(sa.update(Export).values(state=ExportState.WAITING))
    purge(session, "words", at=LATE)
    assert not is_gone()


def test_a_volunteer_who_is_gone_is_told_then_forgotten_thirty_days_later(
    session: Session,
) -> None:
    campaign = factories.campaign(session)
    gone = factories.volunteer(session, campaign, last_seen_at=TUESDAY, created_at=EVE)
    limit = TUESDAY + MOST["accounts"] * DAY
    purge(session, "accounts", at=limit - DAY)
    assert gone.inactive_told_at is None
    purge(session, "accounts", at=limit + DAY)
    (mail,) = session.scalars(sa.select(OutgoingMail))
    assert (mail.kind, mail.to_address) == (idle.KIND, gone.email)
    purge(session, "accounts", at=limit + 30 * DAY)
    assert gone.forgotten_at is None
    purge(session, "accounts", at=limit + 31 * DAY)
    assert gone.forgotten_at is not None
    assert gone.email.endswith("@compte.invalid")
    assert gone.full_name == "Compte effacé"
    assert session.scalars(sa.select(OutgoingMail)).all() == []


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_volunteer_who_comes_back_and_a_lead_are_kept(session: Session) -> None:
    campaign = factories.campaign(session)
    back = factories.volunteer(session, campaign, last_seen_at=TUESDAY, created_at=EVE)
    lead = factories.user(session, Role.LEAD, last_seen_at=TUESDAY, created_at=EVE)
    purge(session, "accounts", at=TUESDAY + 366 * DAY)
    session.execute(
        sa.update(User)
        .where(User.id == back.id)
        .values(last_seen_at=TUESDAY + 370 * DAY, inactive_told_at=None)
    )
    purge(session, "accounts", at=TUESDAY + 500 * DAY)
    assert (back.forgotten_at, back.inactive_told_at) == (None, None)
    assert lead.inactive_told_at is None


LATE = TUESDAY + 3000 * DAY


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
@pytest.mark.parametrize("state", [one for one in CampaignState if one != CampaignState.CLOSED])
def test_nobody_of_a_campaign_that_is_not_over_is_forgotten(
    session: Session, state: CampaignState
) -> None:
    person = factories.person(session, factories.campaign(session, state=state))
    for rule in ("uncontacted", "contacted"):
        purge(session, rule, at=LATE)
    assert person.forgotten_at is None


def test_who_is_on_the_last_list_of_a_register_is_kept_and_who_left_it_goes(
    session: Session,
) -> None:
    campaign = closed(session)
    session.add(SourceList(name="CCAS", is_register=True, created_at=EVE))
    batches = [
        ImportBatch(
            campaign_id=campaign.id, source="CCAS", filename="l", sha256=f"{number}" * 64,
            state=ImportState.CONFIRMED, created_at=EVE,
        )
        for number in range(2)
    ]  # fmt: skip
    session.add_all(batches)
    session.flush()
    left, stays = (factories.person(session, campaign) for _ in batches)
    for person, batch in zip((left, stays), batches, strict=True):
        session.add(Provenance(person_id=person.id, source="CCAS", last_batch_id=batch.id))
    purge(session, "uncontacted", at=LATE)
    assert left.forgotten_at is not None
    assert stays.forgotten_at is None


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_who_still_waits_for_something_is_kept(session: Session) -> None:
    campaign = closed(session)
    waits, watched = (factories.person(session, campaign) for _ in range(2))
    need = need_of(session, campaign, waits, state=NeedState.NEW, closed_at=None, result=None)
    session.add(
        Alarm(
            campaign_id=campaign.id, person_id=watched.id, why=AlarmWhy.SILENCE, say="x",
            opened_at=EVE, due_at=EVE,
        )
    )  # fmt: skip
    purge(session, "contacted", at=LATE)
    purge(session, "words", at=LATE)
    assert (waits.forgotten_at, watched.forgotten_at) == (None, None)
    assert need.text


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_note_waits_for_the_need_it_led_to(session: Session) -> None:
    campaign = factories.campaign(session)
    person = called(session, campaign)
    call = session.scalars(sa.select(Call)).one()
    call.note = "Un mot"
    need = need_of(session, campaign, person, call_id=call.id, closed_at=TUESDAY + 300 * DAY)
    purge(session, "words", at=TUESDAY + 479 * DAY)
    assert (call.note, need.text != "") == ("Un mot", True)
    purge(session, "words", at=TUESDAY + 481 * DAY)
    assert (call.note, need.text) == ("", "")


def test_the_counts_of_a_campaign_are_kept_before_its_people_go(session: Session) -> None:
    campaign = factories.campaign(session)
    called(session, campaign)
    campaign.state, campaign.closed_at = CampaignState.CLOSED, TUESDAY
    purge(session, "contacted", at=LATE)
    assert campaign.final_counts["counts"]
    assert session.scalar(sa.select(sa.func.count(Call.id))) == 1


def test_a_rehearsal_announces_what_a_purge_does_and_changes_nothing(session: Session) -> None:
    campaign = factories.campaign(session)
    called(session, campaign)
    campaign.state, campaign.closed_at = CampaignState.CLOSED, TUESDAY
    session.execute(sa.update(Call).values(note="Un mot"))
    session.flush()
    cuts = Cutoffs(MOST, LATE)
    told = passes.rehearse(session, cuts)
    assert told == passes.rehearse(session, cuts)
    assert told["words"]["call"] == 1
    passed = passes.run(session, "contacted", cuts, after=0)
    assert dict(passed.tables) == told["contacted"]
    assert passes.people_due(session, cuts) == {"uncontacted": 0, "contacted": 0}


# The rules themselves ----------------------------------------------------------------------


def test_a_duration_is_shortened_and_never_lengthened(session: Session) -> None:
    campaign = factories.campaign(session)
    dpo = factories.user(session, Role.DPO)
    rules.shorten(session, "words", "90", by=dpo, at=TUESDAY)
    found = rules.in_force(session)
    assert (found.days["words"], found.days["contacted"]) == (90, 730)
    assert found.changed["words"] == (TUESDAY, dpo.id)
    for asked in ("90", "91", "180", "181", "29", "0", "-5", "", "dix"):
        with pytest.raises(Refusal):
            rules.shorten(session, "words", asked, by=dpo, at=TUESDAY)
    assert rules.in_force(session).days["words"] == 90
    assert campaign.thresholds["retention"]["days"]["words"]["days"] == 90


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_longer_duration_written_by_another_hand_is_not_obeyed(session: Session) -> None:
    told = {"days": 9999, "at": TUESDAY.isoformat(), "by": 1}
    factories.campaign(session, thresholds={"retention": {"days": {"journal": told}}})
    assert rules.in_force(session).days["journal"] == MOST["journal"]


def test_the_night_is_switched_on_and_off(session: Session) -> None:
    factories.campaign(session)
    dpo = factories.user(session, Role.DPO)
    assert not rules.in_force(session).by_night
    for on in (True, False):
        rules.switch_night(session, on=on, by=dpo, at=TUESDAY)
        assert rules.in_force(session).by_night is on


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_double_that_waits_for_something_keeps_the_record(session: Session) -> None:
    campaign = closed(session)
    kept = factories.person(session, campaign)
    double = factories.person(session, campaign, merged_into_id=kept.id)
    need_of(session, campaign, double, state=NeedState.NEW, closed_at=None, result=None)
    assert people.uncontacted(session, before=LATE, limit=10) == []
