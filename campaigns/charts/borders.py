"""Borders that communes share: fewer points for all of them alike, and the edge of a group.

A border is simplified once for the two communes it separates, so no gap opens between them.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from campaigns.reference import Outline, Point, Ring

Segment = tuple[Point, Point]


def simplified(outlines: Sequence[Outline], *, within: float = 0.0025) -> tuple[Outline, ...]:
    """The same outlines with fewer points, none further than ``within`` degrees from its border.

    Douglas and Peucker (1973), on each border between two points where three communes meet. A
    ring too small to keep its shape disappears, except a commune's largest.
    """
    ends = _junctions(outlines)
    known: dict[tuple[Point, ...], Ring] = {}
    return tuple(
        replace(each, rings=_kept([_thin(ring, ends, within, known) for ring in each.rings]))
        for each in outlines
    )


def edges(rings: Iterable[Ring]) -> list[Ring]:
    """The outer edge of touching rings, as lines: the segments no two of them share."""
    count = Counter(_named(a, b) for ring in rings for a, b in pairwise(ring) if a != b)
    return _chained([segment for segment, times in count.items() if times == 1])


def _named(a: Point, b: Point) -> Segment:
    return (a, b) if a <= b else (b, a)


def _junctions(outlines: Sequence[Outline]) -> set[Point]:
    """The points where more than two borders meet: they stay where they are."""
    around: dict[Point, set[Point]] = {}
    for each in outlines:
        for ring in each.rings:
            for a, b in pairwise(ring):
                around.setdefault(a, set()).add(b)
                around.setdefault(b, set()).add(a)
    return {point for point, others in around.items() if len(others) > 2}


def _thin(
    ring: Ring, ends: set[Point], within: float, known: dict[tuple[Point, ...], Ring]
) -> Ring:
    points = ring[:-1]
    # A ring that meets no junction is cut at its two most distant points, found from any start.
    start = next((place for place, point in enumerate(points) if point in ends), None)
    if start is None:
        start = points.index(min(points))
        far = max(points, key=lambda point: math.dist(point, points[start]))
        ends = {points[start], far}
    turned = (*points[start:], *points[:start], points[start])
    thinned: list[Point] = []
    border = [turned[0]]
    for point in turned[1:]:
        border.append(point)
        if point in ends or point == turned[-1]:
            thinned += _border(tuple(border), within, known)[:-1]
            border = [point]
    return (*thinned, turned[-1])


def _border(line: Ring, within: float, known: dict[tuple[Point, ...], Ring]) -> Ring:
    """One border simplified; walked from the other side, it is the same backwards."""
    back = line[::-1]
    is_turned = back < line
    way = back if is_turned else line
    if way not in known:
        known[way] = _douglas_peucker(way, within)
    return known[way][::-1] if is_turned else known[way]


def _douglas_peucker(line: Ring, within: float) -> Ring:
    keep = {0, len(line) - 1}
    todo = [(0, len(line) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        place = max(range(first + 1, last), key=lambda at: _off(line[at], line[first], line[last]))
        if _off(line[place], line[first], line[last]) > within:
            keep.add(place)
            todo += [(first, place), (place, last)]
    return tuple(line[place] for place in sorted(keep))


def _off(point: Point, start: Point, end: Point) -> float:
    """The distance from a point to a segment."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    length = math.dist(start, end) ** 2
    along = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length if length else 0.0
    along = min(max(along, 0.0), 1.0)
    return math.dist(point, (ax + along * (bx - ax), ay + along * (by - ay)))


def _kept(rings: list[Ring]) -> tuple[Ring, ...]:
    whole = tuple(ring for ring in rings if len(ring) >= 4)
    return whole or (max(rings, key=len),)


def _chained(segments: list[Segment]) -> list[Ring]:
    """Segments joined end to end into lines."""
    around: dict[Point, list[Point]] = {}
    for a, b in segments:
        around.setdefault(a, []).append(b)
        around.setdefault(b, []).append(a)
    return [tuple(_walk(start, around)) for start in around if around[start]]


def _walk(start: Point, around: dict[Point, list[Point]]) -> Iterator[Point]:
    yield start
    while around[start]:
        step = around[start].pop()
        around[step].remove(start)
        start = step
        yield start
