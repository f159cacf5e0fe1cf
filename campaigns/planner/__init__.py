"""The weekly split as a pure rule: who is called by whom, to the proven optimum, and why.

``assign`` does it all. Whoever times the steps calls ``build``, ``solve`` and ``read``.
"""

from collections.abc import Iterable

from campaigns.planner.costs import Parts, cost_of, parts_of
from campaigns.planner.facts import (
    Assignment,
    Caller,
    Candidate,
    HalfDay,
    LeftOut,
    LeftOutReason,
    Settings,
    Split,
    Stream,
)
from campaigns.planner.network import Flow, Network, build, solve
from campaigns.planner.reading import read

__all__ = [
    "Assignment",
    "Caller",
    "Candidate",
    "Flow",
    "HalfDay",
    "LeftOut",
    "LeftOutReason",
    "Network",
    "Parts",
    "Settings",
    "Split",
    "Stream",
    "assign",
    "build",
    "cost_of",
    "parts_of",
    "read",
    "solve",
]


def assign(candidates: Iterable[Candidate], callers: Iterable[Caller], settings: Settings) -> Split:
    """Give each free volunteer their households for the week.

    Capacity, language, barred pairs, the own commune if the campaign says so, and the half-day
    of a dated call-back are never bent. Then, in this order: the highest turn is served, the
    voice stays the same, the load is even, the way from home is short. ValueError when two
    households or two callers share an id.
    """
    network = build(candidates, callers, settings)
    return read(network, solve(network))
