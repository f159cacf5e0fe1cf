"""Once a day, by night: the journal's end is signed and noted apart, free texts are read again.

Late rather than never: a worker that slept does it when it wakes.
"""

import json
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from appel_solidaire.config import Config
from appel_solidaire.instance import Instance
from appel_solidaire.logs import logger
from campaigns import accounts, journal, mails, once, scanning, weeks
from campaigns.journal import Head
from campaigns.models import Occurrence, Organisation
from campaigns.refusal import Refusal
from campaigns.scanning import Batch

_STARTS = timedelta(hours=1)  # one in the morning, Paris time
HEADS = "journal_head"


def run_due(instance: Instance) -> int:
    """Note the head of the journal, read a few texts again; give how many pieces were done.

    Asked every second: by day it is two short reads.
    """
    now = instance.clock()
    day = weeks.local_day(now - _STARTS)
    with instance.database.reading() as session:
        is_noted = once.exists(session, kind=HEADS, period=day.isoformat())
        waiting = scanning.next_place(session, since=weeks.at(day, 0) + _STARTS)
        batch = scanning.read(session, *waiting, at=now) if waiting else None
    if not is_noted:
        _note_head(instance, day.isoformat())
    if batch is not None:
        _keep_texts(instance, batch, day.isoformat())
    return int(batch is not None)


def heads_file(config: Config) -> Path:
    """Where heads are kept outside the database: one line each, added to and never rewritten."""
    return config.instance / "reperes" / "journal.jsonl"


def kept_heads(file: Path) -> list[Head]:
    """The heads a file holds; a line that is none is an ``Unreadable``."""
    if not file.is_file():
        return []
    return list(_heads(file))


class Unreadable(Exception):  # noqa: N818  a state of a file, told to who verifies
    """A line of the heads' file is not a head; the message gives its number."""


def _heads(file: Path) -> Iterator[Head]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield Head.read(json.loads(line))
        except (ValueError, KeyError, TypeError) as fault:
            raise Unreadable(f"{file.name}, ligne {number}") from fault


def _note_head(instance: Instance, night: str) -> None:
    at = instance.clock()
    with instance.database.unit() as session:
        if not once.add(session, Occurrence, kind=HEADS, period=night, at=at, produced=0):
            return
        head = journal.note_head(session, at=at)
        contact = _contact(session)
        if head is not None and contact:
            # The file is daily; a person is written to once a week at most.
            key = f"journal-head:{weeks.current(at)}"
            mails.post(session, "journal_head", to=contact, key=key, about=head.plain(), at=at)
    if head is not None:
        _append(heads_file(instance.config), head)
        logger().info("journal_head_noted", entry=head.entry_id, length=head.length)
    with instance.database.unit() as session:
        journal.guard(session)  # a guard somebody took away is back the next night


def _keep_texts(instance: Instance, batch: Batch, night: str) -> None:
    at = instance.clock()
    with instance.database.unit() as session:
        found = scanning.keep(session, batch, at=at)
        once.add(session, Occurrence, kind=scanning.READ, period=night, at=at, produced=0)
        if found is not None:
            scanning.note_read(session, night, batch.count)
    if found:
        logger().info("texts_found", place=batch.place.kind, count=found)


def _contact(session: Session) -> str | None:
    """The address of the DPO; None when the settings name somebody without one."""
    organisation = session.get(Organisation, 1)
    if organisation is None or "@" not in organisation.dpo_contact:
        return None
    try:
        return accounts.normal_email(organisation.dpo_contact)
    except Refusal:
        return None  # a name and a telephone, for instance: the file is kept all the same


def _append(file: Path, head: Head) -> None:
    """Add a line and wait until the disk holds it."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    with file.open("a", encoding="utf-8") as heads:
        heads.write(json.dumps(head.plain()) + "\n")
        heads.flush()
        os.fsync(heads.fileno())
