"""Whether a click costs the same however long the lists: nobody else on, three sizes, in turns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from statistics import median

from appel_solidaire import story
from scripts.benches import instances, visitors
from scripts.benches.measure import Figure, exponent, timed

SIZES = (2_640, 26_400, 264_000)  # people; as many volunteers as the Somme had, in proportion
PEOPLE, VOLUNTEERS = 26_400, 193
TIMES = 60
_EXPONENT_AT_MOST = 0.05


def run() -> list[Figure]:
    """The exponent of a report saved, a sheet and a person opened, on each engine there is."""
    figures: list[Figure] = []
    for engine in instances.engines():
        suffix = "" if engine == "sqlite" else f".{engine}"
        with ExitStack() as open_ones:
            callers = [open_ones.enter_context(_caller(engine, people)) for people in SIZES]
            for name, ask in _CLICKS.items():
                figures += _measure(name, ask, callers, suffix)
    return figures


_CLICKS: dict[str, Callable[[visitors.Visitor, int], object]] = {
    "save": lambda caller, number: caller.save(number),
    "page": lambda caller, _: caller.open_sheet(),
    "person": lambda caller, number: caller.open_call(number),
}


@contextmanager
def _caller(engine: str, people: int) -> Iterator[visitors.Visitor]:
    """Somebody with a sheet, where there are so many people."""
    size = story.Size(people=people, volunteers=VOLUNTEERS * people // PEOPLE, weeks=0)
    with instances.fresh(engine) as instance:
        story.tell(instance, size, bar=_silent)
        sys.stderr.write(f"{people:>8} personnes : prêt.\n")
        with visitors.served(instance) as address:
            yield visitors.entered(instance, address, count=1)[0]


def _silent(_words: str, _steps: int) -> AbstractContextManager[story.Step]:
    return nullcontext(lambda: None)


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
