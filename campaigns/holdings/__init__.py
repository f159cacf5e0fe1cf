"""Where everything about somebody stands: every table, every column, and the way to a person.

``TABLES`` is the register; a test of the house fails when a table or a column is not in it.
``of_person`` reads all there is about one person (the access they may ask, RGPD art. 15).
``rows_about`` is the same as a condition, for whoever empties or deletes those rows (art. 17):

    for name in holdings.about_people():
        table = holdings.table(name)
        where = holdings.rows_about(name, people, homes)
        empty = holdings.columns(name, Nature.PERSONAL, Nature.WORDS)

``rows_about`` is None for the few tables that no key ties to a person; what they hold is
found by ``of_person``, and ``LOOSE`` says how.
"""

from campaigns.holdings.about_people import ABOUT_PEOPLE
from campaigns.holdings.kinds import Holding, Nature, Whose
from campaigns.holdings.others import OTHERS
from campaigns.holdings.reading import of_person
from campaigns.holdings.ways import (
    about_people,
    columns,
    homes_of,
    nature,
    rows_about,
    same_person,
    table,
)

TABLES: dict[str, Holding] = ABOUT_PEOPLE | OTHERS

# Tables about people that no key ties to them, and what does.
LOOSE: dict[str, str] = {
    "issued_sheet": "``lines``: [line, household, [people]], as they were printed",
    "returned_sheet": '``report["rows"]``: the ``call_id`` each row was logged as',
    "sheet_notice": "the sheets on which the household stood; the sentence gives their short name",
    "journal_entry": "``object_kind`` (the model's name in lower case) and ``object_id``",
    "text_finding": "the same two columns; ``object_kind`` may be the table's name",
    "outgoing_mail": "``about``: the number of a need, an alarm… by its model's name",
}

__all__ = [
    "LOOSE",
    "TABLES",
    "Holding",
    "Nature",
    "Whose",
    "about_people",
    "columns",
    "homes_of",
    "nature",
    "of_person",
    "rows_about",
    "same_person",
    "table",
]
