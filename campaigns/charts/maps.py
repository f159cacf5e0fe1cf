"""A map of counts by commune or by territory, where small counts are never told."""

import math
import re
import statistics
import textwrap
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from babel.numbers import format_decimal

from campaigns.charts import borders, ink
from campaigns.reference import Outline, Point, Ring

MASK_BELOW = 5
_WIDTH = 480
_MARGIN = 4
_LEGEND = 22  # height of a line of the legend
_EVERY = 6  # points of an edge are close enough to ask one in six
# A name on the map: « Territoire Hauts de Somme (nom provisoire) » is « Hauts de Somme ».
_SHORTER = re.compile(r"^Territoire |\s?\([^()]*\)$")
_SPECK = "#8a8173"
_FINE = 10  # shapes are drawn in tenths, written as whole numbers
_ROUND: tuple[int, ...] = tuple(unit * 10**power for power in range(7) for unit in (1, 2, 3, 5))
_NBSP = "\u00a0"


def territory_map(
    title: str,
    desc: str,
    outlines: Sequence[Outline],
    counts: Mapping[str, int | None],
    *,
    kind: str = "commune",
    below: int = MASK_BELOW,
    for_print: bool = False,
) -> str:
    """Shade communes (``counts`` by INSEE code) or territories (by name) by how many they count.

    A count under ``below``, None or missing is one class, « moins de 5 », hatched: no figure of
    the picture is smaller. Darker is more; the legend and, on territories, the figure itself say
    it in words. ValueError for another ``kind`` or when there is no outline.
    """
    if kind not in {"commune", "territoire"} or not outlines:
        raise ValueError("a map needs outlines, and a kind it knows")
    told = {key: count for key, count in counts.items() if count is not None and count >= below}
    steps = _steps(sorted(told.values()), below)
    place, height = _projection(outlines)
    root = ink.frame(
        title, desc, _WIDTH, height + _LEGEND * (len(steps) + 1) + 12, for_print=for_print
    )
    shapes = ink.put(root, "g", transform=f"scale({1 / _FINE:g})", fill_rule="evenodd")
    # Hundreds of small shapes stay quiet in white; a large one is dotted, or looks forgotten.
    is_dotted = kind == "territoire"
    masked = ink.pattern(root, "specks", _SPECK, times=_FINE) if is_dotted else ink.PAPER
    groups = _groups(outlines, kind, told)
    for key, members in groups.items():
        _shape(shapes, key, members, told.get(key), steps, masked, place, kind)
    for key, members in groups.items() if kind == "territoire" else ():
        _label(root, key, members, told.get(key), place, below)
    swatch = ink.pattern(root, "specks", _SPECK) if is_dotted else ink.PAPER
    _legend(root, steps, below, swatch, top=height + 14)
    return ink.written(root)


def _steps(told: Sequence[int], below: int) -> list[int]:
    """Where each class begins: round figures that share the places out evenly, none for nobody."""
    if not told:
        return []
    most = len(ink.SHADES)
    middle = statistics.quantiles(told, n=most - 1) if len(told) > most else told[:-1]
    starts = {_round_under(cut) for cut in (told[0], *middle)}
    # The largest stands alone when a round figure parts it from the next: one city among villages.
    next_to_it = told[-2] if len(told) > 1 else 0
    apart = (each for each in _ROUND if next_to_it < each <= told[-1])
    starts.add(next(apart, _round_under(told[-1])))
    return sorted({max(start, below) for start in starts})


def _round_under(count: float) -> int:
    return max(each for each in _ROUND if each <= count)


def _shade(number: int, classes: int) -> str:
    """The shade of a class: the lightest and the darkest are always far apart."""
    return ink.SHADES[round(number * (len(ink.SHADES) - 1) / max(classes - 1, 1))]


def _groups(
    outlines: Sequence[Outline], kind: str, told: Mapping[str, int]
) -> dict[str, list[Outline]]:
    """What is drawn as one shape; communes that tell nothing are one shape together."""
    groups: dict[str, list[Outline]] = {}
    for each in outlines:
        own = each.insee if each.insee in told else ""
        groups.setdefault(own if kind == "commune" else each.area, []).append(each)
    return groups


def _projection(outlines: Sequence[Outline]) -> tuple[Callable[[Point], Point], float]:
    """From degrees to the picture, and its height: plate carrée at the mean latitude."""
    points = [point for each in outlines for ring in each.rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
    # A département taller than wide is kept on one screen.
    scale = min((_WIDTH - 2 * _MARGIN) / wide, 420 / high)
    left = (_WIDTH - wide * scale) / 2
    return (
        lambda point: (
            left + (point[0] - west) * narrow * scale,
            _MARGIN + (north - point[1]) * scale,
        )
    ), high * scale + 2 * _MARGIN


def _shape(
    root: Any,  # an element of lxml
    key: str,
    members: Sequence[Outline],
    count: int | None,
    steps: Sequence[int],
    masked: str,
    place: Callable[[Point], Point],
    kind: str,
) -> None:
    rings = [ring for each in members for ring in each.rings]
    number = -1 if count is None else sum(count >= start for start in steps) - 1
    drawn = "".join(_path(ring, place) + "z" for ring in rings)
    shade = masked if number < 0 else _shade(number, len(steps))
    # The hairline of a territory's communes takes its own colour: none is seen inside it.
    hairline = _SPECK if kind == "commune" else shade if number >= 0 else "none"
    shape = ink.put(
        root,
        "path",
        class_=f"shade-{number + 1}",
        d=drawn,
        fill=shade,
        fill_rule="evenodd",
        stroke=hairline,
        stroke_width=0.4 * _FINE,
    )
    if count is not None:
        name = members[0].name if kind == "commune" else key
        ink.put(shape, "title").text = f"{name}{_NBSP}: {_number(count)}"
    if kind == "territoire":
        edge = "".join(_path(line, place) for line in borders.edges(rings))
        ink.put(root, "path", d=edge, fill="none", stroke=ink.INK, stroke_width=1.4 * _FINE)


def _label(
    root: Any,  # an element of lxml
    name: str,
    members: Sequence[Outline],
    count: int | None,
    place: Callable[[Point], Point],
    below: int,
) -> None:
    x, y = _middle(members, place)
    told = f"moins de {below}" if count is None else _number(count)
    words = (*textwrap.wrap(_SHORTER.sub("", name), 10), told)
    # The white edge under the letters keeps them readable on every shade.
    for is_edge in (True, False):
        edge = {"stroke": ink.PAPER, "stroke_width": 3, "aria_hidden": "true"} if is_edge else {}
        for row, text in enumerate(words):
            ink.put(
                root,
                "text",
                x=round(x, 1),
                y=round(y + ink.SIZE * (row - len(words) / 2 + 0.8), 1),
                text_anchor="middle",
                font_weight="700" if text == told else None,
                stroke_linejoin="round",
                **edge,
            ).text = text


def _middle(members: Sequence[Outline], place: Callable[[Point], Point]) -> Point:
    """The commune furthest from the edge of its territory: there is room for letters."""
    lines = borders.edges(ring for each in members for ring in each.rings)
    edge = [place(point) for line in lines for point in line[::_EVERY]]
    centres = [
        place((sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)))
        for each in members
        for ring in each.rings[:1]
    ]
    return max(centres, key=lambda centre: min(math.dist(centre, point) for point in edge))


def _legend(root: Any, steps: Sequence[int], below: int, masked: str, *, top: float) -> None:
    rows = [(masked, f"moins de {below}, ou personne")]
    for number, start in enumerate(steps):
        after = steps[number + 1] - 1 if number + 1 < len(steps) else None
        words = (
            f"{_number(start)} et plus" if after is None else f"{_number(start)} à {_number(after)}"
        )
        rows.append((_shade(number, len(steps)), words))
    for number, (shade, words) in enumerate(rows):
        y = top + number * _LEGEND
        ink.put(root, "rect", x=6, y=y, width=22, height=14, fill=shade, stroke=ink.QUIET)
        ink.put(root, "text", x=36, y=y + 12).text = words


def _path(line: Ring, place: Callable[[Point], Point]) -> str:
    """A line in tenths, each point told from the one before; what moves nowhere is left out."""
    points = [(round(x * _FINE), round(y * _FINE)) for x, y in map(place, line)]
    steps = [(x - a, y - b) for (a, b), (x, y) in pairwise(points)]
    written = " ".join(f"{x} {y}" for x, y in steps if x or y)
    return f"M{points[0][0]} {points[0][1]}l{written or '0 0'}".replace(" -", "-")


def _number(value: int) -> str:
    return format_decimal(value, locale="fr_FR").replace("\u202f", _NBSP)
