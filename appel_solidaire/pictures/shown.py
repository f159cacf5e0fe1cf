"""What a page is given of a picture."""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Picture:
    """One drawing, understood by ``say`` above it and by the table beneath: ``heads``, ``rows``
    (the first cell names the row), ``note`` under them. ``key`` is its place on the page."""

    key: str
    title: str
    say: str
    svg: Markup
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def drawing(svg: str) -> Markup:
    """A chart as a template may show it."""
    # Made by campaigns.charts, where lxml escapes every text.
    return Markup(svg)  # noqa: S704  # nosec B704  as said
