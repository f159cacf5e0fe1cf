"""Mails leave at least once: whatever the server answers, whenever something is killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from appel_solidaire import mailer
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from campaigns import mails, needs
from campaigns.models import MailState, Need, OutgoingMail, ReferralState
from tests.conftest import Clock
from tests.needs_stage import set_up
from tests.servers import SmtpSink, free_port

CCAS = "ccas.peronne@communes80.example.org"
ANNE = "anne@example.org"


@dataclass
class Script:
    """A real SMTP server that answers what a test wrote, by verb and recipient; else it accepts."""

    port: int = field(default_factory=free_port)
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    tried: Counter[str] = field(default_factory=Counter)
    accepted: list[tuple[str, str]] = field(default_factory=list)  # recipient, Message-ID

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        self.tried[address] += 1
        reply = self.answers.get(("RCPT", address), "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802  aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        (address,) = envelope.rcpt_tos
        reply = self.answers.get(("DATA", address), "250 OK")
        if reply == "hang up":
            assert server.transport is not None
            server.transport.abort()
        if reply.startswith("250"):
            content = bytes(envelope.content or b"").decode()
            (line,) = [one for one in content.splitlines() if one.startswith("Message-ID")]
            self.accepted.append((address, line))
        return reply


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def up(script: Script) -> Iterator[Callable[[], None]]:
    """Bring the server up, whenever the test wants."""
    running = Controller(script, hostname="127.0.0.1", port=script.port)
    started: list[Controller] = []

    def start() -> None:
        running.start()
        started.append(running)

    yield start
    for one in started:
        one.stop()


@pytest.fixture
def sender(config: Config, script: Script, clock: Clock) -> Iterator[Instance]:
    """This test's instance, whose mails go to the scripted server."""
    opened = Instance.of(replace(config, smtp_url=f"smtp://127.0.0.1:{script.port}"), clock=clock)
    yield opened
    opened.database.engine.dispose()


def raised(instance: Instance, category: str = "ALI_COURSES") -> int:
    """A need whose mails wait; the stage around it is kept."""
    with instance.database.unit() as session:
        stage = set_up(session)
        return stage.raised(category).id


def states(instance: Instance) -> dict[str, tuple[MailState, int]]:
    with instance.database.reading() as session:
        rows = session.scalars(sa.select(OutgoingMail))
        return {row.to_address: (row.state, row.attempts) for row in rows}


def referral_of(instance: Instance, need_id: int) -> tuple[ReferralState, str]:
    with instance.database.reading() as session:
        need = session.get_one(Need, need_id)
        return need.referrals[0].state, need.steps[-1].say


# What the server answers -------------------------------------------------------------------


def test_an_accepted_mail_marks_its_referral_as_sent(
    sender: Instance, script: Script, up: Callable[[], None], clock: Clock
) -> None:
    need_id = raised(sender)
    up()
    assert mailer.send_due(sender) == 1
    assert mailer.send_due(sender) == 0
    assert [address for address, _ in script.accepted] == [CCAS]
    assert referral_of(sender, need_id)[0] is ReferralState.SENT
    with sender.database.reading() as session:
        expires = session.get_one(Need, need_id).referrals[0].link_expires_at
    assert expires == clock() + timedelta(days=8)


@pytest.mark.parametrize(
    ("verb", "reply"),
    [
        ("RCPT", "450 busy"),
        ("RCPT", "451 greylisted"),
        ("RCPT", "421 too many"),
        ("DATA", "421 closing"),
        ("DATA", "451 try later"),
        ("DATA", "452 full"),
        ("DATA", "hang up"),
    ],
)
def test_a_passing_refusal_is_tried_again_later_and_arrives_once(
    sender: Instance,
    script: Script,
    up: Callable[[], None],
    clock: Clock,
    verb: str,
    reply: str,
) -> None:
    need_id = raised(sender)
    script.answers[verb, CCAS] = reply
    up()
    assert mailer.send_due(sender) == 0
    assert states(sender)[CCAS] == (MailState.WAITING, 1)
    assert referral_of(sender, need_id)[0] is ReferralState.TO_SEND
    clock.move(seconds=45)
    assert mailer.send_due(sender) == 0
    assert script.tried[CCAS] == 1  # not before its time
    script.answers.clear()
    clock.move(seconds=30)
    assert mailer.send_due(sender) == 1
    assert [address for address, _ in script.accepted] == [CCAS]


@pytest.mark.parametrize(
    ("verb", "reply"),
    [("RCPT", "550 unknown"), ("RCPT", "551 moved"), ("DATA", "552 big"), ("DATA", "554 no")],
)
def test_a_final_refusal_is_never_retried_and_is_said_on_the_need(
    sender: Instance,
    script: Script,
    up: Callable[[], None],
    clock: Clock,
    verb: str,
    reply: str,
) -> None:
    need_id = raised(sender)
    script.answers[verb, CCAS] = f"{reply} {CCAS} est inconnue"
    up()
    mailer.send_due(sender)
    for _ in range(5):
        clock.move(hours=12)
        mailer.send_due(sender)
    assert script.tried[CCAS] == 1
    assert states(sender)[CCAS] == (MailState.REFUSED, 1)
    state, say = referral_of(sender, need_id)
    assert state is ReferralState.REFUSED
    assert say.startswith("Courriel refusé par le serveur de CCAS de Péronne")
    with sender.database.reading() as session:
        kept = session.scalars(sa.select(OutgoingMail.last_reply)).one()
    assert kept == reply[:3]  # a code, never the server's words


def test_one_refused_recipient_holds_back_nobody(
    sender: Instance, script: Script, up: Callable[[], None]
) -> None:
    need_id = raised(sender, "AUT_APA")
    script.answers["RCPT", ANNE] = "550 unknown"
    up()
    mailer.send_due(sender)
    assert sorted(address for address, _ in script.accepted) == [
        "bob@example.org",
        "tas.hauts-de-somme@departement80.example.org",
    ]
    assert states(sender)[ANNE][0] is MailState.REFUSED
    state, _ = referral_of(sender, need_id)
    assert state is ReferralState.SENT
    with sender.database.reading() as session:
        steps = [step.say for step in session.get_one(Need, need_id).steps]
    assert any(ANNE in say for say in steps)


def test_a_referral_is_refused_only_when_every_recipient_is(
    sender: Instance, script: Script, up: Callable[[], None]
) -> None:
    need_id = raised(sender, "AUT_APA")
    everybody = [ANNE, "bob@example.org", "tas.hauts-de-somme@departement80.example.org"]
    for address in everybody:
        script.answers["RCPT", address] = "550 unknown"
    up()
    mailer.send_due(sender)
    assert referral_of(sender, need_id)[0] is ReferralState.REFUSED


# When nobody answers -----------------------------------------------------------------------


def test_nothing_is_lost_while_the_server_is_down_and_all_leaves_on_its_return(
    sender: Instance, script: Script, up: Callable[[], None], clock: Clock
) -> None:
    raised(sender, "ALI_URGENCE")
    waiting = set(states(sender))
    assert len(waiting) == 4
    for _ in range(24):  # two hours
        assert mailer.send_due(sender) == 0
        clock.move(minutes=5)
    assert {state for state, _ in states(sender).values()} == {MailState.WAITING}
    up()
    minutes = 0
    while len(script.accepted) < 4:
        clock.move(minutes=1)
        minutes += 1
        assert minutes <= 20
        mailer.send_due(sender)
    assert Counter(address for address, _ in script.accepted) == Counter(waiting)


def test_tries_are_spread_out_then_left_to_a_human_after_three_days(
    sender: Instance, clock: Clock
) -> None:
    need_id = raised(sender)
    started, gaps, last = clock(), [], clock()
    while states(sender)[CCAS][0] is MailState.WAITING:
        before = states(sender)[CCAS][1]
        mailer.send_due(sender)
        if states(sender)[CCAS][1] > before:
            gaps.append((clock() - last) / timedelta(minutes=1))
            last = clock()
        with sender.database.reading() as session:
            due = session.scalars(sa.select(OutgoingMail.next_at)).one()
        clock.at = max(due, clock() + timedelta(seconds=1))
    for wait, expected in zip(gaps[1:], (1, 2, 5, 10, 15, 15, 15), strict=False):
        assert expected * 0.8 <= wait <= expected * 1.2
    assert states(sender)[CCAS][0] is MailState.BY_HAND
    assert timedelta(hours=72) <= last - started < timedelta(hours=72, minutes=5)
    state, say = referral_of(sender, need_id)
    assert state is ReferralState.REFUSED  # its page proposes to join them otherwise
    assert say.endswith("CCAS de Péronne n’a pas pu partir\u00a0: à traiter à la main.")


# Two workers, a late mail ---------------------------------------------------------------------


def test_two_workers_send_each_mail_once(config: Config, clock: Clock, smtp_sink: SmtpSink) -> None:
    instance = Instance.of(replace(config, smtp_url=smtp_sink.url), clock=clock)
    raised(instance, "ALI_URGENCE")
    with instance.database.unit() as session:
        first = mails.claim(session, at=clock())
    assert mailer.send_due(instance) == 0
    assert len(first) == 4
    clock.move(minutes=3)
    assert mailer.send_due(instance) == 4
    with instance.database.unit() as session:
        mine = [mails.still_mine(session, m.id, m.lease_token, at=clock()) for m in first]
    assert not any(mine)
    instance.database.engine.dispose()


def test_a_partner_who_answered_already_is_not_set_back_by_a_late_mail(
    sender: Instance, up: Callable[[], None], clock: Clock
) -> None:
    need_id = raised(sender)
    with sender.database.unit() as session:
        referral = session.get_one(Need, need_id).referrals[0]
        needs.answer(session, referral, needs.PartnerAnswer.TAKEN, words="", at=clock())
    up()
    assert mailer.send_due(sender) == 1
    assert referral_of(sender, need_id)[0] is ReferralState.TAKEN
