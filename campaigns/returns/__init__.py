"""Sheets that come back: rows become calls, what disagrees is shown side by side."""

from campaigns.returns.coming_back import Fix, Unit, receive, settle
from campaigns.returns.finding import Out, Struck, entered, numbered, one, out, returned, to_strike
from campaigns.returns.rows import Entered, State
from campaigns.returns.side_by_side import Back, RowView, back
from campaigns.returns.written import Told, Written, read

__all__ = [
    "Back",
    "Entered",
    "Fix",
    "Out",
    "RowView",
    "State",
    "Struck",
    "Told",
    "Unit",
    "Written",
    "back",
    "entered",
    "numbered",
    "one",
    "out",
    "read",
    "receive",
    "returned",
    "settle",
    "to_strike",
]
