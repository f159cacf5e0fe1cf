"""A letter from the ids a mail holds: subject, plain text and HTML, one recipient."""

import email.policy
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from sqlalchemy.orm import Session

from appel_solidaire import formats, mail_words
from appel_solidaire.config import TEMPLATES, Config
from campaigns.models import OutgoingMail

_POLICY = email.policy.SMTP.clone(max_line_length=78)
_POLICY_UTF8 = _POLICY.clone(utf8=True)
_TEXT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(TEMPLATES / "mails"),
    undefined=jinja2.StrictUndefined,
    autoescape=jinja2.select_autoescape(("html",)),
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEXT.filters.update(formats.FILTERS)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it goes over the line; ``name`` is its part of the Message-ID."""

    mail_id: int
    name: str
    sender: str
    to: str
    content: bytes

    @property
    def options(self) -> tuple[str, ...]:
        """What the server must know of to write to an address with accents."""
        return () if self.to.isascii() else ("SMTPUTF8",)


def letter(session: Session, mail: OutgoingMail, *, config: Config, at: datetime) -> Letter:
    """Write a mail down to its bytes, so that nothing is left to do once a server listens."""
    message = compose(session, mail, config=config, at=at)
    policy = _POLICY if mail.to_address.isascii() else _POLICY_UTF8
    return Letter(
        mail_id=mail.id,
        name=_name(mail),
        sender=_header("From", config.mail_from).addresses[0].addr_spec,
        to=mail.to_address,
        content=message.as_bytes(policy=policy),
    )


def compose(session: Session, mail: OutgoingMail, *, config: Config, at: datetime) -> EmailMessage:
    """Write a mail: subject, plain text and HTML, one recipient, the same Message-ID each time."""
    words = mail_words.context(session, mail, public_url=config.public_url, at=at)
    subject, text, html = (
        _TEXT.get_template(f"{mail.kind}/{name}").render(words)
        for name in ("subject.txt", "body.txt", "body.html")
    )
    message = EmailMessage(policy=_POLICY)
    message["From"] = _header("From", config.mail_from)
    message["To"] = mail.to_address
    message["Subject"] = subject.strip().replace("\r", " ").replace("\n", " ")
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<appel-{_name(mail)}@{config.public_host}>"
    message["Auto-Submitted"] = _header("Auto-Submitted", "auto-generated")
    if leave := words.get("opt_out_url") or words.get("fewer_url"):
        message["List-Unsubscribe"] = f"<{leave}>"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = _header(
        "Content-Language", "fr"
    )  # after the content, which clears it
    return message


@cache
def _header(name: str, value: str) -> Any:  # email's header classes are made as they are needed
    """A header that is the same in every mail, parsed once."""
    return _POLICY.header_factory(name, value)


def _name(mail: OutgoingMail) -> str:
    return f"{mail.id}.{mail.posted_at:%Y%m%d%H%M%S}"


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
