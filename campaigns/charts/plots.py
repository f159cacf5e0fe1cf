"""Bars, lines and shares, laid out by pygal; we keep its geometry and dress it ourselves.

pygal writes a style sheet, a script and tooltips into every picture: a page's CSP refuses the
first two and a reader on paper has no use for the third.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pygal
from babel.numbers import format_decimal
from pygal.style import Style

from campaigns.charts import ink

WIDTH = 480
_NO_DATA = "Pas encore de chiffres"
_LONGEST = 26  # signs of a label beside its bar; the table beneath has it whole
_VALUES_FIT = 14  # bars that each have room for their figure
_PER_SIGN = 0.62 * ink.SIZE  # width of a sign, as pygal counts it


def bars(
    title: str,
    desc: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int | None]],
    *,
    for_print: bool = False,
) -> str:
    """Upright bars: one group a label, one bar a series (four at most); None draws no bar.

    Each figure stands on its bar where there is room. ValueError when a series has not one
    figure for each label.
    """
    few = len(labels) * len(series) <= _VALUES_FIT
    plot = pygal.Bar(**_options(len(series)), height=300, print_values=few)
    return _drawn(plot, title, desc, labels, series, for_print=for_print)


def lines(
    title: str,
    desc: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int | None]],
    *,
    for_print: bool = False,
) -> str:
    """Lines over time, each with its own dashes; None interrupts a line. ValueError as ``bars``."""
    plot = pygal.Line(
        **_options(len(series)),
        height=300,
        dots_size=2.5,
        allow_interruptions=True,
        include_x_axis=True,
    )
    return _drawn(plot, title, desc, labels, series, for_print=for_print)


def shares(title: str, desc: str, parts: Mapping[str, int], *, for_print: bool = False) -> str:
    """Lying bars, one a part in the order given, with its figure: what a pie would show badly."""
    rows = list(parts.items())[::-1]  # pygal draws from the bottom
    plot = pygal.HorizontalBar(
        **_options(1),
        height=16 + 30 * max(len(rows), 2),
        print_values=True,
        show_x_labels=False,  # the figures stand beside the bars
        # Room for the longest bar's own figure.
        range=(0, max(1.2 * max(parts.values(), default=0), 1)),
    )
    labels = _shortened([label for label, _ in rows])
    return _drawn(
        plot, title, desc, labels, {"": [count for _, count in rows]}, for_print=for_print
    )


def _options(series: int) -> dict[str, Any]:  # options of pygal, of every type
    return {
        "width": WIDTH,
        "style": Style(
            label_font_size=ink.SIZE,
            major_label_font_size=ink.SIZE,
            value_font_size=ink.SIZE,
            legend_font_size=ink.SIZE,
            no_data_font_size=16,
        ),
        "js": (),
        "no_prefix": True,
        "margin": 6,
        "spacing": 8,
        "show_legend": series > 1,
        "legend_at_bottom": True,
        # pygal has no room for a third name in two columns.
        "legend_at_bottom_columns": 1 if series == 3 else 2,
        "truncate_label": -1,
        "truncate_legend": -1,
        "min_scale": 3,
        "max_scale": 6,
        "order_min": 0,  # people are not counted in tenths
        "print_values_position": "top",
        "formatter": _number,
        "value_formatter": _number,
        "no_data_text": _NO_DATA,
    }


def _drawn(
    plot: Any,  # pygal has no types
    title: str,
    desc: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int | None]],
    *,
    for_print: bool,
) -> str:
    if any(len(values) != len(labels) for values in series.values()):
        raise ValueError("a series needs one figure for each label")
    if len(series) > len(ink.SERIES):
        raise ValueError("more series than a reader tells apart")
    plot.x_labels = labels if isinstance(plot, pygal.HorizontalBar) else _thinned(labels)
    for name, values in series.items():
        plot.add(name, values)
    root = ink.frame(title, desc, WIDTH, plot.config.height, for_print=for_print)
    # Without any figure pygal draws one sentence; where all are zero it has no scale.
    known = [value for values in series.values() for value in values if value is not None]
    if not any(known):
        plot.range = (0, 1)
    if not known:
        ink.put(
            root,
            "text",
            x=WIDTH / 2,
            y=plot.config.height / 2,
            text_anchor="middle",
            fill=ink.QUIET,
        ).text = _NO_DATA
        return ink.written(root)
    lies = isinstance(plot, pygal.HorizontalBar)
    _copy(plot.render_tree(), root, _Dress(root, is_line=isinstance(plot, pygal.Line), lies=lies))
    return ink.written(root)


def _thinned(labels: Sequence[str]) -> list[str]:
    """Every label, or every second, third… where they would stand on one another."""
    room = (WIDTH - 70) / max(len(labels), 1)
    widest = max((len(label) for label in labels), default=0) * _PER_SIGN + 6
    step = max(1, -(-int(widest) // max(int(room), 1)))
    return [label if place % step == 0 else "" for place, label in enumerate(labels)]


def _shortened(labels: Sequence[str]) -> list[str]:
    """Each label in its place: without its brackets, then without its last items, when that is
    enough to tell it from the others; cut where it is full otherwise."""
    briefly = [_brief(label) for label in labels]
    return [
        brief if briefly.count(brief) == 1 else _cut(label)
        for label, brief in zip(labels, briefly, strict=True)
    ]


def _brief(label: str) -> str:
    if len(label) <= _LONGEST:
        return label
    bare = label.partition(" (")[0]
    while len(bare) > _LONGEST - 1 and "," in bare:
        bare = bare.rpartition(",")[0]
    return _cut(bare) if len(bare) > _LONGEST - 1 else bare + "…"


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST else label[: _LONGEST - 1].rstrip(" ,") + "…"


def _number(value: float | None) -> str:
    return (
        "" if value is None else format_decimal(value, locale="fr_FR").replace("\u202f", "\u00a0")
    )


class _Dress:
    """What each of pygal's elements looks like, by the classes pygal gives it."""

    def __init__(self, root: Any, *, is_line: bool, lies: bool) -> None:  # an element of lxml
        self.root = root
        self.is_line = is_line
        self.lies = lies
        self.fills: dict[int, str] = {}

    def fill(self, number: int) -> str:
        if number not in self.fills:
            self.fills[number] = ink.fill(self.root, number)
        return self.fills[number]

    def line(self, number: int) -> dict[str, Any]:  # attributes of several types
        colour, _, dashes = ink.SERIES[number]
        return {"stroke": colour, "stroke_width": 2.5, "stroke_dasharray": dashes, "fill": "none"}

    def bar(self, number: int) -> dict[str, Any]:  # as above
        return {"fill": self.fill(number), "stroke": ink.SERIES[number][0], "stroke_width": 1}


# The attributes of pygal's elements that are geometry.
_GEOMETRY = ("x", "y", "width", "height", "cx", "cy", "r", "d", "transform")
_DROPPED = {"style", "script", "title", "desc", "defs"}


def _copy(source: Any, target: Any, dress: _Dress, above: tuple[str, ...] = ()) -> None:
    """Copy what is seen of pygal's tree, each element with the attributes of its kind."""
    for element in source:
        tag = element.tag if isinstance(element.tag, str) else "style"  # comments have no name
        classes = tuple((element.get("class") or "").split())
        if tag in _DROPPED or "tooltip-overlay" in classes or "background" in classes:
            continue
        found = {name: element.get(name) for name in _GEOMETRY if element.get(name)}
        if tag == "g":
            inner = ink.put(target, "g", **found) if found else target
            _copy(element, inner, dress, (*above, *classes))
        elif tag == "rect" and dress.is_line and "legends" in above:
            middle = float(found["y"]) + 7
            path = {"d": f"M{float(found['x']) - 6:g} {middle:g}h20"}
            ink.put(target, "path", **path, **dress.line(_series((*above, *classes))))
        else:
            worn = dict(_worn(tag, classes, above, dress))
            if worn.get("hidden"):
                continue
            text = (element.text or "").strip()
            # An empty label; a bar of nothing, which pygal lays down without its length.
            if (tag == "text" and not text) or (tag == "rect" and "width" not in found):
                continue
            made = ink.put(target, tag, **found, **worn)
            if tag == "text":
                made.text = text


def _worn(
    tag: str, classes: tuple[str, ...], above: tuple[str, ...], dress: _Dress
) -> Iterator[tuple[str, Any]]:  # attributes of several types
    if tag == "text":
        if dress.lies and "text-overlay" in above:
            yield "dx", 5
        elif "axis" in above or "text-overlay" in above:
            yield "text_anchor", "end" if "axis" in above and "y" in above else "middle"
        if "axis" in above:
            yield "fill", ink.QUIET
    elif "axis" in above:
        # Guides of the figures alone; the axis itself is drawn darker.
        is_guide = "guide" in classes
        if is_guide and "always_show" not in above:
            yield "hidden", True
        yield "stroke", ink.LINE if is_guide else ink.QUIET
        yield "fill", "none"
    else:
        number = _series((*above, *classes))
        is_bar = tag == "rect"
        yield "class", f"series-{number}"
        if tag == "circle":
            yield "fill", ink.SERIES[number][0]
        else:
            yield from (dress.bar(number) if is_bar else dress.line(number)).items()


def _series(classes: tuple[str, ...]) -> int:
    return next(
        (int(name.rpartition("-")[2]) for name in classes if name.startswith(("color-", "serie-"))),
        0,
    )
