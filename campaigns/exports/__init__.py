"""Lists that leave the product: asked for, written by a worker, fetched, erased after 48 hours."""

from campaigns.exports import asking, claims, describing, mairies
from campaigns.exports.asking import (
    GONE,
    KINDS,
    LIVES,
    LONGEST_REASON,
    Form,
    Kind,
    Wanted,
    ask,
    ask_again,
    erase,
    expire_due,
    fetch,
    find,
    of_campaign,
    own,
    reference_of,
    standing,
)
from campaigns.exports.contents import Contents, contents
from campaigns.exports.describing import About, about, columns_of
from campaigns.exports.named_people import PersonRow, people
from campaigns.exports.tables import Cell, Cells, Column, Scope, scope_of

__all__ = [
    "GONE",
    "KINDS",
    "LIVES",
    "LONGEST_REASON",
    "About",
    "Cell",
    "Cells",
    "Column",
    "Contents",
    "Form",
    "Kind",
    "PersonRow",
    "Scope",
    "Wanted",
    "about",
    "ask",
    "ask_again",
    "asking",
    "claims",
    "columns_of",
    "contents",
    "describing",
    "erase",
    "expire_due",
    "fetch",
    "find",
    "mairies",
    "of_campaign",
    "own",
    "people",
    "reference_of",
    "scope_of",
    "standing",
]
