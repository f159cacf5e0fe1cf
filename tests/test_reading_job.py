"""A worker reads what was dropped and lets in what was confirmed; killed anywhere, nothing is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from appel_solidaire import jobs, reading
from appel_solidaire.instance import Instance
from campaigns.models import (
    Campaign,
    CampaignState,
    Enrolment,
    ImportBatch,
    ImportChunk,
    ImportState,
    MailState,
    OutgoingMail,
    Person,
    Role,
    User,
)
from campaigns.refusal import Refusal
from importers import batches, load
from tests import factories
from tests.conftest import Clock
from tests.importers import files

LIST = files.xlsx()  # two people


@pytest.fixture
def lead_id(instance: Instance) -> int:
    """The lead of a campaign."""
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        return factories.user(session, Role.LEAD, campaign).id


def drop(instance: Instance, lead_id: int, content: bytes = LIST, name: str = "a.xlsx") -> int:
    with instance.database.unit() as session:
        batch = batches.drop(
            session,
            session.scalars(sa.select(Campaign)).one(),
            content=content,
            filename=name,
            source="IODAS",
            by=session.get_one(User, lead_id),
            at=instance.clock(),
        )
        return batch.id


def confirm(instance: Instance, batch_id: int, lead_id: int) -> None:
    with instance.database.unit() as session:
        batch = session.get_one(ImportBatch, batch_id)
        by = session.get_one(User, lead_id)
        batches.ask_to_enter(session, batch, by=by, at=instance.clock())


def state(instance: Instance, batch_id: int) -> ImportState:
    with instance.database.reading() as session:
        return session.get_one(ImportBatch, batch_id).state


def count(instance: Instance, model: type) -> int:
    with instance.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


# A worker process of its own that dies at one point, as by a power cut.
DYING = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from appel_solidaire import config, reading
from appel_solidaire.instance import Instance
from importers import load

folder, at, where, when = sys.argv[1:]
instance = Instance.of(config.load(Path(folder)), clock=lambda: datetime.fromisoformat(at))
module = {"load": load, "reading": reading}[where.split(".")[0]]
whole = getattr(module, where.split(".")[1])

def dying(*args, **kwargs):
    if when == "after":
        whole(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(module, where.split(".")[1], dying)
reading.read_due(instance)
"""


def die(instance: Instance, where: str, when: str) -> None:
    """Run a worker that is killed before or after a step."""
    url = instance.config.database_url
    env = {"APPEL_DATABASE_URL": url} if url else {}
    ended = subprocess.run(
        [sys.executable, "-c", DYING, instance.config.instance, f"{instance.clock()}", where, when],
        env={"PYTHONPATH": str(Path(__file__).resolve().parent.parent), **env},
        timeout=60,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize(
    ("where", "when"),
    [
        ("load.examine", "before"),
        ("load.examine", "after"),
        ("load.keep", "after"),
        ("reading._tell", "after"),
    ],
)
def test_a_worker_killed_while_reading_leaves_the_list_to_the_next_one(
    instance: Instance, clock: Clock, lead_id: int, where: str, when: str
) -> None:
    batch_id = drop(instance, lead_id)
    die(instance, where, when)
    assert state(instance, batch_id) is ImportState.RECEIVED
    assert count(instance, ImportChunk) == count(instance, OutgoingMail) == 0
    assert reading.read_due(instance) == 0  # the lease of the dead one still runs
    clock.move(seconds=reading.LEASE.total_seconds() + 1)
    assert reading.read_due(instance) == 1
    assert state(instance, batch_id) is ImportState.READY


@pytest.mark.parametrize(
    ("where", "when"),
    [("load.confirm", "before"), ("load.confirm", "after"), ("load._enter", "after")],
)
def test_a_worker_killed_while_people_enter_leaves_none_and_the_next_one_takes_all(
    instance: Instance, clock: Clock, lead_id: int, where: str, when: str
) -> None:
    batch_id = drop(instance, lead_id)
    reading.read_due(instance)
    confirm(instance, batch_id, lead_id)
    die(instance, where, when)
    assert count(instance, Person) == count(instance, Enrolment) == 0
    assert state(instance, batch_id) is ImportState.READY
    clock.move(seconds=reading.LEASE.total_seconds() + 1)
    assert reading.read_due(instance) == 1
    assert count(instance, Person) == count(instance, Enrolment) == 2
    assert state(instance, batch_id) is ImportState.CONFIRMED


def test_whoever_dropped_a_list_is_told_once_with_ids_and_counts_only(
    instance: Instance, lead_id: int
) -> None:
    batch_id = drop(instance, lead_id)
    reading.read_due(instance)
    with instance.database.reading() as session:
        mail = session.scalars(sa.select(OutgoingMail)).one()
        assert (mail.kind, mail.user_id, mail.about) == (
            "import_ready",
            lead_id,
            {"batch": batch_id, "rows": 2},
        )
    assert jobs.WORK["mails"](instance) == 1  # and it can be written
    with instance.database.reading() as session:
        assert session.scalars(sa.select(OutgoingMail.state)).one() is MailState.SENT


def test_the_bell_rings_for_the_workers_when_a_list_is_dropped_and_confirmed(
    instance: Instance, lead_id: int
) -> None:
    rung: list[set[str]] = []
    instance.database.ring = rung.append
    batch_id = drop(instance, lead_id)
    reading.read_due(instance)
    confirm(instance, batch_id, lead_id)
    assert rung == [{"imports"}, {"mails"}, {"imports"}]
    assert jobs.WORK["imports"] is reading.read_due


def test_one_list_is_taken_by_one_worker_and_the_oldest_first(
    instance: Instance, lead_id: int
) -> None:
    with instance.database.unit() as session:
        other_id = factories.user(session, Role.LEAD).id
    first, second = drop(instance, lead_id), drop(instance, other_id)
    held = reading._claim(instance)
    assert held is not None
    assert held.id == first
    assert reading.read_due(instance) == 1
    assert (state(instance, first), state(instance, second)) == (
        ImportState.RECEIVED,
        ImportState.READY,
    )


def test_of_five_lists_one_person_drops_at_once_one_is_read_and_the_others_queue(
    instance: Instance, clock: Clock, lead_id: int
) -> None:
    dropped = [drop(instance, lead_id) for _ in range(5)]
    held = reading._claim(instance)
    assert held is not None
    assert held.id == dropped[0]
    assert reading.read_due(instance) == 0
    clock.move(seconds=reading.LEASE.total_seconds() + 1)  # whoever held it died
    for done in range(1, 6):
        assert reading.read_due(instance) == 1
        ready = [state(instance, each) is ImportState.READY for each in dropped]
        assert ready == [True] * done + [False] * (5 - done)


def test_a_list_abandoned_while_it_is_read_stays_abandoned(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = drop(instance, lead_id)
    examine = load.examine

    def abandoned_meanwhile(*args: object, **kwargs: object) -> object:
        found = examine(*args, **kwargs)  # type: ignore[arg-type]  # passed through
        with instance.database.unit() as session:
            batch = session.get_one(ImportBatch, batch_id)
            by = session.get_one(User, lead_id)
            batches.abandon(session, batch, by=by, at=instance.clock())
        return found

    monkeypatch.setattr(load, "examine", abandoned_meanwhile)
    assert reading.read_due(instance) == 1
    assert state(instance, batch_id) is ImportState.CANCELLED
    assert count(instance, ImportChunk) == 0


def test_where_the_reading_is_can_be_seen_from_outside(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = drop(instance, lead_id)
    seen: list[object] = []
    note = reading._note

    def noted(*args: object) -> None:
        note(*args)  # type: ignore[arg-type]  # passed through
        with instance.database.reading() as session:
            seen.append(session.get_one(ImportBatch, batch_id).report)

    monkeypatch.setattr(reading, "_note", noted)
    reading.read_due(instance)
    assert seen == [{"step": "lecture"}, {"step": "nettoyage"}, {"step": "rapprochement"}]


def test_nothing_is_asked_of_the_writer_when_no_list_waits(
    instance: Instance, lead_id: int
) -> None:
    begun: list[object] = []
    sa.event.listen(instance.database.writer, "begin", begun.append)
    assert reading.read_due(instance) == 0
    assert begun == []


def _broken(*args: object, **kwargs: object) -> None:
    raise ValueError("a fault of ours")


def test_a_fault_of_ours_while_reading_is_said_and_logged(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = drop(instance, lead_id)
    monkeypatch.setattr(load, "keep", _broken)
    with pytest.raises(ValueError, match="a fault of ours"):
        reading.read_due(instance)
    with instance.database.reading() as session:
        batch = session.get_one(ImportBatch, batch_id)
        assert (batch.state, batch.content) == (ImportState.REFUSED, None)
        assert "pas de votre fait" in batch.error
    assert reading.read_due(instance) == 0


def test_a_fault_of_ours_while_people_enter_lets_nobody_in_and_may_be_tried_again(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_id = drop(instance, lead_id)
    reading.read_due(instance)
    confirm(instance, batch_id, lead_id)
    with monkeypatch.context() as broken:
        broken.setattr(load, "confirm", _broken)
        with pytest.raises(ValueError, match="a fault of ours"):
            reading.read_due(instance)
    assert (state(instance, batch_id), count(instance, Person)) == (ImportState.READY, 0)
    confirm(instance, batch_id, lead_id)
    assert reading.read_due(instance) == 1
    assert count(instance, Person) == 2


def test_a_closed_campaign_takes_no_list(session: Session) -> None:
    campaign = factories.campaign(session, state=CampaignState.CLOSED)
    someone = factories.user(session, Role.LEAD)
    with pytest.raises(Refusal, match="close"):
        batches.drop(
            session,
            campaign,
            content=LIST,
            filename="a.xlsx",
            source="IODAS",
            by=someone,
            at=datetime.fromisoformat("2026-11-24T09:00:00+00:00"),
        )
