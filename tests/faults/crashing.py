"""One process that dies at a named point of a mail's way: python -m tests.faults.crashing …

The points are switched on here, by replacing one function of the program in this process alone:
the program itself has no hook.
"""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import config, mailer
from appel_solidaire.instance import Instance
from appel_solidaire.mailer import sending, transports
from campaigns import mails, needs
from campaigns.models import Agreement, Campaign, Person, Role, User

BY_THE_WEB = ("after_commit", "before_doorbell")
BY_THE_WORKER = (
    "after_claim",
    "before_smtp",
    "after_data_before_reply",
    "after_250_before_mark",
)
POINTS = (*BY_THE_WEB, *BY_THE_WORKER)
SAID = "Plus rien à manger depuis hier"


def raise_need(instance: Instance, *, at: datetime) -> int:
    """What the web does when a report is saved: an urgent need, and its mails, in one unit."""
    with instance.database.unit() as session:
        need = needs.raise_(
            session,
            needs.Draft("ALI_URGENCE", text=SAID, agreement=Agreement.YES),
            campaign=session.scalars(sa.select(Campaign)).one(),
            person=session.scalars(sa.select(Person).order_by(Person.id)).first(),
            call=None,
            by=session.scalars(sa.select(User).where(User.role == Role.VOLUNTEER)).first(),
            at=at,
        )
        return need.id


def die(*_args: Any, **_named: Any) -> None:
    """As a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def arm(instance: Instance, point: str) -> None:
    """Make this process die when it comes to a point."""
    if point == "after_commit":
        sa.event.listen(Session, "after_commit", die)
    elif point == "before_doorbell":
        instance.database.ring = die
    elif point == "after_claim":
        sending.transport = die  # type: ignore[assignment]  # dies instead
    elif point == "before_smtp":
        transports.Smtp.send = die  # type: ignore[method-assign]  # dies instead
    elif point == "after_data_before_reply":
        _die_after_data()
    else:
        mails.stamp_sent = die  # type: ignore[assignment]  # dies instead


def _die_after_data() -> None:
    sent = smtplib.SMTP.send

    def send_and_die(self: smtplib.SMTP, data: Any) -> None:
        sent(self, data)
        if isinstance(data, bytes) and data.endswith(b"\r\n.\r\n"):
            die()  # the server has the whole message, its answer is not read

    smtplib.SMTP.send = send_and_die  # type: ignore[method-assign]  # dies after


def killed(folder: Path, at: datetime, point: str, *, env: dict[str, str]) -> int:
    """Run the process until it dies; give its return code."""
    return subprocess.run(
        [sys.executable, "-m", "tests.faults.crashing", str(folder), at.isoformat(), point],
        env={**os.environ, **env},
        check=False,
    ).returncode


if __name__ == "__main__":
    _folder, _at, _point = sys.argv[1:]
    _now = datetime.fromisoformat(_at)
    _instance = Instance.of(config.load(Path(_folder)), clock=lambda: _now)
    arm(_instance, _point)
    if _point in BY_THE_WEB:
        raise_need(_instance, at=_now)
    else:
        mailer.send_due(_instance)
