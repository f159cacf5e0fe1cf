"""Killed at twenty points of a list’s way in, a worker leaves none or all of it, and the next one
ends the work."""

from __future__ import annotations

import os
import shutil
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from appel_solidaire import config, reading
from appel_solidaire.instance import Instance
from campaigns.models import (
    Campaign,
    Enrolment,
    ImportBatch,
    ImportChunk,
    ImportState,
    Person,
    Phone,
    Provenance,
    QualityCase,
    Role,
    User,
)
from importers import batches
from tests import factories

PEOPLE = 40
POINTS = 20
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
_WRITTEN = (Person, Phone, Enrolment, Provenance)


def a_list() -> bytes:
    """Forty people, each with a number of their own."""
    lines = [f"{at};NOM{at};Renée;01 99 00 {at:02d} {at:02d}" for at in range(PEOPLE)]
    return "\n".join(("ID IODAS;Nom;Prénom;Téléphone", *lines)).encode()


def opened(folder: Path, at: datetime = AT) -> Instance:
    return Instance.of(config.load(folder, env={}), clock=lambda: at)


def walk(instance: Instance) -> None:
    """The whole way of the list: read, confirmed by the lead, entered."""
    reading.read_due(instance)
    with instance.database.unit() as session:
        batch = session.scalars(sa.select(ImportBatch)).one()
        if batch.state is ImportState.READY and batch.asked_at is None:
            lead = session.scalars(sa.select(User)).one()
            batches.ask_to_enter(session, batch, by=lead, at=instance.clock())
    reading.read_due(instance)


def watched(instance: Instance, steps: list[str]) -> None:
    """Note every statement and commit of an instance, just before it happens."""
    engine = instance.database.engine
    sa.event.listen(
        engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_: steps.append(statement),
    )
    sa.event.listen(engine, "commit", lambda _: steps.append("COMMIT"))


class _Fuse(list[str]):
    """Steps that kill their process, as a power cut would, when there are so many."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length

    def append(self, step: str) -> None:
        super().append(step)
        if len(self) == self._length:
            os.kill(os.getpid(), signal.SIGKILL)


def walk_and_die(folder: Path, step: int) -> None:
    """A process of its own that walks the way and is killed before its n-th step."""
    child = os.fork()
    if child == 0:
        try:
            instance = opened(folder)
            watched(instance, _Fuse(step))
            walk(instance)
        finally:
            os._exit(0)  # it was not killed: the test says so
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"step {step} was never reached"
    assert os.WTERMSIG(status) == signal.SIGKILL


def counted(instance: Instance) -> list[int]:
    with instance.database.reading() as session:
        return [
            session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in _WRITTEN
        ]


@pytest.fixture
def waiting(tmp_path: Path, blank_instance: Path) -> Path:
    """An instance on a real file, with a list that nobody has read yet."""
    folder = tmp_path / "waiting"
    shutil.copytree(blank_instance, folder)
    instance = opened(folder)
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        lead = factories.user(session, Role.LEAD, campaign)
        batches.drop(
            session, session.get_one(Campaign, campaign.id), content=a_list(), filename="a.csv",
            source="IODAS", by=lead, at=AT,
        )  # fmt: skip
    instance.database.engine.dispose()
    return folder


def test_killed_at_twenty_points_a_list_is_in_whole_or_not_at_all(
    waiting: Path, tmp_path: Path
) -> None:
    rehearsal = tmp_path / "rehearsal"
    shutil.copytree(waiting, rehearsal)
    instance = opened(rehearsal)
    steps: list[str] = []
    watched(instance, steps)
    walk(instance)
    last = len(steps)
    whole = counted(instance)
    instance.database.engine.dispose()
    assert whole == [PEOPLE] * len(_WRITTEN)
    assert last > POINTS
    for point in range(POINTS):
        folder = tmp_path / f"point-{point}"
        shutil.copytree(waiting, folder)
        walk_and_die(folder, 1 + point * (last - 1) // (POINTS - 1))
        after = opened(folder, AT + reading.LEASE + timedelta(seconds=1))
        assert counted(after) in ([0] * len(_WRITTEN), whole), f"point {point}"
        for _ in range(2):
            walk(after)  # the lease of the dead one is over
        assert counted(after) == whole, f"point {point}"
        with after.database.reading() as session:
            batch = session.scalars(sa.select(ImportBatch)).one()
            assert (batch.state, batch.report["created"]) == (ImportState.CONFIRMED, PEOPLE)
            assert session.scalars(sa.select(ImportChunk.id)).all() == []
            assert len(session.scalars(sa.select(QualityCase.id)).all()) == PEOPLE  # no commune
        after.database.engine.dispose()
        shutil.rmtree(folder)
