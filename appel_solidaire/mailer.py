"""Mail leaves here: words are chosen, the server is spoken to, the row is stamped.

At least once: only a crash between the server's « 250 » and our stamp can send a mail twice, with
the same Message-ID. No database transaction is open while the server is spoken to.
"""

import email.policy
import os
import random
import smtplib
import socket
import ssl
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

import jinja2
from sqlalchemy.orm import Session

from appel_solidaire import formats, mail_words
from appel_solidaire.config import LOOPBACK, TEMPLATES, Config, Misconfigured
from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from campaigns import mails
from campaigns.models import OutgoingMail

TIMEOUT_SECONDS = 20
_POLICY = email.policy.SMTP.clone(max_line_length=78)
_TEXT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES / "mails"),
    undefined=jinja2.StrictUndefined,
    autoescape=jinja2.select_autoescape(("html",)),
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEXT.filters.update(formats.FILTERS)


class Transport(Protocol):
    """Where a message goes: an SMTP server, or a folder."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None: ...
    def send(self, message: EmailMessage) -> None:
        """Hand over one message to its one recipient; raises when it was not accepted."""


class Refused(Exception):  # noqa: N818  the server's answer, handled like one
    """The server answered no. ``is_final`` when trying again is useless (5xx)."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.reply = str(code)
        self.is_final = 500 <= code < 600


def send_due(instance: Instance) -> int:
    """Send what is due; give how many left. A mail that fails never holds back the others."""
    now = instance.clock()
    with instance.database.reading() as session:
        if not mails.is_any_due(session, at=now):
            return 0
    with instance.database.unit() as session:
        claimed = mails.claim(session, at=now)
    if not claimed:
        return 0
    sent = 0
    try:
        with transport(instance.config) as server:
            for mail in claimed:
                sent += _send_one(instance, server, mail)
    except (OSError, smtplib.SMTPException, Refused) as fault:
        # The server cannot be reached at all: nothing of this batch left after this point.
        for mail in claimed:
            _failed(instance, mail, reply=type(fault).__name__, is_final=False)
        logger().warning("mail_server_unreachable", kind=type(fault).__name__)
    return sent


def _send_one(instance: Instance, server: Transport, mail: OutgoingMail) -> int:
    with instance.database.reading() as session:
        if not mails.still_mine(session, mail.id, mail.lease_token, at=instance.clock()):
            return 0
        try:
            message = compose(session, mail, config=instance.config, at=instance.clock())
        except Exception as fault:
            # A mail that cannot be written must not hold back those behind it: it waits, visible.
            logger().error("mail_not_written", mail=mail.id, kind=type(fault).__name__)
            session.rollback()
            _failed(instance, mail, reply="non écrit", is_final=False)
            return 0
    try:
        server.send(message)
    except Refused as refusal:
        _failed(instance, mail, reply=refusal.reply, is_final=refusal.is_final)
        return 0
    except (OSError, smtplib.SMTPException) as fault:
        _failed(instance, mail, reply=type(fault).__name__, is_final=False)
        return 0
    with instance.database.unit() as session:
        mails.stamp_sent(session, mail.id, at=instance.clock())
        mail_words.after_sending(session, mail, at=instance.clock())
    return 1


def _failed(instance: Instance, mail: OutgoingMail, *, reply: str, is_final: bool) -> None:
    with instance.database.unit() as session:
        if not mails.still_mine(session, mail.id, mail.lease_token, at=instance.clock()):
            return  # already sent, or already noted
        state = mails.stamp_failed(
            session,
            mail.id,
            at=instance.clock(),
            reply=reply,
            is_final=is_final,
            spread=random.uniform(-1, 1),  # noqa: S311  spreads retries, guards nothing
        )
        if is_final:
            mail_words.after_refusal(session, mail, at=instance.clock())
    logger().warning("mail_not_taken", mail=mail.id, reply=reply, state=state.value)


def compose(session: Session, mail: OutgoingMail, *, config: Config, at: datetime) -> EmailMessage:
    """Write a mail: subject, plain text and HTML, one recipient, the same Message-ID each time."""
    words = mail_words.context(session, mail, public_url=config.public_url, at=at)
    subject, text, html = (
        _TEXT.get_template(f"{mail.kind}/{name}").render(words)
        for name in ("subject.txt", "body.txt", "body.html")
    )
    message = EmailMessage(policy=_POLICY)
    message["From"] = config.mail_from
    message["To"] = mail.to_address
    message["Subject"] = subject.strip().replace("\r", " ").replace("\n", " ")
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<appel-{mail.id}.{mail.posted_at:%Y%m%d%H%M%S}@{config.public_host}>"
    message["Auto-Submitted"] = "auto-generated"
    if "opt_out_url" in words:
        message["List-Unsubscribe"] = f"<{words['opt_out_url']}>"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = "fr"  # after the content, which clears it
    return message


def transport(config: Config) -> Transport:
    """The SMTP server of the settings, or the instance's folder of mails."""
    if config.smtp_url:
        return _Smtp(config.smtp_url)
    return _Folder(config.mail_folder)


class _Folder:
    """Mails written as files: the demonstration, and instances that have no server yet."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        return None

    def send(self, message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").split("@")[0].removeprefix("appel-")
        draft = self.folder / f".{name}.{os.getpid()}"
        draft.write_bytes(message.as_bytes())
        draft.replace(self.folder / f"{name}.eml")


class _Smtp:
    """One connection for a batch. ``smtps://`` is TLS from the start; ``smtp://`` demands STARTTLS
    unless the server is on this machine."""

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        if self.url.scheme not in {"smtp", "smtps"} or not self.url.hostname:
            raise Misconfigured(
                "APPEL_SMTP_URL doit ressembler à smtps://utilisateur:motdepasse@serveur:465."
            )
        self.server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        self.server = self._connect()
        return self

    def _connect(self) -> smtplib.SMTP:
        host = self.url.hostname or ""
        tls = ssl.create_default_context()
        server: smtplib.SMTP
        if self.url.scheme == "smtps":
            server = smtplib.SMTP_SSL(
                host, self.url.port or 465, timeout=TIMEOUT_SECONDS, context=tls
            )
        else:
            server = smtplib.SMTP(host, self.url.port or 587, timeout=TIMEOUT_SECONDS)
            if host not in LOOPBACK:
                server.starttls(context=tls)
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self.server is None:
            return
        try:
            self.server.quit()
        except (OSError, smtplib.SMTPException):
            self.server.close()  # it hung up first; every message has its answer already

    def send(self, message: EmailMessage) -> None:
        if self.server is None or self.server.sock is None:
            self.server = self._connect()  # it hung up on the message before
        try:
            refused = self.server.send_message(message, to_addrs=[str(message["To"])])
        except smtplib.SMTPRecipientsRefused as fault:
            raise Refused(next(iter(fault.recipients.values()))[0]) from fault
        except smtplib.SMTPResponseException as fault:
            self._reset()
            raise Refused(fault.smtp_code) from fault
        except (OSError, smtplib.SMTPException):
            self.server.close()
            raise
        if refused:  # smtplib returns refusals when somebody else was accepted
            raise Refused(next(iter(refused.values()))[0])

    def _reset(self) -> None:
        if self.server is not None and self.server.sock is not None:
            try:
                self.server.rset()
            except (OSError, smtplib.SMTPException):
                self.server.close()


@dataclass(frozen=True, slots=True)
class Written:
    """A mail of the folder, as the demonstration shows it."""

    to: str
    subject: str
    text: str


def written(folder: Path, *, after: int = 0, limit: int = 60) -> list[Written]:
    """The newest mails of the folder, ``limit`` of them, the first ``after`` left out."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    found = []
    for file in files[after : after + limit]:
        message = message_from_bytes(file.read_bytes(), policy=email.policy.default)
        body = message.get_body(("plain",))
        found.append(Written(message["To"], message["Subject"], body.get_content() if body else ""))
    return found


def answers(config: Config) -> str:
    """Ask the server for its greeting (``doctor``); raises when it does not answer."""
    if not config.smtp_url:
        return "courriels écrits dans le dossier de l’instance"
    with _Smtp(config.smtp_url) as server:
        code, _ = server.server.noop() if server.server else (0, b"")
        return f"répond ({code}) à {socket.gethostname()}"
