"""Nothing is left of somebody who is forgotten, nothing of anybody else is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns import holdings, records, sheets
from campaigns.models import (
    Base,
    Call,
    CampaignState,
    Commune,
    Enrolment,
    Household,
    Line,
    Person,
    StopReason,
    Tombstone,
    TombstoneKind,
)
from campaigns.retention import erasing, tombstones
from campaigns.retry import Spoke
from tests import factories, rights_stage
from tests.factories import TUESDAY

# The address of an office or a colleague, and what recognises a mail: kept for their own time.
_OF_OTHERS = {"outgoing_mail.to_address"}


def everything(session: Session) -> str:
    """All that every table holds, as one text."""
    session.flush()
    rows = (
        repr(tuple(row))
        for table in Base.metadata.sorted_tables
        for row in session.execute(sa.select(table))
    )
    return "\n".join(rows)


def test_no_word_of_somebody_erased_is_left_in_any_table(session: Session) -> None:
    campaign = factories.campaign(session)
    caller = factories.volunteer(session, campaign)
    person, canaries = rights_stage.told_everywhere(session, campaign, caller)
    before = everything(session)
    written = {
        column: canary
        for column, canary in canaries.items()
        if column not in {"person.birth_date", "phone.e164", "call_suggestion.phone"}
    }
    assert [one for one in written if written[one] not in before] == []
    promised = erasing.count(session, [person.id], at=TUESDAY)
    done = erasing.erase_person(session, person, at=TUESDAY)
    left = everything(session)
    assert {one for one in written if written[one] in left} == _OF_OTHERS
    assert rights_stage.NUMBER[0] not in left
    assert repr(rights_stage.BORN) not in left
    assert promised == done
    assert done["person"] >= 1
    assert done["call"] >= 1


def test_erasing_twice_changes_nothing_more(session: Session) -> None:
    campaign = factories.campaign(session)
    caller = factories.volunteer(session, campaign)
    person, _ = rights_stage.told_everywhere(session, campaign, caller)
    erasing.erase_person(session, person, at=TUESDAY)
    before = everything(session)
    assert erasing.erase_person(session, person, at=TUESDAY + timedelta(days=1)) == {}
    assert everything(session) == before


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_forgotten_person_is_found_and_called_by_nobody(session: Session) -> None:
    campaign = factories.campaign(session)
    factories.volunteer(session, campaign)
    person = factories.person(session, campaign, last_name="Quetzal")
    number = person.phones[0].e164
    erasing.erase_person(session, person, at=TUESDAY)
    assert (person.stop, person.forgotten_at) == (StopReason.OUT_OF_SCOPE, TUESDAY)
    for asked in ("Quetzal", number):
        assert not records.find(session, campaign, asked, territories=None).people
    plan = sheets.propose(session, campaign, factories.WEEK, at=factories.EVE)
    assert not factories.lines(session, plan)


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_calls_stay_counted_in_their_territory_and_the_commune_goes(session: Session) -> None:
    large = factories.commune(session)
    large.population = 130_000
    small = Commune(
        insee="80999", name="Hameau", postal_codes="80999", population=60,
        territory_id=large.territory_id,
    )  # fmt: skip
    session.add(small)
    campaign = factories.campaign(session)
    caller = factories.volunteer(session, campaign)
    person = factories.person(session, campaign, insee="80999")
    (line,) = factories.lines(session, factories.published(session, campaign))
    logged = factories.call(session, line, person, by=caller, at=TUESDAY)
    session.flush()
    erasing.erase_person(session, person, at=TUESDAY)
    call = session.scalars(sa.select(Call)).one()
    assert (call.outcome, call.at, call.phone_id) == (logged.calls[0].outcome, TUESDAY, None)
    assert person.insee == large.insee


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_a_commune_of_no_territory_is_not_kept(session: Session) -> None:
    session.add(Commune(insee="76999", name="Ailleurs", postal_codes="76999", population=60))
    person = factories.person(session, factories.campaign(session), insee="76999")
    erasing.erase_person(session, person, at=TUESDAY)
    assert person.insee is None


def test_a_spouse_keeps_their_record_and_their_draft(session: Session) -> None:
    campaign = factories.campaign(session)
    caller = factories.volunteer(session, campaign)
    home = Household()
    session.add(home)
    session.flush()
    hers = factories.person(session, campaign, household=home, first_name="Paulette")
    his = factories.person(session, campaign, household=home, first_name="Achille")
    (line,) = factories.lines(session, factories.published(session, campaign))
    sent = {"at": TUESDAY.isoformat(), "sent": [["note", "mots"]]}
    session.execute(
        sa.insert(holdings.table("report_draft")).values(
            user_id=caller.id,
            line_id=line.id,
            fields={str(hers.id): sent, str(his.id): sent},
            kept_at=TUESDAY,
        )
    )
    factories.call(session, line, his, by=caller, at=TUESDAY)
    session.flush()
    session.execute(sa.update(Call).values(phone_id=hers.phones[0].id))  # her telephone, for him
    erasing.erase_person(session, hers, at=TUESDAY)
    session.refresh(his)
    assert his.household_id == home.id
    assert hers.household_id != home.id
    assert (his.first_name, len(his.phones)) == ("Achille", 1)
    fields = session.scalars(sa.select(holdings.table("report_draft").c.fields)).one()
    assert list(fields) == [str(his.id)]


def test_doubles_go_with_the_record_they_were_joined_to(session: Session) -> None:
    campaign = factories.campaign(session)
    kept = factories.person(session, campaign)
    double = factories.person(session, campaign, last_name="Quetzal", merged_into_id=kept.id)
    erasing.erase_person(session, kept, at=TUESDAY)
    assert double.last_name == erasing.NAME


def test_records_that_count_in_nothing_go_but_the_newest_number_stays(session: Session) -> None:
    """A number given again would tie what the journal says of one person to another."""
    campaign = factories.campaign(session)
    caller = factories.volunteer(session, campaign)
    called, never, newest = (factories.person(session, campaign) for _ in range(3))
    lines = factories.lines(session, factories.published(session, campaign))
    line = next(one for one in lines if one.household_id == called.household_id)
    factories.call(session, line, called, by=caller, at=TUESDAY, spoke=Spoke.NO_ANSWER)
    session.flush()
    campaign.state, campaign.closed_at = CampaignState.CLOSED, TUESDAY
    erasing.erase(session, [called.id, never.id, newest.id], at=TUESDAY)
    assert erasing.empty_shells(session, limit=10) == [never.id]
    assert set(session.scalars(sa.select(Person.id))) == {called.id, newest.id}
    assert set(session.scalars(sa.select(Enrolment.person_id))) == {called.id, newest.id}
    assert never.household_id not in set(session.scalars(sa.select(Line.household_id)))


def test_an_objection_is_noted_once_and_lifted_when_it_is_taken_back(session: Session) -> None:
    campaign = factories.campaign(session)
    person = factories.person(session, campaign)
    person.stop, person.stopped_at = StopReason.OBJECTED, TUESDAY
    (laid,) = tombstones.objections_changed(session, at=TUESDAY)
    assert laid.fingerprints
    assert person.last_name not in repr(laid)
    assert tombstones.objections_changed(session, at=TUESDAY) == []
    person.stop = person.stopped_at = None
    (lifted,) = tombstones.objections_changed(session, at=TUESDAY)
    assert (lifted.what, lifted.fingerprints) == (laid.what, ())


def test_a_stone_is_laid_once(session: Session) -> None:
    for day in (1, 2):
        at = TUESDAY + timedelta(days=day)
        tombstones.bury(session, TombstoneKind.PURGED, "person", 7, at=at)
    session.expire_all()
    assert [(row.object_id, row.at) for row in session.scalars(sa.select(Tombstone))] == [(7, at)]
