"""A worker writes what was asked; killed anywhere, the next one does; after 48 hours it is gone."""

from __future__ import annotations

import csv
import io
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from pathlib import Path
from zipfile import ZipFile

import pytest
import sqlalchemy as sa

from appel_solidaire import exporting
from appel_solidaire.instance import Instance
from campaigns import exports
from campaigns.exports import Cells, Form, Kind, Wanted, claims
from campaigns.exports.claims import Lost
from campaigns.models import Campaign, Export, ExportState, JournalEntry, Role, User
from tests import factories
from tests.conftest import Clock

SQLITE = pytest.mark.parametrize("config", ["sqlite"], indirect=True)
NAMED = Wanted(Kind.PEOPLE, Form.CSV, is_named=True, reason="Suivi du comité")
PEOPLE = 5


@pytest.fixture
def lead_id(instance: Instance) -> int:
    """The lead of a campaign of some people."""
    with instance.database.unit() as session:
        campaign = factories.campaign(session)
        factories.commune(session, "80021")
        factories.commune(session, "80620", "Péronne")
        for number in range(PEOPLE):
            insee = "80620" if number else "80021"
            factories.person(session, campaign, insee=insee, schemes="APA", last_name="Canarinom")
        return factories.user(session, Role.LEAD, campaign).id


def ask(instance: Instance, lead_id: int, wanted: Wanted = NAMED) -> int:
    with instance.database.unit() as session:
        by = session.get_one(User, lead_id)
        campaign = session.scalars(sa.select(Campaign)).one()
        export = exports.ask(session, campaign, wanted, by=by, at=instance.clock())
        session.flush()
        return export.id


def stored(instance: Instance, export_id: int) -> Export:
    with instance.database.reading() as session:
        export = session.get_one(Export, export_id)
        session.expunge(export)
        return export


def fetched(instance: Instance, export_id: int, lead_id: int) -> bytes:
    with instance.database.unit() as session:
        export, by = session.get_one(Export, export_id), session.get_one(User, lead_id)
        return exports.fetch(session, export, by=by, at=instance.clock())


def lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_worker_writes_what_was_asked(instance: Instance, lead_id: int) -> None:
    export_id = ask(instance, lead_id)
    assert exporting.write_due(instance) == 1
    assert exporting.write_due(instance) == 0
    export = stored(instance, export_id)
    assert (export.state, export.done, export.total) == (ExportState.READY, PEOPLE, PEOPLE)
    titles, *rows = lines(fetched(instance, export_id, lead_id))
    assert titles[-1] == "export"
    assert len(rows) == PEOPLE
    assert all(row[-1].startswith(f"E-{export_id} · Michelle Nom") for row in rows)


@SQLITE
def test_every_list_is_written_in_every_form(instance: Instance, lead_id: int) -> None:
    kinds = (Kind.PEOPLE, Kind.CALLS, Kind.NEEDS, Kind.JOURNAL)
    for kind, is_named, form in product(kinds, (True, False), Form):
        wanted = Wanted(kind, form, is_named=is_named, reason="Suivi du comité")
        export_id = ask(instance, lead_id, wanted)
        assert exporting.write_due(instance) == 1
        export = stored(instance, export_id)
        assert (export.state, export.error) == (ExportState.READY, "")
        names = b"Canarinom" in fetched(instance, export_id, lead_id)
        assert names is (is_named and kind is Kind.PEOPLE and form is not Form.XLSX)


@SQLITE
def test_the_list_for_mayors_is_one_file_a_commune_or_the_one_chosen(
    instance: Instance, lead_id: int
) -> None:
    every = Wanted(Kind.COMMUNES, Form.CSV, is_named=True, reason="Courrier du 12 mai")
    one = Wanted(Kind.COMMUNES, Form.CSV, reason="Courrier du 12 mai", insee="80021")
    all_id, one_id = ask(instance, lead_id, every), ask(instance, lead_id, one)
    while exporting.write_due(instance):
        pass
    with ZipFile(io.BytesIO(fetched(instance, all_id, lead_id))) as archive:
        assert archive.namelist() == [
            f"E-{all_id}-80021.csv",
            f"E-{all_id}-80620.csv",
            "A-lire.txt",
        ]
        assert "2024-317" in archive.read("A-lire.txt").decode()
    assert len(lines(fetched(instance, one_id, lead_id))) == 2


@SQLITE
def test_progress_is_shown_while_it_is_written(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "STEP", 2)
    export_id = ask(instance, lead_id)
    seen: list[tuple[int, int | None]] = []
    whole = claims.progress

    def noted(*args: object, **more: object) -> Export:
        export = whole(*args, **more)  # type: ignore[arg-type]  # as they came
        seen.append((export.done, export.total))
        return export

    monkeypatch.setattr(claims, "progress", noted)
    exporting.write_due(instance)
    assert seen == [(0, PEOPLE), (2, PEOPLE), (4, PEOPLE)]
    assert stored(instance, export_id).state is ExportState.READY


# A worker process of its own that dies at one point, as by a power cut.
DYING = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from appel_solidaire import config, exporting
from appel_solidaire.instance import Instance
from campaigns.exports import claims

folder, at, where, when = sys.argv[1:]
instance = Instance.of(config.load(Path(folder)), clock=lambda: datetime.fromisoformat(at))
whole = getattr(claims, where)

def dying(*args, **kwargs):
    if when == "after":
        whole(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(claims, where, dying)
exporting.write_due(instance)
"""


@pytest.mark.parametrize(
    ("where", "when"), [("progress", "before"), ("keep", "before"), ("keep", "after")]
)
def test_a_worker_killed_leaves_the_list_to_the_next_one(
    instance: Instance, clock: Clock, lead_id: int, where: str, when: str
) -> None:
    export_id = ask(instance, lead_id)
    url = instance.config.database_url
    ended = subprocess.run(
        [sys.executable, "-c", DYING, instance.config.instance, f"{clock()}", where, when],
        env={
            "PYTHONPATH": str(Path(__file__).resolve().parent.parent),
            **({"APPEL_DATABASE_URL": url} if url else {}),
        },
        timeout=60,
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    assert stored(instance, export_id).state is ExportState.WAITING
    assert exporting.write_due(instance) == 0  # the lease of the dead one still runs
    clock.move(seconds=claims.LEASE.total_seconds() + 1)
    assert exporting.write_due(instance) == 1
    assert len(lines(fetched(instance, export_id, lead_id))) == 1 + PEOPLE


def test_two_workers_never_write_one_list(instance: Instance, clock: Clock, lead_id: int) -> None:
    export_id = ask(instance, lead_id)
    with instance.database.unit() as session:
        slow = claims.claim(session, at=clock())
    assert slow
    with instance.database.unit() as session:
        assert claims.claim(session, at=clock()) is None
    clock.move(seconds=claims.LEASE.total_seconds() + 1)
    with instance.database.unit() as session:
        quick = claims.claim(session, at=clock())
        assert quick
        claims.keep(session, quick, b"whole", count=1, territories=None, at=clock())
    # The first one wakes up: what it holds is not its own any more.
    with pytest.raises(Lost), instance.database.unit() as session:
        claims.progress(session, slow, done=1, total=1, at=clock())
    with pytest.raises(Lost), instance.database.unit() as session:
        claims.keep(session, slow, b"half", count=1, territories=None, at=clock())
    assert fetched(instance, export_id, lead_id) == b"whole"


@SQLITE
def test_what_is_erased_while_it_is_written_is_dropped(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = ask(instance, lead_id)
    whole = exports.contents

    def erased(*args: object, **more: object) -> exports.Contents:
        with instance.database.unit() as session:
            by = session.get_one(User, lead_id)
            exports.erase(session, session.get_one(Export, export_id), by=by, at=instance.clock())
        return whole(*args, **more)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(exports, "contents", erased)
    assert exporting.write_due(instance) == 1
    assert stored(instance, export_id).state is ExportState.EXPIRED
    assert exporting.write_due(instance) == 0


@SQLITE
def test_a_fault_is_said_in_french_and_it_can_be_asked_again(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    export_id = ask(instance, lead_id)

    def broken(*_: object) -> Iterator[Cells]:
        raise ArithmeticError

    with monkeypatch.context() as patched:
        patched.setattr(exporting, "_told", broken)
        with pytest.raises(ArithmeticError):
            exporting.write_due(instance)
    export = stored(instance, export_id)
    assert export.state is ExportState.FAILED
    assert export.error.startswith("Une erreur qui n’est pas de votre fait")
    with instance.database.unit() as session:
        by = session.get_one(User, lead_id)
        exports.ask_again(session, session.get_one(Export, export_id), by=by, at=instance.clock())
    assert exporting.write_due(instance) == 1
    assert stored(instance, export_id).state is ExportState.READY


@SQLITE
def test_an_account_closed_meanwhile_gets_nothing(instance: Instance, lead_id: int) -> None:
    export_id = ask(instance, lead_id)
    with instance.database.unit() as session:
        session.get_one(User, lead_id).disabled_at = instance.clock()
    assert exporting.write_due(instance) == 1
    export = stored(instance, export_id)
    assert export.state is ExportState.FAILED
    assert "compte" in export.error


@SQLITE
def test_a_list_no_worker_survives_is_given_up(
    instance: Instance, clock: Clock, lead_id: int
) -> None:
    export_id = ask(instance, lead_id)
    for _ in range(claims.TRIES):
        with instance.database.unit() as session:
            assert claims.claim(session, at=clock())
        clock.move(seconds=claims.LEASE.total_seconds() + 1)
    assert exporting.write_due(instance) == 0
    assert stored(instance, export_id).error == claims.STOPPED
    assert exporting.write_due(instance) == 0


def test_the_worker_erases_what_is_48_hours_old_in_a_closed_campaign_too(
    instance: Instance, clock: Clock, lead_id: int
) -> None:
    export_id = ask(instance, lead_id)
    exporting.write_due(instance)
    clock.move(hours=48, seconds=-1)
    assert exporting.write_due(instance) == 0
    clock.move(seconds=1)
    assert exporting.write_due(instance) == 1
    with instance.database.reading() as session:
        content, state = session.execute(sa.select(Export.content, Export.state)).one()
    assert (content, state) == (None, ExportState.EXPIRED)
    assert stored(instance, export_id).expires_at == clock.at
    assert clock.at - timedelta(hours=48) == stored(instance, export_id).ready_at


def test_no_personal_data_stands_in_the_journal(instance: Instance, lead_id: int) -> None:
    ask(instance, lead_id)
    exporting.write_due(instance)
    with instance.database.reading() as session:
        noted = session.scalars(
            sa.select(JournalEntry).where(JournalEntry.action.like("export_%"))
        ).all()
        told = {entry.action: entry.detail for entry in noted}
    assert told == {
        "export_asked": {"kind": "people", "form": "csv", "named": True},
        "export_written": {"count": PEOPLE},
    }


@SQLITE
def test_a_workbook_too_long_for_memory_is_refused_with_what_to_do(
    instance: Instance, lead_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_ROWS", PEOPLE - 1)
    wanted = Wanted(Kind.PEOPLE, Form.XLSX, is_named=True, reason="Suivi du comité")
    export_id, as_text = ask(instance, lead_id, wanted), ask(instance, lead_id)
    while exporting.write_due(instance):
        pass
    assert "csv" in stored(instance, export_id).error
    assert stored(instance, as_text).state is ExportState.READY
