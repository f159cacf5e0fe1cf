"""Pictures of a page: what each says in a sentence, the drawing, the same figures as a table."""

from appel_solidaire.pictures.drawn import loads, needs, reach, shares, sweep
from appel_solidaire.pictures.mapped import MAPS, Counted, commune_map, territory_map, told_parts
from appel_solidaire.pictures.shown import Picture, drawing

__all__ = [
    "MAPS",
    "Counted",
    "Picture",
    "commune_map",
    "drawing",
    "loads",
    "needs",
    "reach",
    "shares",
    "sweep",
    "territory_map",
    "told_parts",
]
