"""A list taken back after people worked on its records: it works, or a sentence says why not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from campaigns.models import (
    Campaign,
    Correction,
    ImportBatch,
    ImportChange,
    MatchChoice,
    Person,
    QualityCase,
    QualityKind,
    User,
)
from campaigns.records import merging
from campaigns.refusal import Refusal
from importers import undoing
from importers.choices import Choices
from tests.importers import lists
from tests.importers.lists import ALIKE, AT, PAUL, RENEE, ZOE

LATER = AT + timedelta(days=1)
MOVED = (*RENEE[:4], "03 53 01 00 15", "8 rue Z", "80100", "ABBEVILLE", "")


def undo(session: Session, batch: ImportBatch) -> None:
    """Take a list back, and let the database look at every key."""
    undoing.undo(session, batch, by=None, at=LATER + timedelta(hours=2))
    session.flush()


@pytest.mark.parametrize("newcomer_stays", [True, False])
def test_a_list_whose_newcomer_was_joined_by_hand_says_why_it_stays(
    session: Session, campaign: Campaign, lead: User, newcomer_stays: bool
) -> None:
    lists.take_in(session, campaign, RENEE)
    batch = lists.take_in(session, campaign, PAUL, at=LATER)
    renee, paul = lists.everybody(session)
    kept, double = (paul, renee) if newcomer_stays else (renee, paul)
    merging.merge(session, kept, double, by=lead, at=LATER)
    session.flush()
    with pytest.raises(Refusal, match="a été réunie à une personne de cette liste"):
        undo(session, batch)
    assert lists.count(session, Person) == 2


@pytest.mark.parametrize("changed_stays", [True, False])
def test_nothing_is_undone_once_somebody_the_list_changed_was_joined(
    session: Session, campaign: Campaign, lead: User, changed_stays: bool
) -> None:
    lists.take_in(session, campaign, RENEE, ZOE)
    batch = lists.take_in(session, campaign, MOVED, PAUL, at=LATER)
    renee, zoe, _ = lists.everybody(session)
    kept, double = (renee, zoe) if changed_stays else (zoe, renee)
    merging.merge(session, kept, double, by=lead, at=LATER + timedelta(hours=1))
    session.flush()
    with pytest.raises(Refusal, match="a été réunie à une personne de cette liste"):
        undo(session, batch)
    assert batch.undone_at is None


def test_points_corrections_and_answers_about_newcomers_go_with_them(
    session: Session, campaign: Campaign, lead: User
) -> None:
    lists.take_in(session, campaign, RENEE)
    said = Choices(same={2: False})
    batch = lists.take_in(session, campaign, ALIKE, ZOE, choices=said, source="CAF", at=LATER)
    renee, alike, zoe = lists.everybody(session)
    session.add_all(
        [
            Correction(person_id=zoe.id, field="town", before="", after="Amiens", at=LATER),
            Correction(person_id=renee.id, field="town", before="", after="Amiens", at=LATER),
            MatchChoice(row_key="0" * 64, person_id=alike.id, is_same=True, at=LATER),
            QualityCase(person_id=zoe.id, kind=QualityKind.PLACE, opened_at=LATER),
            QualityCase(
                person_id=renee.id, other_id=zoe.id, kind=QualityKind.DOUBLE,
                opened_at=LATER + timedelta(hours=1), opened_by_id=lead.id,
            ),
        ]
    )  # fmt: skip
    session.flush()
    undo(session, batch)
    assert [each.id for each in lists.everybody(session)] == [renee.id]
    assert session.scalars(sa.select(Correction.person_id)).all() == [renee.id]
    assert set(session.scalars(sa.select(MatchChoice.person_id))) <= {renee.id}
    # The doubt somebody raised about a person we still know stays, for them to close.
    cases = session.execute(sa.select(QualityCase.person_id, QualityCase.other_id)).all()
    assert [tuple(each) for each in cases] == [(renee.id, None)]


def test_a_later_list_that_was_itself_undone_stands_in_nobody_s_way(
    session: Session, campaign: Campaign
) -> None:
    first = lists.take_in(session, campaign, RENEE, ZOE)
    second = lists.take_in(session, campaign, MOVED, at=LATER)
    enriched = lists.take_in(session, campaign, RENEE, is_enrichment=True, at=LATER)
    for batch in (enriched, second, first):
        undo(session, batch)
    assert lists.count(session, Person) == lists.count(session, ImportChange) == 0
