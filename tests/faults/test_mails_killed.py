"""Killed at each named point of a mail’s way (R2, R3): no need is lost, copies only where there is
no help for it. ``scripts/drill crashes`` runs many rounds of each."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from appel_solidaire import mailer
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import mails
from campaigns.models import MailState, Need, OutgoingMail
from tests.conftest import Clock
from tests.faults import crashing
from tests.needs_stage import set_up
from tests.servers import SmtpSink

ROUNDS = range(int(os.environ.get("APPEL_DRILL_ROUNDS", "1")))
RECIPIENTS = 4
# How many copies the mail in hand may have; every other has one (R3).
COPIES = {"after_250_before_mark": {2}, "after_data_before_reply": {1, 2}}


@pytest.fixture
def sender(config: Config, clock: Clock, smtp_sink: SmtpSink) -> Iterator[Instance]:
    """This test's instance with its people, whose mails go to the sink."""
    opened = Instance.of(replace(config, smtp_url=smtp_sink.url), clock=clock)
    with opened.database.unit() as session:
        set_up(session)
    yield opened
    opened.database.engine.dispose()


@pytest.mark.parametrize("number", ROUNDS)
@pytest.mark.parametrize("point", crashing.POINTS)
def test_killed_at_a_named_point_nothing_is_lost(
    sender: Instance, config: Config, clock: Clock, smtp_sink: SmtpSink, point: str, number: int
) -> None:
    if point in crashing.BY_THE_WORKER:
        crashing.raise_need(sender, at=clock())
    env = {"APPEL_SMTP_URL": smtp_sink.url, "APPEL_DATABASE_URL": config.database_url or ""}
    code = crashing.killed(config.instance, clock(), point, env=env)
    assert code == -signal.SIGKILL, f"round {number}: {point} was never reached"
    in_hand = point in crashing.BY_THE_WORKER
    clock.move(seconds=100)
    assert mailer.send_due(sender) == (0 if in_hand else RECIPIENTS)  # a lease still holds
    clock.move(seconds=50)
    mailer.send_due(sender)  # R2: taken up again in 150 seconds at most
    clock.move(hours=1)
    assert mailer.send_due(sender) == 0
    with sender.database.reading() as session:
        assert len(session.scalars(sa.select(Need)).all()) == 1
        states = session.scalars(sa.select(OutgoingMail.state)).all()
    assert states == [MailState.SENT] * RECIPIENTS
    sent = Counter(str(entry["message_id"]) for entry in smtp_sink.journal())
    assert len(sent) == RECIPIENTS  # a copy has the same Message-ID
    *others, most = sorted(sent.values())
    assert others == [1] * (RECIPIENTS - 1)
    assert most in COPIES.get(point, {1})


def test_an_orphan_that_wakes_after_its_lease_sends_nothing(
    sender: Instance, clock: Clock, smtp_sink: SmtpSink
) -> None:
    crashing.raise_need(sender, at=clock())
    with sender.database.unit() as session:
        orphan = mails.claim(session, at=clock())
    clock.move(seconds=130)
    assert mailer.send_due(sender) == RECIPIENTS
    with sender.database.reading() as session:
        assert not any(
            mails.still_mine(session, mail.id, mail.lease_token, at=clock()) for mail in orphan
        )
    assert len(smtp_sink.journal()) == RECIPIENTS
