"""How far territories lie apart: steps from one neighbour to the next."""

from collections import defaultdict
from collections.abc import Iterable


def steps_between(touching: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Count the borders to cross between territories, both ways, from the pairs that touch.

    A pair no chain of neighbours joins is not listed.
    """
    neighbours: dict[int, set[int]] = defaultdict(set)
    for one, other in touching:
        if one != other:
            neighbours[one].add(other)
            neighbours[other].add(one)
    found: dict[tuple[int, int], int] = {}
    for start in sorted(neighbours):
        reached, edge, steps = {start}, {start}, 0
        while edge:
            steps += 1
            edge = {far for near in edge for far in neighbours[near]} - reached
            reached |= edge
            found |= {(start, far): steps for far in sorted(edge)}
    return found
