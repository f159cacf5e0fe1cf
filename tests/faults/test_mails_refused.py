"""Every way a mail server fails (R10): nothing is lost, each mail says why it waits, and arrives
once when the server is well again."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from appel_solidaire import mailer
from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from appel_solidaire.mail_pages import reply_words
from appel_solidaire.mailer import transports
from campaigns.models import MailState, OutgoingMail
from tests.conftest import Clock
from tests.needs_stage import set_up
from tests.smtp_script import Scripted, scripted

pytestmark = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
TO = "ccas.peronne@communes80.example.org"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty seconds of patience are half a second here."""
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 0.5)


@pytest.fixture
def waiting(config: Config, clock: Clock) -> Iterator[Instance]:
    """An instance with one mail that waits."""
    opened = Instance.of(config, clock=clock)
    with opened.database.unit() as session:
        set_up(session).raised()
    yield opened
    opened.database.engine.dispose()


def sent_to(waiting: Instance, url: str) -> Instance:
    return replace(waiting, config=replace(waiting.config, smtp_url=url))


def row(instance: Instance) -> tuple[MailState, int, str]:
    with instance.database.reading() as session:
        mail = session.scalars(sa.select(OutgoingMail)).one()
        return mail.state, mail.attempts, mail.last_reply


def leaves_at_last(instance: Instance, clock: Clock, script: Scripted) -> None:
    """The server is well again: the mail leaves, once."""
    script.answers.clear()
    clock.move(minutes=2)
    assert mailer.send_due(instance) == 1
    assert [to for to, _ in script.accepted] == [TO]


@pytest.mark.parametrize("fault", ["hang", "drop"])
@pytest.mark.parametrize("verb", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA", "BODY"])
def test_a_server_that_hangs_or_hangs_up_at_any_verb_loses_nothing(
    waiting: Instance, clock: Clock, verb: str, fault: str
) -> None:
    with scripted(Scripted({verb: fault})) as script:
        instance = sent_to(waiting, script.url)
        assert mailer.send_due(instance) == 0
        state, attempts, reply = row(instance)
        assert (state, attempts) == (MailState.WAITING, 1)
        assert "ne répond pas" in reply_words(reply)[0]
        script.over.set()
        leaves_at_last(instance, clock, script)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "BODY"])
@pytest.mark.parametrize("reply", ["421 closing", "450 busy", "451 later", "452 full"])
def test_a_passing_no_at_any_verb_is_tried_again(
    waiting: Instance, clock: Clock, verb: str, reply: str
) -> None:
    with scripted(Scripted({verb: reply})) as script:
        instance = sent_to(waiting, script.url)
        assert mailer.send_due(instance) == 0
        assert row(instance) == (MailState.WAITING, 1, reply[:3])
        leaves_at_last(instance, clock, script)


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "BODY"])
@pytest.mark.parametrize("reply", ["550 unknown", "552 big", "554 spam"])
def test_a_final_no_at_any_verb_is_never_tried_again(
    waiting: Instance, clock: Clock, verb: str, reply: str
) -> None:
    with scripted(Scripted({verb: reply})) as script:
        instance = sent_to(waiting, script.url)
        assert mailer.send_due(instance) == 0
        assert row(instance) == (MailState.REFUSED, 1, reply[:3])
        clock.move(hours=80)
        assert mailer.send_due(instance) == 0
        assert script.accepted == []


def test_a_password_that_is_refused_keeps_the_mails_waiting_and_says_so(
    waiting: Instance, clock: Clock
) -> None:
    refusing = Scripted({"AUTH": "535 no"}, offers=("AUTH PLAIN",))
    with scripted(refusing) as script:
        named = script.url.replace("smtp://", "smtp://appel:faux@")
        instance = sent_to(waiting, named)
        assert mailer.send_due(instance) == 0
        state, _, reply = row(instance)
        assert state is MailState.WAITING
        assert "refuse son mot de passe" in reply_words(reply)[0]
        script.answers["AUTH"] = "235 welcome"
        clock.move(minutes=2)
        assert mailer.send_due(instance) == 1


def test_without_starttls_nothing_leaves_in_clear(
    waiting: Instance, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "LOOPBACK", frozenset())  # as a server on another machine
    with scripted(Scripted()) as script:
        instance = sent_to(waiting, script.url)
        assert mailer.send_due(instance) == 0
        state, _, reply = row(instance)
        assert state is MailState.WAITING
        assert "connexion chiffrée" in reply_words(reply)[0]
        assert script.accepted == []


def test_a_bad_certificate_is_refused(
    waiting: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transports, "LOOPBACK", frozenset())
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(_self_signed(tmp_path))
    with scripted(Scripted(offers=("STARTTLS",), tls=tls)) as script:
        instance = sent_to(waiting, script.url)
        assert mailer.send_due(instance) == 0
        state, _, reply = row(instance)
        assert (state, reply) == (MailState.WAITING, "SSLCertVerificationError")
        assert "certificat" in reply_words(reply)[0]
        assert script.accepted == []


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path
