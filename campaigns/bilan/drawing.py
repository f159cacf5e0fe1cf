"""The pictures of a bilan, for its page or for paper."""

from campaigns import charts
from campaigns.bilan.parts import Picture


def svg(picture: Picture, *, for_print: bool = False) -> str:
    """One picture as SVG text, named and described for who cannot see it."""
    title, desc, told = picture.title, picture.desc, picture.told
    if picture.kind == "shares":
        return charts.shares(title, desc, told, for_print=for_print)
    if picture.kind == "map":
        outlines, counts = told
        return charts.territory_map(
            title, desc, outlines, counts, kind="territoire", for_print=for_print
        )
    labels, series = told
    return charts.bars(title, desc, labels, series, for_print=for_print)
