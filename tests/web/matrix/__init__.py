"""The access matrix: every address of the program, who may ask it, and what each is answered.

A new page is a new line of ``ROWS`` in the module of its audience; without it the tests fail. A line says what the people of its
folder are answered about a thing that is theirs (``done``). The rest follows from four rules:

- nobody signed in (or a session that was cut): to the sign-in page, 401 for a write;
- signed in with a role that has no business in the folder: 403;
- the right role, but no campaign any more: 403 where the page works in a campaign;
- the right role, a thing that is somebody else's or does not exist: 404. Never 403: that would
  tell that it exists.
"""

from __future__ import annotations

from tests.web import scene_announcing, scene_exports
from tests.web.matrix import anybody, coordinators, dpo, leads, partners, records, volunteers
from tests.web.matrix_row import ACTORS, INSIDERS, SIGNED_OUT, Row, get, post

__all__ = ["ACTORS", "INSIDERS", "NAMED_TO_THE_LEAD", "RECORD_ROWS", "ROWS", "SIGNED_OUT", "Row"]

RECORD_ROWS = records.ROWS
# The lead reads the names on a sheet, which is journaled, and on the waiting list.
NAMED_TO_THE_LEAD = frozenset({"lead.week_sheet", "lead.waiting_list", "lead.find_waiting"})
ROWS = (
    *anybody.ROWS,
    *partners.ROWS,
    *volunteers.ROWS,
    *coordinators.ROWS,
    *leads.ROWS,
    *records.ROWS,
    *scene_announcing.rows(get, post),
    *scene_exports.rows(get, post),
    *dpo.ROWS,
)
