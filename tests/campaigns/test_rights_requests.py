"""A request has a month; what is asked is done, said, and proved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings, journal, people, records, rights
from campaigns.models import (
    Alarm,
    AlarmEnding,
    Campaign,
    JournalEntry,
    Need,
    NeedState,
    Objection,
    OutgoingMail,
    Person,
    Provenance,
    Result,
    Right,
    RightsRequest,
    Role,
    SourceList,
    StopReason,
    Tombstone,
    TombstoneKind,
    User,
)
from campaigns.refusal import Refusal
from campaigns.rights import Standing, clock
from tests import factories, rights_stage
from tests.factories import TUESDAY
from tests.web.scene_rights import asked

ON_SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
TODAY = TUESDAY.date()


@pytest.fixture
def campaign(session: Session) -> Campaign:
    return factories.campaign(session)


@pytest.fixture
def dpo(session: Session, campaign: Campaign) -> User:
    return factories.user(session, Role.DPO)


@pytest.mark.parametrize(
    ("received", "due", "longest"),
    [
        (date(2026, 11, 24), date(2026, 12, 24), date(2027, 2, 24)),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 30)),
        (date(2027, 11, 30), date(2027, 12, 30), date(2028, 2, 29)),
        (date(2026, 12, 1), date(2027, 1, 1), date(2027, 3, 1)),
    ],
)
def test_a_month_is_the_same_day_of_the_next_one(received: date, due: date, longest: date) -> None:
    assert (clock.due_on(received), clock.longest(received)) == (due, longest)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(22, Standing.FINE), (23, Standing.SOON), (30, Standing.SOON), (31, Standing.LATE)],
)
def test_a_request_is_soon_due_a_week_before_and_late_the_day_after(
    days: int, expected: Standing
) -> None:
    one = RightsRequest(received_on=TODAY, due_on=clock.due_on(TODAY))
    assert clock.standing(one, TODAY + timedelta(days=days)) is expected


@ON_SQLITE
def test_the_most_pressing_comes_first_and_a_second_asking_is_the_same(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    one, other = (factories.person(session, campaign) for _ in range(2))
    late = asked(session, one, Right.ACCESS, by=dpo)
    early = rights.asking.note(
        session,
        other,
        Right.ACCESS,
        channel=rights.Channel.CALL,
        received_on=TODAY - timedelta(days=9),
        by=dpo,
        at=TUESDAY,
    )
    assert rights.asking.waiting(session) == [early, late]
    assert asked(session, one, Right.ACCESS, by=dpo) is late
    with pytest.raises(Refusal):
        rights.asking.note(
            session,
            one,
            Right.ERASURE,
            channel=rights.Channel.CALL,
            received_on=TODAY + timedelta(days=1),
            by=dpo,
            at=TUESDAY,
        )


@ON_SQLITE
def test_who_protects_the_data_is_told_without_a_name_and_once(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    karim = factories.volunteer(session, campaign)
    whom = factories.person(session, campaign, last_name="Quetzal")
    noted = asked(session, whom, Right.ERASURE, by=karim)
    at = TUESDAY + timedelta(days=25)
    assert [rights.asking.remind(session, at=at) for _ in range(2)] == [1, 0]
    assert rights.asking.remind(session, at=TUESDAY + timedelta(days=31)) == 1
    mails = session.scalars(sa.select(OutgoingMail).order_by(OutgoingMail.id)).all()
    assert [mail.about["why"] for mail in mails] == ["asked", "soon", "late"]
    assert {mail.user_id for mail in mails} == {dpo.id}
    assert all(set(mail.about) == {"rights", "why"} for mail in mails)
    rights.asking.answer(session, noted, said="Effacée à sa demande.", by=dpo, at=at)
    assert rights.asking.remind(session, at=TUESDAY + timedelta(days=60)) == 0


@ON_SQLITE
def test_the_month_is_extended_once_in_time_and_with_a_reason(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    noted = asked(session, factories.person(session, campaign), Right.ACCESS, by=dpo)
    with pytest.raises(Refusal):
        rights.asking.extend(session, noted, reason="non", by=dpo, at=TUESDAY)
    late = TUESDAY + timedelta(days=31)
    with pytest.raises(Refusal, match="premier mois est passé"):
        rights.asking.extend(session, noted, reason="Archives en papier.", by=dpo, at=late)
    rights.asking.extend(session, noted, reason="Archives en papier.", by=dpo, at=TUESDAY)
    assert noted.due_on == clock.longest(TODAY)
    assert "Archives en papier." in noted.note
    with pytest.raises(Refusal, match="une fois"):
        rights.asking.extend(session, noted, reason="Encore un peu.", by=dpo, at=TUESDAY)


@ON_SQLITE
def test_an_objection_stops_the_calls_and_the_mairie_at_once(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    whom = factories.person(session, campaign, birth_date=date(1941, 3, 7))
    noted = asked(session, whom, Right.OBJECTION, by=dpo)
    with pytest.raises(Refusal, match="Cochez"):
        rights.objecting.apply(session, noted, calls=False, mayor=False, by=dpo, at=TUESDAY)
    rights.objecting.apply(session, noted, calls=True, mayor=True, by=dpo, at=TUESDAY)
    assert (whom.stop, whom.mayor_opt_out) == (StopReason.OBJECTED, True)
    assert noted.answered_at == TUESDAY


def test_somebody_erased_is_found_nowhere_and_a_certificate_says_so(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    caller = factories.volunteer(session, campaign)
    whom, canaries = rights_stage.told_everywhere(session, campaign, caller)
    noted = asked(session, whom, Right.ERASURE, by=dpo)
    for name in ("levée de doute", "aide est encore en cours"):
        shown = rights.erasing.preview(session, whom, at=TUESDAY)
        assert any(name in say for say in shown.obstacles)
    with pytest.raises(Refusal, match="On cherche cette personne"):
        rights.erasing.erase(session, noted, left_register=False, by=dpo, at=TUESDAY)
    closed = {"state": NeedState.CLOSED, "result": Result.WITHDRAWN, "closed_at": TUESDAY}
    session.execute(sa.update(Need).values(**closed))
    session.execute(sa.update(Alarm).values(ending=AlarmEnding.FOUND_WELL, closed_at=TUESDAY))
    session.expire_all()
    rights.erasing.erase(session, noted, left_register=False, by=dpo, at=TUESDAY)
    session.flush()
    left = str(holdings.of_person(session, whom.id))
    still = [name for name, canary in canaries.items() if canary in left]
    assert still == ["outgoing_mail.to_address"]  # a service's own address, kept 62 days
    assert (
        records.find(session, campaign, canaries["person.last_name"], territories=None).people == ()
    )
    assert rights.asking.person_of(session, noted) is None
    assert rights.asking.find(session, f"P-{whom.id}", by=dpo) == []
    assert noted.certificate["counts"]["call"] >= 1
    assert rights.certifying.holds(session, noted)
    page = rights_stage.pdf_text(
        rights.pages.certificate_pdf(rights.certifying.told(session, noted))
    )
    assert f"D-{noted.id}" in page
    assert noted.mac[:20] in page.replace("\n", "")
    stone = session.scalars(sa.select(Tombstone)).one()
    assert (stone.kind, stone.object_id) == (TombstoneKind.ERASED, whom.id)


@ON_SQLITE
def test_a_certificate_somebody_changed_no_longer_holds(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    noted = asked(session, factories.person(session, campaign), Right.ERASURE, by=dpo)
    rights.erasing.erase(session, noted, left_register=False, by=dpo, at=TUESDAY)
    assert rights.certifying.holds(session, noted)
    noted.certificate = {**noted.certificate, "counts": {"call": 0}}
    assert not rights.certifying.holds(session, noted)


@ON_SQLITE
def test_an_objection_outlives_the_erasure_and_the_journal_keeps_a_number(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    whom = factories.person(session, campaign, birth_date=date(1941, 3, 7))
    records.stop(session, whom, reason=StopReason.OBJECTED, by=dpo, at=TUESDAY)
    marks = people.fingerprints(session.info["keys"].objection, whom)
    noted = asked(session, whom, Right.ERASURE, by=dpo)
    assert rights.words.OBJECTION_KEPT in rights.erasing.preview(session, whom, at=TUESDAY).kept
    rights.erasing.erase(session, noted, left_register=False, by=dpo, at=TUESDAY)
    kept = session.scalars(sa.select(Objection).where(Objection.fingerprint.in_(marks))).all()
    assert kept != []
    kinds = {one.kind for one in session.scalars(sa.select(Tombstone))}
    assert kinds == {TombstoneKind.ERASED, TombstoneKind.OBJECTED}
    journal.write_pending(session)
    acts = session.scalars(
        sa.select(JournalEntry.action).where(
            JournalEntry.object_kind == "person", JournalEntry.object_id == whom.id
        )
    ).all()
    assert {"person_stopped", "rights_noted", "person_erased"} <= set(acts)


@ON_SQLITE
def test_somebody_on_a_register_is_taken_off_it_by_the_mairie_first(
    session: Session, campaign: Campaign, dpo: User
) -> None:
    whom = factories.person(session, campaign)
    session.add(SourceList(name="Registre", is_register=True, created_at=TUESDAY))
    session.add(Provenance(person_id=whom.id, source="Registre"))
    noted = asked(session, whom, Right.ERASURE, by=dpo)
    with pytest.raises(Refusal, match="la mairie"):
        rights.erasing.erase(session, noted, left_register=False, by=dpo, at=TUESDAY)
    rights.erasing.erase(session, noted, left_register=True, by=dpo, at=TUESDAY)
    assert session.get_one(Person, whom.id).forgotten_at == TUESDAY
