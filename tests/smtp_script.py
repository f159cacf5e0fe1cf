"""An SMTP server that misbehaves at one verb, to the letter of a test: plain sockets, one thread a
connection.

``hang`` keeps the connection open and says nothing more, ``drop`` closes it; anything else is the
reply. Verbs: GREETING, EHLO, STARTTLS, AUTH, MAIL, RCPT, DATA, and BODY for the end of the message.
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

GOOD = {"DATA": "354 go on", "GREETING": "220 script", "QUIT": "221 bye", "STARTTLS": "220 go"}


@dataclass
class Scripted:
    """What the server answers, and what it accepted: (recipient, Message-ID line)."""

    answers: dict[str, str] = field(default_factory=dict)
    offers: tuple[str, ...] = ()  # extensions named after EHLO, as « STARTTLS »
    tls: ssl.SSLContext | None = None
    accepted: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)


class _Stop(Exception):  # noqa: N818  the end of one conversation
    """The script says to leave."""


class _Talk:
    """One conversation."""

    def __init__(self, script: Scripted, line: socket.socket) -> None:
        self.script, self.line = script, line
        self.file = line.makefile("rb")
        self.to = ""

    def run(self) -> None:
        """Greet, then answer verb after verb."""
        self.say("GREETING")
        while raw := self.file.readline():
            verb = raw.split(b" ")[0].split(b":")[0].strip().upper().decode()
            if verb == "RCPT":
                self.to = raw.decode().partition("<")[2].partition(">")[0]
            if verb == "EHLO" and "EHLO" not in self.script.answers:
                names = ("script", *self.script.offers)
                marks = "-" * (len(names) - 1) + " "
                for mark, name in zip(marks, names, strict=True):
                    self.line.sendall(f"250{mark}{name}\r\n".encode())
                continue
            self.say(verb)
            if verb == "STARTTLS" and self.script.tls is not None:
                self.line = self.script.tls.wrap_socket(self.line, server_side=True)
                self.file = self.line.makefile("rb")
            if verb == "DATA" and self.script.answers.get("DATA", "354").startswith("354"):
                self.take()
            if verb == "QUIT":
                return

    def take(self) -> None:
        """Read the message, then answer it."""
        lines = []
        while (raw := self.file.readline()) not in {b".\r\n", b""}:
            lines.append(raw.decode())
        reply = self.script.answers.get("BODY", "250 taken")
        if reply.startswith("250"):
            (name,) = [one for one in lines if one.startswith("Message-ID")]
            self.script.accepted.append((self.to, name.strip()))
        self.say("BODY")

    def say(self, verb: str) -> None:
        """Answer as written."""
        reply = self.script.answers.get(verb, GOOD.get(verb, "250 OK"))
        if reply == "hang":
            self.script.over.wait(30)
            raise _Stop
        if reply == "drop":
            raise _Stop
        self.line.sendall(f"{reply}\r\n".encode())
        if reply.startswith("421"):
            raise _Stop


@contextmanager
def scripted(script: Scripted) -> Iterator[Scripted]:
    """Serve a script on the loopback as long as the block lives."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                _Talk(script, self.request).run()
            except (_Stop, OSError):
                return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, request: object, client_address: object) -> None:
            return  # a refused handshake is what the test is about

    with Server(("127.0.0.1", 0), Handler) as server:
        script.url = f"smtp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield script
        finally:
            script.over.set()
            server.shutdown()
            thread.join()
