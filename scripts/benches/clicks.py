"""Whether a click costs the same however long the lists: nobody else on, three sizes, in turns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from statistics import median

from appel_solidaire.instance import Instance
from campaigns import sheets, weeks
from campaigns.models import Campaign
from scripts.benches import instances, visitors
from scripts.benches.fiction.departement import PEOPLE, VOLUNTEERS, fill
from scripts.benches.measure import Figure, exponent, timed

SIZES = (2_640, 26_400, 264_000)  # people; as many volunteers as the Somme had, in proportion
TIMES = 60
_EXPONENT_AT_MOST = 0.05


def run() -> list[Figure]:
    """The exponent of a report saved, a sheet and a person opened, on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        suffix = "" if engine == "sqlite" else f".{engine}"
        with ExitStack() as open_ones:
            stages = [open_ones.enter_context(_stage(engine, people)) for people in SIZES]
            # Entered once all are ready: a server lets go of who is silent for long.
            callers = [visitors.entered(*stage, count=1)[0] for stage in stages]
            for name, ask in _CLICKS.items():
                figures += _measure(name, ask, callers, suffix)
    return figures


_CLICKS: dict[str, Callable[[visitors.Visitor, int], object]] = {
    "save": lambda caller, number: caller.save(number),
    "page": lambda caller, _: caller.open_sheet(),
    "person": lambda caller, number: caller.open_call(number),
}


@contextmanager
def _stage(engine: str, people: int) -> Iterator[tuple[Instance, str]]:
    """A published week where there are so many people, and the address of its server."""
    with instances.fresh(engine) as instance:
        campaign_id = fill(
            instance, people=people, volunteers=VOLUNTEERS * people // PEOPLE, is_new=True
        )
        _publish(instance, campaign_id)
        instance.database.study()
        sys.stderr.write(f"{people:>8} personnes : prêt.\n")
        with visitors.served(instance) as address:
            yield instance, address


def _publish(instance: Instance, campaign_id: int) -> None:
    """The week under way, split as on its Monday: on a Friday night nobody has a half-day left."""
    week = weeks.current(instance.clock())
    monday = weeks.starts_at(week)
    with instance.database.unit() as session:
        campaign = session.get_one(Campaign, campaign_id)
        plan = sheets.propose(session, campaign, week, at=monday)
        sheets.publish(session, plan, by=None, at=monday)


def _measure(
    name: str,
    ask: Callable[[visitors.Visitor, int], object],
    callers: list[visitors.Visitor],
    suffix: str,
) -> list[Figure]:
    taken: list[list[float]] = [[] for _ in callers]
    for number in range(-5, TIMES):  # the first ones warm
        for caller, seconds in zip(callers, taken, strict=True):
            took = timed(partial(ask, caller, number))
            if number >= 0:
                seconds.append(took)
    middle = [median(seconds) for seconds in taken]
    grown = exponent(SIZES, middle)
    verdict = "atteint" if grown <= _EXPONENT_AT_MOST else "manqué"
    sys.stderr.write(f"Objectif {name}{suffix} : {grown:.3f} pour 0,05 au plus, {verdict}.\n")
    return [
        *(
            Figure(f"clicks.{name}_{people}_ms{suffix}", seconds * 1000, "ms")
            for people, seconds in zip(SIZES, middle, strict=True)
        ),
        Figure(f"clicks.{name}_exponent{suffix}", grown, ""),
    ]
