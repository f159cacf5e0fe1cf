"""Pictures of counts: SVG text, readable in grey and aloud, without script nor style sheet.

Every function takes figures that are already masked where they must be, and gives one ``<svg>``
element to be put in a page (with ``Markup``) or, drawn ``for_print``, in a PDF.
"""

from campaigns.charts.borders import simplified
from campaigns.charts.maps import MASK_BELOW, territory_map
from campaigns.charts.plots import bars, lines, shares

__all__ = ["MASK_BELOW", "bars", "lines", "shares", "simplified", "territory_map"]
