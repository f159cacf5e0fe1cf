"""A list taken back leaves everything as it was, until somebody was called."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import (
    Base,
    Call,
    Campaign,
    Enrolment,
    FileNumber,
    Household,
    ImportChange,
    Line,
    Person,
    Phone,
    Provenance,
    QualityCase,
    Report,
    Role,
    Sheet,
    Stream,
    WeekPlan,
)
from campaigns.refusal import Refusal
from importers import undoing
from tests import factories
from tests.importers import lists
from tests.importers.lists import AT, PAUL, RENEE, ZOE

LATER = AT + timedelta(days=1)
_TABLES = (Person, Phone, Household, Enrolment, FileNumber, Provenance, QualityCase)


def planned(session: Session, campaign: Campaign, person: Person) -> Line:
    """A line of this week's split for somebody's household."""
    volunteer = factories.user(session, Role.VOLUNTEER, campaign)
    plan = WeekPlan(campaign_id=campaign.id, week="2026-W48", computed_at=AT)
    session.add(plan)
    session.flush()
    sheet = Sheet(plan_id=plan.id, volunteer_id=volunteer.id)
    session.add(sheet)
    session.flush()
    line = Line(
        plan_id=plan.id, sheet_id=sheet.id, household_id=person.household_id, position=1,
        stream=Stream.SWEEP, why="Premier appel.",
    )  # fmt: skip
    session.add(line)
    session.flush()
    return line


def everything(session: Session) -> dict[str, list[tuple[object, ...]]]:
    """All rows that a list may write, as they stand."""
    session.flush()
    return {
        model.__tablename__: [
            tuple(row) for row in session.execute(sa.select(model.__table__).order_by("id"))
        ]
        for model in _TABLES
    }


def test_an_undone_list_leaves_nothing_of_the_people_it_brought(
    session: Session, campaign: Campaign
) -> None:
    batch = lists.take_in(session, campaign, RENEE, PAUL, ZOE)
    assert lists.count(session, Person) == 3
    assert undoing.why_not(session, batch, at=LATER) is None
    undoing.undo(session, batch, by=None, at=LATER)
    assert everything(session) == {model.__tablename__: [] for model in _TABLES}
    assert batch.undone_at == LATER


def test_people_the_list_changed_are_as_before(session: Session, campaign: Campaign) -> None:
    lists.take_in(session, campaign, RENEE, ZOE)
    before = everything(session)
    moved = (1, "DUPONT", "Renée", "", "03 53 01 00 15", "8 rue Z", "80100", "ABBEVILLE",
             "ne pas appeler")  # fmt: skip
    found = (*ZOE[:4], "06 39 98 00 77", *ZOE[5:])
    batch = lists.take_in(session, campaign, moved, PAUL, found, at=LATER)
    renee = lists.everybody(session)[0]
    assert (renee.address, renee.insee, len(renee.phones)) == ("8 rue Z", "80001", 2)
    assert renee.hold is not None
    undoing.undo(session, batch, by=None, at=LATER + timedelta(hours=1))
    after = everything(session)
    # The first list is the last one of its source again.
    assert after == before


def test_what_somebody_corrected_since_stays_corrected(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    moved = (*RENEE[:5], "8 rue Z", "80100", "ABBEVILLE", "")
    batch = lists.take_in(session, campaign, moved, at=LATER)
    renee = lists.everybody(session)[0]
    renee.address, renee.by_hand = "8 bis rue Z", "address"
    renee.updated_at = LATER + timedelta(hours=1)
    session.flush()
    undoing.undo(session, batch, by=None, at=LATER + timedelta(hours=2))
    renee = lists.everybody(session)[0]
    assert (renee.address, renee.insee, renee.updated_at) == (
        "8 bis rue Z", "80021", LATER + timedelta(hours=1),
    )  # fmt: skip


def test_somebody_known_elsewhere_leaves_the_campaign_but_stays(
    session: Session, campaign: Campaign
) -> None:
    lists.take_in(session, campaign, RENEE)
    other = lists.campaign(session, "autre")
    batch = lists.take_in(session, other, RENEE, source="CAF", at=LATER)
    assert (lists.count(session, Enrolment), lists.count(session, Provenance)) == (2, 2)
    undoing.undo(session, batch, by=None, at=LATER)
    assert [each.campaign_id for each in session.scalars(sa.select(Enrolment))] == [campaign.id]
    assert [each.source for each in session.scalars(sa.select(Provenance))] == ["IODAS"]
    assert lists.count(session, Person) == 1


def test_planned_lines_nobody_touched_go_with_their_household(
    session: Session, campaign: Campaign
) -> None:
    batch = lists.take_in(session, campaign, RENEE, PAUL)
    planned(session, campaign, lists.everybody(session)[0])
    undoing.undo(session, batch, by=None, at=LATER)
    assert lists.count(session, Line) == lists.count(session, Household) == 0


def test_nothing_is_undone_once_somebody_was_called(session: Session, campaign: Campaign) -> None:
    batch = lists.take_in(session, campaign, RENEE, ZOE)
    renee = lists.everybody(session)[0]
    line = planned(session, campaign, renee)
    volunteer_id = session.scalars(sa.select(Sheet.volunteer_id)).one()
    report = Report(user_id=volunteer_id, key="k", digest="d", line_id=line.id, received_at=LATER)
    session.add(report)
    session.flush()
    enrolment_id = session.scalars(
        sa.select(Enrolment.id).where(Enrolment.person_id == renee.id)
    ).one()
    session.add(
        Call(
            campaign_id=campaign.id, report_id=report.id, line_id=line.id, at=LATER,
            enrolment_id=enrolment_id, person_id=renee.id, volunteer_id=volunteer_id,
            outcome="JOINT_OK", is_conversation=True,
        )
    )  # fmt: skip
    session.flush()
    with pytest.raises(Refusal, match="déjà été appelée"):
        undoing.undo(session, batch, by=None, at=LATER)
    assert lists.count(session, Person) == 2


def test_nothing_is_undone_after_thirty_days_nor_twice(
    session: Session, campaign: Campaign
) -> None:
    batch = lists.read(session, campaign, RENEE)
    reasons = [undoing.why_not(session, batch, at=AT)]
    batch = lists.take_in(session, campaign, PAUL)
    reasons.append(undoing.why_not(session, batch, at=AT + timedelta(days=31)))
    assert undoing.why_not(session, batch, at=AT + timedelta(days=30)) is None
    undoing.undo(session, batch, by=None, at=LATER)
    reasons.append(undoing.why_not(session, batch, at=LATER))
    for reason, words in zip(reasons, ("n’est pas entrée", "trente jours", "déjà annulée"),
                             strict=True):  # fmt: skip
        assert reason is not None
        assert words in reason


def test_the_last_list_is_undone_first(session: Session, campaign: Campaign) -> None:
    first = lists.take_in(session, campaign, RENEE)
    second = lists.take_in(session, campaign, RENEE, PAUL, at=LATER)
    with pytest.raises(Refusal, match="la plus récente"):
        undoing.undo(session, first, by=None, at=LATER)
    undoing.undo(session, second, by=None, at=LATER)
    undoing.undo(session, first, by=None, at=LATER)
    assert lists.count(session, Person) == 0


def test_an_undone_list_may_be_dropped_again(session: Session, campaign: Campaign) -> None:
    undone = lists.take_in(session, campaign, RENEE)
    undoing.undo(session, undone, by=None, at=LATER)
    batch = lists.take_in(session, campaign, RENEE, at=LATER)
    assert batch.report["created"] == 1
    assert "same_file" not in {each["code"] for each in batch.report["problems"]}
    assert lists.count(session, ImportChange) == 0


def test_every_table_about_people_is_taken_back() -> None:
    """A table added later must be looked at here: what hangs on a person goes with them."""
    about = {
        table.name
        for table in Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name in ("person", "household")
    }
    assert about == {
        "alarm", "barred", "call", "call_suggestion", "correction", "enrolment", "file_number",
        "good_news", "import_change", "left_out", "line", "match_choice", "need", "pairing", "person",
        "phone", "provenance", "quality_case", "rights_request", "skip", "soft_lock",
    }  # fmt: skip
