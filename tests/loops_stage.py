"""An alarm past its deadline, a need open again, a mairie that proposes somebody: as it happens."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from campaigns import alarms, needs
from campaigns.models import Helped, NeedState, Office, Result
from campaigns.needs import Settled
from campaigns.records import mairies, suggested
from tests import factories
from tests.factories import TUESDAY
from tests.needs_stage import PERONNE, Stage


def play(stage: Stage) -> None:
    """Do all of it once, about the stage's own person; every mail of these kinds is posted."""
    session, campaign = stage.session, stage.campaign
    alarm = alarms.open_by_hand(
        session,
        factories.enrolment(session, stage.paulette),
        campaign,
        say="Silence depuis 8 jours.",
        by=stage.odile,
        at=TUESDAY,
    )
    assert alarm
    alarms.tell_above(session, alarm.id, at=TUESDAY + timedelta(days=2))
    _reopen(stage)
    office = session.scalars(
        sa.select(Office).where(Office.kind == "mairie", Office.insee == PERONNE)
    ).one()
    mairies.send_link(session, campaign, office, by=stage.odile, at=TUESDAY)
    told = suggested.Proposal(
        "Canarinom", phone="01 99 00 44 12", agreed_on=TUESDAY.date(), said_by="canariaccueil"
    )
    made = suggested.propose(session, campaign, office, told, at=TUESDAY)
    suggested.refuse(session, made, by=stage.odile, at=TUESDAY)


def _reopen(stage: Stage) -> None:
    need = stage.raised("LOG_ENERGIE", text="canaritexte")
    needs.close(
        stage.session,
        need,
        Result.SOLVED,
        say="canarinote",
        by=stage.bob,
        version=need.version,
        at=TUESDAY,
    )
    told = Settled(need.id, Helped.NO, "canarimots")
    people = [stage.paulette.id]
    needs.settle(stage.session, stage.campaign, [told], people=people, by=stage.karim, at=TUESDAY)
    assert need.state is NeedState.NEW
