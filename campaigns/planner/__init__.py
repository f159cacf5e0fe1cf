"""The weekly split as a pure rule: who is called by whom, to the proven optimum, and why.

``assign`` does it all. Whoever times the steps calls ``build``, ``solve`` and ``read``.
"""

from collections.abc import Iterable

from campaigns.planner.costs import Parts, cost_of, parts_of
from campaigns.planner.distances import steps_between
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
    "steps_between",
]


def assign(candidates: Iterable[Candidate], callers: Iterable[Caller], settings: Settings) -> Split:
    """Give each free volunteer their households for the week.

    Capacity, language, barred pairs, a caller's only territory, the own commune if the campaign
    says so, and the half-day of a dated call-back are never bent. Then, in this order and to the
    proven optimum: the highest turn is served, a household reserved for a caller has them, the
    voice stays the same, the load is even, the way from home is short. Among the splits that are
    best so, heavy calls are spread and best half-days met by exchanges. ValueError when two
    households or two callers share an id.
    """
    network = build(candidates, callers, settings)
    return read(network, solve(network))
