"""A purge over 26,400 people and 150,000 calls two years after: what would go, then what goes.

The yardstick is the bare statements that touch the same rows: one ``UPDATE`` or ``DELETE`` a table
in one transaction, without passes to be taken up, tombstones, checksums nor a signed report.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from appel_solidaire import purging
from appel_solidaire.instance import Instance
from campaigns import holdings
from campaigns.holdings import Nature
from campaigns.models import Call, Campaign, CampaignState, Need, NeedState, Person, Result
from campaigns.retention import passes, rules, steps
from campaigns.retention.passes import Cutoffs
from scripts.benches import instances
from scripts.benches.fiction import history
from scripts.benches.measure import Figure, timed

_LATER = timedelta(days=1100)
_DELETED = ("phone", "left_out", "soft_lock")
_EMPTIED = ("person", "call", "need", "report", "alarm")


def run() -> list[Figure]:
    """Measure on each engine there is."""
    return [figure for engine in instances.engines() for figure in _measure(engine)]


def _measure(engine: str) -> list[Figure]:
    suffix = "" if engine == "sqlite" else f".{engine}"
    with instances.fresh(engine) as made:
        _fill(made)
        bare = timed(lambda: _bare(made))
    with instances.fresh(engine) as made:
        _fill(made)
        instance = Instance.of(made.config, clock=_clock)
        rehearsed = timed(lambda: _rehearse(instance))
        done = timed(lambda: _purge(instance))
        instance.database.engine.dispose()
    return [
        Figure(f"purge.rehearsal_s{suffix}", rehearsed, "s", bare),
        Figure(f"purge.run_s{suffix}", done, "s", bare),
    ]


def _clock() -> datetime:
    return history.AT + _LATER


def _fill(instance: Instance) -> None:
    """A campaign that closed, whose calls all hold a note and whose needs are met."""
    history.live(instance)
    at = history.AT
    with instance.database.unit() as session:
        session.execute(sa.update(Call).values(note="A demandé à être rappelée."))
        met = {"state": NeedState.CLOSED, "closed_at": at, "result": Result.SOLVED}
        session.execute(sa.update(Need).values(**met))
        session.execute(
            sa.text("UPDATE alarm SET closed_at = :at, ending = 'found_well'"), {"at": at}
        )
        session.execute(sa.update(Campaign).values(state=CampaignState.CLOSED, closed_at=at))


def _rehearse(instance: Instance) -> None:
    with instance.database.reading() as session:
        cuts = Cutoffs(rules.in_force(session).days, instance.clock())
        passes.rehearse(session, cuts)
        passes.people_due(session, cuts)


def _purge(instance: Instance) -> None:
    purging.begin(instance, by_id=None)
    purging.work(instance)
    with instance.database.reading() as session:
        left = session.scalar(sa.select(sa.func.count()).where(Person.forgotten_at.is_(None)))
    if left:
        raise RuntimeError(f"{left} people were not forgotten")


def _bare(instance: Instance) -> None:
    with instance.database.unit() as session:
        for name in _DELETED:
            session.execute(sa.delete(holdings.table(name)))
        for name in _EMPTIED:
            table = holdings.table(name)
            columns = holdings.columns(name, Nature.PERSONAL, Nature.WORDS)
            values = steps.emptying(table, columns).values or {}
            session.execute(sa.update(table).values(dict(values)))
