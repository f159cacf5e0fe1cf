"""The guide on the page of a call: the version that was read is the one the call keeps."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from appel_solidaire.db import Database
from campaigns import guide
from campaigns.models import Call, Campaign, GuideVersion, Role
from tests import factories
from tests.factories import TUESDAY
from tests.web.test_volunteer import Desk
from tests.web.visiting import value_of


@pytest.fixture
def desk(app: Flask, database: Database) -> Desk:
    return Desk(app, database)


def published(desk: Desk, before: str, after: str) -> None:
    """Another version, with some words changed."""
    with desk.database.unit() as session:
        campaign = session.get_one(Campaign, desk.campaign_id)
        lead = factories.user(session, Role.LEAD)
        source = guide.versions.current(session, campaign)
        guide.drafts.begin(session, campaign, source, by=lead, at=TUESDAY)
        text = source.markdown.replace(before, after)
        draft = guide.drafts.write(session, campaign, text, seen=1, by=lead, at=TUESDAY)
        guide.drafts.publish(session, campaign, seen=draft.version, note="x", by=lead, at=TUESDAY)


def kept(desk: Desk) -> list[int]:
    """The number of the version of each call."""
    with desk.database.reading() as session:
        return list(
            session.scalars(
                sa.select(GuideVersion.number)
                .join(Call, Call.guide_version_id == GuideVersion.id)
                .order_by(Call.id)
            )
        )


def test_a_call_keeps_the_version_its_page_showed_when_another_is_published_meanwhile(
    desk: Desk,
) -> None:
    shown = value_of(desk.client.get(desk.url()).text, "guide")
    published(desk, "Respirez.", "Soufflez.")
    answers = {"spoke": "oui", "mood": "bien", "wish": "HEBDO", "guide": shown}
    assert desk.send(**answers).status_code == 303
    assert kept(desk) == [1]


@pytest.mark.parametrize("said", [{}, {"guide": "0"}, {"guide": "99999999999"}, {"guide": "²"}])
def test_a_report_without_its_guide_keeps_the_one_in_use(desk: Desk, said: dict[str, str]) -> None:
    published(desk, "Respirez.", "Soufflez.")
    assert desk.send(spoke="oui", mood="bien", wish="HEBDO", **said).status_code == 303
    assert kept(desk) == [2]


def test_the_version_of_another_campaign_is_not_this_call_s(desk: Desk) -> None:
    with desk.database.unit() as session:
        other = factories.campaign(session, "autre")
        theirs = guide.versions.current(session, other).id
    assert desk.send(spoke="oui", mood="bien", wish="HEBDO", guide=str(theirs)).status_code == 303
    with desk.database.reading() as session:
        (call,) = session.scalars(sa.select(Call))
        version = session.get_one(GuideVersion, call.guide_version_id)
        assert version.campaign_id == desk.campaign_id
