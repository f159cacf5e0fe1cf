"""Measuring two things in turns, so that a machine whose speed drifts does not decide."""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import linear_regression, median

ROUNDS = 3
STEADY = 1.15  # a fixed loop beside each side may differ by this much


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure and its yardstick: the libraries alone, measured in the same run."""

    name: str
    value: float
    unit: str
    yardstick: float | None = None

    @property
    def ratio(self) -> float | None:
        """The figure over its yardstick."""
        return self.value / self.yardstick if self.yardstick else None

    def as_row(self) -> dict[str, object]:
        """As ``--json`` prints it."""
        return asdict(self) | {"ratio": self.ratio}


def in_turns(
    ours: Callable[[], float], bare: Callable[[], float], *, rounds: int = ROUNDS
) -> tuple[float, float]:
    """Take both in turns and give the median of each; each call gives its own seconds.

    Says on stderr when the machine itself ran at two speeds: the ratio is then worth little.
    """
    taken: list[tuple[float, float]] = []
    loops: list[tuple[float, float]] = []
    for _ in range(rounds):
        first = _loop()
        mine = ours()
        second = _loop()
        taken.append((mine, bare()))
        loops.append((first, second))
    drift = median(one for one, _ in loops) / median(two for _, two in loops)
    if not 1 / STEADY <= drift <= STEADY:
        sys.stderr.write(f"La machine a changé de vitesse entre les deux côtés (x {drift:.2f}).\n")
    return median(one for one, _ in taken), median(two for _, two in taken)


def exponent(sizes: Sequence[float], taken: Sequence[float]) -> float:
    """How the time grows with the size: 1 is in proportion, 0 not at all.

    The slope of the line nearest to the points, by least squares, both axes in logarithms.
    """
    xs, ys = ([math.log(one) for one in axis] for axis in (sizes, taken))
    return linear_regression(xs, ys).slope


def timed(act: Callable[[], object]) -> float:
    """Seconds an act takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _loop() -> float:
    return timed(lambda: sum(number * number for number in range(300_000)))
