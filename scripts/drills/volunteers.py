"""Two hundred volunteers on two cores: each opens a person's page and saves a report every five
seconds, for ten minutes, on each engine. Nothing may fail, nothing acknowledged may be lost, and
95 answers of 100 come within 200 ms (performance G5, G6; reliability R1).

    scripts/drill volunteers [MINUTES] [sqlite|postgresql]
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPException
from statistics import quantiles

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from appel_solidaire import story
from appel_solidaire.instance import Instance
from campaigns import journal
from campaigns.models import Call, JournalEntry, Report
from scripts.benches import instances, visitors
from tests import servers

VOLUNTEERS, EVERY_SECONDS, MOST_MS = 200, 5.0, 200.0
SIZE = story.Size(volunteers=VOLUNTEERS + 20, weeks=0)
# Half of the calls ring in vain; one conversation in twenty or so raises an alert.
ANSWERS: Sequence[tuple[float, dict[str, str]]] = (
    (0.50, visitors.NOBODY),
    (0.47, {"spoke": "oui", "mood": "bien"}),
    (0.03, {"spoke": "oui", "situation_oui": "CONFUSION"}),
)


@dataclass(slots=True)
class Told:
    """What the volunteers saw: seconds by kind of request, keys acknowledged, what failed."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"page": [], "save": []})
    acknowledged: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @contextmanager
    def timing(self, kind: str) -> Iterator[None]:
        """Time one request; a failure is kept and does not stop the others."""
        start = time.perf_counter()
        try:
            yield
        except (OSError, HTTPException, RuntimeError) as fault:
            self.failures.append(f"{kind}: {fault}")
        else:
            self.seconds[kind].append(time.perf_counter() - start)


def main() -> int:
    """Run on each engine; 1 when something failed, was lost or came late."""
    minutes = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    table = Table("moteur", "mesure", "valeur", box=None, pad_edge=False)
    table.columns[2].justify = "right"
    faults: list[str] = []
    for engine in sys.argv[2:] or ("sqlite", "postgresql"):
        with _instance(engine) as instance:
            story.tell(instance, SIZE, bar=lambda *_: nullcontext(lambda: None))
            with visitors.served(instance, part="up") as address:
                told = _play(instance, address, seconds=minutes * 60)
            faults += [f"{engine} {one}" for one in _faults(instance, told)]
            for name, value in _figures(told):
                table.add_row(engine, name, value)
    console = Console()
    console.print(table)
    for fault in faults:
        console.print(f"[red]{fault}[/red]")
    return int(bool(faults))


@contextmanager
def _instance(engine: str) -> Iterator[Instance]:
    if engine == "sqlite":
        with instances.fresh("sqlite") as instance:
            yield instance
        return
    with (
        servers.postgres(synchronous_commit="on", fsync="on") as server,
        instances.on(server.url(server.create())) as instance,
    ):
        yield instance


def _play(instance: Instance, address: str, *, seconds: float) -> Told:
    told = Told()
    callers = visitors.entered(instance, address, count=VOLUNTEERS)
    begins = time.monotonic() + 1
    with ThreadPoolExecutor(VOLUNTEERS) as pool:
        for number, caller in enumerate(callers):
            first = begins + EVERY_SECONDS * number / VOLUNTEERS
            pool.submit(_call, caller, told, first, begins + seconds, random.Random(number))
    return told


def _call(
    caller: visitors.Visitor, told: Told, first: float, until: float, chance: random.Random
) -> None:
    due, number = first, 0
    while due < until:
        time.sleep(max(0.0, due - time.monotonic()))
        with told.timing("page"):
            caller.open_call(number)
        time.sleep(chance.uniform(1, 3))
        (answers,) = chance.choices([one for _, one in ANSWERS], [share for share, _ in ANSWERS])
        with told.timing("save"):
            told.acknowledged.append(caller.save(number, answers))
        due += EVERY_SECONDS
        number += 1


def _faults(instance: Instance, told: Told) -> Iterator[str]:
    if told.failures:
        yield f"{len(told.failures)} demandes en échec : {told.failures[0][:300]}"
    with instance.database.reading() as session:
        kept = Counter(session.scalars(sa.select(Report.key)))
        half = ~sa.exists().where(Call.report_id == Report.id)
        if lost := Counter(told.acknowledged) - kept:
            yield f"{lost.total()} comptes rendus confirmés puis perdus"
        if list(session.scalars(sa.select(Report.id).where(half))):
            yield "des comptes rendus n’ont pas d’appel"
        noted = session.scalar(
            sa.select(sa.func.count()).where(JournalEntry.action == "call_logged")
        )
        if (noted or 0) < len(told.acknowledged):
            yield "des appels manquent au journal"
        if not journal.verify(session).is_whole:
            yield "la chaîne du journal est rompue"
    for kind, seconds in told.seconds.items():
        if (late := _rank(seconds, 95)) > MOST_MS:
            yield f"{kind} : 95 % en {late:.0f} ms ({MOST_MS:.0f} attendus)"


def _figures(told: Told) -> Iterator[tuple[str, str]]:
    yield "comptes rendus confirmés", str(len(told.acknowledged))
    yield "demandes en échec", str(len(told.failures))
    for kind, seconds in told.seconds.items():
        ranks = " / ".join(f"{_rank(seconds, rank):.0f}" for rank in (50, 95, 99))
        yield f"{kind} p50 / p95 / p99 (ms)", ranks


def _rank(seconds: Sequence[float], rank: int) -> float:
    return quantiles(seconds, n=100)[rank - 1] * 1000


if __name__ == "__main__":
    sys.exit(main())
