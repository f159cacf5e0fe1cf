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
from campaigns.reference.table import french, shipped

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
    "Perimeter",
    "Question",
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
    "questions",
    "routes",
    "sectors",
    "territories",
    "territory_of_commune",
]


@cache
def guide_markdown() -> str:
    """The callers' guide that ships, as Markdown (``call-guide.fr.md``)."""
    return shipped("call-guide.fr.md")
