"""What pictures are drawn with: colours that a grey printer tells apart, patterns, one frame.

Everything is a presentation attribute, which a page's CSP and a PDF both accept; the classes let
theme.css say otherwise. No meaning rests on a colour: series differ by pattern or dash, the
classes of a map by lightness, and both by words.
"""

import hashlib
from typing import Any

from lxml import etree

SVG = "http://www.w3.org/2000/svg"
INK = "#1d2b36"
QUIET = "#54616b"
LINE = "#e4ddd2"
PAPER = "#ffffff"
# Each series: its colour, the pattern that fills it (None: plain), the dashes of its line.
SERIES = (
    ("#0f5f6e", None, None),
    ("#c8552b", "stripes", "8 5"),
    ("#54616b", "dots", "2 4"),
    ("#1d2b36", "grid", "12 4 2 4"),
)
# From light to dark, evenly in lightness: few people to many people.
SHADES = ("#d5e9ec", "#9fccd3", "#62a5b0", "#2b7886", "#0a4651")
FONT = "Atkinson Hyperlegible Next"
SIZE = 15  # of all text, in the units of the picture
_DRAWN = {
    "stripes": "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "dots": "M2 2h2v2h-2zM6 6h2v2h-2z",
    "grid": "M0 4h8M4 0v8",
    "specks": "M3.4 3.4h1v1h-1z",
}


def frame(title: str, desc: str, width: float, height: float, *, for_print: bool) -> Any:  # of lxml
    """An empty picture that says what it shows; on paper it has a size, on a page it fills it."""
    name = hashlib.sha256(f"{title}\n{desc}".encode()).hexdigest()[:10]
    root = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})
    root.set("viewBox", f"0 0 {width:g} {height:g}")
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-labelledby", f"t-{name} d-{name}")
    if for_print:
        root.set("width", f"{width:g}")
        root.set("height", f"{height:g}")
        root.set("font-family", FONT)
    root.set("font-size", str(SIZE))
    root.set("fill", INK)
    for tag, words in (("title", title), ("desc", desc)):
        put(root, tag, id=f"{tag[0]}-{name}").text = words
    return root


def put(parent: Any, tag: str, **attributes: object) -> Any:  # elements of lxml have no types
    """Add an element; ``stroke_width=2`` is written ``stroke-width="2"``."""
    written = {
        name.rstrip("_").replace("_", "-"): f"{value:g}" if isinstance(value, float) else str(value)
        for name, value in attributes.items()
        if value is not None
    }
    return etree.SubElement(parent, f"{{{SVG}}}{tag}", written)


def pattern(root: Any, kind: str, colour: str, *, times: float = 1) -> str:
    """Add a pattern to a picture and give what fills with it; its name is the picture's own.

    ``times`` makes it larger, for shapes drawn in a finer unit.
    """
    name = f"{kind}-{times:g}-{root.get('aria-labelledby').split()[0][2:]}"
    made = put(
        put(root, "defs"), "pattern", id=name, width=8, height=8, patternUnits="userSpaceOnUse"
    )
    if times != 1:
        made.set("patternTransform", f"scale({times:g})")
    put(made, "rect", width=8, height=8, fill=PAPER)
    put(made, "path", d=_DRAWN[kind], stroke=colour, stroke_width=1.4, fill="none")
    return f"url(#{name})"


def fill(root: Any, number: int) -> str:
    """What fills the bars of a series."""
    colour, kind, _ = SERIES[number % len(SERIES)]
    return pattern(root, kind, colour) if kind else colour


def written(root: Any) -> str:
    """The picture as text."""
    return str(etree.tostring(root, encoding="unicode"))
