"""Data that ships: need categories, call outcomes, help lines, the guide, the communes of France.

Everything here is a default a campaign may replace. What a file says is checked when it is first
read; a mistake raises ValueError naming the file and the line.
"""

from functools import cache

from campaigns.reference.directory import (
    COORDINATION,
    INTERNAL_KINDS,
    House,
    OfficeRow,
    Sector,
    Territory,
    houses,
    offices,
    sectors,
    territories,
    territory_of_commune,
)
from campaigns.reference.endings import Alert, Outcome, Suspension, outcomes
from campaigns.reference.needs import (
    CONDITIONS,
    Category,
    HelpLine,
    Mode,
    Perimeter,
    Question,
    Route,
    Urgency,
    categories,
    help_lines,
    help_lines_for,
    questions,
    routes,
)
from campaigns.reference.outlines import (
    Outline,
    Point,
    Ring,
    outlines,
    present_outlines,
    read_outlines,
    write_outlines,
)
from campaigns.reference.places import (
    Commune,
    Departement,
    FormerCommune,
    commune,
    communes,
    departement_of,
    departements,
    former_communes,
    neighbours,
)
from campaigns.reference.presets import Preset, preset_guide, presets
from campaigns.reference.table import french, shipped
from campaigns.reference.topics import topics

__all__ = [
    "CONDITIONS",
    "COORDINATION",
    "INTERNAL_KINDS",
    "Alert",
    "Category",
    "Commune",
    "Departement",
    "FormerCommune",
    "HelpLine",
    "House",
    "Mode",
    "OfficeRow",
    "Outcome",
    "Outline",
    "Perimeter",
    "Point",
    "Preset",
    "Question",
    "Ring",
    "Route",
    "Sector",
    "Suspension",
    "Territory",
    "Urgency",
    "categories",
    "commune",
    "communes",
    "departement_of",
    "departements",
    "former_communes",
    "french",
    "guide_markdown",
    "help_lines",
    "help_lines_for",
    "houses",
    "neighbours",
    "offices",
    "outcomes",
    "outlines",
    "present_outlines",
    "preset_guide",
    "presets",
    "questions",
    "read_outlines",
    "routes",
    "sectors",
    "territories",
    "territory_of_commune",
    "topics",
    "write_outlines",
]


@cache
def guide_markdown() -> str:
    """The callers' guide that ships, as Markdown (``call-guide.fr.md``)."""
    return shipped("call-guide.fr.md")
