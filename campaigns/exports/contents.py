"""The rows of an export, whatever it is of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from campaigns import weeks
from campaigns.exports.asking import Kind
from campaigns.exports.counting import Hide
from campaigns.exports.counts import COUNTS
from campaigns.exports.mairies import FOR_MAYORS
from campaigns.exports.named_calls import NAMED_CALLS
from campaigns.exports.named_journal import NAMED_JOURNAL
from campaigns.exports.named_needs import NAMED_NEEDS
from campaigns.exports.named_people import NAMED_PEOPLE
from campaigns.exports.tables import Asked, Cells, Scope, Source
from campaigns.models import Campaign, Export

SOURCES: Mapping[Kind, Source] = {
    Kind.PEOPLE: NAMED_PEOPLE,
    Kind.CALLS: NAMED_CALLS,
    Kind.NEEDS: NAMED_NEEDS,
    Kind.JOURNAL: NAMED_JOURNAL,
    Kind.COMMUNES: FOR_MAYORS,
}


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows there are to write, and the rows, read as they are written."""

    total: int
    rows: Iterator[Cells]


def contents(
    session: Session, export: Export, campaign: Campaign, *, scope: Scope, hide: Hide
) -> Contents:
    """The rows of an export in this scope; ``hide`` tells the communes whose count stays back."""
    since = export.chosen.get("since")
    asked = Asked(
        campaign,
        scope,
        since=weeks.at(date.fromisoformat(since), 0) if since else None,
        insee=export.chosen.get("insee"),
    )
    if export.is_named:
        source = SOURCES[Kind(export.kind)]
        return Contents(source.count(session, asked), source.rows(session, asked))
    rows = list(COUNTS[Kind(export.kind).value](session, asked, hide))  # some hundreds
    return Contents(len(rows), iter(rows))
