"""An SMTP server that keeps what it accepts: python tests/smtp_sink.py FOLDER

It prints its port, then serves on the loopback until it is told to stop. Each accepted message is
a file of the folder and a line of its journal.jsonl: {"file", "at", "message_id", "from", "to",
"subject"}, written to the disk before the client reads 250, so that the journal can be trusted
when something is killed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Keeper:
    """Write down each message, then accept it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        """Keep one message."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.count += 1
        name = f"{self.count:05d}.eml"
        (self.folder / name).write_bytes(content)
        message = message_from_bytes(content, policy=policy.default)
        entry = {
            "file": name,
            "at": time.time(),
            "message_id": message["Message-ID"],
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "subject": message["Subject"],
        }
        with (self.folder / "journal.jsonl").open("a", encoding="utf-8") as journal:
            journal.write(json.dumps(entry, ensure_ascii=False) + "\n")
            journal.flush()
            if not os.environ.get("APPEL_SINK_QUICK"):  # a bench kills nothing
                os.fsync(journal.fileno())
        return "250 OK"


async def serve(folder: Path) -> None:
    """Serve on a free port of the loopback until SIGTERM or SIGINT."""
    keeper = Keeper(folder)
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    server = await loop.create_server(lambda: SMTP(keeper, hostname="sink"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await told.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
