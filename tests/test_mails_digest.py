"""The one mail of the day, and what Redis may do meanwhile: nothing is lost, nothing is slower."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import redis
import sqlalchemy as sa

from appel_solidaire import escalation, mail_words, mailer
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import needs
from campaigns.models import (
    MailState,
    Need,
    Occurrence,
    Office,
    OutgoingMail,
    Referral,
    ReferralState,
)
from tests import servers
from tests.conftest import Clock
from tests.faults import crashing
from tests.needs_stage import Stage, set_up
from tests.servers import SmtpSink

CCAS = "ccas.peronne@communes80.example.org"
FIVE = timedelta(hours=7)  # from ten in the morning


@pytest.fixture
def sender(config: Config, clock: Clock, smtp_sink: SmtpSink) -> Iterator[Instance]:
    """This test's instance, whose mails go to the sink and whose partners want a digest."""
    opened = Instance.of(replace(config, smtp_url=smtp_sink.url), clock=clock)
    yield opened
    opened.database.engine.dispose()


def three_needs(instance: Instance, clock: Clock) -> list[int]:
    with instance.database.unit() as session:
        stage: Stage = set_up(session)
        session.execute(sa.update(Office).values(wants_digest=True))
        people = [stage.paulette, stage.person("80620"), stage.person("80620")]
        return [stage.raised(whom=whom, at=clock()).id for whom in people]


def test_three_needs_of_a_day_are_one_mail_at_five(
    sender: Instance, clock: Clock, smtp_sink: SmtpSink
) -> None:
    ids = three_needs(sender, clock)
    assert mailer.send_due(sender) == 0
    clock.move(hours=6, minutes=59)
    assert mailer.send_due(sender) == 0
    clock.move(minutes=1)
    assert mailer.send_due(sender) == 1
    (message,) = smtp_sink.messages()
    assert message["To"] == CCAS
    assert message["Subject"] == "[Appel solidaire] 3\u00a0besoins à lire"
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    with sender.database.reading() as session:
        for need_id in ids:
            referral = session.get_one(Need, need_id).referrals[0]
            assert f"B-{need_id}" in text
            assert needs.partner_token(session, referral) in text
            assert referral.state is ReferralState.SENT
            assert referral.link_expires_at == clock() + needs.LINK_LIFE
    clock.move(hours=1)
    assert mailer.send_due(sender) == 0


def test_a_refused_digest_is_said_on_each_of_its_needs(sender: Instance, clock: Clock) -> None:
    ids = three_needs(sender, clock)
    closed = Instance.of(replace(sender.config, smtp_url="smtp://127.0.0.1:9"), clock=clock)
    clock.move(hours=7)
    assert mailer.send_due(closed) == 0
    with closed.database.unit() as session:
        (mail,) = session.scalars(sa.select(OutgoingMail)).all()
        assert (mail.kind, mail.state) == ("needs_digest", MailState.WAITING)
        mail_words.after_refusal(session, mail, at=clock())
    with closed.database.reading() as session:
        for need_id in ids:
            need = session.get_one(Need, need_id)
            assert need.referrals[0].state is ReferralState.REFUSED
            assert need.steps[-1].kind == "bounced"
    closed.database.engine.dispose()


def test_what_was_settled_before_five_is_not_told(
    sender: Instance, clock: Clock, smtp_sink: SmtpSink
) -> None:
    three_needs(sender, clock)
    with sender.database.unit() as session:
        for referral in session.scalars(sa.select(Referral)).all()[1:]:
            needs.answer(session, referral, needs.PartnerAnswer.DONE, words="", at=clock())
    clock.move(hours=7)
    mailer.send_due(sender)
    (message,) = [one for one in smtp_sink.messages() if one["To"] == CCAS]
    assert message["Subject"].startswith("[Appel solidaire] B-")


def test_two_workers_that_bundle_at_once_lose_and_double_nothing(
    sender: Instance, clock: Clock, smtp_sink: SmtpSink
) -> None:
    three_needs(sender, clock)
    clock.move(hours=7)
    assert mailer.send_due(sender) + mailer.send_due(sender) == 1
    assert len(smtp_sink.journal()) == 1


# The clocks of needs, as a worker looks at them ----------------------------------------------


def test_a_worker_follows_needs_once_an_opening_hour_and_urgent_ones_at_any_hour(
    sender: Instance, clock: Clock
) -> None:
    with sender.database.unit() as session:
        set_up(session).raised("SAN_VITAL", at=clock())
    clock.at = clock().replace(hour=22)
    assert escalation.run_due(sender) >= 1
    assert escalation.run_due(sender) == 0
    clock.move(hours=10)
    escalation.run_due(sender)
    clock.move(minutes=1)
    escalation.run_due(sender)
    with sender.database.reading() as session:
        kinds = session.scalars(
            sa.select(Occurrence.period).where(Occurrence.kind == escalation.FOLLOWED)
        ).all()
    assert len(kinds) == 1
    assert kinds[0].endswith("T08")


# Redis -------------------------------------------------------------------------------------


@pytest.mark.parametrize("config", ["sqlite"], indirect=True)
def test_with_redis_flushed_then_stopped_nothing_is_lost_and_no_act_is_half_a_second_slower(
    config: Config, clock: Clock, smtp_sink: SmtpSink
) -> None:
    with servers.valkey() as url:
        settings = replace(config, smtp_url=smtp_sink.url, redis_url=url)
        instance = Instance.of(settings, clock=clock)
        with instance.database.unit() as session:
            set_up(session)
        usual = _seconds_of_an_act(instance, clock)
        with redis.Redis.from_url(url) as client:
            assert client.llen("rq:queue:appel") == 1  # the doorbell rang
            client.flushall()
        assert mailer.send_due(instance) == 4  # the sweep needs no doorbell
    # The quickest of three: a machine may be busy once, a doorbell that waits slows them all.
    assert min(_seconds_of_an_act(instance, clock) for _ in range(3)) < usual + 0.5
    assert mailer.send_due(instance) == 12
    assert len(smtp_sink.journal()) == 16
    instance.database.engine.dispose()


def _seconds_of_an_act(instance: Instance, clock: Clock) -> float:
    start = time.perf_counter()
    crashing.raise_need(instance, at=clock())
    taken = time.perf_counter() - start
    with instance.database.unit() as session:  # the next act’s need is a new one
        session.execute(sa.update(Need).values(category="ALI_PORTAGE"))
    return taken
