"""Whether a difference between two shares is larger than chance; nothing is said below that."""

import math
from collections.abc import Mapping
from statistics import NormalDist

LEVEL = 0.05  # of being wrong once in a whole table, not once a row
_ENOUGH = 5  # people expected on each side, or the normal law does not hold


def apart(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """The probability that two shares differ as much by chance alone, from 0 to 1.

    Two-proportion z test, pooled, with Yates' continuity correction (Fleiss, Levin and Paik,
    Statistical Methods for Rates and Proportions, 3rd ed., 2003, section 3.1). 1 where fewer
    than five are expected on a side. ValueError when a part is not within its whole.
    """
    if not (0 <= part <= whole and 0 <= other_part <= other_whole):
        raise ValueError("a part is not within its whole")
    everybody = whole + other_whole
    if not everybody:
        return 1.0
    pooled = (part + other_part) / everybody
    smallest = min(whole, other_whole) * min(pooled, 1 - pooled)
    if smallest < _ENOUGH:
        return 1.0
    around = 1 / whole + 1 / other_whole
    gap = abs(part / whole - other_part / other_whole) - around / 2
    if gap <= 0:
        return 1.0
    z = gap / math.sqrt(pooled * (1 - pooled) * around)
    return 2 * (1 - NormalDist().cdf(z))


def beyond(chances: Mapping[str, float], *, level: float = LEVEL) -> frozenset[str]:
    """Which of several probabilities are too small for chance, the more rows the stricter.

    Holm's step-down correction (Scandinavian Journal of Statistics 6, 1979).
    """
    found: list[str] = []
    for place, (name, chance) in enumerate(sorted(chances.items(), key=lambda pair: pair[1])):
        if chance > level / (len(chances) - place):
            break
        found.append(name)
    return frozenset(found)
