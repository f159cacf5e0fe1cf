"""The import of a département: read in the worker, then confirmed; its time and its memory.

The yardstick is the libraries alone on the same file and engine: calamine, the phone pattern, the
same count of rows by Core in chunks, durably; no cleaning, no matching, no report. Beside it,
pandas with openpyxl doing the bare read. Growth is fitted on three sizes, with the caps raised.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import python_calamine
import sqlalchemy as sa

from appel_solidaire import config, reading
from appel_solidaire.instance import Instance
from campaigns import launch, reference, values
from campaigns.demo import workbook
from campaigns.models import (
    Campaign,
    CampaignState,
    Enrolment,
    Household,
    ImportBatch,
    ImportState,
    Person,
    Phone,
    Role,
    Stage,
    User,
    Wish,
)
from importers import batches
from importers.caps import Caps
from scripts.benches import instances
from scripts.benches.measure import Figure, exponent, in_turns, timed

PEOPLE = 26_400
SIZES = (2_640, 26_400, 264_000)
NOW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
CHUNK = 1_000
_PHONES = (11, 12)
# Ten départements in one file: more than anybody is let in with.
_CAPS = Caps(
    rows=300_000, megabytes=200, opened_mb=2_000, memory_mb=6_000, cpu_seconds=900, wall_seconds=900
)
_RATIO_AT_MOST, _AGAIN_AT_MOST, _MEGABYTES_AT_MOST, _EXPONENT_AT_MOST = 3.0, 1.0, 400, 1.05


def run() -> list[Figure]:
    """Measure the import on each engine there is, then how it grows on SQLite."""
    with tempfile.TemporaryDirectory(prefix="appel-bench-") as folder:
        file = _list(Path(folder), PEOPLE)
        figures = [figure for engine in instances.engines() for figure in _import(engine, file)]
        return [*figures, _pandas(file, figures[0].value), _growth(Path(folder))]


def _list(folder: Path, people: int) -> Path:
    """A list of so many people, twenty columns, as the demonstration makes it."""
    file = folder / f"liste-{people}.xlsx"
    communes, former = reference.communes("80"), reference.former_communes("80")
    workbook.write(
        file,
        communes=communes,
        former=former,
        today=date(2026, 11, 19),
        people=people,
        numbers=_numbers() if people > PEOPLE else None,
    )
    return file


def _numbers() -> Iterator[str]:
    """Plausible numbers, more than the fictional ranges hold; they never leave this folder."""
    return (f"06{(10_000_000 + 7_919 * drawn) % 100_000_000:08}" for drawn in count())


def _import(engine: str, file: Path) -> list[Figure]:
    taken: list[dict[str, float]] = []

    def ours() -> float:
        with instances.fresh(engine) as instance:
            _found(instance)
            first = _in_its_own_process(instance, file)
            again = _in_its_own_process(instance, file)
        taken.append(first | {"again": again["total"], "again_peak": again["peak"]})
        return first["total"]

    def bare() -> float:
        with instances.fresh(engine) as instance:
            _found(instance)
            return timed(lambda: _bare(instance, file))

    total, yardstick = in_turns(ours, bare)
    middle = {name: sorted(each[name] for each in taken)[len(taken) // 2] for name in taken[0]}
    suffix = "" if engine == "sqlite" else f".{engine}"
    peak = max(middle["peak"], middle["again_peak"])
    _judge(f"rapport{suffix}", total / yardstick, _RATIO_AT_MOST)
    _judge(f"de nouveau{suffix}", middle["again"] / total, _AGAIN_AT_MOST)
    _judge(f"mégaoctets{suffix}", peak, _MEGABYTES_AT_MOST)
    return [
        Figure(f"import.total_s{suffix}", total, "s", yardstick),
        Figure(f"import.read_s{suffix}", middle["read"], "s"),
        Figure(f"import.confirm_s{suffix}", middle["confirm"], "s"),
        Figure(f"import.again_s{suffix}", middle["again"], "s", total),
        Figure(f"import.peak_mb{suffix}", peak, "Mo"),
    ]


def _judge(name: str, value: float, most: float) -> None:
    """The goal, beside what was measured."""
    verdict = "atteint" if value <= most else "manqué"
    sys.stderr.write(f"Objectif {name} : {value:.2f} pour {most:g} au plus, {verdict}.\n")


def _pandas(file: Path, ours: float) -> Figure:
    """The whole import against what most scripts take to open the file alone."""
    import pandas

    opened = timed(lambda: pandas.read_excel(file, engine="openpyxl", header=None))
    return Figure("import.total_over_pandas_read_s", ours, "s", opened)


def _growth(folder: Path) -> Figure:
    """How the time grows with the number of people."""
    seconds = []
    for people in SIZES:
        with instances.fresh("sqlite") as instance:
            _found(instance)
            taken = _in_its_own_process(instance, _list(folder, people))["total"]
        sys.stderr.write(f"{people:>8} personnes : {taken:.1f} s\n")
        seconds.append(taken)
    grown = exponent(SIZES, seconds)
    _judge("exposant", grown, _EXPONENT_AT_MOST)
    return Figure("import.growth_exponent", grown, "")


def _found(instance: Instance) -> None:
    with instance.database.unit() as session:
        launch.found_organisation(session, departement="80", at=NOW)
        campaign = launch.create_campaign(session, name="Essai", by=None, at=NOW)
        launch.move(session, campaign, CampaignState.OPEN, by=None, at=NOW)


# Ours -------------------------------------------------------------------------------------


def _in_its_own_process(instance: Instance, file: Path) -> dict[str, float]:
    """A worker of its own, so that its memory is nobody else’s."""
    folder = instance.config.instance
    url = instance.config.database_url
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.benches.import_", str(folder), str(file)],
        env={**os.environ, "APPEL_DATABASE_URL": url or ""},
        stdout=subprocess.PIPE,
        check=True,
    )
    measured: dict[str, float] = json.loads(ended.stdout)
    return measured


def _work(folder: Path, file: Path) -> dict[str, float]:
    """Drop, read, confirm as the lead and a worker do; seconds, and megabytes at the peak."""
    instance = Instance.of(config.load(folder), clock=lambda: NOW)
    content = file.read_bytes()
    start = time.perf_counter()
    with instance.database.unit() as session:
        campaign = session.scalars(sa.select(Campaign)).one()
        batch_id = batches.drop(
            session, campaign, content=content, filename=file.name, source="IODAS",
            caps=_CAPS, by=_lead(session), at=NOW,
        ).id  # fmt: skip
    reading.read_due(instance, caps=_CAPS)
    middle = time.perf_counter()
    with instance.database.unit() as session:
        batch = session.get_one(ImportBatch, batch_id)
        batches.ask_to_enter(session, batch, by=_lead(session), at=NOW)
    reading.read_due(instance)
    end = time.perf_counter()
    with instance.database.reading() as session:
        if session.get_one(ImportBatch, batch_id).state is not ImportState.CONFIRMED:
            raise ValueError("the list did not enter")
    kilobytes = sum(
        resource.getrusage(who).ru_maxrss
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "total": end - start, "read": middle - start, "confirm": end - middle,
        "peak": kilobytes / 1024,
    }  # fmt: skip


def _lead(session: Any) -> User:
    """The lead who drops the list, made the first time."""
    found = session.scalars(sa.select(User)).first()
    if found is None:
        found = User(email="lead@example.org", first_name="Alix", role=Role.LEAD, created_at=NOW)
        session.add(found)
        session.flush()
    return found


# The libraries alone ----------------------------------------------------------------------


def _bare(instance: Instance, file: Path) -> None:
    book = python_calamine.CalamineWorkbook.from_path(file)
    rows = [row for row in book.get_sheet_by_index(0).to_python()[3:] if row[2]]
    people, numbers = [], []
    for number, row in enumerate(rows, start=1):
        people.append(_person(number, row))
        numbers += [
            {"person_id": number, "position": 0, "e164": each.e164, "label": ""}
            for at in _PHONES
            if row[at] != ""
            for each in values.phone(row[at])
            if each.e164
        ]
    ids = range(1, len(rows) + 1)
    with instance.database.unit() as session:
        for model, lines in (
            (Household, [{"id": number} for number in ids]),
            (Person, people),
            (Phone, numbers),
            (Enrolment, [_enrolment(number) for number in ids]),
        ):
            for start in range(0, len(lines), CHUNK):
                session.execute(sa.insert(model.__table__), lines[start : start + CHUNK])


def _person(number: int, row: list[Any]) -> dict[str, Any]:
    last_name, first_name = str(row[2]), str(row[4])
    return {
        "id": number, "household_id": number, "title": "", "last_name": last_name,
        "first_name": first_name, "birth_name": str(row[3]), "name_key": last_name,
        "birth_date": None, "email": "", "address": str(row[7]), "postal_code": str(row[9])[:5],
        "town": str(row[10]), "insee": None, "language": "", "manner": "",
        "schemes": str(row[14])[:80], "notify_person": str(row[16]), "home_help": str(row[17]),
        "mayor_opt_out": False, "created_at": NOW, "updated_at": NOW,
    }  # fmt: skip


def _enrolment(number: int) -> dict[str, Any]:
    return {
        "campaign_id": 1, "person_id": number, "stage": Stage.SWEEP, "wish": Wish.UNDECIDED,
        "priority": 5, "is_alarm": False, "other_caller": False, "times_by_last": 0,
        "created_at": NOW,
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(_work(Path(sys.argv[1]), Path(sys.argv[2])), sys.stdout)
