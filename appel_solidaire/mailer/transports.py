"""Where letters go: an SMTP server, or a folder of the instance."""

import os
import smtplib
import socket
import ssl
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from appel_solidaire.config import LOOPBACK, Config, Misconfigured
from appel_solidaire.mailer.writing import Letter

TIMEOUT_SECONDS = 20


class Transport(Protocol):
    """Where a message goes: an SMTP server, or a folder."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        at: TracebackType | None,
    ) -> None: ...
    def send(self, letter: Letter) -> None:
        """Hand over one letter to its one recipient; raises when it was not accepted."""


class Refused(Exception):  # noqa: N818  the server's answer, handled like one
    """The server answered no. ``is_final`` when trying again is useless (5xx)."""

    def __init__(self, code: int) -> None:
        super().__init__(str(code))
        self.reply = str(code)
        self.is_final = 500 <= code < 600


def transport(config: Config) -> Transport:
    """The SMTP server of the settings, or the instance's folder of mails."""
    if config.smtp_url:
        return Smtp(config.smtp_url)
    return Folder(config.mail_folder)


class Folder:
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

    def send(self, letter: Letter) -> None:
        draft = self.folder / f".{letter.name}.{os.getpid()}"
        draft.write_bytes(letter.content)
        draft.replace(self.folder / f"{letter.name}.eml")


class Smtp:
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

    def send(self, letter: Letter) -> None:
        if self.server is None or self.server.sock is None:
            self.server = self._connect()  # it hung up on the message before
        try:
            refused = self.server.sendmail(
                letter.sender, [letter.to], letter.content, letter.options
            )
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


def answers(config: Config) -> str:
    """Ask the server for its greeting (``doctor``); raises when it does not answer."""
    if not config.smtp_url:
        return "courriels écrits dans le dossier de l’instance"
    with Smtp(config.smtp_url) as server:
        code, _ = server.server.noop() if server.server else (0, b"")
        return f"répond ({code}) à {socket.gethostname()}"
