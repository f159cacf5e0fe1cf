"""The directory of offices and territories: asked by routing, kept on screen, confirmed by link."""

from campaigns.directory.areas import Area, area_of, change_territory, set_on_call, territory
from campaigns.directory.confirming import Correction, ask_due
from campaigns.directory.looking import (
    Directory,
    Found,
    partners,
    place_of,
    places,
    territories,
)
from campaigns.directory.offices import Hits, Search, communes_of, entry_of, one, search
from campaigns.directory.on_call import OnCall, is_closing, on_call, on_call_before_closing
from campaigns.directory.opening import (
    Region,
    days_off,
    opening_of,
    public_holidays,
    works_on,
)
from campaigns.directory.writing import CHANNELS, SCOPES, Entry

__all__ = [
    "CHANNELS",
    "SCOPES",
    "Area",
    "Correction",
    "Directory",
    "Entry",
    "Found",
    "Hits",
    "OnCall",
    "Region",
    "Search",
    "area_of",
    "ask_due",
    "change_territory",
    "communes_of",
    "days_off",
    "entry_of",
    "is_closing",
    "on_call",
    "on_call_before_closing",
    "one",
    "opening_of",
    "partners",
    "place_of",
    "places",
    "public_holidays",
    "search",
    "set_on_call",
    "territories",
    "territory",
    "works_on",
]
