"""What there is to read about somebody: a page asks a room only when it is told there is something."""

from __future__ import annotations

from sqlalchemy.orm import Session

from campaigns import calls, needs
from campaigns.calls import known
from campaigns.calls.known import Known
from tests import factories
from tests.factories import TUESDAY


def test_what_is_told_to_be_there_is_there_and_nothing_else(session: Session) -> None:
    campaign = factories.campaign(session)
    town = factories.commune(session, "80620", "Péronne")
    person = factories.person(session, campaign, insee=town.insee)
    caller = factories.volunteer(session, campaign)
    plan = factories.published(session, campaign)
    (line,) = factories.lines(session, plan)
    enrolment = factories.enrolment(session, person)

    assert known.of(session, line, enrolment, by=caller) == Known(
        "Péronne", has_calls=False, has_needs=False, has_alarm=False, has_draft=False
    )
    calls.drafts.keep(
        session, line, person_id=person.id, sent=[("note", "Un")], by=caller, at=TUESDAY
    )
    factories.call(session, line, person, by=caller, at=TUESDAY)
    session.flush()
    seen = known.of(session, line, enrolment, by=caller)
    assert (seen.has_calls, seen.has_draft, seen.has_needs) == (True, True, False)
    other = factories.volunteer(session, campaign)
    assert not known.of(session, line, enrolment, by=other).has_draft
    assert needs.of_person(session, person, campaign) == []
